/* SPDX-License-Identifier: GPL-2.0 */
/* A table for people: each column is as wide as its widest cell, and numbers are right-aligned. */
#ifndef _DOM0CTL_TABLE_H
#define _DOM0CTL_TABLE_H

#include "base.h"

#include <stddef.h>
#include <stdio.h>

struct table {
	const char * const *heads;	/* '>' at the beginning marks a column of numbers */
	unsigned int columns;
	char **cells;
	size_t number, room;
};

void table_begin(struct table *table, const char * const *heads, unsigned int columns);

/* Add the next cell, row by row. Its text is escaped; an empty cell is shown as "-". */
__printf(2, 3)
void table_cell(struct table *table, const char *fmt, ...);

/* Print the table, and free its cells. */
void table_end(struct table *table, FILE *out);

#endif
