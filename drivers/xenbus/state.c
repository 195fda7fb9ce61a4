// SPDX-License-Identifier: GPL-2.0
/*
 * The table of state pairs, and the machine that follows it. A machine belongs to its backend's
 * queue. Pure: compiled in user space by tests/unit.
 */
#include "state.h"

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>

/*
 * Our state is one of six: Initialising (not yet probed), InitWait, Connected, Reconfigured (still
 * connected, until the frontend has seen it), Closing and Closed. The rows of all other states are
 * those of Closed, so that each pair has an action.
 *
 * A frontend that is Closing may still send I/O, for example for a mounted disk. So the connection
 * ends only when the frontend is Closed. Unknown means that its state is missing or invalid.
 */
#define NOT_RUNNING {						\
	[XenbusStateUnknown]		= DOM0_CLOSE,		\
	[XenbusStateInitialising]	= DOM0_REOPEN,		\
	[XenbusStateInitWait]		= DOM0_STAY,		\
	[XenbusStateInitialised]	= DOM0_REOPEN,		\
	[XenbusStateConnected]		= DOM0_REOPEN,		\
	[XenbusStateClosing]		= DOM0_STAY,		\
	[XenbusStateClosed]		= DOM0_CLOSE,		\
	[XenbusStateReconfiguring]	= DOM0_STAY,		\
	[XenbusStateReconfigured]	= DOM0_STAY,		\
}

static const u8 actions[DOM0_STATES][DOM0_STATES] = {
	[XenbusStateUnknown] = NOT_RUNNING,
	[XenbusStateInitialising] = {
		[0 ... DOM0_STATES - 1]		= DOM0_STAY,
	},
	[XenbusStateInitWait] = {
		[XenbusStateUnknown]		= DOM0_CLOSE,
		[XenbusStateInitialising]	= DOM0_STAY,
		[XenbusStateInitWait]		= DOM0_STAY,
		[XenbusStateInitialised]	= DOM0_CONNECT,
		[XenbusStateConnected]		= DOM0_CONNECT,
		[XenbusStateClosing]		= DOM0_CLOSING,
		[XenbusStateClosed]		= DOM0_CLOSE,
		[XenbusStateReconfiguring]	= DOM0_CONNECT,
		[XenbusStateReconfigured]	= DOM0_STAY,
	},
	[XenbusStateInitialised] = NOT_RUNNING,
	[XenbusStateConnected] = {
		[XenbusStateUnknown]		= DOM0_CLOSE,
		[XenbusStateInitialising]	= DOM0_REOPEN,
		[XenbusStateInitWait]		= DOM0_STAY,
		[XenbusStateInitialised]	= DOM0_RECONNECT,
		[XenbusStateConnected]		= DOM0_STAY,
		[XenbusStateClosing]		= DOM0_CLOSING,
		[XenbusStateClosed]		= DOM0_CLOSE,
		[XenbusStateReconfiguring]	= DOM0_RECONFIGURE,
		[XenbusStateReconfigured]	= DOM0_STAY,
	},
	[XenbusStateClosing] = {
		[XenbusStateUnknown]		= DOM0_CLOSE,
		[XenbusStateInitialising]	= DOM0_REOPEN,
		[XenbusStateInitWait]		= DOM0_STAY,
		[XenbusStateInitialised]	= DOM0_STAY,
		[XenbusStateConnected]		= DOM0_STAY,
		[XenbusStateClosing]		= DOM0_STAY,
		[XenbusStateClosed]		= DOM0_CLOSE,
		[XenbusStateReconfiguring]	= DOM0_STAY,
		[XenbusStateReconfigured]	= DOM0_STAY,
	},
	[XenbusStateClosed] = NOT_RUNNING,
	[XenbusStateReconfiguring] = NOT_RUNNING,
	[XenbusStateReconfigured] = {
		[XenbusStateUnknown]		= DOM0_CLOSE,
		[XenbusStateInitialising]	= DOM0_REOPEN,
		[XenbusStateInitWait]		= DOM0_STAY,
		[XenbusStateInitialised]	= DOM0_RECONNECT,
		[XenbusStateConnected]		= DOM0_RESUME,
		[XenbusStateClosing]		= DOM0_CLOSING,
		[XenbusStateClosed]		= DOM0_CLOSE,
		[XenbusStateReconfiguring]	= DOM0_RECONFIGURE,
		[XenbusStateReconfigured]	= DOM0_STAY,
	},
};

enum dom0_action dom0_state_action(enum xenbus_state state, enum xenbus_state otherend_state)
{
	if ((unsigned int)state >= DOM0_STATES)
		state = XenbusStateUnknown;
	if ((unsigned int)otherend_state >= DOM0_STATES)
		otherend_state = XenbusStateUnknown;
	return actions[state][otherend_state];
}

void dom0_machine_accept_state(struct dom0_machine *machine, enum xenbus_state state)
{
	machine->state = state;
	machine->written = state;
}

/* Set and write our state. It is set even if the write fails, because its action has been done. */
static void machine_write(struct dom0_machine *machine, enum xenbus_state state)
{
	enum xenbus_state found = machine->written;
	int err = machine->ops->write_state(machine, state, false, &found);

	if (err == -ERESTART) {
		machine->ops->release(machine);
		err = machine->ops->write_state(machine, state, true, &found);
	}
	if (err == -ESTALE) {
		dom0_machine_accept_state(machine, found);
		return;
	}
	machine->state = state;
	if (!err)
		machine->written = state;
}

void dom0_machine_set_state(struct dom0_machine *machine, enum xenbus_state state)
{
	if (machine->state != state)
		machine_write(machine, state);
}

void dom0_machine_rewrite(struct dom0_machine *machine)
{
	if (machine->state != machine->written)
		machine_write(machine, machine->state);
}

void dom0_machine_disconnect(struct dom0_machine *machine)
{
	if (!machine->connected)
		return;
	machine->ops->disconnect(machine);
	machine->connected = false;
	machine->reconfigure_due = false;
}

/* If it is not done, the next update tries again, whatever the frontend's state is by then. */
static void machine_try_reconfigure(struct dom0_machine *machine)
{
	machine->reconfigure_due = !machine->ops->reconfigure(machine);
	if (!machine->reconfigure_due)
		dom0_machine_set_state(machine, XenbusStateReconfigured);
}

static void machine_try_connect(struct dom0_machine *machine)
{
	int err;

	if (!machine->ops->ready(machine))
		return;
	err = machine->ops->connect(machine);
	if (err == -EAGAIN)
		return;
	if (err) {
		dom0_machine_set_state(machine, XenbusStateClosing);
		return;
	}
	machine->connected = true;
	dom0_machine_set_state(machine, XenbusStateConnected);
}

/* What to do about a frontend that starts again. If that is not known, the next update asks. */
static enum dom0_action reopen_action(struct dom0_machine *machine)
{
	int may = machine->ops->may_reopen(machine);

	machine->reopen_due = may < 0;
	if (may < 0)
		return DOM0_STAY;
	return may ? DOM0_WAIT : DOM0_CLOSE;
}

static void machine_step(struct dom0_machine *machine, enum dom0_action action)
{
	if (action == DOM0_REOPEN)
		action = reopen_action(machine);

	switch (action) {
	case DOM0_WAIT:
	case DOM0_RECONNECT:
		dom0_machine_disconnect(machine);
		dom0_machine_set_state(machine, XenbusStateInitWait);
		break;
	case DOM0_CONNECT:
		machine_try_connect(machine);
		break;
	case DOM0_RECONFIGURE:
		machine_try_reconfigure(machine);
		break;
	case DOM0_RESUME:
		dom0_machine_set_state(machine, XenbusStateConnected);
		break;
	case DOM0_CLOSING:
		dom0_machine_set_state(machine, XenbusStateClosing);
		break;
	case DOM0_CLOSE:
		dom0_machine_disconnect(machine);
		dom0_machine_set_state(machine, XenbusStateClosed);
		break;
	default:
		break;
	}
}

/* True if the action is due only after a new event: else the keys in use are still the latest. */
static bool needs_change(enum dom0_action action, enum xenbus_state state)
{
	return action == DOM0_RECONNECT ||
	       (action == DOM0_RECONFIGURE && state == XenbusStateReconfigured);
}

/*
 * Act until our state does not change any more. Each action leads to a pair with fewer actions
 * left, so this takes a few steps at most, whatever the pair.
 */
static void machine_run(struct dom0_machine *machine, enum xenbus_state otherend_state,
			bool changed)
{
	enum dom0_action action;
	enum xenbus_state state;

	do {
		state = machine->state;
		action = dom0_state_action(state, otherend_state);
		if (!changed && needs_change(action, state))
			action = DOM0_STAY;
		if (changed || action != DOM0_STAY)
			machine->ops->trace(machine, otherend_state, action);
		machine_step(machine, action);
		changed = false;
	} while (machine->state != state);
}

/*
 * Return a state between two updates that needs its own action, or @now if there is none. A
 * frontend may close and open again between two updates. Its state is then the same as before, but
 * the old connection has ended. One that did not wait for Reconfigured has changed its keys all the
 * same.
 */
static enum xenbus_state missed_state(unsigned long seen, enum xenbus_state now)
{
	if (now != XenbusStateInitialised && now != XenbusStateConnected)
		return now;
	if (seen & BIT(XenbusStateInitialising))
		return XenbusStateInitialising;
	if (seen & BIT(XenbusStateClosed))
		return XenbusStateClosed;
	if (seen & BIT(XenbusStateUnknown))
		return XenbusStateUnknown;
	if (seen & BIT(XenbusStateReconfiguring))
		return XenbusStateReconfiguring;
	return now;
}

void dom0_machine_update(struct dom0_machine *machine, unsigned long seen, enum xenbus_state now)
{
	enum xenbus_state missed;
	bool changed;

	if (machine->reconfigure_due)
		seen |= BIT(XenbusStateReconfiguring);
	if (machine->reopen_due)
		seen |= BIT(XenbusStateInitialising);
	changed = machine->reconfigure_due || now != machine->otherend_state || (seen & ~BIT(now));
	missed = missed_state(seen, now);
	machine->otherend_state = now;
	machine->reopen_due = false;
	if (missed != now)
		machine_run(machine, missed, true);
	if (!machine->reopen_due)
		machine_run(machine, now, changed);
}

const char *dom0_state_name(enum xenbus_state state)
{
	static const char * const names[DOM0_STATES] = {
		[XenbusStateUnknown]		= "Unknown",
		[XenbusStateInitialising]	= "Initialising",
		[XenbusStateInitWait]		= "InitWait",
		[XenbusStateInitialised]	= "Initialised",
		[XenbusStateConnected]		= "Connected",
		[XenbusStateClosing]		= "Closing",
		[XenbusStateClosed]		= "Closed",
		[XenbusStateReconfiguring]	= "Reconfiguring",
		[XenbusStateReconfigured]	= "Reconfigured",
	};

	return (unsigned int)state < DOM0_STATES ? names[state] : "illegal";
}

const char *dom0_action_name(enum dom0_action action)
{
	static const char * const names[DOM0_ACTIONS] = {
		[DOM0_STAY]		= "stay",
		[DOM0_WAIT]		= "wait",
		[DOM0_CONNECT]		= "connect",
		[DOM0_RECONNECT]	= "reconnect",
		[DOM0_RECONFIGURE]	= "reconfigure",
		[DOM0_RESUME]		= "resume",
		[DOM0_CLOSING]		= "closing",
		[DOM0_CLOSE]		= "close",
		[DOM0_REOPEN]		= "reopen",
	};

	return (unsigned int)action < DOM0_ACTIONS ? names[action] : "none";
}
