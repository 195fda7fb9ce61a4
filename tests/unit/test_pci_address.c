// SPDX-License-Identifier: GPL-2.0
/* Addresses of PCI devices as administrators and toolstacks write them. */
#include "unit.h"

#include "drivers/pciback/address.c"

static void is(const char *text, u16 domain, u8 bus, s8 slot, s8 func)
{
	struct pciback_address at;
	const char *rest = pciback_address_parse(text, &at);

	assert_non_null(rest);
	assert_string_equal(rest, "");
	assert_int_equal(at.domain, domain);
	assert_int_equal(at.bus, bus);
	assert_int_equal(at.slot, slot);
	assert_int_equal(at.func, func);
}

static void addresses(void **state)
{
	is("0000:00:10.0", 0, 0, 0x10, 0);
	is("10:1f.7\n", 0, 0x10, 0x1f, 7);
	is(" ffff:fF:1F.0 ", 0xffff, 0xff, 0x1f, 0);
	is("1:2:3.*", 1, 2, 3, PCIBACK_ANY);
	is("2:3.*", 0, 2, 3, PCIBACK_ANY);
	is("1:2:*.*", 1, 2, PCIBACK_ANY, PCIBACK_ANY);
	is("2:*.*", 0, 2, PCIBACK_ANY, PCIBACK_ANY);
}

static void no_addresses(void **state)
{
	static const char * const bad[] = {
		"", " ", "x", "0", "00:", "00:10", "00:10.", "00:10.8", "00:20.0", "100:10.0:",
		"00:100.0", "10000:00:10.0", "00000000100000000:00:00.0", "00:*.0", "-1:00.0",
		"0x0:00:10.0", "00:10,0", ":00:10.0", "0000:00:10.", "0000:100:10.0",
	};
	struct pciback_address at;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (pciback_address_parse(bad[i], &at))
			fail_msg("taken for an address: %s", bad[i]);
}

static void lists(void **state)
{
	struct pciback_address at;
	const char *rest = pciback_hide_parse(" (01:02.3) (0004:05:*.*)(06:07.*) ", &at);

	assert_int_equal(at.func, 3);
	rest = pciback_hide_parse(rest, &at);
	assert_int_equal(at.domain, 4);
	rest = pciback_hide_parse(rest, &at);
	assert_int_equal(at.slot, 7);
	assert_string_equal(rest, "");
	assert_null(pciback_hide_parse("01:02.3", &at));
	assert_null(pciback_hide_parse("(01:02.3", &at));
	assert_null(pciback_hide_parse("(01:02.3 x)", &at));
}

static void quirks(void **state)
{
	static const char * const bad[] = {
		"0000:00:10.0", "0000:00:10.0-", "0000:00:10.0-90:2", "0000:00:10.0-90:3:0",
		"0000:00:10.0-91:2:0", "0000:00:10.0-1000:2:0", "0000:00:10.0-90:1:100",
		"0000:00:10.*-90:2:0", "0000:00:10.0-90:8:0",
	};
	struct pciback_quirk quirk;
	unsigned int i;

	assert_string_equal(pciback_quirk_parse("0000:00:10.0-98:2:ff0f\n", &quirk), "");
	assert_int_equal(quirk.at.slot, 0x10);
	assert_int_equal(quirk.offset, 0x98);
	assert_int_equal(quirk.size, 2);
	assert_int_equal(quirk.mask, 0xff0f);
	assert_string_equal(pciback_quirk_parse("10.0-98:2:ff0f", &quirk) ?: "none", "none");
	assert_string_equal(pciback_quirk_parse("0:10.0-98:4:0", &quirk), "");
	assert_int_equal(quirk.mask, 0xffffffff);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (pciback_quirk_parse(bad[i], &quirk))
			fail_msg("taken for a quirk: %s", bad[i]);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(addresses),
	cmocka_unit_test(no_addresses),
	cmocka_unit_test(lists),
	cmocka_unit_test(quirks),
};

RUN_TESTS(tests)
