// SPDX-License-Identifier: GPL-2.0
/*
 * Ioreq pages that are not mapped any more when an eventfd is assigned to their server.
 *
 * stale: the page is unmapped meanwhile. The scenario has armed the fault point that holds the
 * ioctl between the look-up of the page and its use.
 *
 * moved: an mremap() was refused, which has unmapped the page.
 */
#include "dm.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define POINTS		"/sys/kernel/debug/dom0/fault_points"
#define POINT		"privcmd_map_ioreq"
#define TRIES		2000

static struct server server;

static void *assign(void *unused)
{
	(void)unused;
	ask_said("ioeventfd: a page that is unmapped meanwhile",
		 ioeventfd(&server, new_eventfd(), 0, 0));
	return NULL;
}

static int is_held(void)
{
	FILE *points = fopen(POINTS, "r");
	char line[256];
	int held = 0;

	if (!points)
		die(POINTS);
	while (fgets(line, sizeof(line), points))
		held |= !strncmp(line, POINT " ", strlen(POINT) + 1) && strstr(line, "waiting 1");
	fclose(points);
	return held;
}

static void release(void)
{
	FILE *points = fopen(POINTS, "w");

	if (!points || fputs(POINT " off\n", points) < 0 || fclose(points))
		die(POINTS);
}

int stale(domid_t domid)
{
	pthread_t thread;
	int tries;

	server_open(&server, domid, 0xd0000000);
	if (pthread_create(&thread, NULL, assign, NULL))
		die("pthread_create");
	for (tries = 0; !is_held() && tries < TRIES; tries++)
		usleep(10000);
	munmap(server.slots, PAGE);
	release();
	pthread_join(thread, NULL);
	return tries == TRIES;
}

int moved(domid_t domid)
{
	void *to = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	server_open(&server, domid, 0xd0000000);
	if (to == MAP_FAILED)
		die("mmap");
	if (mremap(server.slots, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) != MAP_FAILED ||
	    errno != EINVAL) {
		puts("mremap of an ioreq page is not refused");
		return 1;
	}
	ask_said("ioeventfd: a page whose mremap was refused",
		 ioeventfd(&server, new_eventfd(), 0, 0));
	return 0;
}
