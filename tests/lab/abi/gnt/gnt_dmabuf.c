// SPDX-License-Identifier: GPL-2.0
/* dma-bufs, with the lab's device of dom0-dmabuf-selftest as the other side. */
#include "gnt.h"
#include "../../modules/dmabuf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_maker(void)
{
	int fd = open("/dev/dom0-dmabuf", O_RDWR);

	if (fd < 0)
		die("opening the maker of dma-bufs");
	return fd;
}

static long export_refs(int dev, const uint32_t *refs, unsigned int nr, uint32_t domid,
			uint32_t flags)
{
	struct ioctl_gntdev_dmabuf_exp_from_refs *op = calloc(1, sizeof(*op) + nr * sizeof(*refs));
	long ret;

	op->flags = flags;
	op->count = nr;
	op->domid = domid;
	memcpy(op->refs, refs, nr * sizeof(*refs));
	ret = ioctl(dev, IOCTL_GNTDEV_DMABUF_EXP_FROM_REFS, op);
	if (!ret)
		ret = op->fd;
	free(op);
	return ret;
}

/* The program's structure cannot be written, so it cannot get the new descriptor. */
static void export_untold(void)
{
	struct ioctl_gntdev_dmabuf_exp_from_refs *op =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct grants grants;
	int fd;

	grant(&grants, NR, GNTALLOC_FLAG_WRITABLE);
	op->count = NR;
	memcpy(op->refs, grants.refs, NR * sizeof(*op->refs));
	mprotect(op, PAGE, PROT_READ);
	fd = dup(0);
	close(fd);
	TRY("read-only", ioctl(gntdev, IOCTL_GNTDEV_DMABUF_EXP_FROM_REFS, op));
	TRY("the descriptor is free again", fcntl(fd, F_GETFD));
	ungrant(&grants);
	TRY("so are the grants", alloc_grants(gntalloc, &grants, 1024, 0, 0));
	TRY("and back", dealloc_grants(gntalloc, grants.index, 1024));
	munmap(op, PAGE);
}

static long wait_released(int dev, int fd, uint32_t ms)
{
	struct ioctl_gntdev_dmabuf_exp_wait_released op = { .fd = fd, .wait_to_ms = ms };

	return ioctl(dev, IOCTL_GNTDEV_DMABUF_EXP_WAIT_RELEASED, &op);
}

static long import_fd(int dev, int fd, unsigned int nr, uint32_t domid, uint32_t *refs)
{
	struct ioctl_gntdev_dmabuf_imp_to_refs *op = calloc(1, sizeof(*op) + nr * sizeof(*refs));
	long ret;

	op->fd = fd;
	op->count = nr;
	op->domid = domid;
	ret = ioctl(dev, IOCTL_GNTDEV_DMABUF_IMP_TO_REFS, op);
	memcpy(refs, op->refs, nr * sizeof(*refs));
	free(op);
	return ret;
}

static long release_import(int dev, int fd)
{
	struct ioctl_gntdev_dmabuf_imp_release op = { .fd = fd };

	return ioctl(dev, IOCTL_GNTDEV_DMABUF_IMP_RELEASE, &op);
}

static long make(int maker, unsigned int pages, enum dmabuf_kind kind)
{
	struct dmabuf_make op = { .pages = pages, .kind = kind };

	return ioctl(maker, DMABUF_MAKE, &op);
}

static long read_buf(int maker, int fd, unsigned int pages, void *to)
{
	struct dmabuf_read op = { .fd = fd, .pages = pages, .to = (uintptr_t)to };

	return ioctl(maker, DMABUF_READ, &op);
}

/* Print no descriptor: its number differs from run to run. */
static const char *made(long fd)
{
	return fd < 0 ? result(fd) : "a dma-buf";
}

/* Fill pages so that each page differs from the others and from its earlier contents. */
static void scribble(uint8_t *mem, unsigned int nr)
{
	static uint8_t round;

	round++;
	for (unsigned long i = 0; i < nr * PAGE; i++)
		mem[i] = i / PAGE * 31 + i * 7 + round;
}

/* Wait until so many dma-bufs are left: another domain's release takes effect later. */
static bool left_is(int maker, long left)
{
	for (int i = 0; i < 100; i++) {
		if (ioctl(maker, DMABUF_LEFT) == left)
			return true;
		usleep(50000);
	}
	return false;
}

static void dmabuf_export_data(void)
{
	uint8_t *copy = malloc(NR * PAGE);
	int maker = open_maker();
	struct grants grants;
	long fd;

	grant(&grants, NR, GNTALLOC_FLAG_WRITABLE);
	scribble(grants.mem, NR);
	fd = export_refs(gntdev, grants.refs, NR, 0, 0);
	say("export", "%s", made(fd));
	TRY("size in pages", lseek(fd, 0, SEEK_END) / PAGE);
	TRY("read by a device", read_buf(maker, fd, NR, copy));
	TRY("the same", !memcmp(copy, grants.mem, NR * PAGE));
	scribble(grants.mem, NR);
	TRY("read again", read_buf(maker, fd, NR, copy));
	TRY("the same", !memcmp(copy, grants.mem, NR * PAGE));
	TRY("shown to a program", mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
	TRY("close", close(fd));
	ungrant(&grants);
	close(maker);
	free(copy);
}

static void dmabuf_export_arguments(void)
{
	uint32_t refs[] = {BAD_REF};
	struct grants grants;
	long fd;

	TRY("null", ioctl(gntdev, IOCTL_GNTDEV_DMABUF_EXP_FROM_REFS, NULL));
	TRY("no pages", export_refs(gntdev, refs, 0, 0, 0));
	TRY("bad grant", export_refs(gntdev, refs, 1, 0, 0));
	TRY("bad domain", export_refs(gntdev, refs, 1, 0x10000, 0));
	grant(&grants, 1, GNTALLOC_FLAG_WRITABLE);
	TRY("unknown flag", export_refs(gntdev, grants.refs, 1, 0, 4));
	TRY("both flags", export_refs(gntdev, grants.refs, 1, 0,
				      GNTDEV_DMA_FLAG_WC | GNTDEV_DMA_FLAG_COHERENT));
	fd = export_refs(gntdev, grants.refs, 1, 0, GNTDEV_DMA_FLAG_COHERENT);
	say("coherent", "%s", made(fd));
	close(fd);
	ungrant(&grants);
	/* The failed requests have kept no descriptor. */
	TRY("the descriptor is free again", fcntl(fd, F_GETFD));
}

/* Wait until another process waits in an ioctl, for a minute at most. */
static void await_ioctl(pid_t pid)
{
	char path[32], text[16];
	bool asleep = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	for (int i = 0; i < 600 && !asleep; i++) {
		usleep(100000);
		file = fopen(path, "r");
		if (!file)
			die("watching the program that waits");
		/* "running", or the number of the call in which it sleeps */
		asleep = fgets(text, sizeof(text), file) && strtol(text, NULL, 10) == SYS_ioctl;
		fclose(file);
	}
}

static void dmabuf_export_end(void)
{
	int dev = open("/dev/xen/gntdev", O_RDWR), maker = open_maker();
	uint8_t *copy = malloc(PAGE);
	struct grants grants;
	pid_t child;
	long fd;

	grant(&grants, 1, GNTALLOC_FLAG_WRITABLE);
	scribble(grants.mem, 1);
	fd = export_refs(dev, grants.refs, 1, 0, 0);
	TRY("wait for one that is none", wait_released(dev, 999, 1000));
	TRY("wait in vain", wait_released(dev, fd, 50));
	TRY("wait through another file", wait_released(gntdev, fd, 50));
	child = fork();
	if (!child) {
		await_ioctl(getppid());
		_exit(0);
	}
	close(fd);
	TRY("wait for another program's end", wait_released(dev, fd, 60000));
	waitpid(child, NULL, 0);
	TRY("wait after the end", wait_released(dev, fd, 1000));
	fd = export_refs(dev, grants.refs, 1, 0, 0);
	TRY("close the file that made it", close(dev));
	TRY("read by a device", read_buf(maker, fd, 1, copy));
	TRY("the same", !memcmp(copy, grants.mem, PAGE));
	close(fd);
	ungrant(&grants);
	close(maker);
	free(copy);
}

static void import_data(enum dmabuf_kind kind)
{
	int maker = open_maker(), fd = make(maker, NR, kind);
	struct grants grants = { .nr = NR };
	struct map map;
	uint8_t *mem;

	mem = mmap(NULL, NR * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		die("mapping the dma-buf");
	scribble(mem, NR);
	TRY("import", import_fd(gntdev, fd, NR, 0, grants.refs));
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	TRY("the same", !memcmp(map.mem, mem, NR * PAGE));
	look_at_all("pages", map.mem, mem, NR);
	unmap_grants(&map);
	TRY("release", release_import(gntdev, fd));
	TRY("release again", release_import(gntdev, fd));
	munmap(mem, NR * PAGE);
	close(fd);
	TRY("its maker has it back", left_is(maker, 0));
	close(maker);
}

static void dmabuf_import_data(void)
{
	import_data(DMABUF_PLAIN);
}

static void dmabuf_import_folded(void)
{
	import_data(DMABUF_FOLDED);
}

static void dmabuf_import_arguments(void)
{
	int maker = open_maker(), fd = make(maker, NR, DMABUF_PLAIN);
	int crooked = make(maker, NR, DMABUF_CROOKED);
	uint32_t refs[NR + 1];

	TRY("null", ioctl(gntdev, IOCTL_GNTDEV_DMABUF_IMP_TO_REFS, NULL));
	TRY("no pages", import_fd(gntdev, fd, 0, 0, refs));
	TRY("too few pages", import_fd(gntdev, fd, NR - 1, 0, refs));
	TRY("too many pages", import_fd(gntdev, fd, NR + 1, 0, refs));
	TRY("more than any", import_fd(gntdev, fd, 1 << 20, 0, calloc(1 << 20, 4)));
	TRY("more than the kernel can count",
	    import_fd(gntdev, fd, 1 << 16, 0, calloc(1 << 16, 4)));
	TRY("no dma-buf", import_fd(gntdev, gntdev, NR, 0, refs));
	TRY("nothing", import_fd(gntdev, -1, NR, 0, refs));
	TRY("bad domain", import_fd(gntdev, fd, NR, 0x10000, refs));
	TRY("half a page", import_fd(gntdev, crooked, NR, 0, refs));
	TRY("release what is none", release_import(gntdev, fd));
	close(crooked);
	close(fd);
	TRY("its maker has them back", left_is(maker, 0));
	close(maker);
}

/* The other domain's mapping stays, even if the granter wants to end the grant. */
static void dmabuf_import_end(void)
{
	int dev = open("/dev/xen/gntdev", O_RDWR), maker = open_maker();
	int fd = make(maker, NR, DMABUF_PLAIN);
	struct grants grants = { .nr = NR };
	struct map map;

	TRY("import", import_fd(dev, fd, NR, 0, grants.refs));
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	TRY("release", release_import(dev, fd));
	close(fd);
	TRY("dma-bufs while it is mapped", ioctl(maker, DMABUF_LEFT));
	say("its pages", "%s", touch(map.mem + (NR - 1) * PAGE, true));
	unmap_grants(&map);
	TRY("its maker has it back", left_is(maker, 0));
	fd = make(maker, NR, DMABUF_PLAIN);
	TRY("import", import_fd(dev, fd, NR, 0, grants.refs));
	close(fd);
	TRY("dma-bufs while it is granted", ioctl(maker, DMABUF_LEFT));
	close(dev);
	TRY("its maker has it back", left_is(maker, 0));
	TRY("the grant is gone", export_refs(gntdev, grants.refs, 1, 0, 0));
	close(maker);
}

/* Map pages that another domain has granted: a translated domain can map no others. */
void dmabuf_rings(uint32_t domid)
{
	static const uint32_t refs[] = {GNTTAB_RESERVED_CONSOLE, GNTTAB_RESERVED_XENSTORE};
	struct map map = { .nr = 2 };
	uint8_t *mem;
	long fd;

	name = "rings";
	fd = export_refs(gntdev, refs, 2, domid, 0);
	if (fd < 0)
		die("exporting the rings");
	mem = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		die("mapping the dma-buf");
	if (name_grants(gntdev, refs, 2, domid, &map.index))
		die("naming grants");
	map.mem = show(&map, PROT_READ);
	if (map.mem == MAP_FAILED)
		die("mapping grants");
	TRY("the same", !memcmp(mem, map.mem, 2 * PAGE));
	TRY("a console", !!memmem(mem, PAGE, "] ", 2));
	TRY("too far", mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, PAGE));
	munmap(mem + PAGE, PAGE);
	close(fd);
	say("still there", "%s", touch(mem, false));
	TRY("wait in vain", wait_released(gntdev, fd, 50));
	munmap(mem, PAGE);
	TRY("wait", wait_released(gntdev, fd, 1000));
	unmap_grants(&map);
}

const struct test_case dmabuf_cases[] = {
	{ "dmabuf-export-data", dmabuf_export_data, "dmabuf" },
	{ "dmabuf-export-arguments", dmabuf_export_arguments, "dmabuf" },
	{ "dmabuf-export-cve-2025-38595", export_untold, "dmabuf" },
	{ "dmabuf-export-end", dmabuf_export_end, "dmabuf" },
	{ "dmabuf-import-data", dmabuf_import_data, "dmabuf" },
	{ "dmabuf-import-folded", dmabuf_import_folded, "dmabuf" },
	{ "dmabuf-import-arguments", dmabuf_import_arguments, "dmabuf" },
	{ "dmabuf-import-end", dmabuf_import_end, "dmabuf" },
	{},
};
