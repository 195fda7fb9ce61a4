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
	unsigned int hidden;	/* bits of columns */
	size_t width;		/* of the terminal, 0 if it does not matter */
};

void table_begin(struct table *table, const char * const *heads, unsigned int columns);

/* Add the next cell, row by row. Its text is escaped; an empty cell is shown as "-". */
__printf(2, 3)
void table_cell(struct table *table, const char *fmt, ...);

/*
 * Call before table_end() to make the table fit into a terminal. Columns are left out in the order
 * of @least, which ends with the column 0, until @width is enough. Then longer lines are cut.
 */
void table_fit(struct table *table, size_t width, const unsigned int *least);

/* Print the table, and free its cells. */
void table_end(struct table *table, FILE *out);

#endif
