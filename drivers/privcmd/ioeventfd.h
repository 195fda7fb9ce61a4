/* SPDX-License-Identifier: GPL-2.0 */
/* Eventfds that guests signal by writes to virtio devices: those of an open file. */
#ifndef _DOM0_PRIVCMD_IOEVENTFD_H
#define _DOM0_PRIVCMD_IOEVENTFD_H

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/mutex.h>

struct privcmd_file;

/**
 * struct ioeventfds - the ioeventfds of an open file
 * @lock: protects @servers, @nr and the lists of the servers against other ioctls
 * @servers: struct ioreq_server, each with at least one ioeventfd
 * @nr: number of ioeventfds of all servers
 */
struct ioeventfds {
	struct mutex lock;	/* see above */
	struct list_head servers;
	unsigned int nr;
};

/* The ioctl; @arg is its argument structure in user memory. */
long privcmd_change_ioeventfd(struct privcmd_file *priv, void __user *arg);

void privcmd_ioeventfds_init(struct ioeventfds *ioeventfds);

/* Free all. No ioctl can add another. Accesses of guests reach the device models again. */
void privcmd_ioeventfds_exit(struct ioeventfds *ioeventfds);

#endif
