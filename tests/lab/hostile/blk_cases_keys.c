// SPDX-License-Identifier: GPL-2.0
/* Block devices: the frontend's keys in xenstore. */
#include "blk_cases.h"
#include "cases.h"

#define LETTERS_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define LETTERS_504 \
	LETTERS_63 LETTERS_63 LETTERS_63 LETTERS_63 LETTERS_63 LETTERS_63 LETTERS_63 LETTERS_63

const struct blk_case blk_keys_cases[] = {
	KEY("protocol-unknown", "protocol", "x86_128-abi"),
	KEY("protocol-63-letters", "protocol", LETTERS_63),
	KEY("protocol-64-letters", "protocol", LETTERS_63 "l"),
	KEY("protocol-1008-letters", "protocol", LETTERS_504 LETTERS_504),
	KEY("protocol-format", "protocol", "%s%n%s%n"),
	KEY("protocol-embedded-nul", "protocol", "x86_64-abi\0x", 12),
	{ "protocol-of-another-layout", SURVIVED, NULL, 0, { OVERRIDE("protocol", "x86_32-abi") } },
	{ "ring-order-0", ANSWERED, .setup = { .numbered = true } },
	{ "ring-order-0-two-queues", ANSWERED, .setup = { .numbered = true, .queues = 2 } },
	KEY("ring-ref0-missing", "ring-page-order", "0"),
	KEY("ring-order-5", "ring-page-order", "5"),
	KEY("ring-order-minus-1", "ring-page-order", "-1"),
	KEY("ring-order-letter", "ring-page-order", "x"),
	KEY("ring-order-2-32", "ring-page-order", "4294967296"),
	KEY("ring-ref-missing", "ring-ref", NULL),
	KEY("ring-ref-empty", "ring-ref", ""),
	KEY("ring-ref-all-ones", "ring-ref", "4294967295"),
	KEY("ring-ref-2-32", "ring-ref", "4294967296"),
	KEY("ring-ref-2-64", "ring-ref", "18446744073709551616"),
	KEY("ring-ref-minus-1", "ring-ref", "-1"),
	KEY("ring-ref-hex", "ring-ref", "0x10"),
	KEY("ring-ref-letters", "ring-ref", "ring"),
	{ "ring-ref-bad-again-and-again", REFUSED, NULL, 60,
		{ OVERRIDE("ring-ref", "4000000000") } },
	{ "ring-readonly", REFUSED, NULL, 0, { .readonly_ring = true } },
	{ "ring-page-missing", REFUSED, NULL, 0, { .order = 2, OVERRIDE("ring-ref3", NULL) } },
	{ "ring-page-bad", REFUSED, NULL, 0, { .order = 2, OVERRIDE("ring-ref2", "4000000000") } },
	{ "ring-page-bad-first", REFUSED, NULL, 60,
		{ .order = 4, OVERRIDE("ring-ref0", "4000000000") } },
	{ "ring-page-bad-last", REFUSED, NULL, 0,
		{ .order = 4, OVERRIDE("ring-ref15", "4000000000") } },
	{ "ring-spoiled", REFUSED, NULL, 0, { .spoiled_ring = true } },
	{ "ring-page-twice", SURVIVED, NULL, 0, { .order = 1, .same_page_twice = true } },
	EVENT_CHANNEL_CASES,
	{ "event-channel-of-another", REFUSED, NULL, 0, { .foreign_port = true } },
	{ "event-channel-twice", REFUSED, NULL, 0, { .queues = 2, .same_port = true } },
	KEY("ring-ref-plus", "ring-ref", "+1"),
	KEY("ring-ref-space", "ring-ref", " 1"),
	KEY("ring-ref-exponent", "ring-ref", "1e3"),
	KEY("ring-ref-newline", "ring-ref", "1\n"),
	QUEUE_COUNT_CASES(""),
	QUEUE_KEY("queue-1-without-ring", "queue-1/ring-ref", NULL),
	QUEUE_KEY("queue-1-bad-ring", "queue-1/ring-ref", "4294967295"),
	{ "persistent-letters", SURVIVED, NULL, 0, { OVERRIDE("feature-persistent", "abc") } },

	STATE_CASES,
	END_OF_CASES
};
