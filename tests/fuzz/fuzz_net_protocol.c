// SPDX-License-Identifier: GPL-2.0
/*
 * Any requests on a ring. Parse the ring to its end, pack each packet as the driver does, and carry
 * out each change of the multicast addresses. The same bytes are an IPv6 packet as well, and also a
 * frame whose checksum is blank.
 */
#include <linux/kernel.h>

#include <stdlib.h>
#include <string.h>

#include "drivers/netback/tx_protocol.c"
#include "drivers/netback/blank.h"
#include "drivers/netback/mcast_set.h"
#include "drivers/netback/pack.h"

#define RING	256
#define FATAL	20
#define HEAD	1664
#define FRAGS	17

static void expect(bool what)
{
	if (!what)
		abort();
}

static void check_packet(const struct vif_tx_desc *desc)
{
	u32 sum = 0, paged, i, n, done;
	struct vif_pack pack;
	bool new_page;

	expect(desc->len >= ETH_HLEN);
	expect(desc->nr_data >= 1 && desc->nr_data <= VIF_TX_SLOTS_MAX);
	for (i = 0; i < desc->nr_data; i++) {
		expect(desc->data[i].offset + desc->data[i].len <= XEN_PAGE_SIZE ||
		       !desc->data[i].len);
		sum += desc->data[i].len;
	}
	expect(sum == desc->len);
	expect(!desc->hash_layer || desc->hash_layer == 3 || desc->hash_layer == 4);
	expect((desc->gso_type == XEN_NETIF_GSO_TYPE_NONE) == !desc->gso_size);

	if (desc->len <= HEAD)
		return;
	i = desc->data[0].len <= HEAD;
	paged = desc->len - (i ? desc->data[0].len : 0);
	vif_pack_init(&pack, 0, paged, FRAGS);
	for (; i < desc->nr_data; i++) {
		for (done = 0; done < desc->data[i].len; done += n) {
			n = vif_pack_next(&pack, desc->data[i].len - done, &new_page);
			expect(n > 0 && pack.pages <= FRAGS && pack.space < XEN_PAGE_SIZE);
		}
	}
	expect(!pack.left);
}

static void change_set(struct vif_mcast_set *set, const struct vif_tx_desc *desc)
{
	bool multicast = desc->mcast_addr[0] & 1;

	expect(desc->nr_requests >= 2 && desc->nr_requests <= 1 + VIF_TX_EXTRAS_MAX);
	if (desc->mcast == XEN_NETIF_EXTRA_TYPE_MCAST_ADD) {
		int err = vif_mcast_add(set, desc->mcast_addr);

		expect((err == -EINVAL) == !multicast);
		expect(!multicast || !err == vif_mcast_has(set, desc->mcast_addr));
	} else {
		expect(desc->mcast == XEN_NETIF_EXTRA_TYPE_MCAST_DEL);
		vif_mcast_del(set, desc->mcast_addr);
		expect(!multicast || !vif_mcast_has(set, desc->mcast_addr));
	}
}

/* Extension headers that end within some bytes also end within more. */
static void walk_ext_headers(const uint8_t *data, size_t size)
{
	if (size >= VIF_IPV6_LEN)
		expect(!vif_ext_ends(data, min_t(size_t, size, VIF_EXT_MAX)) ||
		       vif_ext_ends(data, size));
}

/* A checksum lies behind the beginning of what it covers, and within the frame. */
static void find_blank(const uint8_t *data, size_t size)
{
	struct vif_blank blank;

	if (vif_blank_find(data, size, &blank))
		expect(blank.start < blank.field && blank.field + 2 <= size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xen_netif_tx_request ring[RING];
	struct vif_tx_requests reqs = { .copies = ring, .mask = RING - 1 };
	struct vif_mcast_set set = {};
	struct vif_tx_desc desc;
	enum vif_tx_verdict verdict;

	walk_ext_headers(data, size);
	find_blank(data, size);
	if (size < 4)
		return 0;
	memcpy(&reqs.first, data, 4);
	data += 4;
	for (size -= 4; size >= sizeof(*ring) && reqs.nr < RING; size -= sizeof(*ring)) {
		memcpy(&ring[(reqs.first + reqs.nr++) % RING], data, sizeof(*ring));
		data += sizeof(*ring);
	}

	while (reqs.nr) {
		verdict = vif_tx_parse(&reqs, FATAL, &desc);
		expect(!desc.reason || verdict != VIF_TX_GOOD);
		if (verdict == VIF_TX_INCOMPLETE || verdict == VIF_TX_FATAL)
			break;
		expect(desc.nr_requests >= 1 && desc.nr_requests <= reqs.nr);
		expect(desc.nr_requests <= FATAL + VIF_TX_EXTRAS_MAX);
		if (verdict == VIF_TX_GOOD)
			check_packet(&desc);
		if (verdict == VIF_TX_MCAST)
			change_set(&set, &desc);
		reqs.first += desc.nr_requests;
		reqs.nr -= desc.nr_requests;
	}
	return 0;
}
