/* SPDX-License-Identifier: GPL-2.0 */
/* The module's nodes in xenstore: it reads target and limit, and writes what blocks the engine. */
#ifndef _DOM0_BALLOON_WATCH_H
#define _DOM0_BALLOON_WATCH_H

#include <linux/types.h>

int balloon_watch_init(void);
void balloon_watch_exit(void);
int balloon_watch_static_max(u64 *kib);
void balloon_watch_report(const char *why);

#endif
