// SPDX-License-Identifier: GPL-2.0
/* gntdev: copying. */
#include "gnt.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

static struct gntdev_grant_copy_segment from_grant(uint32_t ref, unsigned int off, void *to,
						   unsigned int len)
{
	return (struct gntdev_grant_copy_segment){
		.source.foreign = { .ref = ref, .offset = off, .domid = 0 },
		.dest.virt = to,
		.len = len,
		.flags = GNTCOPY_source_gref,
		.status = 99,
	};
}

static struct gntdev_grant_copy_segment to_grant(void *from, uint32_t ref, unsigned int off,
						 unsigned int len)
{
	return (struct gntdev_grant_copy_segment){
		.source.virt = from,
		.dest.foreign = { .ref = ref, .offset = off, .domid = 0 },
		.len = len,
		.flags = GNTCOPY_dest_gref,
		.status = 99,
	};
}

static long copy(struct gntdev_grant_copy_segment *segs, unsigned int nr)
{
	struct ioctl_gntdev_grant_copy op = { .count = nr, .segments = segs };

	return ioctl(gntdev, IOCTL_GNTDEV_GRANT_COPY, &op);
}

static void copy_one(const char *what, struct gntdev_grant_copy_segment seg)
{
	long ret = copy(&seg, 1);

	say(what, "%s, status %d", result(ret), seg.status);
}

static void copy_arguments(void)
{
	struct gntdev_grant_copy_segment seg;
	static uint8_t local[2 * PAGE];
	struct grants grants, readonly;
	uint8_t *guarded =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(guarded + PAGE, PAGE, PROT_NONE);
	grant(&grants, 1, GNTALLOC_FLAG_WRITABLE);
	grant(&readonly, 1, 0);
	TRY("null", ioctl(gntdev, IOCTL_GNTDEV_GRANT_COPY, NULL));
	TRY("no segments", copy(NULL, 0));
	TRY("segments at null", copy(NULL, 1));
	seg = from_grant(grants.refs[0], 0, local, 16);
	seg.flags = 0;
	copy_one("no grant", seg);
	copy_one("beyond the page", from_grant(grants.refs[0], PAGE - 15, local, 16));
	copy_one("to the end of the page", from_grant(grants.refs[0], PAGE - 16, local, 16));
	copy_one("offset 65535", from_grant(grants.refs[0], 65535, local, 16));
	copy_one("length 65535", from_grant(grants.refs[0], 0, local, 65535));
	copy_one("length 0", from_grant(grants.refs[0], 0, local, 0));
	copy_one("length 0, to null", from_grant(grants.refs[0], 0, (void *)1, 0));
	copy_one("to null", from_grant(grants.refs[0], 0, NULL, 16));
	copy_one("to a kernel address",
		 from_grant(grants.refs[0], 0, (void *)0xffff888000000000UL, 16));
	copy_one("across the end of memory", from_grant(grants.refs[0], 0, guarded + PAGE - 8, 16));
	mprotect(guarded, PAGE, PROT_READ);
	copy_one("to a read-only page", from_grant(grants.refs[0], 0, guarded, 16));
	copy_one("from a read-only page", to_grant(guarded, grants.refs[0], 0, 16));
	copy_one("from a read-only grant", from_grant(readonly.refs[0], 0, local, 16));
	copy_one("to a read-only grant", to_grant(local, readonly.refs[0], 0, 16));
	copy_one("bad grant", from_grant(BAD_REF, 0, local, 16));
	seg = from_grant(grants.refs[0], 0, local, 16);
	seg.source.foreign.domid = 0x7fef;
	copy_one("no such domain", seg);
	seg = from_grant(grants.refs[0], 0, local, 16);
	seg.flags |= 0x8000;
	copy_one("unknown flag", seg);
	munmap(guarded, 2 * PAGE);
	ungrant(&readonly);
	ungrant(&grants);
}

/* The segment begins at the last address, so its end wraps around to a low one. */
static void copy_to_last_address(void)
{
	struct grants grants;

	grant(&grants, 1, GNTALLOC_FLAG_WRITABLE);
	copy_one("to the last address", from_grant(grants.refs[0], 0, (void *)~0UL, 16));
	ungrant(&grants);
}

static void copy_data(void)
{
	struct gntdev_grant_copy_segment segs[2];
	static uint8_t local[4 * PAGE];
	struct grants grants;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	for (unsigned int i = 0; i < sizeof(local); i++)
		local[i] = i * 13 + i / 256;
	segs[0] = to_grant(local + 100, grants.refs[0], 0, PAGE);
	segs[1] = to_grant(local + 100 + PAGE, grants.refs[1], 50, PAGE - 50);
	TRY("to grants, across pages", copy(segs, 2));
	say("same data", "%d %d", !memcmp(local + 100, grants.mem, PAGE),
	    !memcmp(local + 100 + PAGE, grants.mem + PAGE + 50, PAGE - 50));
	memset(local, 0, sizeof(local));
	segs[0] = from_grant(grants.refs[1], 50, local + 4000, PAGE - 50);
	segs[1] = from_grant(grants.refs[0], 1, local + 4000 + PAGE - 50, PAGE - 1);
	TRY("from grants, across pages", copy(segs, 2));
	say("same data", "%d %d", !memcmp(local + 4000, grants.mem + PAGE + 50, PAGE - 50),
	    !memcmp(local + 4000 + PAGE - 50, grants.mem + 1, PAGE - 1));
	segs[0] = from_grant(grants.refs[0], 10, NULL, 1000);
	segs[0].flags |= GNTCOPY_dest_gref;
	segs[0].dest.foreign.ref = grants.refs[1];
	segs[0].dest.foreign.domid = 0;
	segs[0].dest.foreign.offset = 3000;
	copy_one("from grant to grant", segs[0]);
	say("same data", "%d", !memcmp(grants.mem + 10, grants.mem + PAGE + 3000, 1000));
	ungrant(&grants);
}

/* More segments than one hypercall copies. */
#define MANY 700

/* Copy in both directions, contiguous and scattered, with some bad grants. */
static void copy_many(void)
{
	static struct gntdev_grant_copy_segment segs[MANY];
	static uint8_t local[MANY * 512];
	unsigned int okay = 0, bad = 0, other = 0, same = 0;
	struct grants grants;

	grant(&grants, 100, GNTALLOC_FLAG_WRITABLE);
	for (unsigned int i = 0; i < sizeof(local); i++)
		local[i] = i * 31 + i / 512;
	for (unsigned int i = 0; i < MANY; i++) {
		uint32_t ref = i % 97 == 5 ? BAD_REF : grants.refs[i / 8];

		segs[i] = to_grant(local + i * 512, ref, i % 8 * 512, 512);
	}
	TRY("to grants", copy(segs, MANY));
	for (unsigned int i = 0; i < MANY; i++) {
		okay += segs[i].status == GNTST_okay;
		bad += segs[i].status == GNTST_bad_gntref && i % 97 == 5;
		same += !memcmp(local + i * 512, grants.mem + i * 512, 512);
	}
	say("outcome", "%u okay, %u bad, %u pieces of the same data", okay, bad, same);

	memset(local, 0, sizeof(local));
	okay = 0;
	bad = 0;
	same = 0;
	for (unsigned int i = 0; i < MANY; i++) {
		uint32_t ref = i % 97 == 5 ? BAD_REF : grants.refs[i / 8];
		unsigned int place = i % 3 ? i : i ^ 1;

		segs[i] = from_grant(ref, i % 8 * 512, local + place % MANY * 512, 512);
	}
	TRY("from grants", copy(segs, MANY));
	for (unsigned int i = 0; i < MANY; i++) {
		okay += segs[i].status == GNTST_okay;
		bad += segs[i].status == GNTST_bad_gntref && i % 97 == 5;
		other += segs[i].status == 99;
	}
	say("outcome", "%u okay, %u bad, %u untouched", okay, bad, other);
	ungrant(&grants);
}

/* A segment that the driver itself refuses ends the request. */
static void copy_stops(void)
{
	static struct gntdev_grant_copy_segment segs[3];
	static uint8_t local[3 * 16];
	struct grants grants;

	grant(&grants, 1, GNTALLOC_FLAG_WRITABLE);
	memset(grants.mem, 0x77, PAGE);
	for (unsigned int i = 0; i < 3; i++)
		segs[i] = from_grant(grants.refs[0], 0, local + i * 16, 16);
	segs[1].len = 5000;
	TRY("second of three too long", copy(segs, 3));
	say("first copied", "%s", local[0] ? "yes" : "no");
	say("third copied", "%s", local[32] ? "yes" : "no");
	ungrant(&grants);
}

const struct test_case copy_cases[] = {
	{ "copy-arguments", copy_arguments },
	{ "copy-to-last-address", copy_to_last_address, "deadly" },
	{ "copy-data", copy_data },
	{ "copy-many", copy_many },
	{ "copy-stops", copy_stops },
	{},
};
