/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The extension headers of an IPv6 packet, as the guest has written them. Pure: uses no kernel
 * service, compiles in user space.
 *
 * skb_checksum_setup() walks them to their end, makes each of them linear by itself, and writes to
 * the log if they end beyond 64 KiB. So check first that there are few.
 */
#ifndef _VIF_EXT_HEADERS_H
#define _VIF_EXT_HEADERS_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/types.h>

/* They end within this many bytes, which count from the IPv6 header on. */
#define VIF_EXT_MAX	256

#define VIF_IPV6_LEN	40	/* of the IPv6 header */
#define VIF_IPV6_NEXT	6	/* offset of its field for the type of the next header */

/* Return the length of an extension header with @units in its length field; 0 for other headers. */
static inline u32 vif_ext_len(u8 type, u8 units)
{
	switch (type) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
		return (units + 1) * 8;
	case IPPROTO_AH:
		return (units + 2) * 4;
	case IPPROTO_FRAGMENT:
		return 8;
	default:
		return 0;
	}
}

/* Return true if the packet has extension headers. @packet is the IPv6 header. */
static inline bool vif_ext_present(const u8 *packet)
{
	return vif_ext_len(packet[VIF_IPV6_NEXT], 0);
}

/* Return true if all of them end within the packet's first @len bytes, at least an IPv6 header. */
static inline bool vif_ext_ends(const u8 *packet, u32 len)
{
	u8 type = packet[VIF_IPV6_NEXT];
	u32 at = VIF_IPV6_LEN;

	while (vif_ext_len(type, 0)) {
		u32 ext;

		if (at + 2 > len)
			return false;
		ext = vif_ext_len(type, packet[at + 1]);
		type = packet[at];
		at += ext;
	}
	return at <= len;
}

#endif
