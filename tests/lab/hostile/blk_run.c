// SPDX-License-Identifier: GPL-2.0
/* Runs the block cases: behave, misbehave, look at what the backend does about it, behave again. */
#include "blk.h"

#include <stdio.h>
#include <string.h>

static void offer(struct blk *blk, const struct blk_case *c)
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

/* Once, and the argument says how often besides. */
static void offer_again(struct blk *blk, const struct blk_case *c)
{
	offer(blk, c);
	for (long times = c->arg; times > 0; times--) {
		blk_close(blk);
		offer(blk, c);
	}
}

static void note_answers(struct blk *blk)
{
	if (blk->okay || blk->error || blk->unsupported)
		note("answered %u ok, %u error, %u unsupported", blk->okay, blk->error,
		     blk->unsupported);
}

static bool stopped(struct blk *blk)
{
	unsigned int ends = STATES(Closing, Closed);

	return (1u << device_wait(&blk->dev, ends, PATIENCE)) & ends;
}

static void note_stop(struct blk *blk)
{
	note("stopped");
	device_note_reason(&blk->dev);
	if (blk_still_answers(blk))
		wrong("answers though it has stopped");
}

static void look(struct blk *blk, enum expect expect)
{
	if (expect == STOPPED) {
		if (stopped(blk))
			note_stop(blk);
		else
			wrong("not stopped, state %d", device_state(&blk->dev));
		return;
	}
	if (expect == SURVIVED)
		return;
	if (blk_settle(blk)) {
		note_answers(blk);
		blk_good(blk);
		if (blk_still_answers(blk))
			wrong("answers that nobody waits for");
	} else {
		note_stop(blk);
		if (expect != REJECTED)
			wrong("that was not called for");
	}
}

static void misbehave(struct blk *blk, const struct blk_case *c)
{
	blk_connect(blk, &c->setup);
	blk_good(blk);
	blk->okay = blk->error = blk->unsupported = 0;
	if (c->run)
		c->run(blk, c->arg);
	if (c->on_device)
		c->on_device(&blk->dev, c->arg);
	look(blk, c->expect);
}

/* Whoever went too far gets a new chance; a device that lived on has shown already that it works. */
static void behave(struct blk *blk)
{
	static const struct blk_setup plain;

	blk_connect(blk, &plain);
	blk_good(blk);
	blk_close(blk);
}

static bool run_case(unsigned int id, const void *arg)
{
	const struct blk_case *c = arg;
	struct blk blk;

	case_begin("blk", c->name);
	blk_open(&blk, id);
	seed_random(1);
	device_forget_reason(&blk.dev);
	if (c->run || c->on_device || c->expect == ANSWERED)
		misbehave(&blk, c);
	else
		offer_again(&blk, c);
	blk_close(&blk);
	if (c->expect != ANSWERED)
		behave(&blk);
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
	for (unsigned int i = 0; i < blk_case_count; i++) {
		if (!(all ? on_this_disk(&blk, &blk_case_table[i]) :
			    !strcmp(name, blk_case_table[i].name)))
			continue;
		found = true;
		failed += !case_apart(run_case, id, &blk_case_table[i]);
	}
	if (!found)
		die("no case %s", name);
	return failed;
}

static void blk_list(void)
{
	for (unsigned int i = 0; i < blk_case_count; i++)
		printf("%s %s %s\n", blk_case_table[i].name, expect_name(blk_case_table[i].expect),
		       blk_case_table[i].disk == READONLY ? "readonly" : "writable");
}

/* ---- at random ---- */

static uint32_t random_gref(struct blk *blk)
{
	switch (random_below(16)) {
	case 0:
		return random_u32();
	case 1:
		return gref_never();
	default:
		return page_gref(blk->data, random_below(DATA_PAGES));
	}
}

static struct blkif_request_segment random_segment(struct blk *blk)
{
	bool wild = !random_below(12);

	return (struct blkif_request_segment) {
		.gref = random_gref(blk),
		.first_sect = wild ? random_u32() : 0,
		.last_sect = wild ? random_u32() : random_below(PAGE_SECTORS),
	};
}

static uint64_t random_sector(struct blk *blk)
{
	if (!random_below(12))
		return (uint64_t)random_u32() << 32 | random_u32();
	return random_below(blk->sectors);
}

static union blk_request random_request(struct blk *blk)
{
	uint8_t operation = random_below(8) ? random_below(2) : random_u32();
	unsigned int count = random_below(8) ? 1 + random_below(DIRECT_SEGMENTS) :
					       random_below(256);
	union blk_request request;

	if (!random_below(6)) {
		count = random_below(8) ? 1 + random_below(256) : random_below(65536);
		request = blk_indirect(blk, operation, random_sector(blk), count);
		for (unsigned int i = 0; i < count && i < 512; i += 1 + random_below(64))
			*blk_segment(blk, i) = random_segment(blk);
		return request;
	}
	request = blk_rw(blk, operation, random_sector(blk), random_below(DATA_PAGES), count);
	for (unsigned int i = 0; i < DIRECT_SEGMENTS; i++)
		if (!random_below(4))
			request.rw.seg[i] = random_segment(blk);
	return request;
}

static int blk_random(unsigned int id, uint64_t seed, unsigned int count)
{
	struct blk blk;
	char name[32];

	snprintf(name, sizeof(name), "random-%llu", (unsigned long long)seed);
	case_begin("blk", name);
	blk_open(&blk, id);
	seed_random(seed);
	blk_connect(&blk, &(struct blk_setup){.persistent = seed & 1, .order = seed & 2 ? 2 : 0});
	for (unsigned int asked = 0; asked < count;) {
		unsigned int batch = 1 + random_below(blk.queue[0].ring.size);

		for (unsigned int i = 0; i < batch; i++, asked++) {
			union blk_request request = random_request(&blk);

			blk_ask(&blk, &request, ANY);
		}
		if (!blk_settle(&blk)) {
			wrong("stopped by a request");
			break;
		}
	}
	note_answers(&blk);
	blk_close(&blk);
	behave(&blk);
	return !case_end();
}

static int blk_cycle(unsigned int id, unsigned int count)
{
	struct blk blk;

	case_begin("blk", "cycle");
	blk_open(&blk, id);
	while (count--)
		behave(&blk);
	return !case_end();
}

const struct kind blk_kind = {
	.type = "blk",
	.list = blk_list,
	.run = blk_run,
	.random = blk_random,
	.cycle = blk_cycle,
};
