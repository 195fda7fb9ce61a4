// SPDX-License-Identifier: GPL-2.0
/* Where the blank checksum of a frame belongs: drivers/netback/blank.h. */
#include "unit.h"

#include <linux/in.h>

#include "drivers/netback/blank.h"

static u8 frame[400];
static struct vif_blank blank;

static void put_u16(u32 at, u32 value)
{
	frame[at] = value >> 8;
	frame[at + 1] = value;
}

static void ipv4_frame(u32 header, u8 protocol)
{
	memset(frame, 0, sizeof(frame));
	put_u16(12, ETH_P_IP);
	frame[14] = 0x40 | header / 4;
	frame[14 + 9] = protocol;
}

static void ipv6_frame(u8 next)
{
	memset(frame, 0, sizeof(frame));
	put_u16(12, ETH_P_IPV6);
	frame[14] = 0x60;
	frame[14 + VIF_IPV6_NEXT] = next;
}

/* Put an extension header of 8 * (units + 1) bytes at @at, in front of one of type @next. */
static u32 extend(u32 at, u8 next, u8 units)
{
	frame[at] = next;
	frame[at + 1] = units;
	return at + (units + 1) * 8;
}

static void finds(u32 len, u32 start, u32 field)
{
	assert_true(vif_blank_find(frame, len, &blank));
	assert_int_equal(blank.start, start);
	assert_int_equal(blank.field, field);
}

static void tcp_and_udp_of_ipv4(void **state)
{
	ipv4_frame(20, IPPROTO_TCP);
	finds(200, 34, 50);
	ipv4_frame(20, IPPROTO_UDP);
	finds(200, 34, 40);
	ipv4_frame(60, IPPROTO_UDP);
	finds(200, 74, 80);
}

static void checksum_lies_in_the_frame(void **state)
{
	ipv4_frame(20, IPPROTO_TCP);
	finds(52, 34, 50);
	assert_false(vif_blank_find(frame, 51, &blank));
	assert_false(vif_blank_find(frame, 33, &blank));
	assert_false(vif_blank_find(frame, 13, &blank));
	ipv4_frame(60, IPPROTO_UDP);
	assert_false(vif_blank_find(frame, 81, &blank));
	ipv6_frame(IPPROTO_UDP);
	finds(62, 54, 60);
	assert_false(vif_blank_find(frame, 61, &blank));
	assert_false(vif_blank_find(frame, 53, &blank));
}

static void other_protocols_have_none(void **state)
{
	ipv4_frame(20, IPPROTO_ICMP);
	assert_false(vif_blank_find(frame, 200, &blank));
	ipv4_frame(20, IPPROTO_TCP);
	put_u16(12, 0x8100);
	assert_false(vif_blank_find(frame, 200, &blank));
	put_u16(12, 0);
	assert_false(vif_blank_find(frame, 200, &blank));
	ipv6_frame(IPPROTO_ICMPV6);
	assert_false(vif_blank_find(frame, 200, &blank));
}

/* Valgrind and the sanitisers of memory would find that it is calculated from what was there. */
static void result_is_initialised(void **state)
{
	memset(&blank, 0xff, sizeof(blank));
	ipv4_frame(20, IPPROTO_TCP);
	put_u16(12, 0);
	assert_false(vif_blank_find(frame, 200, &blank));
	assert_int_equal(blank.start, 0);
	assert_int_equal(blank.field, 0);
}

static void short_ipv4_header_is_refused(void **state)
{
	ipv4_frame(16, IPPROTO_TCP);
	assert_false(vif_blank_find(frame, 200, &blank));
}

static void fragments_have_none(void **state)
{
	ipv4_frame(20, IPPROTO_UDP);
	put_u16(14 + 6, 0x4000);	/* "do not fragment" */
	finds(200, 34, 40);
	put_u16(14 + 6, 0x2000);
	assert_false(vif_blank_find(frame, 200, &blank));
	put_u16(14 + 6, 1);
	assert_false(vif_blank_find(frame, 200, &blank));

	ipv6_frame(IPPROTO_FRAGMENT);
	extend(54, IPPROTO_UDP, 0);
	finds(200, 62, 68);
	put_u16(54 + 2, 1);
	assert_false(vif_blank_find(frame, 200, &blank));
	put_u16(54 + 2, 8);
	assert_false(vif_blank_find(frame, 200, &blank));
}

static void ipv6_extension_headers(void **state)
{
	u32 at;

	ipv6_frame(IPPROTO_HOPOPTS);
	at = extend(54, IPPROTO_DSTOPTS, 0);
	at = extend(at, IPPROTO_TCP, 2);
	finds(200, at, at + 16);
	/* They end beyond the frame. */
	assert_false(vif_blank_find(frame, at - 1, &blank));

	/* The last of them ends at the limit, and beyond it. */
	ipv6_frame(IPPROTO_HOPOPTS);
	at = extend(54, IPPROTO_UDP, (VIF_EXT_MAX - VIF_IPV6_LEN) / 8 - 1);
	assert_int_equal(at, 14 + VIF_EXT_MAX);
	finds(400, at, at + 6);
	ipv6_frame(IPPROTO_HOPOPTS);
	extend(54, IPPROTO_UDP, (VIF_EXT_MAX - VIF_IPV6_LEN) / 8);
	assert_false(vif_blank_find(frame, 400, &blank));
}

static void endless_extension_headers_are_refused(void **state)
{
	u32 at = 54;

	ipv6_frame(IPPROTO_HOPOPTS);
	while (at + 8 <= sizeof(frame))
		at = extend(at, IPPROTO_HOPOPTS, 0);
	assert_false(vif_blank_find(frame, sizeof(frame), &blank));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_and_udp_of_ipv4),
		cmocka_unit_test(checksum_lies_in_the_frame),
		cmocka_unit_test(other_protocols_have_none),
		cmocka_unit_test(result_is_initialised),
		cmocka_unit_test(short_ipv4_header_is_refused),
		cmocka_unit_test(fragments_have_none),
		cmocka_unit_test(ipv6_extension_headers),
		cmocka_unit_test(endless_extension_headers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
