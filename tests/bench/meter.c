// SPDX-License-Identifier: GPL-2.0
/*
 * meter SECONDS COUNTER...: measures counters of Dom0 over SECONDS. Prints lines of
 * "name difference": time and cpu in nanoseconds, then each counter. cpu is the CPU time that Xen
 * accounts to Dom0.
 *
 * A counter is NAME=FILE, for a file that begins with the number, or NAME=FILE#ROW#COLUMN, for a
 * number in the row that begins with ROW. Columns count from 1 after ROW. A counter that does not
 * exist is left out.
 *
 * One process reads all counters, to disturb the measurement as little as possible. No-ops with
 * the numbers of count.c mark the begin and the end of the phase, for a profile.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xenctrl.h>

#define MAX_COUNTERS 32

/* nopl 0x584d000N(%rax,%rax,1) */
#define MARK(n) asm volatile(".byte 0x0f, 0x1f, 0x84, 0x00; .long 0x584d0000 + " #n ::: "memory")

struct counter {
	const char *name;
	char *file;
	char *row;
	int column;
	bool present;
	unsigned long long before;
	unsigned long long after;
};

static bool parse_counter(char *arg, struct counter *c)
{
	char *column;

	c->name = strtok(arg, "=");
	c->file = strtok(NULL, "#");
	c->row = strtok(NULL, "#");
	column = strtok(NULL, "#");
	c->column = column ? atoi(column) : 1;
	return c->name && c->file;
}

static bool number_in_row(const char *line, const struct counter *c, unsigned long long *value)
{
	size_t len = strlen(c->row);
	char *end;
	int i;

	if (strncmp(line, c->row, len) || !strchr(" \t:", line[len]))
		return false;
	line += len + strspn(line + len, " \t:");
	for (i = 1; i < c->column; i++) {
		line += strcspn(line, " \t");
		line += strspn(line, " \t");
	}
	*value = strtoull(line, &end, 10);
	return end != line;
}

static bool read_counter(const struct counter *c, unsigned long long *value)
{
	bool found = false;
	char line[512];
	FILE *f = fopen(c->file, "r");

	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f))
		found = c->row ? number_in_row(line, c, value) : sscanf(line, "%llu", value) == 1;
	fclose(f);
	return found;
}

static unsigned long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static unsigned long long dom0_cpu_ns(xc_interface *xc)
{
	xc_dominfo_t info;

	if (xc_domain_getinfo(xc, 0, 1, &info) != 1)
		exit(1);
	return info.cpu_time;
}

int main(int argc, char **argv)
{
	struct counter counters[MAX_COUNTERS] = { 0 };
	unsigned long long time, cpu;
	xc_interface *xc = xc_interface_open(NULL, NULL, 0);
	double seconds = argc > 1 ? atof(argv[1]) : 0;
	struct timespec pause = { seconds, (seconds - (long)seconds) * 1e9 };
	int n = argc - 2;
	int i;

	if (!xc || n < 0 || n > MAX_COUNTERS || seconds <= 0) {
		fprintf(stderr, "usage: meter SECONDS NAME=FILE[#ROW#COLUMN]...\n");
		return 2;
	}
	for (i = 0; i < n; i++) {
		if (!parse_counter(argv[i + 2], &counters[i]))
			return 2;
		counters[i].present = read_counter(&counters[i], &counters[i].before);
	}
	time = now_ns();
	cpu = dom0_cpu_ns(xc);
	MARK(1);
	nanosleep(&pause, NULL);
	MARK(2);
	cpu = dom0_cpu_ns(xc) - cpu;
	time = now_ns() - time;
	for (i = 0; i < n; i++)
		counters[i].present &= read_counter(&counters[i], &counters[i].after);

	printf("time %llu\ncpu %llu\n", time, cpu);
	for (i = 0; i < n; i++)
		if (counters[i].present)
			printf("%s %llu\n", counters[i].name,
			       counters[i].after - counters[i].before);
	xc_interface_close(xc);
	return 0;
}
