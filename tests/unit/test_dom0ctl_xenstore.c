// SPDX-License-Identifier: GPL-2.0
/* Valid and invalid responses of xenstored, from the other end of a socket pair. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/dom0ctl/xenstore.c"

#include "dom0ctl_store.h"

static void a_value(void **state)
{
	struct store store = begin();
	struct wire_header header;
	char value[16], path[64];

	send_answer(&store, WIRE_READ, 1, "4", 1);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "backend/%s/state", "vbd"),
			 0);
	assert_string_equal(value, "4");
	assert_int_equal(read(store.daemon, &header, sizeof(header)), sizeof(header));
	assert_int_equal(header.type, WIRE_READ);
	assert_int_equal(header.id, 1);
	assert_int_equal(read(store.daemon, path, sizeof(path)), header.length);
	assert_string_equal(path, "backend/vbd/state");
	end(&store);
}

static void events_and_old_answers_are_passed_over(void **state)
{
	struct store store = begin();
	char value[16];

	send_answer(&store, 15, 0, "a\0b", 4);
	send_answer(&store, WIRE_READ, 77, "old", 3);
	send_answer(&store, WIRE_READ, 1, "new", 3);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), 0);
	assert_string_equal(value, "new");
	end(&store);
}

static void values_that_a_guest_wrote(void **state)
{
	struct store store = begin();
	char large[WIRE_PAYLOAD_MAX], value[8];

	memset(large, 'x', sizeof(large));
	send_answer(&store, WIRE_READ, 1, large, sizeof(large));
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), 0);
	assert_string_equal(value, "xxxxxxx");
	send_answer(&store, WIRE_READ, 2, "ab\0cd", 5);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), 0);
	assert_string_equal(value, "ab");
	send_answer(&store, WIRE_READ, 3, "", 0);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), 0);
	assert_string_equal(value, "");
	end(&store);
}

static void numbers(void **state)
{
	struct store store = begin();

	assert_int_equal(xenstore_parse_number("0"), 0);
	assert_int_equal(xenstore_parse_number("999999999"), 999999999);
	assert_int_equal(xenstore_parse_number("1000000000"), -1);
	assert_int_equal(xenstore_parse_number(""), -1);
	assert_int_equal(xenstore_parse_number("-1"), -1);
	assert_int_equal(xenstore_parse_number(" 4"), -1);
	assert_int_equal(xenstore_parse_number("4\n"), -1);
	assert_int_equal(xenstore_parse_number("4x"), -1);
	send_answer(&store, WIRE_READ, 1, "4", 1);
	assert_int_equal(xenstore_number(&store.xs, "state"), 4);
	send_answer(&store, WIRE_READ, 2, "0000000000000000000000004", 25);
	assert_int_equal(xenstore_number(&store.xs, "state"), -1);
	end(&store);
}

static void errors(void **state)
{
	struct store store = begin();
	char value[8] = "before";

	send_answer(&store, WIRE_ERROR, 1, "ENOENT", 7);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), -ENOENT);
	assert_string_equal(value, "");
	send_answer(&store, WIRE_ERROR, 2, "EWHATEVER", 10);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), -EIO);
	end(&store);
}

/* A response above the maximum length ends the connection. */
static void an_impossible_answer(void **state)
{
	struct store store = begin();
	char value[8];

	send_answer(&store, WIRE_READ, 1, NULL, WIRE_PAYLOAD_MAX + 1);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), -EPROTO);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), -EPIPE);
	end(&store);
}

static void no_answer_any_more(void **state)
{
	struct store store = begin();
	char value[8];

	shutdown(store.daemon, SHUT_WR);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), -EPIPE);
	assert_int_equal(store.xs.fd, -1);
	end(&store);
}

static void names_are(const struct xenstore_names *names, const char *expected)
{
	char all[256] = "";
	const char *name;

	xenstore_for_each(name, names) {
		strcat(all, name);
		strcat(all, " ");
	}
	assert_string_equal(all, expected);
}

static void a_list(void **state)
{
	struct store store = begin();
	struct xenstore_names names;

	send_answer(&store, WIRE_DIRECTORY, 1, "vbd\0vif", 8);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), 0);
	names_are(&names, "vbd vif ");
	xenstore_free(&names);
	send_answer(&store, WIRE_DIRECTORY, 2, "", 0);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), 0);
	names_are(&names, "");
	xenstore_free(&names);
	/* Without its last NUL. */
	send_answer(&store, WIRE_DIRECTORY, 3, "vbd\0vif", 7);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), 0);
	names_are(&names, "vbd vif ");
	xenstore_free(&names);
	end(&store);
}

static void a_list_in_parts(void **state)
{
	struct store store = begin();
	struct xenstore_names names;

	send_answer(&store, WIRE_ERROR, 1, "E2BIG", 6);
	send_answer(&store, WIRE_DIRECTORY_PART, 2, "7\0one\0two", 10);
	/* The list has changed meanwhile, so it is read again from the beginning. */
	send_answer(&store, WIRE_DIRECTORY_PART, 3, "8\0three\0", 9);
	send_answer(&store, WIRE_DIRECTORY_PART, 4, "8\0one", 6);
	send_answer(&store, WIRE_DIRECTORY_PART, 5, "8\0three\0", 9);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), 0);
	names_are(&names, "one three ");
	xenstore_free(&names);
	end(&store);
}

static void parts_that_make_no_sense(void **state)
{
	struct store store = begin();
	struct xenstore_names names;

	send_answer(&store, WIRE_ERROR, 1, "E2BIG", 6);
	send_answer(&store, WIRE_DIRECTORY_PART, 2, "7", 1);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), -EPROTO);
	assert_null(names.text);
	send_answer(&store, WIRE_ERROR, 3, "EACCES", 7);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), -EACCES);
	end(&store);
}

static void asked(struct store *store, uint32_t type, uint32_t transaction, const char *payload,
		  size_t size)
{
	struct wire_header header;
	char got[64];

	assert_int_equal(read(store->daemon, &header, sizeof(header)), sizeof(header));
	assert_int_equal(header.type, type);
	assert_int_equal(header.transaction, transaction);
	assert_int_equal(header.length, size);
	assert_int_equal(read(store->daemon, got, sizeof(got)), size);
	assert_memory_equal(got, payload, size);
}

static void a_write_and_a_removal(void **state)
{
	struct store store = begin();

	send_answer(&store, WIRE_WRITE, 1, "OK", 3);
	assert_int_equal(xenstore_write(&store.xs, "5", "backend/%s", "x"), 0);
	asked(&store, WIRE_WRITE, 0, "backend/x\0" "5", 11);
	send_answer(&store, WIRE_RM, 2, "OK", 3);
	assert_int_equal(xenstore_remove(&store.xs, "backend/%s", "x"), 0);
	asked(&store, WIRE_RM, 0, "backend/x", 10);
	send_answer(&store, WIRE_ERROR, 3, "ENOENT", 7);
	assert_int_equal(xenstore_remove(&store.xs, "x"), 0);
	asked(&store, WIRE_RM, 0, "x", 2);
	send_answer(&store, WIRE_ERROR, 4, "EACCES", 7);
	assert_int_equal(xenstore_remove(&store.xs, "x"), -EACCES);
	end(&store);
}

static void a_value_that_does_not_fit(void **state)
{
	struct store store = begin();
	char large[WIRE_PAYLOAD_MAX];

	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	assert_int_equal(xenstore_write(&store.xs, large, "x"), -ENAMETOOLONG);
	send_answer(&store, WIRE_WRITE, 1, "OK", 3);
	assert_int_equal(xenstore_write(&store.xs, large + 3, "x"), 0);
	end(&store);
}

static void transactions(void **state)
{
	struct store store = begin();

	send_answer(&store, WIRE_TRANSACTION_START, 1, "4294967295", 11);
	assert_int_equal(xenstore_begin(&store.xs), 0);
	asked(&store, WIRE_TRANSACTION_START, 0, "", 1);
	send_answer(&store, WIRE_WRITE, 2, "OK", 3);
	assert_int_equal(xenstore_write(&store.xs, "5", "x"), 0);
	asked(&store, WIRE_WRITE, UINT32_MAX, "x\0" "5", 3);
	send_answer(&store, WIRE_ERROR, 3, "EAGAIN", 7);
	assert_int_equal(xenstore_end(&store.xs, true), -EAGAIN);
	asked(&store, WIRE_TRANSACTION_END, UINT32_MAX, "T", 2);
	send_answer(&store, WIRE_TRANSACTION_START, 4, "8", 2);
	assert_int_equal(xenstore_begin(&store.xs), 0);
	asked(&store, WIRE_TRANSACTION_START, 0, "", 1);
	send_answer(&store, WIRE_TRANSACTION_END, 5, "OK", 3);
	assert_int_equal(xenstore_end(&store.xs, false), 0);
	asked(&store, WIRE_TRANSACTION_END, 8, "F", 2);
	send_answer(&store, WIRE_TRANSACTION_START, 6, "", 0);
	assert_int_equal(xenstore_begin(&store.xs), -EPROTO);
	assert_int_equal(store.xs.transaction, 0);
	end(&store);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_value),
	cmocka_unit_test(events_and_old_answers_are_passed_over),
	cmocka_unit_test(values_that_a_guest_wrote),
	cmocka_unit_test(numbers),
	cmocka_unit_test(errors),
	cmocka_unit_test(an_impossible_answer),
	cmocka_unit_test(no_answer_any_more),
	cmocka_unit_test(a_list),
	cmocka_unit_test(a_list_in_parts),
	cmocka_unit_test(parts_that_make_no_sense),
	cmocka_unit_test(a_write_and_a_removal),
	cmocka_unit_test(a_value_that_does_not_fit),
	cmocka_unit_test(transactions),
};

RUN_TESTS(tests)
