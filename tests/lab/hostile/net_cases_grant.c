// SPDX-License-Identifier: GPL-2.0
/* Network cards: the granted pages of packets and of receive buffers. */
#include "net_cases.h"

#include <string.h>

/* ---- grants ---- */

enum net_bad_gref { ALL_ONES, NEVER, REVOKED, OF_ANOTHER };

static uint32_t net_bad_gref(struct net *net, enum net_bad_gref kind)
{
	switch (kind) {
	case NEVER:
		return gref_never();
	case REVOKED:
		return gref_revoked();
	case OF_ANOTHER:
		net->strange = pages_alloc(SOME_OTHER_DOMAIN, 1, 0);
		return page_gref(net->strange, 0);
	case ALL_ONES:
		break;
	}
	return ~0u;
}

#define GREF(kind, slot, count) ((kind) << 16 | (slot) << 8 | (count))

static void run_net_bad_gref(struct net *net, long kind_slot_count)
{
	unsigned int count = kind_slot_count & 0xff, bad = kind_slot_count >> 8 & 0xff;
	uint32_t gref = net_bad_gref(net, kind_slot_count >> 16);

	frame_plain(net, 1, PAGE);
	for (unsigned int i = 0; i < count; i++)
		net_slot(net, i == bad ? gref : page_gref(net->frames, 1 + i), 0,
			 i ? 200 : 200 * count, i + 1 < count ? MORE : 0, i == bad ? ERROR : ANY);
}

/* Every third frame is bad; the others have to arrive. */
static void run_net_good_and_bad(struct net *net, long count)
{
	unsigned int length = frame_plain(net, 1, ETH_MIN);

	for (long i = 0; i < count; i++)
		net_slot(net, i % 3 == 1 ? ~0u : page_gref(net->frames, 1), 0, length, 0,
			 i % 3 == 1 ? ERROR : OKAY);
}

static void run_net_ring_as_data(struct net *net, long length)
{
	net_slot(net, page_gref(net->queue[0].tx_page, 0), 0, length, 0, ANY);
}

#define BAD_GREFS(word, kind) \
	{ "xsa-367-gref-" word, ANSWERED, run_net_bad_gref, GREF(kind, 0, 1) }, \
	{ "xsa-367-gref-" word "-first", ANSWERED, run_net_bad_gref, GREF(kind, 0, 8) }, \
	{ "xsa-367-gref-" word "-second", ANSWERED, run_net_bad_gref, GREF(kind, 1, 8) }, \
	{ "xsa-367-gref-" word "-last", ANSWERED, run_net_bad_gref, \
		GREF(kind, LEGAL_SLOTS - 1, LEGAL_SLOTS) }

/* ---- receiving ---- */

/*
 * Let the backend use up the posted buffers. It may keep the last few for a frame that needs
 * several.
 */
static void exhaust(struct net *net)
{
	unsigned int before, left = net_posted(&net->queue[0]);

	net->repost = false;
	do {
		before = left;
		net_send_pings(net, 64);
		sleep_ms(300);
		net_take(net);
		left = net_posted(&net->queue[0]);
	} while (left != before);
}

static void recover(struct net *net)
{
	net->repost = true;
	net_post_all(net);
}

static void run_never_post(struct net *net, long pings)
{
	exhaust(net);
	net_send_pings(net, pings);
	recover(net);
}

static void run_post_one_by_one(struct net *net, long rounds)
{
	struct net_queue *queue = &net->queue[0];

	exhaust(net);
	for (long i = 0; i < rounds; i++) {
		net_send_pings(net, 20);
		if (!queue->posted[0])
			net_post(queue, 0, page_gref(queue->buffers, 0));
		evtchn_notify(queue->rx_port);
		sleep_ms(5);
		net_take(net);
	}
	recover(net);
}

#define FEW_BUFFERS 8

static bool received_since(struct net *net, unsigned int before, unsigned int ms)
{
	uint64_t end = now_ms() + ms;

	while (net->received == before && now_ms() < end) {
		evtchn_wait(10);
		net_take(net);
	}
	return net->received != before;
}

/* Post fewer buffers than the largest frame needs, but each again at once. */
static void run_few_buffers(struct net *net, long ms)
{
	struct net_queue *queue = &net->queue[0];
	uint64_t end = now_ms() + ms;

	exhaust(net);
	for (unsigned int i = 0; i < FEW_BUFFERS; i++)
		net_post(queue, i, page_gref(queue->buffers, i));
	evtchn_notify(queue->rx_port);
	net->repost = true;
	while (now_ms() < end) {
		unsigned int before = net->received;

		net_send_pings(net, 4);
		if (!received_since(net, before, 2000)) {
			wrong("nothing is received any more");
			break;
		}
	}
	recover(net);
}

/*
 * Keep one buffer posted after a flood of larger frames has used up the others. Replies to pings
 * would start the wait again.
 */
static void run_one_buffer(struct net *net, long ms)
{
	struct net_queue *queue = &net->queue[0];
	uint64_t end = now_ms() + ms;

	net->repost = false;
	while (now_ms() < end) {
		if (!queue->posted[0])
			net_post(queue, 0, page_gref(queue->buffers, 0));
		evtchn_notify(queue->rx_port);
		evtchn_wait(50);
		net_take(net);
	}
	recover(net);
}

static void run_post_and_revoke(struct net *net, long count)
{
	struct pages *pages = pages_alloc(0, count, 0);
	struct net_queue *queue = &net->queue[0];

	exhaust(net);
	for (long i = 0; i < count; i++)
		net_post(queue, BUFFER_PAGES + i, page_gref(pages, i));
	pages_free(pages);
	evtchn_notify(queue->rx_port);
	exhaust(net);
	if (!net->receive_errors)
		wrong("no error for a buffer that was taken back");
	recover(net);
}

#define STRANGE_BYTE 0x77

static void run_post_readonly(struct net *net, long count)
{
	struct net_queue *queue = &net->queue[0];

	net->strange = pages_alloc(0, 1, PAGES_READONLY);
	memset(page_at(net->strange, 0), STRANGE_BYTE, PAGE);
	exhaust(net);
	for (long i = 0; i < count; i++)
		net_post(queue, BUFFER_PAGES + i, page_gref(net->strange, 0));
	exhaust(net);
	for (unsigned int i = 0; i < PAGE; i++)
		if (page_at(net->strange, 0)[i] != STRANGE_BYTE) {
			wrong("a page that was granted for reading only has changed");
			break;
		}
	if (!net->receive_errors)
		wrong("no error for a buffer that may not be written to");
	recover(net);
}

static void run_post_bad(struct net *net, long kind)
{
	uint32_t gref = net_bad_gref(net, kind);

	exhaust(net);
	for (unsigned int i = 0; i < 32; i++)
		net_post(&net->queue[0], BUFFER_PAGES + i, gref);
	exhaust(net);
	if (!net->receive_errors)
		wrong("no error for a bad buffer");
	recover(net);
}

static void run_post_same_page(struct net *net, long count)
{
	struct net_queue *queue = &net->queue[0];

	exhaust(net);
	for (long i = 0; i < count; i++)
		net_post(queue, BUFFER_PAGES + i, page_gref(queue->buffers, 0));
	exhaust(net);
	recover(net);
}

const struct net_case net_grant_cases[] = {
	BAD_GREFS("all-ones", ALL_ONES),
	BAD_GREFS("never", NEVER),
	BAD_GREFS("revoked", REVOKED),
	BAD_GREFS("of-another", OF_ANOTHER),
	{ "grefs-good-and-bad", ANSWERED, run_net_good_and_bad, 90 },
	{ "ring-as-data", ANSWERED, run_net_ring_as_data, ETH_MIN },

	{ "xsa-392-receive-never-post", ANSWERED, run_never_post, 1000 },
	{ "xsa-392-receive-one-slot", ANSWERED, run_post_one_by_one, 30 },
	{ "xsa-424-receive-flood", ANSWERED, run_never_post, 3000 },
	{ "receive-few-buffers", ANSWERED, run_few_buffers, 5000 },
	{ "receive-one-buffer", ANSWERED, run_one_buffer, 15000 },
	{ "receive-post-and-revoke", ANSWERED, run_post_and_revoke, 64 },
	{ "receive-readonly", ANSWERED, run_post_readonly, 32 },
	{ "receive-gref-all-ones", ANSWERED, run_post_bad, ALL_ONES },
	{ "receive-gref-never", ANSWERED, run_post_bad, NEVER },
	{ "receive-gref-of-another", ANSWERED, run_post_bad, OF_ANOTHER },
	{ "receive-same-page", ANSWERED, run_post_same_page, 64 },
	END_OF_CASES
};
