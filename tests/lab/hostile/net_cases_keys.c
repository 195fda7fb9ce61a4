// SPDX-License-Identifier: GPL-2.0
/* Network cards: the frontend's keys in xenstore. */
#include "cases.h"
#include "net_cases.h"

/* A received frame gets one slot without feature-sg, although the last connection had that. */
static void run_features_gone(struct net *net, long pings)
{
	net_send_pings(net, pings);
	net_close(net);
	net_connect(net, &(struct net_setup) { .queues = 0 });
	net_send_pings(net, pings);
}

const struct net_case net_keys_cases[] = {
	{ "rx-notify-missing", SURVIVED, NULL, 0, { OVERRIDE("feature-rx-notify", NULL) } },
	{ "features-gone", ANSWERED, run_features_gone, 32, { OVERRIDE("feature-sg", "0") } },
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
	END_OF_CASES
};
