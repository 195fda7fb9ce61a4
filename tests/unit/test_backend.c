// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a backend device: the bus lets go of it while its queue is at work, in every order in which
 * the two can follow each other.
 */
#include "interleave.h"
#include "unit.h"

#include <linux/list.h>
#include <linux/types.h>

static bool wrong, probed, answered;

/* ---- locks: an actor that meets one waits ---- */

struct mutex {
	bool locked;
};

static struct mutex *awaited[INTERLEAVE_ACTORS];

#define DEFINE_MUTEX(name) struct mutex name
#define mutex_init(lock) ((void)((lock)->locked = false))
#define lockdep_assert_held(lock) assert((lock)->locked)

#define LOCK_IS_FREE(actor)				\
	static bool lock_is_free_##actor(void *unused)	\
	{						\
		return !awaited[actor]->locked;		\
	}
LOCK_IS_FREE(0)
LOCK_IS_FREE(1)
LOCK_IS_FREE(2)

static bool (*const lock_is_free[])(void *) = { lock_is_free_0, lock_is_free_1, lock_is_free_2 };

/* The actor that runs. */
static unsigned int self(void)
{
	return interleave.running - interleave.actors;
}

static void mutex_lock(struct mutex *lock)
{
	if (interleave.running) {
		interleave_step();
		if (lock->locked) {
			awaited[self()] = lock;
			interleave_wait(lock_is_free[self()]);
		}
	}
	assert(!lock->locked);
	lock->locked = true;
}

static void mutex_unlock(struct mutex *lock)
{
	interleave_step();
	lock->locked = false;
}

static void set_bit(unsigned int nr, unsigned long *bits)
{
	interleave_step();
	*bits |= BIT(nr);
}

#define xchg(p, value) ({ interleave_step(); typeof(*(p)) __old = *(p); *(p) = (value); __old; })
#define cmpxchg(p, old, new) ({ typeof(*(p)) __old = *(p); if (__old == (old)) *(p) = (new); __old; })

/* ---- the queue ---- */

struct work_struct {
	void (*fn)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
};

struct workqueue_struct;

/*
 * struct instance - one life of the device
 * @queued: its work is
 * @freed: its memory
 */
static struct instance {
	struct dom0_backend_core *core;
	bool queued;
	bool freed;
} instances[2];

static struct instance *instance_of(const void *member);

#define INIT_WORK(w, f) ((w)->fn = (f))
#define INIT_DELAYED_WORK(w, f) INIT_WORK(&(w)->work, f)
#define WQ_UNBOUND 0
#define alloc_workqueue(name, flags, max) NULL
#define destroy_workqueue(queue) ((void)(queue))
#define to_delayed_work(w) container_of(w, struct delayed_work, work)

static void queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
	interleave_step();
	wrong |= instance_of(work)->freed;
	instance_of(work)->queued = true;
}

static unsigned long retried_after;
static u64 clock_ms;

static void mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *work, unsigned long delay)
{
	retried_after = delay;
}

static void cancel_delayed_work_sync(struct delayed_work *work)
{
}

static void cancel_work(struct work_struct *work)
{
	interleave_step();
	instance_of(work)->queued = false;
}

#define HZ 250
#define min_not_zero(a, b) (!(a) ? (b) : !(b) ? (a) : min(a, b))

/* ---- what else the file asks the kernel for, and nothing here waits for ---- */

typedef long long time64_t;

struct ratelimit_state {
	int unused;
};

struct kobject {
	int unused;
};

struct device {
	struct kobject kobj;
};

struct xenbus_watch {
	const char *node;
};

struct xenbus_device {
	struct device dev;
	const char *nodename;
	const char *otherend;
	int otherend_id;
	int state;
};

struct wait_queue_head;

#define DECLARE_WAIT_QUEUE_HEAD(name) int name
#define DEFINE_WAIT_FUNC(name, fn) int name
#define TASK_UNINTERRUPTIBLE 0
#define MAX_SCHEDULE_TIMEOUT 0
#define add_wait_queue(head, wait) ((void)(head))
#define remove_wait_queue(head, wait) ((void)(head))
#define wait_woken(wait, state, timeout) ((void)(wait))
#define wake_up_all(head) ((void)(head))
#define ktime_get_seconds() 0
#define ktime_get() clock_ms
#define ktime_to_ms(time) (time)
#define msecs_to_jiffies(ms) (ms)
#define kstrdup(text, flags) strdup(text)
#define ratelimit_state_init(state, interval, burst) ((void)(state))
#define ratelimit_set_flags(state, flags) ((void)(state))
#define RATELIMIT_MSG_ON_RELEASE 0
#define KOBJ_ONLINE 0
#define KOBJ_OFFLINE 0
#define kobject_uevent(kobj, action) ((void)(kobj))
#define sysfs_create_groups(kobj, groups) 0
#define sysfs_remove_groups(kobj, groups) ((void)(kobj))
#define get_device(dev) ((void)(dev))
#define dev_name(dev) "vbd-1-51712"

#define put_device(dev) ((void)(dev))

/* The last thing that is done to an instance. */
static void mutex_destroy(struct mutex *lock)
{
	instance_of(lock)->freed = true;
}

#define _TRACE_DOM0_XENBUS_H
#define trace_dom0_backend_state(name, ours, theirs, action) ((void)(name))

#include "drivers/xenbus/state.c"
#include "drivers/xenbus/pace.c"
#include "drivers/xenbus/connection.c"
#include "drivers/xenbus/backend.c"
#include "drivers/xenbus/sysfs.c"

static struct instance *instance_of(const void *member)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(instances); i++) {
		const char *core = (const char *)instances[i].core;

		if (core && (const char *)member >= core && (const char *)member < core + sizeof(*instances[i].core))
			return &instances[i];
	}
	/* One that is about to be bound. */
	return NULL;
}

int dom0_watch_own_state(struct dom0_backend_core *core)
{
	return 0;
}

void dom0_unwatch_own_state(struct dom0_backend_core *core)
{
}

void dom0_unwatch_all(struct dom0_backend_core *core)
{
}

static bool has_error;	/* xenstore, of the device */

void dom0_error_clear(struct dom0_backend_core *core)
{
	core->error_reported = false;
	has_error = false;
}

void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...)
{
	be->core->error_reported = true;
	has_error = true;
}

static int online;

int dom0_backend_online(struct dom0_backend *be)
{
	return online;
}

static enum xenbus_state ours, theirs;

int dom0_xs_read_state(const char *dir, enum xenbus_state *state)
{
	*state = *dir == '/' ? theirs : ours;
	return 0;
}

int dom0_xs_read_frontend(const char *dir, int *domid, const char **frontend)
{
	return -ENOENT;
}

bool dom0_xs_is_gone(const char *dir)
{
	return false;
}

static bool domain_gone;

bool dom0_xs_domain_is_gone(domid_t domid)
{
	return domain_gone;
}

/* The toolstack is faster once it has written Closing. */
int dom0_xs_write_state(struct dom0_backend_core *core, enum xenbus_state from, enum xenbus_state to, bool holds,
		   enum xenbus_state *found)
{
	*found = ours;
	return ours == XenbusStateClosing && from != ours ? -ESTALE : 0;
}

/* The toolstack waits for it, and takes the device for free then. */
int dom0_xs_answer_closing(struct dom0_backend_core *core)
{
	interleave_step();
	wrong |= probed;
	answered = true;
	return 0;
}

/* ---- the driver and the bus ---- */

static int probe_device(struct dom0_backend *be)
{
	wrong |= probed;
	probed = true;
	return 0;
}

static void remove_device(struct dom0_backend *be)
{
	wrong |= !probed;
	probed = false;
}

static bool complains;	/* the driver, of what a connection can do without */

static int connect_err;

static bool failing;	/* xenstore, while the driver runs */

static void ask_xenstore(struct dom0_backend *be)
{
	if (!failing)
		return;
	dom0_backend_error(be, -EIO, "cannot be read");
	dom0_backend_retry(be);
}

static int connect_device(struct dom0_backend *be)
{
	if (connect_err) {
		dom0_backend_error(be, connect_err, "no ring");
		return connect_err;
	}
	if (complains)
		dom0_backend_error(be, -EINVAL, "no number");
	ask_xenstore(be);
	return failing ? -EIO : 0;
}

static bool ready_device(struct dom0_backend *be)
{
	ask_xenstore(be);
	return !failing;
}

static void disconnect_device(struct dom0_backend *be)
{
}

static unsigned int abandoned;
static int abandoned_err;

static int let_go(struct dom0_backend *be)
{
	assert_false(be->core->machine.connected);
	abandoned++;
	return abandoned_err;
}

static unsigned int changes, reconfigures;
static unsigned long changed_bits;

static void see_changes(struct dom0_backend *be, unsigned long fired)
{
	changes++;
	changed_bits = fired;
	ask_xenstore(be);
}

static void read_again(struct dom0_backend *be)
{
	reconfigures++;
	ask_xenstore(be);
}

static struct dom0_backend_driver driver = {
	.type = "vbd",
	.name = "dom0-vbd",
	.probe = probe_device,
	.connect = connect_device,
	.disconnect = disconnect_device,
	.reconfigure = read_again,
	.changed = see_changes,
	.abandoned = let_go,
	.remove = remove_device,
};

static struct xenbus_device xdev = {
	.nodename = "backend/vbd/1/51712",
	.otherend = "/local/domain/1/device/vbd/51712",
	.otherend_id = 1,
};

static void bind_instance(unsigned int i)
{
	instances[i].core = dom0_backend_create(&xdev, &driver);
	dom0_backend_event(instances[i].core, EVENT_START);
}

/* It has been bound a moment ago. */
static void reset(void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(instances); i++)
		if (instances[i].core && !instances[i].freed)
			backend_free(instances[i].core);
	memset(instances, 0, sizeof(instances));
	INIT_LIST_HEAD(&backends);
	backends_lock.locked = false;
	wrong = probed = answered = complains = has_error = domain_gone = failing = false;
	driver.ready = NULL;
	online = 1;
	abandoned = 0;
	abandoned_err = 0;
	retried_after = 0;
	changes = reconfigures = 0;
	changed_bits = 0;
	ours = theirs = XenbusStateInitialising;
	bind_instance(0);
}

static void unbind(void *unused)
{
	dom0_backend_release(instances[0].core);
}

static void unbind_bind_unbind(void *unused)
{
	unbind(NULL);
	bind_instance(1);
	dom0_backend_release(instances[1].core);
}

static bool has_to_work_0(void *unused)
{
	return instances[0].queued || instances[0].freed;
}

static bool has_to_work_1(void *unused)
{
	return instances[1].queued || instances[1].freed;
}

static void work_until_freed(unsigned int i, bool (*has_to_work)(void *))
{
	for (;;) {
		interleave_wait(has_to_work);
		if (instances[i].freed)
			return;
		instances[i].queued = false;
		backend_work(&instances[i].core->work);
	}
}

static void work_0(void *unused)
{
	work_until_freed(0, has_to_work_0);
}

static void work_1(void *unused)
{
	work_until_freed(1, has_to_work_1);
}

static bool is_over(void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(instances); i++)
		if (instances[i].core && (!instances[i].freed || instances[i].queued))
			return false;
	return answered && !probed && !wrong && list_empty(&backends);
}

/* Once it is freed it is not queued any more, and what was probed is removed. */
static void device_is_not_used_when_it_is_freed(void **state)
{
	void (*const actors[])(void *) = { unbind, work_0 };

	assert_true(interleave_explore(actors, ARRAY_SIZE(actors), 3, reset, is_over, NULL) > 10);
}

/* The second life begins when the first has ended, and the last of them answers when neither is. */
static void lives_of_a_device_do_not_meet(void **state)
{
	void (*const actors[])(void *) = { unbind_bind_unbind, work_0, work_1 };

	assert_true(interleave_explore(actors, ARRAY_SIZE(actors), 1, reset, is_over, NULL) > 10);
}

static void connect_instance(enum xenbus_state state)
{
	theirs = state;
	dom0_backend_event(instances[0].core, EVENT_FRONTEND);
	backend_work(&instances[0].core->work);
	assert_true(instances[0].core->machine.connected);
}

/* Wherever it comes from: an earlier life, the probe, or an earlier connection. */
static void error_goes_before_the_next_connection(void **state)
{
	reset(NULL);
	has_error = true;
	connect_instance(XenbusStateInitialised);
	assert_false(has_error);

	/* The toolstack makes the device anew. */
	dom0_backend_error(&instances[0].core->be, -EIO, "broken");
	theirs = XenbusStateInitialising;
	dom0_backend_event(instances[0].core, EVENT_REBORN);
	backend_work(&instances[0].core->work);
	assert_true(has_error);
	connect_instance(XenbusStateInitialised);
	assert_false(has_error);
}

static void error_of_a_connection_stays(void **state)
{
	reset(NULL);
	complains = true;
	connect_instance(XenbusStateInitialised);
	assert_true(has_error);
}

/* Who reads the state in sysfs sees what the toolstack has written, though the write failed that met it. */
static void sysfs_shows_what_the_toolstack_wants(void **state)
{
	reset(NULL);
	ours = XenbusStateClosing;
	theirs = XenbusStateConnected;
	backend_work(&instances[0].core->work);
	assert_int_equal(instances[0].core->machine.state, XenbusStateClosing);
	assert_int_equal(xdev.state, XenbusStateClosing);
}

static unsigned long work_and_retry(void)
{
	retried_after = 0;
	backend_work(&instances[0].core->work);
	return retried_after;
}

/* A guest can make its state Unknown, and be there as before: its end is waited for, ever more slowly. */
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

/* Another domain has used up what is needed. The device is not lost for that. */
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

enum {
	OF_TOOLSTACK,
	OF_FRONTEND,
};

static void fire_watch(unsigned int nr)
{
	set_bit(nr, &instances[0].core->fired);
	dom0_backend_event(instances[0].core, EVENT_WATCH);
}

/* A frontend that writes all the time: the driver looks twice in a second in the end, and at the last of it. */
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
	assert_in_range(changes, DOM0_PACE_BURST, DOM0_PACE_BURST + 10000 / DOM0_PACE_INTERVAL_MS + 1);
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
	assert_in_range(reconfigures, DOM0_PACE_BURST, DOM0_PACE_BURST + 10000 / DOM0_PACE_INTERVAL_MS + 1);
	theirs = XenbusStateReconfiguring;
	reconfigures = 0;
	clock_ms += 1;
	work_and_retry();
	clock_ms += DOM0_PACE_INTERVAL_MS;
	assert_int_equal(work_and_retry(), 0);
	assert_true(reconfigures > 0);
	assert_int_equal(instances[0].core->machine.state, XenbusStateReconfigured);
}

/* It never connects, but each start costs us reads and a transaction. */
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
	assert_in_range(opened, DOM0_PACE_BURST, DOM0_PACE_BURST + 10000 / DOM0_PACE_INTERVAL_MS + 1);
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

/* Each step in which xenstore fails is done later. The device is not lost, and nothing is done without an answer. */
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

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(device_is_not_used_when_it_is_freed),
	cmocka_unit_test(lives_of_a_device_do_not_meet),
	cmocka_unit_test(error_goes_before_the_next_connection),
	cmocka_unit_test(error_of_a_connection_stays),
	cmocka_unit_test(connect_waits_for_a_resource),
	cmocka_unit_test(sysfs_shows_what_the_toolstack_wants),
	cmocka_unit_test(device_is_abandoned_when_its_domain_is_gone),
	cmocka_unit_test(abandoning_is_tried_again),
	cmocka_unit_test(frontend_that_changes_too_much_waits),
	cmocka_unit_test(frontend_that_reconfigures_too_often_waits),
	cmocka_unit_test(frontend_that_starts_too_often_waits),
	cmocka_unit_test(step_waits_for_xenstore),
};

RUN_TESTS(tests)
