// SPDX-License-Identifier: GPL-2.0
/* gntdev: naming grants, mapping them, forgetting them. */
#include "gnt.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static void map_counts(void)
{
	static const uint32_t counts[] = {0, 65537, 1U << 31, UINT32_MAX};
	struct ioctl_gntdev_map_grant_ref op = {0};
	char what[32];

	for (unsigned int i = 0; i < 4; i++) {
		op.count = counts[i];
		snprintf(what, sizeof(what), "count %u", counts[i]);
		TRY(what, ioctl(gntdev, IOCTL_GNTDEV_MAP_GRANT_REF, &op));
	}
}

static void map_pointers(void)
{
	struct ioctl_gntdev_map_grant_ref *op;
	uint64_t index;

	TRY("null", ioctl(gntdev, IOCTL_GNTDEV_MAP_GRANT_REF, NULL));
	TRY("kernel", ioctl(gntdev, IOCTL_GNTDEV_MAP_GRANT_REF, 0xffff888000000000UL));
	op = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap((uint8_t *)op + PAGE, PAGE);
	op->count = 1000;
	TRY("array ends too early", ioctl(gntdev, IOCTL_GNTDEV_MAP_GRANT_REF, op));
	op->count = 1;
	mprotect(op, PAGE, PROT_READ);
	TRY("read-only", ioctl(gntdev, IOCTL_GNTDEV_MAP_GRANT_REF, op));
	munmap(op, PAGE);
	TRY("then a good one", name_grants(gntdev, (uint32_t[]){BAD_REF}, 1, 0, &index));
	TRY("forget it", forget(gntdev, index, 1));
}

static void map_domains(void)
{
	static const uint32_t domains[] = {0x7fef, 0x7ff0, 0x7ff4, 0x10000};
	struct grants grants;
	struct map map = { .nr = 1 };
	char what[48];

	grant(&grants, 1, GNTALLOC_FLAG_WRITABLE);
	for (unsigned int i = 0; i < 4; i++) {
		long ret = name_grants(gntdev, grants.refs, 1, domains[i], &map.index);

		snprintf(what, sizeof(what), "domain %#x named", domains[i]);
		TRY(what, ret);
		if (ret)
			continue;
		snprintf(what, sizeof(what), "domain %#x mapped", domains[i]);
		map.mem = show(&map, PROT_READ | PROT_WRITE);
		if (map.mem != MAP_FAILED) {
			say(what, "%s", look(map.mem, grants.mem));
			munmap(map.mem, PAGE);
		} else {
			TRY(what, -1);
		}
		forget(gntdev, map.index, 1);
	}
	ungrant(&grants);
}

static void map_write(void)
{
	struct grants grants;
	struct map map;

	grant(&grants, NR, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	look_at_all("both ways", map.mem, grants.mem, NR);
	memset(map.mem, 0x5a, NR * PAGE);
	say("written here, read there", "%d", memcmp(map.mem, grants.mem, NR * PAGE));
	unmap_grants(&map);
	ungrant(&grants);
}

static void map_read(void)
{
	struct grants grants;
	struct map map;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ);
	look_at_all("pages", map.mem, grants.mem, 2);
	TRY("mprotect to write", mprotect(map.mem, 2 * PAGE, PROT_READ | PROT_WRITE));
	unmap_grants(&map);
	ungrant(&grants);
}

static void map_read_only_grant(void)
{
	struct grants grants;
	struct map map = { .nr = 1 };

	grant(&grants, 1, 0);
	name_grants(gntdev, grants.refs, 1, 0, &map.index);
	TRY("mmap to write", show(&map, PROT_READ | PROT_WRITE));
	forget(gntdev, map.index, 1);
	map_grants(&map, &grants, PROT_READ);
	look_at_all("mmap to read", map.mem, grants.mem, 1);
	unmap_grants(&map);
	ungrant(&grants);
}

static void map_arguments(void)
{
	int prot = PROT_READ | PROT_WRITE;
	struct grants grants;
	uint64_t index;
	void *mem;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	name_grants(gntdev, grants.refs, 2, 0, &index);
	TRY("private and writable", mmap(NULL, 2 * PAGE, prot, MAP_PRIVATE, gntdev, index));
	TRY("too short", mmap(NULL, PAGE, prot, MAP_SHARED, gntdev, index));
	TRY("too long", mmap(NULL, 3 * PAGE, prot, MAP_SHARED, gntdev, index));
	TRY("from its middle", mmap(NULL, PAGE, prot, MAP_SHARED, gntdev, index + PAGE));
	TRY("nothing there", mmap(NULL, 2 * PAGE, prot, MAP_SHARED, gntdev, 1UL << 40));
	mem = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, gntdev, index);
	say("private and read-only", "%s", mem == MAP_FAILED ? "failed" : "mapped");
	TRY("twice", mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, gntdev, index));
	munmap(mem, 2 * PAGE);
	TRY("again after munmap", mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, gntdev, index));
	TRY("forget", forget(gntdev, index, 2));
	ungrant(&grants);
}

/* A driver that truncates this count of pages to 32 bits takes it for one page. */
static void map_huge(void)
{
	struct grants grants;
	uint64_t index;

	grant(&grants, 1, GNTALLOC_FLAG_WRITABLE);
	name_grants(gntdev, grants.refs, 1, 0, &index);
	TRY("2^32 + 1 pages", mmap(NULL, ((1UL << 32) + 1) * PAGE, PROT_READ,
				   MAP_SHARED | MAP_NORESERVE, gntdev, index));
	forget(gntdev, index, 1);
	ungrant(&grants);
}

static void map_bad_refs(void)
{
	struct grants grants;
	struct map map = { .nr = NR };
	uint32_t refs[NR];

	grant(&grants, NR, GNTALLOC_FLAG_WRITABLE);
	memcpy(refs, grants.refs, sizeof(refs));
	refs[3] = BAD_REF;
	TRY("name", name_grants(gntdev, refs, NR, 0, &map.index));
	TRY("one bad of eight", show(&map, PROT_READ | PROT_WRITE));
	TRY("once more", show(&map, PROT_READ | PROT_WRITE));
	TRY("forget", forget(gntdev, map.index, NR));
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	look_at_all("all good ones", map.mem, grants.mem, NR);
	unmap_grants(&map);
	ungrant(&grants);
}

static void map_same_twice(void)
{
	struct grants grants;
	struct map map = { .nr = 2 };

	grant(&grants, 1, GNTALLOC_FLAG_WRITABLE);
	grants.refs[1] = grants.refs[0];
	name_grants(gntdev, grants.refs, 2, 0, &map.index);
	map.mem = show(&map, PROT_READ | PROT_WRITE);
	say("first", "%s", look(map.mem, grants.mem));
	say("second", "%s", look(map.mem + PAGE, grants.mem));
	unmap_grants(&map);
	ungrant(&grants);
}

static void map_many(void)
{
	struct grants grants;
	struct map map;
	unsigned int good = 0;

	grant(&grants, 1000, GNTALLOC_FLAG_WRITABLE);
	for (unsigned int i = 0; i < 1000; i++)
		memset(grants.mem + i * PAGE, i, PAGE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	for (unsigned int i = 0; i < 1000; i++)
		good += !memcmp(grants.mem + i * PAGE, map.mem + i * PAGE, PAGE);
	say("pages with the right data", "%u", good);
	unmap_grants(&map);
	ungrant(&grants);
}

static void unmap_arguments(void)
{
	struct grants grants;
	struct map map;
	uint64_t index;

	TRY("null", ioctl(gntdev, IOCTL_GNTDEV_UNMAP_GRANT_REF, NULL));
	TRY("nothing there", forget(gntdev, 1UL << 40, 1));
	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	TRY("too few", forget(gntdev, map.index, 1));
	TRY("too many", forget(gntdev, map.index, 3));
	TRY("from its middle", forget(gntdev, map.index + PAGE, 1));
	TRY("while mapped", forget(gntdev, map.index, 2));
	look_at_all("pages", map.mem, grants.mem, 2);
	TRY("twice", forget(gntdev, map.index, 2));
	munmap(map.mem, 2 * PAGE);
	name_grants(gntdev, grants.refs, 2, 0, &index);
	TRY("any count", forget(gntdev, index, 0));
	ungrant(&grants);
}

static void offsets(void)
{
	struct ioctl_gntdev_get_offset_for_vaddr op = {0};
	struct grants grants;
	struct map first, map;
	int other;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&first, &grants, PROT_READ);
	map_grants(&map, &grants, PROT_READ);
	TRY("null", ioctl(gntdev, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR, NULL));
	op.vaddr = (uintptr_t)map.mem;
	TRY("first page", ioctl(gntdev, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR, &op));
	say("offset", "%s, %u pages", op.offset == map.index ? "right" : "wrong", op.count);
	op.vaddr = (uintptr_t)map.mem + PAGE;
	TRY("second page", ioctl(gntdev, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR, &op));
	op.vaddr = (uintptr_t)grants.mem;
	TRY("of another device", ioctl(gntdev, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR, &op));
	op.vaddr = ~0UL - PAGE;
	TRY("nothing there", ioctl(gntdev, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR, &op));
	other = open("/dev/xen/gntdev", O_RDWR);
	op.vaddr = (uintptr_t)map.mem;
	TRY("of another file", ioctl(other, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR, &op));
	close(other);
	unmap_grants(&map);
	unmap_grants(&first);
	ungrant(&grants);
}

static void other_requests(void)
{
	uint64_t words[32] = {0};

	TRY("SET_MAX_GRANTS", ioctl(gntdev, IOCTL_GNTDEV_SET_MAX_GRANTS, words));
	TRY("DMABUF_EXP_FROM_REFS", ioctl(gntdev, IOCTL_GNTDEV_DMABUF_EXP_FROM_REFS, words));
	TRY("DMABUF_IMP_TO_REFS", ioctl(gntdev, IOCTL_GNTDEV_DMABUF_IMP_TO_REFS, words));
	TRY("gntalloc's", ioctl(gntdev, IOCTL_GNTALLOC_ALLOC_GREF, words));
	TRY("unknown", ioctl(gntdev, _IOC(_IOC_NONE, 'G', 0xff, 0), words));
	TRY("gntdev's, to gntalloc", ioctl(gntalloc, IOCTL_GNTDEV_MAP_GRANT_REF, words));
	TRY("read", read(gntdev, words, 8));
	TRY("write", write(gntdev, words, 8));
}

const struct test_case name_cases[] = {
	{ "map-counts", map_counts },
	{ "map-pointers", map_pointers },
	{ "map-domains", map_domains },
	{ "map-write", map_write },
	{ "map-read", map_read },
	{ "map-read-only-grant", map_read_only_grant },
	{ "map-arguments", map_arguments },
	{ "map-huge", map_huge, "deadly" },
	{ "map-bad-refs", map_bad_refs },
	{ "map-same-twice", map_same_twice },
	{ "map-many", map_many },
	{ "unmap-arguments", unmap_arguments },
	{ "offsets", offsets },
	{ "other-requests", other_requests },
	{},
};
