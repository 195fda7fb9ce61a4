/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An engine moves the pages. Policy (targets, limits, statistics) is above it, and the same for all
 * engines.
 */
#ifndef _DOM0_BALLOON_ENGINE_H
#define _DOM0_BALLOON_ENGINE_H

#include <linux/types.h>

/**
 * struct engine_info - Dom0's memory in numbers of an engine
 * @current_kib: memory that Dom0 has now
 * @target_kib: the target
 * @known_kib: the most memory that Dom0 has page structures for
 * @ballooned_kib: memory that the hypervisor has, of pages that Dom0 has page structures for
 */
struct engine_info {
	u64 current_kib;
	u64 target_kib;
	u64 known_kib;
	u64 ballooned_kib;
};

/**
 * struct engine_retry - how an engine tries again; names and units are those of sysfs
 * @schedule_delay: seconds until the next try
 * @max_schedule_delay: maximum of @schedule_delay, which grows with each try
 * @retry_count: tries for this target so far
 * @max_retry_count: maximum of @retry_count, 0 for no limit
 */
struct engine_retry {
	unsigned long *schedule_delay;
	unsigned long *max_schedule_delay;
	unsigned long *retry_count;
	unsigned long *max_retry_count;
};

/**
 * typedef engine_report_fn - report why an engine cannot reach its target, or that it can
 * @why: constant text, or NULL when nothing blocks the engine any more
 */
typedef void (*engine_report_fn)(const char *why);

/**
 * struct balloon_engine - moves Dom0's memory towards a target, asynchronously
 * @name: value of the module parameter
 * @shared: others than this module set its target too
 * @retry: how it tries again
 * @start: begin, with the present memory as target; 0 or negative errno. May be NULL
 * @stop: undo @start; no report comes afterwards. Memory stays as it is. May be NULL
 * @get_info: fill in @info; any context, also before start
 * @set_target: set the target, in KiB; returns at once. Not before start, nor after stop
 */
struct balloon_engine {
	const char *name;
	bool shared;
	struct engine_retry retry;
	int (*start)(engine_report_fn report);
	void (*stop)(void);
	void (*get_info)(struct engine_info *info);
	void (*set_target)(u64 kib);
};

extern const struct balloon_engine balloon_kernel_engine;
extern const struct balloon_engine balloon_native_engine;

#endif
