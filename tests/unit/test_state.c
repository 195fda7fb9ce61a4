// SPDX-License-Identifier: GPL-2.0
/* The table of state pairs, and the machine that follows it: drivers/xenbus/state.c. */
#include "unit.h"

#include "drivers/xenbus/state.c"

#define WALK_LENGTH	4

/* A toolstack and a driver: the conditions that a test sets, and what was done. */
struct world {
	struct dom0_machine machine;
	bool online;
	bool ready;
	bool connect_fails;
	bool silent;		/* reading "online" fails */
	bool connects_later;
	enum xenbus_state written;	/* by the toolstack, just before we write; or Unknown */
	enum xenbus_state xenstore;	/* our state as the frontend sees it */
	bool write_fails;
	unsigned int connects;
	unsigned int disconnects;
	unsigned int reconfigures;
	bool too_soon;		/* to reconfigure */
	unsigned int writes;
	unsigned int actions;
	bool holds;			/* a disk */
	bool leaves;			/* the toolstack clears online just before we write */
};

static struct world *world_of(struct dom0_machine *machine)
{
	return container_of(machine, struct world, machine);
}

static int write_state(struct dom0_machine *machine, enum xenbus_state state, bool released,
		       enum xenbus_state *found)
{
	struct world *w = world_of(machine);
	enum xenbus_state written = w->written;

	assert_true(machine->state != state || machine->written != state);
	assert_int_equal(*found, machine->written);
	w->written = XenbusStateUnknown;
	if (written) {
		w->xenstore = *found = written;
		return -ESTALE;
	}
	if (w->write_fails)
		return -ENOMEM;
	if (w->leaves)
		w->online = false;
	if (state == XenbusStateClosed && !w->online && !released)
		return -ERESTART;
	w->writes++;
	w->xenstore = state;
	return 0;
}

static void release(struct dom0_machine *machine)
{
	assert_false(machine->connected);
	world_of(machine)->holds = false;
}

static int may_reopen(struct dom0_machine *machine)
{
	return world_of(machine)->silent ? -EAGAIN : world_of(machine)->online;
}

static bool ready(struct dom0_machine *machine)
{
	return world_of(machine)->ready;
}

static int connect(struct dom0_machine *machine)
{
	struct world *w = world_of(machine);

	assert_false(machine->connected);
	assert_int_equal(machine->state, XenbusStateInitWait);
	if (w->connect_fails)
		return -EINVAL;
	if (w->connects_later)
		return -EAGAIN;
	w->connects++;
	return 0;
}

static void disconnect(struct dom0_machine *machine)
{
	struct world *w = world_of(machine);

	assert_true(machine->connected);
	w->disconnects++;
	assert_int_equal(w->connects, w->disconnects);
}

static bool reconfigure(struct dom0_machine *machine)
{
	assert_true(machine->connected);
	if (world_of(machine)->too_soon)
		return false;
	world_of(machine)->reconfigures++;
	return true;
}

static void trace(struct dom0_machine *machine, enum xenbus_state otherend_state,
		  enum dom0_action action)
{
	/* More steps than this in one update mean an endless loop of the state machine. */
	assert_true(++world_of(machine)->actions <= 8);
}

static const struct dom0_machine_ops ops = {
	.write_state = write_state,
	.release = release,
	.may_reopen = may_reopen,
	.ready = ready,
	.connect = connect,
	.disconnect = disconnect,
	.reconfigure = reconfigure,
	.trace = trace,
};

static const struct world new_world = {
	.machine = { .ops = &ops, .state = XenbusStateInitWait, .written = XenbusStateInitWait },
	.xenstore = XenbusStateInitWait,
	.online = true,
	.ready = true,
};

static void look(struct world *w, enum xenbus_state otherend_state)
{
	w->actions = 0;
	dom0_machine_update(&w->machine, BIT(otherend_state), otherend_state);
	assert_true(w->machine.state == XenbusStateConnected ? w->machine.connected : true);
	assert_int_equal(w->connects - w->disconnects, w->machine.connected);
}

static bool is_running(enum xenbus_state state)
{
	return state == XenbusStateInitWait || state == XenbusStateConnected ||
	       state == XenbusStateReconfigured || state == XenbusStateClosing;
}

static void every_pair_is_answered(void **state)
{
	int ours, theirs;

	for (ours = 0; ours < DOM0_STATES; ours++)
		for (theirs = 0; theirs < DOM0_STATES; theirs++)
			assert_true(dom0_state_action(ours, theirs) < DOM0_ACTIONS);
	assert_int_equal(dom0_state_action(XenbusStateInitWait, XenbusStateInitialised),
			 DOM0_CONNECT);
	assert_int_equal(dom0_state_action(XenbusStateInitWait, XenbusStateConnected),
			 DOM0_CONNECT);
	assert_int_equal(dom0_state_action(XenbusStateConnected, XenbusStateInitialised),
			 DOM0_RECONNECT);
	assert_int_equal(dom0_state_action(XenbusStateConnected, XenbusStateConnected), DOM0_STAY);
}

static void illegal_states_are_unknown(void **state)
{
	static const int illegal[] = { 9, 10, 255, -1, INT_MAX, INT_MIN };
	size_t i;
	int other;

	for (i = 0; i < ARRAY_SIZE(illegal); i++) {
		for (other = 0; other < DOM0_STATES; other++) {
			assert_int_equal(dom0_state_action(other, illegal[i]),
					 dom0_state_action(other, XenbusStateUnknown));
			assert_int_equal(dom0_state_action(illegal[i], other),
					 dom0_state_action(XenbusStateUnknown, other));
		}
		assert_string_equal(dom0_state_name(illegal[i]), "illegal");
		assert_string_equal(dom0_action_name(illegal[i]), "none");
	}
}

/* A frontend that is Closed or gone ends the connection. One that is Closing is still served. */
static void going_away(void **state)
{
	int ours;

	for (ours = 0; ours < DOM0_STATES; ours++) {
		if (ours == XenbusStateInitialising)
			continue;
		assert_int_equal(dom0_state_action(ours, XenbusStateClosed), DOM0_CLOSE);
		assert_int_equal(dom0_state_action(ours, XenbusStateUnknown), DOM0_CLOSE);
		assert_int_not_equal(dom0_state_action(ours, XenbusStateClosing), DOM0_CLOSE);
	}
}

static void block_frontend(void **state)
{
	struct world w = new_world;

	look(&w, XenbusStateInitialising);
	w.ready = false;
	look(&w, XenbusStateInitialised);
	assert_int_equal(w.machine.state, XenbusStateInitWait);
	w.ready = true;
	dom0_machine_update(&w.machine, 0, XenbusStateInitialised);
	assert_int_equal(w.machine.state, XenbusStateConnected);
	look(&w, XenbusStateInitialised);
	look(&w, XenbusStateConnected);
	look(&w, XenbusStateConnected);
	assert_int_equal(w.connects, 1);
	look(&w, XenbusStateClosing);
	assert_int_equal(w.machine.state, XenbusStateClosing);
	assert_true(w.machine.connected);
	look(&w, XenbusStateClosed);
	assert_int_equal(w.machine.state, XenbusStateClosed);
	assert_int_equal(w.disconnects, 1);
	assert_int_equal(w.writes, 3);
}

/*
 * While connect() waits for a resource, the device stays InitWait. The frontend need not do
 * anything more.
 */
static void connect_that_has_to_wait(void **state)
{
	struct world w = new_world;

	w.connects_later = true;
	look(&w, XenbusStateInitialised);
	assert_int_equal(w.machine.state, XenbusStateInitWait);
	dom0_machine_update(&w.machine, 0, XenbusStateInitialised);
	assert_int_equal(w.machine.state, XenbusStateInitWait);
	assert_int_equal(w.writes, 0);
	w.connects_later = false;
	dom0_machine_update(&w.machine, 0, XenbusStateInitialised);
	assert_int_equal(w.machine.state, XenbusStateConnected);
	assert_int_equal(w.connects, 1);
}

/*
 * "online" is read again, whatever the frontend's state is by then. Before that, the device neither
 * closes nor connects.
 */
static void reopening_that_has_to_wait(void **state)
{
	static const enum xenbus_state later[] = {
		XenbusStateInitialising, XenbusStateInitialised,
	};
	unsigned int i, online;
	struct world w;

	for (i = 0; i < 2 * ARRAY_SIZE(later); i++) {
		online = i % 2;
		w = new_world;
		look(&w, XenbusStateInitialised);
		w.silent = true;
		look(&w, XenbusStateInitialising);
		look(&w, later[i / 2]);
		dom0_machine_update(&w.machine, 0, later[i / 2]);
		assert_int_equal(w.machine.state, XenbusStateConnected);
		assert_int_equal(w.disconnects, 0);
		w.silent = false;
		w.online = online;
		dom0_machine_update(&w.machine, 0, later[i / 2]);
		assert_int_equal(w.disconnects, 1);
		assert_int_equal(w.connects,
				 online && later[i / 2] == XenbusStateInitialised ? 2 : 1);
		if (!online)
			assert_int_equal(w.machine.state, XenbusStateClosed);
		dom0_machine_update(&w.machine, 0, later[i / 2]);
		assert_int_equal(w.disconnects, 1);
	}
}

/* A device that is not probed, or not probed again, is left alone. */
static void not_probed(void **state)
{
	int theirs;

	for (theirs = 0; theirs < DOM0_STATES; theirs++)
		assert_int_equal(dom0_state_action(XenbusStateInitialising, theirs), DOM0_STAY);
}

static void network_frontend(void **state)
{
	struct world w = new_world;

	look(&w, XenbusStateInitialising);
	look(&w, XenbusStateConnected);
	assert_int_equal(w.machine.state, XenbusStateConnected);
	look(&w, XenbusStateConnected);
	assert_int_equal(w.connects, 1);
	assert_int_equal(w.writes, 1);
}

/* Each time that a frontend is Reconfiguring, we become Reconfigured, and the connection stays. */
static void reconfiguring(void **state)
{
	struct world w = new_world;
	unsigned int i;

	look(&w, XenbusStateConnected);
	for (i = 1; i <= 3; i++) {
		look(&w, XenbusStateReconfiguring);
		assert_int_equal(w.machine.state, XenbusStateReconfigured);
		dom0_machine_update(&w.machine, 0, XenbusStateReconfiguring);
		assert_int_equal(w.reconfigures, i);
		look(&w, XenbusStateConnected);
		assert_int_equal(w.machine.state, XenbusStateConnected);
	}
	assert_int_equal(w.connects, 1);

	/*
	 * The frontend was Connected in between, which only the set of seen states shows. Its keys
	 * have changed once more.
	 */
	look(&w, XenbusStateReconfiguring);
	dom0_machine_update(&w.machine, BIT(XenbusStateConnected) | BIT(XenbusStateReconfiguring),
			    XenbusStateReconfiguring);
	assert_int_equal(w.reconfigures, i + 1);
	/* A frontend that does not wait for Reconfigured. */
	dom0_machine_update(&w.machine, BIT(XenbusStateConnected) | BIT(XenbusStateReconfiguring),
			    XenbusStateConnected);
	assert_int_equal(w.reconfigures, i + 2);
	assert_int_equal(w.machine.state, XenbusStateConnected);

	look(&w, XenbusStateClosed);
	assert_int_equal(w.machine.state, XenbusStateClosed);
	assert_int_equal(w.disconnects, 1);
	look(&w, XenbusStateReconfiguring);
	assert_int_equal(w.machine.state, XenbusStateClosed);
	assert_int_equal(w.reconfigures, i + 2);
}

/*
 * A delayed reconfiguration is done later, once, whatever the frontend's state is by then. After a
 * new connection it is not needed.
 */
static void reconfiguring_too_often(void **state)
{
	static const enum xenbus_state later[] = { XenbusStateReconfiguring, XenbusStateConnected };
	struct world w;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(later); i++) {
		w = new_world;
		look(&w, XenbusStateConnected);
		w.too_soon = true;
		look(&w, XenbusStateReconfiguring);
		assert_int_equal(w.machine.state, XenbusStateConnected);
		look(&w, later[i]);
		dom0_machine_update(&w.machine, 0, later[i]);
		assert_int_equal(w.reconfigures, 0);
		w.too_soon = false;
		dom0_machine_update(&w.machine, 0, later[i]);
		dom0_machine_update(&w.machine, 0, later[i]);
		assert_int_equal(w.reconfigures, 1);
		look(&w, XenbusStateConnected);
		assert_int_equal(w.machine.state, XenbusStateConnected);
		assert_int_equal(w.connects, 1);
	}
	/* We are Reconfigured, and the frontend has changed more keys. */
	look(&w, XenbusStateReconfiguring);
	w.too_soon = true;
	dom0_machine_update(&w.machine, BIT(XenbusStateConnected), XenbusStateReconfiguring);
	w.too_soon = false;
	dom0_machine_update(&w.machine, 0, XenbusStateReconfiguring);
	assert_int_equal(w.reconfigures, 3);
	/* A new connection reads all keys. */
	w.too_soon = true;
	dom0_machine_update(&w.machine, BIT(XenbusStateConnected), XenbusStateReconfiguring);
	look(&w, XenbusStateClosed);
	w.too_soon = false;
	look(&w, XenbusStateInitialising);
	look(&w, XenbusStateConnected);
	assert_int_equal(w.connects, 2);
	assert_int_equal(w.reconfigures, 3);
}

static void new_keys(void **state)
{
	struct world w = new_world;

	look(&w, XenbusStateInitialised);
	look(&w, XenbusStateConnected);
	look(&w, XenbusStateInitialised);
	assert_int_equal(w.connects, 2);
	assert_int_equal(w.machine.state, XenbusStateConnected);
	/* The frontend was Connected in between, which only the set of seen states shows. */
	dom0_machine_update(&w.machine, BIT(XenbusStateConnected) | BIT(XenbusStateInitialised),
			    XenbusStateInitialised);
	assert_int_equal(w.connects, 3);
}

/* A driver is bound while the frontend waits for Reconfigured of the previous driver. */
static void reconfiguring_at_the_start(void **state)
{
	struct world w = new_world;

	look(&w, XenbusStateReconfiguring);
	assert_int_equal(w.connects, 1);
	assert_int_equal(w.reconfigures, 1);
	assert_int_equal(w.machine.state, XenbusStateReconfigured);
}

/* The frontend has closed and opened again between two updates: the old connection is invalid. */
static void missed_states(void **state)
{
	static const enum xenbus_state missed[] = {
		XenbusStateClosed, XenbusStateInitialising, XenbusStateUnknown,
	};
	static const enum xenbus_state now[] = { XenbusStateInitialised, XenbusStateConnected };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(missed); i++) {
		for (j = 0; j < ARRAY_SIZE(now); j++) {
			struct world w = new_world;

			look(&w, now[j]);
			dom0_machine_update(&w.machine, BIT(missed[i]) | BIT(now[j]), now[j]);
			assert_int_equal(w.connects, 2);
			assert_int_equal(w.machine.state, XenbusStateConnected);
		}
	}
}

static void failing_connect(void **state)
{
	struct world w = new_world;

	w.connect_fails = true;
	look(&w, XenbusStateInitialised);
	assert_int_equal(w.machine.state, XenbusStateClosing);
	assert_int_equal(w.writes, 1);
	look(&w, XenbusStateInitialised);
	look(&w, XenbusStateConnected);
	assert_int_equal(w.writes, 1);
	w.connect_fails = false;
	look(&w, XenbusStateClosed);
	look(&w, XenbusStateInitialising);
	look(&w, XenbusStateInitialised);
	assert_int_equal(w.connects, 1);
}

/* The toolstack has written Closing and cleared online, in any state of the frontend. */
static void detach(void **state)
{
	int theirs;

	for (theirs = 0; theirs < DOM0_STATES; theirs++) {
		struct world w = new_world;

		look(&w, theirs);
		dom0_machine_accept_state(&w.machine, XenbusStateClosing);
		w.online = false;
		look(&w, theirs);
		assert_true(w.machine.state == XenbusStateClosing ||
			    w.machine.state == XenbusStateClosed);
		look(&w, XenbusStateClosing);
		look(&w, XenbusStateClosed);
		assert_int_equal(w.machine.state, XenbusStateClosed);
		look(&w, XenbusStateInitialising);
		look(&w, XenbusStateInitialised);
		assert_int_equal(w.machine.state, XenbusStateClosed);
		assert_false(w.machine.connected);
	}
}

/* If the toolstack writes our state just before we do, its value is kept. */
static void toolstack_was_faster(void **state)
{
	struct world w = new_world;

	w.written = XenbusStateClosing;
	look(&w, XenbusStateConnected);
	assert_int_equal(w.machine.state, XenbusStateClosing);
	assert_int_equal(w.writes, 0);
	look(&w, XenbusStateClosed);
	assert_int_equal(w.machine.state, XenbusStateClosed);
	assert_int_equal(w.disconnects, 1);

	w = new_world;
	look(&w, XenbusStateConnected);
	w.written = XenbusStateInitialising;
	look(&w, XenbusStateInitialising);
	assert_int_equal(w.machine.state, XenbusStateInitialising);
	assert_int_equal(w.disconnects, 1);
	look(&w, XenbusStateConnected);
	assert_int_equal(w.connects, 1);
	assert_int_equal(w.writes, 1);
}

/* The toolstack does not wait for a frontend without a driver. */
static void detach_without_a_driver(void **state)
{
	struct world w = new_world;

	look(&w, XenbusStateInitialising);
	dom0_machine_accept_state(&w.machine, XenbusStateClosing);
	w.online = false;
	dom0_machine_update(&w.machine, 0, XenbusStateInitialising);
	assert_int_equal(w.machine.state, XenbusStateClosed);
}

static void can_always_come_back(struct world w)
{
	w.connect_fails = false;
	w.ready = true;
	w.online = true;
	look(&w, XenbusStateClosed);
	assert_false(w.machine.connected);
	assert_int_equal(w.machine.state, XenbusStateClosed);
	look(&w, XenbusStateInitialising);
	assert_int_equal(w.machine.state, XenbusStateInitWait);
	look(&w, XenbusStateInitialised);
	assert_int_equal(w.machine.state, XenbusStateConnected);
	look(&w, XenbusStateConnected);
	assert_int_equal(w.machine.state, XenbusStateConnected);
}

/* Every sequence of a few updates, each with good conditions and with each bad one. */
static void walk(struct world w, unsigned int length)
{
	int theirs, bad;

	can_always_come_back(w);
	if (!length)
		return;
	for (theirs = 0; theirs < DOM0_STATES; theirs++) {
		for (bad = 0; bad < 4; bad++) {
			struct world next = w;

			next.connect_fails = bad == 1;
			next.online = bad != 2;
			next.written = bad == 3 ? XenbusStateClosing : XenbusStateUnknown;
			look(&next, theirs);
			next.written = XenbusStateUnknown;
			assert_true(is_running(next.machine.state) ||
				    next.machine.state == XenbusStateClosed);
			if (theirs == XenbusStateClosed || theirs == XenbusStateUnknown)
				assert_false(next.machine.connected);
			walk(next, length - 1);
		}
	}
}

static void every_walk(void **state)
{
	walk(new_world, WALK_LENGTH);
}

/* Any set of seen states with any current one, from any state of ours. */
static void every_mask(void **state)
{
	unsigned long seen;
	int ours, now, connected;

	for (ours = 0; ours < DOM0_STATES; ours++) {
		for (now = 0; now < DOM0_STATES; now++) {
			for (seen = 0; seen < BIT(DOM0_STATES); seen++) {
				for (connected = 0; connected < 2; connected++) {
					struct world w = new_world;

					if (ours == XenbusStateInitialising)
						continue;
					dom0_machine_accept_state(&w.machine, ours);
					w.machine.connected =
						(connected && ours == XenbusStateClosing) ||
						ours == XenbusStateConnected ||
						ours == XenbusStateReconfigured;
					w.connects = w.machine.connected;
					dom0_machine_update(&w.machine, seen, now);
					can_always_come_back(w);
				}
			}
		}
	}
}

/*
 * Writes to xenstore fail for a while. Nothing is done twice, and in the end the frontend sees our
 * state.
 */
static void writes_that_fail(void **state)
{
	struct world w = new_world;

	w.write_fails = true;
	look(&w, XenbusStateInitialised);
	assert_int_equal(w.connects, 1);
	assert_int_equal(w.machine.state, XenbusStateConnected);
	assert_int_equal(w.xenstore, XenbusStateInitWait);
	dom0_machine_rewrite(&w.machine);
	look(&w, XenbusStateInitialised);
	assert_int_equal(w.connects, 1);
	w.write_fails = false;
	dom0_machine_rewrite(&w.machine);
	assert_int_equal(w.xenstore, XenbusStateConnected);
	dom0_machine_rewrite(&w.machine);
	assert_int_equal(w.writes, 1);

	/* The frontend closes and starts over meanwhile. */
	w.write_fails = true;
	look(&w, XenbusStateClosed);
	assert_int_equal(w.disconnects, 1);
	look(&w, XenbusStateInitialising);
	w.write_fails = false;
	dom0_machine_rewrite(&w.machine);
	assert_int_equal(w.xenstore, XenbusStateInitWait);
	look(&w, XenbusStateInitialised);
	assert_int_equal(w.connects, 2);
	assert_int_equal(w.xenstore, XenbusStateConnected);
}

/* The toolstack writes while our writes fail: its value is kept. */
static void overruled_while_writes_fail(void **state)
{
	struct world w = new_world;

	w.write_fails = true;
	look(&w, XenbusStateInitialised);
	dom0_machine_accept_state(&w.machine, XenbusStateClosing);
	w.write_fails = false;
	w.writes = 0;
	dom0_machine_rewrite(&w.machine);
	assert_int_equal(w.writes, 0);

	w = new_world;
	w.write_fails = true;
	look(&w, XenbusStateInitialised);
	w.write_fails = false;
	w.written = XenbusStateClosing;
	dom0_machine_rewrite(&w.machine);
	assert_int_equal(w.machine.state, XenbusStateClosing);
	assert_int_equal(w.machine.written, XenbusStateClosing);
}

/*
 * We write Closed only if the toolstack keeps the device, or the device has released its disk. This
 * holds whenever online is cleared.
 */
static void closed_is_free(void **state)
{
	struct world w = new_world;

	w.holds = true;
	look(&w, XenbusStateConnected);
	look(&w, XenbusStateClosed);
	assert_int_equal(w.xenstore, XenbusStateClosed);
	assert_true(w.holds);

	w = new_world;
	w.holds = true;
	look(&w, XenbusStateConnected);
	w.leaves = true;
	look(&w, XenbusStateClosed);
	assert_int_equal(w.xenstore, XenbusStateClosed);
	assert_false(w.holds);

	/*
	 * The first write fails while the toolstack keeps the device. At the second, it no longer
	 * does.
	 */
	w = new_world;
	w.holds = true;
	look(&w, XenbusStateConnected);
	w.write_fails = true;
	look(&w, XenbusStateClosed);
	assert_true(w.holds);
	w.write_fails = false;
	w.leaves = true;
	dom0_machine_rewrite(&w.machine);
	assert_int_equal(w.xenstore, XenbusStateClosed);
	assert_false(w.holds);

	/* The toolstack has detached the device, and waits in Closing. */
	w = new_world;
	w.holds = true;
	look(&w, XenbusStateConnected);
	dom0_machine_accept_state(&w.machine, XenbusStateClosing);
	w.leaves = true;
	look(&w, XenbusStateClosed);
	assert_int_equal(w.xenstore, XenbusStateClosed);
	assert_false(w.holds);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_pair_is_answered),
	cmocka_unit_test(illegal_states_are_unknown),
	cmocka_unit_test(going_away),
	cmocka_unit_test(block_frontend),
	cmocka_unit_test(connect_that_has_to_wait),
	cmocka_unit_test(reopening_that_has_to_wait),
	cmocka_unit_test(not_probed),
	cmocka_unit_test(network_frontend),
	cmocka_unit_test(reconfiguring),
	cmocka_unit_test(reconfiguring_too_often),
	cmocka_unit_test(reconfiguring_at_the_start),
	cmocka_unit_test(new_keys),
	cmocka_unit_test(missed_states),
	cmocka_unit_test(failing_connect),
	cmocka_unit_test(detach),
	cmocka_unit_test(detach_without_a_driver),
	cmocka_unit_test(toolstack_was_faster),
	cmocka_unit_test(every_walk),
	cmocka_unit_test(every_mask),
	cmocka_unit_test(writes_that_fail),
	cmocka_unit_test(overruled_while_writes_fail),
	cmocka_unit_test(closed_is_free),
};

RUN_TESTS(tests)
