// SPDX-License-Identifier: GPL-2.0
/* Before the shims, which have macros of the same names. */
#include "unit.h"

#include <arpa/inet.h>
#include <string.h>

#include "drivers/netback/hash.c"

#define IPV4 XEN_NETIF_CTRL_HASH_TYPE_IPV4
#define IPV4_TCP XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP
#define IPV6 XEN_NETIF_CTRL_HASH_TYPE_IPV6
#define IPV6_TCP XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP

/* The key and the hashes that Microsoft has published for the verification of RSS. */
static const u8 known_key[VIF_HASH_KEY_MAX] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4,
	0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

static const struct known {
	const char *from, *to;
	u16 from_port, to_port;
	u32 addresses, all;
} known_ipv4[] = {
	{ "66.9.149.187", "161.142.100.80", 2794, 1766, 0x323e8fc2, 0x51ccc178 },
	{ "199.92.111.2", "65.69.140.83", 14230, 4739, 0xd718262a, 0xc626b0ea },
	{ "24.19.198.95", "12.22.207.184", 12898, 38024, 0xd2d0a5de, 0x5c2b394a },
	{ "38.27.205.30", "209.142.163.6", 48228, 2217, 0x82989176, 0xafc7327f },
	{ "153.39.163.191", "202.188.127.2", 44251, 1303, 0x5d1809c5, 0x10e828a2 },
}, known_ipv6[] = {
	{ "3ffe:2501:200:1fff::7", "3ffe:2501:200:3::1", 2794, 1766, 0x2cc18cd5, 0x40207d3d },
	{ "3ffe:501:8::260:97ff:fe40:efab", "ff02::1", 14230, 4739, 0x0f0c461c, 0xdde51bbf },
	{ "3ffe:1900:4545:3:200:f8ff:fe21:67cf", "fe80::200:f8ff:fe21:67cf", 44251, 38024,
	  0x4b61e985, 0x02d1feef },
};

struct frame {
	u8 bytes[VIF_HASH_FRAME_MAX];
	unsigned int len;
	unsigned int ports_at;
};

static void put16(u8 *at, u16 value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static void put_ports(struct frame *f, const struct known *k)
{
	put16(f->bytes + f->ports_at, k->from_port);
	put16(f->bytes + f->ports_at + 2, k->to_port);
	f->len = f->ports_at + 4;
}

static void make_ipv4(struct frame *f, const struct known *k, u8 protocol, unsigned int options)
{
	u8 *ip = f->bytes + ETHER_LEN;

	memset(f, 0, sizeof(*f));
	put16(f->bytes + ETHER_TYPE_AT, 0x0800);
	ip[0] = 0x45 + options;
	ip[9] = protocol;
	assert_int_equal(inet_pton(AF_INET, k->from, ip + 12), 1);
	assert_int_equal(inet_pton(AF_INET, k->to, ip + 16), 1);
	f->ports_at = ETHER_LEN + IPV4_LEN_MIN + 4 * options;
	put_ports(f, k);
}

static void make_ipv6(struct frame *f, const struct known *k, u8 protocol)
{
	u8 *ip = f->bytes + ETHER_LEN;

	memset(f, 0, sizeof(*f));
	put16(f->bytes + ETHER_TYPE_AT, 0x86dd);
	ip[0] = 0x60;
	ip[6] = protocol;
	assert_int_equal(inet_pton(AF_INET6, k->from, ip + 8), 1);
	assert_int_equal(inet_pton(AF_INET6, k->to, ip + 24), 1);
	f->ports_at = ETHER_LEN + IPV6_LEN;
	put_ports(f, k);
}

static struct vif_hash configured(u8 flags)
{
	struct vif_hash hash = {
		.algorithm = XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ,
		.flags = flags, .num_queues = 4,
	};

	memcpy(hash.key, known_key, sizeof(hash.key));
	return hash;
}

/*
 * Copy the frame to memory of exactly its length, so that AddressSanitizer finds a read behind it.
 */
static bool hash_of(const struct frame *f, u8 flags, struct vif_hash_result *result)
{
	struct vif_hash hash = configured(flags);
	u8 *exact = malloc(f->len ?: 1);
	bool found;

	memcpy(exact, f->bytes, f->len);
	found = vif_hash_frame(&hash, exact, f->len, result);
	free(exact);
	return found;
}

static void must_hash(const struct frame *f, u8 flags, u8 type, u32 value)
{
	struct vif_hash_result result;

	assert_true(hash_of(f, flags, &result));
	assert_int_equal(result.type, type);
	assert_int_equal(result.value, value);
}

static void must_not_hash(const struct frame *f, u8 flags)
{
	struct vif_hash_result result;

	assert_false(hash_of(f, flags, &result));
}

static void published_ipv4(void **state)
{
	const struct known *k;
	struct frame f;

	for (k = known_ipv4; k < known_ipv4 + ARRAY_SIZE(known_ipv4); k++) {
		make_ipv4(&f, k, PROTOCOL_TCP, 0);
		must_hash(&f, IPV4_TCP, _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP, k->all);
		must_hash(&f, IPV4, _XEN_NETIF_CTRL_HASH_TYPE_IPV4, k->addresses);
	}
}

static void published_ipv6(void **state)
{
	const struct known *k;
	struct frame f;

	for (k = known_ipv6; k < known_ipv6 + ARRAY_SIZE(known_ipv6); k++) {
		make_ipv6(&f, k, PROTOCOL_TCP);
		must_hash(&f, IPV6_TCP, _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP, k->all);
		must_hash(&f, IPV6, _XEN_NETIF_CTRL_HASH_TYPE_IPV6, k->addresses);
	}
}

/* All types together: the most specific one counts. A type of the other protocol does not. */
static void most_specific_type(void **state)
{
	struct frame f;

	make_ipv4(&f, known_ipv4, PROTOCOL_TCP, 0);
	must_hash(&f, VIF_HASH_FLAGS_ALL, _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP, known_ipv4->all);
	must_not_hash(&f, IPV6 | IPV6_TCP);
	make_ipv4(&f, known_ipv4, 17, 0);
	must_hash(&f, VIF_HASH_FLAGS_ALL, _XEN_NETIF_CTRL_HASH_TYPE_IPV4, known_ipv4->addresses);
	must_not_hash(&f, IPV4_TCP);
	make_ipv6(&f, known_ipv6, PROTOCOL_TCP);
	must_hash(&f, VIF_HASH_FLAGS_ALL, _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP, known_ipv6->all);
	must_not_hash(&f, IPV4 | IPV4_TCP);
	make_ipv6(&f, known_ipv6, 17);
	must_hash(&f, VIF_HASH_FLAGS_ALL, _XEN_NETIF_CTRL_HASH_TYPE_IPV6, known_ipv6->addresses);
	must_not_hash(&f, IPV6_TCP);
}

/* TCP behind an extension header: its ports are not hashed. */
static void ipv6_extension(void **state)
{
	struct frame f;

	make_ipv6(&f, known_ipv6, 0);
	must_hash(&f, VIF_HASH_FLAGS_ALL, _XEN_NETIF_CTRL_HASH_TYPE_IPV6, known_ipv6->addresses);
	must_not_hash(&f, IPV6_TCP);
}

static void ipv4_options(void **state)
{
	unsigned int options;
	struct frame f;

	for (options = 1; options <= 10; options++) {
		make_ipv4(&f, known_ipv4, PROTOCOL_TCP, options);
		must_hash(&f, IPV4_TCP, _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP, known_ipv4->all);
	}
	/* A header that says it is shorter than possible has no ports. */
	make_ipv4(&f, known_ipv4, PROTOCOL_TCP, 0);
	f.bytes[ETHER_LEN] = 0x44;
	must_hash(&f, VIF_HASH_FLAGS_ALL, _XEN_NETIF_CTRL_HASH_TYPE_IPV4, known_ipv4->addresses);
}

/* All fragments of a packet get the same hash, the first too. */
static void ipv4_fragments(void **state)
{
	static const u16 offsets[] = { 0x2000, 0x2001, 0x0001, 0x1fff, 0x3fff };
	struct frame f;
	unsigned int i;

	make_ipv4(&f, known_ipv4, PROTOCOL_TCP, 0);
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		put16(f.bytes + ETHER_LEN + 6, offsets[i]);
		must_hash(&f, VIF_HASH_FLAGS_ALL, _XEN_NETIF_CTRL_HASH_TYPE_IPV4,
			  known_ipv4->addresses);
	}
	/* A packet with "do not fragment" is not a fragment. */
	put16(f.bytes + ETHER_LEN + 6, 0x4000);
	must_hash(&f, VIF_HASH_FLAGS_ALL, _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP, known_ipv4->all);
}

/* In a truncated frame, no byte behind the end is read. */
static void truncated(void **state)
{
	struct frame f;

	make_ipv4(&f, known_ipv4, PROTOCOL_TCP, 0);
	while (f.len-- > ETHER_LEN + IPV4_LEN_MIN)
		must_hash(&f, VIF_HASH_FLAGS_ALL, _XEN_NETIF_CTRL_HASH_TYPE_IPV4,
			  known_ipv4->addresses);
	for (; f.len; f.len--)
		must_not_hash(&f, VIF_HASH_FLAGS_ALL);
	must_not_hash(&f, VIF_HASH_FLAGS_ALL);

	make_ipv6(&f, known_ipv6, PROTOCOL_TCP);
	while (f.len-- > ETHER_LEN + IPV6_LEN)
		must_hash(&f, VIF_HASH_FLAGS_ALL, _XEN_NETIF_CTRL_HASH_TYPE_IPV6,
			  known_ipv6->addresses);
	for (; f.len; f.len--)
		must_not_hash(&f, VIF_HASH_FLAGS_ALL);
}

static void other_protocols(void **state)
{
	static const u16 types[] = { 0x0806, 0x8100, 0x88a8, 0x86de, 0x0801, 0, 0xffff };
	struct frame f;
	unsigned int i;

	make_ipv4(&f, known_ipv4, PROTOCOL_TCP, 0);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		put16(f.bytes + ETHER_TYPE_AT, types[i]);
		must_not_hash(&f, VIF_HASH_FLAGS_ALL);
	}
	/* A version that is not that of the EtherType. */
	put16(f.bytes + ETHER_TYPE_AT, 0x0800);
	f.bytes[ETHER_LEN] = 0x65;
	must_not_hash(&f, VIF_HASH_FLAGS_ALL);
	make_ipv6(&f, known_ipv6, PROTOCOL_TCP);
	f.bytes[ETHER_LEN] = 0x45;
	must_not_hash(&f, VIF_HASH_FLAGS_ALL);
}

/* A key of zeros, which a frontend gets by a key of no bytes, makes every hash 0. */
static void empty_key(void **state)
{
	struct vif_hash hash = configured(VIF_HASH_FLAGS_ALL);
	struct vif_hash_result result;
	struct frame f;

	memset(hash.key, 0, sizeof(hash.key));
	make_ipv6(&f, known_ipv6, PROTOCOL_TCP);
	assert_true(vif_hash_frame(&hash, f.bytes, f.len, &result));
	assert_int_equal(result.value, 0);
}

static void active(void **state)
{
	struct vif_hash hash = configured(VIF_HASH_FLAGS_ALL);

	assert_true(vif_hash_active(&hash));
	hash.flags = 0;
	assert_false(vif_hash_active(&hash));
	hash = configured(IPV4);
	hash.algorithm = XEN_NETIF_CTRL_HASH_ALGORITHM_NONE;
	assert_false(vif_hash_active(&hash));
}

static void queues(void **state)
{
	struct vif_hash hash = configured(VIF_HASH_FLAGS_ALL);
	unsigned int i;

	for (i = 0; i < 100; i++)
		assert_int_equal(vif_hash_queue(&hash, 0xfffffff0 + i), (0xfffffff0 + i) % 4);
	hash.mapping_size = 3;
	hash.mapping[0] = 3;
	hash.mapping[1] = 0;
	hash.mapping[2] = 2;
	assert_int_equal(vif_hash_queue(&hash, 0), 3);
	assert_int_equal(vif_hash_queue(&hash, 1), 0);
	assert_int_equal(vif_hash_queue(&hash, 5), 2);
	assert_int_equal(vif_hash_queue(&hash, 0xffffffff), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_ipv4),
		cmocka_unit_test(published_ipv6),
		cmocka_unit_test(most_specific_type),
		cmocka_unit_test(ipv6_extension),
		cmocka_unit_test(ipv4_options),
		cmocka_unit_test(ipv4_fragments),
		cmocka_unit_test(truncated),
		cmocka_unit_test(other_protocols),
		cmocka_unit_test(empty_key),
		cmocka_unit_test(active),
		cmocka_unit_test(queues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
