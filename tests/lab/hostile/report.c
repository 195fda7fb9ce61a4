// SPDX-License-Identifier: GPL-2.0
/* Reports of failures; time; random numbers. */
#define _GNU_SOURCE
#include "hostile.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Further clauses are cut off. */
#define CLAUSES 600

static char name[64] = "hostile";
static char clauses[CLAUSES];
static unsigned int wrongs;
static uint64_t random_state = 1;

static void add_clause(const char *fmt, va_list args)
{
	size_t used = strlen(clauses);

	if (used)
		used += snprintf(clauses + used, CLAUSES - used, "; ");
	if (used < CLAUSES)
		vsnprintf(clauses + used, CLAUSES - used, fmt, args);
}

static void say(const char *word)
{
	printf("%s %s: %s\n", word, name, *clauses ? clauses : "all well");
	fflush(stdout);
}

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_clause(fmt, args);
	va_end(args);
	say("fail");
	exit(1);
}

void skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_clause(fmt, args);
	va_end(args);
	say("skip");
	exit(0);
}

void wrong(const char *fmt, ...)
{
	va_list args;

	wrongs++;
	va_start(args, fmt);
	add_clause(fmt, args);
	va_end(args);
}

void note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_clause(fmt, args);
	va_end(args);
}

void case_begin(const char *kind, const char *what)
{
	snprintf(name, sizeof(name), "%s %s", kind, what);
}

bool case_end(void)
{
	say(wrongs ? "fail" : "pass");
	return !wrongs;
}

bool case_apart(bool (*run)(unsigned int id, const void *arg), unsigned int id, const void *arg)
{
	pid_t child = fork();
	int status;

	if (!child) {
		xs_open();
		evtchn_open();
		exit(!run(id, arg));
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
		printf("fail a case of %u: died of status %#x\n", id, status);
		return false;
	}
	return !WEXITSTATUS(status);
}

uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

void sleep_ms(unsigned int ms)
{
	usleep(ms * 1000);
}

static void stay_on(unsigned int cpu, pthread_t thread)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (pthread_setaffinity_np(thread, sizeof(set), &set))
		note("CPU %u is not available", cpu);
}

pthread_t run_on_other_cpu(void *(*run)(void *), void *arg)
{
	pthread_t thread;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip("a race needs a second virtual CPU");
	if (pthread_create(&thread, NULL, run, arg))
		die("no thread");
	stay_on(0, pthread_self());
	stay_on(1, thread);
	return thread;
}

void seed_random(uint64_t seed)
{
	random_state = (seed + 1) * 0x9e3779b97f4a7c15ull;
}

uint32_t random_u32(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * 0x2545f4914f6cdd1dull) >> 32;
}

uint32_t random_below(uint32_t limit)
{
	return ((uint64_t)random_u32() * limit) >> 32;
}

uint32_t random_edge(void)
{
	static const uint32_t edges[] = {
		0, 1, 7, 8, 11, 12, 13, 14, 255, 256, 257, 4095, 4096, 32767, 32768, 65535,
		0x7fffffff, 0x80000000, 0xffffffff,
	};

	return random_once_in(4) ? random_u32() :
				   edges[random_below(ARRAY_SIZE(edges))];
}

bool random_once_in(uint32_t times)
{
	return !random_below(times);
}

const char *expect_name(enum expect expect)
{
	static const char *const names[] = {
		[ANSWERED] = "answered",
		[STOPPED] = "stopped",
		[REFUSED] = "refused",
		[REJECTED] = "rejected",
		[SURVIVED] = "survived",
	};

	return names[expect];
}
