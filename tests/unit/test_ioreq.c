// SPDX-License-Identifier: GPL-2.0
/* Accesses of guests as Xen describes them, and which of them notify a queue. */
#include "unit.h"

#include <string.h>

#include "drivers/privcmd/ioreq.c"

#define BASE	0xd0000000ull

struct fixture {
	struct ioreq_slot slot;
	struct ioreq_write write;
};

/* A write of 4 bytes to QueueNotify, which waits for an answer. */
static void setup(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->slot = (struct ioreq_slot){
		.addr = BASE + 0x50, .data = 3, .count = 1, .size = 4, .eport = 17,
		.bits = IOREQ_IS_READY, .kind = IOREQ_KIND_COPY,
	};
}

static bool is_read(struct fixture *f)
{
	return privcmd_ioreq_read(&f->slot, &f->write);
}

static void test_layout(void **state)
{
	assert_int_equal(sizeof(struct ioreq_slot), 32);
	assert_int_equal(offsetof(struct ioreq_slot, bits), 30);
	assert_int_equal(offsetof(struct ioreq_slot, kind), 31);
}

static void test_write_is_copied(void **state)
{
	struct fixture f;

	setup(&f);
	f.slot.bits |= 0x40;	/* the direction of a string instruction, of no meaning here */
	assert_true(is_read(&f));
	assert_int_equal(f.write.addr, BASE + 0x50);
	assert_int_equal(f.write.data, 3);
	assert_int_equal(f.write.size, 4);
	assert_int_equal(f.write.bits, f.slot.bits);
}

static void test_only_ready_slots(void **state)
{
	struct fixture f;
	unsigned int i;

	setup(&f);
	for (i = 0; i < 16; i++) {
		f.slot.bits = i;
		assert_int_equal(is_read(&f), i == IOREQ_IS_READY);
	}
}

static void test_only_single_writes_to_memory(void **state)
{
	struct fixture f;
	unsigned int i;

	setup(&f);
	f.slot.bits |= IOREQ_BITS_READ;
	assert_false(is_read(&f));
	setup(&f);
	f.slot.bits |= IOREQ_BITS_INDIRECT;
	assert_false(is_read(&f));
	for (i = 0; i < 256; i++) {
		setup(&f);
		f.slot.kind = i;
		assert_int_equal(is_read(&f), i == IOREQ_KIND_COPY);
	}
	setup(&f);
	f.slot.count = 0;
	assert_false(is_read(&f));
	f.slot.count = 2;
	assert_false(is_read(&f));
}

static void test_state_changes_alone(void **state)
{
	assert_int_equal(ioreq_bits(0x40 | IOREQ_IS_READY, IOREQ_IS_INPROCESS), 0x42);
	assert_int_equal(ioreq_bits(0xff, IOREQ_IS_RESP_READY), 0xf3);
}

static void test_notification(void **state)
{
	struct ioreq_write write = { .addr = BASE + 0x50, .data = 3, .size = 4 };

	assert_true(privcmd_ioreq_notifies(&write, BASE, 4, 3));
	assert_false(privcmd_ioreq_notifies(&write, BASE, 4, 2));
	assert_false(privcmd_ioreq_notifies(&write, BASE, 2, 3));
	assert_false(privcmd_ioreq_notifies(&write, BASE + 4, 4, 3));
	write.addr = BASE + 0x54;
	assert_false(privcmd_ioreq_notifies(&write, BASE, 4, 3));
}

/* With VIRTIO_F_NOTIFICATION_DATA, the upper half of the value is a position in the queue. */
static void test_queue_is_the_lower_half(void **state)
{
	struct ioreq_write write = { .addr = BASE + 0x50, .data = 0x80010003, .size = 4 };

	assert_true(privcmd_ioreq_notifies(&write, BASE, 4, 3));
	write.data = 0xffff;
	assert_true(privcmd_ioreq_notifies(&write, BASE, 4, 0xffff));
}

static unsigned int longest_list(unsigned int devices, unsigned int queues, u64 distance)
{
	unsigned int lists[1 << IOREQ_LISTS_ORDER] = {}, longest = 0, device, vq, *list;

	for (device = 0; device < devices; device++)
		for (vq = 0; vq < queues; vq++) {
			list = &lists[privcmd_ioreq_list(0x2000000 + device * distance, vq)];
			longest = max(longest, ++*list);
		}
	return longest;
}

/*
 * The interrupt handler compares few of the 512 ioeventfds that a file may have, however they are
 * spread.
 */
static void test_few_queues_share_a_list(void **state)
{
	static const u64 distances[] = { 0x100, 0x200, 0x1000, 0x10000, 0x100000, 0x40000000 };
	struct ioreq_write write;
	unsigned int i, queues;

	for (i = 0; i < ARRAY_SIZE(distances); i++)
		for (queues = 1; queues <= 512; queues *= 2)
			assert_in_range(longest_list(512 / queues, queues, distances[i]), 1, 12);
	write = (struct ioreq_write){ .addr = 0x2000050, .data = 0x1234000a };
	assert_int_equal(privcmd_ioreq_write_list(&write), privcmd_ioreq_list(0x2000000, 10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_write_is_copied),
		cmocka_unit_test(test_only_ready_slots),
		cmocka_unit_test(test_only_single_writes_to_memory),
		cmocka_unit_test(test_state_changes_alone),
		cmocka_unit_test(test_notification),
		cmocka_unit_test(test_queue_is_the_lower_half),
		cmocka_unit_test(test_few_queues_share_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
