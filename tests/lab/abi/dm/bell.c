// SPDX-License-Identifier: GPL-2.0
/*
 * A device whose queue 0 has an eventfd and whose other queues have none. Each signal of the
 * eventfd raises an interrupt. Commands on standard input change the eventfds; "status" prints what
 * has reached the eventfd, and what has reached this program.
 */
#include "dm.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A vector that Linux uses for an interrupt without any effect: that to reschedule. */
#define VECTOR		0xfd
#define MAGIC		0x6c6c6562
#define QUEUE_NOTIFY	0x50

struct bell {
	struct server server;
	int signal, interrupt;
	unsigned long signals, events, notifies;
};

static void say_result(const char *what, int ret)
{
	printf("%s: %s\n", what, ret ? strerrorname_np(errno) : "ok");
}

static void handle_event(struct bell *bell)
{
	struct ioreq *slot = server_event(&bell->server);

	bell->events++;
	if (!slot)
		return;
	if (slot->dir == IOREQ_READ)
		slot->data = slot->addr == bell->server.base ? MAGIC : 0;
	else if (slot->addr == bell->server.base + QUEUE_NOTIFY)
		bell->notifies++;
	server_answer(&bell->server, slot);
}

static void handle_signal(struct bell *bell)
{
	uint64_t count, one = 1;

	if (read(bell->signal, &count, sizeof(count)) != sizeof(count))
		die("reading the eventfd");
	bell->signals += count;
	if (write(bell->interrupt, &one, sizeof(one)) != sizeof(one))
		die("writing the eventfd");
}

/*
 * Close the ports while they have filters, and bind new ones, as a program that starts again would.
 */
static void reopen_ports(struct bell *bell)
{
	close(bell->server.evtchn);
	server_bind_ports(&bell->server);
	printf("ports: ok\n");
}

static bool obey(struct bell *bell)
{
	struct xen_dm_op op = op_msi(VECTOR);
	char line[64];

	if (!fgets(line, sizeof(line), stdin) || !strcmp(line, "quit\n"))
		return false;
	if (!strcmp(line, "assign\n"))
		say_result("assign", ioeventfd(&bell->server, bell->signal, 0, 0));
	else if (!strcmp(line, "deassign\n"))
		say_result("deassign", ioeventfd(&bell->server, bell->signal, 0, DEASSIGN));
	else if (!strcmp(line, "irq\n"))
		say_result("irq", irqfd(&bell->server, bell->interrupt, &op, 0));
	else if (!strcmp(line, "no-irq\n"))
		say_result("no-irq", irqfd(&bell->server, bell->interrupt, &op, DEASSIGN));
	else if (!strcmp(line, "ports\n"))
		reopen_ports(bell);
	else if (!strcmp(line, "status\n"))
		printf("status: signals %lu events %lu notifies %lu\n", bell->signals, bell->events,
		       bell->notifies);
	return true;
}

int bell(domid_t domid, uint64_t base)
{
	struct bell bell = { .signal = eventfd(0, 0), .interrupt = eventfd(0, 0) };

	server_open(&bell.server, domid, base);
	setvbuf(stdin, NULL, _IONBF, 0);
	printf("ready\n");
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = bell.signal, .events = POLLIN },
			{ .fd = bell.server.evtchn, .events = POLLIN },
			{ .fd = STDIN_FILENO, .events = POLLIN },
		};

		if (poll(fds, 3, -1) < 0)
			die("poll");
		if (fds[0].revents & POLLIN)
			handle_signal(&bell);
		if (fds[1].revents & POLLIN)
			handle_event(&bell);
		if (fds[2].revents && !fds[0].revents && !fds[1].revents && !obey(&bell))
			break;
	}
	server_close(&bell.server);
	printf("quit\n");
	return 0;
}
