// SPDX-License-Identifier: GPL-2.0
/* Answers of xenstored, good and bad, from the other end of a socket pair. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tools/dom0ctl/xenstore.c"

struct store {
	struct xenstore xs;
	int daemon;
};

static struct store begin(void)
{
	struct store store = { 0 };
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	store.xs.fd = ends[0];
	store.daemon = ends[1];
	return store;
}

static void end(struct store *store)
{
	xenstore_close(&store->xs);
	close(store->daemon);
}

static void answer(struct store *store, uint32_t type, uint32_t id, const char *payload, size_t size)
{
	struct wire_header header = { .type = type, .id = id, .length = (uint32_t)size };

	assert_int_equal(write(store->daemon, &header, sizeof(header)), sizeof(header));
	if (payload)
		assert_int_equal(write(store->daemon, payload, size), size);
}

static void a_value(void **state)
{
	struct store store = begin();
	struct wire_header header;
	char value[16], path[64];

	answer(&store, WIRE_READ, 1, "4", 1);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "backend/%s/state", "vbd"), 0);
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

	answer(&store, 15, 0, "a\0b", 4);
	answer(&store, WIRE_READ, 77, "old", 3);
	answer(&store, WIRE_READ, 1, "new", 3);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), 0);
	assert_string_equal(value, "new");
	end(&store);
}

static void values_that_a_guest_wrote(void **state)
{
	struct store store = begin();
	char large[WIRE_PAYLOAD_MAX], value[8];

	memset(large, 'x', sizeof(large));
	answer(&store, WIRE_READ, 1, large, sizeof(large));
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), 0);
	assert_string_equal(value, "xxxxxxx");
	answer(&store, WIRE_READ, 2, "ab\0cd", 5);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), 0);
	assert_string_equal(value, "ab");
	answer(&store, WIRE_READ, 3, "", 0);
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
	answer(&store, WIRE_READ, 1, "4", 1);
	assert_int_equal(xenstore_number(&store.xs, "state"), 4);
	answer(&store, WIRE_READ, 2, "0000000000000000000000004", 25);
	assert_int_equal(xenstore_number(&store.xs, "state"), -1);
	end(&store);
}

static void errors(void **state)
{
	struct store store = begin();
	char value[8] = "before";

	answer(&store, WIRE_ERROR, 1, "ENOENT", 7);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), -ENOENT);
	assert_string_equal(value, "");
	answer(&store, WIRE_ERROR, 2, "EWHATEVER", 10);
	assert_int_equal(xenstore_read(&store.xs, value, sizeof(value), "x"), -EIO);
	end(&store);
}

/* An answer longer than there may be ends the conversation. */
static void an_impossible_answer(void **state)
{
	struct store store = begin();
	char value[8];

	answer(&store, WIRE_READ, 1, NULL, WIRE_PAYLOAD_MAX + 1);
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

	answer(&store, WIRE_DIRECTORY, 1, "vbd\0vif", 8);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), 0);
	names_are(&names, "vbd vif ");
	xenstore_free(&names);
	answer(&store, WIRE_DIRECTORY, 2, "", 0);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), 0);
	names_are(&names, "");
	xenstore_free(&names);
	/* Without its last NUL. */
	answer(&store, WIRE_DIRECTORY, 3, "vbd\0vif", 7);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), 0);
	names_are(&names, "vbd vif ");
	xenstore_free(&names);
	end(&store);
}

static void a_list_in_parts(void **state)
{
	struct store store = begin();
	struct xenstore_names names;

	answer(&store, WIRE_ERROR, 1, "E2BIG", 6);
	answer(&store, WIRE_DIRECTORY_PART, 2, "7\0one\0two", 10);
	/* Changed meanwhile: once more from the beginning. */
	answer(&store, WIRE_DIRECTORY_PART, 3, "8\0three\0", 9);
	answer(&store, WIRE_DIRECTORY_PART, 4, "8\0one", 6);
	answer(&store, WIRE_DIRECTORY_PART, 5, "8\0three\0", 9);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), 0);
	names_are(&names, "one three ");
	xenstore_free(&names);
	end(&store);
}

static void parts_that_make_no_sense(void **state)
{
	struct store store = begin();
	struct xenstore_names names;

	answer(&store, WIRE_ERROR, 1, "E2BIG", 6);
	answer(&store, WIRE_DIRECTORY_PART, 2, "7", 1);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), -EPROTO);
	assert_null(names.text);
	answer(&store, WIRE_ERROR, 3, "EACCES", 7);
	assert_int_equal(xenstore_list(&store.xs, &names, "backend"), -EACCES);
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
};

RUN_TESTS(tests)
