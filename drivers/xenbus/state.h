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

/* What a pair of states, ours and the frontend's, asks of us. */
enum dom0_action {
	DOM0_STAY,		/* nothing to do */
	DOM0_WAIT,		/* become InitWait: the frontend may publish its keys */
	DOM0_CONNECT,		/* the keys are there: connect as soon as the toolstack is ready */
	DOM0_RECONNECT,		/* the frontend has published new keys: disconnect, connect */
	DOM0_RECONFIGURE,	/* keys have changed: read them, become Reconfigured */
	DOM0_RESUME,		/* the frontend has seen that: become Connected again */
	DOM0_CLOSING,		/* become Closing; go on serving what is still asked */
	DOM0_CLOSE,		/* disconnect and become Closed */
	DOM0_REOPEN,		/* WAIT while the toolstack keeps the device, else CLOSE */
	DOM0_ACTIONS
};

/**
 * dom0_state_action() - look a pair of states up
 * @ours: the state that we wrote last
 * @theirs: the frontend's state
 *
 * Return: what to do.
 */
enum dom0_action dom0_state_action(enum xenbus_state ours, enum xenbus_state theirs);

struct dom0_machine;

/**
 * struct dom0_machine_ops - what the machine needs done
 * @become: write our new state in the place of machine->written. Returns 0, also if there is
 *	nothing to write to any more; -ESTALE if the toolstack was faster, and then stores in @found
 *	what it wants: Closing, or Initialising if it has made the device anew; -ERESTART if the
 *	device has to be released before it is Closed, and is not @released; or another negative
 *	errno if the state could not be written, and then sees to it that dom0_machine_rewrite() is
 *	called
 * @release: let go of what the toolstack takes for free at Closed; become is called again after it.
 *	May have been called before
 * @may_reopen: whether the device is to stay for the frontend's next try
 * @ready: whether connect may be called
 * @connect: returns 0 or negative errno, and then has undone everything
 * @disconnect: called once for each successful connect
 * @reconfigure: called while connected, perhaps several times; cannot fail
 * @trace: an action is about to be done
 */
struct dom0_machine_ops {
	int (*become)(struct dom0_machine *machine, enum xenbus_state state, bool released,
		      enum xenbus_state *found);
	void (*release)(struct dom0_machine *machine);
	bool (*may_reopen)(struct dom0_machine *machine);
	bool (*ready)(struct dom0_machine *machine);
	int (*connect)(struct dom0_machine *machine);
	void (*disconnect)(struct dom0_machine *machine);
	void (*reconfigure)(struct dom0_machine *machine);
	void (*trace)(struct dom0_machine *machine, enum xenbus_state theirs,
		      enum dom0_action action);
};

/**
 * struct dom0_machine - one connection
 * @ops: how to do things
 * @ours: the state that we are in, or what the toolstack wrote after that. Initialising is a device
 *	that has not been probed: the machine then leaves it alone
 * @written: what xenstore says of it; other than @ours if that could not be written yet
 * @theirs: the frontend's state when we looked last
 * @connected: disconnect is owed
 */
struct dom0_machine {
	const struct dom0_machine_ops *ops;
	enum xenbus_state ours;
	enum xenbus_state written;
	enum xenbus_state theirs;
	bool connected;
};

/**
 * dom0_machine_look() - act on the frontend's state
 * @machine: the machine
 * @seen: mask of the states that the frontend went through since the last look
 * @now: the state that it is in
 *
 * May be called as often as one likes: without news it only tries to connect if that was not
 * possible before.
 */
void dom0_machine_look(struct dom0_machine *machine, unsigned long seen, enum xenbus_state now);

/**
 * dom0_machine_become() - be in a state without being asked by the frontend
 * @machine: the machine
 * @state: the state
 */
void dom0_machine_become(struct dom0_machine *machine, enum xenbus_state state);

/**
 * dom0_machine_overrule() - the toolstack has written our state
 * @machine: the machine
 * @state: what it wants
 */
void dom0_machine_overrule(struct dom0_machine *machine, enum xenbus_state state);

/**
 * dom0_machine_rewrite() - write our state if that has failed before
 * @machine: the machine
 */
void dom0_machine_rewrite(struct dom0_machine *machine);

/**
 * dom0_machine_disconnect() - end the connection, if there is one
 * @machine: the machine
 */
void dom0_machine_disconnect(struct dom0_machine *machine);

/**
 * dom0_state_name() - for people
 * @state: any value
 *
 * Return: the name, constant.
 */
const char *dom0_state_name(enum xenbus_state state);

/**
 * dom0_action_name() - for people
 * @action: any value
 *
 * Return: the name, constant.
 */
const char *dom0_action_name(enum dom0_action action);

#endif
