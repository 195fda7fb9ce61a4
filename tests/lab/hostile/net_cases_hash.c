// SPDX-License-Identifier: GPL-2.0
/*
 * Network cards: the hash of received frames, and the queue that they come in. Dom0 answers a ping,
 * and resets a TCP connection that it does not know. IPv6 comes only if a program in Dom0 sends it,
 * as 285-net-hash does.
 */
#include "net_cases.h"

#include <string.h>

#define IPV4 XEN_NETIF_CTRL_HASH_TYPE_IPV4
#define ALL_TYPES 0xf
#define TOEPLITZ XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ
#define TCP_PORT_AT (ETH_HEADER + 20)

/* The key of the hashes that Microsoft has published. */
static const uint8_t known_key[NET_HASH_KEY] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4,
	0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

static void hash_ask(struct net *net, uint16_t type, uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t status = net_control_ask(net, type, a, b, c, NULL);

	if (status != XEN_NETIF_CTRL_STATUS_SUCCESS)
		wrong("type %u refused with %u", type, status);
}

static void set_algorithm(struct net *net, uint32_t algorithm)
{
	hash_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM, algorithm, 0, 0);
}

static void set_flags(struct net *net, uint8_t flags)
{
	hash_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS, flags, 0, 0);
	net->hash.flags = flags;
}

static void set_key(struct net *net, const uint8_t *key, unsigned int length)
{
	memcpy(page_at(net->control.data, 0), key, length);
	hash_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_KEY, page_gref(net->control.data, 0), length, 0);
	memset(net->hash.key, 0, NET_HASH_KEY);
	memcpy(net->hash.key, key, length);
}

static void set_size(struct net *net, unsigned int size)
{
	hash_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE, size, 0, 0);
	net->hash.size = size;
	memset(net->hash.mapping, 0, sizeof(net->hash.mapping));
}

static void set_mapping(struct net *net, unsigned int first, unsigned int count,
			const uint32_t *queues)
{
	memcpy(page_at(net->control.data, 0), queues, count * sizeof(*queues));
	hash_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING, page_gref(net->control.data, 0), count,
		 first);
	memcpy(net->hash.mapping + first, queues, count * sizeof(*queues));
}

/* ---- frames ---- */

static void send_one(struct net *net, unsigned int page, unsigned int n)
{
	uint16_t port = 4000 + n;

	if (n % 8 == 7) {
		net_frame_slot(net, page, 0, frame_ping(net, page, 100), 0, OKAY);
		return;
	}
	net_frame_slot(net, page, 0, frame_tcp(net, page, 0), CSUM, OKAY);
	page_at(net->frames, page)[TCP_PORT_AT] = port >> 8;
	page_at(net->frames, page)[TCP_PORT_AT + 1] = port;
}

/* Send @count frames, and receive as many responses. */
static void exchange(struct net *net, unsigned int count)
{
	unsigned int before = net->received;
	uint64_t end = now_ms() + PATIENCE;

	for (unsigned int n = 0; n < count; n++) {
		send_one(net, 1 + n % 16, n);
		if (n % 16 == 15)
			net_settle(net);
	}
	net_settle(net);
	while (net->received - before < count && now_ms() < end) {
		evtchn_wait(10);
		net_take(net);
	}
	if (net->received - before < count)
		wrong("%u answers to %u frames", net->received - before, count);
}

/* Frames that were on their way when something was changed do not count. */
static void look_at_frames(struct net *net, unsigned int count)
{
	net_good(net);
	exchange(net, 8);
	memset(net->hash.seen, 0, sizeof(net->hash.seen));
	net->hash.plain = 0;
	net->hash.queues = 0;
	net->hash.watched = true;
	exchange(net, count);
	net->hash.watched = false;
}

static void must_see(const struct net *net, unsigned int type)
{
	if (!net->hash.seen[type])
		wrong("no frame with a hash of type %u", type);
}

static void must_not_see(const struct net *net, unsigned int type)
{
	if (net->hash.seen[type])
		wrong("%u frames with a hash of type %u", net->hash.seen[type], type);
}

static void configure(struct net *net)
{
	uint32_t mapping[NET_HASH_MAPPING];

	for (unsigned int i = 0; i < NET_HASH_MAPPING; i++)
		mapping[i] = (i + 1) % net->queues;
	set_algorithm(net, TOEPLITZ);
	set_key(net, known_key, NET_HASH_KEY);
	set_size(net, NET_HASH_MAPPING);
	set_mapping(net, 0, NET_HASH_MAPPING, mapping);
	set_flags(net, ALL_TYPES);
}

static void must_be_spread(const struct net *net)
{
	unsigned int all = (1u << net->queues) - 1;

	if (net->hash.queues != all)
		wrong("frames came in the queues %#x of %#x", net->hash.queues, all);
}

/* ---- cases ---- */

static void run_hash(struct net *net, long frames)
{
	configure(net);
	look_at_frames(net, frames);
	must_see(net, 0);
	must_see(net, 1);
	must_be_spread(net);
	note("%u hashes of addresses, %u of ports", net->hash.seen[0], net->hash.seen[1]);
}

/* Each change takes effect, and changes nothing else. */
static void run_changes(struct net *net, long frames)
{
	uint32_t last[NET_HASH_MAPPING];

	for (unsigned int i = 0; i < NET_HASH_MAPPING; i++)
		last[i] = net->queues - 1;
	configure(net);
	set_mapping(net, 32, 64, last);
	look_at_frames(net, frames);
	set_mapping(net, 0, NET_HASH_MAPPING, last);
	look_at_frames(net, frames);
	if (net->hash.queues != 1u << (net->queues - 1))
		wrong("frames came in the queues %#x", net->hash.queues);
	/* No mapping: the hash modulo the number of queues. */
	set_size(net, 0);
	look_at_frames(net, frames);
	must_be_spread(net);
	set_key(net, known_key + 1, 16);
	look_at_frames(net, frames);
	must_see(net, 1);
	set_flags(net, IPV4);
	look_at_frames(net, frames);
	must_not_see(net, 1);
	must_see(net, 0);
	/* An empty key makes each hash 0. */
	set_key(net, known_key, 0);
	look_at_frames(net, frames);
	set_flags(net, ALL_TYPES);
	look_at_frames(net, frames);
	must_see(net, 1);
}

static void run_off(struct net *net, long frames)
{
	set_algorithm(net, TOEPLITZ);
	look_at_frames(net, frames);
	configure(net);
	look_at_frames(net, frames);
	must_see(net, 1);
	set_algorithm(net, 0);
	net->hash.flags = 0;
	look_at_frames(net, frames);
	/* The hash was only disabled: its key and mapping are as before. */
	set_algorithm(net, TOEPLITZ);
	net->hash.flags = ALL_TYPES;
	look_at_frames(net, frames);
	must_see(net, 1);
	set_flags(net, 0);
	look_at_frames(net, frames);
	must_not_see(net, 0);
	must_not_see(net, 1);
}

/* A frontend that connects again begins without a hash, also with fewer queues. */
static void run_reconnect(struct net *net, long frames)
{
	const struct net_setup one = { .control = true }, none = { .control = false };

	configure(net);
	look_at_frames(net, frames);
	net_close(net);
	net_connect(net, &one);
	look_at_frames(net, frames);
	if (net->hash.plain < frames)
		wrong("%u frames without a hash, of %ld", net->hash.plain, frames);
	configure(net);
	look_at_frames(net, frames);
	must_see(net, 1);
	net_close(net);
	net_connect(net, &none);
	look_at_frames(net, frames);
	must_not_see(net, 1);
}

/* Refused requests change no setting. */
static void run_refused(struct net *net, long frames)
{
	uint32_t data = page_gref(net->control.data, 0);

	configure(net);
	memset(page_at(net->control.data, 0), 0xff, PAGE);
	net_control_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_KEY, gref_never(), NET_HASH_KEY, 0, NULL);
	net_control_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_KEY, data, NET_HASH_KEY + 1, 0, NULL);
	net_control_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING, data, NET_HASH_MAPPING, 0, NULL);
	net_control_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING, data, 2, NET_HASH_MAPPING - 1,
			NULL);
	net_control_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE, NET_HASH_MAPPING + 1, 0, 0,
			NULL);
	net_control_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS, 0x10, 0, 0, NULL);
	net_control_ask(net, XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM, 2, 0, 0, NULL);
	look_at_frames(net, frames);
	must_see(net, 0);
	must_see(net, 1);
	must_be_spread(net);
}

/* A program in Dom0 has to send TCP and UDP over IPv6 all the time. */
static void run_ipv6(struct net *net, long ms)
{
	uint64_t end = now_ms() + ms;

	configure(net);
	exchange(net, 8);
	net->hash.watched = true;
	while (!(net->hash.seen[2] && net->hash.seen[3]) && now_ms() < end) {
		evtchn_wait(20);
		net_take(net);
	}
	net->hash.watched = false;
	if (!net->hash.seen[2] || !net->hash.seen[3])
		skip("no IPv6 comes");
	note("%u hashes of addresses, %u of ports", net->hash.seen[2], net->hash.seen[3]);
}

/* Send frames with a hash: known and unknown types and algorithms. None is refused. */
static void run_from_guest(struct net *net, long value)
{
	static const uint8_t types[] = { 0, 1, 2, 3, 4, 255, 1, 1, 1 };
	static const uint8_t algorithms[] = { 1, 1, 1, 1, 1, 1, 0, 2, 255 };

	for (unsigned int i = 0; i < sizeof(types); i++) {
		struct netif_extra_info info = { .type = XEN_NETIF_EXTRA_TYPE_HASH };

		info.u.hash.type = types[i];
		info.u.hash.algorithm = algorithms[i];
		info.u.hash.value[0] = value + i;
		info.u.hash.value[1] = value >> 8;
		info.u.hash.value[2] = value >> 16;
		info.u.hash.value[3] = value >> 24;
		net_frame_slot(net, 1, 0, frame_ping(net, 1, 100), EXTRA, OKAY);
		net_extra(net, &info);
	}
}

const struct net_case net_hash_cases[] = {
	{ "hash-1-queue", ANSWERED, run_hash, 48, { .control = true } },
	{ "hash-2-queues", ANSWERED, run_hash, 64, { .control = true, .queues = 2 } },
	{ "hash-4-queues", ANSWERED, run_hash, 128, { .control = true, .queues = 4 } },
	{ "hash-4-queues-changes", ANSWERED, run_changes, 96, { .control = true, .queues = 4 } },
	{ "hash-4-queues-refused", ANSWERED, run_refused, 128, { .control = true, .queues = 4 } },
	{ "hash-off", ANSWERED, run_off, 24, { .control = true } },
	{ "hash-reconnect", ANSWERED, run_reconnect, 32, { .control = true, .queues = 2 } },
	{ "hash-ipv6", ANSWERED, run_ipv6, 15000, { .control = true } },
	{ "hash-from-guest", ANSWERED, run_from_guest, 0x71625340 },
	END_OF_CASES
};
