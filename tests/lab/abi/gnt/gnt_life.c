// SPDX-License-Identifier: GPL-2.0
/* gntdev: the life of a mapping. */
#include "gnt.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void partial_munmap(void)
{
	struct grants grants;
	struct map map;

	grant(&grants, NR, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	TRY("middle", munmap(map.mem + 3 * PAGE, 2 * PAGE));
	look_at_all("pages", map.mem, grants.mem, NR);
	TRY("head", munmap(map.mem, PAGE));
	look_at_all("pages", map.mem, grants.mem, NR);
	TRY("tail", munmap(map.mem + 7 * PAGE, PAGE));
	look_at_all("pages", map.mem, grants.mem, NR);
	TRY("across the hole", munmap(map.mem + PAGE, 6 * PAGE));
	TRY("forget", forget(gntdev, map.index, NR));
	ungrant(&grants);
}

/* The addresses of the hole are used by another mapping now, which must not affect the rest. */
static void hole_reused(void)
{
	struct grants grants;
	struct map map;
	void *mem;

	grant(&grants, 3, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	mem = mmap(map.mem + PAGE, PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	say("mapped over the middle", "%s", mem == map.mem + PAGE ? "ok" : "failed");
	say("first", "%s", look(map.mem, grants.mem));
	say("middle", "%s", touch(map.mem + PAGE, true));
	say("last", "%s", look(map.mem + 2 * PAGE, grants.mem + 2 * PAGE));
	TRY("munmap the middle", munmap(map.mem + PAGE, PAGE));
	say("last", "%s", look(map.mem + 2 * PAGE, grants.mem + 2 * PAGE));
	unmap_grants(&map);
	ungrant(&grants);
}

static void moved(void)
{
	struct grants grants;
	struct map map;
	uint8_t *to, *mem;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	TRY("grow", mremap(map.mem, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE));
	look_at_all("pages", map.mem, grants.mem, 2);
	to = mmap(NULL, 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mem = mremap(map.mem, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	if (mem == MAP_FAILED)
		TRY("move", -1);
	else
		say("move", "%s", mem == to ? "ok" : "elsewhere");
	look_at_all("at the old place", map.mem, grants.mem, 2);
	look_at_all("at the new place", to, grants.mem, 2);
	munmap(map.mem, 2 * PAGE);
	munmap(to, 2 * PAGE);
	TRY("forget", forget(gntdev, map.index, 2));
	ungrant(&grants);
}

static void rights(void)
{
	struct grants grants;
	struct map map;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	TRY("the same", mprotect(map.mem, 2 * PAGE, PROT_READ | PROT_WRITE));
	look_at_all("pages", map.mem, grants.mem, 2);
	TRY("second page to read", mprotect(map.mem + PAGE, PAGE, PROT_READ));
	look_at_all("pages", map.mem, grants.mem, 2);
	TRY("to none", mprotect(map.mem, 2 * PAGE, PROT_NONE));
	look_at_all("pages", map.mem, grants.mem, 2);
	unmap_grants(&map);
	ungrant(&grants);
}

static void advice(void)
{
	struct grants grants;
	struct map map;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	TRY("DONTFORK", madvise(map.mem, 2 * PAGE, MADV_DONTFORK));
	TRY("DOFORK", madvise(map.mem, 2 * PAGE, MADV_DOFORK));
	TRY("HUGEPAGE", madvise(map.mem, 2 * PAGE, MADV_HUGEPAGE));
	TRY("MERGEABLE", madvise(map.mem, 2 * PAGE, MADV_MERGEABLE));
	look_at_all("pages", map.mem, grants.mem, 2);
	TRY("DONTNEED", madvise(map.mem, PAGE, MADV_DONTNEED));
	look_at_all("pages", map.mem, grants.mem, 2);
	unmap_grants(&map);
	ungrant(&grants);
}

/* Libraries that pin memory let children inherit it again afterwards, by MADV_DOFORK. */
static void forked_after_all(void)
{
	struct grants grants;
	struct map map;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	TRY("madvise", madvise(map.mem, 2 * PAGE, MADV_DOFORK));
	TRY("and again", madvise(map.mem, 2 * PAGE, MADV_KEEPONFORK));
	if (!fork()) {
		say("child", "%s", touch(map.mem, true));
		_exit(0);
	}
	wait(NULL);
	look_at_all("parent", map.mem, grants.mem, 2);
	unmap_grants(&map);
	ungrant(&grants);
}

static void forked(void)
{
	struct grants grants;
	struct map map;
	int status;
	pid_t child;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	child = fork();
	if (!child) {
		say("child", "%s", look(map.mem, grants.mem));
		munmap(map.mem, 2 * PAGE);
		say("child again", "%s", look(grants.mem, grants.mem));
		_exit(7);
	}
	waitpid(child, &status, 0);
	say("child's end", "%d", WEXITSTATUS(status));
	look_at_all("parent", map.mem, grants.mem, 2);
	unmap_grants(&map);
	ungrant(&grants);
}

static void closed(void)
{
	struct ioctl_gntdev_get_offset_for_vaddr op = {0};
	int fd = gntdev;
	struct grants grants;
	struct map map;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	gntdev = open("/dev/xen/gntdev", O_RDWR);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	close(gntdev);
	gntdev = fd;
	look_at_all("pages", map.mem, grants.mem, 2);
	op.vaddr = (uintptr_t)map.mem;
	TRY("offset through another file", ioctl(gntdev, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR, &op));
	TRY("munmap", munmap(map.mem, 2 * PAGE));
	ungrant(&grants);
}

/* A disk and a reader of /proc/self/mem use the mapped pages. */
static void used_by_others(void)
{
	static const char path[] = "/var/tmp/gnt";
	uint8_t *buffer =
		mmap(NULL, NR * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct grants grants;
	struct map map;
	int fd;

	grant(&grants, NR, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	for (unsigned int i = 0; i < NR * PAGE; i++)
		grants.mem[i] = i * 7 + i / PAGE;
	fd = open("/proc/self/mem", O_RDWR);
	TRY("read through /proc", pread(fd, buffer, 2 * PAGE, (uintptr_t)map.mem));
	say("same data", "%d", !memcmp(buffer, grants.mem, 2 * PAGE));
	TRY("write through /proc", pwrite(fd, "x", 1, (uintptr_t)map.mem + PAGE));
	say("byte", "%c", grants.mem[PAGE]);
	close(fd);

	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_DIRECT, 0600);
	TRY("direct write", pwrite(fd, map.mem, NR * PAGE, 0));
	TRY("direct read", pread(fd, buffer, NR * PAGE, 0));
	say("same data", "%d", !memcmp(buffer, grants.mem, NR * PAGE));
	memset(grants.mem, 0, NR * PAGE);
	TRY("direct read into the pages", pread(fd, map.mem, NR * PAGE, 0));
	say("same data", "%d", !memcmp(buffer, grants.mem, NR * PAGE));
	close(fd);
	unlink(path);
	munmap(buffer, NR * PAGE);
	unmap_grants(&map);
	ungrant(&grants);
}

/*
 * A program unmaps and moves parts of its mapping in every way, and then ends. No page may stay
 * mapped, and no page may be unmapped that another vma still maps.
 */
static void take_apart(const struct grants *grants)
{
	struct map map;
	uint8_t *to = mmap(NULL, NR * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t child;

	close(gntdev);
	gntdev = open("/dev/xen/gntdev", O_RDWR);
	map_grants(&map, grants, PROT_READ | PROT_WRITE);
	munmap(map.mem + 3 * PAGE, PAGE);
	look_at_all("without the fourth page", map.mem, grants->mem, NR);
	child = fork();
	if (!child)
		_exit(strcmp(touch(map.mem, true), "SIGSEGV"));
	waitpid(child, NULL, 0);
	look_at_all("after a child", map.mem, grants->mem, NR);
	mremap(map.mem + 4 * PAGE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	look_at_all("after a move of two", map.mem, grants->mem, NR);
	munmap(map.mem + PAGE, PAGE);
	mremap(map.mem, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
	mremap(map.mem + 6 * PAGE, 2 * PAGE, PAGE, 0);
	look_at_all("cut down", map.mem, grants->mem, NR);
	_exit(0);
}

static void taken_apart(void)
{
	struct grants grants, limit;
	int fd = open("/dev/xen/gntalloc", O_RDWR);
	pid_t child;

	grant(&grants, NR, GNTALLOC_FLAG_WRITABLE);
	child = fork();
	if (!child)
		take_apart(&grants);
	waitpid(child, NULL, 0);
	ungrant(&grants);
	TRY("whole limit after its end", alloc_grants(fd, &limit, 1024, 0, 0));
	close(fd);
}

static long available_kib(void)
{
	char line[128];
	long kib = -1;
	FILE *file = fopen("/proc/meminfo", "r");

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %ld", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib;
}

/* A program that has named many grants and mapped none takes little memory. */
static void only_named(void)
{
	static uint32_t refs[65536];
	int fd = open("/dev/xen/gntdev", O_RDWR);
	long before = available_kib(), taken;
	uint64_t index;

	for (unsigned int i = 0; i < 40; i++)
		if (name_grants(fd, refs, 65536, 0, &index))
			die("naming grants");
	taken = before - available_kib();
	say("memory of 40 times 65536 names", taken > 100 << 10 ? "%ld MiB" : "little",
	    taken >> 10);
	close(fd);
}

/* A program that unmaps pages but never releases their offset keeps no pages. */
static void only_unmapped(void)
{
	int fd = gntdev;
	struct grants grants;
	long before, taken;
	struct map map;

	grant(&grants, 1024, GNTALLOC_FLAG_WRITABLE);
	gntdev = open("/dev/xen/gntdev", O_RDWR);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	munmap(map.mem, 1024 * PAGE);
	before = available_kib();
	for (unsigned int i = 0; i < 200; i++) {
		map_grants(&map, &grants, PROT_READ | PROT_WRITE);
		munmap(map.mem, 1024 * PAGE);
	}
	taken = before - available_kib();
	say("memory of 200 times 1024 pages", taken > 16 << 10 ? "%ld MiB" : "little", taken >> 10);
	close(gntdev);
	gntdev = fd;
	ungrant(&grants);
}

static volatile bool racing;

static void *race_forks(void *unused)
{
	while (racing) {
		pid_t child = fork();

		if (!child)
			_exit(0);
		waitpid(child, NULL, 0);
	}
	return unused;
}

static void *race_advice(void *mem)
{
	while (racing)
		madvise(mem, NR * PAGE, MADV_DONTNEED);
	return mem;
}

static void raced(void)
{
	struct grants grants;
	struct map map;
	pthread_t forks, adviser;

	grant(&grants, NR, GNTALLOC_FLAG_WRITABLE);
	racing = true;
	pthread_create(&forks, NULL, race_forks, NULL);
	for (unsigned int i = 0; i < 100; i++) {
		map_grants(&map, &grants, PROT_READ | PROT_WRITE);
		if (!i)
			pthread_create(&adviser, NULL, race_advice, map.mem);
		for (unsigned int page = 0; page < NR; page++)
			touch(map.mem + page * PAGE, true);
		unmap_grants(&map);
	}
	racing = false;
	pthread_join(forks, NULL);
	pthread_join(adviser, NULL);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	look_at_all("after the race", map.mem, grants.mem, NR);
	unmap_grants(&map);
	ungrant(&grants);
}

const struct test_case life_cases[] = {
	{ "partial-munmap", partial_munmap },
	{ "hole-reused", hole_reused },
	{ "moved", moved },
	{ "rights", rights },
	{ "advice", advice },
	{ "forked", forked },
	{ "closed", closed },
	{ "used-by-others", used_by_others },
	{ "forked-after-all", forked_after_all, "deadly" },
	{ "raced", raced, "deadly" },
	{ "xsa-487", taken_apart, "deadly" },
	{ "only-named", only_named, "deadly" },
	{ "only-unmapped", only_unmapped, "deadly" },
	{},
};
