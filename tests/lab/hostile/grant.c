// SPDX-License-Identifier: GPL-2.0
/* Pages granted to another domain, with guards around them. */
#include "hostile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xen/gntalloc.h>

#define GUARD_BYTE 0xd7
/*
 * Distance to references that are never granted: the kernel uses references from the low end, and
 * no test needs so many.
 */
#define NEVER_DISTANCE 400

static int grant_fd = -1;
static int log_fd = -1;
static uint32_t highest;

static unsigned int map_pages(const struct pages *pages)
{
	return pages->stride * (pages->count - 1) + 3;
}

static unsigned int map_slot(const struct pages *pages, unsigned int i)
{
	return 1 + i * pages->stride;
}

static bool is_guard(const struct pages *pages, unsigned int slot)
{
	return !slot || slot == map_pages(pages) - 1 || (slot - 1) % pages->stride;
}

static void ask_for_grants(struct pages *pages, domid_t domain, bool writable)
{
	unsigned int total = map_pages(pages);
	struct ioctl_gntalloc_alloc_gref *arg = calloc(1, sizeof(*arg) + total * sizeof(uint32_t));

	arg->domid = domain;
	arg->flags = writable ? GNTALLOC_FLAG_WRITABLE : 0;
	arg->count = total;
	if (ioctl(grant_fd, IOCTL_GNTALLOC_ALLOC_GREF, arg))
		die("granting %u pages: %s", total, strerror(errno));
	pages->index = arg->index;
	pages->gref = malloc(total * sizeof(uint32_t));
	memcpy(pages->gref, arg->gref_ids, total * sizeof(uint32_t));
	free(arg);
	for (unsigned int i = 0; i < total; i++)
		if (pages->gref[i] > highest)
			highest = pages->gref[i];
}

struct pages *pages_alloc(domid_t domain, unsigned int count, unsigned int flags)
{
	struct pages *pages = calloc(1, sizeof(*pages));
	unsigned int total;

	if (grant_fd < 0)
		grant_fd = open("/dev/xen/gntalloc", O_RDWR | O_CLOEXEC);
	if (grant_fd < 0)
		die("/dev/xen/gntalloc: %s", strerror(errno));
	pages->count = count;
	pages->stride = flags & PAGES_APART ? 2 : 1;
	total = map_pages(pages);
	ask_for_grants(pages, domain, !(flags & PAGES_READONLY));
	pages->map = mmap(NULL, total * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, grant_fd,
			  pages->index);
	if (pages->map == MAP_FAILED)
		die("mapping granted pages: %s", strerror(errno));
	for (unsigned int slot = 0; slot < total; slot++)
		memset(pages->map + slot * PAGE, is_guard(pages, slot) ? GUARD_BYTE : 0, PAGE);
	return pages;
}

uint8_t *page_at(const struct pages *pages, unsigned int i)
{
	return pages->map + map_slot(pages, i) * PAGE;
}

uint32_t page_gref(const struct pages *pages, unsigned int i)
{
	return pages->gref[map_slot(pages, i)];
}

void pages_check_guards(const struct pages *pages, const char *what)
{
	for (unsigned int slot = 0; slot < map_pages(pages); slot++) {
		const uint8_t *page = pages->map + slot * PAGE;
		unsigned int at = 0;

		if (!is_guard(pages, slot))
			continue;
		while (at < PAGE && page[at] == GUARD_BYTE)
			at++;
		if (at < PAGE)
			wrong("guard page %u of %s was written to at byte %u", slot, what, at);
	}
}

void pages_free(struct pages *pages)
{
	struct ioctl_gntalloc_dealloc_gref arg = {
		.index = pages->index, .count = map_pages(pages),
	};

	munmap(pages->map, map_pages(pages) * PAGE);
	if (ioctl(grant_fd, IOCTL_GNTALLOC_DEALLOC_GREF, &arg))
		die("ending grants: %s", strerror(errno));
	free(pages->gref);
	free(pages);
}

uint32_t gref_revoked(void)
{
	struct pages *pages = pages_alloc(0, 1, 0);
	uint32_t gref = page_gref(pages, 0);

	pages_free(pages);
	return gref;
}

uint32_t gref_never(void)
{
	return highest + NEVER_DISTANCE;
}

uint32_t gref_wild(void)
{
	uint32_t gref = random_u32();

	if (random_once_in(2))
		gref = random_once_in(2) ? ~0u : gref_never();
	return gref > highest ? gref : ~gref;
}

/* The kernel logs a page that it cannot take back only if this is enabled. */
void grants_watch_leaks(void)
{
	int control = open("/proc/dynamic_debug/control", O_WRONLY | O_CLOEXEC);

	if (control < 0)
		control = open("/sys/kernel/debug/dynamic_debug/control", O_WRONLY | O_CLOEXEC);
	if (control < 0 || dprintf(control, "func gnttab_add_deferred +p\n") < 0)
		die("dynamic debug: %s", strerror(errno));
	close(control);
	if (log_fd < 0)
		log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd < 0 || lseek(log_fd, 0, SEEK_END) < 0)
		die("/dev/kmsg: %s", strerror(errno));
}

void grants_check_leaks(void)
{
	char record[2048];
	unsigned int leaks = 0;
	ssize_t len;

	while ((len = read(log_fd, record, sizeof(record) - 1)) > 0) {
		record[len] = 0;
		leaks += strstr(record, "deferring g.e.") || strstr(record, "leaking g.e.");
	}
	if (leaks)
		wrong("%u granted pages were still mapped when the backend had closed", leaks);
}
