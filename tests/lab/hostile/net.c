// SPDX-License-Identifier: GPL-2.0
/* A network frontend: connects, sends slots, receives, and checks the responses. */
#include "net.h"

#include <stdio.h>
#include <string.h>

#define SLOT_BYTES sizeof(struct netif_tx_request)

void net_open(struct net *net, unsigned int id)
{
	memset(net, 0, sizeof(*net));
	device_open(&net->dev, "vif", id);
	net->next_id = 100;
}

/* The toolstack wrote the address into our own directory. */
static void read_mac(struct net *net)
{
	char path[96], text[32];
	unsigned int byte[6];

	snprintf(path, sizeof(path), "%s/mac", net->dev.front);
	if (xs_read(path, text, sizeof(text)) < 0 ||
	    sscanf(text, "%x:%x:%x:%x:%x:%x", byte, byte + 1, byte + 2, byte + 3, byte + 4,
		   byte + 5) != 6)
		die("no address in %s", path);
	for (unsigned int i = 0; i < 6; i++)
		net->mac[i] = byte[i];
}

static void net_queue_alloc(struct net_queue *queue, const struct net_setup *setup)
{
	unsigned int how = setup->readonly_rings ? PAGES_READONLY : 0;

	queue->tx_page = pages_alloc(0, 1, how);
	queue->rx_page = pages_alloc(0, 1, how);
	queue->buffers = pages_alloc(0, BUFFER_PAGES, PAGES_APART);
	ring_init(&queue->tx, page_at(queue->tx_page, 0), PAGE, SLOT_BYTES);
	ring_init(&queue->rx, page_at(queue->rx_page, 0), PAGE, sizeof(struct netif_rx_request));
	ring_start_at(&queue->tx, setup->start);
	ring_start_at(&queue->rx, setup->start);
	if (setup->spoiled_tx)
		queue->tx.index[REQ_PROD] = NET_SLOTS + 1;
	queue->tx_port = evtchn_alloc(setup->foreign_port ? SOME_OTHER_DOMAIN : 0);
	queue->rx_port = setup->split_channels ? evtchn_alloc(0) : queue->tx_port;
	memset(queue->posted, 0, sizeof(queue->posted));
	queue->extra_follows = false;
	queue->data_follows = false;
}

static void net_queue_free(struct net_queue *queue)
{
	if (queue->rx_port != queue->tx_port)
		evtchn_free(queue->rx_port);
	evtchn_free(queue->tx_port);
	ring_exit(&queue->tx);
	ring_exit(&queue->rx);
	pages_check_guards(queue->tx_page, "the transmit ring");
	pages_check_guards(queue->rx_page, "the receive ring");
	pages_check_guards(queue->buffers, "receive buffers");
	pages_free(queue->tx_page);
	pages_free(queue->rx_page);
	pages_free(queue->buffers);
}

static void net_queue_put(struct net *net, unsigned int number)
{
	const struct net_queue *queue = &net->queue[number];
	char prefix[16] = "", key[48];

	if (net->setup.queues)
		snprintf(prefix, sizeof(prefix), "queue-%u/", number);
	snprintf(key, sizeof(key), "%stx-ring-ref", prefix);
	device_put(&net->dev, key, "%u", page_gref(queue->tx_page, 0));
	snprintf(key, sizeof(key), "%srx-ring-ref", prefix);
	device_put(&net->dev, key, "%u", page_gref(queue->rx_page, 0));
	if (!net->setup.split_channels) {
		snprintf(key, sizeof(key), "%sevent-channel", prefix);
		device_put(&net->dev, key, "%u", queue->tx_port);
		return;
	}
	snprintf(key, sizeof(key), "%sevent-channel-tx", prefix);
	device_put(&net->dev, key, "%u", queue->tx_port);
	snprintf(key, sizeof(key), "%sevent-channel-rx", prefix);
	device_put(&net->dev, key, "%u", queue->rx_port);
}

void net_offer(struct net *net, const struct net_setup *setup)
{
	struct device *dev = &net->dev;
	long max_queues;

	net->setup = *setup;
	dev->override = setup->override.key ? &net->setup.override : NULL;
	device_reset(dev);
	read_mac(net);
	max_queues = device_number(dev, "multi-queue-max-queues");
	if (setup->queues > max_queues)
		skip("the backend offers %ld queues", max_queues);
	if (setup->queues < 0)
		net->setup.queues = max_queues + 1;
	net->queues = net->setup.queues ? net->setup.queues : 1;
	if (net->queues > NET_QUEUES)
		die("%u queues", net->queues);
	net->frames = pages_alloc(0, FRAME_PAGES, PAGES_APART);
	for (unsigned int i = 0; i < net->queues; i++) {
		net_queue_alloc(&net->queue[i], setup);
		net_queue_put(net, i);
	}
	if (setup->queues)
		device_put(dev, "multi-queue-num-queues", "%u", net->queues);
	if (setup->control)
		net_control_alloc(net);
	device_put(dev, "request-rx-copy", "1");
	device_put(dev, "feature-rx-notify", "1");
	device_put(dev, "feature-sg", "1");
	device_put_rest(dev);
	net->repost = true;
	net_post_all(net);
	if (setup->spoiled_rx)
		net->queue[0].rx.index[REQ_PROD] = NET_SLOTS + 1;
	device_set_state(dev, XenbusStateConnected);
}

void net_connect(struct net *net, const struct net_setup *setup)
{
	net_offer(net, setup);
	device_wait_connected(&net->dev);
}

void net_close(struct net *net)
{
	device_close(&net->dev);
	grants_watch_leaks();
	for (unsigned int i = 0; i < net->queues; i++)
		net_queue_free(&net->queue[i]);
	if (net->setup.control)
		net_control_free(net);
	memset(&net->hash, 0, sizeof(net->hash));
	pages_check_guards(net->frames, "frames");
	pages_free(net->frames);
	if (net->strange)
		pages_free(net->strange);
	net->strange = NULL;
	grants_check_leaks();
	net->asked_count = 0;
	net->nulls_due = 0;
	net->blind = false;
}

/* ---- transmitting ---- */

void net_slot(struct net *net, uint32_t gref, uint16_t offset, uint16_t size, uint16_t flags,
	      enum hope hope)
{
	struct netif_tx_request request = {
		.gref = gref, .offset = offset, .flags = flags, .id = net->next_id++, .size = size,
	};

	if (net->asked_count == NET_SLOTS)
		die("more than %u slots at a time", NET_SLOTS);
	net->asked[net->asked_count++] = (struct net_asked) { .id = request.id, .hope = hope };
	ring_put(&net->queue[0].tx, &request, sizeof(request));
}

void net_frame_slot(struct net *net, unsigned int page, uint16_t offset, uint16_t size,
		    uint16_t flags, enum hope hope)
{
	net_slot(net, page_gref(net->frames, page), offset, size, flags, hope);
}

void net_extra(struct net *net, const struct netif_extra_info *extra)
{
	ring_put(&net->queue[0].tx, extra, sizeof(*extra));
	net->nulls_due++;
}

void net_push(struct net *net)
{
	ring_publish(&net->queue[0].tx);
	evtchn_notify(net->queue[0].tx_port);
}

static void net_mark_answered(struct net *net, const struct netif_tx_response *response)
{
	for (unsigned int i = 0; i < net->asked_count; i++) {
		struct net_asked *asked = &net->asked[i];

		if (asked->answered || asked->id != response->id)
			continue;
		asked->answered = true;
		asked->status = response->status;
		net->okay += response->status == NETIF_RSP_OKAY;
		net->error += response->status < 0;
		return;
	}
	wrong("a response with the id %u and the status %d, which no request has", response->id,
	      response->status);
}

static void take_transmitted(struct net *net)
{
	struct netif_tx_response response;

	while (ring_take(&net->queue[0].tx, &response, sizeof(response))) {
		if (net->blind) {
			net->okay += response.status == NETIF_RSP_OKAY;
			net->error += response.status < 0;
		} else if (response.status != NETIF_RSP_NULL) {
			net_mark_answered(net, &response);
		} else if (net->nulls_due) {
			net->nulls_due--;
		} else {
			wrong("one empty response too many");
		}
	}
}

bool net_stopped(struct net *net)
{
	unsigned int ends = STATES(Closing, Closed);

	return (1u << device_wait(&net->dev, ends, PATIENCE)) & ends;
}

bool net_still_answers(struct net *net)
{
	volatile uint32_t *produced = &net->queue[0].tx.index[RSP_PROD];
	uint32_t before = *produced;

	sleep_ms(50);
	return *produced != before;
}

static unsigned int unanswered(const struct net *net)
{
	unsigned int count = net->nulls_due;

	if (net->blind)
		return ring_unanswered(&net->queue[0].tx);
	for (unsigned int i = 0; i < net->asked_count; i++)
		count += !net->asked[i].answered;
	return count;
}

static void net_compare_with_hopes(const struct net *net)
{
	for (unsigned int i = 0; i < net->asked_count; i++) {
		const struct net_asked *asked = &net->asked[i];

		if (asked->hope == OKAY && asked->status != NETIF_RSP_OKAY)
			wrong("slot %u of %u answered with %d", i, net->asked_count, asked->status);
		if (asked->hope == ERROR && asked->status >= 0)
			wrong("slot %u of %u answered with %d, though it is bad", i,
			      net->asked_count, asked->status);
	}
}

static void net_forget(struct net *net)
{
	net->asked_count = 0;
	net->nulls_due = 0;
}

bool net_settle(struct net *net)
{
	struct ring *ring = &net->queue[0].tx;
	uint64_t end = now_ms() + PATIENCE;
	unsigned int naps = 0;

	ring->index[RSP_EVENT] = ring->rsp + 1;
	net_push(net);
	for (;;) {
		net_take(net);
		if (!unanswered(net))
			break;
		if (++naps % 16 == 0 && device_stopped(&net->dev)) {
			net_forget(net);
			return false;
		}
		if (now_ms() > end) {
			wrong("%u of %u slots are not answered", unanswered(net), net->asked_count);
			net_forget(net);
			return true;
		}
		evtchn_wait(5);
	}
	if (!net->blind)
		net_compare_with_hopes(net);
	net_forget(net);
	return true;
}

void net_send_pings(struct net *net, long count)
{
	unsigned int length = frame_ping(net, 1, 1400);

	while (count) {
		for (unsigned int i = 0; i < 64 && count; i++, count--)
			net_frame_slot(net, 1, 0, length, 0, OKAY);
		if (!net_settle(net))
			return;
	}
}

/* ---- receiving ---- */

void net_post(struct net_queue *queue, uint16_t id, uint32_t gref)
{
	struct netif_rx_request request = { .id = id, .gref = gref };

	queue->posted[id] = true;
	ring_put(&queue->rx, &request, sizeof(request));
	ring_publish(&queue->rx);
}

void net_post_all(struct net *net)
{
	for (unsigned int i = 0; i < net->queues; i++) {
		struct net_queue *queue = &net->queue[i];

		for (unsigned int id = 0; id < BUFFER_PAGES; id++)
			if (!queue->posted[id])
				net_post(queue, id, page_gref(queue->buffers, id));
		evtchn_notify(queue->rx_port);
	}
}

unsigned int net_posted(const struct net_queue *queue)
{
	unsigned int count = 0;

	for (unsigned int id = 0; id < NET_SLOTS; id++)
		count += queue->posted[id];
	return count;
}

static void hear(struct net *net, const uint8_t *frame)
{
	static const uint8_t group[5] = { 1, 0, 0x5e, 1, 1 }, all[5] = { 255, 255, 255, 255, 255 };

	net->heard[frame[5]] += !memcmp(frame, group, sizeof(group));
	net->heard_broadcast += !memcmp(frame, all, sizeof(all));
}

/* Remember the frame's beginning: its buffer goes back to the ring. */
static void begin_frame(struct net_queue *queue, const uint8_t *frame,
			const struct netif_rx_response *response)
{
	queue->hashed = false;
	queue->head_length = response->status < NET_HEAD ? response->status : NET_HEAD;
	memcpy(queue->head, frame, queue->head_length);
}

static void receive(struct net *net, struct net_queue *queue,
		    const struct netif_rx_response *response)
{
	const uint8_t *frame =
		page_at(queue->buffers, response->id % BUFFER_PAGES) + response->offset;

	if (response->id >= NET_SLOTS || !queue->posted[response->id]) {
		wrong("received into the buffer %u, which is not posted", response->id);
		return;
	}
	queue->posted[response->id] = false;
	if (response->status <= 0) {
		net->receive_errors++;
		queue->head_length = 0;
	} else if (response->offset + response->status > (int)PAGE) {
		wrong("received %d bytes at %u of a page", response->status, response->offset);
	} else {
		if (!queue->data_follows) {
			net->received++;
			hear(net, frame);
			begin_frame(queue, frame, response);
		}
		if (response->id < BUFFER_PAGES &&
		    frame_is_arp_reply(frame, response->status, net->peer))
			net->arp_answered = true;
	}
	if (net->repost && response->id < BUFFER_PAGES)
		net_post(queue, response->id, page_gref(queue->buffers, response->id));
	queue->extra_follows = response->flags & NETRXF_extra_info;
	if (!queue->extra_follows && !queue->data_follows)
		net_hash_look(net, queue - net->queue, queue->head, queue->head_length, NULL);
	queue->data_follows = response->flags & NETRXF_more_data;
}

/* The slot's buffer was not used. */
static void receive_extra(struct net *net, struct net_queue *queue,
			  const struct netif_extra_info *extra, uint16_t id)
{
	queue->posted[id] = false;
	if (net->repost && id < BUFFER_PAGES)
		net_post(queue, id, page_gref(queue->buffers, id));
	if (extra->type == XEN_NETIF_EXTRA_TYPE_HASH) {
		if (queue->hashed)
			wrong("two hashes with a frame");
		queue->hash = *extra;
		queue->hashed = true;
	}
	queue->extra_follows = extra->flags & XEN_NETIF_EXTRA_FLAG_MORE;
	if (!queue->extra_follows)
		net_hash_look(net, queue - net->queue, queue->head, queue->head_length,
			      queue->hashed ? &queue->hash : NULL);
}

static bool take_received(struct net *net, struct net_queue *queue)
{
	struct netif_rx_response response;
	struct netif_rx_request asked;
	struct netif_extra_info extra;
	const uint8_t *slot;

	slot = ring_take(&queue->rx, &response, sizeof(response));
	if (!slot)
		return false;
	if (!queue->extra_follows) {
		receive(net, queue, &response);
		return true;
	}
	memcpy(&asked, slot, sizeof(asked));
	memcpy(&extra, &response, sizeof(extra));
	receive_extra(net, queue, &extra, asked.id);
	return true;
}

void net_take(struct net *net)
{
	take_transmitted(net);
	for (unsigned int i = 0; i < net->queues; i++) {
		struct net_queue *queue = &net->queue[i];
		bool some = false;

		while (take_received(net, queue))
			some = true;
		queue->rx.index[RSP_EVENT] = queue->rx.rsp + 1;
		if (some)
			evtchn_notify(queue->rx_port);
	}
}

/* Dom0's end of the link may take a moment to come up. */
void net_good(struct net *net)
{
	uint64_t end = now_ms() + PATIENCE;

	net->arp_answered = false;
	while (!net->arp_answered && now_ms() < end) {
		uint64_t pause = now_ms() + 400;

		net_frame_slot(net, 0, 0, frame_arp(net, 0), 0, OKAY);
		if (!net_settle(net)) {
			wrong("stopped by a good frame");
			return;
		}
		while (!net->arp_answered && now_ms() < pause) {
			evtchn_wait(10);
			net_take(net);
		}
	}
	if (!net->arp_answered) {
		wrong("no reply to a good frame");
		return;
	}
	net_frame_slot(net, 0, 0, frame_arp_reply(net, 0), 0, OKAY);
	if (!net_settle(net))
		wrong("stopped by a good frame");
}

void net_behave(struct net *net)
{
	static const struct net_setup plain;

	net_connect(net, &plain);
	net_good(net);
	net_close(net);
}
