// SPDX-License-Identifier: GPL-2.0
/* How dom0ctl reads and prints limits. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/dom0ctl/limit.c"

#define MOST	"1099511627776"

/* What would be written for a value, or the error. */
static const char *parsed(const char *value, bool units)
{
	static char text[LIMIT_SIZE];
	struct limit limit;
	int err = limit_parse(&limit, value, units);

	if (err)
		return err == -ERANGE ? "too large" : "no limit";
	limit_format(text, &limit);
	return text;
}

#define BYTES(value)	parsed(value, true)
#define PLAIN(value)	parsed(value, false)

static void plain_numbers(void **state)
{
	assert_string_equal(PLAIN("1048576"), "1048576");
	assert_string_equal(PLAIN("50,5"), "50,5");
	assert_string_equal(PLAIN("50,0"), "50,0");
	assert_string_equal(PLAIN("0"), "0");
	assert_string_equal(PLAIN("010"), "10");
}

/* These may be in a node that was written by hand. */
static void as_the_drivers_read_them(void **state)
{
	assert_string_equal(PLAIN(" 50 , 5\n"), "50,5");
	assert_string_equal(PLAIN("0x10,0XfF"), "16,255");
	assert_string_equal(PLAIN("0x"), "no limit");
	assert_string_equal(PLAIN("0x0x10"), "no limit");
}

static void units_are_powers_of_1024(void **state)
{
	assert_string_equal(BYTES("10M"), "10485760");
	assert_string_equal(BYTES("1G,64K"), "1073741824,65536");
	assert_string_equal(BYTES("5,1K"), "5,1024");
	assert_string_equal(BYTES("1024G"), MOST);
	assert_string_equal(BYTES("M"), "no limit");
	assert_string_equal(BYTES("5k"), "no limit");
	assert_string_equal(BYTES("5MiB"), "no limit");
	assert_string_equal(BYTES("5 M"), "no limit");
	assert_string_equal(BYTES("1.5M"), "no limit");
	/* The drivers know no units. */
	assert_string_equal(PLAIN("10M"), "no limit");
	assert_string_equal(PLAIN("10,1K"), "no limit");
}

static void numbers_up_to_2_to_the_40(void **state)
{
	assert_string_equal(PLAIN(MOST "," MOST), MOST "," MOST);
	assert_string_equal(PLAIN("1099511627777"), "too large");
	assert_string_equal(PLAIN("1,1099511627777"), "too large");
	assert_string_equal(PLAIN("18446744073709551616"), "too large");
	assert_string_equal(BYTES("1025G"), "too large");
	assert_string_equal(BYTES("17179869185G"), "too large");
}

static void what_is_no_limit(void **state)
{
	static const char * const values[] = {
		"", ",", "5,", ",5", "5,5,5", "-5", "+5", "5;5", "5 5", "none", "0xg", "5x", "five",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		assert_string_equal(PLAIN(values[i]), "no limit");
		assert_string_equal(BYTES(values[i]), "no limit");
	}
}

static void of_each_kind_of_device(void **state)
{
	const struct limit_kind *disk = limit_kinds("vbd"), *card = limit_kinds("vif");

	assert_string_equal(disk[0].key, "read-bytes");
	assert_string_equal(card[LIMIT_MOST - 1].key, "to-guest-packets");
	assert_null(limit_kinds("console"));
	assert_null(limit_kinds(""));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(plain_numbers),
	cmocka_unit_test(as_the_drivers_read_them),
	cmocka_unit_test(units_are_powers_of_1024),
	cmocka_unit_test(numbers_up_to_2_to_the_40),
	cmocka_unit_test(what_is_no_limit),
	cmocka_unit_test(of_each_kind_of_device),
};

RUN_TESTS(tests)
