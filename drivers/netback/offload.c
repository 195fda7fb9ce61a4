// SPDX-License-Identifier: GPL-2.0
/*
 * The checksum and the segmentation that a packet from the guest leaves to others: the network
 * stack, a network card, or another guest. Check what they rely on.
 */
#include "ext_headers.h"
#include "offload.h"
#include "queue.h"
#include "tx.h"
#include "vif.h"

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>

/* A guest may write extension headers without an end. Refuse a packet with too many of them. */
static int check_ext_headers(struct sk_buff *skb)
{
	u32 len = min_t(u32, skb->len, VIF_EXT_MAX);

	if (!pskb_may_pull(skb, VIF_IPV6_LEN))
		return -EPROTO;
	if (likely(!vif_ext_present(skb->data)))
		return 0;
	if (!pskb_may_pull(skb, len))
		return -ENOMEM;
	return vif_ext_ends(skb->data, len) ? 0 : -EPROTO;
}

static int set_checksum(struct vif_queue *q, struct sk_buff *skb, const struct vif_tx_pkt *pkt)
{
	bool recalculate = false;
	int err = 0;

	if (pkt->flags & XEN_NETTXF_csum_blank)
		skb->ip_summed = CHECKSUM_PARTIAL;
	else if (pkt->flags & XEN_NETTXF_data_validated)
		skb->ip_summed = CHECKSUM_UNNECESSARY;

	/* Some frontends send GSO packets without the flag and the pseudo header's checksum. */
	if (pkt->gso_type != XEN_NETIF_GSO_TYPE_NONE && skb->ip_summed != CHECKSUM_PARTIAL) {
		q->counters[VIF_rx_gso_checksum_fixup]++;
		skb->ip_summed = CHECKSUM_PARTIAL;
		recalculate = true;
	}
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return 0;
	if (skb->protocol == htons(ETH_P_IPV6))
		err = check_ext_headers(skb);
	if (!err)
		err = skb_checksum_setup(skb, recalculate);
	/* skb_checksum_setup() accepts an IPv4 header that is too short. */
	if (!err && skb->protocol == htons(ETH_P_IP) && ip_hdr(skb)->ihl < 5)
		err = -EPROTO;
	return err;
}

static bool is_tcp(const struct sk_buff *skb, u8 gso_type)
{
	/* skb_checksum_setup() has found the transport header and its checksum field. */
	if (skb->ip_summed != CHECKSUM_PARTIAL ||
	    skb->csum_offset != offsetof(struct tcphdr, check))
		return false;
	if (gso_type == XEN_NETIF_GSO_TYPE_TCPV4)
		return skb->protocol == htons(ETH_P_IP);
	return skb->protocol == htons(ETH_P_IPV6);
}

/* Return the longest segment to accept: bridges do not check GSO packets against the MTU. */
static unsigned int longest_segment(const struct sk_buff *skb)
{
	return max_t(unsigned int, READ_ONCE(skb->dev->mtu), ETH_DATA_LEN);
}

/*
 * SKB_GSO_DODGY marks packets of an untrusted source: GRO does not merge them, and the stack checks
 * them again before a device segments them. Each packet with segmentation gets the mark, however
 * good its headers are. GRO expects a linear part of at most one segment. The IP layer may trim the
 * packet. And not each device segments a packet with IPv6 extension headers.
 */
static int set_gso(struct vif_queue *q, struct sk_buff *skb, const struct vif_tx_pkt *pkt)
{
	struct skb_shared_info *shinfo;
	unsigned int offset, headers;

	if (pkt->gso_type == XEN_NETIF_GSO_TYPE_NONE)
		return 0;
	if (!is_tcp(skb, pkt->gso_type))
		return -EINVAL;

	offset = skb_transport_offset(skb);
	if (!pskb_may_pull(skb, offset + sizeof(struct tcphdr)))
		return -EINVAL;
	headers = offset + tcp_hdrlen(skb);
	if (tcp_hdrlen(skb) < sizeof(struct tcphdr) || !pskb_may_pull(skb, headers))
		return -EINVAL;
	/* One segment needs no segmentation. */
	if (skb->len - headers <= pkt->gso_size)
		return 0;
	if (headers + pkt->gso_size > longest_segment(skb)) {
		q->counters[VIF_rx_gso_too_long]++;
		return -EMSGSIZE;
	}

	/* Not earlier: pskb_may_pull() may reallocate it. */
	shinfo = skb_shinfo(skb);
	shinfo->gso_type = pkt->gso_type == XEN_NETIF_GSO_TYPE_TCPV4 ?
			   SKB_GSO_TCPV4 : SKB_GSO_TCPV6;
	shinfo->gso_type |= SKB_GSO_DODGY;
	shinfo->gso_size = pkt->gso_size;
	shinfo->gso_segs = DIV_ROUND_UP(skb->len - headers, pkt->gso_size);
	return 0;
}

/* Return 0 if the packet, which begins with its network header, may be delivered. */
int vif_offload(struct vif_queue *q, struct sk_buff *skb, const struct vif_tx_pkt *pkt)
{
	int err = set_checksum(q, skb, pkt);

	return err ?: set_gso(q, skb, pkt);
}
