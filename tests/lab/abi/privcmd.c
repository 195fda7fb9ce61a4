// SPDX-License-Identifier: GPL-2.0
/* Requests to /dev/xen/privcmd and /dev/xen/hypercall. */
#define _GNU_SOURCE
#include "abi.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* The header needs these types of Xen's. */
typedef uint16_t domid_t;
typedef unsigned long xen_pfn_t;
#include <xen/sys/privcmd.h>

#define NODE		"/dev/xen/privcmd"
#define PAGES		8
#define SIZE		(PAGES * 4096ul)
#define GFN		0x100		/* memory of every guest */
#define NO_GFN		0xfffffffful	/* memory of no guest */
#define NO_DOMAIN	0x7000

static int fd;
static domid_t guest;

static void reopen_privcmd(void)
{
	if (fd > 0)
		close(fd);
	fd = open(NODE, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		perror(NODE);
		exit(1);
	}
}

static void *area(void)
{
	void *addr = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (addr == MAP_FAILED) {
		perror("mmap of " NODE);
		exit(1);
	}
	return addr;
}

static void fill(xen_pfn_t *gfns, unsigned int num, xen_pfn_t first)
{
	while (num--)
		gfns[num] = first + num;
}

static int batch(domid_t dom, const void *addr, unsigned int num, xen_pfn_t *gfns)
{
	privcmd_mmapbatch_t arg = { .num = num, .dom = dom, .addr = (uintptr_t)addr, .arr = gfns };

	return ioctl(fd, IOCTL_PRIVCMD_MMAPBATCH, &arg);
}

static int batch_v2(domid_t dom, const void *addr, unsigned int num, const xen_pfn_t *gfns,
		    int *errs)
{
	privcmd_mmapbatch_v2_t arg = {
		.num = num, .dom = dom, .addr = (uintptr_t)addr, .arr = gfns, .err = errs,
	};

	return ioctl(fd, IOCTL_PRIVCMD_MMAPBATCH_V2, &arg);
}

static int range(domid_t dom, privcmd_mmap_entry_t *entries, int num)
{
	privcmd_mmap_t arg = { .num = num, .dom = dom, .entry = entries };

	return ioctl(fd, IOCTL_PRIVCMD_MMAP, &arg);
}

/* Map a resource. If num and addr are 0, return its size. */
static long resource(domid_t dom, unsigned int type, unsigned int id, uint64_t num,
		     const void *addr)
{
	privcmd_mmap_resource_t arg = {
		.dom = dom, .type = type, .id = id, .num = num, .addr = (uintptr_t)addr,
	};
	int ret = ioctl(fd, IOCTL_PRIVCMD_MMAP_RESOURCE, &arg);

	return ret || num || addr ? ret : (long)arg.num;
}

static long hypercall(uint64_t op, uint64_t a1, uint64_t a2)
{
	privcmd_hypercall_t arg = { .op = op, .arg = { a1, a2 } };

	return ioctl(fd, IOCTL_PRIVCMD_HYPERCALL, &arg);
}

static long dm_op(domid_t dom, unsigned int num, privcmd_dm_op_buf_t *bufs)
{
	privcmd_dm_op_t arg = { .dom = dom, .num = num, .ubufs = bufs };

	return ioctl(fd, IOCTL_PRIVCMD_DM_OP, &arg);
}

static int restrict_to_privcmd(domid_t dom)
{
	return ioctl(fd, IOCTL_PRIVCMD_RESTRICT, &dom);
}

static void ask_privcmd_bad_arguments(void)
{
	void *bad = bad_page();

	reopen_privcmd();
	answer(ioctl(fd, IOCTL_PRIVCMD_UNIMPLEMENTED, 0), "unknown ioctl");
	answer(ioctl(fd, _IOC(_IOC_NONE, 'E', 0, 4), 0), "ioctl of evtchn");
	answer(ioctl(fd, IOCTL_PRIVCMD_HYPERCALL, NULL), "hypercall NULL");
	answer(ioctl(fd, IOCTL_PRIVCMD_MMAP, NULL), "mmap NULL");
	answer(ioctl(fd, IOCTL_PRIVCMD_MMAPBATCH, bad), "mmapbatch bad pointer");
	answer(ioctl(fd, IOCTL_PRIVCMD_MMAPBATCH_V2, bad), "mmapbatch_v2 bad pointer");
	answer(ioctl(fd, IOCTL_PRIVCMD_DM_OP, bad), "dm_op bad pointer");
	answer(ioctl(fd, IOCTL_PRIVCMD_RESTRICT, bad), "restrict bad pointer");
	answer(ioctl(fd, IOCTL_PRIVCMD_MMAP_RESOURCE, bad), "mmap_resource bad pointer");
	answer(read(fd, bad, 1), "read");
	answer(write(fd, bad, 1), "write");
}

static void ask_hypercall(void)
{
	static char text[4096] __attribute__((aligned(4096)));
	long version;

	reopen_privcmd();
	version = hypercall(17, 0, 0);
	answer_text(version >> 16 == 4 ? "4" : "not 4", "hypercall: version");
	mlock(text, sizeof(text));
	memset(text, 1, sizeof(text));
	answer(hypercall(17, 1, (uintptr_t)text), "hypercall: extra version");
	answer_text(text[0] == '.' ? "a text" : "no text", "hypercall: extra version has");
	answer(hypercall(17, 1, 0), "hypercall: extra version to NULL");
	answer(hypercall(17, 1, (uintptr_t)bad_page()),
	       "hypercall: extra version to a bad pointer");
	answer(hypercall(63, 0, 0), "hypercall 63");
	answer(hypercall(64, 0, 0), "hypercall 64");
	answer(hypercall(0x7fffffff, 0, 0), "hypercall 2^31-1");
	answer(hypercall(~0ull, 0, 0), "hypercall -1");
}

static void ask_buffer(void)
{
	int buffer = open("/dev/xen/hypercall", O_RDWR | O_CLOEXEC);
	char *addr;
	pid_t child;

	answer(buffer, "buffer: open");
	reopen_privcmd();
	answer(ioctl(buffer, IOCTL_PRIVCMD_HYPERCALL, 0), "buffer: ioctl");
	addr = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, buffer, 0);
	answer(addr == MAP_FAILED ? -1 : 0, "buffer: private");
	addr = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, buffer, 0);
	answer(addr == MAP_FAILED ? -1 : 0, "buffer: shared");
	answer_value(addr[0] | addr[SIZE - 1], "buffer: first content");
	answer(hypercall(17, 1, (uintptr_t)addr), "buffer: a hypercall writes to it");
	answer_text(addr[0] == '.' ? "a text" : "no text", "buffer: has");
	child = fork();
	if (!child) {
		addr[1] = 'c';
		_exit(0);
	}
	waitpid(child, NULL, 0);
	answer_text(addr[1] == 'c' ? "shared" : "not shared", "buffer: with a child");
	answer(munmap(addr + 4096, 4096), "buffer: unmap a part");
	answer_access(addr, "buffer: access before it");
	answer_access(addr + 8192, "buffer: access behind it");
	close(buffer);
	answer_access(addr, "buffer: access when it is closed");
	answer(munmap(addr, SIZE), "buffer: unmap the rest");
}

static void ask_batch_arguments(void)
{
	xen_pfn_t gfns[PAGES];
	int errs[PAGES];
	char *a, *anonymous = readonly_page();
	void *bad = bad_page();

	reopen_privcmd();
	a = area();
	fill(gfns, PAGES, GFN);
	answer_access(a, "mmapbatch_v2: access before");
	answer(batch_v2(guest, a, 0, gfns, errs), "mmapbatch_v2: num 0");
	answer(batch_v2(guest, a, PAGES - 1, gfns, errs), "mmapbatch_v2: less than all first");
	answer(batch_v2(guest, a + 4096, PAGES - 1, gfns, errs),
	       "mmapbatch_v2: not the beginning first");
	answer(batch_v2(guest, a, PAGES, NULL, errs), "mmapbatch_v2: frames NULL");
	answer(batch_v2(guest, a, PAGES, bad, errs), "mmapbatch_v2: frames bad pointer");
	answer(batch_v2(guest, a, PAGES, gfns, NULL), "mmapbatch_v2: errors NULL");
	answer(batch_v2(guest, a, PAGES, gfns, bad), "mmapbatch_v2: errors bad pointer");
	answer(batch_v2(guest, anonymous, 1, gfns, errs), "mmapbatch_v2: other memory");
	answer(batch_v2(guest, NULL, 1, gfns, errs), "mmapbatch_v2: no memory");
	answer(batch_v2(guest, a, PAGES, gfns, errs), "mmapbatch_v2: after all that");
	munmap(a, SIZE);

	a = area();
	answer(batch(guest, a, 0, gfns), "mmapbatch: num 0");
	answer(batch(guest, a, PAGES - 1, gfns), "mmapbatch: less than all first");
	answer(batch(guest, a, PAGES, NULL), "mmapbatch: frames NULL");
	answer(batch(guest, anonymous, 1, gfns), "mmapbatch: other memory");
	answer(batch(guest, a, PAGES, gfns), "mmapbatch: after all that");
	munmap(a, SIZE);
}

static void answer_errs(const int *errs, const char *what)
{
	char text[PAGES * 16] = "";
	int i;

	for (i = 0; i < PAGES; i++)
		sprintf(text + strlen(text), "%s ", errs[i] ? strerrorname_np(-errs[i]) : "ok");
	answer_text(text, what);
}

static void ask_batch_v2(void)
{
	xen_pfn_t gfns[PAGES];
	int errs[PAGES];
	char *a, *b;
	pid_t child;
	int status;

	reopen_privcmd();
	a = area();
	fill(gfns, PAGES, GFN);
	memset(errs, 1, sizeof(errs));
	answer(batch_v2(guest, a, PAGES, gfns, errs), "mmapbatch_v2");
	answer_errs(errs, "mmapbatch_v2: errors");
	answer_access(a, "mmapbatch_v2: access to the first page");
	answer_write(a + SIZE - 4096, "mmapbatch_v2: write to the last page");
	answer(batch_v2(guest, a, PAGES, gfns, errs), "mmapbatch_v2: again");
	answer(batch_v2(guest, a, 1, gfns, errs), "mmapbatch_v2: one of them again");

	b = area();
	answer(batch_v2(guest, b, PAGES, gfns, errs), "mmapbatch_v2: the same elsewhere");
	a[4096] ^= 0x5a;
	answer_text(a[4096] == b[4096] ? "the same" : "another",
		    "mmapbatch_v2: memory in both places");
	a[4096] ^= 0x5a;
	answer(munmap(b, SIZE), "mmapbatch_v2: unmap the second");
	answer_access(a, "mmapbatch_v2: access to the first still");

	answer(munmap(a, 4096), "mmapbatch_v2: unmap a part");
	answer(mremap(a, SIZE, 2 * SIZE, MREMAP_MAYMOVE) == MAP_FAILED ? -1 : 0,
	       "mmapbatch_v2: grow");
	answer(madvise(a, SIZE, MADV_DONTNEED), "mmapbatch_v2: madvise");
	child = fork();
	if (!child) {
		*(volatile char *)a;
		_exit(0);
	}
	waitpid(child, &status, 0);
	answer_text(WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : "ok",
		    "mmapbatch_v2: access by a child");
	close(fd);
	fd = 0;
	answer_access(a, "mmapbatch_v2: access when the file is closed");
	answer(munmap(a, SIZE), "mmapbatch_v2: unmap");
}

static void ask_batch_errors(void)
{
	xen_pfn_t gfns[PAGES];
	int i, errs[PAGES];
	char *a, *ro;

	reopen_privcmd();
	fill(gfns, PAGES, GFN);
	a = area();
	answer(batch_v2(NO_DOMAIN, a, PAGES, gfns, errs), "mmapbatch_v2: no domain");
	answer_errs(errs, "mmapbatch_v2: no domain: errors");
	answer_access(a, "mmapbatch_v2: no domain: access");
	munmap(a, SIZE);

	a = area();
	for (i = 1; i < PAGES; i += 2)
		gfns[i] = NO_GFN;
	answer(batch_v2(guest, a, PAGES, gfns, errs), "mmapbatch_v2: every second frame bad");
	answer_errs(errs, "mmapbatch_v2: every second frame bad: errors");
	answer_access(a, "mmapbatch_v2: access to a good one");
	answer(batch_v2(guest, a + 2 * 4096, 1, gfns, errs), "mmapbatch_v2: a good one again");
	munmap(a, SIZE);

	a = area();
	answer(batch(guest, a, PAGES, gfns), "mmapbatch: every second frame bad");
	answer_text(gfns[0] == GFN && gfns[2] == GFN + 2 ? "as they were" : "marked",
		    "mmapbatch: good frames");
	answer_text(gfns[1] == (NO_GFN | 0xf0000000) ? "marked" : "not marked",
		    "mmapbatch: bad frames");
	munmap(a, SIZE);

	fill(gfns, PAGES, GFN);
	ro = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	answer(batch_v2(guest, ro, PAGES, gfns, errs), "mmapbatch_v2: read-only");
	answer_access(ro, "mmapbatch_v2: read-only: access");
	answer_write(ro, "mmapbatch_v2: read-only: write");
	munmap(ro, SIZE);
}

/* An area in which some frames failed: which pages are mapped. */
static void ask_holes(void)
{
	xen_pfn_t gfns[PAGES];
	int errs[PAGES];
	char *a;

	reopen_privcmd();
	fill(gfns, PAGES, GFN);
	gfns[3] = NO_GFN;
	a = area();
	batch_v2(guest, a, PAGES, gfns, errs);
	answer_errs(errs, "holes: one frame bad");
	answer_access(a + 3 * 4096, "holes: access to it");
	gfns[3] = GFN + 3;
	answer(batch_v2(guest, a + 2 * 4096, 3, gfns + 2, errs), "holes: more than it");
	answer(batch_v2(guest, a + 3 * 4096, 1, gfns + 3, errs), "holes: it alone");
	answer_access(a + 3 * 4096, "holes: access to it, filled");
	answer(batch_v2(guest, a + 3 * 4096, 1, gfns + 3, errs), "holes: it alone again");
	answer(batch_v2(guest, a + 7 * 4096, 2, gfns, errs), "holes: beyond the end");
	munmap(a, SIZE);
}

static void ask_range(void)
{
	privcmd_mmap_entry_t entries[2];
	char *a;

	reopen_privcmd();
	a = area();
	entries[0] = (privcmd_mmap_entry_t){ .va = (uintptr_t)a, .mfn = GFN, .npages = 2 };
	entries[1] = (privcmd_mmap_entry_t){
		.va = (uintptr_t)a + 8192, .mfn = GFN + 8, .npages = PAGES - 2,
	};
	answer(range(guest, entries, 0), "mmap: num 0");
	answer(range(guest, NULL, 1), "mmap: entries NULL");
	entries[0].va += 4096;
	answer(range(guest, entries, 1), "mmap: not the beginning");
	entries[0].va -= 4096;
	answer(range(guest, entries, 2), "mmap");
	answer_access(a, "mmap: access to the first page");
	answer_access(a + SIZE - 4096, "mmap: access to the last page");
	answer(range(guest, entries, 2), "mmap: again");
	munmap(a, SIZE);

	a = area();
	entries[0].va = (uintptr_t)a;
	entries[0].npages = PAGES + 1;
	answer(range(guest, entries, 1), "mmap: too many pages");
	munmap(a, SIZE);
	a = area();
	entries[0].va = (uintptr_t)a;
	entries[0].npages = 1ull << 62;
	answer(range(guest, entries, 1), "mmap: 2^62 pages");
	munmap(a, SIZE);
	a = area();
	entries[0].va = (uintptr_t)a;
	entries[0].npages = 2;
	entries[1].va = (uintptr_t)a + 3 * 4096;
	answer(range(guest, entries, 2), "mmap: a gap");
	munmap(a, SIZE);
	a = area();
	entries[0].va = (uintptr_t)a;
	answer(range(NO_DOMAIN, entries, 1), "mmap: no domain");
	munmap(a, SIZE);
	a = mmap(NULL, 5000 * 4096ul, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	entries[0] = (privcmd_mmap_entry_t){ .va = (uintptr_t)a, .mfn = GFN };
	entries[1] = (privcmd_mmap_entry_t){ .va = (uintptr_t)a, .mfn = GFN, .npages = 5000 };
	answer(range(guest, entries, 2), "mmap: 5000 pages after none");
	answer_access(a, "mmap: access to the first of 5000");
	answer_access(a + 4999 * 4096, "mmap: access to the last of 5000");
	munmap(a, 5000 * 4096ul);
}

static void ask_resource(void)
{
	char *a, *anonymous = readonly_page();

	reopen_privcmd();
	answer_text(resource(guest, 1, 0, 0, NULL) > 0 ? "some" : "none",
		    "mmap_resource: size of the grant table");
	answer(resource(guest, 99, 0, 0, NULL), "mmap_resource: size of an unknown type");
	answer(resource(NO_DOMAIN, 1, 0, 0, NULL), "mmap_resource: size for no domain");
	a = area();
	answer(resource(guest, 1, 0, 1, NULL), "mmap_resource: address 0");
	answer(resource(guest, 1, 0, 0, a), "mmap_resource: num 0");
	answer(resource(guest, 1, 0, 1, anonymous), "mmap_resource: other memory");
	answer(resource(guest, 1, 0, 1, (void *)4096), "mmap_resource: no memory");
	munmap(a, SIZE);
	a = area();
	answer(resource(guest, 99, 0, 1, a), "mmap_resource: an unknown type");
	munmap(a, SIZE);
	a = area();
	answer(resource(NO_DOMAIN, 1, 0, 1, a), "mmap_resource: no domain");
	munmap(a, SIZE);
	a = area();
	answer(resource(guest, 1, 0, 1, a), "mmap_resource: a grant frame");
	answer_access(a, "mmap_resource: access");
	answer(resource(guest, 1, 0, 1, a + 2 * 4096 + 1),
	       "mmap_resource: at an address within a page");
	answer_access(a + 2 * 4096, "mmap_resource: access to that page");
	answer_access(a + 4096, "mmap_resource: access behind it");
	answer(munmap(a, SIZE), "mmap_resource: unmap");
}

/* The operation that asks a device model's domain for its number of virtual CPUs. */
static void ask_dm_op(void)
{
	struct { uint32_t op, pad; uint64_t arg[6]; } op = { .op = 20 };
	static char large[8192];
	privcmd_dm_op_buf_t bufs[17] = { { &op, sizeof(op) } };
	int i;

	for (i = 1; i < 17; i++)
		bufs[i] = (privcmd_dm_op_buf_t){ large, 1 };
	reopen_privcmd();
	answer(dm_op(guest, 1, bufs), "dm_op");
	answer_value((uint32_t)op.arg[0], "dm_op: its answer");
	answer(dm_op(guest, 0, bufs), "dm_op: no buffer");
	answer(dm_op(guest, 0, NULL), "dm_op: no buffer at NULL");
	answer(dm_op(guest, 16, bufs), "dm_op: 16 buffers");
	answer(dm_op(guest, 17, bufs), "dm_op: 17 buffers");
	answer(dm_op(guest, 65535, bufs), "dm_op: 65535 buffers");
	answer(dm_op(guest, 1, NULL), "dm_op: buffers NULL");
	answer(dm_op(NO_DOMAIN, 1, bufs), "dm_op: no domain");
	op.op = 9999;
	answer(dm_op(guest, 1, bufs), "dm_op: unknown operation");
	op.op = 20;
	bufs[0].size = 4097;
	answer(dm_op(guest, 1, bufs), "dm_op: a buffer of 4097 bytes");
	bufs[0].size = ~0ul;
	answer(dm_op(guest, 1, bufs), "dm_op: a buffer of 2^64-1 bytes");
	bufs[0] = (privcmd_dm_op_buf_t){ bad_page(), 8 };
	answer(dm_op(guest, 1, bufs), "dm_op: a bad buffer");
	bufs[0].uptr = readonly_page();
	answer(dm_op(guest, 1, bufs), "dm_op: a read-only buffer");
	bufs[0].uptr = (void *)0xffff888000000000;
	answer(dm_op(guest, 1, bufs), "dm_op: a buffer of the kernel");
}

static void ask_privcmd_restricted(void)
{
	privcmd_dm_op_buf_t buf = { bad_page(), 8 };
	privcmd_mmap_entry_t entry = { .mfn = GFN, .npages = PAGES };
	xen_pfn_t gfns[PAGES];
	int errs[PAGES];
	char *a;

	reopen_privcmd();
	a = area();
	fill(gfns, PAGES, GFN);
	entry.va = (uintptr_t)a;
	answer(restrict_to_privcmd(guest), "restrict");
	answer(restrict_to_privcmd(guest), "restrict again");
	answer(restrict_to_privcmd(NO_DOMAIN), "restrict to another");
	answer(hypercall(17, 0, 0), "restricted: hypercall");
	answer(ioctl(fd, IOCTL_PRIVCMD_HYPERCALL, NULL), "restricted: hypercall NULL");
	answer(dm_op(NO_DOMAIN, 1, &buf), "restricted: dm_op for another");
	answer(dm_op(guest, 0, &buf), "restricted: dm_op");
	answer(resource(NO_DOMAIN, 1, 0, 0, NULL), "restricted: mmap_resource of another");
	answer(range(NO_DOMAIN, &entry, 1), "restricted: mmap of another");
	answer(batch(NO_DOMAIN, a, PAGES, gfns), "restricted: mmapbatch of another");
	answer(batch_v2(NO_DOMAIN, a, PAGES, gfns, errs), "restricted: mmapbatch_v2 of another");
	answer(batch_v2(guest, a, PAGES, gfns, errs), "restricted: mmapbatch_v2");
	answer_access(a, "restricted: access");
	munmap(a, SIZE);
}

/* Entries that only the hypervisor may write cannot be moved. */
static void ask_moved(void)
{
	char *to = mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *a = area();

	answer(resource(guest, 1, 0, 1, a), "hard: move: a grant frame");
	answer(mremap(a, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED ? -1 : 0,
	       "hard: move");
	answer_access(a, "hard: move: access to the old place");
	answer_access(to, "hard: move: access to the new place");
	munmap(a, SIZE);
	munmap(to, SIZE);
}

/*
 * Map hundreds of millions of empty ranges. All chunks are the same memory, so a chunk has to hold
 * whole entries: an entry that is cut at its end has a wrong size, and the request ends there.
 */
static void map_nothing(int told)
{
	const size_t num = 2 << 20, chunk = num * sizeof(privcmd_mmap_entry_t), chunks = 256;
	int memory = memfd_create("entries", 0);
	privcmd_mmap_entry_t *entries;
	char *a, *all;
	size_t i;

	reopen_privcmd();
	a = area();
	all = mmap(NULL, chunks * chunk, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		   0);
	if (ftruncate(memory, chunk))
		_exit(1);
	for (i = 0; i < chunks; i++)
		mmap(all + i * chunk, chunk, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memory,
		     0);
	entries = (void *)all;
	for (i = 0; i < num; i++)
		entries[i].va = (uintptr_t)a;
	if (write(told, "!", 1) == 1)
		range(guest, entries, chunks * num);
	_exit(0);
}

static void ask_endless(void)
{
	int ends[2], tries, status = 0;
	pid_t child = -1;
	char c;

	if (!pipe(ends))
		child = fork();
	if (!child)
		map_nothing(ends[1]);
	if (read(ends[0], &c, 1) == 1)
		usleep(200000);
	kill(child, SIGKILL);
	for (tries = 500; tries && waitpid(child, &status, WNOHANG) != child; tries--)
		usleep(10000);
	answer_text(!tries ? "lives on" : WIFSIGNALED(status) ? "dies" : "ended by itself",
		    "hard: endless ranges, killed");
	close(ends[0]);
	close(ends[1]);
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

/* Memory that is not mapped costs nothing. What is mapped counts against the limit. */
static void ask_large(void)
{
	const size_t size = 8ul << 30, nr = 1024;
	long before = available_kib();
	xen_pfn_t gfns[nr];
	int errs[nr];
	char *a;

	a = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	answer(resource(guest, 1, 0, 1, a + size / 2), "hard: a grant frame in 8 GiB");
	answer_text(before - available_kib() < 64 << 10 ? "little" : "much",
		    "hard: memory of 8 GiB");
	munmap(a, size);
	a = mmap(NULL, nr * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	fill(gfns, nr, GFN);
	answer(batch_v2(guest, a, nr, gfns, errs), "hard: 4 MiB");
	munmap(a, nr * 4096);
}

/* Areas in which nothing is mapped do not count against the limit. */
static void ask_empty_areas(void)
{
	const unsigned int nr = 512;
	xen_pfn_t gfns[PAGES];
	char *areas[nr], *a;
	int errs[PAGES];

	fill(gfns, PAGES, NO_GFN);
	for (unsigned int i = 0; i < nr; i++) {
		areas[i] = area();
		batch_v2(guest, areas[i], PAGES, gfns, errs);
	}
	fill(gfns, PAGES, GFN);
	a = area();
	answer(batch_v2(guest, a, PAGES, gfns, errs), "hard: frames beside 512 areas of bad ones");
	munmap(a, SIZE);
	for (unsigned int i = 0; i < nr; i++)
		munmap(areas[i], SIZE);
}

/* A device model opens the file before it drops its rights. */
static void ask_without_rights(void)
{
	const size_t nr = 192;
	xen_pfn_t gfns[nr];
	int errs[nr];
	char *a;

	fill(gfns, nr, GFN);
	a = mmap(NULL, nr * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	answer(batch_v2(guest, a, nr, gfns, errs), "hard: 768 KiB");
	munmap(a, nr * 4096);
	if (!fork()) {
		if (setuid(65534))
			_exit(1);
		a = mmap(NULL, nr * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		answer(batch_v2(guest, a, nr, gfns, errs), "hard: 768 KiB without rights");
		munmap(a, nr * 4096);
		a = area();
		answer(batch_v2(guest, a, PAGES, gfns, errs), "hard: 32 KiB without rights");
		_exit(0);
	}
	wait(NULL);
}

/*
 * The in-tree module answers these requests with an oops or a warning, or maps where it must not.
 */
static void ask_hard(void)
{
	xen_pfn_t gfns[PAGES];
	int errs[PAGES];
	privcmd_mmap_entry_t other = { .mfn = GFN, .npages = 1 };
	int buffer = open("/dev/xen/hypercall", O_RDWR | O_CLOEXEC);
	char *a;

	reopen_privcmd();
	fill(gfns, PAGES, GFN);
	a = area();
	answer(resource(guest, 1, 0, 1, a), "hard: a grant frame");
	answer(resource(guest, 1, 0, 1, a), "hard: a grant frame over it");
	answer(resource(guest, 1, 0, 1, a + 1),
	       "hard: a grant frame over it, at an address within a page");
	answer(resource(guest, 1, 0, PAGES + 1, a),
	       "hard: more grant frames than the area has pages");
	answer(resource(guest, 1, 0, ~0ull, a), "hard: 2^64-1 grant frames");
	answer(batch_v2(guest, a, ~0u, gfns, errs), "hard: 2^32-1 frames");
	answer(batch_v2(guest, a + 4096, 2, gfns, errs), "hard: frames beside the resource");
	answer(mprotect(a, SIZE, PROT_READ), "hard: mprotect");
	answer_access(a, "hard: access");
	munmap(a, SIZE);
	ask_moved();
	ask_endless();
	ask_large();
	ask_empty_areas();
	ask_without_rights();
	answer(mmap(NULL, 1ul << 45, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0,
	       "hard: 32 TiB");
	answer(mmap(NULL, 1ul << 45, PROT_READ, MAP_SHARED, buffer, 0) == MAP_FAILED ? -1 : 0,
	       "hard: a buffer of 32 TiB");
	close(buffer);
	other.va = (uintptr_t)readonly_page();
	answer(range(guest, &other, 1), "hard: mmap: other memory");
}

/* For a domain that is not Dom0. Its file may reach one domain at most. */
void unprivileged_questions(uint16_t target)
{
	privcmd_mmap_entry_t entry = { .mfn = GFN, .npages = PAGES };
	xen_pfn_t gfns[PAGES];
	int errs[PAGES];
	char *a;

	ask("unprivileged");
	reopen_privcmd();
	a = area();
	entry.va = (uintptr_t)a;
	fill(gfns, PAGES, GFN);
	answer(hypercall(17, 0, 0), "hypercall");
	answer(dm_op(target, 0, NULL), "dm_op");
	answer(dm_op(0, 0, NULL), "dm_op for Dom0");
	answer(resource(0, 1, 0, 0, NULL), "mmap_resource of Dom0");
	answer(range(0, &entry, 1), "mmap of Dom0");
	answer(batch(0, a, PAGES, gfns), "mmapbatch of Dom0");
	answer(batch_v2(0, a, PAGES, gfns, errs), "mmapbatch_v2 of Dom0");
	answer(restrict_to_privcmd(0), "restrict to Dom0");
	munmap(a, SIZE);
}

void privcmd_questions(uint16_t domid, bool ours)
{
	guest = domid;
	ask("privcmd");
	ask_privcmd_bad_arguments();
	ask_hypercall();
	ask_buffer();
	ask_batch_arguments();
	ask_batch_v2();
	ask_batch_errors();
	ask_holes();
	ask_range();
	ask_resource();
	ask_dm_op();
	ask_privcmd_restricted();
	if (ours)
		ask_hard();
}
