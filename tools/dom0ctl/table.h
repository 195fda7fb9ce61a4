/* SPDX-License-Identifier: GPL-2.0 */
/* Columns for people: each as wide as its widest cell, numbers to the right. */
#ifndef _DOM0CTL_TABLE_H
#define _DOM0CTL_TABLE_H

#include "base.h"

#include <stddef.h>
#include <stdio.h>

struct table {
	const char * const *heads;	/* one that begins with '>' is over numbers */
	unsigned int columns;
	char **cells;
	size_t number, room;
};

void table_begin(struct table *table, const char * const *heads, unsigned int columns);

/* The next cell, row by row; what is in it is escaped, and "-" if it is empty. */
__printf(2, 3)
void table_cell(struct table *table, const char *fmt, ...);

/* Print it, and free what it holds. */
void table_end(struct table *table, FILE *out);

#endif
