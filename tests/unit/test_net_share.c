// SPDX-License-Identifier: GPL-2.0
/* The limit that all queues share, with queues that take what they can get. */
#include "unit.h"

#include "drivers/netback/share.h"

#define QUEUES	64
#define PACKET	65536ULL
#define LIMIT	(1024 * PACKET)

static u64 held[QUEUES];
static u64 total;

static bool exceeded(unsigned int i)
{
	return vif_share_exceeded(LIMIT, total, held[i]);
}

/* As ndo_start_xmit does: drop packets one by one while the queue exceeds its share. */
static unsigned int look(unsigned int i)
{
	unsigned int dropped = 0;

	for (; held[i] && exceeded(i); dropped++) {
		held[i] -= PACKET;
		total -= PACKET;
	}
	return dropped;
}

static void add(unsigned int i, unsigned int packets)
{
	held[i] += packets * PACKET;
	total += packets * PACKET;
}

/* Each queue is given far more than it may have, again and again. */
static void fill(unsigned int queues)
{
	unsigned int round, i;

	memset(held, 0, sizeof(held));
	total = 0;
	for (round = 0; round < 200; round++) {
		for (i = 0; i < queues; i++) {
			add(i, 1 + (round + i) % 1000);
			look(i);
		}
	}
}

static void all_together_stay_below(void **state)
{
	unsigned int queues;

	for (queues = 1; queues <= QUEUES; queues++) {
		fill(queues);
		assert_true(total <= LIMIT);
		/* They use at least a third of the limit. */
		assert_true(total >= LIMIT / 3);
	}
}

static void one_alone_has_half(void **state)
{
	fill(1);
	assert_int_equal(total, LIMIT / 2);
}

/* A queue that starts while the others have their full shares need not drop packets. */
static void there_is_room_for_one_more(void **state)
{
	unsigned int queues;

	for (queues = 1; queues < QUEUES; queues++) {
		unsigned int packets = LIMIT / PACKET / (queues + 1) / 4;

		fill(queues);
		add(queues, packets);
		assert_int_equal(look(queues), 0);
	}
}

/* The limit may be lowered while more waits than that. */
static void a_total_beyond_the_limit(void **state)
{
	assert_true(vif_share_exceeded(10, 11, 0));
	assert_true(vif_share_exceeded(0, 1, 1));
	assert_false(vif_share_exceeded(10, 10, 0));
	assert_false(vif_share_exceeded(10, 5, 5));
	assert_true(vif_share_exceeded(10, 6, 6));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(all_together_stay_below),
	cmocka_unit_test(one_alone_has_half),
	cmocka_unit_test(there_is_room_for_one_more),
	cmocka_unit_test(a_total_beyond_the_limit),
};

RUN_TESTS(tests)
