/* SPDX-License-Identifier: GPL-2.0 */
/* The ioctls of privcmd that newer kernels have added, on kernels without them. */
#ifndef _DOM0_COMPAT_XEN_PRIVCMD_H
#define _DOM0_COMPAT_XEN_PRIVCMD_H

#include_next <xen/privcmd.h>
#include <linux/bits.h>

/*
 * 6.6: f8941e6c4c71 ("xen: privcmd: Add support for irqfd")
 * 6.8: f0d7db7b3350 ("xen: privcmd: Add support for ioeventfd")
 * The first release with irqfd had another number and another type of dm_op.
 */
#ifndef IOCTL_PRIVCMD_IOEVENTFD
#undef PRIVCMD_IRQFD_FLAG_DEASSIGN
#define PRIVCMD_IRQFD_FLAG_DEASSIGN BIT(0)

#define privcmd_irqfd privcmd_irqfd_final
struct privcmd_irqfd {
	__u64 dm_op;
	__u32 size;
	__u32 fd;
	__u32 flags;
	domid_t dom;
	__u8 pad[2];
};

#undef IOCTL_PRIVCMD_IRQFD
#define IOCTL_PRIVCMD_IRQFD	_IOW('P', 8, struct privcmd_irqfd)

#define PRIVCMD_IOEVENTFD_FLAG_DEASSIGN BIT(0)

struct privcmd_ioeventfd {
	__u64 ioreq;
	__u64 ports;
	__u64 addr;
	__u32 addr_len;
	__u32 event_fd;
	__u32 vcpus;
	__u32 vq;
	__u32 flags;
	domid_t dom;
	__u8 pad[2];
};

#define IOCTL_PRIVCMD_IOEVENTFD	_IOW('P', 9, struct privcmd_ioeventfd)
#endif

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
