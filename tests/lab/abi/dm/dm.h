/* SPDX-License-Identifier: GPL-2.0 */
/* An ioreq server of a guest, by raw ioctls, and the eventfds that privcmd ties to it. */
#ifndef LAB_DM_H
#define LAB_DM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
/* The hypervisor's own types come first: the header of the ioctls takes them from there. */
#define __XEN_TOOLS__
#include <xen/xen.h>
#include <xen/hvm/dm_op.h>
#include <xen/hvm/ioreq.h>
#include <xen/sys/privcmd.h>

#define PAGE		4096ul
#define VCPUS_MAX	128

/* Newer than the headers of Debian 12. */
struct privcmd_irqfd {
	uint64_t dm_op;
	uint32_t size, fd, flags;
	domid_t dom;
	uint8_t pad[2];
};

struct privcmd_ioeventfd {
	uint64_t ioreq, ports, addr;
	uint32_t addr_len, event_fd, vcpus, vq, flags;
	domid_t dom;
	uint8_t pad[2];
};

struct privcmd_pcidev_get_gsi {
	uint32_t sbdf, gsi;
};

#define IOCTL_PRIVCMD_IRQFD	_IOW('P', 8, struct privcmd_irqfd)
#define IOCTL_PRIVCMD_IOEVENTFD	_IOW('P', 9, struct privcmd_ioeventfd)
#define IOCTL_PRIVCMD_PCIDEV_GET_GSI	\
	_IOC(_IOC_NONE, 'P', 10, sizeof(struct privcmd_pcidev_get_gsi))
#define DEASSIGN		1

/* A server for accesses to memory at base, and this program's files, mappings and ports of it. */
struct server {
	domid_t domid;
	int privcmd, evtchn;
	ioservid_t id;
	uint64_t base;
	struct ioreq *slots;
	unsigned int nr;
	uint32_t ports[VCPUS_MAX];
};

void die(const char *what) __attribute__((noreturn));
int open_node(const char *node);
long dm_op(const struct server *server, struct xen_dm_op *op);

/* Create the server for a page of the guest's address space at base, and bind its ports. */
void server_open(struct server *server, domid_t domid, uint64_t base);
void server_bind_ports(struct server *server);
void server_close(struct server *server);

/* Map the server's page once more, through a file. */
void *server_map(const struct server *server, int privcmd);

/* Map guest memory. */
void *guest_page(const struct server *server, uint64_t gfn);

/*
 * Read a port with an event and unmask it. Return the slot of its virtual CPU if an access waits
 * there for its completion.
 */
struct ioreq *server_event(struct server *server);
void server_answer(struct server *server, struct ioreq *slot);

/* An eventfd for writes of a queue's number to the device's QueueNotify. flags: 0 or DEASSIGN. */
int ioeventfd(const struct server *server, int fd, uint32_t vq, uint32_t flags);

/* An eventfd that raises an interrupt. */
int irqfd(const struct server *server, int fd, const struct xen_dm_op *op, uint32_t flags);

/* Operations that raise an interrupt. */
struct xen_dm_op op_msi(uint8_t vector);
struct xen_dm_op op_isa_irq(uint8_t irq, uint8_t level);

/* Print a result of `dm questions`. */
void ask_said(const char *what, long ret);
int new_eventfd(void);
void ask_ioeventfd(struct server *server);

int questions(domid_t domid);
int gsi(const char *device);
int stale(domid_t domid);
int moved(domid_t domid);
int bell(domid_t domid, uint64_t base);

#endif
