// SPDX-License-Identifier: GPL-2.0
/*
 * Any sequence of frontend states, with any behaviour of the toolstack and the driver. Each connect
 * has one disconnect, nothing is written twice, and the machine is at rest after a few steps.
 */
#include <stdint.h>
#include <stdlib.h>

#include "drivers/xenbus/state.c"

/* No pair of states needs more than these to come to rest, and a missed state is a second pair. */
#define STEPS_MAX	16

struct world {
	struct dom0_machine machine;
	bool online, ready, connect_fails;
	enum xenbus_state written;	/* by the toolstack, just before our own write */
	unsigned int steps;
	bool serving;
};

static void expect(bool what)
{
	if (!what)
		abort();
}

static struct world *world_of(struct dom0_machine *machine)
{
	return container_of(machine, struct world, machine);
}

static int write_state(struct dom0_machine *machine, enum xenbus_state state, bool released,
		       enum xenbus_state *found)
{
	struct world *w = world_of(machine);
	enum xenbus_state written = w->written;

	expect(machine->state != state || machine->written != state);
	expect(state == XenbusStateConnected || state == XenbusStateReconfigured ||
	       state == XenbusStateClosing || !w->serving);
	w->written = XenbusStateUnknown;
	if (written) {
		*found = written;
		return -ESTALE;
	}
	return state == XenbusStateClosed && !w->online && !released ? -ERESTART : 0;
}

static void release(struct dom0_machine *machine)
{
	expect(!world_of(machine)->serving);
}

static bool reconfigure(struct dom0_machine *machine)
{
	expect(machine->connected);
	return world_of(machine)->ready;
}

static int may_reopen(struct dom0_machine *machine)
{
	return world_of(machine)->ready ? world_of(machine)->online : -11;
}

static bool ready(struct dom0_machine *machine)
{
	return world_of(machine)->ready;
}

static int connect(struct dom0_machine *machine)
{
	struct world *w = world_of(machine);

	expect(!w->serving && !machine->connected);
	expect(machine->state == XenbusStateInitWait);
	if (w->connect_fails)
		return -22;
	w->serving = true;
	return 0;
}

static void disconnect(struct dom0_machine *machine)
{
	struct world *w = world_of(machine);

	expect(w->serving);
	w->serving = false;
}

static void trace(struct dom0_machine *machine, enum xenbus_state otherend_state,
		  enum dom0_action action)
{
	expect(++world_of(machine)->steps <= STEPS_MAX);
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

static void look(struct world *w, u8 how, u8 seen, u8 now)
{
	w->online = how & 1;
	w->ready = how & 2;
	w->connect_fails = how & 4;
	w->written = how & 8 ? (how & 16 ? XenbusStateClosing : XenbusStateInitialising) : 0;
	w->steps = 0;
	dom0_machine_update(&w->machine, seen | BIT(now % 16), now % 16);
	expect(w->serving == w->machine.connected);
	if (w->machine.state == XenbusStateInitWait || w->machine.state == XenbusStateClosed)
		expect(!w->serving);
	if (now % 16 == XenbusStateClosed && !(how & 8) &&
	    w->machine.state != XenbusStateInitialising)
		expect(w->machine.state == XenbusStateClosed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = { .machine = { .ops = &ops } };

	dom0_machine_accept_state(&w.machine, XenbusStateInitWait);

	for (; size >= 3; data += 3, size -= 3)
		look(&w, data[0], data[1], data[2]);
	dom0_machine_disconnect(&w.machine);
	expect(!w.serving);
	return 0;
}
