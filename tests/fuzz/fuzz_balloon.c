// SPDX-License-Identifier: GPL-2.0
/*
 * Any text as a target of any Dom0, and steps from any amount to any other. No step goes beyond the
 * target. If both sides have memory to spare, the steps reach the target.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/balloon/target.c"
#include "drivers/balloon/extents.c"

static void expect(bool what)
{
	if (!what)
		abort();
}

struct input {
	u32 floor, ceiling;
	u16 target, now;
	u16 blocks, pages, spare;
	char text[24];
};

static void check_text(const struct input *in, const char *text, size_t len)
{
	struct target_limits limits = { in->floor, max(in->floor, in->ceiling) };
	u64 kib = 77, bytes = 77;

	if (!balloon_target_parse(text, len, &kib)) {
		expect(kib <= TARGET_MAX_KIB);
		expect(!balloon_target_parse_bytes(text, len, &bytes) && bytes == kib >> 10);
		balloon_target_clamp(&kib, &limits);
		expect(kib >= limits.floor && kib <= limits.ceiling);
	} else {
		expect(kib == 77);
	}
	if (!balloon_target_parse_bytes(text, len, &bytes))
		expect(bytes <= TARGET_MAX_KIB);
}

/* Do what the engine does in a step that succeeds. */
static void take_step(const struct step *step, unsigned long *now, struct stock *stock)
{
	switch (step->kind) {
	case STEP_DECREASE_BLOCK:
		expect(step->nr == BLOCK_PAGES && stock->spare >= BLOCK_PAGES);
		stock->blocks++;
		break;
	case STEP_DECREASE_PAGES:
		expect(step->nr && step->nr < BLOCK_PAGES && stock->spare >= step->nr);
		stock->pages += step->nr;
		break;
	case STEP_INCREASE_BLOCK:
		expect(step->nr == BLOCK_PAGES && stock->blocks);
		stock->blocks--;
		break;
	case STEP_INCREASE_PAGES:
		expect(step->nr && step->nr <= BLOCK_PAGES && stock->pages >= step->nr);
		stock->pages -= step->nr;
		break;
	case STEP_BREAK_BLOCK:
		expect(!step->nr && stock->blocks);
		stock->blocks--;
		stock->pages += BLOCK_PAGES;
		return;
	default:
		expect(!step->nr);
		return;
	}
	if (step->kind == STEP_DECREASE_BLOCK || step->kind == STEP_DECREASE_PAGES) {
		*now -= step->nr;
		stock->spare -= step->nr;
	} else {
		*now += step->nr;
		stock->spare += step->nr;
	}
}

static void check_steps(const struct input *in)
{
	struct stock stock = { in->blocks % 256, in->pages, in->spare };
	unsigned long target = in->target, now = in->now;
	bool down = target < now;
	unsigned int steps;
	struct step step;

	for (steps = 0;; steps++) {
		expect(steps < 2000);
		step = balloon_extents_plan(target, now, &stock);
		if (step.kind == STEP_NONE || step.kind == STEP_KEEP || step.kind == STEP_IMPORT)
			break;
		take_step(&step, &now, &stock);
		expect(down ? now >= target : now <= target);
	}
	expect((step.kind == STEP_NONE) == (now == target));
	if (step.kind == STEP_KEEP)
		expect(stock.spare < min(now - target, (unsigned long)BLOCK_PAGES));
	if (step.kind == STEP_IMPORT)
		expect(!stock.blocks && !stock.pages);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t head = offsetof(struct input, text);
	struct input in = {};

	memcpy(&in, data, min(size, sizeof(in)));
	if (size > head)
		check_text(&in, in.text, min(size, sizeof(in)) - head);
	check_steps(&in);
	return 0;
}
