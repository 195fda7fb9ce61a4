/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupt lines of PCI devices. */
#ifndef _DOM0_PRIVCMD_GSI_H
#define _DOM0_PRIVCMD_GSI_H

#include <linux/compiler.h>

struct privcmd_file;

/* The ioctl; @arg is its argument structure in user memory. */
long privcmd_pcidev_gsi(struct privcmd_file *priv, void __user *arg);

#endif
