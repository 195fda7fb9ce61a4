/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The checksum that a guest has left blank in a frame: where it belongs, and which bytes it covers.
 * Pure: uses no kernel service, compiles in user space.
 *
 * It accepts all that skb_checksum_setup() and check_ext_headers() accept in an skb: TCP and UDP,
 * no fragments. It accepts a little more: a TCP header may end behind its checksum, and the length
 * in an IPv6 header is not looked at.
 */
#ifndef _VIF_BLANK_H
#define _VIF_BLANK_H

#include "ext_headers.h"

#include <linux/if_ether.h>

#define VIF_IPV4_MIN	20	/* bytes of an IPv4 header without options */

/**
 * struct vif_blank - a blank checksum
 * @start: offset in the frame of the first byte that it covers, the TCP or UDP header; it covers
 *	all bytes to the end of the frame
 * @field: offset of the checksum itself
 */
struct vif_blank {
	u32 start;
	u32 field;
};

static inline u32 vif_blank_u16(const u8 *bytes)
{
	return bytes[0] << 8 | bytes[1];
}

/* Return the type of the header behind the IPv4 header, or -1. Set *at to its offset. */
static inline int vif_blank_ipv4(const u8 *frame, u32 len, u32 *at)
{
	const u8 *ip = frame + ETH_HLEN;
	u32 header;

	if (len < ETH_HLEN + VIF_IPV4_MIN)
		return -1;
	header = (ip[0] & 15) * 4;
	/* The bit for more fragments, and the offset of a fragment. */
	if (header < VIF_IPV4_MIN || vif_blank_u16(ip + 6) & 0x3fff)
		return -1;
	*at = ETH_HLEN + header;
	return ip[9];
}

/* Likewise for IPv6, behind its extension headers. */
static inline int vif_blank_ipv6(const u8 *frame, u32 len, u32 *at)
{
	u32 end = len < ETH_HLEN + VIF_EXT_MAX ? len : ETH_HLEN + VIF_EXT_MAX;
	u32 ext;
	u8 type;

	if (len < ETH_HLEN + VIF_IPV6_LEN)
		return -1;
	type = frame[ETH_HLEN + VIF_IPV6_NEXT];
	*at = ETH_HLEN + VIF_IPV6_LEN;
	while (vif_ext_len(type, 0)) {
		if (*at + 8 > end)
			return -1;
		/* The offset of a fragment, and the bit for more of them. */
		if (type == IPPROTO_FRAGMENT && vif_blank_u16(frame + *at + 2) & 0xfff9)
			return -1;
		ext = vif_ext_len(type, frame[*at + 1]);
		type = frame[*at];
		*at += ext;
	}
	return *at <= end ? type : -1;
}

/* Return the offset of the checksum in a header of @type, or 0 if the kernel does not set it up. */
static inline u32 vif_blank_offset(int type)
{
	switch (type) {
	case IPPROTO_TCP:
		return 16;
	case IPPROTO_UDP:
		return 6;
	default:
		return 0;
	}
}

/**
 * vif_blank_find() - find the blank checksum of a frame
 * @frame: the frame, with its Ethernet header
 * @len: its length
 * @blank: filled in; of no use if there is none
 *
 * Return: false if the frame has no such checksum.
 */
static inline bool vif_blank_find(const u8 *frame, u32 len, struct vif_blank *blank)
{
	int type = -1;
	u32 offset;

	*blank = (struct vif_blank) {};
	if (len < ETH_HLEN)
		return false;
	if (vif_blank_u16(frame + 12) == ETH_P_IP)
		type = vif_blank_ipv4(frame, len, &blank->start);
	else if (vif_blank_u16(frame + 12) == ETH_P_IPV6)
		type = vif_blank_ipv6(frame, len, &blank->start);
	offset = vif_blank_offset(type);
	blank->field = blank->start + offset;
	return offset && blank->field + 2 <= len;
}

#endif
