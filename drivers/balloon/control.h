/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _DOM0_BALLOON_CONTROL_H
#define _DOM0_BALLOON_CONTROL_H

#include "engine.h"
#include "target.h"

#include <linux/atomic.h>

/* The one list of counters; Documentation/ABI/sysfs-kernel-dom0-balloon says what they count. */
#define BALLOON_COUNTERS(count)	\
	count(requests)		\
	count(refused)		\
	count(raised)		\
	count(lowered)		\
	count(corrected)

enum balloon_counter {
#define COUNTER(name)	COUNT_##name,
	BALLOON_COUNTERS(COUNTER)
#undef COUNTER
	BALLOON_NR_COUNTERS
};

extern atomic64_t balloon_counters[BALLOON_NR_COUNTERS];

int control_init(const struct balloon_engine *engine, u64 floor_kib);
void control_exit(void);
enum target_verdict control_request(u64 *kib, const char *who);
void control_refused(const char *who, int err);
void control_look(struct engine_view *view, struct target_limits *limits);

#endif
