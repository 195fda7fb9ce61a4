/* SPDX-License-Identifier: GPL-2.0 */
/* Rows that the tables of disks and network cards share, and macros for rows. */
#ifndef CASES_H
#define CASES_H

#include "hostile.h"

/* One key with another value. NULL leaves the key out. */
#define OVERRIDE(...) .override = { __VA_ARGS__ }
#define KEY(name, ...) { name, REFUSED, .setup = { OVERRIDE(__VA_ARGS__) } }
#define QUEUE_KEY(name, ...) { name, REFUSED, .setup = { OVERRIDE(__VA_ARGS__), .queues = 2 } }
#define STATE(name, expect, act, number) { name, expect, .on_device = act, .arg = number }

/* xen-netback of Linux 6 logged a warning for a count of 0, so its cases have a prefix. */
#define QUEUE_COUNT_CASES(prefix) \
	KEY(prefix "queues-0", "multi-queue-num-queues", "0"), \
	KEY(prefix "queues-minus-1", "multi-queue-num-queues", "-1"), \
	KEY(prefix "queues-2-32", "multi-queue-num-queues", "4294967296"), \
	KEY(prefix "queues-letters", "multi-queue-num-queues", "abc"), \
	KEY(prefix "queues-empty", "multi-queue-num-queues", ""), \
	{ prefix "queues-max-plus-1", REFUSED, .setup = { .queues = -1 } }

#define EVENT_CHANNEL_CASES \
	KEY("event-channel-missing", "event-channel", NULL), \
	KEY("event-channel-0", "event-channel", "0"), \
	KEY("event-channel-unused", "event-channel", "1999"), \
	KEY("event-channel-far", "event-channel", "4294967295"), \
	KEY("event-channel-text", "event-channel", "port"), \
	QUEUE_KEY("queue-1-without-event-channel", "queue-1/event-channel", NULL)

#define STATE_CASES \
	STATE("state-empty", SURVIVED, device_put_odd_state, 0), \
	STATE("state-0", SURVIVED, device_put_odd_state, 1), \
	STATE("state-7", SURVIVED, device_put_odd_state, 2), \
	STATE("state-8", SURVIVED, device_put_odd_state, 3), \
	STATE("state-9", SURVIVED, device_put_odd_state, 4), \
	STATE("state-255", SURVIVED, device_put_odd_state, 5), \
	STATE("state-minus-1", SURVIVED, device_put_odd_state, 6), \
	STATE("state-letters", SURVIVED, device_put_odd_state, 7), \
	STATE("state-2-32-plus-4", SURVIVED, device_put_odd_state, 8), \
	STATE("cve-2010-3699-connected-again", ANSWERED, device_connect_again, 50), \
	STATE("state-flapping", SURVIVED, device_flap, 0), \
	STATE("state-flapping-1-ms", SURVIVED, device_flap, 1), \
	STATE("xsa-349-state-storm", SURVIVED, device_hammer, 5000), \
	STATE("xsa-350-no-pause-between-states", SURVIVED, device_hurry, 300)

#endif
