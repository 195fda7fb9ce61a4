// SPDX-License-Identifier: GPL-2.0
/*
 * The engine for the kernel's own balloon, whose thread moves the pages. With CONFIG_XEN_BALLOON
 * that balloon has its own sysfs files and its own xenstore watch, both without limits. Its thread
 * changes the exported statistics without a lock that we could take, so read each only once.
 */
#include "engine.h"

#include <linux/compiler.h>
#include <linux/kconfig.h>
#include <linux/mm.h>
#include <xen/balloon.h>

#define KIB_SHIFT	(PAGE_SHIFT - 10)

static void kernel_get_info(struct engine_info *info)
{
	unsigned long ballooned =
		READ_ONCE(balloon_stats.balloon_low) + READ_ONCE(balloon_stats.balloon_high);

	info->current_kib = (u64)READ_ONCE(balloon_stats.current_pages) << KIB_SHIFT;
	info->target_kib = (u64)READ_ONCE(balloon_stats.target_pages) << KIB_SHIFT;
	info->known_kib = (u64)READ_ONCE(balloon_stats.total_pages) << KIB_SHIFT;
	info->ballooned_kib = (u64)ballooned << KIB_SHIFT;
}

static void kernel_set_target(u64 kib)
{
	balloon_set_new_target(kib >> KIB_SHIFT);
}

const struct balloon_engine balloon_kernel_engine = {
	.name = "kernel",
	.shared = IS_ENABLED(CONFIG_XEN_BALLOON),
	.retry = {
		.schedule_delay = &balloon_stats.schedule_delay,
		.max_schedule_delay = &balloon_stats.max_schedule_delay,
		.retry_count = &balloon_stats.retry_count,
		.max_retry_count = &balloon_stats.max_retry_count,
	},
	.get_info = kernel_get_info,
	.set_target = kernel_set_target,
};
