/* SPDX-License-Identifier: GPL-2.0 */
/* The ioctls of privcmd that newer kernels have added, on kernels without them. */
#ifndef _DOM0_COMPAT_XEN_PRIVCMD_H
#define _DOM0_COMPAT_XEN_PRIVCMD_H

#include_next <xen/privcmd.h>

/* 6.13: 2fae6bb7be32 ("xen/privcmd: Add new syscall to get gsi from dev") */
#ifndef IOCTL_PRIVCMD_PCIDEV_GET_GSI
struct privcmd_pcidev_get_gsi {
	__u32 sbdf;
	__u32 gsi;
};

#define IOCTL_PRIVCMD_PCIDEV_GET_GSI \
	_IOC(_IOC_NONE, 'P', 10, sizeof(struct privcmd_pcidev_get_gsi))
#endif

#endif
