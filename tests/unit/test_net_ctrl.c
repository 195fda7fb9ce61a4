// SPDX-License-Identifier: GPL-2.0
/* How requests of the control ring are checked: drivers/netback/ctrl_protocol.c. */
#include "unit.h"

#include <string.h>

#include "drivers/netback/ctrl_protocol.c"

#define SUCCESS XEN_NETIF_CTRL_STATUS_SUCCESS
#define NOT_SUPPORTED XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED
#define INVALID XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER
#define OVERFLOW XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW

#define ALGORITHM XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM
#define GET_FLAGS XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS
#define FLAGS XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS
#define KEY XEN_NETIF_CTRL_TYPE_SET_HASH_KEY
#define GET_SIZE XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE
#define SIZE XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE
#define MAPPING XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING

#define QUEUES 4

static u32 answer;

static u32 serve_data(struct vif_hash *hash, u16 type, u32 a, u32 b, u32 c, const void *data)
{
	struct xen_netif_ctrl_request req = { .id = 7, .type = type, .data = { a, b, c } };
	struct vif_hash before = *hash;
	u32 status;

	answer = 0xdead;
	status = vif_ctrl_serve(hash, &req, data, &answer);
	if (status != SUCCESS) {
		assert_memory_equal(hash, &before, sizeof(before));
		assert_int_equal(answer, 0);
	}
	return status;
}

static u32 serve(struct vif_hash *hash, u16 type, u32 a)
{
	return serve_data(hash, type, a, 0, 0, NULL);
}

static struct vif_hash ready(unsigned int mapping_size)
{
	struct vif_hash hash;

	memset(&hash, 0xa5, sizeof(hash));
	vif_ctrl_init(&hash, QUEUES);
	assert_int_equal(serve(&hash, ALGORITHM, XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ), SUCCESS);
	assert_int_equal(serve(&hash, SIZE, mapping_size), SUCCESS);
	return hash;
}

static unsigned int data_len(u16 type, u32 size)
{
	struct xen_netif_ctrl_request req = { .type = type, .data = { 9, size, 0 } };

	return vif_ctrl_data_len(&req);
}

static void at_first(void **state)
{
	struct vif_hash hash;

	vif_ctrl_init(&hash, QUEUES);
	assert_false(vif_hash_active(&hash));
	assert_int_equal(hash.num_queues, QUEUES);
	assert_int_equal(hash.mapping_size, 0);
	assert_int_equal(serve(&hash, GET_FLAGS, 0), NOT_SUPPORTED);
	assert_int_equal(serve(&hash, FLAGS, VIF_HASH_FLAGS_ALL), INVALID);
	assert_int_equal(serve(&hash, GET_SIZE, 0), SUCCESS);
	assert_int_equal(answer, 128);
}

static void algorithms(void **state)
{
	static const u32 bad[] = { 2, 3, 255, 256, 257, 0x10001, 0xffffffff };
	struct vif_hash hash = ready(0);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(serve(&hash, ALGORITHM, bad[i]), INVALID);
	assert_int_equal(serve(&hash, FLAGS, 1), SUCCESS);
	assert_true(vif_hash_active(&hash));
	assert_int_equal(serve(&hash, ALGORITHM, XEN_NETIF_CTRL_HASH_ALGORITHM_NONE), SUCCESS);
	assert_false(vif_hash_active(&hash));
}

static void flags(void **state)
{
	struct vif_hash hash = ready(0);
	unsigned int bit;

	assert_int_equal(serve(&hash, GET_FLAGS, 0), SUCCESS);
	assert_int_equal(answer, 0xf);
	for (bit = 0; bit < 32; bit++)
		assert_int_equal(serve(&hash, FLAGS, 1U << bit), bit < 4 ? SUCCESS : INVALID);
	assert_int_equal(serve(&hash, FLAGS, 0x1f), INVALID);
	assert_int_equal(serve(&hash, FLAGS, 0xf), SUCCESS);
	assert_int_equal(hash.flags, 0xf);
	/* No flags: no hash. */
	assert_int_equal(serve(&hash, FLAGS, 0), SUCCESS);
	assert_false(vif_hash_active(&hash));
}

static void keys(void **state)
{
	static const u32 too_long[] = { 41, 256 + 1, 4096, 0x10000, 0xffffffff };
	u8 key[VIF_HASH_KEY_MAX], zero[VIF_HASH_KEY_MAX] = {};
	struct vif_hash hash = ready(0);
	unsigned int i;

	memset(key, 0x5a, sizeof(key));
	assert_int_equal(serve_data(&hash, KEY, 9, 40, 0, key), SUCCESS);
	assert_memory_equal(hash.key, key, 40);
	/* A shorter key is followed by zeros. */
	assert_int_equal(serve_data(&hash, KEY, 9, 16, 0, key), SUCCESS);
	assert_memory_equal(hash.key, key, 16);
	assert_memory_equal(hash.key + 16, zero, 24);
	/* If the page cannot be read, the old key stays. */
	assert_int_equal(serve_data(&hash, KEY, 9, 40, 0, NULL), INVALID);
	for (i = 0; i < ARRAY_SIZE(too_long); i++) {
		assert_int_equal(serve_data(&hash, KEY, 9, too_long[i], 0, NULL), OVERFLOW);
		assert_int_equal(data_len(KEY, too_long[i]), 0);
	}
	assert_int_equal(serve_data(&hash, KEY, 9, 0, 0, NULL), SUCCESS);
	assert_memory_equal(hash.key, zero, 40);
	for (i = 0; i <= 40; i++)
		assert_int_equal(data_len(KEY, i), i);
}

static void mapping_sizes(void **state)
{
	static const u32 bad[] = { 129, 256, 257, 0x100, 0x10000, 0xffffffff };
	struct vif_hash hash = ready(128);
	u32 entry = 3;
	unsigned int i;

	assert_int_equal(serve_data(&hash, MAPPING, 9, 1, 5, &entry), SUCCESS);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(serve(&hash, SIZE, bad[i]), INVALID);
	assert_int_equal(hash.mapping[5], 3);
	/* A new size clears the mapping, also if it is the old one. */
	assert_int_equal(serve(&hash, SIZE, 128), SUCCESS);
	assert_int_equal(hash.mapping[5], 0);
	assert_int_equal(serve(&hash, SIZE, 0), SUCCESS);
	assert_int_equal(hash.mapping_size, 0);
}

static void mapping_bounds(void **state)
{
	static const struct {
		u32 len, first, status;
	} cases[] = {
		{ 0, 0, SUCCESS }, { 0, 64, SUCCESS }, { 1, 0, SUCCESS }, { 64, 0, SUCCESS },
		{ 1, 63, SUCCESS }, { 32, 32, SUCCESS },
		{ 0, 65, INVALID }, { 1, 64, INVALID }, { 65, 0, INVALID }, { 33, 32, INVALID },
		{ 128, 0, INVALID }, { 1, 127, INVALID },
		{ 129, 0, OVERFLOW }, { 1, 128, OVERFLOW }, { 128, 1, OVERFLOW },
		{ 0, 129, OVERFLOW }, { 1, 0xffffffff, OVERFLOW }, { 2, 0xffffffff, OVERFLOW },
		{ 0xffffffff, 1, OVERFLOW }, { 0xffffffff, 0xffffffff, OVERFLOW },
		{ 0x40000001, 0, OVERFLOW }, { 0x40000000, 0, OVERFLOW },
		{ 0x80000000, 0x80000000, OVERFLOW },
	};
	static const u32 entries[VIF_HASH_MAPPING_MAX] = { 3 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vif_hash hash = ready(64);

		assert_int_equal(serve_data(&hash, MAPPING, 9, cases[i].len, cases[i].first,
					    entries), cases[i].status);
		if (cases[i].status == SUCCESS && cases[i].len)
			assert_int_equal(hash.mapping[cases[i].first], 3);
		assert_true(data_len(MAPPING, cases[i].len) <= VIF_CTRL_DATA_MAX);
		if (cases[i].len <= 128)
			assert_int_equal(data_len(MAPPING, cases[i].len), cases[i].len * 4);
	}
}

static void mapping_entries(void **state)
{
	static const u32 bad[] = { QUEUES, 255, 256, 0x10000, 0x80000000, 0xffffffff };
	struct vif_hash hash = ready(8);
	u32 entries[8] = { 0, 1, 2, 3, 3, 2, 1, 0 };
	unsigned int i, k;

	assert_int_equal(serve_data(&hash, MAPPING, 9, 8, 0, entries), SUCCESS);
	for (i = 0; i < 8; i++)
		assert_int_equal(hash.mapping[i], entries[i]);
	/* If one entry is invalid, none is written. */
	for (i = 0; i < 8; i++) {
		for (k = 0; k < ARRAY_SIZE(bad); k++) {
			u32 some[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };

			some[i] = bad[k];
			assert_int_equal(serve_data(&hash, MAPPING, 9, 8, 0, some), INVALID);
		}
	}
	/* A write of a part leaves the rest as it is. */
	assert_int_equal(serve_data(&hash, MAPPING, 9, 2, 6, entries + 3), SUCCESS);
	assert_int_equal(hash.mapping[5], 2);
	assert_int_equal(hash.mapping[6], 3);
	/* A page that cannot be read. */
	assert_int_equal(serve_data(&hash, MAPPING, 9, 8, 0, NULL), INVALID);
}

static void unknown_types(void **state)
{
	struct vif_hash hash = ready(8);
	unsigned int type;

	for (type = 0; type < 0x10000; type++)
		if (!type || type > ALGORITHM) {
			assert_int_equal(serve(&hash, type, 1), NOT_SUPPORTED);
			assert_int_equal(data_len(type, 8), 0);
		}
	assert_int_equal(data_len(FLAGS, 8), 0);
	assert_int_equal(data_len(SIZE, 8), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_first),
		cmocka_unit_test(algorithms),
		cmocka_unit_test(flags),
		cmocka_unit_test(keys),
		cmocka_unit_test(mapping_sizes),
		cmocka_unit_test(mapping_bounds),
		cmocka_unit_test(mapping_entries),
		cmocka_unit_test(unknown_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
