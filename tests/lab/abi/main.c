// SPDX-License-Identifier: GPL-2.0
/* abi evtchn | abi privcmd DOMID [ours] | abi unprivileged DOMID | abi mcelog */
#define _GNU_SOURCE
#include "abi.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const char *device;
static sigjmp_buf after_signal;

void ask(const char *name)
{
	device = name;
}

void answer_text(const char *text, const char *what)
{
	printf("%s: %s: %s\n", device, what, text);
	fflush(stdout);
}

long answer(long result, const char *what)
{
	answer_text(result < 0 ? strerrorname_np(errno) : "ok", what);
	return result;
}

void answer_value(long result, const char *what)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", result);
	answer_text(result < 0 ? strerrorname_np(errno) : text, what);
}

static void on_signal(int number)
{
	siglongjmp(after_signal, number);
}

static void answer_touch(volatile char *addr, bool write, const char *what)
{
	int number;

	signal(SIGSEGV, on_signal);
	signal(SIGBUS, on_signal);
	number = sigsetjmp(after_signal, 1);
	if (!number) {
		if (write)
			*addr = *addr;
		else
			(void)*addr;
	}
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	answer_text(number ? sigabbrev_np(number) : "ok", what);
}

void answer_access(const volatile void *addr, const char *what)
{
	answer_touch((volatile char *)addr, false, what);
}

void answer_write(volatile void *addr, const char *what)
{
	answer_touch(addr, true, what);
}

static void *page(int prot)
{
	void *addr = mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (addr == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return addr;
}

void *bad_page(void)
{
	return page(PROT_NONE);
}

void *readonly_page(void)
{
	return page(PROT_READ);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "evtchn")) {
		evtchn_questions();
	} else if (argc >= 3 && !strcmp(argv[1], "privcmd")) {
		privcmd_questions(atoi(argv[2]), argc > 3);
	} else if (argc == 3 && !strcmp(argv[1], "unprivileged")) {
		unprivileged_questions(atoi(argv[2]));
	} else if (argc == 2 && !strcmp(argv[1], "mcelog")) {
		mcelog_questions();
	} else {
		fputs("usage: abi evtchn | abi privcmd DOMID [ours] | ", stderr);
		fputs("abi unprivileged DOMID | abi mcelog\n", stderr);
		return 2;
	}
	return 0;
}
