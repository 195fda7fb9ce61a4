// SPDX-License-Identifier: GPL-2.0
/*
 * Valid and invalid requests for eventfds, and the results, one line for each. The lab knows the
 * results. The guest may be paused.
 */
#include "dm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define BASE		0xd0000000
#define NO_DOMAIN	0x7000
#define IRQFDS_MAX	512

void ask_said(const char *what, long ret)
{
	printf("eventfds %s: %s\n", what, ret < 0 ? strerrorname_np(errno) : "ok");
}

int new_eventfd(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	if (fd < 0)
		die("eventfd");
	return fd;
}

static void signal_eventfd(int fd)
{
	uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) != sizeof(one))
		die("writing an eventfd");
}

/* ---- irqfd ---- */

static int irqfd_with(int privcmd, struct privcmd_irqfd arg)
{
	return ioctl(privcmd, IOCTL_PRIVCMD_IRQFD, &arg);
}

static void ask_irqfd_arguments(const struct server *server, struct privcmd_irqfd good)
{
	struct xen_dm_op other = { .op = XEN_DMOP_nr_vcpus };
	struct privcmd_irqfd arg;
	int privcmd = server->privcmd, null = open_node("/dev/null");

	ask_said("irqfd NULL", ioctl(privcmd, IOCTL_PRIVCMD_IRQFD, NULL));
	arg = good;
	arg.flags = 2;
	ask_said("irqfd: unknown flag", irqfd_with(privcmd, arg));
	arg = good;
	arg.fd = -1;
	ask_said("irqfd: no file", irqfd_with(privcmd, arg));
	arg.flags = DEASSIGN;
	ask_said("irqfd: deassign no file", irqfd_with(privcmd, arg));
	arg = good;
	arg.fd = null;
	ask_said("irqfd: no eventfd", irqfd_with(privcmd, arg));
	arg = good;
	arg.dm_op = 0;
	ask_said("irqfd: operation NULL", irqfd_with(privcmd, arg));
	arg = good;
	arg.dm_op = 0xffff888000000000;
	ask_said("irqfd: operation in the kernel", irqfd_with(privcmd, arg));
	arg = good;
	arg.size = 0;
	ask_said("irqfd: operation of 0 bytes", irqfd_with(privcmd, arg));
	arg = good;
	arg.size = 7;
	ask_said("irqfd: operation of 7 bytes", irqfd_with(privcmd, arg));
	arg = good;
	arg.size = 1 << 20;
	ask_said("irqfd: operation of 1 MiB", irqfd_with(privcmd, arg));
	arg = good;
	arg.dm_op = (uintptr_t)&other;
	ask_said("irqfd: an operation that raises no interrupt", irqfd_with(privcmd, arg));
	close(null);
}

static void ask_irqfd_life(const struct server *server, const struct xen_dm_op *op)
{
	struct server second = *server;
	int fd = new_eventfd();

	ask_said("irqfd: deassign before", irqfd(server, fd, op, DEASSIGN));
	ask_said("irqfd: assign", irqfd(server, fd, op, 0));
	ask_said("irqfd: assign again", irqfd(server, fd, op, 0));
	second.privcmd = open_node("/dev/xen/privcmd");
	ask_said("irqfd: assign through another file", irqfd(&second, fd, op, 0));
	signal_eventfd(fd);
	close(second.privcmd);
	ask_said("irqfd: deassign", irqfd(server, fd, op, DEASSIGN));
	ask_said("irqfd: deassign again", irqfd(server, fd, op, DEASSIGN));
	signal_eventfd(fd);
	ask_said("irqfd: assign one that was signalled", irqfd(server, fd, op, 0));
	ask_said("irqfd: its signal was taken",
		 poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 0) ? -1 : 0);
	irqfd(server, fd, op, DEASSIGN);
	close(fd);
}

/* Eventfds that are closed make room for others. */
static void ask_irqfd_limit(const struct server *server, const struct xen_dm_op *op)
{
	int fds[IRQFDS_MAX], last = new_eventfd(), i, failed = 0, tries;

	for (i = 0; i < IRQFDS_MAX; i++) {
		fds[i] = new_eventfd();
		failed |= irqfd(server, fds[i], op, 0);
	}
	ask_said("irqfd: 512", failed);
	ask_said("irqfd: one more", irqfd(server, last, op, 0));
	for (i = 0; i < IRQFDS_MAX; i++)
		close(fds[i]);
	for (tries = 0; irqfd(server, last, op, 0) && tries < 1000; tries++)
		usleep(10000);
	ask_said("irqfd: one more, after the others were closed", tries < 1000 ? 0 : -1);
	close(last);
}

static void ask_irqfd(const struct server *server)
{
	struct xen_dm_op op = op_msi(0xfd);
	struct privcmd_irqfd good = {
		.dm_op = (uintptr_t)&op, .size = sizeof(op), .fd = new_eventfd(),
		.dom = server->domid,
	};

	ask_irqfd_arguments(server, good);
	close(good.fd);
	ask_irqfd_life(server, &op);
	ask_irqfd_limit(server, &op);
}

/* ---- a file for one domain ---- */

static void ask_restricted(const struct server *server)
{
	struct server other = *server;
	struct xen_dm_op op = op_msi(0xfd);
	struct privcmd_pcidev_get_gsi line = {};
	int fd = new_eventfd();

	other.privcmd = open_node("/dev/xen/privcmd");
	ask_said("restrict", ioctl(other.privcmd, IOCTL_PRIVCMD_RESTRICT, &other.domid));
	ask_said("restricted: irqfd", irqfd(&other, fd, &op, 0));
	ask_said("restricted: deassign it", irqfd(&other, fd, &op, DEASSIGN));
	other.domid = NO_DOMAIN;
	ask_said("restricted: irqfd of another", irqfd(&other, fd, &op, 0));
	ask_said("restricted: ioeventfd of another", ioeventfd(&other, fd, 0, 0));
	ask_said("restricted: deassign irqfd of another", irqfd(&other, fd, &op, DEASSIGN));
	ask_said("restricted: interrupt line of a device",
		 ioctl(other.privcmd, IOCTL_PRIVCMD_PCIDEV_GET_GSI, &line));
	close(other.privcmd);
	close(fd);
}

int questions(domid_t domid)
{
	struct xen_dm_op op = { .op = XEN_DMOP_destroy_ioreq_server };
	struct server server;

	server_open(&server, domid, BASE);
	ask_irqfd(&server);
	ask_restricted(&server);
	ask_ioeventfd(&server);
	op.u.destroy_ioreq_server.id = server.id;
	ask_said("destroy the server", dm_op(&server, &op));
	return 0;
}
