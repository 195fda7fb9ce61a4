// SPDX-License-Identifier: GPL-2.0
/* Requests to /dev/xen/evtchn. Both ends of its channels are in this domain. */
#define _GNU_SOURCE
#include "abi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

/* The header needs this type of Xen's. */
typedef uint16_t domid_t;
#include <xen/sys/evtchn.h>

#define NODE		"/dev/xen/evtchn"
#define MANY		200
#define NO_PORT		4000	/* valid on every host, in use on none */

static int fd;
static volatile sig_atomic_t signals;

static void count_signal(int number)
{
	signals += !!number;
}

static void reopen_evtchn(void)
{
	if (fd > 0)
		close(fd);
	fd = open(NODE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		perror(NODE);
		exit(1);
	}
}

static int bind_unbound(unsigned int domain)
{
	struct ioctl_evtchn_bind_unbound_port arg = { .remote_domain = domain };

	return ioctl(fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &arg);
}

static int bind_interdomain(unsigned int domain, unsigned int port)
{
	struct ioctl_evtchn_bind_interdomain arg = { .remote_domain = domain, .remote_port = port };

	return ioctl(fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, &arg);
}

static int bind_virq(unsigned int virq)
{
	struct ioctl_evtchn_bind_virq arg = { .virq = virq };

	return ioctl(fd, IOCTL_EVTCHN_BIND_VIRQ, &arg);
}

static int unbind(unsigned int port)
{
	struct ioctl_evtchn_unbind arg = { .port = port };

	return ioctl(fd, IOCTL_EVTCHN_UNBIND, &arg);
}

static int notify(unsigned int port)
{
	struct ioctl_evtchn_notify arg = { .port = port };

	return ioctl(fd, IOCTL_EVTCHN_NOTIFY, &arg);
}

static int restrict_to_evtchn(unsigned int domain)
{
	struct ioctl_evtchn_restrict_domid arg = { .domid = domain };

	return ioctl(fd, IOCTL_EVTCHN_RESTRICT_DOMID, &arg);
}

static int unmask(uint32_t port)
{
	return write(fd, &port, sizeof(port));
}

/* Return the bits that poll() reports within so many ms. */
static int polled(int ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN | POLLOUT };

	if (ms) {
		poll_fd.events = POLLIN;
		poll(&poll_fd, 1, ms);
		poll_fd.events = POLLIN | POLLOUT;
	}
	poll(&poll_fd, 1, 0);
	return poll_fd.revents;
}

static void answer_poll(int ms, const char *what)
{
	int bits = polled(ms);
	char text[32];

	snprintf(text, sizeof(text), "%s%s%s", bits & POLLIN ? "in " : "",
		 bits & POLLOUT ? "out " : "", bits & POLLERR ? "err " : "");
	answer_text(text, what);
}

/* Read one port, and print whether it is the expected one. */
static void answer_port(uint32_t want, const char *what)
{
	uint32_t port;
	ssize_t len = read(fd, &port, sizeof(port));

	if (len == sizeof(port))
		answer_text(port == want ? "the port" : "another port", what);
	else
		answer_value(len, what);
}

struct pair {
	int a, b;
};

static struct pair make_pair(void)
{
	struct pair pair;

	pair.a = bind_unbound(0);
	pair.b = bind_interdomain(0, pair.a);
	return pair;
}

static void ask_evtchn_bad_arguments(void)
{
	char *bad = bad_page();

	reopen_evtchn();
	answer(ioctl(fd, _IO('E', 99), 0), "unknown ioctl");
	answer(ioctl(fd, _IOC(_IOC_NONE, 'P', 0, 48), 0), "ioctl of privcmd");
	answer(ioctl(fd, IOCTL_EVTCHN_BIND_VIRQ, NULL), "bind_virq NULL");
	answer(ioctl(fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, NULL), "bind_interdomain NULL");
	answer(ioctl(fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, bad), "bind_unbound_port bad pointer");
	answer(ioctl(fd, IOCTL_EVTCHN_UNBIND, bad), "unbind bad pointer");
	answer(ioctl(fd, IOCTL_EVTCHN_NOTIFY, bad), "notify bad pointer");
	answer(ioctl(fd, IOCTL_EVTCHN_RESTRICT_DOMID, bad), "restrict bad pointer");
	answer(bind_virq(99), "bind_virq 99");
	answer(bind_virq(~0u), "bind_virq -1");
	answer(bind_virq(1), "bind_virq of the kernel");
	answer(bind_interdomain(0, NO_PORT), "bind_interdomain to no port");
	answer(bind_interdomain(0, ~0u), "bind_interdomain to port -1");
	answer(bind_interdomain(0x7000, 1), "bind_interdomain to no domain");
	answer(bind_unbound(0x7000), "bind_unbound_port for no domain");
	answer(unbind(NO_PORT), "unbind no port");
	answer(unbind(~0u), "unbind port -1");
	answer(unbind(1), "unbind a port of the kernel");
	answer(notify(NO_PORT), "notify no port");
	answer(notify(~0u), "notify port -1");
	answer(notify(1), "notify a port of the kernel");
	answer(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0, "mmap");
	answer(lseek(fd, 0, SEEK_SET), "lseek");
	answer_poll(0, "poll without a port");
}

static void ask_event(void)
{
	char *bad = bad_page();
	struct pair pair;
	char small[3];

	reopen_evtchn();
	pair.a = bind_unbound(0);
	answer(pair.a, "bind_unbound_port");
	answer(notify(pair.a), "notify without a peer");
	pair.b = bind_interdomain(0, pair.a);
	answer(pair.b, "bind_interdomain");
	answer_poll(0, "poll before");
	/* A channel that becomes bound has an event at once. */
	polled(1000);
	ioctl(fd, IOCTL_EVTCHN_RESET, 0);
	unmask(pair.a);
	unmask(pair.b);
	answer_port(0, "read when there is nothing");

	answer(notify(pair.b), "notify");
	answer_poll(1000, "poll after");
	answer_value(read(fd, small, 0), "read 0 bytes");
	answer_value(read(fd, small, 3), "read 3 bytes");
	answer_value(read(fd, bad, 4), "read to a bad pointer");
	answer_value(read(fd, readonly_page(), 4), "read to a read-only page");
	answer_port(pair.a, "read");
	answer_poll(0, "poll when all is read");
	answer(notify(pair.b), "notify a masked port");
	answer_poll(100, "poll of a masked port");
	answer_value(unmask(pair.a), "write");
	answer_poll(1000, "poll of an unmasked port");
	answer_port(pair.a, "read what came meanwhile");
	answer_value(write(fd, small, 0), "write 0 bytes");
	answer_value(write(fd, small, 3), "write 3 bytes");
	answer_value(write(fd, bad, 4), "write from a bad pointer");
	answer_value(write(fd, bad, 0x7fffffff), "write much from a bad pointer");
	answer_value(unmask(NO_PORT), "write no port");
	answer_value(unmask(pair.a), "write");
	answer_value(unmask(pair.a), "write again");
	answer_poll(100, "poll after all that");
	answer(unbind(pair.b), "unbind");
	answer(unbind(pair.b), "unbind again");
	answer(notify(pair.b), "notify what was unbound");
	answer(unbind(pair.a), "unbind the other");
}

static void ask_virq(void)
{
	int port, first;

	reopen_evtchn();
	first = fd;
	port = bind_virq(4);
	answer(port, "bind_virq");
	answer(bind_virq(4), "bind_virq twice, CVE-2025-40160");
	fd = 0;
	reopen_evtchn();
	answer(bind_virq(4), "bind_virq in two files, CVE-2025-40160");
	close(fd);
	fd = first;
	answer(unbind(port), "unbind virq");
	answer(bind_virq(4), "bind_virq after that");
}

static void ask_reset(void)
{
	struct pair pair;

	reopen_evtchn();
	pair = make_pair();
	notify(pair.b);
	answer_poll(1000, "poll before reset");
	answer(ioctl(fd, IOCTL_EVTCHN_RESET, 0), "reset");
	answer_poll(0, "poll after reset");
	answer_port(0, "read after reset");
}

/* More channels than the first ring has slots for, all with an event at once. */
static void ask_many(void)
{
	static uint32_t ports[1024];
	struct pair pairs[MANY];
	unsigned int i, got = 0, wrong = 0;
	ssize_t len;

	reopen_evtchn();
	for (i = 0; i < MANY; i++)
		pairs[i] = make_pair();
	answer(pairs[MANY - 1].b, "bind many");
	polled(1000);
	usleep(200000);
	while ((len = read(fd, ports, sizeof(ports))) > 0)
		if (write(fd, ports, len) != len)
			wrong++;
	for (i = 0; i < MANY; i++)
		notify(pairs[i].b);
	polled(1000);
	usleep(200000);
	while ((len = read(fd, ports + got, sizeof(ports) - got * 4)) > 0)
		got += len / 4;
	for (i = 0; i < MANY; i++)
		wrong += ports[i] != (uint32_t)pairs[i].a;
	answer_value(got, "events of many");
	answer_value(wrong, "out of order or lost");
	answer_value(write(fd, ports, got * 4), "write many");
	for (i = 0; i < MANY; i += 2)
		if (unbind(pairs[i].a) || unbind(pairs[i].b))
			answer(-1, "unbind one of many");
}

/* A program that causes events without reading them fills the ring. */
static void ask_overflow(void)
{
	struct pair pair;
	int i;

	reopen_evtchn();
	pair = make_pair();
	for (i = 0; i < 2000 && !(polled(0) & POLLERR); i++) {
		notify(pair.b);
		unmask(pair.a);
	}
	answer_poll(0, "poll after an overflow");
	answer_port(0, "read after an overflow");
	answer_value(unmask(pair.a), "write after an overflow");
	answer(ioctl(fd, IOCTL_EVTCHN_RESET, 0), "reset after an overflow");
	unmask(pair.a);
	notify(pair.b);
	answer_poll(1000, "poll after that");
	answer_port(pair.a, "read after that");
}

static void ask_evtchn_restricted(void)
{
	struct pair pair;

	reopen_evtchn();
	pair = make_pair();
	answer(restrict_to_evtchn(0), "restrict to domain 0");
	answer(restrict_to_evtchn(0x7ff0), "restrict to domid_self");
	answer(restrict_to_evtchn(0x7fff), "restrict to a reserved domain");
	answer(restrict_to_evtchn(0x7000), "restrict");
	answer(restrict_to_evtchn(0x7000), "restrict again");
	answer(ioctl(fd, IOCTL_EVTCHN_RESTRICT_DOMID, NULL), "restrict again with NULL");
	answer(bind_virq(4), "restricted: bind_virq");
	answer(ioctl(fd, IOCTL_EVTCHN_BIND_VIRQ, NULL), "restricted: bind_virq NULL");
	answer(bind_unbound(0), "restricted: bind_unbound_port");
	answer(bind_interdomain(0, 1), "restricted: bind_interdomain to another domain");
	answer(bind_interdomain(0x7000, 1), "restricted: bind_interdomain to that domain");
	answer(notify(pair.b), "restricted: notify");
	answer_poll(1000, "restricted: poll");
	answer(unbind(pair.b), "restricted: unbind");
}

static void ask_signals(void)
{
	static const struct itimerval each_second = { { 1, 0 }, { 1, 0 } }, never;
	struct sigaction alarmed = { .sa_handler = count_signal };
	struct pair pair;
	char port[4];
	int i;

	reopen_evtchn();
	signal(SIGIO, count_signal);
	sigaction(SIGALRM, &alarmed, NULL);
	pair = make_pair();
	ioctl(fd, IOCTL_EVTCHN_RESET, 0);
	unmask(pair.a);
	answer(fcntl(fd, F_SETOWN, getpid()), "fasync owner");
	answer(fcntl(fd, F_SETFL, O_ASYNC), "fasync on");
	signals = 0;
	notify(pair.b);
	for (i = 0; i < 100 && !signals; i++)
		usleep(10000);
	answer_text(signals ? "a signal" : "no signal", "fasync event");
	answer(fcntl(fd, F_SETFL, 0), "fasync off, blocking");
	ioctl(fd, IOCTL_EVTCHN_RESET, 0);
	/* The first signal may come before the read begins. */
	setitimer(ITIMER_REAL, &each_second, NULL);
	answer_value(read(fd, port, 4), "read until a signal");
	setitimer(ITIMER_REAL, &never, NULL);
}

/* A port that is bound to a file is closed with it, and only then. */
static void ask_close(void)
{
	struct pair pair;
	int child;

	reopen_evtchn();
	pair = make_pair();
	fcntl(fd, F_SETFD, 0);
	child = dup(fd);
	close(fd);
	fd = child;
	answer(notify(pair.b), "notify through a copy of the file");
	reopen_evtchn();
	answer(bind_interdomain(0, pair.a), "bind to a port of a file that was closed");
}

void evtchn_questions(void)
{
	ask("evtchn");
	ask_evtchn_bad_arguments();
	ask_event();
	ask_virq();
	ask_reset();
	ask_many();
	ask_overflow();
	ask_evtchn_restricted();
	ask_signals();
	ask_close();
}
