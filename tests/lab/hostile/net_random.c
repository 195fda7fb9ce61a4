// SPDX-License-Identifier: GPL-2.0
/*
 * Good frames, some of which are changed in one place; and receive buffers, some of which are bad.
 * A broken chain affects its neighbours. So if all of a batch is good, each slot has to succeed;
 * otherwise the responses are only counted.
 */
#include "net.h"

#include <stdio.h>
#include <string.h>

#define MORE NETTXF_more_data
#define EXTRA NETTXF_extra_info
#define CSUM (NETTXF_csum_blank | NETTXF_data_validated)

/* The frames and the slots that carry them are made first, then changed, then put on the ring. */
#define BATCH_SLOTS 96

union slot {
	struct netif_tx_request request;
	struct netif_extra_info extra;
};

struct batch {
	union slot slots[BATCH_SLOTS];
	bool is_extra[BATCH_SLOTS];
	unsigned int count;
};

static struct netif_tx_request *add(struct net *net, struct batch *batch, unsigned int page,
				    uint16_t size, uint16_t flags)
{
	struct netif_tx_request *request = &batch->slots[batch->count].request;

	*request = (struct netif_tx_request) {
		.gref = page_gref(net->frames, page), .flags = flags, .size = size,
	};
	batch->is_extra[batch->count++] = false;
	return request;
}

static void add_extra(struct batch *batch, uint8_t type, uint16_t gso_size)
{
	struct netif_extra_info *extra = &batch->slots[batch->count].extra;

	memset(extra, 0, sizeof(*extra));
	extra->type = type;
	if (type == XEN_NETIF_EXTRA_TYPE_GSO) {
		extra->u.gso.size = gso_size;
		extra->u.gso.type = XEN_NETIF_GSO_TYPE_TCPV4;
	}
	batch->is_extra[batch->count++] = true;
}

static void add_plain(struct net *net, struct batch *batch)
{
	add(net, batch, 1, frame_plain(net, 1, ETH_MIN + random_below(1400)), 0);
}

/* Spread one frame over several slots: the first holds its head, the others the rest. */
static void add_chain(struct net *net, struct batch *batch)
{
	unsigned int rest = 1 + random_below(LEGAL_SLOTS - 1), each = 20 + random_below(200);

	frame_plain(net, 1, PAGE);
	add(net, batch, 1, ETH_MIN + rest * each, MORE);
	for (unsigned int i = 1; i <= rest; i++)
		add(net, batch, 1 + i % (FRAME_PAGES - 1), each, i < rest ? MORE : 0);
}

static void add_gso(struct net *net, struct batch *batch)
{
	add(net, batch, 2, frame_tcp(net, 2, 3000), EXTRA | CSUM);
	add_extra(batch, XEN_NETIF_EXTRA_TYPE_GSO, 1448);
}

static void add_frame(struct net *net, struct batch *batch)
{
	switch (random_below(8)) {
	case 0:
		add_chain(net, batch);
		break;
	case 1:
		add_gso(net, batch);
		break;
	case 2:
		add(net, batch, 2, frame_tcp(net, 2, random_below(1400)), CSUM);
		break;
	default:
		add_plain(net, batch);
	}
}

static void mutate_extra(struct netif_extra_info *extra)
{
	switch (random_below(4)) {
	case 0:
		extra->type = random_once_in(2) ? random_below(8) : random_u32();
		break;
	case 1:
		extra->flags = random_u32();
		break;
	case 2:
		extra->u.gso.size = random_edge();
		break;
	default:
		extra->u.gso.type = random_u32();
	}
}

static void mutate_request(struct netif_tx_request *request)
{
	switch (random_below(6)) {
	case 0:
		request->gref = gref_wild();
		break;
	case 1:
		request->offset = random_edge();
		break;
	case 2:
		request->size = random_edge();
		break;
	case 3:
		request->flags ^= 1u << random_below(16);
		break;
	case 4:
		request->size = random_below(ETH_MIN);
		break;
	default:
		request->offset = random_below(PAGE);
	}
}

/* Change headers so that they do not match what follows them. */
static void mutate_frame(struct net *net)
{
	page_at(net->frames, 1 + random_below(2))[random_below(60)] = random_u32();
}

static void net_mutate(struct net *net, struct batch *batch)
{
	unsigned int i = random_below(batch->count);

	if (random_once_in(4))
		mutate_frame(net);
	else if (batch->is_extra[i])
		mutate_extra(&batch->slots[i].extra);
	else
		mutate_request(&batch->slots[i].request);
}

static void net_random_put(struct net *net, const struct batch *batch, unsigned int i)
{
	const struct netif_tx_request *request = &batch->slots[i].request;

	if (batch->is_extra[i])
		net_extra(net, &batch->slots[i].extra);
	else
		net_slot(net, request->gref, request->offset, request->size, request->flags,
			 net->blind ? ANY : OKAY);
}

/*
 * A chain that was left open ends in the plain frames behind it, even if the backend parses the
 * first of them as extra slots.
 */
static bool send_batch(struct net *net, struct random_run *run)
{
	struct batch batch = { .count = 0 };
	bool good = random_once_in(3);

	for (unsigned int frames = 1 + random_below(4); frames; frames--)
		add_frame(net, &batch);
	net->blind = !good;
	if (!good)
		for (unsigned int times = 1 + random_below(2); times; times--, run->mutated++)
			net_mutate(net, &batch);
	for (unsigned int i = 0; i < 4; i++)
		add_plain(net, &batch);
	for (unsigned int i = 0; i < batch.count; i++)
		net_random_put(net, &batch, i);
	run->asked += batch.count;
	if (random_once_in(32))
		random_storm(run, net->queue[0].tx_port);
	return net_settle(net);
}

static void net_break_index(struct net *net, struct ring *ring)
{
	uint32_t far = ring->size + 1 + random_below(0x80000000u - ring->size);

	ring->index[REQ_PROD] = ring->req + far;
	evtchn_notify(net->queue[0].tx_port);
	evtchn_notify(net->queue[0].rx_port);
}

static void connect_anew(struct net *net)
{
	net_connect(net, &(struct net_setup) { .split_channels = random_once_in(2) });
}

/* The run goes on counting after the new connection. */
static void reconnect(struct net *net, struct random_run *run)
{
	run->stops++;
	net_close(net);
	connect_anew(net);
}

static void end(struct net *net, struct random_run *run)
{
	net_close(net);
	run->okay += net->okay;
	run->error += net->error;
	net_behave(net);
}

static void run_tx(unsigned int id, uint64_t count, struct random_run *run)
{
	struct net net;

	net_open(&net, id);
	connect_anew(&net);
	while (run->asked < count) {
		bool lives = send_batch(&net, run);

		if (lives && !random_once_in(2000))
			continue;
		if (lives) {
			net_break_index(&net, &net.queue[0].tx);
			if (!net_stopped(&net))
				wrong("not stopped by a producer far ahead");
		}
		reconnect(&net, run);
	}
	end(&net, run);
}

/* ---- receiving ---- */

static uint32_t some_gref(struct net *net, unsigned int buffer, struct random_run *run)
{
	if (!random_once_in(4))
		return page_gref(net->queue[0].buffers, buffer);
	run->mutated++;
	return random_once_in(2) ? gref_wild() : page_gref(net->strange, 0);
}

static void post_some(struct net *net, struct random_run *run)
{
	struct net_queue *queue = &net->queue[0];

	for (unsigned int id = 0; id < BUFFER_PAGES; id++) {
		if (queue->posted[id] || random_once_in(4))
			continue;
		net_post(queue, id, some_gref(net, id, run));
		run->asked++;
	}
	evtchn_notify(queue->rx_port);
}

/* Dom0 answers each ping, and needs a buffer of ours for the answer. */
static bool provoke(struct net *net, unsigned int pings)
{
	while (pings--)
		net_frame_slot(net, 1, 0, frame_ping(net, 1, 32 + random_below(1400)), 0, OKAY);
	return net_settle(net);
}

static void connect_rx(struct net *net)
{
	net_connect(net, &(struct net_setup) { .split_channels = random_once_in(2) });
	net_good(net);
	net->strange = pages_alloc(0, 1, PAGES_READONLY);
	memset(page_at(net->strange, 0), 0x77, PAGE);
	net->repost = false;
}

static void check_strange(const struct net *net)
{
	for (unsigned int i = 0; i < PAGE; i++)
		if (page_at(net->strange, 0)[i] != 0x77) {
			wrong("a page that was granted for reading only has changed");
			return;
		}
}

static void run_rx(unsigned int id, uint64_t count, struct random_run *run)
{
	struct net net;

	net_open(&net, id);
	connect_rx(&net);
	while (run->asked < count) {
		post_some(&net, run);
		if (random_once_in(32))
			random_storm(run, net.queue[0].rx_port);
		if (!provoke(&net, 1 + random_below(48)))
			wrong("stopped by a buffer");
		else if (!random_once_in(1000))
			continue;
		else
			net_break_index(&net, &net.queue[0].rx);
		provoke(&net, 16);
		if (!net_stopped(&net))
			wrong("not stopped by a producer far ahead");
		check_strange(&net);
		run->stops++;
		net_close(&net);
		connect_rx(&net);
	}
	check_strange(&net);
	run->error += net.receive_errors;
	run->okay += net.received;
	net_close(&net);
	net_behave(&net);
}

const struct random_kind random_net_tx = { "net-tx", 0, run_tx };
const struct random_kind random_net_rx = { "net-rx", 0, run_rx };
