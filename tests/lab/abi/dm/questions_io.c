// SPDX-License-Identifier: GPL-2.0
/* Valid and invalid requests for eventfds that a guest signals, and the results. */
#include "dm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int ioeventfd_with(int privcmd, struct privcmd_ioeventfd arg)
{
	return ioctl(privcmd, IOCTL_PRIVCMD_IOEVENTFD, &arg);
}

static void ask_ioeventfd_arguments(const struct server *server, struct privcmd_ioeventfd good)
{
	int privcmd = server->privcmd;
	struct privcmd_ioeventfd arg;
	uint32_t ports[VCPUS_MAX];
	void *other;

	ask_said("ioeventfd NULL", ioctl(privcmd, IOCTL_PRIVCMD_IOEVENTFD, NULL));
	arg = good;
	arg.flags = 2;
	ask_said("ioeventfd: unknown flag", ioeventfd_with(privcmd, arg));
	arg = good;
	arg.addr_len = 0;
	ask_said("ioeventfd: 0 bytes", ioeventfd_with(privcmd, arg));
	arg.addr_len = 3;
	ask_said("ioeventfd: 3 bytes", ioeventfd_with(privcmd, arg));
	arg.addr_len = 16;
	ask_said("ioeventfd: 16 bytes", ioeventfd_with(privcmd, arg));
	arg = good;
	arg.addr = -80ull;
	ask_said("ioeventfd: beyond the address space", ioeventfd_with(privcmd, arg));
	arg = good;
	arg.vq = 1 << 16;
	ask_said("ioeventfd: queue 65536", ioeventfd_with(privcmd, arg));
	arg = good;
	arg.vcpus = 0;
	ask_said("ioeventfd: no virtual CPU", ioeventfd_with(privcmd, arg));
	arg.vcpus = 129;
	ask_said("ioeventfd: 129 virtual CPUs", ioeventfd_with(privcmd, arg));
	arg.vcpus = ~0u;
	ask_said("ioeventfd: 2^32-1 virtual CPUs", ioeventfd_with(privcmd, arg));
	arg = good;
	arg.ports = 0;
	ask_said("ioeventfd: ports NULL", ioeventfd_with(privcmd, arg));
	arg = good;
	arg.event_fd = -1;
	ask_said("ioeventfd: no file", ioeventfd_with(privcmd, arg));
	arg = good;
	arg.ioreq += 8;
	ask_said("ioeventfd: within a page", ioeventfd_with(privcmd, arg));
	arg.ioreq = 0;
	ask_said("ioeventfd: no page", ioeventfd_with(privcmd, arg));
	arg.ioreq = 0xffff888000000000;
	ask_said("ioeventfd: a page of the kernel", ioeventfd_with(privcmd, arg));
	other = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	arg.ioreq = (uintptr_t)other;
	ask_said("ioeventfd: other memory", ioeventfd_with(privcmd, arg));
	munmap(other, PAGE);
	other = guest_page(server, 0x100);
	arg.ioreq = (uintptr_t)other;
	ask_said("ioeventfd: memory of the guest", ioeventfd_with(privcmd, arg));
	munmap(other, PAGE);
	memcpy(ports, server->ports, sizeof(ports));
	ports[0] = 4000;
	arg = good;
	arg.ports = (uintptr_t)ports;
	ask_said("ioeventfd: a port that is not bound", ioeventfd_with(privcmd, arg));
	arg = good;
	arg.flags = DEASSIGN;
	ask_said("ioeventfd: deassign before", ioeventfd_with(privcmd, arg));
}

/* A server is identified by its page, its domain and the number of virtual CPUs. */
static void ask_ioeventfd_others(const struct server *server, struct privcmd_ioeventfd good)
{
	struct privcmd_ioeventfd arg = good;
	int privcmd = server->privcmd, second = new_eventfd();

	arg.event_fd = second;
	ask_said("ioeventfd: another eventfd for the queue", ioeventfd_with(privcmd, arg));
	arg = good;
	arg.vq = 1;
	ask_said("ioeventfd: another queue for the eventfd", ioeventfd_with(privcmd, arg));
	arg.event_fd = second;
	arg.vcpus++;
	ask_said("ioeventfd: another number of virtual CPUs", ioeventfd_with(privcmd, arg));
	arg.vcpus--;
	arg.dom = 0x7000;
	ask_said("ioeventfd: another domain", ioeventfd_with(privcmd, arg));
	arg.dom = good.dom;
	ask_said("ioeventfd: another queue", ioeventfd_with(privcmd, arg));
	arg.flags = DEASSIGN;
	arg.vq = 77;
	ask_said("ioeventfd: deassign it", ioeventfd_with(privcmd, arg));
	ask_said("ioeventfd: deassign it again", ioeventfd_with(privcmd, arg));
	close(second);
}

/* Another process, which has the files open as well. */
static void ask_ioeventfd_process(const struct server *server)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		struct server own = *server;

		own.privcmd = open_node("/dev/xen/privcmd");
		own.slots = server_map(server, own.privcmd);
		ask_said("ioeventfd: ports of another process",
			 ioeventfd(&own, new_eventfd(), 0, 0));
		exit(0);
	}
	if (child < 0 || waitpid(child, NULL, 0) != child)
		die("another process");
}

/* Assign and deassign after the files of a server were closed in different orders. */
static void ask_ioeventfd_life(struct server *server, int fd)
{
	struct server second = *server;

	ask_said("ioeventfd: deassign", ioeventfd(server, fd, 0, DEASSIGN));
	ask_said("ioeventfd: assign after that", ioeventfd(server, fd, 0, 0));
	second.privcmd = open_node("/dev/xen/privcmd");
	second.slots = server_map(server, second.privcmd);
	ask_said("ioeventfd: its ports through another file", ioeventfd(&second, fd, 0, 0));
	ask_said("ioeventfd: deassign through another file", ioeventfd(&second, fd, 0, DEASSIGN));
	close(server->privcmd);
	ask_said("ioeventfd: its ports while that file has a mapping",
		 ioeventfd(&second, fd, 0, 0));
	munmap(server->slots, PAGE);
	ask_said("ioeventfd: its ports after the file's end", ioeventfd(&second, fd, 0, 0));
	munmap(second.slots, PAGE);
	ask_said("ioeventfd: deassign without the page", ioeventfd(&second, fd, 0, DEASSIGN));
	second.slots = server_map(server, second.privcmd);
	server->privcmd = second.privcmd;
	server->slots = second.slots;
	ask_said("ioeventfd: assign before the ports are closed", ioeventfd(server, fd, 0, 0));
	close(server->evtchn);
	ask_said("ioeventfd: deassign after the ports were closed",
		 ioeventfd(server, fd, 0, DEASSIGN));
	ask_said("ioeventfd: assign without ports", ioeventfd(server, fd, 0, 0));
}

void ask_ioeventfd(struct server *server)
{
	struct privcmd_ioeventfd good = {
		.ioreq = (uintptr_t)server->slots, .ports = (uintptr_t)server->ports,
		.addr = server->base, .addr_len = 4, .event_fd = new_eventfd(),
		.vcpus = server->nr, .dom = server->domid,
	};

	ask_ioeventfd_arguments(server, good);
	ask_ioeventfd_process(server);
	ask_said("ioeventfd: assign", ioeventfd_with(server->privcmd, good));
	ask_said("ioeventfd: assign again", ioeventfd_with(server->privcmd, good));
	ask_ioeventfd_others(server, good);
	ask_ioeventfd_life(server, good.event_fd);
	close(good.event_fd);
}
