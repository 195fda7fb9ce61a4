// SPDX-License-Identifier: GPL-2.0
/* gntalloc. */
#include "gnt.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void share_counts(void)
{
	static const uint32_t counts[] = {0, 1025, 65536, 1U << 31, UINT32_MAX};
	struct ioctl_gntalloc_alloc_gref op = {0};
	struct grants grants;
	char what[32];
	int fd;

	for (unsigned int i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		op.count = counts[i];
		snprintf(what, sizeof(what), "count %u", counts[i]);
		TRY(what, ioctl(gntalloc, IOCTL_GNTALLOC_ALLOC_GREF, &op));
	}
	fd = open("/dev/xen/gntalloc", O_RDWR);
	TRY("all that the limit allows", alloc_grants(fd, &grants, 1024, 0, 0));
	TRY("one more", alloc_grants(gntalloc, &grants, 1, 0, 0));
	close(fd);
	fd = open("/dev/xen/gntalloc", O_RDWR);
	TRY("after close, all again", alloc_grants(fd, &grants, 1024, 0, 0));
	close(fd);
}

static void share_pointers(void)
{
	struct ioctl_gntalloc_alloc_gref *op =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct grants grants;
	int fd = open("/dev/xen/gntalloc", O_RDWR);

	munmap((uint8_t *)op + PAGE, PAGE);
	TRY("null", ioctl(fd, IOCTL_GNTALLOC_ALLOC_GREF, NULL));
	TRY("dealloc null", ioctl(fd, IOCTL_GNTALLOC_DEALLOC_GREF, NULL));
	op = (void *)((uint8_t *)op + PAGE - sizeof(*op));
	op->count = 100;
	TRY("array ends too early", ioctl(fd, IOCTL_GNTALLOC_ALLOC_GREF, op));
	op = (void *)((uintptr_t)op & ~(PAGE - 1));
	mprotect(op, PAGE, PROT_READ);
	TRY("read-only", ioctl(fd, IOCTL_GNTALLOC_ALLOC_GREF, op));
	munmap(op, PAGE);
	TRY("what the failed ones hold", alloc_grants(fd, &grants, 1024, 0, 0));
	close(fd);
}

static void share_maps(void)
{
	int fd = open("/dev/xen/gntalloc", O_RDWR), prot = PROT_READ | PROT_WRITE;
	struct grants first, second;
	uint8_t *mem, *again;

	alloc_grants(fd, &first, 2, 0, 0);
	alloc_grants(fd, &second, 2, 0, 0);
	say("offsets", "%#llx %#llx", (unsigned long long)first.index,
	    (unsigned long long)second.index);
	TRY("private", mmap(NULL, 2 * PAGE, prot, MAP_PRIVATE, fd, first.index));
	TRY("nothing there", mmap(NULL, PAGE, prot, MAP_SHARED, fd, 1UL << 40));
	TRY("too long", mmap(NULL, 5 * PAGE, prot, MAP_SHARED, fd, first.index));
	TRY("far too long",
	    mmap(NULL, 1UL << 40, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, first.index));
	mem = mmap(NULL, 4 * PAGE, prot, MAP_SHARED, fd, first.index);
	say("across two requests", "%s", mem == MAP_FAILED ? "failed" : "mapped");
	say("zeroed", "%d", !mem[0] && !memcmp(mem, mem + 1, 4 * PAGE - 1));
	again = mmap(NULL, PAGE, prot, MAP_SHARED, fd, second.index);
	say("once more, the third page", "%s", look(again, mem + 2 * PAGE));
	TRY("munmap the middle", munmap(mem + PAGE, PAGE));
	say("first", "%s", touch(mem, true));
	say("hole", "%s", touch(mem + PAGE, true));
	say("third", "%s", look(mem + 2 * PAGE, again));
	close(fd);
	say("third after close", "%s", look(mem + 2 * PAGE, again));
	munmap(mem, 4 * PAGE);
	munmap(again, PAGE);
}

static void share_ends(void)
{
	int fd = open("/dev/xen/gntalloc", O_RDWR);
	struct grants grants;
	uint8_t *mem;

	alloc_grants(fd, &grants, 4, 0, 0);
	mem = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, grants.index);
	TRY("no pages", dealloc_grants(fd, grants.index, 0));
	TRY("not aligned", dealloc_grants(fd, grants.index + 1, 1));
	TRY("too many", dealloc_grants(fd, grants.index, 5));
	TRY("2^32 - 1", dealloc_grants(fd, grants.index, UINT32_MAX));
	TRY("nothing there", dealloc_grants(fd, 1UL << 40, 1));
	TRY("the second", dealloc_grants(fd, grants.index + PAGE, 1));
	TRY("again", dealloc_grants(fd, grants.index + PAGE, 1));
	TRY("all", dealloc_grants(fd, grants.index, 4));
	say("page", "%s", touch(mem + PAGE, true));
	TRY("mmap what is left",
	    munmap(mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, grants.index + 2 * PAGE),
		   2 * PAGE));
	TRY("mmap what is not", mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, fd, grants.index));
	munmap(mem, 4 * PAGE);
	close(fd);
}

/* A page that the other side still maps is neither freed nor granted to another domain. */
static void share_held(void)
{
	struct grants grants, limit;
	struct map map;
	int fd = open("/dev/xen/gntalloc", O_RDWR);

	grant(&grants, 4, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	memset(grants.mem, 0x42, 4 * PAGE);
	ungrant(&grants);
	say("page", "%s, %#x", touch(map.mem, true), map.mem[0]);
	TRY("the whole limit while it is held", alloc_grants(fd, &limit, 1024, 0, 0));
	close(fd);
	fd = open("/dev/xen/gntalloc", O_RDWR);
	TRY("the whole limit for another domain", alloc_grants(fd, &limit, 1024, 1, 0));
	close(fd);
	say("page still", "%s, %#x", touch(map.mem, true), map.mem[0]);
	unmap_grants(&map);
	fd = open("/dev/xen/gntalloc", O_RDWR);
	TRY("the whole limit after it", alloc_grants(fd, &limit, 1024, 0, 0));
	close(fd);
}

static void share_forked(void)
{
	struct grants grants;
	int status;
	pid_t child;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	child = fork();
	if (!child) {
		grants.mem[0] = 0x33;
		_exit(0);
	}
	waitpid(child, &status, 0);
	say("child's byte", "%#x", grants.mem[0]);
	ungrant(&grants);
}

static void share_notify_arguments(void)
{
	struct grants grants;

	grant(&grants, 1, GNTALLOC_FLAG_WRITABLE);
	TRY("null", ioctl(gntalloc, SHARE_NOTIFY, NULL));
	TRY("unknown action", set_notify(gntalloc, SHARE_NOTIFY, grants.index, 4, 0));
	TRY("nothing there", set_notify(gntalloc, SHARE_NOTIFY, 1UL << 40, 0, 0));
	TRY("wrong twice", set_notify(gntalloc, SHARE_NOTIFY, 1UL << 40, 4, 0));
	TRY("port that is not bound",
	    set_notify(gntalloc, SHARE_NOTIFY, grants.index, UNMAP_NOTIFY_SEND_EVENT, 1000));
	TRY("byte",
	    set_notify(gntalloc, SHARE_NOTIFY, grants.index + 5, UNMAP_NOTIFY_CLEAR_BYTE, 0));
	ungrant(&grants);
}

static void share_notified(void)
{
	uint32_t both = UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT;
	struct grants grants;
	struct map map;
	struct channel ch;

	channel_open(&ch);
	channel_drain(&ch);
	grant(&grants, 1, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	memset(grants.mem, 0xff, PAGE);
	TRY("set", set_notify(gntalloc, SHARE_NOTIFY, grants.index + 9, both, ch.port));
	munmap(grants.mem, PAGE);
	say("after munmap", "byte %#x, %s", map.mem[9], channel_heard(&ch));
	TRY("dealloc", dealloc_grants(gntalloc, grants.index, 1));
	say("after dealloc", "byte %#x, %s", map.mem[9], channel_heard(&ch));
	unmap_grants(&map);
	channel_close(&ch);
}

const struct test_case share_cases[] = {
	{ "share-counts-cve-2026-98900", share_counts },
	{ "share-pointers", share_pointers },
	{ "share-maps", share_maps },
	{ "share-ends", share_ends },
	{ "share-held", share_held },
	{ "share-forked", share_forked },
	{ "share-notify-arguments", share_notify_arguments },
	{ "share-notified", share_notified },
	{},
};
