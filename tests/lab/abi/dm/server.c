// SPDX-License-Identifier: GPL-2.0
/* The ioreq server: its life, its page, its ports. */
#include "dm.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xen/sys/evtchn.h>

#define RESOURCE_IOREQ_SERVER	0
#define FRAME_IOREQ		1

void die(const char *what)
{
	perror(what);
	exit(1);
}

int open_node(const char *node)
{
	int fd = open(node, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(node);
	return fd;
}

long dm_op(const struct server *server, struct xen_dm_op *op)
{
	privcmd_dm_op_buf_t buf = { op, sizeof(*op) };
	privcmd_dm_op_t arg = { .dom = server->domid, .num = 1, .ubufs = &buf };

	return ioctl(server->privcmd, IOCTL_PRIVCMD_DM_OP, &arg);
}

static void must_op(const struct server *server, struct xen_dm_op *op, const char *what)
{
	if (dm_op(server, op))
		die(what);
}

void *server_map(const struct server *server, int privcmd)
{
	void *addr = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, privcmd, 0);
	privcmd_mmap_resource_t arg = {
		.dom = server->domid, .type = RESOURCE_IOREQ_SERVER, .id = server->id,
		.idx = FRAME_IOREQ, .num = 1, .addr = (uintptr_t)addr,
	};

	if (addr == MAP_FAILED)
		die("mmap of privcmd");
	if (ioctl(privcmd, IOCTL_PRIVCMD_MMAP_RESOURCE, &arg))
		die("mapping the ioreq page");
	return addr;
}

void server_bind_ports(struct server *server)
{
	unsigned int i;

	server->evtchn = open_node("/dev/xen/evtchn");
	for (i = 0; i < server->nr; i++) {
		struct ioctl_evtchn_bind_interdomain bind = {
			server->domid, server->slots[i].vp_eport,
		};
		int port = ioctl(server->evtchn, IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind);

		if (port < 0)
			die("binding a port");
		server->ports[i] = port;
	}
}

void server_open(struct server *server, domid_t domid, uint64_t base)
{
	struct xen_dm_op op = { .op = XEN_DMOP_nr_vcpus };

	memset(server, 0, sizeof(*server));
	server->domid = domid;
	server->base = base;
	server->privcmd = open_node("/dev/xen/privcmd");
	must_op(server, &op, "nr_vcpus");
	server->nr = op.u.nr_vcpus.vcpus;

	op = (struct xen_dm_op){ .op = XEN_DMOP_create_ioreq_server };
	must_op(server, &op, "create_ioreq_server");
	server->id = op.u.create_ioreq_server.id;
	server->slots = server_map(server, server->privcmd);

	op = (struct xen_dm_op){ .op = XEN_DMOP_map_io_range_to_ioreq_server };
	op.u.map_io_range_to_ioreq_server.id = server->id;
	op.u.map_io_range_to_ioreq_server.type = XEN_DMOP_IO_RANGE_MEMORY;
	op.u.map_io_range_to_ioreq_server.start = base;
	op.u.map_io_range_to_ioreq_server.end = base + PAGE - 1;
	must_op(server, &op, "map_io_range_to_ioreq_server");

	op = (struct xen_dm_op){ .op = XEN_DMOP_set_ioreq_server_state };
	op.u.set_ioreq_server_state.id = server->id;
	op.u.set_ioreq_server_state.enabled = 1;
	must_op(server, &op, "set_ioreq_server_state");
	server_bind_ports(server);
}

void server_close(struct server *server)
{
	struct xen_dm_op op = { .op = XEN_DMOP_destroy_ioreq_server };

	op.u.destroy_ioreq_server.id = server->id;
	must_op(server, &op, "destroy_ioreq_server");
	munmap(server->slots, PAGE);
	close(server->evtchn);
	close(server->privcmd);
}

void *guest_page(const struct server *server, uint64_t gfn)
{
	void *addr = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, server->privcmd, 0);
	xen_pfn_t frame = gfn;
	int err = 0;
	privcmd_mmapbatch_v2_t arg = {
		.num = 1, .dom = server->domid, .addr = (uintptr_t)addr, .arr = &frame, .err = &err,
	};

	if (addr == MAP_FAILED || ioctl(server->privcmd, IOCTL_PRIVCMD_MMAPBATCH_V2, &arg) || err)
		die("mapping guest memory");
	return addr;
}

struct ioreq *server_event(struct server *server)
{
	uint32_t port;
	unsigned int i;

	if (read(server->evtchn, &port, sizeof(port)) != sizeof(port))
		die("reading a port");
	if (write(server->evtchn, &port, sizeof(port)) != sizeof(port))
		die("unmasking a port");
	for (i = 0; i < server->nr && server->ports[i] != port; i++)
		;
	if (i == server->nr || server->slots[i].state != STATE_IOREQ_READY)
		return NULL;
	atomic_thread_fence(memory_order_acquire);
	server->slots[i].state = STATE_IOREQ_INPROCESS;
	return &server->slots[i];
}

void server_answer(struct server *server, struct ioreq *slot)
{
	struct ioctl_evtchn_notify notify = { server->ports[slot - server->slots] };

	atomic_thread_fence(memory_order_seq_cst);
	slot->state = STATE_IORESP_READY;
	if (ioctl(server->evtchn, IOCTL_EVTCHN_NOTIFY, &notify))
		die("notifying Xen");
}

int ioeventfd(const struct server *server, int fd, uint32_t vq, uint32_t flags)
{
	struct privcmd_ioeventfd arg = {
		.ioreq = (uintptr_t)server->slots, .ports = (uintptr_t)server->ports,
		.addr = server->base, .addr_len = 4, .event_fd = fd, .vcpus = server->nr,
		.vq = vq, .flags = flags, .dom = server->domid,
	};

	return ioctl(server->privcmd, IOCTL_PRIVCMD_IOEVENTFD, &arg);
}

int irqfd(const struct server *server, int fd, const struct xen_dm_op *op, uint32_t flags)
{
	struct privcmd_irqfd arg = {
		.dm_op = (uintptr_t)op, .size = sizeof(*op), .fd = fd, .flags = flags,
		.dom = server->domid,
	};

	return ioctl(server->privcmd, IOCTL_PRIVCMD_IRQFD, &arg);
}

struct xen_dm_op op_msi(uint8_t vector)
{
	struct xen_dm_op op = { .op = XEN_DMOP_inject_msi };

	op.u.inject_msi.addr = 0xfee00000;	/* to the first virtual CPU */
	op.u.inject_msi.data = vector;
	return op;
}

struct xen_dm_op op_isa_irq(uint8_t irq, uint8_t level)
{
	struct xen_dm_op op = { .op = XEN_DMOP_set_isa_irq_level };

	op.u.set_isa_irq_level.isa_irq = irq;
	op.u.set_isa_irq_level.level = level;
	return op;
}
