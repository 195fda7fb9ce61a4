/* SPDX-License-Identifier: GPL-2.0 */
/* Requests for a target, and the limits of targets. Process context, may sleep. */
#ifndef _DOM0_BALLOON_CONTROL_H
#define _DOM0_BALLOON_CONTROL_H

#include "counters.h"
#include "engine.h"
#include "target.h"

int balloon_control_init(const struct balloon_engine *engine, u64 floor_kib);
void balloon_control_stop(void);
int balloon_control_request(u64 *kib, const char *who);
void balloon_control_refused(const char *who, int err);
void balloon_control_get_info(struct engine_info *info, struct target_limits *limits);
const struct engine_retry *balloon_control_retry(void);

#endif
