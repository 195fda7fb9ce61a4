/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Asks the toolstack's devices and prints what they answer, one line for each question. Nothing is
 * judged here: the lab compares what two sets of modules print. So no line may hold a number that
 * depends on the moment, such as a port's.
 */
#ifndef _LAB_ABI_H
#define _LAB_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Begins the questions to one device. */
void ask(const char *device);

/* "device: what: ok" or the error's name; a result that is negative stands for errno. Returns it. */
long answer(long result, const char *what);

/* The same with the value instead of ok. */
void answer_value(long result, const char *what);
void answer_text(const char *text, const char *what);

/* Reads a byte; says what came of it: "read" or the signal's name. */
void answer_access(const volatile void *addr, const char *what);
void answer_write(volatile void *addr, const char *what);

/* A page that may not be touched, and one that may not be written. */
void *bad_page(void);
void *readonly_page(void);

void evtchn_questions(void);
/* domid: a paused guest with translated memory. ours: also what the in-tree module is known not to survive. */
void privcmd_questions(uint16_t domid, bool ours);
void unprivileged_questions(uint16_t target);
void mcelog_questions(void);

#endif
