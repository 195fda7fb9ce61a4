/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The connection of a backend as a table of state pairs, and the machine that follows it. Pure: no
 * kernel service.
 */
#ifndef _DOM0_XENBUS_STATE_H
#define _DOM0_XENBUS_STATE_H

#include <linux/types.h>
#include <xen/interface/io/xenbus.h>

#define DOM0_STATES	(XenbusStateReconfigured + 1)

/* The action for a pair of states, ours and the frontend's. */
enum dom0_action {
	DOM0_STAY,		/* nothing to do */
	DOM0_WAIT,		/* become InitWait: the frontend may publish its keys */
	DOM0_CONNECT,		/* the keys are there: connect as soon as the toolstack is ready */
	DOM0_RECONNECT,		/* the frontend has published new keys: disconnect, connect */
	DOM0_RECONFIGURE,	/* keys have changed: read them, become Reconfigured */
	DOM0_RESUME,		/* the frontend has seen that: become Connected again */
	DOM0_CLOSING,		/* become Closing, but go on serving requests */
	DOM0_CLOSE,		/* disconnect and become Closed */
	DOM0_REOPEN,		/* WAIT while the toolstack keeps the device, else CLOSE */
	DOM0_ACTIONS
};

/**
 * dom0_state_action() - look a pair of states up
 * @state: the state that we wrote last
 * @otherend_state: the frontend's state
 *
 * Return: the action.
 */
enum dom0_action dom0_state_action(enum xenbus_state state, enum xenbus_state otherend_state);

struct dom0_machine;

/**
 * struct dom0_machine_ops - operations of the machine's owner
 * @write_state: replace machine->written by our new state in xenstore. Returns 0, also if the
 *	directory is gone. Returns -ESTALE if the toolstack has written the state meanwhile, and
 *	stores it in @found: Closing, or Initialising if it has created the device again. Returns
 *	-ERESTART if @release has to be called before Closed is written, and @released is false.
 *	Returns another negative errno if the write failed; the owner then calls
 *	dom0_machine_rewrite() later
 * @release: release what the toolstack may reuse at Closed; @write_state is called again
 *	afterwards. May be called several times
 * @may_reopen: returns 1 if the device stays for the frontend's next connection, 0 if not, -EAGAIN
 *	if that is not known; the owner then updates the machine again after a while
 * @ready: return true if connect may be called
 * @connect: returns 0 or negative errno; on an error it has undone everything. -EAGAIN if it has to
 *	be tried again: the owner then calls dom0_machine_update() later
 * @disconnect: called once for each successful connect
 * @reconfigure: called while connected, perhaps several times. Returns true if it is done, false if
 *	it is too soon or has to be tried again; the owner then updates the machine again after a
 *	while
 * @trace: called before each action, for tracing
 */
struct dom0_machine_ops {
	int (*write_state)(struct dom0_machine *machine, enum xenbus_state state, bool released,
			   enum xenbus_state *found);
	void (*release)(struct dom0_machine *machine);
	int (*may_reopen)(struct dom0_machine *machine);
	bool (*ready)(struct dom0_machine *machine);
	int (*connect)(struct dom0_machine *machine);
	void (*disconnect)(struct dom0_machine *machine);
	bool (*reconfigure)(struct dom0_machine *machine);
	void (*trace)(struct dom0_machine *machine, enum xenbus_state otherend_state,
		      enum dom0_action action);
};

/**
 * struct dom0_machine - state machine of one connection
 * @ops: operations of the owner
 * @state: our state, or the one that the toolstack has written since. The machine does nothing
 *	while it is Initialising, because the device has not been probed
 * @written: our state in xenstore; differs from @state if @state could not be written yet
 * @otherend_state: the frontend's state at the last update
 * @connected: connect was successful, and disconnect has not been called yet
 * @reconfigure_due: the frontend was Reconfiguring, and @reconfigure has to be called again
 * @reopen_due: the frontend has started again, and @may_reopen has to be called again
 */
struct dom0_machine {
	const struct dom0_machine_ops *ops;
	enum xenbus_state state;
	enum xenbus_state written;
	enum xenbus_state otherend_state;
	bool connected;
	bool reconfigure_due;
	bool reopen_due;
};

/**
 * dom0_machine_update() - act on the frontend's state
 * @machine: the machine
 * @seen: mask of the states that the frontend went through since the last update
 * @now: the state that it is in
 *
 * May be called repeatedly. If the frontend's state has not changed, it only repeats actions that
 * were not possible before, such as a connect.
 */
void dom0_machine_update(struct dom0_machine *machine, unsigned long seen, enum xenbus_state now);

/**
 * dom0_machine_set_state() - change our state for another reason than the frontend's state
 * @machine: the machine
 * @state: the state
 */
void dom0_machine_set_state(struct dom0_machine *machine, enum xenbus_state state);

/**
 * dom0_machine_accept_state() - accept a state that the toolstack has written as ours
 * @machine: the machine
 * @state: the state that it has written
 */
void dom0_machine_accept_state(struct dom0_machine *machine, enum xenbus_state state);

/**
 * dom0_machine_rewrite() - write our state again if the last write failed
 * @machine: the machine
 */
void dom0_machine_rewrite(struct dom0_machine *machine);

/**
 * dom0_machine_disconnect() - end the connection, if there is one
 * @machine: the machine
 */
void dom0_machine_disconnect(struct dom0_machine *machine);

/**
 * dom0_state_name() - get the name of a state, for logs and debugfs
 * @state: any value
 *
 * Return: the name, constant.
 */
const char *dom0_state_name(enum xenbus_state state);

/**
 * dom0_action_name() - get the name of an action, for traces
 * @action: any value
 *
 * Return: the name, constant.
 */
const char *dom0_action_name(enum dom0_action action);

#endif
