// SPDX-License-Identifier: GPL-2.0
/*
 * The life cycle of a device on its queue: start, events, finish. connection.c has the steps of its
 * connection, and backend_list.c the list of all instances.
 */
#include "backend.h"
#include "backend_list.h"
#include "connection.h"
#include "error.h"
#include "sysfs.h"
#include "watch.h"
#include "xs.h"

#include <dom0/fault_point.h>
#include <dom0/xs.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

/* Each error is one log line; the lines of one device are limited to LOG_BURST in LOG_INTERVAL. */
#define LOG_INTERVAL	(60 * HZ)
#define LOG_BURST	10

/* Devices that are served at once. Many, because each disk that hangs blocks one. */
#define BACKENDS_ACTIVE	256

/* If xenstore returns an error, retry after a second, then after twice as long each time. */
#define RETRY_DOUBLINGS	5

/* Retries of the last accesses to xenstore. Few, because an unload waits for them. */
#define FINISH_RETRIES	3

static struct workqueue_struct *queue;

void dom0_backend_event(struct dom0_backend_core *core, unsigned int event)
{
	set_bit(event, &core->events);
	queue_work(queue, &core->work);
}

/* ---- trying again ---- */

/* Handle @event again in a later run, because xenstore returned an error. */
static void retry_event(struct dom0_backend_core *core, unsigned int event)
{
	set_bit(event, &core->events);
	core->failing = true;
}

/*
 * Schedule the next run if one is needed. Called at the end of each run. What has failed keeps its
 * time, whatever the frontend makes us do until then.
 */
static void retry_plan(struct dom0_backend_core *core)
{
	unsigned long now = jiffies;

	if (core->failing && !core->retry_planned) {
		core->retry_planned = true;
		core->retry_at = now + (HZ << min(core->failures++, RETRY_DOUBLINGS));
	}
	if (core->retry_planned)
		dom0_backend_retry_after(core, max_t(long, core->retry_at - now, 1));
	else
		core->failures = 0;
	if (core->retry_delay)
		mod_delayed_work(queue, &core->retry, core->retry_delay);
	core->retry_delay = 0;
	core->failing = false;
}

/* Return true, once, when the time has come for what has failed. */
static bool take_retry(struct dom0_backend_core *core)
{
	if (!core->retry_planned || time_before(jiffies, core->retry_at))
		return false;
	core->retry_planned = false;
	return true;
}

static void backend_retry(struct work_struct *work)
{
	struct dom0_backend_core *core = container_of(to_delayed_work(work),
						      struct dom0_backend_core, retry);

	dom0_backend_event(core, EVENT_RETRY);
}

/*
 * Record a state that the frontend has written. The state that the bus has read may be older than
 * one on which the queue has acted since. Taken as new, it would end a connection that has just
 * been made. So read it again, under the lock under which the queue reads it too.
 */
void dom0_backend_frontend_state(struct dom0_backend_core *core)
{
	enum xenbus_state state;

	mutex_lock(&core->otherend_lock);
	if (!dom0_xs_read_state(core->be.frontend, &state))
		core->seen |= BIT(state);
	mutex_unlock(&core->otherend_lock);
	dom0_backend_event(core, EVENT_FRONTEND);
}

void dom0_backend_break(struct dom0_backend *be, const char *reason)
{
	if (!cmpxchg(&be->core->broken, NULL, reason))
		dom0_backend_event(be->core, EVENT_BREAK);
}
EXPORT_SYMBOL_GPL(dom0_backend_break);

/* ---- events of the connection ---- */

static bool abandon_device(struct dom0_backend_core *core)
{
	int err;

	if (!dom0_xs_domain_is_gone(core->be.domid))
		return false;
	err = core->be.driver->abandoned(&core->be);
	/* A missing directory is no error: the bus is about to remove the device. */
	return !err || err == -ENOENT || err == -ENODEV;
}

/*
 * Call abandoned() once the frontend's domain is gone. An Unknown state alone does not prove that:
 * a guest may remove its directory, or write an invalid state, and still use the device. We have no
 * watch for the end of a domain, so poll.
 */
static void check_orphan(struct dom0_backend_core *core, enum xenbus_state otherend_state)
{
	if (otherend_state == XenbusStateUnknown && core->probed && core->be.driver->abandoned &&
	    !core->machine.connected && !abandon_device(core))
		retry_event(core, EVENT_FRONTEND);
}

static void update_frontend(struct dom0_backend_core *core)
{
	enum xenbus_state now;
	unsigned long seen;
	int err;

	mutex_lock(&core->otherend_lock);
	err = dom0_fault_point("backend_read_frontend") ?:
	      dom0_xs_read_state(core->be.frontend, &now);
	seen = core->seen;
	if (!err)
		core->seen = 0;
	mutex_unlock(&core->otherend_lock);
	if (err) {
		retry_event(core, EVENT_FRONTEND);
		return;
	}
	dom0_machine_update(&core->machine, seen, now);
	check_orphan(core, now);
}

static void update_own_state(struct dom0_backend_core *core)
{
	enum xenbus_state state;

	if (dom0_fault_point("backend_read_own") ?: dom0_xs_read_state(core->be.node, &state)) {
		retry_event(core, EVENT_OWN);
		return;
	}
	/* The toolstack detaches a device by writing Closing here; the frontend closes then. */
	if (state != XenbusStateClosing || core->machine.state == XenbusStateClosing)
		return;
	dom0_machine_accept_state(&core->machine, XenbusStateClosing);
	dom0_backend_note_state(core, XenbusStateClosing);
	WRITE_ONCE(core->since, ktime_get_seconds());
}

/* A guest waits for a device in InitWait. Do not let it wait for one that cannot be served. */
static void refuse_unusable(struct dom0_backend_core *core)
{
	if (core->machine.state == XenbusStateInitWait && !dom0_connection_usable(core))
		dom0_machine_set_state(&core->machine, XenbusStateClosing);
}

static void stop_broken(struct dom0_backend_core *core)
{
	const char *reason = READ_ONCE(core->broken);

	if (!core->machine.connected || !reason)
		return;
	dom0_backend_error(&core->be, -EPROTO, "stopped, the frontend broke the protocol: %s",
			   reason);
	dom0_machine_disconnect(&core->machine);
	dom0_machine_set_state(&core->machine, XenbusStateClosing);
}

/* ---- start and finish ---- */

static void leave_initialising(struct dom0_backend_core *core, enum xenbus_state state)
{
	if (core->machine.state == XenbusStateInitialising)
		dom0_machine_set_state(&core->machine, state);
}

static void probe_backend(struct dom0_backend_core *core)
{
	struct dom0_backend *be = &core->be;
	bool error_reported = READ_ONCE(core->error_reported);
	int err;

	WRITE_ONCE(core->error_reported, false);
	core->again = false;
	core->probe_due = false;
	err = dom0_fault_point("backend_probe") ?: be->driver->probe(be);
	if (err) {
		if (!READ_ONCE(core->error_reported))
			dom0_backend_error(be, err, "%s cannot serve this device",
					   be->driver->name);
		core->probe_due = dom0_connection_may_pass(core, err);
		if (core->probe_due)
			dom0_connection_postpone(core);
		else
			leave_initialising(core, XenbusStateClosing);
		return;
	}
	core->probed = true;
	if (error_reported)
		WRITE_ONCE(core->error_reported, true);
	dom0_fault_point("backend_probed");
	dom0_sysfs_enter(core);
	leave_initialising(core, XenbusStateInitWait);
}

/*
 * Our state may be Closing or Closed by now. An earlier driver may have left it, and the frontend
 * starts over. Or the toolstack takes the device back: then do not probe it any more.
 */
static void probe_again(struct dom0_backend_core *core)
{
	int online = 1;

	if (core->machine.state != XenbusStateInitialising)
		online = dom0_backend_online(&core->be);
	if (online < 0)
		dom0_connection_postpone(core);
	else if (online)
		probe_backend(core);
	else
		core->probe_due = false;
}

/* Report a failure once: the node may hold another error when the watch is tried again. */
static void watch_own_state(struct dom0_backend_core *core)
{
	int err = dom0_watch_own_state(core);

	if (err && !core->unwatched)
		dom0_backend_error(&core->be, err, "cannot watch %s/state", core->be.node);
	core->unwatched = err;
	if (err)
		dom0_connection_postpone(core);
}

static void start_backend(struct dom0_backend_core *core)
{
	core->started = true;
	watch_own_state(core);
	probe_backend(core);
}

/* Undo probe and all later steps. */
static void stop_backend(struct dom0_backend_core *core)
{
	dom0_sysfs_leave(core);
	core->leaving = true;
	dom0_machine_disconnect(&core->machine);
	core->leaving = false;
	if (core->probed)
		core->be.driver->remove(&core->be);
	core->probed = false;
	core->probe_due = false;
	core->held = 0;
	dom0_unwatch_all(core);
}

/*
 * Check for a new frontend. The bus watches the one that the device had when it was created.
 * Returns 1 if there is one, 0 if not, or negative errno if xenstore fails.
 */
static int has_other_frontend(struct dom0_backend_core *core)
{
	const char *frontend;
	int err, domid;
	bool other;

	err = dom0_xs_read_frontend(core->be.node, &domid, &frontend);
	if (err)
		return dom0_xs_failed(err) ? err : 0;
	other = domid != core->be.domid || strcmp(frontend, core->be.frontend);
	kfree(frontend);
	return other;
}

/* The directory was removed and created again, and the bus has not noticed: start again. */
static void start_again(struct dom0_backend_core *core)
{
	enum xenbus_state state;
	int err, other = 0;

	err = dom0_fault_point("backend_read_own") ?: dom0_xs_read_state(core->be.node, &state);
	if (!err && state != XenbusStateInitialising)
		return;
	if (!err)
		other = has_other_frontend(core);
	if (err || other < 0) {
		retry_event(core, EVENT_REBORN);
		return;
	}
	stop_backend(core);
	dom0_machine_accept_state(&core->machine, XenbusStateInitialising);
	core->machine.otherend_state = XenbusStateUnknown;
	if (other) {
		dom0_backend_error(&core->be, -ESTALE, "%s has got another frontend than %s",
				   core->be.node, core->be.frontend);
		dom0_machine_set_state(&core->machine, XenbusStateClosing);
		return;
	}
	probe_backend(core);
}

static void backend_free(struct dom0_backend_core *core)
{
	put_device(&core->be.xdev->dev);
	mutex_destroy(&core->otherend_lock);
	mutex_destroy(&core->sysfs_lock);
	kfree(core->be.frontend);
	kfree(core);
}

/* Run for the last time a little later. Returns false if that has been tried often enough. */
static bool finish_later(struct dom0_backend_core *core)
{
	if (core->unfinished >= FINISH_RETRIES)
		return false;
	set_bit(EVENT_GONE, &core->events);
	mod_delayed_work(queue, &core->retry, HZ << core->unfinished++);
	return true;
}

/*
 * Remove the error of a device whose directory is gone. Nothing else removes it later. Returns
 * false if it has to be tried again.
 */
static bool clear_last_error(struct dom0_backend_core *core)
{
	int err = dom0_xs_find(core->be.node);

	if (err == -ENOENT)
		err = dom0_fault_point("backend_clear_error") ?: dom0_error_clear(core);
	return !dom0_xs_failed(err) || !finish_later(core);
}

/*
 * Answer the toolstack's Closing with Closed. The toolstack may reuse the device once it sees
 * Closed, so do this only after the device is free. Returns false if it has to be tried again.
 */
static bool answer_closing(struct dom0_backend_core *core)
{
	int err = dom0_fault_point("backend_answer") ?: dom0_xs_answer_closing(core);

	if (!err)
		return true;
	if (finish_later(core))
		return false;
	dom0_backend_error(&core->be, err, "cannot answer Closing with Closed");
	return true;
}

/*
 * Run for the last time; if xenstore fails, a few times more. The bus has already
 * unbound the device, so once the watches and the driver are gone, nothing else queues the work.
 */
static void finish_backend(struct dom0_backend_core *core)
{
	if (core->started) {
		dom0_unwatch_own_state(core);
		stop_backend(core);
		if (!clear_last_error(core))
			return;
	}
	/* A new instance of this node does not start before this one has left the list. */
	if (!dom0_backends_leave_to_others(core)) {
		if (!answer_closing(core))
			return;
		dom0_backends_leave(core);
	}
	cancel_delayed_work_sync(&core->retry);
	cancel_work(&core->work);
	backend_free(core);
}

/* Put back events of watches, for the next run. */
static void put_back(struct dom0_backend_core *core, unsigned long fired)
{
	unsigned int i;

	for (i = 0; i < DOM0_BACKEND_WATCHES; i++)
		if (fired & BIT(i))
			set_bit(i, &core->fired);
}

/*
 * Take the events of watches that the driver is called for now. Those of the frontend's nodes wait
 * if it writes them too often.
 */
static unsigned long take_fired(struct dom0_backend_core *core)
{
	unsigned long fired = xchg(&core->fired, 0), theirs = 0;
	unsigned int i;

	for (i = 0; i < DOM0_BACKEND_WATCHES; i++)
		if ((fired & BIT(i)) && core->watches[i].of_frontend)
			theirs |= BIT(i);
	if (!theirs || dom0_connection_take_pace(core, &core->changes))
		return fired;
	put_back(core, theirs);
	return fired & ~theirs;
}

/* Tell the driver what has changed. If it has to be told again, keep the events for a retry. */
static void run_changed(struct dom0_backend_core *core)
{
	const struct dom0_backend_driver *driver = core->be.driver;
	unsigned long fired = take_fired(core);

	if (!fired || !core->probed || !driver->changed)
		return;
	core->again = false;
	driver->changed(&core->be, fired);
	if (!core->again)
		return;
	core->held |= fired;
	dom0_connection_postpone(core);
}

/* What has failed waits for its time, however many events the frontend causes until then. */
static void run_retry(struct dom0_backend_core *core)
{
	put_back(core, core->held);
	core->held = 0;
	/* A watch fires when it is registered: what has been missed is read then. */
	watch_own_state(core);
	if (core->probe_due)
		probe_again(core);
}

static void backend_work(struct work_struct *work)
{
	struct dom0_backend_core *core = container_of(work, struct dom0_backend_core, work);
	unsigned long events = xchg(&core->events, 0);

	if (events & BIT(EVENT_GONE)) {
		finish_backend(core);
		return;
	}
	if (!core->started) {
		if (!dom0_backends_may_start(core))
			return;
		start_backend(core);
	}
	if (events & BIT(EVENT_REBORN))
		start_again(core);
	if (events & (BIT(EVENT_OWN) | BIT(EVENT_REBORN)))
		update_own_state(core);
	if (take_retry(core))
		run_retry(core);
	if (events & BIT(EVENT_BREAK))
		stop_broken(core);
	run_changed(core);
	refuse_unusable(core);
	dom0_machine_rewrite(&core->machine);
	update_frontend(core);
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
	/* An earlier instance may have left Closed here. */
	WRITE_ONCE(xdev->state, XenbusStateInitialising);
	core->be.driver = driver;
	core->be.xdev = xdev;
	core->be.name = dev_name(&xdev->dev);
	core->be.node = xdev->nodename;
	core->be.domid = xdev->otherend_id;
	core->be.core = core;
	/* An earlier instance may have left an error in xenstore. */
	core->error_reported = true;
	core->machine.ops = &dom0_connection_ops;
	dom0_machine_accept_state(&core->machine, XenbusStateInitialising);
	core->since = ktime_get_seconds();
	mutex_init(&core->sysfs_lock);
	mutex_init(&core->otherend_lock);
	ratelimit_state_init(&core->ratelimit, LOG_INTERVAL, LOG_BURST);
	ratelimit_set_flags(&core->ratelimit, RATELIMIT_MSG_ON_RELEASE);
	INIT_WORK(&core->work, backend_work);
	INIT_DELAYED_WORK(&core->retry, backend_retry);
	dom0_backends_add(core);
	return core;
}

/* The bus has unbound the device. Leave all slow work to the queue. */
void dom0_backend_release(struct dom0_backend_core *core)
{
	dom0_sysfs_gone(core);
	dom0_backends_send_gone(core);
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
