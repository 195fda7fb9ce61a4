// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet from the guest leaves to others: drivers/netback/offload.c. The test's packets lie
 * in one buffer, of which a part is linear.
 */
#include "unit.h"

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <xen/interface/xen.h>
#include <xen/interface/io/netif.h>

/* ---- the parts of the kernel and of the driver that the file needs ---- */

#define _VIF_H
#define _VIF_QUEUE_H
#define _VIF_HEADS_H
#define _DOM0_COPY_H

#include "drivers/netback/counters.h"

struct vif_heads {
	int unused;
};

struct dom0_copy {
	int unused;
};

struct vif_queue {
	u64 counters[VIF_NR_COUNTERS];
};

enum { CHECKSUM_NONE, CHECKSUM_UNNECESSARY, CHECKSUM_COMPLETE, CHECKSUM_PARTIAL };
enum { SKB_GSO_TCPV4 = 1, SKB_GSO_DODGY = 2, SKB_GSO_TCPV6 = 16 };

struct skb_shared_info {
	unsigned int gso_type, gso_size, gso_segs;
};

struct net_device {
	unsigned int mtu;
};

struct sk_buff {
	struct net_device *dev;
	u8 *data;
	unsigned int len, linear, transport;
	__be16 protocol;
	u8 ip_summed;
	u16 csum_offset;
	struct skb_shared_info shinfo;
};

#define htons(n) cpu_to_be16(n)
#define ntohs(n) be16_to_cpu(n)
#define skb_shinfo(skb) (&(skb)->shinfo)
#define ip_hdr(skb) ((struct iphdr *)(skb)->data)
#define ipv6_hdr(skb) ((struct ipv6hdr *)(skb)->data)
#define skb_headlen(skb) ((skb)->linear)
#define skb_transport_offset(skb) ((skb)->transport)
#define tcp_hdrlen(skb) (((struct tcphdr *)&(skb)->data[(skb)->transport])->doff * 4U)

static bool pskb_may_pull(struct sk_buff *skb, unsigned int len)
{
	if (len > skb->len)
		return false;
	skb->linear = max(skb->linear, len);
	return true;
}

static unsigned int setups;	/* how often the kernel was asked to find the checksum */

/* The test says where TCP begins, as the kernel would find it. */
static int skb_checksum_setup(struct sk_buff *skb, bool recalculate)
{
	setups++;
	skb->csum_offset = offsetof(struct tcphdr, check);
	return 0;
}

#include "drivers/netback/offload.c"

/* ---- packets ---- */

static u8 bytes[0x10000];
static struct net_device dev = { .mtu = ETH_DATA_LEN };
static struct vif_queue queue;

static struct sk_buff packet_of(__be16 protocol, unsigned int headers, unsigned int payload)
{
	struct tcphdr *tcp = (void *)&bytes[headers];

	tcp->doff = 5;
	return (struct sk_buff) {
		.dev = &dev, .data = bytes, .protocol = protocol, .transport = headers,
		.len = headers + sizeof(*tcp) + payload, .linear = 114,
	};
}

static struct sk_buff ipv4_packet(unsigned int payload)
{
	struct sk_buff skb = packet_of(htons(ETH_P_IP), sizeof(struct iphdr), payload);

	ip_hdr(&skb)->ihl = 5;
	ip_hdr(&skb)->tot_len = htons(skb.len);
	return skb;
}

/* With extension headers of 8 bytes each. */
static struct sk_buff ipv6_packet(unsigned int extensions, unsigned int payload)
{
	unsigned int i, headers = sizeof(struct ipv6hdr) + 8 * extensions;
	struct sk_buff skb;

	memset(bytes, 0, sizeof(bytes));
	skb = packet_of(htons(ETH_P_IPV6), headers, payload);
	ipv6_hdr(&skb)->payload_len = htons(skb.len - sizeof(struct ipv6hdr));
	ipv6_hdr(&skb)->nexthdr = extensions ? IPPROTO_DSTOPTS : IPPROTO_TCP;
	for (i = 1; i <= extensions; i++)
		bytes[headers - 8 * i] = i == 1 ? IPPROTO_TCP : IPPROTO_DSTOPTS;
	return skb;
}

static int offload(struct sk_buff *skb, u8 gso_type, u16 gso_size)
{
	const struct vif_tx_pkt pkt = {
		.flags = XEN_NETTXF_csum_blank | XEN_NETTXF_data_validated,
		.gso_type = gso_type, .gso_size = gso_size,
	};

	return vif_offload(&queue, skb, &pkt);
}

static int start(void **state)
{
	memset(bytes, 0, sizeof(bytes));
	memset(&queue, 0, sizeof(queue));
	setups = 0;
	return 0;
}

/* ---- tests ---- */

static void assert_gso(const struct sk_buff *skb, unsigned int type, unsigned int size,
		       unsigned int segs)
{
	assert_int_equal(skb->shinfo.gso_type, type);
	assert_int_equal(skb->shinfo.gso_size, size);
	assert_int_equal(skb->shinfo.gso_segs, segs);
}

/* The guest has written all headers: the stack must not trust any of these packets. */
static void gso_is_never_trusted(void **state)
{
	struct sk_buff skb = ipv4_packet(1000);

	assert_int_equal(offload(&skb, XEN_NETIF_GSO_TYPE_TCPV4, 500), 0);
	assert_gso(&skb, SKB_GSO_TCPV4 | SKB_GSO_DODGY, 500, 2);

	skb = ipv4_packet(60001);
	ip_hdr(&skb)->tot_len = htons(40);
	assert_int_equal(offload(&skb, XEN_NETIF_GSO_TYPE_TCPV4, 1000), 0);
	assert_gso(&skb, SKB_GSO_TCPV4 | SKB_GSO_DODGY, 1000, 61);

	skb = ipv6_packet(0, 3000);
	assert_int_equal(offload(&skb, XEN_NETIF_GSO_TYPE_TCPV6, 1440), 0);
	assert_gso(&skb, SKB_GSO_TCPV6 | SKB_GSO_DODGY, 1440, 3);

	skb = ipv6_packet(1, 3000);
	assert_int_equal(offload(&skb, XEN_NETIF_GSO_TYPE_TCPV6, 1432), 0);
	assert_gso(&skb, SKB_GSO_TCPV6 | SKB_GSO_DODGY, 1432, 3);
}

static void one_segment_is_no_gso(void **state)
{
	struct sk_buff skb = ipv4_packet(1000);

	assert_int_equal(offload(&skb, XEN_NETIF_GSO_TYPE_TCPV4, 1000), 0);
	assert_gso(&skb, 0, 0, 0);
}

static void gso_is_refused(void **state)
{
	struct sk_buff skb = ipv4_packet(3000);

	assert_int_equal(offload(&skb, XEN_NETIF_GSO_TYPE_TCPV6, 1440), -EINVAL);
	assert_int_equal(offload(&skb, XEN_NETIF_GSO_TYPE_TCPV4, 1461), -EMSGSIZE);
	assert_int_equal(queue.counters[VIF_rx_gso_too_long], 1);
	((struct tcphdr *)&bytes[20])->doff = 4;
	assert_int_equal(offload(&skb, XEN_NETIF_GSO_TYPE_TCPV4, 1000), -EINVAL);
	ip_hdr(&skb)->ihl = 4;
	assert_int_equal(offload(&skb, XEN_NETIF_GSO_TYPE_NONE, 0), -EPROTO);
}

/* Extension headers end within 256 bytes, else the kernel is not asked to walk them. */
static void few_ext_headers(void **state)
{
	unsigned int nr;

	for (nr = 0; nr < 8000; nr += nr < 64 ? 1 : 500) {
		bool few = VIF_IPV6_LEN + 8 * nr <= VIF_EXT_MAX;
		struct sk_buff skb = ipv6_packet(nr, 100);

		setups = 0;
		assert_int_equal(offload(&skb, XEN_NETIF_GSO_TYPE_NONE, 0), few ? 0 : -EPROTO);
		assert_int_equal(setups, few);
		assert_true(skb.linear <= VIF_EXT_MAX);
	}
}

/* Each kind, at each length of its field: whether it ends within the bytes that may be read. */
static void ext_header_lengths(void **state)
{
	static const struct {
		u8 type;
		u32 fixed, unit;
	} kinds[] = {
		{ IPPROTO_HOPOPTS, 8, 8 }, { IPPROTO_ROUTING, 8, 8 }, { IPPROTO_DSTOPTS, 8, 8 },
		{ IPPROTO_AH, 8, 4 }, { IPPROTO_FRAGMENT, 8, 0 },
	};
	unsigned int i, units;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (units = 0; units < 256; units++) {
			u32 len = VIF_IPV6_LEN + kinds[i].fixed + kinds[i].unit * units;

			bytes[VIF_IPV6_NEXT] = kinds[i].type;
			bytes[VIF_IPV6_LEN] = IPPROTO_UDP;
			bytes[VIF_IPV6_LEN + 1] = units;
			assert_true(vif_ext_present(bytes));
			assert_true(vif_ext_ends(bytes, len));
			assert_false(vif_ext_ends(bytes, len - 1));
			assert_false(vif_ext_ends(bytes, VIF_IPV6_LEN + 1));
		}
	}
	for (i = 0; i < 256; i++) {
		bytes[VIF_IPV6_NEXT] = i;
		if (!vif_ext_present(bytes))
			assert_true(vif_ext_ends(bytes, VIF_IPV6_LEN));
	}
}

/* A packet that ends in its headers is refused, and no byte beyond it is read. */
static void short_ipv6_packet(void **state)
{
	unsigned int len;

	for (len = 0; len < VIF_IPV6_LEN + 16; len++) {
		struct sk_buff skb = ipv6_packet(2, 0);

		skb.len = len;
		skb.linear = len;
		assert_int_equal(offload(&skb, XEN_NETIF_GSO_TYPE_NONE, 0), -EPROTO);
	}
	assert_int_equal(setups, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(gso_is_never_trusted, start),
		cmocka_unit_test_setup(one_segment_is_no_gso, start),
		cmocka_unit_test_setup(gso_is_refused, start),
		cmocka_unit_test_setup(few_ext_headers, start),
		cmocka_unit_test_setup(ext_header_lengths, start),
		cmocka_unit_test_setup(short_ipv6_packet, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
