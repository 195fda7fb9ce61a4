// SPDX-License-Identifier: GPL-2.0
/*
 * Any requests on a ring. Parse the ring to its end, pack each packet as the driver does, and carry
 * out each change of the multicast addresses.
 */
#include <linux/kernel.h>

#include <stdlib.h>
#include <string.h>

#include "drivers/netback/tx_protocol.c"
#include "drivers/netback/mcast.h"
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

static void check_packet(const struct vif_tx_packet *pkt)
{
	u32 sum = 0, paged, i, n, done;
	struct vif_pack pack;
	bool fresh;

	expect(pkt->len >= ETH_HLEN);
	expect(pkt->nr_data >= 1 && pkt->nr_data <= VIF_TX_SLOTS_MAX);
	for (i = 0; i < pkt->nr_data; i++) {
		expect(pkt->data[i].offset + pkt->data[i].len <= XEN_PAGE_SIZE || !pkt->data[i].len);
		sum += pkt->data[i].len;
	}
	expect(sum == pkt->len);
	expect(!pkt->hash_layer || pkt->hash_layer == 3 || pkt->hash_layer == 4);
	expect((pkt->gso_type == XEN_NETIF_GSO_TYPE_NONE) == !pkt->gso_size);

	if (pkt->len <= HEAD)
		return;
	i = pkt->data[0].len <= HEAD;
	paged = pkt->len - (i ? pkt->data[0].len : 0);
	vif_pack_init(&pack, 0, paged, FRAGS);
	for (; i < pkt->nr_data; i++) {
		for (done = 0; done < pkt->data[i].len; done += n) {
			n = vif_pack_next(&pack, pkt->data[i].len - done, &fresh);
			expect(n > 0 && pack.pages <= FRAGS && pack.room < XEN_PAGE_SIZE);
		}
	}
	expect(!pack.left);
}

static void change_set(struct vif_mcast *set, const struct vif_tx_packet *pkt)
{
	bool multicast = pkt->mcast_addr[0] & 1;

	expect(pkt->nr_requests >= 2 && pkt->nr_requests <= 1 + VIF_TX_EXTRAS_MAX);
	if (pkt->mcast == XEN_NETIF_EXTRA_TYPE_MCAST_ADD) {
		int err = vif_mcast_add(set, pkt->mcast_addr);

		expect((err == -EINVAL) == !multicast);
		expect(!multicast || !err == vif_mcast_has(set, pkt->mcast_addr));
	} else {
		expect(pkt->mcast == XEN_NETIF_EXTRA_TYPE_MCAST_DEL);
		vif_mcast_del(set, pkt->mcast_addr);
		expect(!multicast || !vif_mcast_has(set, pkt->mcast_addr));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xen_netif_tx_request ring[RING];
	struct vif_tx_requests reqs = { .copies = ring, .mask = RING - 1 };
	struct vif_mcast set = {};
	struct vif_tx_packet pkt;
	enum vif_tx_verdict verdict;

	if (size < 4)
		return 0;
	memcpy(&reqs.first, data, 4);
	data += 4;
	for (size -= 4; size >= sizeof(*ring) && reqs.nr < RING; size -= sizeof(*ring)) {
		memcpy(&ring[(reqs.first + reqs.nr++) % RING], data, sizeof(*ring));
		data += sizeof(*ring);
	}

	while (reqs.nr) {
		verdict = vif_tx_parse(&reqs, FATAL, &pkt);
		expect(!pkt.reason || verdict != VIF_TX_GOOD);
		if (verdict == VIF_TX_WAIT || verdict == VIF_TX_FATAL)
			break;
		expect(pkt.nr_requests >= 1 && pkt.nr_requests <= reqs.nr);
		expect(pkt.nr_requests <= FATAL + VIF_TX_EXTRAS_MAX);
		if (verdict == VIF_TX_GOOD)
			check_packet(&pkt);
		if (verdict == VIF_TX_MCAST)
			change_set(&set, &pkt);
		reqs.first += pkt.nr_requests;
		reqs.nr -= pkt.nr_requests;
	}
	return 0;
}
