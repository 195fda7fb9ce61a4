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
 */
struct engine_view {
	u64 current_kib;
	u64 target_kib;
	u64 known_kib;
};

/**
 * struct balloon_engine - moves Dom0's memory towards a target, in its own time
 * @look: fill in the view; any context
 * @aim: set the target, in KiB; returns at once
 */
struct balloon_engine {
	void (*look)(struct engine_view *view);
	void (*aim)(u64 kib);
};

extern const struct balloon_engine kernel_engine;

#endif
