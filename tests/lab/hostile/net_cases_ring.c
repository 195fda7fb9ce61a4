// SPDX-License-Identifier: GPL-2.0
/* Network cards: invalid indices of the rings. */
#include "net_cases.h"

/* ---- the rings' indices ---- */

static void run_net_producer(struct net *net, long distance)
{
	struct ring *ring = &net->queue[0].tx;

	ring->index[REQ_PROD] = ring->req + distance;
	evtchn_notify(net->queue[0].tx_port);
}

/* The receive ring's producer matters only when there is something to receive. */
static void run_receive_producer(struct net *net, long distance)
{
	struct ring *ring = &net->queue[0].rx;

	ring->index[REQ_PROD] = ring->req + distance;
	evtchn_notify(net->queue[0].rx_port);
	net_send_pings(net, 64);
}

static void run_net_indices_overwritten(struct net *net, long rounds)
{
	struct ring *ring = &net->queue[0].tx;

	for (long i = 0; i < rounds; i++) {
		net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), 0, OKAY);
		ring->index[REQ_EVENT] = random_u32();
		net_push(net);
		ring->index[RSP_EVENT] = random_u32();
		net_settle(net);
	}
}

#define DISCARD 9

/* As many frames as the ring holds, published together for a backend that polls. */
static void run_net_full_ring(struct net *net, long rounds)
{
	unsigned int length = frame_udp(net, 1, DISCARD, 64);

	while (rounds--) {
		for (unsigned int i = 0; i < NET_SLOTS; i++)
			net_frame_slot(net, 1, 0, length, 0, OKAY);
		if (!net_settle(net))
			return;
		sleep_ms(10);
	}
}

const struct net_case net_ring_cases[] = {
	{ "good", ANSWERED, NULL, 0 },
	{ "good-split-channels", ANSWERED, NULL, 0, { .split_channels = true } },
	{ "good-2-queues", ANSWERED, NULL, 0, { .queues = 2 } },

	{ "xsa-39-producer-size-plus-1", STOPPED, run_net_producer, NET_SLOTS + 1 },
	{ "indices-wrap", ANSWERED, run_net_indices_overwritten, 64, { .start = -40u } },
	{ "producer-2-31", STOPPED, run_net_producer, 1l << 31 },
	{ "producer-backwards", STOPPED, run_net_producer, -1 },
	{ "receive-producer-size-plus-1", STOPPED, run_receive_producer, NET_SLOTS + 1 },
	{ "receive-producer-2-31", STOPPED, run_receive_producer, 1l << 31 },
	{ "indices-overwritten", ANSWERED, run_net_indices_overwritten, 64 },

	{ "full-ring", ANSWERED, run_net_full_ring, 50 },
	END_OF_CASES
};
