/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory targets: parsing and limits. Pure, so that it is tested in user space. All sizes are in
 * KiB, the unit of xenstore.
 */
#ifndef _DOM0_BALLOON_TARGET_H
#define _DOM0_BALLOON_TARGET_H

#include <linux/bits.h>
#include <linux/types.h>

/* More than any machine has, and far from where arithmetic on pages or bytes would overflow. */
#define TARGET_MAX_KIB	BIT_ULL(50)

struct target_limits {
	u64 floor;
	u64 ceiling;
};

enum target_verdict {
	TARGET_ACCEPTED,
	TARGET_RAISED,	/* to the floor */
	TARGET_LOWERED,	/* to the ceiling */
};

int balloon_target_parse(const char *text, size_t len, u64 *kib);
int balloon_target_parse_bytes(const char *text, size_t len, u64 *kib);
enum target_verdict balloon_target_clamp(u64 *kib, const struct target_limits *limits);
u64 balloon_target_auto_floor(u64 memory);
u64 balloon_target_ceiling(u64 floor, u64 static_max, u64 hypervisor_max, u64 known);
unsigned int balloon_target_guard_ms(u64 memory, u64 floor);

#endif
