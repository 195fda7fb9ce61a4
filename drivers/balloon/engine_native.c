// SPDX-License-Identifier: GPL-2.0
/*
 * The engine for a kernel without CONFIG_XEN_BALLOON. Such a kernel still has the part of the
 * balloon that provides pages for grant mappings.
 *
 * That part decreases Dom0's memory when such pages are wanted, and increases it when they are not.
 * It counts only the pages that it moves itself, and so does this engine. Dom0's memory is the
 * kernel's count less ours. So neither undoes what the other has moved.
 *
 * One work moves all pages, in steps of at most 2 MiB, and reads the target before each step. It
 * alone uses its data.
 */
#include "counters.h"
#include "engine.h"
#include "engine_native.h"
#include "pool.h"

#include <linux/capability.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <xen/balloon.h>
#include <xen/interface/memory.h>

#define KIB_SHIFT	(PAGE_SHIFT - 10)
/* How often to check whether the kernel has got pages back, so that Dom0 is above its target. */
#define LOOK_PERIOD	(2 * HZ)

bool balloon_scrub_pages = true;

/* A guest may read memory that was not zeroed. So permission to write the file is not enough. */
static int set_scrub_pages(const char *text, const struct kernel_param *param)
{
	return capable(CAP_SYS_ADMIN) ? param_set_bool(text, param) : -EPERM;
}

static const struct kernel_param_ops scrub_pages_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = set_scrub_pages,
	.get = param_get_bool,
};

module_param_cb(scrub_pages, &scrub_pages_ops, &balloon_scrub_pages, 0644);
__MODULE_PARM_TYPE(scrub_pages, "bool");
MODULE_PARM_DESC(scrub_pages, "Engine \"native\": zero pages before the hypervisor gets them (default: yes)");

static unsigned long schedule_delay = 1;
static unsigned long max_schedule_delay = 32;
static unsigned long retry_count;
static unsigned long max_retry_count;

static const char no_spare[] = "Dom0 cannot do without more of its memory";
static const char refused[] = "the hypervisor refuses to take memory";
static const char at_limit[] = "Dom0 has as much as the hypervisor allows it";
static const char no_memory[] = "the hypervisor has no free memory";
static const char no_pages[] = "Dom0's kernel was not booted for more memory";
static const char leaked_pages[] = "memory has leaked";

static struct {
	struct workqueue_struct *queue;
	struct delayed_work work;
	struct frames *frames;
	engine_report_fn report;
	const char *blocked_reason;	/* the last report */
	unsigned long target;	/* pages; written without a lock */
	bool asked;		/* a target was set since the work has looked */
	bool stopping;
	long ballooned;		/* given to the hypervisor, less those got back; may be negative */
} native;

static unsigned long current_pages(void)
{
	return READ_ONCE(balloon_stats.current_pages) - READ_ONCE(native.ballooned);
}

static void native_get_info(struct engine_info *info)
{
	unsigned long ballooned = balloon_pool_blocks() * BLOCK_PAGES + balloon_pool_pages();

	info->current_kib = (u64)current_pages() << KIB_SHIFT;
	info->target_kib = native.queue ? (u64)READ_ONCE(native.target) << KIB_SHIFT :
					  info->current_kib;
	info->known_kib = (u64)READ_ONCE(balloon_stats.total_pages) << KIB_SHIFT;
	info->ballooned_kib = (u64)ballooned << KIB_SHIFT;
}

static void native_set_target(u64 kib)
{
	WRITE_ONCE(native.target, kib >> KIB_SHIFT);
	/* Orders the target before the flag: a reader that sees the flag sees the target. */
	xchg(&native.asked, true);
	mod_delayed_work(native.queue, &native.work, 0);
}

static const char *decrease_memory(void)
{
	struct frames_moved moved = balloon_frames_decrease(native.frames);

	balloon_pool_decreased(native.frames, moved);
	WRITE_ONCE(native.ballooned, native.ballooned + moved.done + moved.leaked);
	if (moved.done == native.frames->nr)
		return NULL;
	return moved.leaked ? leaked_pages : refused;
}

static const char *decrease_pages(unsigned int nr)
{
	if (!balloon_pool_allocate_pages(native.frames, nr, READ_ONCE(balloon_scrub_pages)))
		return no_spare;
	return decrease_memory();
}

static const char *decrease_block(void)
{
	if (balloon_pool_allocate_block(native.frames, READ_ONCE(balloon_scrub_pages)))
		return decrease_memory();
	balloon_count(COUNT_no_block, 1);
	return decrease_pages(BLOCK_PAGES);
}

static const char *why_refused(void)
{
	long has = balloon_frames_query(XENMEM_current_reservation);
	long may = balloon_frames_query(XENMEM_maximum_reservation);

	balloon_count(COUNT_xen_refused, 1);
	return has > 0 && may > 0 && has >= may ? at_limit : no_memory;
}

static const char *increase_memory(void)
{
	struct frames_moved moved = balloon_frames_increase(native.frames);

	balloon_pool_increased(native.frames, moved);
	WRITE_ONCE(native.ballooned, native.ballooned - moved.done);
	if (moved.leaked)
		return leaked_pages;
	return moved.done ? NULL : why_refused();
}

/* Return the number of pages in the list of the kernel's balloon, which any user of it may take. */
static unsigned long unused_pages(void)
{
	return READ_ONCE(balloon_stats.balloon_low) + READ_ONCE(balloon_stats.balloon_high);
}

static unsigned long spare_pages(void)
{
	long available = si_mem_available();
	unsigned long reserve = balloon_extents_reserve(READ_ONCE(balloon_stats.total_pages));

	return available > 0 ? balloon_extents_spare(available, reserve) : 0;
}

/*
 * Memory that is lent out for grant mappings comes back when they end. A target that misses no more
 * than that counts as reached.
 */
static unsigned long reachable_target(unsigned long target)
{
	long lent = READ_ONCE(balloon_stats.target_unpopulated) - balloon_pool_imported();
	unsigned long pool = balloon_pool_blocks() * BLOCK_PAGES + balloon_pool_pages();
	unsigned long most = current_pages() + pool + unused_pages();

	return target > most && lent > 0 && target - most <= lent ? most : target;
}

static const char *import_pages(unsigned long nr)
{
	return balloon_pool_import(native.frames, nr) ? NULL : no_pages;
}

static const char *do_step(struct step step, unsigned long missing)
{
	switch (step.kind) {
	case STEP_DECREASE_BLOCK:
		return decrease_block();
	case STEP_DECREASE_PAGES:
		return decrease_pages(step.nr);
	case STEP_INCREASE_BLOCK:
		balloon_pool_pick_block(native.frames);
		return increase_memory();
	case STEP_INCREASE_PAGES:
		balloon_pool_pick_pages(native.frames, step.nr);
		return increase_memory();
	case STEP_BREAK_BLOCK:
		balloon_pool_break_block();
		return NULL;
	case STEP_IMPORT:
		return import_pages(missing);
	default:
		balloon_count(COUNT_reserve_hit, 1);
		return no_spare;
	}
}

/* Return what blocks the engine, or NULL when the target is reached or the module is unloaded. */
static const char *work_towards_target(void)
{
	const char *blocked_reason = NULL;
	unsigned long target, has;
	struct stock stock;
	struct step step;

	while (!blocked_reason && !READ_ONCE(native.stopping)) {
		target = reachable_target(READ_ONCE(native.target));
		has = current_pages();
		stock.blocks = balloon_pool_blocks();
		stock.pages = balloon_pool_pages();
		stock.spare = target < has ? spare_pages() : 0;
		step = balloon_extents_plan(target, has, &stock);
		if (step.kind == STEP_NONE)
			break;
		blocked_reason = do_step(step, target - has);
		cond_resched();
	}
	balloon_frames_flush();
	return blocked_reason;
}

static void report_blocked(const char *blocked_reason)
{
	if (blocked_reason == native.blocked_reason)
		return;
	native.blocked_reason = blocked_reason;
	native.report(blocked_reason);
}

static void begin_anew(void)
{
	WRITE_ONCE(schedule_delay, 1);
	WRITE_ONCE(retry_count, 0);
}

static void try_later(void)
{
	unsigned long delay = READ_ONCE(schedule_delay);

	WRITE_ONCE(retry_count, retry_count + 1);
	if (balloon_backoff_gives_up(retry_count, READ_ONCE(max_retry_count)))
		return;
	queue_delayed_work(native.queue, &native.work, delay * HZ);
	WRITE_ONCE(schedule_delay, balloon_backoff_next(delay, READ_ONCE(max_schedule_delay)));
}

/*
 * Without a new target or a retry, only give memory away. Do not replace memory that the kernel has
 * given away for grants: it comes back, and would be too much then.
 */
static void run_engine(struct work_struct *unused)
{
	if (xchg(&native.asked, false))
		begin_anew();
	else if (native.blocked_reason)
		balloon_count(COUNT_retries, 1);
	else if (current_pages() <= READ_ONCE(native.target))
		goto look_again;

	report_blocked(work_towards_target());
	if (native.blocked_reason) {
		try_later();
		return;
	}
	begin_anew();
look_again:
	queue_delayed_work(native.queue, &native.work, LOOK_PERIOD);
}

static int native_start(engine_report_fn report_fn)
{
	native.frames = kvzalloc(sizeof(*native.frames), GFP_KERNEL);
	if (!native.frames)
		return -ENOMEM;
	native.report = report_fn;
	native.target = current_pages();
	INIT_DELAYED_WORK(&native.work, run_engine);
	native.queue = alloc_ordered_workqueue("dom0-balloon-engine", WQ_FREEZABLE);
	if (!native.queue) {
		kvfree(native.frames);
		return -ENOMEM;
	}
	queue_delayed_work(native.queue, &native.work, LOOK_PERIOD);
	return 0;
}

/*
 * Leave the pages that are given away with the kernel's balloon, where this module or the other
 * engine finds them. Lower the kernel's target: it must not take pages that are missing only
 * because they are lent out for grants, beyond the target that we were given.
 *
 * The kernel's lock is static, so its counts are changed here without it, and nowhere else while
 * the module is loaded.
 */
static void hand_over(void)
{
	unsigned long target = balloon_stats.target_pages - native.ballooned;

	balloon_stats.current_pages -= native.ballooned;
	balloon_stats.target_pages = min(target, max(balloon_stats.current_pages, native.target));
}

static void native_stop(void)
{
	WRITE_ONCE(native.stopping, true);
	cancel_delayed_work_sync(&native.work);
	hand_over();
	WRITE_ONCE(native.ballooned, 0);
	balloon_pool_return(native.frames);
	destroy_workqueue(native.queue);
	native.queue = NULL;
	kvfree(native.frames);
}

const struct balloon_engine balloon_native_engine = {
	.name = "native",
	.retry = {
		.schedule_delay = &schedule_delay,
		.max_schedule_delay = &max_schedule_delay,
		.retry_count = &retry_count,
		.max_retry_count = &max_retry_count,
	},
	.start = native_start,
	.stop = native_stop,
	.get_info = native_get_info,
	.set_target = native_set_target,
};
