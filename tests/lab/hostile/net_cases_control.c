// SPDX-License-Identifier: GPL-2.0
/* Network cards: the control ring. net_cases_hash.c has the cases of the hash itself. */
#include "cases.h"
#include "net_cases.h"

#include <string.h>

#define GET_FLAGS XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS
#define FLAGS XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS
#define KEY_TYPE XEN_NETIF_CTRL_TYPE_SET_HASH_KEY
#define GET_SIZE XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE
#define SIZE XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE
#define MAPPING XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING
#define ALGORITHM XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM
#define TOEPLITZ XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ
#define SUCCESS XEN_NETIF_CTRL_STATUS_SUCCESS

#define CONTROL { .control = true }
#define FAR 0xffffffffu

static void control_must(struct net *net, uint16_t type, uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t status = net_control_ask(net, type, a, b, c, NULL);

	if (status != SUCCESS)
		wrong("type %u with %#x %#x %#x refused with %u", type, a, b, c, status);
}

static void must_not(struct net *net, uint16_t type, uint32_t a, uint32_t b, uint32_t c)
{
	if (net_control_ask(net, type, a, b, c, NULL) == SUCCESS)
		wrong("type %u with %#x %#x %#x accepted", type, a, b, c);
}

static void must_say(struct net *net, uint16_t type, uint32_t expected)
{
	uint32_t data, status = net_control_ask(net, type, 0, 0, 0, &data);

	if (status != SUCCESS || data != expected)
		wrong("type %u answered with %u and %#x, not %#x", type, status, data, expected);
}

static uint32_t data_gref(const struct net *net)
{
	return page_gref(net->control.data, 0);
}

static uint32_t *data_words(const struct net *net)
{
	return (uint32_t *)page_at(net->control.data, 0);
}

/* ---- one request at a time ---- */

static void run_good(struct net *net, long rounds)
{
	while (rounds--) {
		control_must(net, ALGORITHM, TOEPLITZ, 0, 0);
		must_say(net, GET_FLAGS, 0xf);
		must_say(net, GET_SIZE, NET_HASH_MAPPING);
		control_must(net, KEY_TYPE, data_gref(net), NET_HASH_KEY, 0);
		control_must(net, KEY_TYPE, data_gref(net), 1, 0);
		control_must(net, KEY_TYPE, 0, 0, 0);
		control_must(net, SIZE, NET_HASH_MAPPING, 0, 0);
		control_must(net, MAPPING, data_gref(net), NET_HASH_MAPPING, 0);
		control_must(net, MAPPING, data_gref(net), 1, NET_HASH_MAPPING - 1);
		control_must(net, MAPPING, 0, 0, NET_HASH_MAPPING);
		control_must(net, FLAGS, 0xf, 0, 0);
		control_must(net, FLAGS, 0, 0, 0);
		control_must(net, SIZE, 0, 0, 0);
		control_must(net, ALGORITHM, 0, 0, 0);
	}
	must_not(net, GET_FLAGS, 0, 0, 0);
	must_not(net, FLAGS, 1, 0, 0);
}

static void run_bad_fields(struct net *net, long unknown)
{
	static const uint32_t odd[] = { 129, 256, 257, 4096, 0x10000, 0x40000001, 1u << 31, FAR };

	for (long type = unknown; type < 12; type++)
		must_not(net, type, data_gref(net), 1, 0);
	must_not(net, 0, data_gref(net), 1, 0);
	must_not(net, 0xffff, data_gref(net), 1, 0);
	must_not(net, ALGORITHM, 2, 0, 0);
	must_not(net, ALGORITHM, 0x101, 0, 0);
	must_not(net, ALGORITHM, FAR, 0, 0);
	control_must(net, ALGORITHM, TOEPLITZ, 0, 0);
	must_not(net, FLAGS, 0x10, 0, 0);
	must_not(net, FLAGS, 0x1f, 0, 0);
	must_not(net, FLAGS, FAR, 0, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(odd); i++) {
		must_not(net, KEY_TYPE, data_gref(net), odd[i], 0);
		must_not(net, SIZE, odd[i], 0, 0);
	}
	must_not(net, KEY_TYPE, data_gref(net), NET_HASH_KEY + 1, 0);
}

/* Writes outside of the mapping. */
static void run_mapping_bounds(struct net *net, long size)
{
	static const struct {
		uint32_t count, first;
	} bad[] = {
		{ 65, 0 }, { 1, 64 }, { 2, 63 }, { 0, 65 }, { 64, 1 }, { 128, 0 }, { 1, 127 },
		{ 129, 0 }, { 1, 128 }, { 1024, 0 }, { 1025, 0 }, { 2, FAR }, { 1, FAR },
		{ FAR, 1 }, { FAR, 2 }, { 0x40000000, 0 }, { 0x40000001, 0 },
		{ 1u << 31, 1u << 31 }, { FAR, FAR },
	};

	memset(data_words(net), 0, PAGE);
	control_must(net, ALGORITHM, TOEPLITZ, 0, 0);
	control_must(net, SIZE, size, 0, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		must_not(net, MAPPING, data_gref(net), bad[i].count, bad[i].first);
	control_must(net, MAPPING, data_gref(net), size, 0);
	control_must(net, SIZE, 0, 0, 0);
	must_not(net, MAPPING, data_gref(net), 1, 0);
}

/* Queues that do not exist. */
static void run_mapping_entries(struct net *net, long size)
{
	const uint32_t bad[] = { net->queues, 255, 256, 1u << 16, 1u << 31, FAR };

	control_must(net, ALGORITHM, TOEPLITZ, 0, 0);
	control_must(net, SIZE, size, 0, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		memset(data_words(net), 0, PAGE);
		data_words(net)[i % size] = bad[i];
		must_not(net, MAPPING, data_gref(net), size, 0);
		data_words(net)[i % size] = net->queues - 1;
		control_must(net, MAPPING, data_gref(net), size, 0);
	}
}

static void run_grefs(struct net *net, long rounds)
{
	control_must(net, ALGORITHM, TOEPLITZ, 0, 0);
	control_must(net, SIZE, NET_HASH_MAPPING, 0, 0);
	memset(data_words(net), 0, PAGE);
	while (rounds--) {
		const uint32_t bad[] = { gref_revoked(), gref_never(), gref_wild(), FAR };

		for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
			must_not(net, KEY_TYPE, bad[i], NET_HASH_KEY, 0);
			must_not(net, MAPPING, bad[i], NET_HASH_MAPPING, 0);
		}
		control_must(net, KEY_TYPE, data_gref(net), NET_HASH_KEY, 0);
		control_must(net, MAPPING, data_gref(net), NET_HASH_MAPPING, 0);
	}
}

/* ---- many requests ---- */

static void put_any(struct net *net, unsigned int i)
{
	static const uint16_t types[] = {
		ALGORITHM, FLAGS, KEY_TYPE, SIZE, MAPPING, GET_SIZE, GET_FLAGS, 0,
	};
	uint16_t type = types[i % 8];
	bool data = type == KEY_TYPE || type == MAPPING;

	net_control_put(net, type, data ? data_gref(net) : 1, data ? 1 + i % 40 : 0, 0);
}

static void run_control_full_ring(struct net *net, long rounds)
{
	struct xen_netif_ctrl_response response;
	unsigned int slots = net->control.ring.size;

	while (rounds--) {
		for (unsigned int i = 0; i < slots; i++)
			put_any(net, i);
		net_control_push(net);
		for (unsigned int i = 0; i < slots; i++)
			if (!net_control_take(net, &response))
				return;
	}
}

/* Valid and invalid references in turns: each request gets its own status. */
static void run_grefs_mixed(struct net *net, long rounds)
{
	struct xen_netif_ctrl_response response;

	control_must(net, SIZE, NET_HASH_MAPPING, 0, 0);
	memset(data_words(net), 0, PAGE);
	while (rounds--) {
		uint32_t bad = 0;

		for (unsigned int i = 0; i < 32; i++) {
			bool wild = random_once_in(2);

			net_control_put(net, i & 1 ? KEY_TYPE : MAPPING,
					wild ? gref_wild() : data_gref(net), 8, 0);
			bad |= (uint32_t)wild << i;
		}
		net_control_push(net);
		for (unsigned int i = 0; i < 32; i++) {
			bool failed;

			if (!net_control_take(net, &response))
				return;
			failed = response.status != SUCCESS;
			if (failed != (bad >> i & 1))
				wrong("request %u of 32 answered with %u", i, response.status);
		}
	}
}

static void run_storm(struct net *net, long events)
{
	struct xen_netif_ctrl_response response;

	for (long i = 0; i < events; i++) {
		evtchn_notify(net->control.port);
		if (i % 512)
			continue;
		for (unsigned int k = 0; k < 24; k++)
			put_any(net, k);
		net_control_push(net);
		for (unsigned int k = 0; k < 24; k++)
			if (!net_control_take(net, &response))
				return;
	}
}

static void run_control_indices_overwritten(struct net *net, long rounds)
{
	struct ring *ring = &net->control.ring;

	while (rounds--) {
		ring->index[REQ_EVENT] = random_u32();
		must_say(net, GET_SIZE, NET_HASH_MAPPING);
		ring->index[RSP_EVENT] = random_u32();
	}
}

static void run_control_producer(struct net *net, long distance)
{
	struct ring *ring = &net->control.ring;

	ring->index[REQ_PROD] = ring->req + distance;
	evtchn_notify(net->control.port);
}

/* Packets flow while the settings of their hash change. */
static void run_change_under_load(struct net *net, long rounds)
{
	unsigned int length = frame_ping(net, 1, 1000);
	struct xen_netif_ctrl_response response;

	memset(data_words(net), 0, PAGE);
	for (long i = 0; i < rounds; i++) {
		for (unsigned int k = 0; k < 16; k++)
			net_frame_slot(net, 1, 0, length, 0, OKAY);
		net_push(net);
		for (unsigned int k = 0; k < 8; k++)
			put_any(net, i + k);
		net_control_put(net, ALGORITHM, i & 1, 0, 0);
		net_control_push(net);
		for (unsigned int k = 0; k < 9; k++)
			if (!net_control_take(net, &response))
				return;
		if (!net_settle(net))
			return;
	}
}

static void run_control_close_in_flight(struct net *net, long count)
{
	volatile uint32_t *produced = &net->control.ring.index[RSP_PROD];
	uint32_t before;

	for (long i = 0; i < count; i++)
		put_any(net, i);
	net_control_push(net);
	device_close(&net->dev);
	before = *produced;
	sleep_ms(50);
	if (*produced != before)
		wrong("responses on the control ring after Closed");
}

/* ---- a size that changes while the request is checked ---- */

static volatile bool toggling;

static void *toggle_sizes(void *arg)
{
	const struct ring *ring = arg;

	while (toggling)
		for (unsigned int i = 0; i < ring->size; i++) {
			volatile uint32_t *size = (void *)(ring->slots + i * ring->stride + 8);

			*size = NET_HASH_KEY;
			*size = PAGE + 1;
		}
	return NULL;
}

static void run_toggle(struct net *net, long count)
{
	struct xen_netif_ctrl_response response;
	pthread_t thread;

	toggling = true;
	net->control.ring.racing = true;
	thread = run_on_other_cpu(toggle_sizes, &net->control.ring);
	while (count--) {
		net_control_put(net, KEY_TYPE, data_gref(net), 1, 0);
		net_control_push(net);
		if (!net_control_take(net, &response))
			break;
	}
	toggling = false;
	pthread_join(thread, NULL);
	net->control.ring.racing = false;
}

#define CONTROL_KEY(name, ...) \
	{ name, REFUSED, .setup = { OVERRIDE(__VA_ARGS__), .control = true } }

const struct net_case net_control_cases[] = {
	{ "control-good", ANSWERED, run_good, 2, CONTROL },
	{ "control-good-indices-wrap", ANSWERED, run_good, 4, { .control = true, .start = -20u } },
	{ "control-fields-bad", ANSWERED, run_bad_fields, ALGORITHM + 1, CONTROL },
	{ "xsa-270-mapping-bounds", ANSWERED, run_mapping_bounds, 64, CONTROL },
	{ "xsa-270-mapping-entries", ANSWERED, run_mapping_entries, 64, CONTROL },
	{ "control-grefs-bad", ANSWERED, run_grefs, 4, CONTROL },
	{ "control-grefs-mixed", ANSWERED, run_grefs_mixed, 8, CONTROL },
	{ "control-full-ring", ANSWERED, run_control_full_ring, 4, CONTROL },
	{ "control-storm", ANSWERED, run_storm, 20000, CONTROL },
	{ "control-indices-overwritten", ANSWERED, run_control_indices_overwritten, 64, CONTROL },
	{ "control-producer-size-plus-1", STOPPED, run_control_producer, 129, CONTROL },
	{ "control-producer-2-31", STOPPED, run_control_producer, 1l << 31, CONTROL },
	{ "control-producer-backwards", STOPPED, run_control_producer, -1, CONTROL },
	{ "control-change-under-load", ANSWERED, run_change_under_load, 100, CONTROL },
	{ "control-close-in-flight", SURVIVED, run_control_close_in_flight, 120, CONTROL },
	{ "xsa-155-control-size-toggle", SURVIVED, run_toggle, 300, CONTROL },
	{ "control-spoiled", REFUSED, .setup = { .control = true, .spoiled_control = true } },
	{ "control-readonly", REFUSED, .setup = { .control = true, .readonly_control = true } },
	{ "control-without-ring", ANSWERED, NULL, 0,
		{ OVERRIDE("event-channel-ctrl", "1999") } },
	CONTROL_KEY("control-without-channel", "event-channel-ctrl", NULL),
	CONTROL_KEY("control-channel-unused", "event-channel-ctrl", "1999"),
	CONTROL_KEY("control-channel-far", "event-channel-ctrl", "4294967295"),
	CONTROL_KEY("control-ring-all-ones", "ctrl-ring-ref", "4294967295"),
	CONTROL_KEY("control-ring-2-32", "ctrl-ring-ref", "4294967296"),
	CONTROL_KEY("control-ring-letters", "ctrl-ring-ref", "ring"),
	{ "control-ring-bad-loop", REFUSED, NULL, 20,
		{ .control = true, OVERRIDE("ctrl-ring-ref", "4294967295") } },
	END_OF_CASES
};
