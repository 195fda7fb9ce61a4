// SPDX-License-Identifier: GPL-2.0
/*
 * Limits on a command line, and the requests for them to xenstored, at the other end of a socket
 * pair.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/dom0ctl/change.c"
#include "tools/dom0ctl/limit.c"
#include "tools/dom0ctl/xenstore.c"

#include "dom0ctl_store.h"

static char said[2048];

int command_trouble(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
	return EXIT_TROUBLE;
}

static const struct device disk = {
	.name = "vbd-3-51712", .kind = "vbd", .path = "backend/vbd/3/51712",
};

static const struct device card = {
	.name = "vif-3-0", .kind = "vif", .path = "backend/vif/3/0",
};

#define PARSE(change, dev, ...) \
	parse(change, dev, (char *[]){ __VA_ARGS__, NULL })

static int parse(struct change *change, const struct device *dev, char **words)
{
	unsigned int number = 0;

	while (words[number])
		number++;
	said[0] = '\0';
	return change_parse(change, dev, words, number);
}

/* The response to the next request. */
static void answer(struct store *store, uint32_t type, const char *payload)
{
	send_answer(store, type, ++store->answers, payload, strlen(payload));
}

/* Read a request of that type in transaction 7, and compare it with its NULs shown as bars. */
static void asked(struct store *store, uint32_t type, const char *expected)
{
	char payload[WIRE_PAYLOAD_MAX + 1];
	struct wire_header header;
	uint32_t i;

	assert_int_equal(read(store->daemon, &header, sizeof(header)), sizeof(header));
	assert_int_equal(header.type, type);
	assert_int_equal(header.transaction, type == WIRE_TRANSACTION_START ? 0 : 7);
	assert_int_equal(read(store->daemon, payload, header.length), header.length);
	for (i = 0; i < header.length; i++)
		payload[i] = payload[i] ? payload[i] : '|';
	payload[header.length] = '\0';
	assert_string_equal(payload, expected);
}

static void asked_nothing_more(struct store *store)
{
	char byte;

	assert_int_equal(recv(store->daemon, &byte, 1, MSG_DONTWAIT), -1);
}

static void answer_beginning(struct store *store)
{
	answer(store, WIRE_TRANSACTION_START, "7");
	answer(store, WIRE_READ, "/local/domain/3/device");
}

static void asked_beginning(struct store *store)
{
	asked(store, WIRE_TRANSACTION_START, "|");
	asked(store, WIRE_READ, "backend/vbd/3/51712/frontend|");
}

static void all_is_written_at_once(void **state)
{
	struct store store = begin();
	struct change change;

	assert_int_equal(PARSE(&change, &disk, "write-ops=50,5", "read-bytes=10M", "read-ops=none",
			       "write-bytes=0"), 0);
	answer_beginning(&store);
	answer(&store, WIRE_WRITE, "OK");
	answer(&store, WIRE_RM, "OK");
	/* The node did not exist. */
	answer(&store, WIRE_ERROR, "ENOENT");
	answer(&store, WIRE_WRITE, "OK");
	answer(&store, WIRE_TRANSACTION_END, "OK");
	assert_int_equal(change_write(&change, &disk, &store.xs), 0);
	asked_beginning(&store);
	asked(&store, WIRE_WRITE, "backend/vbd/3/51712/limits/read-bytes|10485760");
	asked(&store, WIRE_RM, "backend/vbd/3/51712/limits/read-ops|");
	asked(&store, WIRE_RM, "backend/vbd/3/51712/limits/write-bytes|");
	asked(&store, WIRE_WRITE, "backend/vbd/3/51712/limits/write-ops|50,5");
	asked(&store, WIRE_TRANSACTION_END, "T|");
	asked_nothing_more(&store);
	assert_int_equal(store.xs.transaction, 0);
	end(&store);
}

/* Another client has changed a node meanwhile: the transaction is repeated. */
static void a_conflict(void **state)
{
	struct store store = begin();
	struct change change;
	int i;

	assert_int_equal(PARSE(&change, &disk, "read-ops=5"), 0);
	for (i = 0; i < 2; i++) {
		answer_beginning(&store);
		answer(&store, WIRE_WRITE, "OK");
		answer(&store, i ? WIRE_TRANSACTION_END : WIRE_ERROR, i ? "OK" : "EAGAIN");
	}
	assert_int_equal(change_write(&change, &disk, &store.xs), 0);
	for (i = 0; i < 2; i++) {
		asked_beginning(&store);
		asked(&store, WIRE_WRITE, "backend/vbd/3/51712/limits/read-ops|5");
		asked(&store, WIRE_TRANSACTION_END, "T|");
	}
	asked_nothing_more(&store);
	end(&store);
}

static void conflicts_without_end(void **state)
{
	struct store store = begin();
	struct change change;
	int i;

	assert_int_equal(PARSE(&change, &disk, "read-ops=5"), 0);
	for (i = 0; i < TRIES; i++) {
		answer_beginning(&store);
		answer(&store, WIRE_WRITE, "OK");
		answer(&store, WIRE_ERROR, "EAGAIN");
	}
	assert_int_equal(change_write(&change, &disk, &store.xs), EXIT_TROUBLE);
	assert_non_null(strstr(said, "cannot write the limits of vbd-3-51712"));
	end(&store);
}

/* The device's directory is not created again. */
static void a_device_that_has_gone(void **state)
{
	struct store store = begin();
	struct change change;

	assert_int_equal(PARSE(&change, &disk, "read-ops=5"), 0);
	answer(&store, WIRE_TRANSACTION_START, "7");
	answer(&store, WIRE_ERROR, "ENOENT");
	answer(&store, WIRE_TRANSACTION_END, "OK");
	assert_int_equal(change_write(&change, &disk, &store.xs), EXIT_TROUBLE);
	assert_string_equal(said,
			    "vbd-3-51712 has gone away");
	asked_beginning(&store);
	asked(&store, WIRE_TRANSACTION_END, "F|");
	asked_nothing_more(&store);
	end(&store);
}

static void a_write_that_fails(void **state)
{
	struct store store = begin();
	struct change change;

	assert_int_equal(PARSE(&change, &disk, "read-ops=5", "write-ops=5"), 0);
	answer_beginning(&store);
	answer(&store, WIRE_ERROR, "EACCES");
	answer(&store, WIRE_TRANSACTION_END, "OK");
	assert_int_equal(change_write(&change, &disk, &store.xs), EXIT_TROUBLE);
	assert_non_null(strstr(said, strerror(EACCES)));
	asked_beginning(&store);
	asked(&store, WIRE_WRITE, "backend/vbd/3/51712/limits/read-ops|5");
	asked(&store, WIRE_TRANSACTION_END, "F|");
	asked_nothing_more(&store);
	end(&store);
}

static void keys_that_there_are_not(void **state)
{
	static const char complaint[] = "vbd-3-51712 has no limit to-guest-bytes, "
		"but read-bytes, read-ops, write-bytes and write-ops";
	struct change change;

	assert_int_equal(PARSE(&change, &disk, "read-ops=5", "to-guest-bytes=5"), EXIT_TROUBLE);
	assert_string_equal(said, complaint);
	assert_int_equal(PARSE(&change, &card, "read-ops=5"), EXIT_TROUBLE);
	assert_int_equal(PARSE(&change, &card, "rate=5,5"), EXIT_TROUBLE);
	assert_int_equal(PARSE(&change, &card, "=5"), EXIT_TROUBLE);
	assert_int_equal(PARSE(&change, &card, "to-guest=5"), EXIT_TROUBLE);
	assert_int_equal(PARSE(&change, &card, "to-guest-bytes"), EXIT_TROUBLE);
	assert_string_equal(said, "to-guest-bytes is not of the form KEY=VALUE");
	assert_int_equal(PARSE(&change, &card, "to-guest-bytes=5"), 0);
}

static void values_that_make_no_sense(void **state)
{
	struct change change;

	assert_int_equal(PARSE(&change, &disk, "read-ops=5", "read-bytes=5MiB"), EXIT_TROUBLE);
	assert_non_null(strstr(said, "read-bytes=5MiB is not PER_SECOND"));
	assert_int_equal(PARSE(&change, &disk, "read-ops=5K"), EXIT_TROUBLE);
	assert_int_equal(PARSE(&change, &disk, "read-ops="), EXIT_TROUBLE);
	assert_int_equal(PARSE(&change, &disk, "read-ops=none,5"), EXIT_TROUBLE);
	assert_int_equal(PARSE(&change, &disk, "read-bytes=1025G"), EXIT_TROUBLE);
	assert_string_equal(said, "read-bytes=1025G: numbers go up to 2^40");
	assert_int_equal(PARSE(&change, &disk, "read-ops=5", "read-ops=6"), EXIT_TROUBLE);
	assert_string_equal(said, "read-ops is there twice");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(all_is_written_at_once),
	cmocka_unit_test(a_conflict),
	cmocka_unit_test(conflicts_without_end),
	cmocka_unit_test(a_device_that_has_gone),
	cmocka_unit_test(a_write_that_fails),
	cmocka_unit_test(keys_that_there_are_not),
	cmocka_unit_test(values_that_make_no_sense),
};

RUN_TESTS(tests)
