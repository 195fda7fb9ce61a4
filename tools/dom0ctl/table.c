// SPDX-License-Identifier: GPL-2.0
/* Cells are kept until the end, since the width of a column depends on all of its cells. */
#include "table.h"
#include "text.h"

#include <stdarg.h>
#include <stdbool.h>
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

static bool is_hidden(const struct table *table, unsigned int column)
{
	return table->hidden & 1u << column;
}

static size_t table_width(const struct table *table)
{
	unsigned int column;
	size_t width = 0;

	for (column = 0; column < table->columns; column++)
		if (!is_hidden(table, column))
			width += (size_t)column_width(table, column) + 2;
	return width - 2;
}

void table_fit(struct table *table, size_t width, const unsigned int *least)
{
	table->width = width;
	for (; width && *least && table_width(table) > width; least++)
		table->hidden |= 1u << *least;
}

static unsigned int last_column(const struct table *table)
{
	unsigned int column = table->columns - 1;

	while (is_hidden(table, column))
		column--;
	return column;
}

/* The last column is not padded. */
static void print_cell(const struct table *table, unsigned int column, const char *text, FILE *out)
{
	int width = column_width(table, column);

	if (is_hidden(table, column))
		return;
	if (table->heads[column][0] == '>')
		fprintf(out, "%*s", width, text);
	else if (column != last_column(table))
		fprintf(out, "%-*s", width, text);
	else
		fputs(text, out);
	if (column != last_column(table))
		fputs("  ", out);
}

/* Print a row: the heads, or the cells from @first on. The last row may lack cells. */
static void print_row(const struct table *table, const size_t *first, FILE *out)
{
	char *text = NULL;
	unsigned int column;
	size_t size;
	FILE *row = open_memstream(&text, &size);

	if (!row)
		return;
	for (column = 0; column < table->columns; column++) {
		const char *head = table->heads[column];

		if (!first)
			print_cell(table, column, head + (*head == '>'), row);
		else if (*first + column < table->number)
			print_cell(table, column, cell_text(table, *first + column), row);
	}
	fclose(row);
	if (table->width && table->width < size)
		size = table->width;
	fprintf(out, "%.*s\n", (int)size, text);
	free(text);
}

void table_end(struct table *table, FILE *out)
{
	size_t i;

	print_row(table, NULL, out);
	for (i = 0; i < table->number; i += table->columns)
		print_row(table, &i, out);
	for (i = 0; i < table->number; i++)
		free(table->cells[i]);
	free(table->cells);
	*table = (struct table){ 0 };
}
