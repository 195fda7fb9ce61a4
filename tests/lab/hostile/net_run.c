// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the network cases: behave, misbehave, look at what the backend does about it, behave again.
 */
#include "net.h"

#include <stdio.h>
#include <string.h>

static void offer(struct net *net, const struct net_case *c)
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

static void note_answers(struct net *net)
{
	note("answered %u ok, %u error, received %u, %u error", net->okay, net->error,
	     net->received, net->receive_errors);
}

static bool stopped(struct net *net)
{
	unsigned int ends = STATES(Closing, Closed);

	return (1u << device_wait(&net->dev, ends, PATIENCE)) & ends;
}

static void note_stop(struct net *net)
{
	note("stopped");
	device_note_reason(&net->dev);
	if (net_still_answers(net))
		wrong("answers though it has stopped");
}

static void look(struct net *net, enum expect expect)
{
	if (expect == STOPPED) {
		if (stopped(net))
			note_stop(net);
		else
			wrong("not stopped, state %d", device_state(&net->dev));
		return;
	}
	if (expect == SURVIVED)
		return;
	if (net_settle(net)) {
		note_answers(net);
		net_good(net);
		if (net_still_answers(net))
			wrong("answers that nobody waits for");
	} else {
		note_stop(net);
		if (expect != REJECTED)
			wrong("that was not called for");
	}
}

static void misbehave(struct net *net, const struct net_case *c)
{
	net_connect(net, &c->setup);
	net_good(net);
	net->okay = net->error = net->received = net->receive_errors = 0;
	if (c->run)
		c->run(net, c->arg);
	if (c->on_device)
		c->on_device(&net->dev, c->arg);
	look(net, c->expect);
}

/* Whoever went too far gets a new chance; a device that lived on has shown already that it works. */
static void behave(struct net *net)
{
	static const struct net_setup plain;

	net_connect(net, &plain);
	net_good(net);
	net_close(net);
}

static bool run_case(unsigned int id, const void *arg)
{
	const struct net_case *c = arg;
	struct net net;

	case_begin("net", c->name);
	net_open(&net, id);
	seed_random(1);
	device_forget_reason(&net.dev);
	if (c->run || c->on_device || c->expect == ANSWERED)
		misbehave(&net, c);
	else
		offer(&net, c);
	net_close(&net);
	if (c->expect != ANSWERED)
		behave(&net);
	return case_end();
}

static int net_run(unsigned int id, const char *name)
{
	bool all = !strcmp(name, "all"), found = false;
	int failed = 0;

	for (unsigned int i = 0; i < net_case_count; i++) {
		if (!all && strcmp(name, net_case_table[i].name))
			continue;
		found = true;
		failed += !case_apart(run_case, id, &net_case_table[i]);
	}
	if (!found)
		die("no case %s", name);
	return failed;
}

static void net_list(void)
{
	for (unsigned int i = 0; i < net_case_count; i++)
		printf("%s %s writable\n", net_case_table[i].name,
		       expect_name(net_case_table[i].expect));
}

/* ---- at random ---- */

static void random_slot(struct net *net, uint16_t flags)
{
	bool wild = !random_below(20);
	uint32_t gref = page_gref(net->frames, random_below(FRAME_PAGES));
	uint16_t size = wild ? random_u32() : random_below(1500);

	net_slot(net, random_below(24) ? gref : random_u32(),
		 wild ? random_u32() : random_below(64), size, flags, ANY);
}

static void random_extra(struct net *net)
{
	struct netif_extra_info info = {.type = random_below(8) ? 1 : random_u32(),
					.flags = !random_below(8)};

	info.u.gso.size = random_below(4) ? 1448 : random_u32();
	info.u.gso.type = random_below(4);
	net_extra(net, &info);
}

/*
 * A well-formed chain most of the time: what looks too wrong only gets the device stopped at once.
 */
static void random_packet(struct net *net)
{
	unsigned int rest = random_below(4) ? 0 : random_below(LEGAL_SLOTS);
	uint16_t flags = (random_below(3) ? 0 : NETTXF_csum_blank) |
			 (random_below(3) ? 0 : NETTXF_data_validated);
	bool with_extra = !random_below(6);

	frame_tcp(net, random_below(FRAME_PAGES), 1000);
	random_slot(net,
		    flags | (rest ? NETTXF_more_data : 0) | (with_extra ? NETTXF_extra_info : 0));
	if (with_extra)
		random_extra(net);
	while (rest--)
		random_slot(net, rest ? NETTXF_more_data : 0);
}

static int net_random(unsigned int id, uint64_t seed, unsigned int count)
{
	static const struct net_setup plain;
	unsigned int stops = 0;
	struct net net;
	char name[32];

	snprintf(name, sizeof(name), "random-%llu", (unsigned long long)seed);
	case_begin("net", name);
	net_open(&net, id);
	seed_random(seed);
	net_connect(&net, &plain);
	while (count) {
		for (unsigned int i = 1 + random_below(10); i && count; i--, count--)
			random_packet(&net);
		if (net_settle(&net))
			continue;
		stops++;
		net_close(&net);
		net_connect(&net, &plain);
	}
	note_answers(&net);
	note("stopped %u times", stops);
	net_close(&net);
	behave(&net);
	return !case_end();
}

static int net_cycle(unsigned int id, unsigned int count)
{
	struct net net;

	case_begin("net", "cycle");
	net_open(&net, id);
	while (count--)
		behave(&net);
	return !case_end();
}

const struct kind net_kind = {
	.type = "net",
	.list = net_list,
	.run = net_run,
	.random = net_random,
	.cycle = net_cycle,
};
