// SPDX-License-Identifier: GPL-2.0
/* Grants, mappings and event channels, which all cases use. */
#include "gnt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

int gntdev, gntalloc;
const char *name;

void say(const char *what, const char *format, ...)
{
	va_list args;

	printf("%s %s: ", name, what);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

const char *result(long ret)
{
	static char text[32];

	if (ret > 1L << 32)
		return "an address";
	if (ret >= 0)
		snprintf(text, sizeof(text), "%ld", ret);
	else
		snprintf(text, sizeof(text), "%s", strerrorname_np(errno));
	return text;
}

void die(const char *what)
{
	printf("%s: cannot go on, %s: %s\n", name ?: "gnt", what, strerror(errno));
	exit(1);
}

static sigjmp_buf fault;

static void on_fault(int signo)
{
	siglongjmp(fault, signo);
}

const char *touch(volatile uint8_t *byte, bool write)
{
	int signo = sigsetjmp(fault, 1);

	if (signo)
		return signo == SIGBUS ? "SIGBUS" : "SIGSEGV";
	if (write)
		*byte = *byte;
	else
		(void)*byte;
	return "ok";
}

long alloc_grants(int fd, struct grants *grants, unsigned int nr, uint16_t domid, uint16_t flags)
{
	struct ioctl_gntalloc_alloc_gref *op = calloc(1, sizeof(*op) + nr * sizeof(uint32_t));
	long ret;

	op->domid = domid;
	op->flags = flags;
	op->count = nr;
	ret = ioctl(fd, IOCTL_GNTALLOC_ALLOC_GREF, op);
	grants->index = op->index;
	grants->nr = nr;
	memcpy(grants->refs, op->gref_ids, nr * sizeof(uint32_t));
	free(op);
	return ret;
}

long dealloc_grants(int fd, uint64_t index, unsigned int nr)
{
	struct ioctl_gntalloc_dealloc_gref op = { .index = index, .count = nr };

	return ioctl(fd, IOCTL_GNTALLOC_DEALLOC_GREF, &op);
}

void grant(struct grants *grants, unsigned int nr, uint16_t flags)
{
	if (alloc_grants(gntalloc, grants, nr, 0, flags))
		die("granting");
	grants->mem =
		mmap(NULL, nr * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, gntalloc, grants->index);
	if (grants->mem == MAP_FAILED)
		die("mapping what is granted");
}

void ungrant(struct grants *grants)
{
	munmap(grants->mem, grants->nr * PAGE);
	if (dealloc_grants(gntalloc, grants->index, grants->nr))
		die("taking grants back");
}

long name_grants(int fd, const uint32_t *refs, unsigned int nr, uint32_t domid, uint64_t *index)
{
	struct ioctl_gntdev_map_grant_ref *op = calloc(1, sizeof(*op) + nr * sizeof(op->refs[0]));
	long ret;

	op->count = nr;
	for (unsigned int i = 0; i < nr; i++) {
		op->refs[i].domid = domid;
		op->refs[i].ref = refs[i];
	}
	ret = ioctl(fd, IOCTL_GNTDEV_MAP_GRANT_REF, op);
	*index = op->index;
	free(op);
	return ret;
}

long forget(int fd, uint64_t index, unsigned int nr)
{
	struct ioctl_gntdev_unmap_grant_ref op = { .index = index, .count = nr };

	return ioctl(fd, IOCTL_GNTDEV_UNMAP_GRANT_REF, &op);
}

void *show(const struct map *map, int prot)
{
	return mmap(NULL, map->nr * PAGE, prot, MAP_SHARED, gntdev, map->index);
}

void map_grants(struct map *map, const struct grants *grants, int prot)
{
	map->nr = grants->nr;
	if (name_grants(gntdev, grants->refs, grants->nr, 0, &map->index))
		die("naming grants");
	map->mem = show(map, prot);
	if (map->mem == MAP_FAILED)
		die("mapping grants");
}

void unmap_grants(struct map *map)
{
	munmap(map->mem, map->nr * PAGE);
	if (forget(gntdev, map->index, map->nr))
		die("forgetting grants");
}

const char *look(uint8_t *page, uint8_t *other)
{
	const char *why = touch(page, false);

	if (strcmp(why, "ok"))
		return why;
	*other += 1;
	if (*page != *other)
		return "other data";
	return strcmp(touch(page, true), "ok") ? "readable" : "writable";
}

void look_at_all(const char *what, uint8_t *mem, uint8_t *other, unsigned int nr)
{
	char text[256] = "";

	for (unsigned int i = 0; i < nr; i++) {
		strcat(text, look(mem + i * PAGE, other + i * PAGE));
		strcat(text, " ");
	}
	say(what, "%s", text);
}

void channel_open(struct channel *ch)
{
	struct ioctl_evtchn_bind_unbound_port unbound = { .remote_domain = 0 };
	struct ioctl_evtchn_bind_interdomain bind = { .remote_domain = 0 };

	ch->ours = open("/dev/xen/evtchn", O_RDWR);
	ch->theirs = open("/dev/xen/evtchn", O_RDWR | O_NONBLOCK);
	ch->port = ioctl(ch->ours, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &unbound);
	bind.remote_port = ch->port;
	ch->their_port = ioctl(ch->theirs, IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind);
}

void channel_drain(struct channel *ch)
{
	uint32_t port;

	usleep(20000);
	while (read(ch->theirs, &port, sizeof(port)) == sizeof(port))
		if (write(ch->theirs, &port, sizeof(port)) < 0)
			die("unmasking");
}

const char *channel_heard(struct channel *ch)
{
	struct pollfd pollfd = { .fd = ch->theirs, .events = POLLIN };
	uint32_t port;

	if (poll(&pollfd, 1, 300) != 1)
		return "no event";
	if (read(ch->theirs, &port, sizeof(port)) != sizeof(port) || port != ch->their_port)
		return "another event";
	if (write(ch->theirs, &port, sizeof(port)) < 0)
		die("unmasking");
	return "event";
}

void channel_close(struct channel *ch)
{
	close(ch->theirs);
	close(ch->ours);
}

long set_notify(int fd, unsigned long request, uint64_t index, uint32_t action, uint32_t port)
{
	struct ioctl_gntdev_unmap_notify op = {
		.index = index, .action = action, .event_channel_port = port};

	return ioctl(fd, request, &op);
}

void catch_faults(void)
{
	struct sigaction action = { .sa_handler = on_fault };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}
