// SPDX-License-Identifier: GPL-2.0
/* Runs the network cases: behave, misbehave, check the backend's reaction, behave again. */
#include "net_cases.h"

#include <stdio.h>
#include <string.h>

static const struct net_case *const themes[] = {
	net_ring_cases, net_slot_cases, net_offload_cases, net_multicast_cases, net_grant_cases,
	net_time_cases, net_keys_cases, net_control_cases, net_hash_cases, NULL,
};

#define FOR_EACH_CASE(c) \
	for (const struct net_case *const *theme = themes; *theme; theme++) \
		for (const struct net_case *(c) = *theme; (c)->name; (c)++)

static void net_offer_keys(struct net *net, const struct net_case *c)
{
	unsigned int ends = STATES(Closing, Closed) | 1u << XenbusStateConnected;
	enum xenbus_state state;

	net_offer(net, &c->setup);
	state = device_wait(&net->dev, ends, PATIENCE);
	note("backend in state %d", state);
	if ((1u << state) & STATES(Closing, Closed))
		device_note_reason(&net->dev);
	else if (c->expect == REFUSED)
		wrong("not refused");
}

/* Run the case once, and again as often as the argument says. */
static void net_offer_again(struct net *net, const struct net_case *c)
{
	net_offer_keys(net, c);
	for (long times = c->arg; times > 0; times--) {
		net_close(net);
		net_offer_keys(net, c);
	}
}

static void net_note_answers(struct net *net)
{
	note("answered %u ok, %u error, received %u, %u error", net->okay, net->error,
	     net->received, net->receive_errors);
}

static void net_note_stop(struct net *net)
{
	note("stopped");
	device_note_reason(&net->dev);
	if (net_still_answers(net))
		wrong("responses after the device has stopped");
}

static void net_look(struct net *net, enum expect expect)
{
	if (expect == STOPPED) {
		if (net_stopped(net))
			net_note_stop(net);
		else
			wrong("not stopped, state %d", device_state(&net->dev));
		return;
	}
	if (expect == SURVIVED)
		return;
	if (net_settle(net)) {
		net_note_answers(net);
		net_good(net);
		if (net_still_answers(net))
			wrong("responses without a request");
	} else {
		net_note_stop(net);
		if (expect != REJECTED)
			wrong("the device must not stop here");
	}
}

static void net_misbehave(struct net *net, const struct net_case *c)
{
	net_connect(net, &c->setup);
	net_good(net);
	net->okay = 0;
	net->error = 0;
	net->received = 0;
	net->receive_errors = 0;
	if (c->run)
		c->run(net, c->arg);
	if (c->on_device)
		c->on_device(&net->dev, c->arg);
	net_look(net, c->expect);
}

static bool run_net_case(unsigned int id, const void *arg)
{
	const struct net_case *c = arg;
	struct net net;

	case_begin("net", c->name);
	net_open(&net, id);
	seed_random(1);
	device_forget_reason(&net.dev);
	if (c->run || c->on_device || c->expect == ANSWERED)
		net_misbehave(&net, c);
	else
		net_offer_again(&net, c);
	net_close(&net);
	/*
	 * A device that went on has shown that it works. One that was stopped has to show it now.
	 */
	if (c->expect != ANSWERED)
		net_behave(&net);
	return case_end();
}

static int net_run(unsigned int id, const char *name)
{
	bool all = !strcmp(name, "all"), found = false;
	int failed = 0;

	FOR_EACH_CASE(c) {
		if (!all && strcmp(name, c->name))
			continue;
		found = true;
		failed += !case_apart(run_net_case, id, c);
	}
	if (!found)
		die("no case %s", name);
	return failed;
}

static void net_list(void)
{
	FOR_EACH_CASE(c)
		printf("%s %s writable\n", c->name, expect_name(c->expect));
}

static int net_cycle(unsigned int id, unsigned int count)
{
	struct net net;

	case_begin("net", "cve-2026-99287-connect-and-close");
	net_open(&net, id);
	while (count--)
		net_behave(&net);
	return !case_end();
}

const struct kind net_kind = {
	.type = "net",
	.list = net_list,
	.run = net_run,
	.cycle = net_cycle,
};
