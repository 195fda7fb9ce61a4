// SPDX-License-Identifier: GPL-2.0
/* The life of a device on its queue: start, the connection, finish. */
#include "backend.h"
#include "error.h"
#include "watch.h"
#include "xs.h"

#include <dom0/fault_point.h>
#include <dom0/xs.h>
#include <linux/export.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/wait.h>
#include <trace/events/dom0_xenbus.h>

/* One error is one line; a device that goes on failing gets this many in this time. */
#define LOG_INTERVAL	(60 * HZ)
#define LOG_BURST	10

/* Devices that are worked on at once: a disk that hangs occupies one, so few are not enough. */
#define BACKENDS_ACTIVE	256

/* What xenstore refuses is tried again after a second, then after twice as long each time. */
#define RETRY_DOUBLINGS	5

/* So is the last answer to the toolstack, but this often only: an unload waits for it. */
#define ANSWER_RETRIES	3

/* Instances that exist, oldest first: the ones that the bus has let go of as well. */
static LIST_HEAD(backends);
static DEFINE_MUTEX(backends_lock);
static DECLARE_WAIT_QUEUE_HEAD(backends_changed);

static struct workqueue_struct *queue;

void dom0_backend_event(struct dom0_backend_core *core, unsigned int event)
{
	set_bit(event, &core->events);
	queue_work(queue, &core->work);
}

/* ---- trying again ---- */

static void retry_after(struct dom0_backend_core *core, unsigned long delay)
{
	core->retry_delay = min_not_zero(core->retry_delay, delay);
}

/* @event, or what every run does, has met with an error of xenstore. */
static void retry_event(struct dom0_backend_core *core, unsigned int event)
{
	set_bit(event, &core->events);
	core->failing = true;
}

/* At the end of each run. */
static void retry_plan(struct dom0_backend_core *core)
{
	if (core->failing)
		retry_after(core, HZ << min(core->failures++, RETRY_DOUBLINGS));
	else
		core->failures = 0;
	if (core->retry_delay)
		mod_delayed_work(queue, &core->retry, core->retry_delay);
	core->retry_delay = 0;
	core->failing = false;
}

static void backend_retry(struct work_struct *work)
{
	struct dom0_backend_core *core = container_of(to_delayed_work(work),
						      struct dom0_backend_core, retry);

	queue_work(queue, &core->work);
}

/*
 * The state that the bus has read may be older than what the queue has read and acted on since:
 * taken for news, it would end a connection that has just been made. What is read under the lock
 * that the queue reads under is as new as it can be.
 */
void dom0_backend_frontend_state(struct dom0_backend_core *core)
{
	enum xenbus_state state;

	mutex_lock(&core->look_lock);
	if (!dom0_xs_read_state(core->be.frontend, &state))
		core->seen |= BIT(state);
	mutex_unlock(&core->look_lock);
	dom0_backend_event(core, EVENT_FRONTEND);
}

void dom0_backend_break(struct dom0_backend *be, const char *reason)
{
	if (!cmpxchg(&be->core->broken, NULL, reason))
		dom0_backend_event(be->core, EVENT_BREAK);
}
EXPORT_SYMBOL_GPL(dom0_backend_break);

/* ---- what sysfs shows ---- */

/*
 * Our state as the bus knows it, in sysfs and when it unbinds the device. A device that the bus has
 * let go of may have another instance already.
 */
void dom0_backend_note_state(struct dom0_backend_core *core, enum xenbus_state state)
{
	mutex_lock(&core->sysfs_lock);
	if (!core->gone)
		WRITE_ONCE(core->be.xdev->state, state);
	mutex_unlock(&core->sysfs_lock);
}

static void sysfs_leave_locked(struct dom0_backend_core *core)
{
	struct dom0_backend *be = &core->be;

	lockdep_assert_held(&core->sysfs_lock);
	if (core->has_groups)
		sysfs_remove_groups(&be->xdev->dev.kobj, be->driver->groups);
	core->has_groups = false;
	if (core->announced)
		kobject_uevent(&be->xdev->dev.kobj, KOBJ_OFFLINE);
	core->announced = false;
}

static void sysfs_leave(struct dom0_backend_core *core)
{
	mutex_lock(&core->sysfs_lock);
	sysfs_leave_locked(core);
	mutex_unlock(&core->sysfs_lock);
}

/* After a successful probe. A device that has left the bus meanwhile is not announced. */
static void sysfs_enter(struct dom0_backend_core *core)
{
	struct kobject *kobj = &core->be.xdev->dev.kobj;
	const struct dom0_backend_driver *driver = core->be.driver;

	mutex_lock(&core->sysfs_lock);
	if (core->gone)
		goto unlock;
	if (driver->groups)
		core->has_groups = !sysfs_create_groups(kobj, driver->groups);
	if (driver->hotplug)
		kobject_uevent(kobj, KOBJ_ONLINE);
	core->announced = driver->hotplug;
unlock:
	mutex_unlock(&core->sysfs_lock);
}

/* ---- the connection: what the state machine needs done ---- */

static struct dom0_backend_core *to_core(struct dom0_machine *machine)
{
	return container_of(machine, struct dom0_backend_core, machine);
}

static int machine_become(struct dom0_machine *machine, enum xenbus_state state, bool released,
			  enum xenbus_state *found)
{
	struct dom0_backend_core *core = to_core(machine);
	struct dom0_backend *be = &core->be;
	bool holds = core->probed && be->driver->release && !released;
	int err;

	err = dom0_fault_point("backend_become") ?:
	      dom0_xs_write_state(core, machine->written, state, holds, found);
	/* The device is to be let go of, and then we are called again. */
	if (err == -ERESTART)
		return err;
	WRITE_ONCE(core->since, ktime_get_seconds());
	/* The watch of our own state finds nothing new then. */
	if (err == -ESTALE) {
		dom0_backend_note_state(core, *found);
		return err;
	}
	/* No error without a directory: the bus is about to remove the device. */
	if (err && err != -ENOENT && err != -ENODEV) {
		core->failing = true;
		if (!core->failures)
			dom0_backend_error(be, err, "cannot become %s yet", dom0_state_name(state));
		return err;
	}
	if (state == XenbusStateConnected && be->driver->connected)
		be->driver->connected(be);
	return 0;
}

static void machine_release(struct dom0_machine *machine)
{
	struct dom0_backend *be = &to_core(machine)->be;

	be->driver->release(be);
}

static bool backend_usable(struct dom0_backend_core *core)
{
	const struct dom0_backend_driver *driver = core->be.driver;

	return core->probed && (!driver->usable || driver->usable(&core->be));
}

static bool machine_may_reopen(struct dom0_machine *machine)
{
	struct dom0_backend_core *core = to_core(machine);

	return backend_usable(core) && dom0_backend_online(&core->be);
}

/* Connecting costs much more than a frontend pays for asking for it. */
static bool machine_ready(struct dom0_machine *machine)
{
	struct dom0_backend_core *core = to_core(machine);
	struct dom0_backend *be = &core->be;
	u64 wait;

	if (be->driver->ready && !be->driver->ready(be))
		return false;
	wait = dom0_pace_take(&core->pace, ktime_to_ms(ktime_get()));
	if (!wait)
		return true;
	WRITE_ONCE(core->postponed, core->postponed + 1);
	retry_after(core, max(msecs_to_jiffies(wait), 1UL));
	return false;
}

static int machine_connect(struct dom0_machine *machine)
{
	struct dom0_backend_core *core = to_core(machine);

	WRITE_ONCE(core->broken, NULL);
	/* If it goes wrong again, the driver says so again. */
	if (READ_ONCE(core->told))
		dom0_error_forget(core);
	return core->be.driver->connect(&core->be);
}

bool dom0_backend_leaving(const struct dom0_backend *be)
{
	return be->core->leaving;
}
EXPORT_SYMBOL_GPL(dom0_backend_leaving);

static void machine_disconnect(struct dom0_machine *machine)
{
	struct dom0_backend *be = &to_core(machine)->be;

	be->driver->disconnect(be);
}

static void machine_reconfigure(struct dom0_machine *machine)
{
	struct dom0_backend *be = &to_core(machine)->be;

	if (be->driver->reconfigure)
		be->driver->reconfigure(be);
}

static void machine_trace(struct dom0_machine *machine, enum xenbus_state theirs,
			  enum dom0_action action)
{
	trace_state(to_core(machine)->be.name, machine->ours, theirs, dom0_action_name(action));
}

static const struct dom0_machine_ops machine_ops = {
	.become = machine_become,
	.release = machine_release,
	.may_reopen = machine_may_reopen,
	.ready = machine_ready,
	.connect = machine_connect,
	.disconnect = machine_disconnect,
	.reconfigure = machine_reconfigure,
	.trace = machine_trace,
};

static bool abandon_device(struct dom0_backend_core *core)
{
	int err;

	if (!dom0_xs_domain_is_gone(core->be.domid))
		return false;
	err = core->be.driver->abandoned(&core->be);
	/* Without a directory the bus is about to remove the device. */
	return !err || err == -ENOENT || err == -ENODEV;
}

/*
 * A guest may remove its directory, or spoil its state, and live on with all that it has of the
 * device: only the end of its domain counts. No watch of ours tells of that, so it is asked for
 * again.
 */
static void look_for_orphan(struct dom0_backend_core *core, enum xenbus_state theirs)
{
	if (theirs == XenbusStateUnknown && core->probed && core->be.driver->abandoned &&
	    !core->machine.connected && !abandon_device(core))
		retry_event(core, EVENT_FRONTEND);
}

static void look_at_frontend(struct dom0_backend_core *core)
{
	enum xenbus_state now;
	unsigned long seen;
	int err;

	mutex_lock(&core->look_lock);
	err = dom0_fault_point("backend_look") ?: dom0_xs_read_state(core->be.frontend, &now);
	seen = core->seen;
	if (!err)
		core->seen = 0;
	mutex_unlock(&core->look_lock);
	if (err) {
		retry_event(core, EVENT_FRONTEND);
		return;
	}
	dom0_machine_look(&core->machine, seen, now);
	look_for_orphan(core, now);
}

static void look_at_own_state(struct dom0_backend_core *core)
{
	enum xenbus_state state;

	if (dom0_fault_point("backend_look_own") ?: dom0_xs_read_state(core->be.node, &state)) {
		retry_event(core, EVENT_OWN);
		return;
	}
	/* The toolstack detaches a device by writing Closing, for the frontend to see and obey. */
	if (state != XenbusStateClosing || core->machine.ours == XenbusStateClosing)
		return;
	dom0_machine_overrule(&core->machine, XenbusStateClosing);
	dom0_backend_note_state(core, XenbusStateClosing);
	WRITE_ONCE(core->since, ktime_get_seconds());
}

/* The guest waits for a device in InitWait, and need not wait for one that it will not get. */
static void refuse_unusable(struct dom0_backend_core *core)
{
	if (core->machine.ours == XenbusStateInitWait && !backend_usable(core))
		dom0_machine_become(&core->machine, XenbusStateClosing);
}

static void stop_broken(struct dom0_backend_core *core)
{
	const char *reason = READ_ONCE(core->broken);

	if (!core->machine.connected || !reason)
		return;
	dom0_backend_error(&core->be, -EPROTO, "stopped, the frontend broke the protocol: %s",
			   reason);
	dom0_machine_disconnect(&core->machine);
	dom0_machine_become(&core->machine, XenbusStateClosing);
}

/* ---- start and finish ---- */

static void probe_backend(struct dom0_backend_core *core)
{
	struct dom0_backend *be = &core->be;
	bool told = READ_ONCE(core->told);
	int err;

	WRITE_ONCE(core->told, false);
	err = dom0_fault_point("backend_probe") ?: be->driver->probe(be);
	if (err) {
		if (!READ_ONCE(core->told))
			dom0_backend_error(be, err, "%s cannot serve this device",
					   be->driver->name);
		dom0_machine_become(&core->machine, XenbusStateClosing);
		return;
	}
	core->probed = true;
	if (told)
		WRITE_ONCE(core->told, true);
	dom0_fault_point("backend_probed");
	sysfs_enter(core);
	dom0_machine_become(&core->machine, XenbusStateInitWait);
}

static void start_backend(struct dom0_backend_core *core)
{
	int err = dom0_watch_own_state(core);

	core->started = true;
	if (err)
		dom0_backend_error(&core->be, err, "cannot watch %s/state", core->be.node);
	probe_backend(core);
}

/* Undo probe and whatever came after. */
static void stop_backend(struct dom0_backend_core *core)
{
	sysfs_leave(core);
	core->leaving = true;
	dom0_machine_disconnect(&core->machine);
	core->leaving = false;
	if (core->probed)
		core->be.driver->remove(&core->be);
	core->probed = false;
	dom0_unwatch_all(core);
}

/* The bus watches the frontend that the device had when it was made. */
static bool has_other_frontend(struct dom0_backend_core *core)
{
	const char *frontend;
	bool other;
	int domid;

	if (dom0_xs_read_frontend(core->be.node, &domid, &frontend))
		return false;
	other = domid != core->be.domid || strcmp(frontend, core->be.frontend);
	kfree(frontend);
	return other;
}

/* The directory was removed and made again behind the bus's back: begin anew. */
static void start_again(struct dom0_backend_core *core)
{
	enum xenbus_state state;

	if (dom0_fault_point("backend_look_own") ?: dom0_xs_read_state(core->be.node, &state)) {
		retry_event(core, EVENT_REBORN);
		return;
	}
	if (state != XenbusStateInitialising)
		return;
	stop_backend(core);
	dom0_machine_overrule(&core->machine, XenbusStateInitialising);
	core->machine.theirs = XenbusStateUnknown;
	if (has_other_frontend(core)) {
		dom0_backend_error(&core->be, -ESTALE, "%s has got another frontend than %s",
				   core->be.node, core->be.frontend);
		dom0_machine_become(&core->machine, XenbusStateClosing);
		return;
	}
	probe_backend(core);
}

static bool is_oldest(struct dom0_backend_core *core)
{
	struct dom0_backend_core *other;

	lockdep_assert_held(&backends_lock);
	list_for_each_entry(other, &backends, link)
		if (!strcmp(other->be.node, core->be.node))
			return other == core;
	return true;
}

/* Two instances of one node never meet in a driver: the newer starts when the older is done. */
static bool may_start(struct dom0_backend_core *core)
{
	bool may;

	mutex_lock(&backends_lock);
	may = is_oldest(core);
	mutex_unlock(&backends_lock);
	return may;
}

static bool has_others(struct dom0_backend_core *core)
{
	struct dom0_backend_core *other;

	lockdep_assert_held(&backends_lock);
	list_for_each_entry(other, &backends, link)
		if (other != core && !strcmp(other->be.node, core->be.node))
			return true;
	return false;
}

static void leave_backends_locked(struct dom0_backend_core *core)
{
	struct dom0_backend_core *other;

	lockdep_assert_held(&backends_lock);
	list_del(&core->link);
	list_for_each_entry(other, &backends, link)
		if (!strcmp(other->be.node, core->be.node))
			dom0_backend_event(other, EVENT_START);
	wake_up_all(&backends_changed);
}

static void leave_backends(struct dom0_backend_core *core)
{
	mutex_lock(&backends_lock);
	leave_backends_locked(core);
	mutex_unlock(&backends_lock);
}

/*
 * The last instance of a node speaks for it. Looking and leaving are one step, or the last two
 * might each leave it to the other.
 */
static bool leave_to_others(struct dom0_backend_core *core)
{
	bool others;

	mutex_lock(&backends_lock);
	others = has_others(core);
	if (others)
		leave_backends_locked(core);
	mutex_unlock(&backends_lock);
	return others;
}

static void backend_free(struct dom0_backend_core *core)
{
	put_device(&core->be.xdev->dev);
	mutex_destroy(&core->look_lock);
	mutex_destroy(&core->sysfs_lock);
	kfree(core->be.frontend);
	kfree(core);
}

/* A toolstack that waits for Closed takes the device for free then: not before it is. */
static bool answer_closing(struct dom0_backend_core *core)
{
	int err = dom0_fault_point("backend_answer") ?: dom0_xs_answer_closing(core);

	if (!err)
		return true;
	if (core->unanswered < ANSWER_RETRIES) {
		set_bit(EVENT_GONE, &core->events);
		mod_delayed_work(queue, &core->retry, HZ << core->unanswered++);
		return false;
	}
	dom0_backend_error(&core->be, err, "cannot answer Closing with Closed");
	return true;
}

/*
 * The last run, or the last few if xenstore refuses the answer. Nothing else queues the work any
 * more, because the bus has let go of the device before. The watches and the driver are all that is
 * left, and go here.
 */
static void finish_backend(struct dom0_backend_core *core)
{
	if (core->started) {
		dom0_unwatch_own_state(core);
		stop_backend(core);
		if (dom0_xs_is_gone(core->be.node))
			dom0_error_forget(core);
	}
	/* An instance that comes meanwhile does not start before we have left. */
	if (!leave_to_others(core)) {
		if (!answer_closing(core))
			return;
		leave_backends(core);
	}
	cancel_delayed_work_sync(&core->retry);
	cancel_work(&core->work);
	backend_free(core);
}

static void backend_work(struct work_struct *work)
{
	struct dom0_backend_core *core = container_of(work, struct dom0_backend_core, work);
	unsigned long events = xchg(&core->events, 0);
	unsigned long fired;

	if (events & BIT(EVENT_GONE)) {
		finish_backend(core);
		return;
	}
	if (!core->started) {
		if (!may_start(core))
			return;
		start_backend(core);
	}
	if (events & BIT(EVENT_REBORN))
		start_again(core);
	if (events & (BIT(EVENT_OWN) | BIT(EVENT_REBORN)))
		look_at_own_state(core);
	if (events & BIT(EVENT_BREAK))
		stop_broken(core);
	fired = xchg(&core->fired, 0);
	if (fired && core->probed && core->be.driver->changed)
		core->be.driver->changed(&core->be, fired);
	refuse_unusable(core);
	dom0_machine_rewrite(&core->machine);
	look_at_frontend(core);
	retry_plan(core);
}

/* ---- for the bus ---- */

struct dom0_backend_core *dom0_backend_create(struct xenbus_device *xdev,
					      const struct dom0_backend_driver *driver)
{
	struct dom0_backend_core *core;

	if (xdev->otherend_id < 0 || xdev->otherend_id >= DOMID_FIRST_RESERVED)
		return ERR_PTR(-EINVAL);
	core = kzalloc(sizeof(*core), GFP_KERNEL);
	if (!core)
		return ERR_PTR(-ENOMEM);
	core->be.frontend = kstrdup(xdev->otherend, GFP_KERNEL);
	if (!core->be.frontend) {
		kfree(core);
		return ERR_PTR(-ENOMEM);
	}
	get_device(&xdev->dev);
	/* An instance before this one may have left Closed here. */
	WRITE_ONCE(xdev->state, XenbusStateInitialising);
	core->be.driver = driver;
	core->be.xdev = xdev;
	core->be.name = dev_name(&xdev->dev);
	core->be.node = xdev->nodename;
	core->be.domid = xdev->otherend_id;
	core->be.core = core;
	/* An instance before this one may have left an error. */
	core->told = true;
	core->machine.ops = &machine_ops;
	dom0_machine_overrule(&core->machine, XenbusStateInitialising);
	core->since = ktime_get_seconds();
	mutex_init(&core->sysfs_lock);
	mutex_init(&core->look_lock);
	ratelimit_state_init(&core->ratelimit, LOG_INTERVAL, LOG_BURST);
	ratelimit_set_flags(&core->ratelimit, RATELIMIT_MSG_ON_RELEASE);
	INIT_WORK(&core->work, backend_work);
	INIT_DELAYED_WORK(&core->retry, backend_retry);
	mutex_lock(&backends_lock);
	list_add_tail(&core->link, &backends);
	mutex_unlock(&backends_lock);
	return core;
}

/*
 * The run that sees EVENT_GONE frees the instance, and may be one that another event has queued. It
 * takes this lock before, and so waits until the instance is not used here any more.
 */
static void hand_to_queue(struct dom0_backend_core *core)
{
	mutex_lock(&backends_lock);
	dom0_backend_event(core, EVENT_GONE);
	mutex_unlock(&backends_lock);
}

/*
 * What is in sysfs goes now, since the bus is about to take the device's folder away; all that may
 * take time is left to the queue.
 *
 * When this returns, the kernel's bus answers a Closing of the toolstack with Closed, unless it
 * takes the device for Closed already. The device may still be in use then. So it is Closed for the
 * bus, and finish_backend() answers when it is free.
 */
void dom0_backend_release(struct dom0_backend_core *core)
{
	mutex_lock(&core->sysfs_lock);
	WRITE_ONCE(core->gone, true);
	WRITE_ONCE(core->be.xdev->state, XenbusStateClosed);
	sysfs_leave_locked(core);
	mutex_unlock(&core->sysfs_lock);
	hand_to_queue(core);
}

static bool driver_has_backends(const struct dom0_backend_driver *driver)
{
	struct dom0_backend_core *core;
	bool found = false;

	mutex_lock(&backends_lock);
	list_for_each_entry(core, &backends, link)
		found |= core->be.driver == driver;
	mutex_unlock(&backends_lock);
	return found;
}

void dom0_backends_wait_gone(const struct dom0_backend_driver *driver)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	add_wait_queue(&backends_changed, &wait);
	/* Looking takes a mutex, so it must not be the condition of a wait_event(). */
	while (driver_has_backends(driver))
		wait_woken(&wait, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
	remove_wait_queue(&backends_changed, &wait);
}

void dom0_backends_for_each(void (*show)(struct dom0_backend_core *core, void *data), void *data)
{
	struct dom0_backend_core *core;

	mutex_lock(&backends_lock);
	list_for_each_entry(core, &backends, link)
		show(core, data);
	mutex_unlock(&backends_lock);
}

int dom0_backends_init(void)
{
	queue = alloc_workqueue("dom0-xenbus", WQ_UNBOUND, BACKENDS_ACTIVE);
	return queue ? 0 : -ENOMEM;
}

void dom0_backends_exit(void)
{
	destroy_workqueue(queue);
}
