/* SPDX-License-Identifier: GPL-2.0 */
/* Small files and links of sysfs, debugfs and tracefs. */
#ifndef _DOM0CTL_FILE_H
#define _DOM0CTL_FILE_H

#include "base.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define DEBUGFS	"/sys/kernel/debug"
#define BUS	"/sys/bus/xen-backend"

/* Format a function's variable arguments into the array @path. */
#define FORMAT_PATH(path, fmt)						\
	do {								\
		va_list args;						\
									\
		va_start(args, fmt);					\
		vsnprintf(path, sizeof(path), fmt, args);		\
		va_end(args);						\
	} while (0)

/*
 * Read a file without its last newline, cut to @size. Return false and an empty text if it cannot
 * be read.
 */
__printf(3, 4)
bool file_read(char *text, size_t size, const char *fmt, ...);

/* Read all of a file. Return NULL if it cannot be read. The caller frees the text. */
__printf(1, 2)
char *file_read_all(const char *fmt, ...);

/* Read a file with one decimal number. */
__printf(2, 3)
bool file_number(uint64_t *number, const char *fmt, ...);

/*
 * Read the last part of a symbolic link's target. Return false and an empty text if it is no link.
 */
__printf(3, 4)
bool file_link(char *name, size_t size, const char *fmt, ...);

__printf(1, 2)
bool file_exists(const char *fmt, ...);

#endif
