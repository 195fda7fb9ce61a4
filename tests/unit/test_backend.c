// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a backend device: the bus unbinds it while its queue works, in every order of their
 * steps.
 */
#include "backend_device.h"

/* A device that is freed is not queued again, and one that was probed is removed. */
static void device_is_not_used_when_it_is_freed(void **state)
{
	void (*const actors[])(void *) = { unbind, work_0 };

	assert_true(interleave_explore(actors, ARRAY_SIZE(actors), 3, reset, is_over, NULL) > 10);
}

/*
 * A second instance of a device begins when the first has ended. Closing is answered when both
 * are gone.
 */
static void lives_of_a_device_do_not_meet(void **state)
{
	void (*const actors[])(void *) = { unbind_bind_unbind, work_0, work_1 };

	assert_true(interleave_explore(actors, ARRAY_SIZE(actors), 1, reset, is_over, NULL) > 10);
}

/* An error node may come from an earlier instance, the probe, or an earlier connection. */
static void error_goes_before_the_next_connection(void **state)
{
	reset(NULL);
	has_error = true;
	connect_instance(XenbusStateInitialised);
	assert_false(has_error);

	/* The toolstack creates the device again. */
	dom0_backend_error(&instances[0].core->be, -EIO, "broken");
	theirs = XenbusStateInitialising;
	dom0_backend_event(instances[0].core, EVENT_REBORN);
	backend_work(&instances[0].core->work);
	assert_true(has_error);
	connect_instance(XenbusStateInitialised);
	assert_false(has_error);
}

/* A device that was created again is served only if it is known to have the same frontend. */
static void frontend_of_a_new_device_is_known(void **state)
{
	unsigned int other;

	for (other = 0; other < 2; other++) {
		reset(NULL);
		connect_instance(XenbusStateConnected);
		frontend_dir = other ? "/local/domain/1/device/vbd/768" : xdev.otherend;
		frontend_err = -EIO;
		dom0_backend_event(instances[0].core, EVENT_REBORN);
		assert_int_equal(work_and_retry(), HZ);
		assert_int_equal(probes, 1);
		frontend_err = 0;
		assert_int_equal(work_and_retry(), 0);
		assert_int_equal(probes, other ? 1 : 2);
		assert_int_equal(instances[0].core->machine.state,
				 other ? XenbusStateClosing : XenbusStateConnected);
	}
}

/* No later device has the error's node. A few failures of xenstore do not leave it behind. */
static void error_goes_with_the_directory(void **state)
{
	unsigned int i, runs;

	for (i = 0; i < 3; i++) {
		reset(NULL);
		connect_instance(XenbusStateConnected);
		dom0_backend_error(&instances[0].core->be, -EIO, "broken");
		unbind(NULL);
		dir_err = i ? -ENOENT : -EIO;
		error_clear_err = i ? -EIO : 0;
		assert_int_equal(work_and_retry(), HZ);
		assert_true(has_error && !probed && !instances[0].freed);
		/* In the end an unload need not wait for it. */
		if (i == 2) {
			for (runs = 1; !instances[0].freed; runs++)
				work_and_retry();
			assert_int_equal(runs, FINISH_RETRIES + 1);
			continue;
		}
		dir_err = -ENOENT;
		error_clear_err = 0;
		work_and_retry();
		assert_true(instances[0].freed && answered && !has_error);
	}
	reset(NULL);
	dom0_backend_error(&instances[0].core->be, -EIO, "broken");
	backend_work(&instances[0].core->work);
	unbind(NULL);
	work_and_retry();
	assert_true(instances[0].freed && has_error);
}

static void error_of_a_connection_stays(void **state)
{
	reset(NULL);
	complains = true;
	connect_instance(XenbusStateInitialised);
	assert_true(has_error);
}

/* sysfs shows the state that the toolstack has written, also if that made our own write fail. */
static void sysfs_shows_what_the_toolstack_wants(void **state)
{
	reset(NULL);
	ours = XenbusStateClosing;
	theirs = XenbusStateConnected;
	backend_work(&instances[0].core->work);
	assert_int_equal(instances[0].core->machine.state, XenbusStateClosing);
	assert_int_equal(xdev.state, XenbusStateClosing);
}

/*
 * A guest can make its state Unknown and still run. The wait for its end polls at growing
 * intervals.
 */
static void device_is_abandoned_when_its_domain_is_gone(void **state)
{
	unsigned long delay, last = 0;
	unsigned int i;

	reset(NULL);
	connect_instance(XenbusStateConnected);
	theirs = XenbusStateUnknown;
	for (i = 0; i < 10; i++, last = delay) {
		delay = work_and_retry();
		assert_true(delay >= last && delay >= HZ && delay <= HZ << RETRY_DOUBLINGS);
		assert_false(instances[0].core->machine.connected);
		assert_int_equal(abandoned, 0);
	}
	domain_gone = true;
	assert_int_equal(work_and_retry(), 0);
	assert_int_equal(abandoned, 1);
}

/* Another domain has used up a resource. The device is kept, and tries again. */
static void abandoning_is_tried_again(void **state)
{
	static const int errs[] = { -EBUSY, -EAGAIN, -EIO };
	unsigned int i;

	reset(NULL);
	connect_instance(XenbusStateConnected);
	theirs = XenbusStateUnknown;
	domain_gone = true;
	for (i = 0; i < ARRAY_SIZE(errs); i++) {
		abandoned_err = errs[i];
		assert_true(work_and_retry() > 0);
		assert_int_equal(abandoned, i + 1);
	}
	abandoned_err = -ENOENT;
	assert_int_equal(work_and_retry(), 0);
	assert_int_equal(abandoned, i + 1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(device_is_not_used_when_it_is_freed),
	cmocka_unit_test(lives_of_a_device_do_not_meet),
	cmocka_unit_test(error_goes_before_the_next_connection),
	cmocka_unit_test(frontend_of_a_new_device_is_known),
	cmocka_unit_test(error_goes_with_the_directory),
	cmocka_unit_test(error_of_a_connection_stays),
	cmocka_unit_test(sysfs_shows_what_the_toolstack_wants),
	cmocka_unit_test(device_is_abandoned_when_its_domain_is_gone),
	cmocka_unit_test(abandoning_is_tried_again),
};

RUN_TESTS(tests)
