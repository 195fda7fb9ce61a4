// SPDX-License-Identifier: GPL-2.0
/* Values of xenstore, as a guest writes them: drivers/xenbus/parse.c. */
#include "unit.h"

#include "drivers/xenbus/parse.c"

#define UNTOUCHED	0x5a5a5a5a5a5a5a5aULL

static int uint_of(const char *text, u64 min, u64 max, u64 *val)
{
	*val = UNTOUCHED;
	return dom0_parse_uint(text, strlen(text), min, max, val);
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		u64 val;
	} good[] = {
		{ "0", 0 },
		{ "7", 7 },
		{ "51712", 51712 },
		{ "007", 7 },
		{ "00000000000000000000000000000000000000001", 1 },
		{ "4294967295", U32_MAX },
		{ "4294967296", 1ULL << 32 },
		{ "18446744073709551615", U64_MAX },
		/* Forms that the kernel's own backends accept. */
		{ " 7", 7 },
		{ "7 ", 7 },
		{ "7\n", 7 },
		{ "\t 7 \r\n", 7 },
		{ "0x10", 16 },
		{ "0X1f", 31 },
		{ " 0xFFFFFFFFFFFFFFFF\n", U64_MAX },
	};
	size_t i;
	u64 val;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(uint_of(good[i].text, 0, U64_MAX, &val), 0);
		assert_true(val == good[i].val);
	}
}

static void lists(void **state)
{
	static const struct {
		const char *text;
		int nr;
		u64 vals[3];
	} cases[] = {
		{ "12500,50000", 2, { 12500, 50000 } },
		{ "7", 1, { 7 } },
		{ "0,0", 2, { 0, 0 } },
		{ " 1 , 2\n", 2, { 1, 2 } },
		{ "1,2,3", 3, { 1, 2, 3 } },
		{ "18446744073709551615,0x10", 2, { U64_MAX, 16 } },
		{ "1,18446744073709551616", -ERANGE },
		{ "1,2,3,4", -EINVAL }, { "1,2,3,", -EINVAL }, { "", -EINVAL }, { ",", -EINVAL },
		{ "1,", -EINVAL }, { ",1", -EINVAL }, { "1,,2", -EINVAL }, { "-1,5", -EINVAL },
		{ "1;5", -EINVAL }, { "1 5", -EINVAL }, { "1e3,5", -EINVAL },
	};
	size_t i;
	int k;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		u64 vals[3];

		assert_int_equal(dom0_parse_list(cases[i].text, strlen(cases[i].text), vals, 3),
				 cases[i].nr);
		for (k = 0; k < cases[i].nr; k++)
			assert_true(vals[k] == cases[i].vals[k]);
	}
}

static void no_numbers(void **state)
{
	static const char * const bad[] = {
		"", " ", "\n", "1 2", "1\n2", "0x", " 0x\n", "0xg", "0x 1", "0x-1", "x10", "1f",
		"00x1", "+1", "-1", "-0", "--1", "x", "1e3", "1.0", "1,5", "ten", "%d", "%s%n",
		"\xc3\xa4", "\xd9\xa1", "1\x7f", "/", ":", "-18446744073709551615",
		"18446744073709551616x",
	};
	size_t i;
	u64 val;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(uint_of(bad[i], 0, U64_MAX, &val), -EINVAL);
		assert_true(val == UNTOUCHED);
	}
}

static void out_of_range(void **state)
{
	static const struct {
		const char *text;
		u64 min, max;
	} bad[] = {
		{ "18446744073709551616", 0, U64_MAX },
		{ "18446744073709551620", 0, U64_MAX },
		{ "99999999999999999999", 0, U64_MAX },
		{ "100000000000000000000000000000000000000000000", 0, U64_MAX },
		{ "0x10000000000000000", 0, U64_MAX },
		{ "0x100000000", 0, U32_MAX },
		{ "4294967296", 0, U32_MAX },
		{ "0", 1, 16 },
		{ "17", 1, 16 },
		{ "9", 0, 8 },
		{ "255", 0, 8 },
	};
	size_t i;
	u64 val;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(uint_of(bad[i].text, bad[i].min, bad[i].max, &val), -ERANGE);
		assert_true(val == UNTOUCHED);
	}
	assert_int_equal(uint_of("1", 1, 16, &val), 0);
	assert_int_equal(uint_of("16", 1, 16, &val), 0);
}

/* Bytes behind the length of a value are not part of it. A NUL among its digits is invalid. */
static void number_length(void **state)
{
	char page[4096];
	u64 val;

	assert_int_equal(dom0_parse_uint("123", 2, 0, 100, &val), 0);
	assert_true(val == 12);
	assert_int_equal(dom0_parse_uint("1\0002", 3, 0, 100, &val), -EINVAL);
	assert_int_equal(dom0_parse_uint("\0001", 2, 0, 100, &val), -EINVAL);
	assert_int_equal(dom0_parse_uint("\0\0", 2, 0, 100, &val), -EINVAL);
	assert_int_equal(dom0_parse_uint("17\0", 3, 0, 100, &val), 0);
	assert_true(val == 17);
	assert_int_equal(dom0_parse_uint("18\n\0\0", 5, 0, 100, &val), 0);
	assert_true(val == 18);
	memset(page, '9', sizeof(page));
	assert_int_equal(dom0_parse_uint(page, sizeof(page), 0, U64_MAX, &val), -ERANGE);
	memset(page, '0', sizeof(page));
	assert_int_equal(dom0_parse_uint(page, sizeof(page), 0, U64_MAX, &val), 0);
	assert_true(val == 0);
}

static void texts(void **state)
{
	char buf[8] = "before";

	assert_int_equal(dom0_parse_string("", 0, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
	assert_int_equal(dom0_parse_string("1234567", 7, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "1234567");
	assert_int_equal(dom0_parse_string("abcdefg", 3, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "abc");
	assert_int_equal(dom0_parse_string("1234567\0\0", 9, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "1234567");
	assert_int_equal(dom0_parse_string("%s%n", 4, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "%s%n");
	assert_int_equal(dom0_parse_string("\xc3\xa4", 2, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "\xc3\xa4");
}

static void bad_texts(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		int err;
	} bad[] = {
		{ "12345678", 8, -E2BIG },
		{ "123456789", 9, -E2BIG },
		{ "a\0b", 3, -EINVAL },
		{ "a\n\0", 3, -EINVAL },
		{ "a\n", 2, -EINVAL },
		{ "\x1b[31m", 5, -EINVAL },
		{ "\x7f", 1, -EINVAL },
		{ "12345678\n", 9, -EINVAL },
	};
	char page[4096], buf[8] = "before";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(dom0_parse_string(bad[i].text, bad[i].len, buf, sizeof(buf)),
				 bad[i].err);
		assert_string_equal(buf, "before");
	}
	memset(page, 'x', sizeof(page));
	assert_int_equal(dom0_parse_string(page, sizeof(page), buf, sizeof(buf)), -E2BIG);
	assert_int_equal(dom0_parse_string("", 0, buf, 0), -E2BIG);
	assert_string_equal(buf, "before");
}

static void cleaned(void **state)
{
	char text[] = "a\nb\x1b[0m\x7f%s\xc3\xa4~\x9b" "31m\xc2\x85\xff";

	dom0_parse_clean(text);
	assert_string_equal(text, "a?b?[0m?%s??~?31m???");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(numbers),
	cmocka_unit_test(lists),
	cmocka_unit_test(no_numbers),
	cmocka_unit_test(out_of_range),
	cmocka_unit_test(number_length),
	cmocka_unit_test(texts),
	cmocka_unit_test(bad_texts),
	cmocka_unit_test(cleaned),
};

RUN_TESTS(tests)
