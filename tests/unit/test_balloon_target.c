// SPDX-License-Identifier: GPL-2.0
/* Memory targets, their limits and the floor: drivers/balloon/target.c. */
#include "unit.h"

#include "drivers/balloon/target.c"

#define UNTOUCHED	77

static int parse(const char *text, u64 *kib)
{
	*kib = UNTOUCHED;
	return balloon_target_parse(text, strlen(text), kib);
}

static void assert_refused(const char *text, int why)
{
	u64 kib;

	assert_int_equal(parse(text, &kib), why);
	assert_int_equal(kib, UNTOUCHED);
}

static void numbers_are_taken(void **state)
{
	u64 kib;

	assert_int_equal(parse("0", &kib), 0);
	assert_int_equal(kib, 0);
	assert_int_equal(parse("1572864", &kib), 0);
	assert_int_equal(kib, 1572864);
	assert_int_equal(parse("00012", &kib), 0);
	assert_int_equal(kib, 12);
	assert_int_equal(parse("1125899906842624", &kib), 0);
	assert_int_equal(kib, TARGET_MAX_KIB);
}

static void nonsense_is_refused(void **state)
{
	static const char * const nonsense[] = {
		"", " ", "x", "-1", "+1", "1 ", " 1", "1\n", "0x10", "12M", "1.5", "1e9", "memory",
	};

	for (size_t i = 0; i < ARRAY_SIZE(nonsense); i++)
		assert_refused(nonsense[i], -EINVAL);
}

static void too_much_is_refused(void **state)
{
	assert_refused("1125899906842625", -ERANGE);
	assert_refused("18446744073709551615", -ERANGE);
	assert_refused("18446744073709551616", -ERANGE);
	assert_refused("99999999999999999999999999999999999999", -ERANGE);
	/* The low 64 bits of this number would be a valid target. */
	assert_refused("18446744073710600192", -ERANGE);
}

static void a_nul_is_no_end(void **state)
{
	u64 kib = UNTOUCHED;

	assert_int_equal(balloon_target_parse("12\0x4", 5, &kib), -EINVAL);
	assert_int_equal(kib, UNTOUCHED);
	/* Bytes behind the length are not read. */
	assert_int_equal(balloon_target_parse("1234", 2, &kib), 0);
	assert_int_equal(kib, 12);
}

static void assert_bytes(const char *text, int err, u64 expected)
{
	u64 kib = UNTOUCHED;

	assert_int_equal(balloon_target_parse_bytes(text, strlen(text), &kib), err);
	assert_int_equal(kib, err ? UNTOUCHED : expected);
}

static void bytes_may_have_a_unit(void **state)
{
	assert_bytes("0", 0, 0);
	assert_bytes("1023", 0, 0);
	assert_bytes("1024", 0, 1);
	assert_bytes("1610612736", 0, 1572864);
	assert_bytes("12k", 0, 12);
	assert_bytes("512M", 0, MIB(512));
	assert_bytes("3g", 0, GIB(3));
	assert_bytes("1024T", 0, TARGET_MAX_KIB / 1024);
	assert_bytes("1048576T", 0, TARGET_MAX_KIB);
}

static void bytes_that_are_none_are_refused(void **state)
{
	assert_bytes("", -EINVAL, 0);
	assert_bytes("M", -EINVAL, 0);
	assert_bytes("12MB", -EINVAL, 0);
	assert_bytes("12MM", -EINVAL, 0);
	assert_bytes("-1M", -EINVAL, 0);
	assert_bytes("text", -EINVAL, 0);
	assert_bytes("1048577T", -ERANGE, 0);
	assert_bytes("1125899906842624T", -ERANGE, 0);
	assert_bytes("18446744073709551616", -ERANGE, 0);
}

static void targets_stay_inside_the_limits(void **state)
{
	static const struct target_limits limits = { .floor = 256, .ceiling = 1024 };
	static const struct {
		u64 wanted, got;
		enum target_verdict verdict;
	} cases[] = {
		{ 0, 256, TARGET_RAISED },
		{ 255, 256, TARGET_RAISED },
		{ 256, 256, TARGET_ACCEPTED },
		{ 700, 700, TARGET_ACCEPTED },
		{ 1024, 1024, TARGET_ACCEPTED },
		{ 1025, 1024, TARGET_LOWERED },
		{ U64_MAX, 1024, TARGET_LOWERED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		u64 kib = cases[i].wanted;

		assert_int_equal(balloon_target_clamp(&kib, &limits), cases[i].verdict);
		assert_int_equal(kib, cases[i].got);
	}
}

static void the_floor_fits_the_memory(void **state)
{
	assert_int_equal(balloon_target_auto_floor(MIB(128)), MIB(96));
	assert_int_equal(balloon_target_auto_floor(MIB(320)), MIB(240));
	assert_int_equal(balloon_target_auto_floor(MIB(1536)), MIB(256));
	assert_int_equal(balloon_target_auto_floor(GIB(8)), GIB(1));
	assert_int_equal(balloon_target_auto_floor(GIB(32)), GIB(4));
	assert_int_equal(balloon_target_auto_floor(GIB(1024)), GIB(4));
	for (u64 memory = 0; memory < GIB(40); memory += MIB(37))
		assert_true(balloon_target_auto_floor(memory) <= memory);
}

static void the_least_limit_is_the_ceiling(void **state)
{
	assert_int_equal(balloon_target_ceiling(1, 500, 0, 300), 500);
	assert_int_equal(balloon_target_ceiling(1, 0, 400, 300), 400);
	assert_int_equal(balloon_target_ceiling(1, 500, 400, 300), 400);
	assert_int_equal(balloon_target_ceiling(1, 400, 500, 300), 400);
	assert_int_equal(balloon_target_ceiling(1, 0, 0, 300), 300);
	/* A limit below the floor leaves the floor as the only target. */
	assert_int_equal(balloon_target_ceiling(350, 100, 0, 300), 350);
}

/* The floor is not reached between two checks of the target: a distance of 4 GiB allows 1000 ms. */
static void the_guard_comes_before_the_floor_does(void **state)
{
	u64 above;

	assert_int_equal(balloon_target_guard_ms(MIB(1536), MIB(512)), 250);
	assert_int_equal(balloon_target_guard_ms(MIB(256), MIB(256)), 100);
	assert_int_equal(balloon_target_guard_ms(MIB(100), MIB(256)), 100);
	assert_int_equal(balloon_target_guard_ms(U64_MAX, 0), 2000);
	for (above = MIB(512); above < MIB(16384); above += 4097) {
		u64 guard_ms = balloon_target_guard_ms(MIB(256) + above, MIB(256));

		assert_true(guard_ms * (MIB(4096) / 1000) <= above);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(numbers_are_taken),
	cmocka_unit_test(nonsense_is_refused),
	cmocka_unit_test(too_much_is_refused),
	cmocka_unit_test(a_nul_is_no_end),
	cmocka_unit_test(bytes_may_have_a_unit),
	cmocka_unit_test(bytes_that_are_none_are_refused),
	cmocka_unit_test(targets_stay_inside_the_limits),
	cmocka_unit_test(the_floor_fits_the_memory),
	cmocka_unit_test(the_least_limit_is_the_ceiling),
	cmocka_unit_test(the_guard_comes_before_the_floor_does),
};

RUN_TESTS(tests)
