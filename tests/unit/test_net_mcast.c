// SPDX-License-Identifier: GPL-2.0
/* The multicast addresses that a guest has named: drivers/netback/mcast_set.h. */
#include "unit.h"

#include <string.h>

#include "drivers/netback/mcast_set.h"

/* The n-th of many multicast addresses. */
static const u8 *address(unsigned int n)
{
	static u8 addr[ETH_ALEN];

	memcpy(addr, (const u8[ETH_ALEN]) { 1, 0, 0x5e, n >> 16, n >> 8, n }, ETH_ALEN);
	return addr;
}

static unsigned int count(const struct vif_mcast_set *set)
{
	unsigned int i, n = 0;

	for (i = 0; i < VIF_MCAST_MAX; i++)
		n += !!set->keys[i];
	return n;
}

static void added_and_removed(void **state)
{
	struct vif_mcast_set set = {};

	assert_false(vif_mcast_has(&set, address(1)));
	assert_int_equal(vif_mcast_add(&set, address(1)), 0);
	assert_true(vif_mcast_has(&set, address(1)));
	assert_false(vif_mcast_has(&set, address(2)));
	/* Adding an address twice has no further effect. */
	assert_int_equal(vif_mcast_add(&set, address(1)), 0);
	assert_int_equal(count(&set), 1);
	vif_mcast_del(&set, address(2));
	vif_mcast_del(&set, address(1));
	assert_false(vif_mcast_has(&set, address(1)));
	assert_int_equal(count(&set), 0);
}

static void full(void **state)
{
	struct vif_mcast_set set = {};
	unsigned int i;

	for (i = 0; i < VIF_MCAST_MAX; i++)
		assert_int_equal(vif_mcast_add(&set, address(i)), 0);
	assert_int_equal(vif_mcast_add(&set, address(i)), -ENOSPC);
	assert_false(vif_mcast_has(&set, address(i)));
	/* An address of a full set may be added again. Removing it makes room. */
	assert_int_equal(vif_mcast_add(&set, address(5)), 0);
	vif_mcast_del(&set, address(5));
	assert_int_equal(vif_mcast_add(&set, address(i)), 0);
	for (i = 0; i <= VIF_MCAST_MAX; i++)
		assert_int_equal(vif_mcast_has(&set, address(i)), i != 5);
}

/* A reader may be at any entry while other addresses are added and removed. */
static void addresses_stay_in_their_places(void **state)
{
	struct vif_mcast_set set = {}, before;
	unsigned int i;

	for (i = 0; i < VIF_MCAST_MAX; i++)
		vif_mcast_add(&set, address(i));
	before = set;
	vif_mcast_del(&set, address(0));
	vif_mcast_del(&set, address(30));
	vif_mcast_add(&set, address(99));
	for (i = 1; i < VIF_MCAST_MAX; i++)
		assert_true(i == 30 || set.keys[i] == before.keys[i]);
}

static void what_is_no_multicast_address(void **state)
{
	static const u8 none[ETH_ALEN], own[ETH_ALEN] = { 0, 0x16, 0x3e, 1, 2, 3 };
	struct vif_mcast_set set = {};

	assert_int_equal(vif_mcast_add(&set, none), -EINVAL);
	assert_int_equal(vif_mcast_add(&set, own), -EINVAL);
	vif_mcast_del(&set, none);
	assert_int_equal(count(&set), 0);
}

static void what_is_filtered(void **state)
{
	static const u8 broadcast[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const u8 nearly[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe };
	static const u8 own[ETH_ALEN] = { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff };

	assert_false(vif_mcast_filterable(broadcast));
	assert_false(vif_mcast_filterable(own));
	assert_true(vif_mcast_filterable(nearly));
	assert_true(vif_mcast_filterable(address(0)));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(added_and_removed),
	cmocka_unit_test(full),
	cmocka_unit_test(addresses_stay_in_their_places),
	cmocka_unit_test(what_is_no_multicast_address),
	cmocka_unit_test(what_is_filtered),
};

RUN_TESTS(tests)
