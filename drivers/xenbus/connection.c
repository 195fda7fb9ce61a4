// SPDX-License-Identifier: GPL-2.0
/*
 * The connection of a device: the operations that its state machine calls, on the device's queue.
 */
#include "backend.h"
#include "connection.h"
#include "error.h"
#include "watch.h"
#include "xs.h"

#include <dom0/fault_point.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/timekeeping.h>
#include <trace/events/dom0_xenbus.h>

static struct dom0_backend_core *to_core(struct dom0_machine *machine)
{
	return container_of(machine, struct dom0_backend_core, machine);
}

static int machine_write_state(struct dom0_machine *machine, enum xenbus_state state, bool released,
			       enum xenbus_state *found)
{
	struct dom0_backend_core *core = to_core(machine);
	struct dom0_backend *be = &core->be;
	bool holds = core->probed && be->driver->release && !released;
	int err;

	err = dom0_fault_point("backend_write_state") ?:
	      dom0_xs_write_state(core, machine->written, state, holds, found);
	/* The machine releases the device, then calls again. */
	if (err == -ERESTART)
		return err;
	WRITE_ONCE(core->since, ktime_get_seconds());
	/* The toolstack was faster. The watch of our own state will then find nothing new. */
	if (err == -ESTALE) {
		dom0_backend_note_state(core, *found);
		return err;
	}
	/* A missing directory is no error: the bus is about to remove the device. */
	if (err && err != -ENOENT && err != -ENODEV) {
		core->failing = true;
		if (!core->failures)
			dom0_backend_error(be, err, "cannot set the state to %s yet",
					   dom0_state_name(state));
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

/* Return true if the device can be served at all. */
bool dom0_connection_usable(struct dom0_backend_core *core)
{
	const struct dom0_backend_driver *driver = core->be.driver;

	return core->probed && (!driver->usable || driver->usable(&core->be));
}

/* Run again after @delay jiffies at the latest. Called on the queue. */
void dom0_backend_retry_after(struct dom0_backend_core *core, unsigned long delay)
{
	core->retry_delay = min_not_zero(core->retry_delay, delay);
}

void dom0_backend_retry(struct dom0_backend *be)
{
	be->core->again = true;
}
EXPORT_SYMBOL_GPL(dom0_backend_retry);

bool dom0_backend_retries(const struct dom0_backend *be)
{
	return be->core->again;
}
EXPORT_SYMBOL_GPL(dom0_backend_retries);

/* Run again after a while, and after twice as long each time. */
void dom0_connection_postpone(struct dom0_backend_core *core)
{
	WRITE_ONCE(core->postponed, core->postponed + 1);
	core->failing = true;
}

/*
 * Limit the rate of what a frontend asks for by a write to xenstore, as it costs us much more.
 * Return false if it is too soon. The device's work then runs again.
 */
bool dom0_connection_take_pace(struct dom0_backend_core *core, struct dom0_pace *pace)
{
	u64 wait = dom0_pace_take(pace, ktime_to_ms(ktime_get()));

	if (!wait)
		return true;
	WRITE_ONCE(core->postponed, core->postponed + 1);
	dom0_backend_retry_after(core, max(msecs_to_jiffies(wait), 1UL));
	return false;
}

static int machine_may_reopen(struct dom0_machine *machine)
{
	struct dom0_backend_core *core = to_core(machine);
	int online;

	if (!dom0_connection_usable(core))
		return 0;
	if (!dom0_connection_take_pace(core, &core->reopens))
		return -EAGAIN;
	online = dom0_backend_online(&core->be);
	if (online >= 0)
		return online;
	dom0_connection_postpone(core);
	return -EAGAIN;
}

static bool machine_ready(struct dom0_machine *machine)
{
	struct dom0_backend_core *core = to_core(machine);
	struct dom0_backend *be = &core->be;

	core->again = false;
	if (!be->driver->ready || be->driver->ready(be))
		return dom0_connection_take_pace(core, &core->connects);
	if (core->again)
		dom0_connection_postpone(core);
	return false;
}

/*
 * Return true for an error of probe or connect that may pass by itself: this domain has no mapping,
 * channel or memory left, or a page of the guest is paged out, or xenstore fails. Then the frontend
 * has done nothing wrong. Let it wait, and try again. To close would end the device of a frontend
 * that is in use: its driver has only been replaced.
 */
bool dom0_connection_may_pass(const struct dom0_backend_core *core, int err)
{
	return err == -ENOSPC || err == -ENOMEM || err == -EAGAIN || (err && core->again);
}

static int machine_connect(struct dom0_machine *machine)
{
	struct dom0_backend_core *core = to_core(machine);
	int err;

	WRITE_ONCE(core->broken, NULL);
	/* Forget the old error. If connect fails again, the driver reports it again. */
	if (READ_ONCE(core->error_reported))
		dom0_error_clear(core);
	core->again = false;
	err = dom0_fault_point("backend_connect") ?: core->be.driver->connect(&core->be);
	dom0_fault_point("backend_connect_done");
	/* It has connected without what it could not read: the watches read that again. */
	if (!err && core->again)
		dom0_watch_refire(core);
	if (!dom0_connection_may_pass(core, err))
		return err;
	dom0_connection_postpone(core);
	return -EAGAIN;
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

static bool machine_reconfigure(struct dom0_machine *machine)
{
	struct dom0_backend_core *core = to_core(machine);
	struct dom0_backend *be = &core->be;

	if (!be->driver->reconfigure)
		return true;
	if (!dom0_connection_take_pace(core, &core->changes))
		return false;
	/* Forget the error of the last try. */
	if (core->failures && READ_ONCE(core->error_reported))
		dom0_error_clear(core);
	core->again = false;
	be->driver->reconfigure(be);
	if (core->again)
		dom0_connection_postpone(core);
	return !core->again;
}

static void machine_trace(struct dom0_machine *machine, enum xenbus_state otherend_state,
			  enum dom0_action action)
{
	trace_dom0_backend_state(to_core(machine)->be.name, machine->state, otherend_state,
				 dom0_action_name(action));
}

const struct dom0_machine_ops dom0_connection_ops = {
	.write_state = machine_write_state,
	.release = machine_release,
	.may_reopen = machine_may_reopen,
	.ready = machine_ready,
	.connect = machine_connect,
	.disconnect = machine_disconnect,
	.reconfigure = machine_reconfigure,
	.trace = machine_trace,
};
