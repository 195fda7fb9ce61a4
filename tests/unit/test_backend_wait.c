// SPDX-License-Identifier: GPL-2.0
/*
 * When a backend device waits: for xenstore, memory and other resources, at growing intervals, and
 * if its frontend changes keys or states too often.
 */
#include "backend_device.h"

static void connect_waits_for_a_resource(void **state)
{
	static const int errs[] = { -ENOSPC, -EAGAIN, -ENOMEM };
	unsigned long delay, last;
	unsigned int i, tries;

	for (i = 0; i < ARRAY_SIZE(errs); i++) {
		reset(NULL);
		connect_err = errs[i];
		theirs = XenbusStateInitialised;
		dom0_backend_event(instances[0].core, EVENT_FRONTEND);
		for (last = 0, tries = 0; tries < 8; tries++, last = delay) {
			delay = work_and_retry();
			assert_true(delay >= last && delay >= HZ && delay <= HZ << RETRY_DOUBLINGS);
			assert_int_equal(instances[0].core->machine.state, XenbusStateInitWait);
			assert_true(has_error);
		}
		connect_err = 0;
		work_and_retry();
		assert_true(instances[0].core->machine.connected);
		assert_false(has_error);
	}
}

/*
 * A frontend that writes without pause: in the end the driver is called twice a second, and sees
 * the last write.
 */
static void frontend_that_changes_too_much_waits(void **state)
{
	unsigned int i;

	reset(NULL);
	connect_instance(XenbusStateConnected);
	instances[0].core->watches[OF_FRONTEND].of_frontend = true;
	for (i = 0; i < 1000; i++, clock_ms += 10) {
		fire_watch(OF_FRONTEND);
		work_and_retry();
	}
	assert_in_range(changes, DOM0_PACE_BURST,
			DOM0_PACE_BURST + 10000 / DOM0_PACE_INTERVAL_MS + 1);
	/* The toolstack does not wait for that. */
	fire_watch(OF_TOOLSTACK);
	fire_watch(OF_FRONTEND);
	changes = 0;
	if (work_and_retry()) {
		assert_int_equal(changes, 1);
		assert_int_equal(changed_bits, BIT(OF_TOOLSTACK));
		clock_ms += DOM0_PACE_INTERVAL_MS;
		assert_int_equal(work_and_retry(), 0);
		assert_int_equal(changed_bits, BIT(OF_FRONTEND));
	}
	assert_int_equal(instances[0].core->fired, 0);
	/* Its connections have a limit of their own. */
	theirs = XenbusStateInitialising;
	dom0_backend_event(instances[0].core, EVENT_FRONTEND);
	work_and_retry();
	connect_instance(XenbusStateConnected);
}

static void frontend_that_reconfigures_too_often_waits(void **state)
{
	unsigned int i;

	reset(NULL);
	connect_instance(XenbusStateConnected);
	for (i = 0; i < 1000; i++, clock_ms += 10) {
		theirs = i % 2 ? XenbusStateConnected : XenbusStateReconfiguring;
		work_and_retry();
	}
	assert_in_range(reconfigures, DOM0_PACE_BURST,
			DOM0_PACE_BURST + 10000 / DOM0_PACE_INTERVAL_MS + 1);
	theirs = XenbusStateReconfiguring;
	reconfigures = 0;
	clock_ms += 1;
	work_and_retry();
	clock_ms += DOM0_PACE_INTERVAL_MS;
	assert_int_equal(work_and_retry(), 0);
	assert_true(reconfigures > 0);
	assert_int_equal(instances[0].core->machine.state, XenbusStateReconfigured);
}

/* It never connects. But each start costs Dom0 reads and a transaction. */
static void frontend_that_starts_too_often_waits(void **state)
{
	enum xenbus_state last = XenbusStateClosed;
	struct dom0_machine *machine;
	unsigned int i, opened = 0;

	reset(NULL);
	machine = &instances[0].core->machine;
	for (i = 0; i < 1000; i++, clock_ms += 10) {
		theirs = i % 2 ? XenbusStateInitialising : XenbusStateClosed;
		dom0_backend_event(instances[0].core, EVENT_FRONTEND);
		work_and_retry();
		opened += last != XenbusStateInitWait && machine->state == XenbusStateInitWait;
		last = machine->state;
	}
	assert_in_range(opened, DOM0_PACE_BURST,
			DOM0_PACE_BURST + 10000 / DOM0_PACE_INTERVAL_MS + 1);
	theirs = XenbusStateClosed;
	work_and_retry();
	theirs = XenbusStateInitialising;
	if (work_and_retry()) {
		clock_ms += DOM0_PACE_INTERVAL_MS;
		assert_int_equal(work_and_retry(), 0);
	}
	assert_int_equal(machine->state, XenbusStateInitWait);
	connect_instance(XenbusStateConnected);
}

/*
 * Each step in which xenstore fails is done later. The device is not lost, and nothing is done
 * without an answer.
 */
static void step_waits_for_xenstore(void **state)
{
	struct dom0_machine *machine;
	unsigned long delay;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		reset(NULL);
		driver.ready = i ? ready_device : NULL;
		machine = &instances[0].core->machine;
		theirs = XenbusStateInitialised;
		failing = true;
		delay = work_and_retry();
		assert_in_range(delay, HZ, HZ << RETRY_DOUBLINGS);
		assert_in_range(work_and_retry(), delay + 1, HZ << RETRY_DOUBLINGS);
		assert_int_equal(machine->state, XenbusStateInitWait);
		failing = false;
		work_and_retry();
		assert_true(machine->connected);
		assert_false(has_error);
	}

	theirs = XenbusStateReconfiguring;
	failing = true;
	assert_int_equal(work_and_retry(), HZ);
	assert_int_equal(machine->state, XenbusStateConnected);
	theirs = XenbusStateConnected;
	failing = false;
	assert_int_equal(work_and_retry(), 0);
	assert_int_equal(reconfigures, 2);
	assert_false(has_error);

	fire_watch(OF_TOOLSTACK);
	failing = true;
	assert_int_equal(work_and_retry(), HZ);
	failing = false;
	changed_bits = 0;
	assert_int_equal(work_and_retry(), 0);
	assert_int_equal(changed_bits, BIT(OF_TOOLSTACK));
	assert_int_equal(changes, 2);

	theirs = XenbusStateInitialising;
	online = -EIO;
	assert_int_equal(work_and_retry(), HZ);
	assert_true(machine->connected);
	online = 1;
	assert_int_equal(work_and_retry(), 0);
	assert_int_equal(machine->state, XenbusStateInitWait);
}

/*
 * A probe that fails for a reason that may pass leaves the state alone: a guest may use the
 * device.
 */
static void probe_waits_for_a_resource(void **state)
{
	static const int errs[] = { -ENOSPC, -EAGAIN, -ENOMEM, -EIO };
	struct dom0_machine *machine;
	unsigned long delay, last;
	unsigned int i, tries;

	for (i = 0; i < ARRAY_SIZE(errs); i++) {
		reset(NULL);
		machine = &instances[0].core->machine;
		failing = errs[i] == -EIO;
		probe_err = errs[i];
		theirs = XenbusStateConnected;
		for (last = 0, tries = 0; tries < 8; tries++, last = delay) {
			delay = work_and_retry();
			assert_true(delay >= last && delay >= HZ && delay <= HZ << RETRY_DOUBLINGS);
			assert_int_equal(machine->state, XenbusStateInitialising);
			assert_true(has_error);
		}
		failing = false;
		probe_err = 0;
		work_and_retry();
		assert_true(machine->connected && !has_error);
	}

	/*
	 * The toolstack takes the device back meanwhile: it is not offered to the guest any more.
	 */
	reset(NULL);
	probe_err = -ENOMEM;
	assert_int_equal(work_and_retry(), HZ);
	ours = XenbusStateClosing;
	online = 0;
	probe_err = 0;
	dom0_backend_event(instances[0].core, EVENT_OWN);
	work_and_retry();
	assert_int_equal(instances[0].core->machine.state, XenbusStateClosed);
	assert_int_equal(probes, 1);

	/* An error that cannot pass is not tried again. */
	reset(NULL);
	probe_err = -EINVAL;
	assert_int_equal(work_and_retry(), 0);
	assert_int_equal(instances[0].core->machine.state, XenbusStateClosed);
}

/* The device was Closing when the driver was bound. It is served when its frontend starts over. */
static void probe_of_a_closing_device_is_tried_again(void **state)
{
	struct dom0_machine *machine;

	reset(NULL);
	machine = &instances[0].core->machine;
	ours = XenbusStateClosing;
	theirs = XenbusStateClosing;
	probe_err = -ENOMEM;
	dom0_backend_event(instances[0].core, EVENT_OWN);
	assert_int_equal(work_and_retry(), HZ);
	assert_int_equal(machine->state, XenbusStateClosing);
	probe_err = 0;
	work_and_retry();
	assert_true(probed);
	assert_int_equal(machine->state, XenbusStateClosing);
	theirs = XenbusStateClosed;
	dom0_backend_event(instances[0].core, EVENT_FRONTEND);
	work_and_retry();
	theirs = XenbusStateInitialising;
	dom0_backend_event(instances[0].core, EVENT_FRONTEND);
	work_and_retry();
	assert_int_equal(machine->state, XenbusStateInitWait);
}

/* Without the watch, the toolstack could not take the device back. */
static void device_without_its_watch_registers_it_later(void **state)
{
	reset(NULL);
	watch_err = -ENOMEM;
	assert_int_equal(work_and_retry(), HZ);
	assert_true(probed && has_error && !watching_own);
	/* The missing watch is reported only once. */
	has_error = false;
	assert_int_equal(work_and_retry(), 2 * HZ);
	assert_false(has_error);
	watch_err = 0;
	assert_int_equal(work_and_retry(), 0);
	assert_true(watching_own);
	assert_int_equal(probes, 1);
}

/* A failed step is tried again at its time, whatever the guest does. */
static void guest_does_not_hurry_a_retry(void **state)
{
	unsigned int i;

	reset(NULL);
	probe_err = -ENOMEM;
	work_and_retry();
	for (i = 0; i < 1000; i++) {
		dom0_backend_event(instances[0].core, EVENT_FRONTEND);
		backend_work(&instances[0].core->work);
	}
	assert_int_equal(probes, 1);
	probe_err = 0;
	work_and_retry();
	assert_int_equal(probes, 2);

	failing = true;
	fire_watch(OF_TOOLSTACK);
	for (i = 0; i < 1000; i++) {
		dom0_backend_event(instances[0].core, EVENT_FRONTEND);
		backend_work(&instances[0].core->work);
	}
	assert_int_equal(changes, 1);
	failing = false;
	work_and_retry();
	assert_int_equal(changes, 2);
}

/* Let time pass. The frontend writes a key if it is @busy. Run the work if it is queued. */
static void pass_time(unsigned long delay, bool busy)
{
	jiffies += delay;
	if (retried_after && !time_before(jiffies, retried_at)) {
		dom0_backend_event(instances[0].core, EVENT_RETRY);
		retried_after = 0;
	}
	if (busy)
		fire_watch(OF_FRONTEND);
	if (!instances[0].queued)
		return;
	instances[0].queued = false;
	backend_work(&instances[0].core->work);
}

/*
 * The frontend writes more often than it may, so the work runs again after a short delay. The
 * toolstack's key, which could not be read, is not read earlier, later or more often by that.
 */
static void busy_guest_does_not_move_a_retry(void **state)
{
	unsigned int i;

	reset(NULL);
	connect_instance(XenbusStateConnected);
	instances[0].core->watches[OF_FRONTEND].of_frontend = true;
	for (i = 0; i < DOM0_PACE_BURST; i++) {
		fire_watch(OF_FRONTEND);
		work_and_retry();
	}
	failing = true;
	fire_watch(OF_TOOLSTACK);
	while (work_and_retry() < HZ << RETRY_DOUBLINGS)
		;
	instances[0].queued = false;

	/* One write, then the end of its delay. */
	changes = 0;
	pass_time(1, true);
	for (i = 0; i < (HZ << RETRY_DOUBLINGS) / DOM0_PACE_INTERVAL_MS - 1; i++)
		pass_time(DOM0_PACE_INTERVAL_MS, false);
	assert_int_equal(changes, 0);
	pass_time(DOM0_PACE_INTERVAL_MS - 1, false);
	assert_int_equal(changes, 1);
	/* Writes without a pause. */
	for (i = 0; i < (HZ << RETRY_DOUBLINGS) / 10 - 1; i++)
		pass_time(10, true);
	assert_int_equal(changes, 1);
	pass_time(10, true);
	assert_int_equal(changes, 2);
	assert_int_equal(changed_bits, BIT(OF_TOOLSTACK));

	/* Its state, which it may write at any time, does not start the delays anew. */
	dom0_backend_event(instances[0].core, EVENT_FRONTEND);
	pass_time(1, false);
	for (i = 0; i < (HZ << RETRY_DOUBLINGS) - 2; i++)
		pass_time(1, false);
	assert_int_equal(changes, 2);
	failing = false;
	pass_time(1, false);
	assert_int_equal(changes, 3);
}

/* A key that could not be read at a connect is read again: it may be a limit. */
static void connection_reads_again_what_it_missed(void **state)
{
	reset(NULL);
	work_and_retry();
	goes_without = true;
	failing = true;
	theirs = XenbusStateInitialised;
	assert_int_equal(work_and_retry(), HZ);
	assert_true(instances[0].core->machine.connected);
	assert_int_equal(refired, 1);
	failing = false;
	assert_int_equal(work_and_retry(), 0);
	assert_int_equal(refired, 1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(connect_waits_for_a_resource),
	cmocka_unit_test(frontend_that_changes_too_much_waits),
	cmocka_unit_test(frontend_that_reconfigures_too_often_waits),
	cmocka_unit_test(frontend_that_starts_too_often_waits),
	cmocka_unit_test(step_waits_for_xenstore),
	cmocka_unit_test(probe_waits_for_a_resource),
	cmocka_unit_test(probe_of_a_closing_device_is_tried_again),
	cmocka_unit_test(device_without_its_watch_registers_it_later),
	cmocka_unit_test(guest_does_not_hurry_a_retry),
	cmocka_unit_test(busy_guest_does_not_move_a_retry),
	cmocka_unit_test(connection_reads_again_what_it_missed),
};

RUN_TESTS(tests)
