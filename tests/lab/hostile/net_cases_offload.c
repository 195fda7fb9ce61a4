// SPDX-License-Identifier: GPL-2.0
/* Network cards: segmentation and checksums that a packet asks for. */
#include "net_cases.h"

#include <string.h>

/* ---- segmentation ---- */

#define GSO_TCPV4 XEN_NETIF_GSO_TYPE_TCPV4
#define GSO_TCPV6 XEN_NETIF_GSO_TYPE_TCPV6
#define GSO(type, size) ((type) << 16 | (size))

static void ask_gso_of(struct net *net, unsigned int page, unsigned int length, uint16_t flags,
		       long type_size, enum hope hope)
{
	struct netif_extra_info info = { .type = XEN_NETIF_EXTRA_TYPE_GSO };

	info.u.gso.type = type_size >> 16;
	info.u.gso.size = type_size;
	net_frame_slot(net, page, 0, length, EXTRA | flags, hope);
	net_extra(net, &info);
}

static void ask_gso(struct net *net, unsigned int length, uint16_t flags, long type_size,
		    enum hope hope)
{
	ask_gso_of(net, 1, length, flags, type_size, hope);
}

static void run_gso_good(struct net *net, long type_size)
{
	ask_gso(net, frame_tcp(net, 1, 3000), CSUM, type_size, OKAY);
}

/* Dom0's IP layer cuts the packet to the length in its header. */
static void run_gso_routed(struct net *net, long ip_length)
{
	ask_gso(net, frame_tcp_routed(net, 1, 3000, ip_length), CSUM, GSO(GSO_TCPV4, 1448), OKAY);
}

/* Packets of one flow, with a linear part of several segments each: one more than GRO has frags. */
static void run_gso_merged(struct net *net, long size)
{
	for (unsigned int i = 0; i < 19; i++)
		ask_gso_of(net, 1 + i, frame_tcp_segment(net, 1 + i, 1000, i), CSUM,
			   GSO(GSO_TCPV4, size), OKAY);
}

/* A header of Destination Options lies before TCP. */
static void run_gso_ipv6_options(struct net *net, long type_size)
{
	unsigned int length = frame_tcp6(net, 1, 3000);
	uint8_t *header = page_at(net->frames, 1) + ETH_HEADER;

	memmove(header + 48, header + 40, 20);
	memset(header + 40, 0, 8);
	header[6] = 60;
	header[40] = 6;
	header[5] += 8;
	ask_gso(net, length + 8, CSUM, type_size, OKAY);
}

static void run_gso_bad(struct net *net, long type_size)
{
	ask_gso(net, frame_tcp(net, 1, 3000), CSUM, type_size, ERROR);
}

static void run_gso_odd(struct net *net, long type_size)
{
	ask_gso(net, frame_tcp(net, 1, 3000), CSUM, type_size, ANY);
}

static void run_gso_without_checksum(struct net *net, long type_size)
{
	ask_gso(net, frame_tcp(net, 1, 3000), 0, type_size, ANY);
}

static void run_gso_ipv6_without_checksum(struct net *net, long type_size)
{
	ask_gso(net, frame_tcp6(net, 1, 3000), 0, type_size, OKAY);
}

static void run_gso_runt(struct net *net, long length)
{
	frame_tcp(net, 1, 3000);
	ask_gso(net, length, CSUM, GSO(GSO_TCPV4, 1448), ANY);
}

static void run_gso_arp(struct net *net, long type_size)
{
	ask_gso(net, frame_arp(net, 1), CSUM, type_size, ANY);
}

static void run_gso_twice(struct net *net, long type_size)
{
	struct netif_extra_info info = {
		.type = XEN_NETIF_EXTRA_TYPE_GSO, .flags = XEN_NETIF_EXTRA_FLAG_MORE,
	};

	info.u.gso.type = type_size >> 16;
	info.u.gso.size = type_size;
	net_frame_slot(net, 1, 0, frame_tcp(net, 1, 3000), EXTRA | CSUM, ANY);
	net_extra(net, &info);
	info.flags = 0;
	net_extra(net, &info);
}

/* A chain of extension headers without an end. */
static void run_gso_ipv6_chain(struct net *net, long length)
{
	uint8_t *frame = page_at(net->frames, 1);

	frame_plain(net, 1, length);
	frame[12] = 0x86;
	frame[13] = 0xdd;
	memset(frame + ETH_HEADER, 0, length - ETH_HEADER);
	frame[ETH_HEADER] = 0x60;
	frame[ETH_HEADER + 4] = (length - 54) >> 8;
	frame[ETH_HEADER + 5] = length - 54;
	ask_gso(net, length, CSUM, GSO(GSO_TCPV6, 1440), ANY);
}

/* ---- checksums without a place in the frame ---- */

static void run_checksum_plain(struct net *net, long length)
{
	net_frame_slot(net, 1, 0, frame_plain(net, 1, length), CSUM, ANY);
}

static void run_checksum_arp(struct net *net, long flags)
{
	net_frame_slot(net, 1, 0, frame_arp(net, 1), flags, ANY);
}

#define POKE(at, byte) ((at) << 8 | (byte))

static void run_checksum_poked(struct net *net, long at_byte)
{
	unsigned int length = frame_tcp(net, 1, 100);

	page_at(net->frames, 1)[at_byte >> 8] = at_byte;
	net_frame_slot(net, 1, 0, length, CSUM, ANY);
}

static void run_checksum_cut(struct net *net, long length)
{
	frame_tcp(net, 1, 100);
	net_frame_slot(net, 1, 0, length, CSUM, ANY);
}

static void run_checksum_two_tags(struct net *net, long length)
{
	static const uint8_t tags[8] = { 0x81, 0, 0, 1, 0x81, 0, 0, 2 };

	frame_plain(net, 1, length);
	memcpy(page_at(net->frames, 1) + 12, tags, sizeof(tags));
	net_frame_slot(net, 1, 0, length, CSUM, ANY);
}

#define LONGEST 0xffffu		/* bytes of a packet */

/* IPv6 extension headers of 8 bytes each, up to the end of the longest packet. */
static void run_checksum_long_chain(struct net *net, long first)
{
	unsigned int at, left = LONGEST - PAGE, page = 1;

	for (at = PAGE; at < LONGEST; at += PAGE)
		memset(page_at(net->frames, 1 + at / PAGE), 0, PAGE);
	frame_tcp6(net, 1, LONGEST - ETH_HEADER - 60);
	page_at(net->frames, 1)[ETH_HEADER + 6] = 60;
	memset(page_at(net->frames, 1) + ETH_HEADER + 40, 0, 20);
	for (at = ETH_HEADER + 40; at < first; at += 8)
		page_at(net->frames, 1 + at / PAGE)[at % PAGE] = at + 8 < first ? 60 : 6;

	net_frame_slot(net, 1, 0, LONGEST, CSUM | MORE, OKAY);
	for (; left; left -= at) {
		at = left < PAGE ? left : PAGE;
		net_frame_slot(net, ++page, 0, at, left > at ? MORE : 0, OKAY);
	}
}

const struct net_case net_offload_cases[] = {
	{ "gso-good", ANSWERED, run_gso_good, GSO(GSO_TCPV4, 1448) },
	{ "gso-routed", ANSWERED, run_gso_routed, 3040 },
	{ "gso-routed-cut-to-40", ANSWERED, run_gso_routed, 40 },
	{ "gso-routed-cut-to-60", ANSWERED, run_gso_routed, 60 },
	{ "gso-merged-head", ANSWERED, run_gso_merged, 500 },
	{ "gso-ipv6-options", ANSWERED, run_gso_ipv6_options, GSO(GSO_TCPV6, 1432) },
	{ "gso-size-2900", ANSWERED, run_gso_good, GSO(GSO_TCPV4, 2900) },
	{ "gso-size-0", REJECTED, run_gso_bad, GSO(GSO_TCPV4, 0) },
	{ "gso-size-1", REJECTED, run_gso_odd, GSO(GSO_TCPV4, 1) },
	{ "gso-size-65535", REJECTED, run_gso_odd, GSO(GSO_TCPV4, 65535) },
	{ "gso-type-0", REJECTED, run_gso_bad, GSO(0, 1448) },
	{ "gso-type-9", REJECTED, run_gso_bad, GSO(9, 1448) },
	{ "gso-type-of-other-protocol", REJECTED, run_gso_odd, GSO(GSO_TCPV6, 1440) },
	{ "gso-without-checksum", REJECTED, run_gso_without_checksum, GSO(GSO_TCPV4, 1448) },
	{ "gso-ipv6-without-checksum", ANSWERED, run_gso_ipv6_without_checksum,
		GSO(GSO_TCPV6, 1440) },
	{ "gso-runt-14", REJECTED, run_gso_runt, 14 },
	{ "gso-runt-34", REJECTED, run_gso_runt, 34 },
	{ "gso-runt-40", REJECTED, run_gso_runt, 40 },
	{ "gso-runt-54", REJECTED, run_gso_runt, 54 },
	{ "gso-arp", REJECTED, run_gso_arp, GSO(GSO_TCPV4, 1448) },
	{ "gso-twice", REJECTED, run_gso_twice, GSO(GSO_TCPV4, 1448) },
	{ "gso-ipv6-chain", REJECTED, run_gso_ipv6_chain, 3000 },

	{ "checksum-14-bytes", ANSWERED, run_checksum_plain, ETH_HEADER },
	{ "checksum-unknown-type", ANSWERED, run_checksum_plain, ETH_MIN },
	{ "checksum-arp", ANSWERED, run_checksum_arp, NETTXF_csum_blank },
	{ "checksum-arp-validated", ANSWERED, run_checksum_arp, CSUM },
	{ "checksum-fragment", ANSWERED, run_checksum_poked, POKE(ETH_HEADER + 6, 0x20) },
	{ "checksum-long-header", ANSWERED, run_checksum_poked, POKE(ETH_HEADER, 0x4f) },
	{ "checksum-short-header", ANSWERED, run_checksum_poked, POKE(ETH_HEADER, 0x41) },
	{ "checksum-length-0", ANSWERED, run_checksum_poked, POKE(ETH_HEADER + 3, 0) },
	{ "checksum-unknown-protocol", ANSWERED, run_checksum_poked, POKE(ETH_HEADER + 9, 99) },
	{ "checksum-cut-in-ip", ANSWERED, run_checksum_cut, 30 },
	{ "checksum-cut-in-tcp", ANSWERED, run_checksum_cut, 40 },
	{ "checksum-ipv6-long-chain", ANSWERED, run_checksum_long_chain, 65478 },
	{ "checksum-two-tags", ANSWERED, run_checksum_two_tags, ETH_MIN },
	END_OF_CASES
};
