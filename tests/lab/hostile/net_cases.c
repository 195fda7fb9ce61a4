// SPDX-License-Identifier: GPL-2.0
/* What a network frontend may do wrong: one named case for each. */
#include "cases.h"
#include "net.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define MORE NETTXF_more_data
#define EXTRA NETTXF_extra_info
#define CSUM (NETTXF_csum_blank | NETTXF_data_validated)

/* ---- the rings' indices ---- */

static void run_producer(struct net *net, long distance)
{
	struct ring *ring = &net->queue[0].tx;

	ring->index[REQ_PROD] = ring->req + distance;
	evtchn_notify(net->queue[0].tx_port);
}

static void send_pings(struct net *net, long count)
{
	unsigned int length = frame_ping(net, 1, 1400);

	while (count) {
		for (unsigned int i = 0; i < 64 && count; i++, count--)
			net_frame_slot(net, 1, 0, length, 0, OKAY);
		if (!net_settle(net))
			return;
	}
}

/* The receive ring's producer matters only when there is something to receive. */
static void run_receive_producer(struct net *net, long distance)
{
	struct ring *ring = &net->queue[0].rx;

	ring->index[REQ_PROD] = ring->req + distance;
	evtchn_notify(net->queue[0].rx_port);
	send_pings(net, 64);
}

static void run_indices_overwritten(struct net *net, long rounds)
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

/* As many frames as the ring holds, seen at once by a backend that polls. */
static void run_full_ring(struct net *net, long rounds)
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

/* ---- one slot ---- */

#define AT(offset, size) ((offset) << 16 | (size))

static void run_slot(struct net *net, long offset_size)
{
	frame_plain(net, 1, ETH_MIN);
	net_frame_slot(net, 1, offset_size >> 16, offset_size & 0xffff, 0, ERROR);
}

/* Just a header: that much is allowed. */
static void run_bare_header(struct net *net, long size)
{
	net_frame_slot(net, 1, 0, frame_plain(net, 1, size), 0, ANY);
}

static void run_unknown_flags(struct net *net, long flags)
{
	net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), flags, ANY);
}

/* ---- a second thread that rewrites requests while the backend reads them ---- */

#define FRAME_LARGE 4000

struct race {
	struct ring *ring;
	uint16_t offset;
	volatile bool stop;
};

/*
 * One of the sizes is a frame that fits into an skb's head, the other is not. What else is in a
 * slot stays: the answer goes there.
 */
static void *rewrite(void *arg)
{
	struct race *race = arg;
	struct ring *ring = race->ring;

	for (unsigned int turn = 0; !race->stop; turn++) {
		for (unsigned int i = 0; i < ring->size; i++) {
			volatile struct netif_tx_request *request =
				(void *)(ring->slots + i * ring->stride);

			request->size = turn & 1 ? FRAME_LARGE : ETH_MIN;
			request->offset = turn & 2 ? race->offset : 0;
		}
	}
	return NULL;
}

static void run_race(struct net *net, long offset)
{
	enum hope hope = offset + FRAME_LARGE <= PAGE ? OKAY : ANY;
	struct race race = { .ring = &net->queue[0].tx, .offset = offset };
	pthread_t thread;

	race.ring->racing = true;
	frame_plain(net, 1, PAGE);
	if (pthread_create(&thread, NULL, rewrite, &race))
		die("no thread");
	for (unsigned int round = 0; round < 40; round++) {
		for (unsigned int i = 0; i < NET_SLOTS; i++)
			net_frame_slot(net, 1, 0, ETH_MIN, 0, hope);
		if (!net_settle(net))
			break;
	}
	race.stop = true;
	pthread_join(thread, NULL);
	race.ring->racing = false;
}

/* ---- several slots ---- */

static void first_of(struct net *net, unsigned int total, enum hope hope)
{
	frame_plain(net, 1, PAGE);
	net_frame_slot(net, 1, 0, total, MORE, hope);
}

/* The first slot's size is that of the whole frame. */
static void run_first_less_than_rest(struct net *net, long total)
{
	first_of(net, total, ERROR);
	net_frame_slot(net, 2, 0, total + 100, 0, ERROR);
}

static void run_first_equals_rest(struct net *net, long total)
{
	first_of(net, total, ANY);
	net_frame_slot(net, 2, 0, total, 0, ANY);
}

static void slots(struct net *net, unsigned int count, unsigned int each, enum hope hope)
{
	first_of(net, count * each, hope);
	for (unsigned int i = 1; i < count; i++)
		net_frame_slot(net, 1 + i % (FRAME_PAGES - 1), 0, each, i + 1 < count ? MORE : 0,
			       hope);
}

static void run_slots_allowed(struct net *net, long count)
{
	slots(net, count, 60, OKAY);
}

static void run_slots_too_many(struct net *net, long count)
{
	slots(net, count, 60, ERROR);
}

/*
 * More slots than a frame may have, which all would fit into the part that is copied as a header.
 */
static void run_slots_tiny(struct net *net, long each)
{
	slots(net, LEGAL_SLOTS + 1, each, ANY);
}

/* A backend may stop at a frame that has no end, or wait for the end: then it comes. */
static bool waits_for_more(struct net *net)
{
	net_push(net);
	sleep_ms(300);
	if (device_stopped(&net->dev))
		return false;
	note("waits for the rest");
	return true;
}

static void run_more_without_more(struct net *net, long total)
{
	first_of(net, total, ANY);
	if (waits_for_more(net))
		net_frame_slot(net, 2, 0, total / 2, 0, ANY);
}

static void run_empty_slots(struct net *net, long pattern)
{
	unsigned int rest = LEGAL_SLOTS - 1;

	first_of(net, ETH_MIN, ANY);
	for (unsigned int i = 0; i < rest; i++)
		net_frame_slot(net, 2 + i, 0, pattern >> i & 1 ? 2 : 0, i + 1 < rest ? MORE : 0,
			       ANY);
}

static void run_empty_first_slot(struct net *net, long rest)
{
	first_of(net, 0, ANY);
	for (long i = 0; i < rest; i++)
		net_frame_slot(net, 2 + i, 0, 0, i + 1 < rest ? MORE : 0, ANY);
}

static void run_equal_ids(struct net *net, long count)
{
	uint16_t id = net->next_id;

	for (long i = 0; i < count; i++) {
		net->next_id = id;
		net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), 0, OKAY);
	}
}

/* A frame's headers over many slots: the reply proves that they came together again. */
static void run_split_headers(struct net *net, long first_each)
{
	unsigned int length = frame_arp(net, 1), first = first_each >> 8, each = first_each & 0xff;
	unsigned int at = first;

	net->arp_answered = false;
	net_frame_slot(net, 1, 0, length, MORE, OKAY);
	while (at < length) {
		unsigned int size = length - at < each ? length - at : each;

		net_frame_slot(net, 1, at, size, at + size < length ? MORE : 0, OKAY);
		at += size;
	}
	if (!net_settle(net))
		return;
	for (uint64_t end = now_ms() + PATIENCE; !net->arp_answered && now_ms() < end;) {
		evtchn_wait(10);
		net_take(net);
	}
	if (!net->arp_answered)
		wrong("no reply to a frame in slots of %u bytes", each);
}

/* Too many slots, of so many bytes in all that a backend might copy the lot as a header. */
static void run_slots_sum(struct net *net, long total)
{
	unsigned int each = total / 19, first = total - 18 * each;

	frame_plain(net, 1, PAGE);
	net_frame_slot(net, 1, 0, total, MORE, ANY);
	for (unsigned int i = 0; i < 18; i++)
		net_frame_slot(net, 1, first + i * each, each, i < 17 ? MORE : 0, ANY);
}

/* ---- extra slots ---- */

/* Xen's headers of 4.17 end before XDP, which is 5. */
#define EXTRA_TYPE_MAX 6
#define MCAST_ADD XEN_NETIF_EXTRA_TYPE_MCAST_ADD
#define MCAST_DEL XEN_NETIF_EXTRA_TYPE_MCAST_DEL

static void extra(struct net *net, uint8_t type, bool more)
{
	struct netif_extra_info info = {
		.type = type, .flags = more ? XEN_NETIF_EXTRA_FLAG_MORE : 0,
	};

	net_extra(net, &info);
}

static void run_extra_missing(struct net *net, long flags)
{
	net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), EXTRA | flags, ANY);
	if (!waits_for_more(net))
		return;
	extra(net, XEN_NETIF_EXTRA_TYPE_HASH, false);
	if (flags & MORE)
		net_frame_slot(net, 2, 0, 20, 0, ANY);
}

static void run_extra_more_at_end(struct net *net, long type)
{
	net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), EXTRA, ANY);
	extra(net, type, true);
	if (waits_for_more(net))
		extra(net, XEN_NETIF_EXTRA_TYPE_HASH, false);
}

static void run_extra_type(struct net *net, long type)
{
	net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), EXTRA, ERROR);
	extra(net, type, false);
}

static void run_extra_for_ever(struct net *net, long count)
{
	net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), EXTRA, ERROR);
	while (count--)
		extra(net, XEN_NETIF_EXTRA_TYPE_GSO, true);
}

static void run_multicast(struct net *net, long count)
{
	struct netif_extra_info info = {
		.type = XEN_NETIF_EXTRA_TYPE_MCAST_ADD, .u.mcast.addr = { 1, 0, 0x5e },
	};

	for (long i = 0; i < count; i++) {
		info.u.mcast.addr[5] = i;
		net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), EXTRA, ANY);
		net_extra(net, &info);
	}
}

/* The same two requests over and over, while the device is closed and opened. */
static void run_multicast_storm(struct net *net, long count)
{
	struct netif_extra_info info = { .u.mcast.addr = { 1, 0, 0x5e, 0, 0, 7 } };

	for (long i = 0; i < count; i++) {
		info.type = i & 1 ? MCAST_DEL : MCAST_ADD;
		net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), EXTRA, ANY);
		net_extra(net, &info);
		if (net->asked_count == 64)
			net_settle(net);
	}
	for (unsigned int i = 0; i < 100; i++) {
		net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), EXTRA, ANY);
		net_extra(net, &info);
	}
	net_push(net);
}

static void run_multicast_with_data(struct net *net, long type)
{
	net_frame_slot(net, 1, 0, frame_plain(net, 1, 200), EXTRA | MORE, ANY);
	extra(net, type, false);
	net_frame_slot(net, 2, 0, 100, 0, ANY);
}

static void run_hash(struct net *net, long type)
{
	struct netif_extra_info info = { .type = XEN_NETIF_EXTRA_TYPE_HASH };

	info.u.hash.type = type;
	info.u.hash.algorithm = type;
	net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), EXTRA, ANY);
	net_extra(net, &info);
}

/* Who offers no control ring has none to be attacked, whatever a frontend writes. */
static void run_control_ring(struct net *net, long none)
{
	if (device_number(&net->dev, "feature-ctrl-ring") > none)
		skip("this backend has a control ring");
}

/* What comes in has to do with one slot a frame, though the last connection had more. */
static void run_features_gone(struct net *net, long pings)
{
	send_pings(net, pings);
	net_close(net);
	net_connect(net, &(struct net_setup) { .queues = 0 });
	send_pings(net, pings);
}

/* ---- segmentation ---- */

#define GSO_TCPV4 XEN_NETIF_GSO_TYPE_TCPV4
#define GSO_TCPV6 XEN_NETIF_GSO_TYPE_TCPV6
#define GSO(type, size) ((type) << 16 | (size))

static void ask_gso(struct net *net, unsigned int length, uint16_t flags, long type_size,
		    enum hope hope)
{
	struct netif_extra_info info = { .type = XEN_NETIF_EXTRA_TYPE_GSO };

	info.u.gso.type = type_size >> 16;
	info.u.gso.size = type_size;
	net_frame_slot(net, 1, 0, length, EXTRA | flags, hope);
	net_extra(net, &info);
}

static void run_gso_good(struct net *net, long type_size)
{
	ask_gso(net, frame_tcp(net, 1, 3000), CSUM, type_size, OKAY);
}

static void run_gso_bad(struct net *net, long type_size)
{
	ask_gso(net, frame_tcp(net, 1, 3000), CSUM, type_size, ERROR);
}

static void run_gso_odd(struct net *net, long type_size)
{
	ask_gso(net, frame_tcp(net, 1, 3000), CSUM, type_size, ANY);
}

static void run_gso_without_checksum(struct net *net, long type_size)
{
	ask_gso(net, frame_tcp(net, 1, 3000), 0, type_size, ANY);
}

static void run_gso_ipv6_without_checksum(struct net *net, long type_size)
{
	ask_gso(net, frame_tcp6(net, 1, 3000), 0, type_size, OKAY);
}

static void run_gso_runt(struct net *net, long length)
{
	frame_tcp(net, 1, 3000);
	ask_gso(net, length, CSUM, GSO(GSO_TCPV4, 1448), ANY);
}

static void run_gso_arp(struct net *net, long type_size)
{
	ask_gso(net, frame_arp(net, 1), CSUM, type_size, ANY);
}

static void run_gso_twice(struct net *net, long type_size)
{
	struct netif_extra_info info = {
		.type = XEN_NETIF_EXTRA_TYPE_GSO, .flags = XEN_NETIF_EXTRA_FLAG_MORE,
	};

	info.u.gso.type = type_size >> 16;
	info.u.gso.size = type_size;
	net_frame_slot(net, 1, 0, frame_tcp(net, 1, 3000), EXTRA | CSUM, ANY);
	net_extra(net, &info);
	info.flags = 0;
	net_extra(net, &info);
}

/* A chain of extension headers that ends nowhere. */
static void run_gso_ipv6_chain(struct net *net, long length)
{
	uint8_t *frame = page_at(net->frames, 1);

	frame_plain(net, 1, length);
	frame[12] = 0x86;
	frame[13] = 0xdd;
	memset(frame + ETH_HEADER, 0, length - ETH_HEADER);
	frame[ETH_HEADER] = 0x60;
	frame[ETH_HEADER + 4] = (length - 54) >> 8;
	frame[ETH_HEADER + 5] = length - 54;
	ask_gso(net, length, CSUM, GSO(GSO_TCPV6, 1440), ANY);
}

/* ---- checksums that are nowhere to put ---- */

static void run_checksum_plain(struct net *net, long length)
{
	net_frame_slot(net, 1, 0, frame_plain(net, 1, length), CSUM, ANY);
}

static void run_checksum_arp(struct net *net, long flags)
{
	net_frame_slot(net, 1, 0, frame_arp(net, 1), flags, ANY);
}

#define POKE(at, byte) ((at) << 8 | (byte))

static void run_checksum_poked(struct net *net, long at_byte)
{
	unsigned int length = frame_tcp(net, 1, 100);

	page_at(net->frames, 1)[at_byte >> 8] = at_byte;
	net_frame_slot(net, 1, 0, length, CSUM, ANY);
}

static void run_checksum_cut(struct net *net, long length)
{
	frame_tcp(net, 1, 100);
	net_frame_slot(net, 1, 0, length, CSUM, ANY);
}

static void run_checksum_two_tags(struct net *net, long length)
{
	static const uint8_t tags[8] = { 0x81, 0, 0, 1, 0x81, 0, 0, 2 };

	frame_plain(net, 1, length);
	memcpy(page_at(net->frames, 1) + 12, tags, sizeof(tags));
	net_frame_slot(net, 1, 0, length, CSUM, ANY);
}

/* ---- grants ---- */

enum bad_gref { ALL_ONES, NEVER, REVOKED, OF_ANOTHER };


static uint32_t bad_gref(struct net *net, enum bad_gref kind)
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

static void run_bad_gref(struct net *net, long kind_slot_count)
{
	unsigned int count = kind_slot_count & 0xff, bad = kind_slot_count >> 8 & 0xff;
	uint32_t gref = bad_gref(net, kind_slot_count >> 16);

	frame_plain(net, 1, PAGE);
	for (unsigned int i = 0; i < count; i++)
		net_slot(net, i == bad ? gref : page_gref(net->frames, 1 + i), 0,
			 i ? 200 : 200 * count, i + 1 < count ? MORE : 0, i == bad ? ERROR : ANY);
}

/* Every third frame is bad; the others arrive all the same. */
static void run_good_and_bad(struct net *net, long count)
{
	unsigned int length = frame_plain(net, 1, ETH_MIN);

	for (long i = 0; i < count; i++)
		net_slot(net, i % 3 == 1 ? ~0u : page_gref(net->frames, 1), 0, length, 0,
			 i % 3 == 1 ? ERROR : OKAY);
}

static void run_ring_as_data(struct net *net, long length)
{
	net_slot(net, page_gref(net->queue[0].tx_page, 0), 0, length, 0, ANY);
}

/* ---- receiving ---- */

/*
 * Lets the backend use up what is posted; it may hold back the last few for a frame that needs
 * several.
 */
static void exhaust(struct net *net)
{
	unsigned int before, left = net_posted(&net->queue[0]);

	net->repost = false;
	do {
		before = left;
		send_pings(net, 64);
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
	send_pings(net, pings);
	recover(net);
}

static void run_post_one_by_one(struct net *net, long rounds)
{
	struct net_queue *queue = &net->queue[0];

	exhaust(net);
	for (long i = 0; i < rounds; i++) {
		send_pings(net, 20);
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

/* Fewer than the largest frame needs, but each goes back to the ring at once. */
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

		send_pings(net, 4);
		if (!received_since(net, before, 2000)) {
			wrong("nothing is received any more");
			break;
		}
	}
	recover(net);
}

/*
 * One buffer at any time, once a flood of frames that need more has used up the others. Replies to
 * pings would each begin the wait anew.
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
	uint32_t gref = bad_gref(net, kind);

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

/* ---- connecting again and again ---- */

/* The frame stops the device; what its end leaves behind must not trip the next connection. */
static void run_stop_again_and_again(struct net *net, long times)
{
	while (times--) {
		first_of(net, 60, ANY);
		for (unsigned int i = 1; i < 60; i++)
			net_frame_slot(net, 2, 0, 1, i < 59 ? MORE : 0, ANY);
		net_push(net);
		if (!net_stopped(net))
			wrong("not stopped");
		net_close(net);
		net_connect(net, &net->setup);
	}
}

/* ---- time ---- */

static void run_flood_of_bad(struct net *net, long count)
{
	for (long i = 0; i < count; i++) {
		net_frame_slot(net, 1, 0, frame_plain(net, 1, 13), 0, ERROR);
		if (net->asked_count == 64)
			net_settle(net);
	}
}

static void run_event_storm(struct net *net, long count)
{
	while (count--) {
		evtchn_notify(net->queue[0].tx_port);
		if (net->queue[0].rx_port != net->queue[0].tx_port)
			evtchn_notify(net->queue[0].rx_port);
	}
}

static void run_close_in_flight(struct net *net, long count)
{
	unsigned int length = frame_ping(net, 1, 1400);

	while (count--)
		net_frame_slot(net, 1, 0, length, 0, ANY);
	net_push(net);
	device_close(&net->dev);
	net_take(net);
	if (net_still_answers(net))
		wrong("answers after Closed");
}

#define BAD_GREFS(word, kind) \
	{ "xsa-367-gref-" word, ANSWERED, run_bad_gref, GREF(kind, 0, 1) }, \
	{ "xsa-367-gref-" word "-first", ANSWERED, run_bad_gref, GREF(kind, 0, 8) }, \
	{ "xsa-367-gref-" word "-second", ANSWERED, run_bad_gref, GREF(kind, 1, 8) }, \
	{ "xsa-367-gref-" word "-last", ANSWERED, run_bad_gref, \
		GREF(kind, LEGAL_SLOTS - 1, LEGAL_SLOTS) }

const struct net_case net_case_table[] = {
	{ "good", ANSWERED, NULL, 0 },
	{ "good-split-channels", ANSWERED, NULL, 0, { .split_channels = true } },
	{ "good-2-queues", ANSWERED, NULL, 0, { .queues = 2 } },

	{ "xsa-39-producer-size-plus-1", STOPPED, run_producer, NET_SLOTS + 1 },
	{ "indices-wrap", ANSWERED, run_indices_overwritten, 64, { .start = -40u } },
	{ "producer-2-31", STOPPED, run_producer, 1l << 31 },
	{ "producer-backwards", STOPPED, run_producer, -1 },
	{ "receive-producer-size-plus-1", STOPPED, run_receive_producer, NET_SLOTS + 1 },
	{ "receive-producer-2-31", STOPPED, run_receive_producer, 1l << 31 },
	{ "indices-overwritten", ANSWERED, run_indices_overwritten, 64 },

	{ "full-ring", ANSWERED, run_full_ring, 50 },

	{ "size-0", REJECTED, run_slot, AT(0, 0) },
	{ "size-1", REJECTED, run_slot, AT(0, 1) },
	{ "size-13", REJECTED, run_slot, AT(0, 13) },
	{ "size-14", ANSWERED, run_bare_header, ETH_HEADER },
	{ "size-65535", REJECTED, run_slot, AT(0, 65535) },
	{ "size-4097", REJECTED, run_slot, AT(0, 4097) },
	{ "xsa-90-offset-4095-size-60", REJECTED, run_slot, AT(4095, 60) },
	{ "offset-4096", REJECTED, run_slot, AT(4096, 60) },
	{ "offset-65535", REJECTED, run_slot, AT(65535, 60) },
	{ "flags-unknown", ANSWERED, run_unknown_flags, 0xfff0 },

	{ "race-size", ANSWERED, run_race, PAGE - FRAME_LARGE },
	{ "race-size-and-page-end", SURVIVED, run_race, PAGE - 1 },

	{ "first-less-than-rest", REJECTED, run_first_less_than_rest, 100 },
	{ "first-equals-rest", REJECTED, run_first_equals_rest, 100 },
	{ "slots-18", ANSWERED, run_slots_allowed, 18 },
	{ "slots-19", REJECTED, run_slots_too_many, 19 },
	{ "slots-20", REJECTED, run_slots_too_many, 20 },
	{ "slots-21", REJECTED, run_slots_too_many, 21 },
	{ "slots-255", REJECTED, run_slots_too_many, 255 },
	{ "xsa-432-19-slots-of-6-bytes", REJECTED, run_slots_tiny, 6 },
	{ "xsa-432-19-slots-of-1-byte", REJECTED, run_slots_tiny, 1 },
	{ "xsa-423-headers-split-14-17", ANSWERED, run_split_headers, 14 << 8 | 17 },
	{ "xsa-423-headers-split-14-3", ANSWERED, run_split_headers, 14 << 8 | 3 },
	{ "xsa-423-headers-split-43-1", ANSWERED, run_split_headers, 43 << 8 | 1 },
	{ "xsa-432-19-slots-sum-60", REJECTED, run_slots_sum, 60 },
	{ "xsa-432-19-slots-sum-127", REJECTED, run_slots_sum, 127 },
	{ "xsa-432-19-slots-sum-128", REJECTED, run_slots_sum, 128 },
	{ "more-without-more", REJECTED, run_more_without_more, 200 },
	{ "xsa-448-empty-slots", REJECTED, run_empty_slots, 0 },
	{ "xsa-448-empty-slots-now-and-then", REJECTED, run_empty_slots, 0x5555 },
	{ "xsa-448-empty-slots-but-last", REJECTED, run_empty_slots, 0x10000 },
	{ "xsa-448-all-slots-empty", REJECTED, run_empty_first_slot, LEGAL_SLOTS - 1 },
	{ "ids-equal", ANSWERED, run_equal_ids, 40 },

	{ "extra-missing", REJECTED, run_extra_missing, 0 },
	{ "extra-missing-more", REJECTED, run_extra_missing, MORE },
	{ "extra-type-0", REJECTED, run_extra_type, 0 },
	{ "extra-type-max", REJECTED, run_extra_type, EXTRA_TYPE_MAX },
	{ "extra-type-255", REJECTED, run_extra_type, 255 },
	{ "extra-more-at-end", REJECTED, run_extra_more_at_end, MCAST_DEL },
	{ "extra-for-ever", REJECTED, run_extra_for_ever, 254 },
	{ "multicast-65", REJECTED, run_multicast, 65 },
	{ "xsa-527-multicast-storm-and-close", SURVIVED, run_multicast_storm, 2000 },
	{ "multicast-with-data", REJECTED, run_multicast_with_data, MCAST_ADD },
	{ "hash-255", REJECTED, run_hash, 255 },

	{ "gso-good", ANSWERED, run_gso_good, GSO(GSO_TCPV4, 1448) },
	{ "gso-size-0", REJECTED, run_gso_bad, GSO(GSO_TCPV4, 0) },
	{ "gso-size-1", REJECTED, run_gso_odd, GSO(GSO_TCPV4, 1) },
	{ "gso-size-65535", REJECTED, run_gso_odd, GSO(GSO_TCPV4, 65535) },
	{ "gso-type-0", REJECTED, run_gso_bad, GSO(0, 1448) },
	{ "gso-type-9", REJECTED, run_gso_bad, GSO(9, 1448) },
	{ "gso-type-of-other-protocol", REJECTED, run_gso_odd, GSO(GSO_TCPV6, 1440) },
	{ "gso-without-checksum", REJECTED, run_gso_without_checksum, GSO(GSO_TCPV4, 1448) },
	{ "gso-ipv6-without-checksum", ANSWERED, run_gso_ipv6_without_checksum,
		GSO(GSO_TCPV6, 1440) },
	{ "gso-runt-14", REJECTED, run_gso_runt, 14 },
	{ "gso-runt-34", REJECTED, run_gso_runt, 34 },
	{ "gso-runt-40", REJECTED, run_gso_runt, 40 },
	{ "gso-runt-54", REJECTED, run_gso_runt, 54 },
	{ "gso-arp", REJECTED, run_gso_arp, GSO(GSO_TCPV4, 1448) },
	{ "gso-twice", REJECTED, run_gso_twice, GSO(GSO_TCPV4, 1448) },
	{ "gso-ipv6-chain", REJECTED, run_gso_ipv6_chain, 3000 },

	{ "checksum-14-bytes", ANSWERED, run_checksum_plain, ETH_HEADER },
	{ "checksum-unknown-type", ANSWERED, run_checksum_plain, ETH_MIN },
	{ "checksum-arp", ANSWERED, run_checksum_arp, NETTXF_csum_blank },
	{ "checksum-arp-validated", ANSWERED, run_checksum_arp, CSUM },
	{ "checksum-fragment", ANSWERED, run_checksum_poked, POKE(ETH_HEADER + 6, 0x20) },
	{ "checksum-long-header", ANSWERED, run_checksum_poked, POKE(ETH_HEADER, 0x4f) },
	{ "checksum-short-header", ANSWERED, run_checksum_poked, POKE(ETH_HEADER, 0x41) },
	{ "checksum-length-0", ANSWERED, run_checksum_poked, POKE(ETH_HEADER + 3, 0) },
	{ "checksum-unknown-protocol", ANSWERED, run_checksum_poked, POKE(ETH_HEADER + 9, 99) },
	{ "checksum-cut-in-ip", ANSWERED, run_checksum_cut, 30 },
	{ "checksum-cut-in-tcp", ANSWERED, run_checksum_cut, 40 },
	{ "checksum-two-tags", ANSWERED, run_checksum_two_tags, ETH_MIN },

	BAD_GREFS("all-ones", ALL_ONES),
	BAD_GREFS("never", NEVER),
	BAD_GREFS("revoked", REVOKED),
	BAD_GREFS("of-another", OF_ANOTHER),
	{ "grefs-good-and-bad", ANSWERED, run_good_and_bad, 90 },
	{ "ring-as-data", ANSWERED, run_ring_as_data, ETH_MIN },

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

	{ "xsa-43-flood-of-bad-frames", ANSWERED, run_flood_of_bad, 3000 },
	{ "xsa-332-event-storm", ANSWERED, run_event_storm, 20000 },
	{ "xsa-332-event-storm-split", ANSWERED, run_event_storm, 10000,
		{ .split_channels = true } },
	{ "xsa-155-size-toggle", SURVIVED, net_run_race, NET_RACE(NET_TOGGLE_SIZE, 3000) },
	{ "xsa-155-offset-toggle", SURVIVED, net_run_race, NET_RACE(NET_TOGGLE_OFFSET, 3000) },
	{ "xsa-155-flags-toggle", SURVIVED, net_run_race, NET_RACE(NET_TOGGLE_FLAGS, 3000) },
	{ "xsa-155-gref-toggle", SURVIVED, net_run_race, NET_RACE(NET_TOGGLE_GREF, 3000) },
	{ "xsa-155-gso-size-toggle", SURVIVED, net_run_race, NET_RACE(NET_TOGGLE_EXTRA, 3000) },
	{ "xsa-331-events-while-flapping", SURVIVED, net_run_events_while_flapping, 100 },
	{ "xsa-374-stop-again-and-again", SURVIVED, run_stop_again_and_again, 15 },
	{ "close-in-flight", SURVIVED, run_close_in_flight, 250 },

	{ "xsa-270-control-ring", ANSWERED, run_control_ring, 0,
		{ OVERRIDE("ctrl-ring-ref", "4294967295") } },
	{ "rx-notify-missing", SURVIVED, NULL, 0, { OVERRIDE("feature-rx-notify", NULL) } },
	{ "feature-sg-0", ANSWERED, run_features_gone, 32, { OVERRIDE("feature-sg", "0") } },
	KEY("rx-copy-0", "request-rx-copy", "0"),
	KEY("rx-copy-missing", "request-rx-copy", NULL),
	KEY("tx-ring-missing", "tx-ring-ref", NULL),
	KEY("rx-ring-missing", "rx-ring-ref", NULL),
	KEY("tx-ring-all-ones", "tx-ring-ref", "4294967295"),
	KEY("rx-ring-all-ones", "rx-ring-ref", "4294967295"),
	KEY("tx-ring-2-32", "tx-ring-ref", "4294967296"),
	KEY("tx-ring-minus-1", "tx-ring-ref", "-1"),
	KEY("tx-ring-letters", "tx-ring-ref", "ring"),
	{ "tx-ring-spoiled", REFUSED, NULL, 0, { .spoiled_tx = true } },
	{ "rx-ring-spoiled", REFUSED, NULL, 0, { .spoiled_rx = true } },
	{ "rings-readonly", REFUSED, NULL, 0, { .readonly_rings = true } },
	EVENT_CHANNEL_CASES,
	{ "event-channel-of-another", REFUSED, NULL, 0, { .foreign_port = true } },
	{ "event-channel-rx-missing", REFUSED, NULL, 0,
		{ .split_channels = true, OVERRIDE("event-channel-rx", NULL) } },
	QUEUE_COUNT_CASES("cve-2026-45890-"),
	QUEUE_KEY("queue-1-without-tx-ring", "queue-1/tx-ring-ref", NULL),
	{ "xsa-526-queue-1-bad-tx-ring-loop", REFUSED, NULL, 20,
		{ .queues = 2, OVERRIDE("queue-1/tx-ring-ref", "4294967295") } },
	QUEUE_KEY("cve-2026-99286-queue-1-bad-rx-ring", "queue-1/rx-ring-ref", "4294967295"),
	{ "feature-sg-0", ANSWERED, NULL, 0, { OVERRIDE("feature-sg", "0") } },
	{ "feature-sg-letters", ANSWERED, NULL, 0, { OVERRIDE("feature-sg", "abc") } },
	{ "feature-format", ANSWERED, NULL, 0, { OVERRIDE("feature-gso-tcpv4", "%s%n") } },
	{ "headroom-65535", SURVIVED, NULL, 0, { OVERRIDE("xdp-headroom", "65535") } },

	STATE_CASES,
};

const unsigned int net_case_count = sizeof(net_case_table) / sizeof(net_case_table[0]);
