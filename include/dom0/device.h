/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device nodes of the toolstack, whose names another driver may have already.
 */
#ifndef _DOM0_DEVICE_H
#define _DOM0_DEVICE_H

struct miscdevice;

/**
 * dom0_device_register() - register a device node that the kernel's own driver may have as well
 * @device: the device; misc_deregister() undoes this
 *
 * The kernel answers a name that is taken with a trace that looks like a bug. Here it is looked
 * for first, and a line in the log says whom to unload.
 *
 * Context: process context of the initial mount namespace, as in a module's init; may sleep.
 *
 * Return: 0, -EBUSY if another driver has the name, or what misc_register() returns.
 */
int dom0_device_register(struct miscdevice *device);

#endif
