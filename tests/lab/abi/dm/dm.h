/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to privcmd that device models and their tools make, by raw ioctls. */
#ifndef LAB_DM_H
#define LAB_DM_H

#include <stdint.h>
#include <sys/ioctl.h>

/* Newer than the headers of Debian 12. */
struct privcmd_pcidev_get_gsi {
	uint32_t sbdf, gsi;
};

#define IOCTL_PRIVCMD_PCIDEV_GET_GSI	_IOC(_IOC_NONE, 'P', 10, sizeof(struct privcmd_pcidev_get_gsi))

void die(const char *what) __attribute__((noreturn));
int open_node(const char *node);

int gsi(const char *device);

#endif
