/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who moves the pages. Policy (targets, limits, statistics) sits above and is the same for each.
 */
#ifndef _DOM0_BALLOON_ENGINE_H
#define _DOM0_BALLOON_ENGINE_H

#include <linux/types.h>

/**
 * struct engine_view - what an engine says of Dom0's memory
 * @current_kib: what Dom0 has now
 * @target_kib: what the engine is moving towards
 * @known_kib: the most that Dom0 has page structures for
 * @given_kib: what Dom0 has page structures for and the hypervisor has the memory of
 */
struct engine_view {
	u64 current_kib;
	u64 target_kib;
	u64 known_kib;
	u64 given_kib;
};

/**
 * struct engine_knobs - how an engine tries again; names and units are those of sysfs
 * @schedule_delay: seconds until the next try
 * @max_schedule_delay: the most that this grows to
 * @retry_count: tries for this target so far
 * @max_retry_count: how many there may be, 0 for no limit
 */
struct engine_knobs {
	unsigned long *schedule_delay;
	unsigned long *max_schedule_delay;
	unsigned long *retry_count;
	unsigned long *max_retry_count;
};

/**
 * typedef engine_report_fn - an engine cannot get on, or can again
 * @why: constant text, or NULL when the target is reached or a new one is being worked towards
 */
typedef void (*engine_report_fn)(const char *why);

/**
 * struct balloon_engine - moves Dom0's memory towards a target, in its own time
 * @name: value of the module parameter
 * @shared: others than this module set its target too
 * @knobs: how it tries again
 * @start: begin, with the memory that there is as target; 0 or negative errno. NULL for nothing
 * @stop: the mirror of start; afterwards there is no report. The target reached so far stays
 * @look: fill in the view; any context, also before start
 * @aim: set the target, in KiB; returns at once. Not before start, nor after stop
 */
struct balloon_engine {
	const char *name;
	bool shared;
	struct engine_knobs knobs;
	int (*start)(engine_report_fn report);
	void (*stop)(void);
	void (*look)(struct engine_view *view);
	void (*aim)(u64 kib);
};

/* Of the own engine: memory is zeroed before it is given away. */
extern bool balloon_scrub_pages;

extern const struct balloon_engine balloon_kernel_engine;
extern const struct balloon_engine balloon_own_engine;

#endif
