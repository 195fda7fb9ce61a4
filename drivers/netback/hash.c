// SPDX-License-Identifier: GPL-2.0
/*
 * The Toeplitz hash over the addresses and ports of a frame. Pure.
 *
 * Headers are walked here, not by the kernel's flow dissector: that one looks into tunnels, and the
 * guest expects the hash of the outer header.
 */
#include "hash.h"

#include <linux/build_bug.h>
#include <linux/string.h>

#define ETHER_TYPE_AT	12
#define ETHER_LEN	14
#define IPV4_LEN_MIN	20
#define IPV6_LEN	40
#define PORTS_LEN	4
#define PROTOCOL_TCP	6

/* Two IPv6 addresses and two ports. Each bit of them needs 32 bits of the key. */
#define INPUT_MAX	(2 * 16 + PORTS_LEN)

static_assert(INPUT_MAX + sizeof(u32) <= VIF_HASH_KEY_MAX);

static u32 read_be16(const u8 *at)
{
	return at[0] << 8 | at[1];
}

/* @len is at most INPUT_MAX. */
static u32 toeplitz_hash(const u8 *key, const u8 *input, unsigned int len)
{
	u32 window = read_be16(key) << 16 | read_be16(key + 2);
	u32 value = 0;
	unsigned int i;
	int bit;

	for (i = 0; i < len; i++) {
		u8 next = key[i + sizeof(window)];

		for (bit = 7; bit >= 0; bit--) {
			if (input[i] >> bit & 1)
				value ^= window;
			window = window << 1 | (next >> bit & 1);
		}
	}
	return value;
}

static bool hash_input(const struct vif_hash *hash, const u8 *input, unsigned int len, u8 type,
		       struct vif_hash_result *result)
{
	if (!(hash->flags & 1U << type))
		return false;
	result->value = toeplitz_hash(hash->key, input, len);
	result->type = type;
	return true;
}

/* A fragment has no ports, except the first, which must get the same hash as the others. */
static bool has_tcp_ports(const u8 *ip, unsigned int header_len, unsigned int len)
{
	return ip[9] == PROTOCOL_TCP && !(read_be16(ip + 6) & 0x3fff) &&
	       header_len >= IPV4_LEN_MIN && len >= header_len + PORTS_LEN;
}

static bool hash_ipv4(const struct vif_hash *hash, const u8 *ip, unsigned int len,
		      struct vif_hash_result *result)
{
	unsigned int header_len;
	u8 input[2 * 4 + PORTS_LEN];

	if (len < IPV4_LEN_MIN || ip[0] >> 4 != 4)
		return false;
	header_len = (ip[0] & 0xf) * 4;
	memcpy(input, ip + 12, 2 * 4);
	if (has_tcp_ports(ip, header_len, len)) {
		memcpy(input + 2 * 4, ip + header_len, PORTS_LEN);
		if (hash_input(hash, input, sizeof(input), _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP,
			       result))
			return true;
	}
	return hash_input(hash, input, 2 * 4, _XEN_NETIF_CTRL_HASH_TYPE_IPV4, result);
}

/* Behind an extension header, TCP's ports are not part of the hash. */
static bool hash_ipv6(const struct vif_hash *hash, const u8 *ip, unsigned int len,
		      struct vif_hash_result *result)
{
	const u8 *input = ip + 8;

	if (len < IPV6_LEN || ip[0] >> 4 != 6)
		return false;
	if (ip[6] == PROTOCOL_TCP && len >= IPV6_LEN + PORTS_LEN &&
	    hash_input(hash, input, 2 * 16 + PORTS_LEN, _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP, result))
		return true;
	return hash_input(hash, input, 2 * 16, _XEN_NETIF_CTRL_HASH_TYPE_IPV6, result);
}

/**
 * vif_hash_frame() - calculate the hash of a frame
 * @hash: the configuration, an active one
 * @frame: the frame, from its Ethernet header on
 * @len: bytes of it in memory; more than VIF_HASH_FRAME_MAX are not needed
 * @result: filled in if the frame has a hash
 *
 * The most specific of the configured types that applies is taken, as the protocol asks for. A
 * frame with a VLAN tag has no hash.
 *
 * Return: true if the frame has a hash.
 */
bool vif_hash_frame(const struct vif_hash *hash, const u8 *frame, unsigned int len,
		    struct vif_hash_result *result)
{
	if (len < ETHER_LEN)
		return false;
	switch (read_be16(frame + ETHER_TYPE_AT)) {
	case 0x0800:
		return hash_ipv4(hash, frame + ETHER_LEN, len - ETHER_LEN, result);
	case 0x86dd:
		return hash_ipv6(hash, frame + ETHER_LEN, len - ETHER_LEN, result);
	default:
		return false;
	}
}
