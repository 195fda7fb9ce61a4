// SPDX-License-Identifier: GPL-2.0
/* Runs the block cases: behave, misbehave, check the backend's reaction, behave again. */
#include "blk_cases.h"

#include <stdio.h>
#include <string.h>

static const struct blk_case *const themes[] = {
	blk_ring_cases, blk_request_cases, blk_grant_cases, blk_time_cases, blk_keys_cases, NULL,
};

#define FOR_EACH_CASE(c) \
	for (const struct blk_case *const *theme = themes; *theme; theme++) \
		for (const struct blk_case *(c) = *theme; (c)->name; (c)++)

static void blk_offer_keys(struct blk *blk, const struct blk_case *c)
{
	unsigned int ends = STATES(Closing, Closed) | 1u << XenbusStateConnected;
	enum xenbus_state state;

	blk_offer(blk, &c->setup);
	state = device_wait(&blk->dev, ends, PATIENCE);
	note("backend in state %d", state);
	if ((1u << state) & STATES(Closing, Closed))
		device_note_reason(&blk->dev);
	else if (c->expect == REFUSED)
		wrong("not refused");
	if (state == XenbusStateConnected)
		device_set_state(&blk->dev, XenbusStateConnected);
}

/* Run the case once, and again as often as the argument says. */
static void blk_offer_again(struct blk *blk, const struct blk_case *c)
{
	blk_offer_keys(blk, c);
	for (long times = c->arg; times > 0; times--) {
		blk_close(blk);
		blk_offer_keys(blk, c);
	}
}

static void blk_note_answers(struct blk *blk)
{
	if (blk->okay || blk->error || blk->unsupported)
		note("answered %u ok, %u error, %u unsupported", blk->okay, blk->error,
		     blk->unsupported);
}

static void blk_note_stop(struct blk *blk)
{
	note("stopped");
	device_note_reason(&blk->dev);
	if (blk_still_answers(blk))
		wrong("responses after the device has stopped");
}

static void blk_look(struct blk *blk, enum expect expect)
{
	if (expect == STOPPED) {
		if (blk_stopped(blk))
			blk_note_stop(blk);
		else
			wrong("not stopped, state %d", device_state(&blk->dev));
		return;
	}
	if (expect == SURVIVED)
		return;
	if (blk_settle(blk)) {
		blk_note_answers(blk);
		blk_good(blk);
		if (blk_still_answers(blk))
			wrong("responses without a request");
	} else {
		blk_note_stop(blk);
		if (expect != REJECTED)
			wrong("the device must not stop here");
	}
}

static void blk_misbehave(struct blk *blk, const struct blk_case *c)
{
	blk_connect(blk, &c->setup);
	blk_good(blk);
	blk->okay = 0;
	blk->error = 0;
	blk->unsupported = 0;
	if (c->run)
		c->run(blk, c->arg);
	if (c->on_device)
		c->on_device(&blk->dev, c->arg);
	blk_look(blk, c->expect);
}

static bool run_blk_case(unsigned int id, const void *arg)
{
	const struct blk_case *c = arg;
	struct blk blk;

	case_begin("blk", c->name);
	blk_open(&blk, id);
	seed_random(1);
	device_forget_reason(&blk.dev);
	if (c->run || c->on_device || c->expect == ANSWERED)
		blk_misbehave(&blk, c);
	else
		blk_offer_again(&blk, c);
	blk_close(&blk);
	/*
	 * A device that went on has shown that it works. One that was stopped has to show it now.
	 */
	if (c->expect != ANSWERED)
		blk_behave(&blk);
	return case_end();
}

static bool on_this_disk(const struct blk *blk, const struct blk_case *c)
{
	char mode[8] = "";

	device_text(&blk->dev, "mode", mode, sizeof(mode));
	return (c->disk == READONLY) == (mode[0] == 'r');
}

static int blk_run(unsigned int id, const char *name)
{
	bool all = !strcmp(name, "all"), found = false;
	struct blk blk;
	int failed = 0;

	blk_open(&blk, id);
	FOR_EACH_CASE(c) {
		if (!(all ? on_this_disk(&blk, c) : !strcmp(name, c->name)))
			continue;
		found = true;
		failed += !case_apart(run_blk_case, id, c);
	}
	if (!found)
		die("no case %s", name);
	return failed;
}

static void blk_list(void)
{
	FOR_EACH_CASE(c)
		printf("%s %s %s\n", c->name, expect_name(c->expect),
		       c->disk == READONLY ? "readonly" : "writable");
}

static int blk_cycle(unsigned int id, unsigned int count)
{
	struct blk blk;

	case_begin("blk", "xsa-528-connect-and-close");
	blk_open(&blk, id);
	while (count--)
		blk_behave(&blk);
	return !case_end();
}

const struct kind blk_kind = {
	.type = "blk",
	.list = blk_list,
	.run = blk_run,
	.cycle = blk_cycle,
};
