/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The test acts as xenstored, at the other end of a socket pair. Include this after
 * tools/dom0ctl/xenstore.c.
 */
#ifndef _TESTS_DOM0CTL_STORE_H
#define _TESTS_DOM0CTL_STORE_H

#include <sys/socket.h>

struct store {
	struct xenstore xs;
	int daemon;
	uint32_t answers;	/* for tests that answer in order */
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

static void send_answer(struct store *store, uint32_t type, uint32_t id, const char *payload,
			size_t size)
{
	struct wire_header header = { .type = type, .id = id, .length = (uint32_t)size };

	assert_int_equal(write(store->daemon, &header, sizeof(header)), sizeof(header));
	if (payload)
		assert_int_equal(write(store->daemon, payload, size), size);
}

#endif
