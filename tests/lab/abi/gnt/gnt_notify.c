// SPDX-License-Identifier: GPL-2.0
/* gntdev: notifying the other side. */
#include "gnt.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void notify_arguments(void)
{
	struct grants grants;
	struct map map;
	struct channel ch;

	channel_open(&ch);
	channel_drain(&ch);
	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ);
	TRY("null", ioctl(gntdev, MAP_NOTIFY, NULL));
	TRY("unknown action", set_notify(gntdev, MAP_NOTIFY, map.index, 4, 0));
	TRY("nothing there", set_notify(gntdev, MAP_NOTIFY, 1UL << 40, 0, 0));
	TRY("port that is not bound",
	    set_notify(gntdev, MAP_NOTIFY, map.index, UNMAP_NOTIFY_SEND_EVENT, 1000));
	TRY("port that is none",
	    set_notify(gntdev, MAP_NOTIFY, map.index, UNMAP_NOTIFY_SEND_EVENT, ~0U));
	TRY("byte of a read-only page",
	    set_notify(gntdev, MAP_NOTIFY, map.index, UNMAP_NOTIFY_CLEAR_BYTE, 0));
	TRY("event", set_notify(gntdev, MAP_NOTIFY, map.index, UNMAP_NOTIFY_SEND_EVENT, ch.port));
	TRY("none", set_notify(gntdev, MAP_NOTIFY, map.index, 0, 0));
	unmap_grants(&map);
	say("heard", "%s", channel_heard(&ch));
	ungrant(&grants);
	channel_close(&ch);
}

/* A program first asks for a notify byte, and then maps the page read-only. */
static void notify_then_read_only(void)
{
	struct grants grants;
	struct map map = { .nr = 1 };

	grant(&grants, 1, GNTALLOC_FLAG_WRITABLE);
	name_grants(gntdev, grants.refs, 1, 0, &map.index);
	TRY("byte", set_notify(gntdev, MAP_NOTIFY, map.index, UNMAP_NOTIFY_CLEAR_BYTE, 0));
	TRY("mmap to read", show(&map, PROT_READ));
	forget(gntdev, map.index, 1);
	ungrant(&grants);
}

static void notified(void)
{
	uint32_t both = UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT;
	struct grants grants;
	struct map map;
	struct channel ch;

	channel_open(&ch);
	channel_drain(&ch);
	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	memset(grants.mem, 0xff, 2 * PAGE);
	TRY("set", set_notify(gntdev, MAP_NOTIFY, map.index + PAGE + 17, both, ch.port));
	munmap(map.mem, 2 * PAGE);
	say("byte after munmap", "%#x, its neighbours %#x %#x", grants.mem[PAGE + 17],
	    grants.mem[PAGE + 16], grants.mem[PAGE + 18]);
	TRY("forget", forget(gntdev, map.index, 2));
	say("heard", "%s", channel_heard(&ch));
	say("heard once more", "%s", channel_heard(&ch));
	ungrant(&grants);
	channel_close(&ch);
}

/* The other side is notified, however the program ends. */
static void notified_of_death(const char *how, int signo)
{
	uint32_t both = UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT;
	struct grants grants;
	struct map map;
	struct channel ch;
	pid_t child;

	channel_open(&ch);
	channel_drain(&ch);
	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	memset(grants.mem, 0xff, 2 * PAGE);
	child = fork();
	if (!child) {
		close(gntdev);
		gntdev = open("/dev/xen/gntdev", O_RDWR);
		map_grants(&map, &grants, PROT_READ | PROT_WRITE);
		set_notify(gntdev, MAP_NOTIFY, map.index, both, ch.port);
		if (signo)
			kill(getpid(), signo);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	say(how, "byte %#x, %s", grants.mem[0], channel_heard(&ch));
	ungrant(&grants);
	channel_close(&ch);
}

static void notified_of_end(void)
{
	notified_of_death("exit", 0);
	notified_of_death("SIGKILL", SIGKILL);
}

/*
 * A pipe holds the pages for longer than the program maps them: they stay readable, and the other
 * side is notified when they go.
 */
static void held_by_pipe(void)
{
	uint32_t both = UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT;
	static uint8_t buffer[2 * PAGE];
	struct grants grants;
	struct map map;
	struct channel ch;
	struct iovec iov;
	int ends[2];

	channel_open(&ch);
	channel_drain(&ch);
	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	memset(grants.mem, 0x6d, 2 * PAGE);
	TRY("set", set_notify(gntdev, MAP_NOTIFY, map.index, both, ch.port));
	iov = (struct iovec){ .iov_base = map.mem, .iov_len = 2 * PAGE };
	if (pipe(ends))
		die("making a pipe");
	/* This fails in a PV domain. */
	TRY("into the pipe", vmsplice(ends[1], &iov, 1, 0));
	close(ends[1]);
	unmap_grants(&map);
	say("after munmap", "byte %#x, %s", grants.mem[0], channel_heard(&ch));
	TRY("out of the pipe", read(ends[0], buffer, 2 * PAGE));
	say("same data", "%d", !memcmp(buffer, grants.mem + 1, 2 * PAGE - 1));
	say("after it", "%s", channel_heard(&ch));
	say("byte", "%#x", grants.mem[0]);
	close(ends[0]);
	ungrant(&grants);
	channel_close(&ch);
}

/*
 * Keep a page of that domain's console in a pipe until the standard input ends. No program maps it.
 */
void hold_by_pipe(uint32_t domid)
{
	static const uint32_t console[] = { GNTTAB_RESERVED_CONSOLE };
	struct map map = { .nr = 1 };
	uint8_t buffer[PAGE];
	struct iovec iov;
	int ends[2];

	name = "pipe";
	if (pipe(ends) || name_grants(gntdev, console, 1, domid, &map.index))
		die("naming a console");
	map.mem = show(&map, PROT_READ);
	iov = (struct iovec){ .iov_base = map.mem, .iov_len = PAGE };
	TRY("into it", vmsplice(ends[1], &iov, 1, 0));
	unmap_grants(&map);
	TRY("closed", close(gntdev));
	TRY("waited", read(0, buffer, 1));
	TRY("out of it", read(ends[0], buffer, PAGE));
}

/*
 * Put a page of that domain's console into a pipe, and take it out after the munmap(). Keep the
 * file open until the standard input ends.
 */
void drain_pipe(uint32_t domid)
{
	static const uint32_t console[] = { GNTTAB_RESERVED_CONSOLE };
	struct map map = { .nr = 1 };
	uint8_t buffer[PAGE];
	struct iovec iov;
	int ends[2];

	name = "drain";
	if (pipe(ends) || name_grants(gntdev, console, 1, domid, &map.index))
		die("naming a console");
	map.mem = show(&map, PROT_READ);
	iov = (struct iovec){ .iov_base = map.mem, .iov_len = PAGE };
	TRY("into it", vmsplice(ends[1], &iov, 1, 0));
	TRY("munmap", munmap(map.mem, PAGE));
	TRY("out of it", read(ends[0], buffer, PAGE));
	TRY("waited", read(0, buffer, 1));
}

const struct test_case notify_cases[] = {
	{ "notify-arguments", notify_arguments },
	{ "notify-then-read-only", notify_then_read_only, "deadly" },
	{ "notified", notified },
	{ "notified-of-end", notified_of_end },
	{ "held-by-pipe", held_by_pipe, "deadly" },
	{},
};
