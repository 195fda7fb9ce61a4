// SPDX-License-Identifier: GPL-2.0
/*
 * The balloon that is built into the kernel: its thread does the work, and has a sysfs interface
 * and a xenstore watch of its own, which know no limits. The statistics it exports are plain words
 * that its thread changes under no lock that we could take.
 */
#include "engine.h"

#include <linux/compiler.h>
#include <linux/mm.h>
#include <xen/balloon.h>

#define KIB_SHIFT	(PAGE_SHIFT - 10)

static void kernel_look(struct engine_view *view)
{
	view->current_kib = (u64)READ_ONCE(balloon_stats.current_pages) << KIB_SHIFT;
	view->target_kib = (u64)READ_ONCE(balloon_stats.target_pages) << KIB_SHIFT;
	view->known_kib = (u64)READ_ONCE(balloon_stats.total_pages) << KIB_SHIFT;
}

static void kernel_aim(u64 kib)
{
	balloon_set_new_target(kib >> KIB_SHIFT);
}

const struct balloon_engine kernel_engine = {
	.look = kernel_look,
	.aim = kernel_aim,
};
