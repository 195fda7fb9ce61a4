// SPDX-License-Identifier: GPL-2.0
/*
 * The page that a frontend shares with the driver: drivers/pciback/channel.c. A frontend that sends
 * operations without pause gets a limited share of a CPU. The test moves the clock.
 */
#include "unit.h"

#include <xen/interface/event_channel.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/pciif.h>

/* ---- the kernel ---- */

#define HZ		250
#define JIFFY_NS	(NSEC_PER_SEC / HZ)

struct work_struct {
	int unused;
};

struct delayed_work {
	struct work_struct work;
	bool queued;
	unsigned long delay;
};

static u64 clock_ns;

#define ktime_get_ns() clock_ns
#define nsecs_to_jiffies(ns) ((unsigned long)((ns) / JIFFY_NS))
#define to_delayed_work(work) container_of(work, struct delayed_work, work)

/* As in the kernel, work that is already queued keeps its delay. */
static void queue_it(struct delayed_work *work, unsigned long delay)
{
	if (work->queued)
		return;
	work->queued = true;
	work->delay = delay;
}

#define queue_delayed_work(wq, work, delay) queue_it(work, delay)
#define cancel_delayed_work_sync(work) ((void)((work)->queued = false))
#define sync_clear_bit(nr, flags) __atomic_and_fetch(flags, ~(1UL << (nr)), __ATOMIC_SEQ_CST)

/* ---- our layers ---- */

#include "no_pciback.h"
#define _DOM0_EVTCHN_H
#define _DOM0_RING_MAP_H
#include "drivers/core/bucket.c"

struct xenbus_device;

struct dom0_backend {
	struct xenbus_device *xdev;
	const char *name;
};

struct dom0_evtchn {
	void (*fn)(void *data);
	void *data;
	bool owed;
	unsigned int notified, eois, spurious;
};

static struct dom0_evtchn channel;
static struct xen_pci_sharedinfo page;

static struct dom0_evtchn *dom0_evtchn_bind(struct xenbus_device *xdev, evtchn_port_t port,
					    const char *name, void (*fn)(void *data), void *data)
{
	/* The hypervisor sends the first event. */
	channel = (struct dom0_evtchn){ .fn = fn, .data = data, .owed = true };
	return &channel;
}

#define dom0_evtchn_notify(ch) ((void)(ch)->notified++)
#define dom0_evtchn_quiesce(ch) ((void)(ch))
#define dom0_evtchn_unbind(ch) ((void)(ch))

static bool dom0_evtchn_eoi(struct dom0_evtchn *ch, bool worked)
{
	bool owed = ch->owed;

	ch->owed = false;
	ch->eois += owed;
	ch->spurious += owed && !worked;
	return owed;
}

static void send_event(void)
{
	channel.owed = true;
	channel.fn(channel.data);
}

static int dom0_ring_map(struct xenbus_device *xdev, const grant_ref_t *refs, unsigned int nr,
			 void **to)
{
	*to = &page;
	return 0;
}

#define dom0_ring_unmap(xdev, page) ((void)(page))

struct pciback_guest {
	struct dom0_backend *be;
	struct xen_pci_sharedinfo *shared;
	struct dom0_evtchn *ch;
	struct delayed_work work;
	bool worked;
	struct dom0_bucket op_time;
	struct xen_pci_op op;
};

static unsigned int served;
static u64 busy_ns;
static u64 op_ns;		/* duration of one operation */

static void pciback_op_serve(struct pciback_guest *guest, struct xen_pci_op *op)
{
	served++;
	clock_ns += op_ns;
	busy_ns += op_ns;
	op->err = XEN_PCI_ERR_success;
	op->value = op->offset + 1;
}

#include "drivers/pciback/channel.c"

/* ---- a guest ---- */

static struct dom0_backend backend;
static struct pciback_guest guest;

static void start(void)
{
	memset(&page, 0, sizeof(page));
	memset(&guest, 0, sizeof(guest));
	guest.be = &backend;
	clock_ns = 1000 * NSEC_PER_SEC;
	served = 0;
	busy_ns = 0;
	assert_int_equal(pciback_channel_open(&guest, 1, 2), 0);
}

/* Run the work once, after its delay. */
static void run_work(void)
{
	assert_true(guest.work.queued);
	clock_ns += guest.work.delay * JIFFY_NS;
	guest.work.queued = false;
	pciback_channel_work(&guest.work.work);
}

static void start_op(s32 offset)
{
	page.op.cmd = XEN_PCI_OP_conf_read;
	page.op.offset = offset;
	page.flags |= XEN_PCIF_active;
}

static void op_is_answered_once(void **state)
{
	op_ns = 1000;
	start();
	run_work();
	assert_int_equal(served, 0);
	start_op(64);
	send_event();
	run_work();
	assert_int_equal(served, 1);
	assert_int_equal(page.op.value, 65);
	assert_int_equal(page.flags & XEN_PCIF_active, 0);
	assert_int_equal(channel.notified, 1);
	run_work();
	assert_int_equal(served, 1);
	assert_int_equal(channel.eois, 2);
	assert_int_equal(channel.spurious, 1);
	assert_false(guest.work.queued);
}

/*
 * The frontend wrote its next operation before it sent the event. The work served that operation
 * before the event arrived.
 */
static void event_of_an_op_that_was_served_is_not_spurious(void **state)
{
	op_ns = 1000;
	start();
	run_work();
	start_op(64);
	send_event();
	run_work();
	run_work();
	assert_int_equal(channel.eois, 2);
	assert_int_equal(channel.spurious, 1);
	/* The work is queued without an event. */
	start_op(65);
	queue_it(&guest.work, 0);
	run_work();
	run_work();
	assert_int_equal(served, 2);
	assert_int_equal(channel.eois, 2);
	send_event();
	run_work();
	assert_int_equal(channel.eois, 3);
	assert_int_equal(channel.spurious, 1);
	/* An operation counts as the work of one event only. */
	send_event();
	run_work();
	assert_int_equal(channel.spurious, 2);
}

/*
 * The frontend sends an operation as soon as the last one is answered. Events do not increase its
 * share.
 */
static void frontend_gets_a_quarter_of_a_cpu(void **state)
{
	static const u64 takes[] = { 2000, 100000, 5 * NSEC_PER_MSEC, 50 * NSEC_PER_MSEC };
	u64 began;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(takes); i++) {
		op_ns = takes[i];
		start();
		began = clock_ns;
		while (clock_ns - began < 20 * NSEC_PER_SEC) {
			start_op(0);
			channel.fn(channel.data);
			run_work();
		}
		assert_in_range(busy_ns / NSEC_PER_MSEC, 100, 5300);
		/* The fixed cost of each operation counts too. */
		assert_true(served * 10000ULL <= 5300 * NSEC_PER_MSEC);
	}
}

/* The first scan of a device takes some hundred operations. */
static void frontend_that_scans_a_bus_is_not_held_up(void **state)
{
	unsigned int i;

	op_ns = 100000;
	start();
	for (i = 0; i < 500; i++) {
		start_op(0);
		channel.fn(channel.data);
		assert_true(guest.work.queued);
		assert_int_equal(guest.work.delay, 0);
		run_work();
		clock_ns += 200000;
	}
	assert_int_equal(served, 500);
}

/* A Linux frontend waits two seconds for a response, then treats the device as missing. */
static void frontend_whose_device_is_slow_is_served_in_time(void **state)
{
	unsigned int i;

	op_ns = NSEC_PER_SEC;
	start();
	for (i = 0; i < 5; i++) {
		start_op(0);
		channel.fn(channel.data);
		assert_in_range(guest.work.delay, 0, HZ / 2);
		run_work();
	}
	assert_int_equal(served, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(op_is_answered_once),
		cmocka_unit_test(event_of_an_op_that_was_served_is_not_spurious),
		cmocka_unit_test(frontend_gets_a_quarter_of_a_cpu),
		cmocka_unit_test(frontend_that_scans_a_bus_is_not_held_up),
		cmocka_unit_test(frontend_whose_device_is_slow_is_served_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
