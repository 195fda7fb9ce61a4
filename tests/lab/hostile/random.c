// SPDX-License-Identifier: GPL-2.0
/* Runs one kind of random requests, and prints how fast it was. */
#include "hostile.h"

#include <stdio.h>
#include <string.h>

#define STORM_MAX 200

void random_storm(struct random_run *run, uint32_t port)
{
	run->storms++;
	for (unsigned int i = random_below(STORM_MAX); i; i--)
		evtchn_notify(port);
}

static bool run_random_kind(const struct random_kind *kind, unsigned int id, uint64_t seed,
			    uint64_t count)
{
	struct random_run run = { 0 };
	uint64_t begun, ms;
	char name[48];

	snprintf(name, sizeof(name), "%s %llu", kind->name, (unsigned long long)seed);
	case_begin("random", name);
	seed_random(seed);
	begun = now_ms();
	kind->run(id, count, &run);
	ms = now_ms() - begun + 1;
	note("%llu asked, %llu of them mutated; %llu ok, %llu error; %u reconnects, %u storms; "
	     "%llu a second",
	     (unsigned long long)run.asked, (unsigned long long)run.mutated,
	     (unsigned long long)run.okay, (unsigned long long)run.error, run.stops, run.storms,
	     (unsigned long long)(run.asked * 1000 / ms));
	return case_end();
}

bool random_by_name(const char *name, uint64_t seed, uint64_t count, const unsigned int *id)
{
	static const struct random_kind *const kinds[] = {
		&random_blk, &random_blk32, &random_blk_indirect,
		&random_net_tx, &random_net_rx, &random_xenstore,
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(name, kinds[i]->name))
			return run_random_kind(kinds[i], id ? *id : kinds[i]->id, seed, count);
	die("no random run is called %s", name);
}
