// SPDX-License-Identifier: GPL-2.0
/* Cells are kept until the end, since the width of a column depends on all of its cells. */
#include "table.h"
#include "text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void table_begin(struct table *table, const char * const *heads, unsigned int columns)
{
	*table = (struct table){ .heads = heads, .columns = columns };
}

/* Return the escaped text, or NULL if there is no memory. */
static char *escape_text(const char *text)
{
	char *cell = NULL;
	size_t size;
	FILE *out = open_memstream(&cell, &size);

	if (!out)
		return NULL;
	text_plain(out, *text ? text : "-");
	fclose(out);
	return cell;
}

void table_cell(struct table *table, const char *fmt, ...)
{
	char text[1200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (table->number == table->room) {
		size_t room = table->room ? 2 * table->room : 64;
		char **cells = realloc(table->cells, room * sizeof(*cells));

		if (!cells)
			return;
		table->cells = cells;
		table->room = room;
	}
	table->cells[table->number++] = escape_text(text);
}

static const char *cell_text(const struct table *table, size_t index)
{
	return table->cells[index] ? table->cells[index] : "?";
}

static int column_width(const struct table *table, unsigned int column)
{
	size_t width = strlen(table->heads[column]) - (table->heads[column][0] == '>'), i;

	for (i = column; i < table->number; i += table->columns) {
		size_t length = strlen(cell_text(table, i));

		width = length > width ? length : width;
	}
	return (int)width;
}

/* The last column is not padded. */
static void print_cell(const struct table *table, unsigned int column, const char *text, FILE *out)
{
	int width = column_width(table, column);

	if (table->heads[column][0] == '>')
		fprintf(out, "%*s", width, text);
	else if (column + 1 < table->columns)
		fprintf(out, "%-*s", width, text);
	else
		fputs(text, out);
	fputs(column + 1 < table->columns ? "  " : "\n", out);
}

void table_end(struct table *table, FILE *out)
{
	unsigned int column;
	size_t i;

	for (column = 0; column < table->columns; column++) {
		const char *head = table->heads[column];

		print_cell(table, column, head + (*head == '>'), out);
	}
	for (i = 0; i < table->number; i++) {
		print_cell(table, (unsigned int)(i % table->columns), cell_text(table, i), out);
		if (i + 1 == table->number && (i + 1) % table->columns)
			putc('\n', out);
	}
	for (i = 0; i < table->number; i++)
		free(table->cells[i]);
	free(table->cells);
	*table = (struct table){ 0 };
}
