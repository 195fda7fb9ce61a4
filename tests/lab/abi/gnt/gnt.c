// SPDX-License-Identifier: GPL-2.0
/*
 * Sends valid and invalid requests to /dev/xen/gntdev and /dev/xen/gntalloc, and prints the
 * results. Dom0 grants pages to itself, so that one program sees both sides.
 *
 *   gnt [CASE...]     all cases that belong to no group, or the named ones
 *   gnt deadly        requests that a broken driver does not survive
 *   gnt dmabuf        dma-bufs: needs dom0-dmabuf-selftest, and a kernel that has dma-bufs
 *   gnt walked        changes that core mm makes by itself to the entries of mapped pages
 *   gnt walk DOMID    the same for pages of a paused domain that privcmd maps
 *   gnt pipe DOMID    keeps a page of that domain's console in a pipe until the standard input ends
 *   gnt hold PAGES    maps so many pages, prints that, and waits to be killed
 *   gnt rings DOMID   maps the rings of that domain's console and xenstore, as grants and a dma-buf
 *
 * Only a PV domain survives mapping its own pages: where the hypervisor translates addresses, it
 * takes a page that is mapped away from the address where it was.
 *
 * Each request has one line of output: its name, and the outcome. No line depends on chance, so
 * that the output of two drivers can be compared.
 */
#include "gnt.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct test_case *const tables[] = {
	name_cases, life_cases, notify_cases, copy_cases, share_cases, dmabuf_cases, walk_cases,
};

static bool wanted(const struct test_case *test, int argc, char **argv)
{
	for (int arg = 1; arg < argc; arg++)
		if (!strcmp(argv[arg], test->name) ||
		    (test->group && !strcmp(argv[arg], test->group)))
			return true;
	return argc == 1 && !test->group;
}

static void hold(unsigned int nr)
{
	struct grants grants;
	struct map map;

	grant(&grants, nr, GNTALLOC_FLAG_WRITABLE);
	map_grants(&map, &grants, PROT_READ | PROT_WRITE);
	printf("holding %u\n", nr);
	fflush(stdout);
	pause();
}

int main(int argc, char **argv)
{
	catch_faults();
	gntdev = open("/dev/xen/gntdev", O_RDWR);
	gntalloc = open("/dev/xen/gntalloc", O_RDWR);
	if (gntdev < 0 || gntalloc < 0)
		die("opening the devices");
	if (argc == 3 && !strcmp(argv[1], "hold"))
		hold(atoi(argv[2]));
	if (argc == 3 && !strcmp(argv[1], "rings")) {
		dmabuf_rings(atoi(argv[2]));
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "pipe")) {
		hold_by_pipe(atoi(argv[2]));
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "drain")) {
		drain_pipe(atoi(argv[2]));
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "walk")) {
		walk_guest(atoi(argv[2]));
		return 0;
	}
	for (unsigned int i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		for (const struct test_case *test = tables[i]; test->name; test++) {
			if (!wanted(test, argc, argv))
				continue;
			name = test->name;
			test->run();
		}
	}
	return 0;
}
