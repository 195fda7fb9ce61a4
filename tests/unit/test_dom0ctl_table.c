// SPDX-License-Identifier: GPL-2.0
/* How dom0ctl prints a table, and makes it fit into a terminal. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/dom0ctl/table.c"
#include "tools/dom0ctl/text.c"

static const char * const heads[] = { "DEVICE", ">OPS", ">EVENTS", "BEHIND" };
static const unsigned int least[] = { 2, 3, 0 };

/* Return what is printed for two devices. */
static const char *printed_for(size_t width)
{
	static char *text;
	struct table table;
	size_t size;
	FILE *out;

	table_begin(&table, heads, ARRAY_SIZE(heads));
	table_cell(&table, "vbd-1-51712");
	table_cell(&table, "%u", 7);
	table_cell(&table, "%u", 12345678);
	table_cell(&table, "/dev/a");
	table_cell(&table, "vif-1-0");
	table_cell(&table, "%u", 1234);
	table_cell(&table, "%u", 5);
	table_cell(&table, "%s", "");
	free(text);
	out = open_memstream(&text, &size);
	table_fit(&table, width, least);
	table_end(&table, out);
	fclose(out);
	return text;
}

static void all_columns_are_aligned(void **state)
{
	const char *all = "DEVICE        OPS    EVENTS  BEHIND\n"
			  "vbd-1-51712     7  12345678  /dev/a\n"
			  "vif-1-0      1234         5  -\n";

	assert_string_equal(printed_for(0), all);
	assert_string_equal(printed_for(35), all);
}

static void the_least_columns_go_first(void **state)
{
	assert_string_equal(printed_for(34), "DEVICE        OPS  BEHIND\n"
					     "vbd-1-51712     7  /dev/a\n"
					     "vif-1-0      1234  -\n");
	assert_string_equal(printed_for(24), "DEVICE        OPS\n"
					     "vbd-1-51712     7\n"
					     "vif-1-0      1234\n");
}

static void lines_are_cut_when_no_column_is_left(void **state)
{
	assert_string_equal(printed_for(12), "DEVICE      \n"
					     "vbd-1-51712 \n"
					     "vif-1-0     \n");
}

static void a_row_may_lack_cells(void **state)
{
	struct table table;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	table_begin(&table, heads, ARRAY_SIZE(heads));
	table_cell(&table, "vif-1-0");
	table_end(&table, out);
	fclose(out);
	assert_string_equal(text, "DEVICE   OPS  EVENTS  BEHIND\nvif-1-0  \n");
	free(text);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(all_columns_are_aligned),
	cmocka_unit_test(the_least_columns_go_first),
	cmocka_unit_test(lines_are_cut_when_no_column_is_left),
	cmocka_unit_test(a_row_may_lack_cells),
};

RUN_TESTS(tests)
