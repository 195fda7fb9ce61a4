// SPDX-License-Identifier: GPL-2.0
/* Each event of a device has a name in debugfs. */
#include "backend_device.h"

struct dentry;

struct seq_file {
	int unused;
};

#define seq_printf(m, fmt, ...) ((void)(m), (void)snprintf(NULL, 0, fmt, ##__VA_ARGS__))
#define seq_puts(m, text) ((void)(m))
#define for_each_set_bit(bit, bits, size)		\
	for ((bit) = 0; (bit) < (size); (bit)++)	\
		if (*(bits) & BIT(bit))
#define DEFINE_SHOW_ATTRIBUTE(name) static const int name##_fops
#define debugfs_create_file(name, mode, dir, data, fops) ((void)(fops))

#include "drivers/xenbus/debugfs.c"

static void each_event_has_a_name(void **state)
{
	unsigned int i;

	for (i = 0; i < EVENT_COUNT; i++)
		assert_non_null(event_names[i]);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_event_has_a_name),
};

RUN_TESTS(tests)
