/* SPDX-License-Identifier: GPL-2.0 */
/* How the small programs of this folder end that share hostile/xenstore.c, which asks for die(). */
#ifndef FATAL_H
#define FATAL_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

#endif
