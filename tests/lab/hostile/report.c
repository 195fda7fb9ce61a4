// SPDX-License-Identifier: GPL-2.0
/* What went wrong, and with whom; time and chance. */
#include "hostile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* More clauses than these say nothing new. */
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
