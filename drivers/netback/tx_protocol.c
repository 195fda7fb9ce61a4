// SPDX-License-Identifier: GPL-2.0
/*
 * Parse copied requests into one packet, and return a verdict on it. Keeps no state. Pure: compiled
 * in user space by tests/unit.
 */
#include "tx_protocol.h"

#include <linux/build_bug.h>
#include <linux/string.h>
#include <xen/page.h>

static const struct xen_netif_tx_request *request_at(const struct vif_tx_requests *reqs, u32 n)
{
	return &reqs->copies[(reqs->first + n) & reqs->mask];
}

static enum vif_tx_verdict fatal_verdict(struct vif_tx_desc *desc, const char *reason)
{
	desc->reason = reason;
	return VIF_TX_FATAL;
}

/* Drop the packet, but parse its chain to the end, where the next packet begins. */
static void mark_dropped(struct vif_tx_desc *desc, const char *reason)
{
	if (!desc->reason)
		desc->reason = reason;
}

static enum vif_tx_verdict parse_gso(struct vif_tx_desc *desc,
				     const struct xen_netif_extra_info *extra)
{
	if (extra->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV4 &&
	    extra->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV6)
		return fatal_verdict(desc, "unknown GSO type in a transmit request");
	if (!extra->u.gso.size)
		return fatal_verdict(desc, "GSO size of 0 in a transmit request");
	if (extra->u.gso.size < VIF_TX_GSO_SIZE_MIN)
		mark_dropped(desc, "GSO size too small in a transmit request");
	desc->gso_type = extra->u.gso.type;
	desc->gso_size = extra->u.gso.size;
	return VIF_TX_GOOD;
}

/* A request that changes the multicast addresses carries no packet. */
static enum vif_tx_verdict parse_mcast(struct vif_tx_desc *desc,
				       const struct xen_netif_extra_info *extra)
{
	if (desc->mcast)
		mark_dropped(desc,
			     "a multicast address to be added and one removed by one request");
	desc->mcast = extra->type;
	memcpy(desc->mcast_addr, extra->u.mcast.addr, ETH_ALEN);
	return VIF_TX_GOOD;
}

/*
 * A hash is a hint. One of an unknown type or algorithm is left out, and the packet passes, as with
 * the in-tree driver.
 */
static enum vif_tx_verdict parse_hash(struct vif_tx_desc *desc,
				      const struct xen_netif_extra_info *extra)
{
	const u8 *value = extra->u.hash.value;

	if (extra->u.hash.algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ)
		return VIF_TX_GOOD;
	switch (extra->u.hash.type) {
	case _XEN_NETIF_CTRL_HASH_TYPE_IPV4:
	case _XEN_NETIF_CTRL_HASH_TYPE_IPV6:
		desc->hash_layer = 3;
		break;
	case _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP:
	case _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP:
		desc->hash_layer = 4;
		break;
	default:
		return VIF_TX_GOOD;
	}
	desc->hash = value[0] | value[1] << 8 | value[2] << 16 | (u32)value[3] << 24;
	return VIF_TX_GOOD;
}

static enum vif_tx_verdict parse_extra(struct vif_tx_desc *desc,
				       const struct xen_netif_extra_info *extra)
{
	switch (extra->type) {
	case XEN_NETIF_EXTRA_TYPE_GSO:
		return parse_gso(desc, extra);
	case XEN_NETIF_EXTRA_TYPE_MCAST_ADD:
	case XEN_NETIF_EXTRA_TYPE_MCAST_DEL:
		return parse_mcast(desc, extra);
	case XEN_NETIF_EXTRA_TYPE_HASH:
		return parse_hash(desc, extra);
	case XEN_NETIF_EXTRA_TYPE_XDP:
		return VIF_TX_GOOD;
	default:
		return fatal_verdict(desc, "unknown extra info in a transmit request");
	}
}

/* Extra info lies in the slots between the first request and the rest of the data. */
static enum vif_tx_verdict parse_extras(const struct vif_tx_requests *reqs,
					struct vif_tx_desc *desc)
{
	enum vif_tx_verdict verdict;
	unsigned int seen = 0;
	bool more;

	do {
		struct xen_netif_extra_info extra;

		if (desc->nr_requests == reqs->nr)
			return VIF_TX_INCOMPLETE;
		memcpy(&extra, request_at(reqs, desc->nr_requests), sizeof(extra));
		desc->is_extra |= 1U << desc->nr_requests++;

		verdict = parse_extra(desc, &extra);
		if (verdict != VIF_TX_GOOD)
			return verdict;
		if (seen & (1U << extra.type))
			return fatal_verdict(desc,
					     "the same extra info twice in a transmit request");
		seen |= 1U << extra.type;
		more = extra.flags & XEN_NETIF_EXTRA_FLAG_MORE;
	} while (more);

	return VIF_TX_GOOD;
}

static void add_slot(struct vif_tx_desc *desc, const struct xen_netif_tx_request *req, u16 len)
{
	if (desc->nr_data == VIF_TX_SLOTS_MAX) {
		mark_dropped(desc, "more slots than the protocol allows");
		return;
	}
	desc->data[desc->nr_data++] = (struct vif_tx_slot) {
		.gref = req->gref,
		.offset = req->offset,
		.len = len,
	};
}

static bool crosses_page(u32 offset, u32 len)
{
	return offset + len > XEN_PAGE_SIZE;
}

/* Parse the slots after the first. Subtract their sizes from *head_len: the first has the rest. */
static enum vif_tx_verdict parse_chain(const struct vif_tx_requests *reqs, unsigned int fatal_slots,
				       struct vif_tx_desc *desc, u16 *head_len)
{
	const struct xen_netif_tx_request *req;
	unsigned int slots = 1;

	do {
		if (slots++ == fatal_slots)
			return fatal_verdict(desc,
					     "far more slots in a packet than the protocol allows");
		if (desc->nr_requests == reqs->nr)
			return VIF_TX_INCOMPLETE;
		req = request_at(reqs, desc->nr_requests++);

		if (crosses_page(req->offset, req->size))
			return fatal_verdict(desc, "transmit request crosses its page");
		if (req->size > *head_len)
			mark_dropped(desc, "slots hold more than the packet's size");
		else
			*head_len -= req->size;
		add_slot(desc, req, req->size);
	} while (req->flags & XEN_NETTXF_more_data);

	return VIF_TX_GOOD;
}

/**
 * vif_tx_parse() - take the next packet from the copied requests
 * @reqs: the copies, at least one
 * @fatal_slots: a packet of more data slots than this is fatal; at least VIF_TX_SLOTS_MAX
 * @desc: filled in; its length and slots only for a good packet
 *
 * Return: the verdict. For VIF_TX_GOOD, _MCAST and _DROP, @desc->nr_requests are consumed.
 */
enum vif_tx_verdict vif_tx_parse(const struct vif_tx_requests *reqs, unsigned int fatal_slots,
				 struct vif_tx_desc *desc)
{
	const struct xen_netif_tx_request *head = request_at(reqs, 0);
	u16 head_len = head->size;
	enum vif_tx_verdict verdict;

	/* is_extra has 8 bits: for the first request, and for each extra info behind it. */
	BUILD_BUG_ON(VIF_TX_EXTRAS_MAX + 1 > 8);

	desc->nr_data = 0;
	desc->nr_requests = 1;
	desc->len = head->size;
	desc->flags = head->flags;
	desc->gso_size = 0;
	desc->gso_type = XEN_NETIF_GSO_TYPE_NONE;
	desc->is_extra = 0;
	desc->hash = 0;
	desc->hash_layer = 0;
	desc->mcast = 0;
	desc->reason = NULL;

	if (head->flags & XEN_NETTXF_extra_info) {
		verdict = parse_extras(reqs, desc);
		if (verdict != VIF_TX_GOOD)
			return verdict;
	}
	if (unlikely(desc->mcast)) {
		if (!(head->flags & XEN_NETTXF_more_data))
			return desc->reason ? VIF_TX_DROP : VIF_TX_MCAST;
		mark_dropped(desc, "data in a request about a multicast address");
	}
	add_slot(desc, head, 0);
	if (head->flags & XEN_NETTXF_more_data) {
		verdict = parse_chain(reqs, fatal_slots, desc, &head_len);
		if (verdict != VIF_TX_GOOD)
			return verdict;
	}
	if (desc->len < ETH_HLEN)
		mark_dropped(desc, "packet shorter than an Ethernet header");
	if (!desc->reason && crosses_page(head->offset, head_len))
		return fatal_verdict(desc, "transmit request crosses its page");
	desc->data[0].len = head_len;

	return desc->reason ? VIF_TX_DROP : VIF_TX_GOOD;
}
