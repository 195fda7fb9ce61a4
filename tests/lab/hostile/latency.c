// SPDX-License-Identifier: GPL-2.0
/*
 * Measures how long a verified write and read of a page take in a guest, while another guest is
 * hostile.
 */
#define _GNU_SOURCE
#include "hostile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SAMPLES 65536
#define FILE_PAGES 256

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ull + now.tv_nsec / 1000;
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void latency_fill(uint32_t *words, uint32_t seed)
{
	for (unsigned int i = 0; i < PAGE / 4; i++)
		words[i] = seed * 2654435761u + i;
}

/* Write one page and read it back; it has to be the same. */
static uint32_t measure(int fd, uint32_t *out, uint32_t *in, uint32_t round)
{
	off_t at = round % FILE_PAGES * (off_t)PAGE;
	uint64_t begun;

	latency_fill(out, round);
	begun = now_us();
	if (pwrite(fd, out, PAGE, at) != PAGE || pread(fd, in, PAGE, at) != PAGE)
		die("a page at %ld: %s", (long)at, strerror(errno));
	if (memcmp(in, out, PAGE))
		die("the page at %ld is not what was written", (long)at);
	return now_us() - begun;
}

bool latency(const char *path, unsigned int seconds)
{
	static uint32_t took[SAMPLES];
	uint64_t end = now_ms() + seconds * 1000ull;
	unsigned int count = 0;
	void *out, *in;
	int fd;

	case_begin("latency", path);
	fd = open(path, O_RDWR | O_CREAT | O_DIRECT | O_CLOEXEC, 0600);
	if (fd < 0 || posix_memalign(&out, PAGE, PAGE) || posix_memalign(&in, PAGE, PAGE))
		die("%s: %s", path, strerror(errno));
	/* The blocks of the file are there before anything is measured. */
	for (unsigned int i = 0; i < FILE_PAGES; i++)
		measure(fd, out, in, i);
	fsync(fd);
	while (now_ms() < end && count < SAMPLES) {
		took[count] = measure(fd, out, in, count);
		count++;
	}
	close(fd);
	qsort(took, count, sizeof(took[0]), ascending);
	note("%u rounds, p50 %u us, p99 %u us, most %u us", count, took[count / 2],
	     took[count * 99ull / 100], took[count - 1]);
	return case_end();
}
