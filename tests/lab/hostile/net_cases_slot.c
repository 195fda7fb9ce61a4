// SPDX-License-Identifier: GPL-2.0
/* Network cards: the fields of a packet's slots. */
#include "net_cases.h"

#include <pthread.h>

/* ---- one slot ---- */

#define AT(offset, size) ((offset) << 16 | (size))

static void run_slot(struct net *net, long offset_size)
{
	frame_plain(net, 1, ETH_MIN);
	net_frame_slot(net, 1, offset_size >> 16, offset_size & 0xffff, 0, ERROR);
}

/* A frame that is only a header is allowed. */
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
 * One of the sizes fits into an skb's head, the other does not. The rest of the slot is not
 * changed: the response goes there.
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
 * More slots than a frame may have. All of them would fit into the part that is copied as a header.
 */
static void run_slots_tiny(struct net *net, long each)
{
	slots(net, LEGAL_SLOTS + 1, each, ANY);
}

/* A backend may stop at a frame without an end, or wait for the end. Send the end then. */
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

/* Spread a frame's headers over many slots. The reply proves that the backend has joined them. */
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

/* Too many slots, with so few bytes in all that a backend might copy all of them as a header. */
static void run_slots_sum(struct net *net, long total)
{
	unsigned int each = total / 19, first = total - 18 * each;

	frame_plain(net, 1, PAGE);
	net_frame_slot(net, 1, 0, total, MORE, ANY);
	for (unsigned int i = 0; i < 18; i++)
		net_frame_slot(net, 1, first + i * each, each, i < 17 ? MORE : 0, ANY);
}

/* ---- connecting again and again ---- */

/* The frame stops the device. State that is left of it must not break the next connection. */
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

static void run_slot_hash(struct net *net, long type)
{
	struct netif_extra_info info = { .type = XEN_NETIF_EXTRA_TYPE_HASH };

	info.u.hash.type = type;
	info.u.hash.algorithm = type;
	net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), EXTRA, ANY);
	net_extra(net, &info);
}

const struct net_case net_slot_cases[] = {
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
	{ "xsa-374-stop-again-and-again", SURVIVED, run_stop_again_and_again, 15 },

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
	{ "hash-255", REJECTED, run_slot_hash, 255 },
	END_OF_CASES
};
