// SPDX-License-Identifier: GPL-2.0
/*
 * Changes of page-table entries by core mm, at requests of programs that do not know of grants.
 * Each is tried on each kind of memory of the devices. The data must stay, and the host must not
 * crash, as a PV kernel does that rewrites an entry with a foreign frame.
 */
#include "gnt.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
/* After the hypervisor's own types. */
#include <xen/sys/privcmd.h>

#define GFN 0x100UL

/*
 * Memory under test.
 * @mem: its address
 * @other: another mapping of the same memory, or NULL
 * @fixed: the program must not write to it
 */
struct walked {
	uint8_t *mem;
	uint8_t *other;
	bool fixed;
};

static uint16_t guest;

static void slurp(const char *path)
{
	static char buffer[64 * 1024];
	int fd = open(path, O_RDONLY);

	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	close(fd);
}

static void clear_refs(struct walked *walked)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY);

	for (const char *what = "12345"; *what; what++) {
		touch(walked->mem, !walked->fixed);
		if (write(fd, what, 1) != 1)
			die("writing to clear_refs");
	}
	close(fd);
}

static void statistics(struct walked *walked)
{
	uint64_t entry;
	int fd = open("/proc/self/pagemap", O_RDONLY);

	if (pread(fd, &entry, 8, (uintptr_t)walked->mem / PAGE * 8) != 8)
		die("reading pagemap");
	close(fd);
	slurp("/proc/self/smaps");
	slurp("/proc/self/smaps_rollup");
	slurp("/proc/self/numa_maps");
}

/* All kinds of advice except those that remove pages at once. */
static void advices(struct walked *walked)
{
	static const int kinds[] = {
		MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_FREE, MADV_DOFORK,
		MADV_MERGEABLE, MADV_HUGEPAGE, MADV_DODUMP, MADV_COLD, MADV_PAGEOUT,
		MADV_POPULATE_READ, MADV_POPULATE_WRITE, 25 /* MADV_COLLAPSE */,
	};

	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		touch(walked->mem, !walked->fixed);
		madvise(walked->mem, PAGE, kinds[i]);
	}
}

static void locking(struct walked *walked)
{
	mlock(walked->mem, PAGE);
	munlock(walked->mem, PAGE);
	mlockall(MCL_CURRENT);
	munlockall();
}

static void migration(struct walked *walked)
{
	unsigned long nodes = 1;
	void *page = walked->mem;
	int node = 0, status;

	syscall(SYS_mbind, walked->mem, PAGE, 2 /* MPOL_BIND */, &nodes, 64,
		3 /* move, strictly */);
	syscall(SYS_mbind, walked->mem, PAGE, 1 /* MPOL_PREFERRED */, &nodes, 64,
		2 /* MPOL_MF_MOVE */);
	syscall(SYS_move_pages, 0, 1, &page, &node, &status, 2);
	syscall(SYS_move_pages, 0, 1, &page, NULL, &status, 0);
	syscall(SYS_migrate_pages, 0, 64, &nodes, &nodes);
}

static void pinning(struct walked *walked)
{
	struct iovec local, remote = { walked->mem, PAGE };
	static uint8_t buffer[PAGE];
	int ends[2];

	local = (struct iovec){ buffer, PAGE };
	process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
	if (pipe(ends))
		die("making a pipe");
	if (vmsplice(ends[1], &remote, 1, 0) == PAGE && read(ends[0], buffer, PAGE) != PAGE)
		die("reading what is in a pipe");
	close(ends[0]);
	close(ends[1]);
	syscall(SYS_futex, walked->mem, FUTEX_WAKE, 1, NULL, NULL, 0);
	syscall(SYS_futex, walked->mem, FUTEX_WAIT, *walked->mem + 1, NULL, NULL, 0);
}

/* Use a child, since a process cannot trace itself. */
static void tracing(struct walked *walked)
{
	pid_t parent = getpid(), child = fork();

	if (!child) {
		if (!ptrace(PTRACE_ATTACH, parent, NULL, NULL)) {
			waitpid(parent, NULL, __WALL);
			ptrace(PTRACE_PEEKDATA, parent, walked->mem, NULL);
			ptrace(PTRACE_DETACH, parent, NULL, NULL);
		}
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

static void protection(struct walked *walked)
{
	mprotect(walked->mem, PAGE, PROT_READ | (walked->fixed ? 0 : PROT_WRITE));
	slurp("/proc/self/smaps");
}

static const struct {
	const char *name;
	void (*walk)(struct walked *walked);
} walks[] = {
	{ "clear_refs", clear_refs },
	{ "statistics", statistics },
	{ "advices", advices },
	{ "locking", locking },
	{ "migration", migration },
	{ "pinning", pinning },
	{ "tracing", tracing },
	{ "protection", protection },
};

static const char *state(struct walked *walked)
{
	const char *why = touch(walked->mem, !walked->fixed);

	if (strcmp(why, "ok") || !walked->other)
		return why;
	*walked->other += 1;
	return *walked->mem == *walked->other ? "ok" : "other data";
}

static void walk_all(struct walked *walked)
{
	for (unsigned int i = 0; i < sizeof(walks) / sizeof(*walks); i++) {
		walks[i].walk(walked);
		say(walks[i].name, "%s", state(walked));
	}
}

static void walk_map(int prot)
{
	struct walked walked;
	struct grants grants;
	struct map map;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, prot);
	walked = (struct walked){ map.mem, grants.mem, !(prot & PROT_WRITE) };
	walk_all(&walked);
	unmap_grants(&map);
	ungrant(&grants);
}

static void walk_writable_map(void)
{
	walk_map(PROT_READ | PROT_WRITE);
}

static void walk_readonly_map(void)
{
	walk_map(PROT_READ);
}

/* A program crashes with all its mappings, and writes a core. */
static void walk_core(void)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
	struct grants grants;
	struct map map;
	int status;
	pid_t child;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	child = fork();
	if (!child) {
		if (chdir("/run") || setrlimit(RLIMIT_CORE, &limit))
			_exit(1);
		map_grants(&map, &grants, PROT_READ | PROT_WRITE);
		madvise(map.mem, 2 * PAGE, MADV_DODUMP);
		abort();
	}
	waitpid(child, &status, 0);
	say("core", "%s", WCOREDUMP(status) ? "ok" : "none");
	say("grants", "%s", touch(grants.mem, true));
	ungrant(&grants);
	if (system("rm -f /run/core*"))
		die("removing a core");
}

static void walk_share(void)
{
	struct walked walked;
	struct grants grants;

	grant(&grants, 2, GNTALLOC_FLAG_WRITABLE);
	walked = (struct walked){ grants.mem };
	walk_all(&walked);
	ungrant(&grants);
}

static void walk_buffer(void)
{
	int fd = open("/dev/xen/hypercall", O_RDWR);
	struct walked walked = { mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) };

	walk_all(&walked);
	munmap(walked.mem, PAGE);
	close(fd);
}

static uint8_t *area(int fd)
{
	uint8_t *mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (mem == MAP_FAILED)
		die("mapping privcmd");
	return mem;
}

static uint8_t *map_frame(int fd, xen_pfn_t gfn)
{
	uint8_t *mem = area(fd);
	int err;
	privcmd_mmapbatch_v2_t op = {
		.num = 1, .dom = guest, .addr = (uintptr_t)mem, .arr = &gfn, .err = &err,
	};

	if (ioctl(fd, IOCTL_PRIVCMD_MMAPBATCH_V2, &op))
		die("mapping a guest's frame");
	return mem;
}

static void walk_frame(void)
{
	int fd = open("/dev/xen/privcmd", O_RDWR);
	struct walked walked = { map_frame(fd, GFN), map_frame(fd, GFN) };

	walk_all(&walked);
	munmap(walked.mem, PAGE);
	munmap(walked.other, PAGE);
	close(fd);
}

static void walk_resource(void)
{
	int fd = open("/dev/xen/privcmd", O_RDWR);
	struct walked walked = { .mem = area(fd), .fixed = true };
	privcmd_mmap_resource_t op = {
		.dom = guest, .type = 1, .num = 1, .addr = (uintptr_t)walked.mem,
	};

	if (ioctl(fd, IOCTL_PRIVCMD_MMAP_RESOURCE, &op))
		die("mapping a grant table");
	walk_all(&walked);
	munmap(walked.mem, PAGE);
	close(fd);
}

static const struct test_case privcmd_walks[] = {
	{ "walked-frame", walk_frame },
	{ "walked-resource", walk_resource },
	{ "walked-buffer", walk_buffer },
	{},
};

/* Test mappings of a paused domain that has memory at GFN. */
void walk_guest(uint16_t domid)
{
	guest = domid;
	for (const struct test_case *test = privcmd_walks; test->name; test++) {
		name = test->name;
		test->run();
	}
}

const struct test_case walk_cases[] = {
	{ "walked-share", walk_share, "walked" },
	{ "walked-map", walk_writable_map, "walked" },
	{ "walked-read-only-map", walk_readonly_map, "walked" },
	{ "walked-to-its-core", walk_core, "walked" },
	{},
};
