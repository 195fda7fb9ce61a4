/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sends requests to the toolstack's devices and prints the results, one line for each request. This
 * program checks nothing: the lab compares the output for two sets of modules. So no line may hold
 * a number that changes from run to run, such as a port's.
 */
#ifndef _LAB_ABI_H
#define _LAB_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Name the device in all lines that follow. */
void ask(const char *device);

/*
 * Print "device: what: ok", or the error's name: a negative result stands for errno. Return
 * @result.
 */
long answer(long result, const char *what);

/* The same with the value or text instead of ok. */
void answer_value(long result, const char *what);
void answer_text(const char *text, const char *what);

/* Read or write a byte, and print "ok" or the name of the signal that this caused. */
void answer_access(const volatile void *addr, const char *what);
void answer_write(volatile void *addr, const char *what);

/* A page that cannot be accessed, and one that cannot be written. */
void *bad_page(void);
void *readonly_page(void);

void evtchn_questions(void);
/*
 * domid: a paused guest with translated memory. ours: also send requests that the in-tree module
 * does not survive.
 */
void privcmd_questions(uint16_t domid, bool ours);
void unprivileged_questions(uint16_t target);
void mcelog_questions(void);

#endif
