/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Queries of dom0-pciback about the devices that it has seized. Users find the function by
 * symbol_get(), so that they load without that module.
 */
#ifndef _DOM0_PCIBACK_H
#define _DOM0_PCIBACK_H

#include <linux/types.h>

/**
 * dom0_pciback_gsi() - find the interrupt line of a seized device
 * @sbdf: segment in the upper 16 bits, then bus, slot and function
 *
 * Evaluates ACPI's routing tables; may sleep.
 *
 * Return: the global system interrupt, -ENODEV if the device is not seized, -ENOENT if it has no
 * line or firmware does not route it, or -ENOMEM.
 */
int dom0_pciback_gsi(u32 sbdf);

#endif
