/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A backend device on its queue: the kernel, xenstore, a driver and the bus, as far as the sources
 * of dom0-xenbus need them. For tests to include once.
 */
#ifndef _UNIT_BACKEND_DEVICE_H
#define _UNIT_BACKEND_DEVICE_H

#include "interleave.h"
#include "unit.h"

#include <linux/list.h>
#include <linux/types.h>

static bool wrong, probed, answered;

/* ---- locks: an actor waits for a lock that is held ---- */

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
#define cmpxchg(p, old, new) ({			\
	typeof(*(p)) __old = *(p);		\
						\
	if (__old == (old))			\
		*(p) = (new);			\
	__old;					\
})

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
 * @queued: its work is queued
 * @freed: its memory is freed
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

static unsigned long jiffies, retried_after, retried_at;
static u64 clock_ms;

#define time_before(a, b) ((long)((a) - (b)) < 0)

static void mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *work,
			     unsigned long delay)
{
	retried_after = delay;
	retried_at = jiffies + delay;
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

/* ---- more of the kernel, for which no actor waits ---- */

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
#define trace_dom0_backend_state(name, state, otherend_state, action) ((void)(name))

#include "drivers/xenbus/state.c"
#include "drivers/xenbus/pace.c"
#include "drivers/xenbus/connection.c"
#include "drivers/xenbus/backend_list.c"
#include "drivers/xenbus/backend.c"
#include "drivers/xenbus/sysfs.c"

static struct instance *instance_of(const void *member)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(instances); i++) {
		const char *core = (const char *)instances[i].core;

		if (core && (const char *)member >= core &&
		    (const char *)member < core + sizeof(*instances[i].core))
			return &instances[i];
	}
	/* An instance that is about to be bound. */
	return NULL;
}

static int watch_err;
static bool watching_own;

int dom0_watch_own_state(struct dom0_backend_core *core)
{
	watching_own = !watch_err;
	return watch_err;
}

void dom0_unwatch_own_state(struct dom0_backend_core *core)
{
}

void dom0_unwatch_all(struct dom0_backend_core *core)
{
}

static unsigned int refired;

void dom0_watch_refire(struct dom0_backend_core *core)
{
	refired++;
	core->failing = true;
}

static bool has_error;	/* the device has an error node */

static int error_clear_err;	/* xenstore fails */

int dom0_error_clear(struct dom0_backend_core *core)
{
	core->error_reported = false;
	if (!error_clear_err)
		has_error = false;
	return error_clear_err;
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

static int frontend_err;		/* xenstore fails */
static const char *frontend_dir;	/* in the device's directory; NULL if it is missing */

int dom0_xs_read_frontend(const char *dir, int *domid, const char **frontend)
{
	if (frontend_err || !frontend_dir)
		return frontend_err ?: -ENOENT;
	*domid = 1;
	*frontend = strdup(frontend_dir);
	return 0;
}

static int dir_err;	/* of a look at the device's directory */

int dom0_xs_find(const char *dir)
{
	return dir_err;
}

static bool domain_gone;

bool dom0_xs_domain_is_gone(domid_t domid)
{
	return domain_gone;
}

/* If the toolstack has written Closing, our write fails. */
int dom0_xs_write_state(struct dom0_backend_core *core, enum xenbus_state from,
			enum xenbus_state to, bool holds, enum xenbus_state *found)
{
	*found = ours;
	return ours == XenbusStateClosing && from != ours ? -ESTALE : 0;
}

/* The toolstack waits for Closed, and then treats the device as free. */
int dom0_xs_answer_closing(struct dom0_backend_core *core)
{
	interleave_step();
	wrong |= probed;
	answered = true;
	return 0;
}

/* ---- the driver and the bus ---- */

static bool failing;	/* xenstore fails while the driver runs */

static void ask_xenstore(struct dom0_backend *be)
{
	if (!failing)
		return;
	dom0_backend_error(be, -EIO, "cannot be read");
	dom0_backend_retry(be);
}

static int probe_err;
static unsigned int probes;

static int probe_device(struct dom0_backend *be)
{
	wrong |= probed;
	probes++;
	if (probe_err == -EIO)
		ask_xenstore(be);
	probed = !probe_err;
	return probe_err;
}

static void remove_device(struct dom0_backend *be)
{
	wrong |= !probed;
	probed = false;
}

static bool complains;	/* the driver reports an error that prevents no connection */

static int connect_err;

static bool goes_without;	/* the driver connects without what it could not read */

static int connect_device(struct dom0_backend *be)
{
	if (connect_err) {
		dom0_backend_error(be, connect_err, "no ring");
		return connect_err;
	}
	if (complains)
		dom0_backend_error(be, -EINVAL, "no number");
	ask_xenstore(be);
	return failing && !goes_without ? -EIO : 0;
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

/* The device has just been bound. */
static void reset(void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(instances); i++)
		if (instances[i].core && !instances[i].freed)
			backend_free(instances[i].core);
	memset(instances, 0, sizeof(instances));
	INIT_LIST_HEAD(&backends);
	backends_lock.locked = false;
	wrong = false;
	probed = false;
	answered = false;
	complains = false;
	has_error = false;
	domain_gone = false;
	dir_err = 0;
	error_clear_err = 0;
	frontend_err = 0;
	frontend_dir = NULL;
	failing = false;
	watching_own = false;
	watch_err = 0;
	driver.ready = NULL;
	goes_without = false;
	probe_err = 0;
	connect_err = 0;
	refired = 0;
	probes = 0;
	online = 1;
	abandoned = 0;
	abandoned_err = 0;
	retried_after = 0;
	changes = 0;
	reconfigures = 0;
	changed_bits = 0;
	ours = XenbusStateInitialising;
	theirs = XenbusStateInitialising;
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

static void connect_instance(enum xenbus_state state)
{
	theirs = state;
	dom0_backend_event(instances[0].core, EVENT_FRONTEND);
	backend_work(&instances[0].core->work);
	assert_true(instances[0].core->machine.connected);
}

/* Run the work, with the event of a retry if one was planned. Its time has come then. */
static unsigned long work_and_retry(void)
{
	if (retried_after)
		dom0_backend_event(instances[0].core, EVENT_RETRY);
	jiffies += retried_after;
	retried_after = 0;
	backend_work(&instances[0].core->work);
	return retried_after;
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

#endif
