// SPDX-License-Identifier: GPL-2.0
/* Requests for packets, as a guest writes them: drivers/netback/tx_protocol.c. */
#include "unit.h"

#include <string.h>

#include "drivers/netback/tx_protocol.c"

#define RING	256
#define FATAL	20

/* A ring as the guest has filled it; the parser starts at @first and sees @nr requests. */
struct fixture {
	struct xen_netif_tx_request ring[RING];
	u32 first;
	u32 nr;
	struct vif_tx_desc desc;
};

static void setup(struct fixture *f, u32 first)
{
	memset(f, 0xa5, sizeof(*f));
	f->first = first;
	f->nr = 0;
}

static struct xen_netif_tx_request *add(struct fixture *f, u16 size, u16 offset, u16 flags)
{
	struct xen_netif_tx_request *req = &f->ring[(f->first + f->nr) % RING];

	*req = (struct xen_netif_tx_request) {
		.gref = 1000 + f->nr, .offset = offset, .flags = flags, .id = f->nr, .size = size,
	};
	f->nr++;
	return req;
}

static struct xen_netif_extra_info *add_extra(struct fixture *f, u8 type, u8 flags)
{
	struct xen_netif_extra_info *extra = (void *)add(f, 0, 0, 0);

	memset(extra, 0, sizeof(*extra));
	extra->type = type;
	extra->flags = flags;
	return extra;
}

static void add_gso(struct fixture *f, u8 type, u16 size)
{
	struct xen_netif_extra_info *extra = add_extra(f, XEN_NETIF_EXTRA_TYPE_GSO, 0);

	extra->u.gso.type = type;
	extra->u.gso.size = size;
}

/* A head of @len bytes in all, with data in slots of @size each behind it. */
static void add_chain(struct fixture *f, u16 len, unsigned int slots, u16 size)
{
	unsigned int i;

	add(f, len, 0, slots > 1 ? XEN_NETTXF_more_data : 0);
	for (i = 1; i < slots; i++)
		add(f, size, 0, i + 1 < slots ? XEN_NETTXF_more_data : 0);
}

static enum vif_tx_verdict parse(struct fixture *f)
{
	struct vif_tx_requests reqs = {
		.copies = f->ring, .mask = RING - 1, .first = f->first, .nr = f->nr,
	};

	return vif_tx_parse(&reqs, FATAL, &f->desc);
}

static void one_slot(void **state)
{
	struct fixture f;

	setup(&f, 0);
	add(&f, 1514, 100, XEN_NETTXF_csum_blank | XEN_NETTXF_data_validated);
	assert_int_equal(parse(&f), VIF_TX_GOOD);
	assert_int_equal(f.desc.nr_requests, 1);
	assert_int_equal(f.desc.nr_data, 1);
	assert_int_equal(f.desc.len, 1514);
	assert_int_equal(f.desc.flags, XEN_NETTXF_csum_blank | XEN_NETTXF_data_validated);
	assert_int_equal(f.desc.gso_type, XEN_NETIF_GSO_TYPE_NONE);
	assert_int_equal(f.desc.is_extra, 0);
	assert_int_equal(f.desc.data[0].gref, 1000);
	assert_int_equal(f.desc.data[0].offset, 100);
	assert_int_equal(f.desc.data[0].len, 1514);
}

static void packet_lengths(void **state)
{
	static const struct {
		u16 size, offset;
		enum vif_tx_verdict verdict;
	} cases[] = {
		{ 0, 0, VIF_TX_DROP },
		{ 1, 0, VIF_TX_DROP },
		{ 13, 0, VIF_TX_DROP },
		{ 14, 0, VIF_TX_GOOD },
		{ 14, 4082, VIF_TX_GOOD },
		{ 14, 4083, VIF_TX_FATAL },
		{ 2, 4095, VIF_TX_DROP },
		{ 4096, 0, VIF_TX_GOOD },
		{ 4096, 1, VIF_TX_FATAL },
		{ 4097, 0, VIF_TX_FATAL },
		{ 14, 65535, VIF_TX_FATAL },
		{ 65535, 0, VIF_TX_FATAL },
		{ 65535, 65535, VIF_TX_FATAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture f;

		setup(&f, i);
		add(&f, cases[i].size, cases[i].offset, 0);
		assert_int_equal(parse(&f), cases[i].verdict);
		assert_int_equal(!f.desc.reason, cases[i].verdict == VIF_TX_GOOD);
	}
}

/* The first slot's own length is the packet's length minus that of all others. */
static void chain(void **state)
{
	struct fixture f;
	unsigned int i;

	setup(&f, 250);
	add_chain(&f, 66 + 16 * 4000, 17, 4000);
	assert_int_equal(parse(&f), VIF_TX_GOOD);
	assert_int_equal(f.desc.nr_requests, 17);
	assert_int_equal(f.desc.nr_data, 17);
	assert_int_equal(f.desc.data[0].len, 66);
	for (i = 1; i < 17; i++) {
		assert_int_equal(f.desc.data[i].len, 4000);
		assert_int_equal(f.desc.data[i].gref, 1000 + i);
	}
}

static void number_of_slots(void **state)
{
	static const struct {
		unsigned int slots;
		enum vif_tx_verdict verdict;
	} cases[] = {
		{ 17, VIF_TX_GOOD }, { 18, VIF_TX_GOOD }, { 19, VIF_TX_DROP },
		{ 20, VIF_TX_DROP }, { 21, VIF_TX_FATAL }, { 255, VIF_TX_FATAL },
		{ 256, VIF_TX_FATAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture f;

		setup(&f, 100);
		add_chain(&f, 100 + 16 * cases[i].slots, cases[i].slots, 16);
		assert_int_equal(parse(&f), cases[i].verdict);
		if (cases[i].verdict != VIF_TX_FATAL)
			assert_int_equal(f.desc.nr_requests, cases[i].slots);
		assert_true(f.desc.nr_data <= VIF_TX_SLOTS_MAX);
	}
}

/* Many almost empty slots, up to a total that fits in the linear area. */
static void many_tiny_slots(void **state)
{
	unsigned int len;

	for (len = 60; len <= 128; len++) {
		struct fixture f;

		setup(&f, len);
		add_chain(&f, len, 18, 1);
		assert_int_equal(parse(&f), VIF_TX_GOOD);
		assert_int_equal(f.desc.data[0].len, len - 17);

		setup(&f, len);
		add_chain(&f, len, 19, 1);
		assert_int_equal(parse(&f), VIF_TX_DROP);
		assert_int_equal(f.desc.nr_requests, 19);
	}
}

static void empty_slots(void **state)
{
	struct fixture f;

	setup(&f, 7);
	add_chain(&f, 60, 18, 0);
	assert_int_equal(parse(&f), VIF_TX_GOOD);
	assert_int_equal(f.desc.nr_data, 18);
	assert_int_equal(f.desc.data[0].len, 60);
	assert_int_equal(f.desc.data[17].len, 0);

	/* All data behind an empty first slot. */
	setup(&f, 7);
	add_chain(&f, 60, 2, 60);
	assert_int_equal(parse(&f), VIF_TX_GOOD);
	assert_int_equal(f.desc.data[0].len, 0);
	assert_int_equal(f.desc.data[1].len, 60);

	setup(&f, 7);
	add_chain(&f, 0, 18, 0);
	assert_int_equal(parse(&f), VIF_TX_DROP);
	assert_int_equal(f.desc.nr_requests, 18);
}

static void slots_hold_too_much(void **state)
{
	struct fixture f;

	setup(&f, 0);
	add_chain(&f, 100, 2, 101);
	assert_int_equal(parse(&f), VIF_TX_DROP);
	assert_int_equal(f.desc.nr_requests, 2);

	/* Too much in all, though not in one slot. */
	setup(&f, 0);
	add_chain(&f, 4096, 3, 4000);
	assert_int_equal(parse(&f), VIF_TX_DROP);
	assert_int_equal(f.desc.nr_requests, 3);

	/* What is left for the first slot does not fit in a page. */
	setup(&f, 0);
	add_chain(&f, 65535, 2, 4096);
	assert_int_equal(parse(&f), VIF_TX_FATAL);
}

static void later_slot_crosses_page(void **state)
{
	static const struct {
		u16 size, offset;
	} cases[] = {
		{ 2, 4095 }, { 1, 4096 }, { 4096, 1 }, { 4097, 0 }, { 65535, 65535 }, { 1, 65535 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture f;

		setup(&f, 0);
		add(&f, 10000, 0, XEN_NETTXF_more_data);
		add(&f, cases[i].size, cases[i].offset, 0);
		assert_int_equal(parse(&f), VIF_TX_FATAL);
	}
}

/* A packet whose last slots are missing waits for them, and is then parsed whole. */
static void truncated(void **state)
{
	struct fixture f;
	unsigned int nr, whole;

	setup(&f, 254);
	add(&f, 8066, 0, XEN_NETTXF_extra_info | XEN_NETTXF_more_data | XEN_NETTXF_csum_blank);
	add_extra(&f, XEN_NETIF_EXTRA_TYPE_HASH, XEN_NETIF_EXTRA_FLAG_MORE);
	add_gso(&f, XEN_NETIF_GSO_TYPE_TCPV4, 1448);
	add(&f, 4000, 0, XEN_NETTXF_more_data);
	add(&f, 4000, 0, 0);
	whole = f.nr;
	for (nr = 1; nr < whole; nr++) {
		f.nr = nr;
		assert_int_equal(parse(&f), VIF_TX_INCOMPLETE);
	}
	f.nr = whole;
	assert_int_equal(parse(&f), VIF_TX_GOOD);
	assert_int_equal(f.desc.nr_requests, 5);
	assert_int_equal(f.desc.nr_data, 3);
	assert_int_equal(f.desc.is_extra, 0x6);
	assert_int_equal(f.desc.gso_type, XEN_NETIF_GSO_TYPE_TCPV4);
	assert_int_equal(f.desc.gso_size, 1448);
	assert_int_equal(f.desc.data[0].len, 66);
	assert_int_equal(f.desc.data[1].gref, 1003);
}

static void gso_fields(void **state)
{
	static const struct {
		u8 type;
		u16 size;
		enum vif_tx_verdict verdict;
	} cases[] = {
		{ XEN_NETIF_GSO_TYPE_TCPV4, 1448, VIF_TX_GOOD },
		{ XEN_NETIF_GSO_TYPE_TCPV6, 1428, VIF_TX_GOOD },
		{ XEN_NETIF_GSO_TYPE_TCPV4, 65535, VIF_TX_GOOD },
		{ XEN_NETIF_GSO_TYPE_TCPV4, 8, VIF_TX_GOOD },
		{ XEN_NETIF_GSO_TYPE_TCPV4, 7, VIF_TX_DROP },
		{ XEN_NETIF_GSO_TYPE_TCPV4, 1, VIF_TX_DROP },
		{ XEN_NETIF_GSO_TYPE_TCPV4, 0, VIF_TX_FATAL },
		{ XEN_NETIF_GSO_TYPE_NONE, 1448, VIF_TX_FATAL },
		{ 3, 1448, VIF_TX_FATAL },
		{ 255, 1448, VIF_TX_FATAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture f;

		setup(&f, 0);
		add(&f, 3000, 0, XEN_NETTXF_extra_info);
		add_gso(&f, cases[i].type, cases[i].size);
		assert_int_equal(parse(&f), cases[i].verdict);
	}
}

static void extra_types(void **state)
{
	unsigned int type;

	for (type = 0; type < 256; type++) {
		struct fixture f;
		enum vif_tx_verdict expected = VIF_TX_FATAL;

		if (type == XEN_NETIF_EXTRA_TYPE_HASH || type == XEN_NETIF_EXTRA_TYPE_XDP)
			expected = VIF_TX_GOOD;
		else if (type == XEN_NETIF_EXTRA_TYPE_MCAST_ADD ||
			 type == XEN_NETIF_EXTRA_TYPE_MCAST_DEL)
			expected = VIF_TX_MCAST;

		setup(&f, 0);
		add(&f, 60, 0, XEN_NETTXF_extra_info);
		add_extra(&f, type, 0);
		assert_int_equal(parse(&f), expected);
		if (expected != VIF_TX_FATAL)
			assert_int_equal(f.desc.nr_requests, 2);
	}
}

/* A hash of an unknown type or algorithm is ignored, and the packet is good. */
static void hashes(void **state)
{
	static const u8 layers[4] = { 3, 4, 3, 4 };
	unsigned int type, algorithm;
	struct fixture f;

	for (type = 0; type < 256; type++) {
		for (algorithm = 0; algorithm < 256; algorithm++) {
			struct xen_netif_extra_info *extra;
			u8 layer = algorithm == 1 && type < 4 ? layers[type] : 0;

			setup(&f, 0);
			add(&f, 60, 0, XEN_NETTXF_extra_info);
			extra = add_extra(&f, XEN_NETIF_EXTRA_TYPE_HASH, 0);
			extra->u.hash.type = type;
			extra->u.hash.algorithm = algorithm;
			memcpy(extra->u.hash.value, (const u8[4]) { 0x78, 0x56, 0x34, 0xf2 }, 4);
			assert_int_equal(parse(&f), VIF_TX_GOOD);
			assert_int_equal(f.desc.hash_layer, layer);
			assert_int_equal(f.desc.hash, layer ? 0xf2345678 : 0);
		}
	}
	/* The hash of one packet is not used for the next. */
	setup(&f, 0);
	f.desc.hash_layer = 4;
	add(&f, 60, 0, 0);
	assert_int_equal(parse(&f), VIF_TX_GOOD);
	assert_int_equal(f.desc.hash_layer, 0);
}

static void extra_twice(void **state)
{
	struct fixture f;
	unsigned int i;

	setup(&f, 0);
	add(&f, 60, 0, XEN_NETTXF_extra_info);
	add_extra(&f, XEN_NETIF_EXTRA_TYPE_HASH, XEN_NETIF_EXTRA_FLAG_MORE);
	add_extra(&f, XEN_NETIF_EXTRA_TYPE_HASH, 0);
	assert_int_equal(parse(&f), VIF_TX_FATAL);

	/* A chain of extra slots as long as the ring. */
	setup(&f, 0);
	add(&f, 60, 0, XEN_NETTXF_extra_info);
	for (i = 1; i < RING; i++)
		add_extra(&f, 1 + i % VIF_TX_EXTRAS_MAX, XEN_NETIF_EXTRA_FLAG_MORE);
	assert_int_equal(parse(&f), VIF_TX_FATAL);

	/* Each kind once, with the flag for more on the last: the next slot is missing. */
	setup(&f, 0);
	add(&f, 60, 0, XEN_NETTXF_extra_info);
	add_extra(&f, XEN_NETIF_EXTRA_TYPE_HASH, XEN_NETIF_EXTRA_FLAG_MORE);
	add_extra(&f, XEN_NETIF_EXTRA_TYPE_XDP, XEN_NETIF_EXTRA_FLAG_MORE);
	assert_int_equal(parse(&f), VIF_TX_INCOMPLETE);
}

static void multicast(void **state)
{
	static const u8 addr[ETH_ALEN] = { 1, 0, 0x5e, 2, 3, 4 };
	struct fixture f;
	unsigned int size;

	/* The request's own size and offset are ignored. */
	for (size = 0; size < 0x10000; size += 0x1fff) {
		setup(&f, 255);
		add(&f, size, 4095, XEN_NETTXF_extra_info);
		memcpy(add_extra(&f, XEN_NETIF_EXTRA_TYPE_MCAST_DEL, 0)->u.mcast.addr, addr, 6);
		add(&f, 60, 0, 0);
		assert_int_equal(parse(&f), VIF_TX_MCAST);
		assert_int_equal(f.desc.nr_requests, 2);
		assert_int_equal(f.desc.nr_data, 0);
		assert_int_equal(f.desc.is_extra, 0x2);
		assert_int_equal(f.desc.mcast, XEN_NETIF_EXTRA_TYPE_MCAST_DEL);
		assert_memory_equal(f.desc.mcast_addr, addr, ETH_ALEN);
	}

	/* The change is not used for the next packet. */
	f.first += 2;
	f.nr -= 2;
	assert_int_equal(parse(&f), VIF_TX_GOOD);
	assert_int_equal(f.desc.mcast, 0);

	/* The order of two changes is not defined. */
	setup(&f, 0);
	add(&f, 60, 0, XEN_NETTXF_extra_info);
	add_extra(&f, XEN_NETIF_EXTRA_TYPE_MCAST_ADD, XEN_NETIF_EXTRA_FLAG_MORE);
	add_extra(&f, XEN_NETIF_EXTRA_TYPE_MCAST_DEL, 0);
	assert_int_equal(parse(&f), VIF_TX_DROP);
	assert_int_equal(f.desc.nr_requests, 3);
}

/*
 * A request that changes a multicast address and has data is answered with an error, as is its
 * chain.
 */
static void multicast_with_data(void **state)
{
	struct fixture f;

	setup(&f, 0);
	add(&f, 1000, 0, XEN_NETTXF_extra_info | XEN_NETTXF_more_data);
	add_extra(&f, XEN_NETIF_EXTRA_TYPE_MCAST_ADD, 0);
	add(&f, 100, 0, 0);
	assert_int_equal(parse(&f), VIF_TX_DROP);
	assert_int_equal(f.desc.nr_requests, 3);
	assert_int_equal(f.desc.is_extra, 0x2);
}

/* A packet is parsed alike at each position on the ring, and at each value of the indices. */
static void every_position(void **state)
{
	u32 start;

	for (start = 0; start < 2 * RING; start++) {
		struct fixture f;

		setup(&f, start - RING);
		add(&f, 6000, 0, XEN_NETTXF_extra_info | XEN_NETTXF_more_data);
		add_gso(&f, XEN_NETIF_GSO_TYPE_TCPV6, 1428);
		add(&f, 4096, 0, XEN_NETTXF_more_data);
		add(&f, 1900, 2000, 0);
		assert_int_equal(parse(&f), VIF_TX_GOOD);
		assert_int_equal(f.desc.data[0].len, 4);
		assert_int_equal(f.desc.data[2].offset, 2000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_slot),
		cmocka_unit_test(packet_lengths),
		cmocka_unit_test(chain),
		cmocka_unit_test(number_of_slots),
		cmocka_unit_test(many_tiny_slots),
		cmocka_unit_test(empty_slots),
		cmocka_unit_test(slots_hold_too_much),
		cmocka_unit_test(later_slot_crosses_page),
		cmocka_unit_test(truncated),
		cmocka_unit_test(gso_fields),
		cmocka_unit_test(extra_types),
		cmocka_unit_test(hashes),
		cmocka_unit_test(extra_twice),
		cmocka_unit_test(multicast),
		cmocka_unit_test(multicast_with_data),
		cmocka_unit_test(every_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
