/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registration of device nodes for the toolstack. Another driver may already own their names.
 */
#ifndef _DOM0_DEVICE_H
#define _DOM0_DEVICE_H

struct miscdevice;

/**
 * dom0_device_register() - register a device node unless another driver owns its name
 * @device: the device; misc_deregister() undoes this
 *
 * misc_register() answers a duplicate name with a stack trace that looks like a bug. So check the
 * name first, and log which driver has to be unloaded.
 *
 * Context: process context of the initial mount namespace, as in a module's init; may sleep.
 *
 * Return: 0, -EBUSY if another driver owns the name, or the error of misc_register().
 */
int dom0_device_register(struct miscdevice *device);

#endif
