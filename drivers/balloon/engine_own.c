// SPDX-License-Identifier: GPL-2.0
/*
 * The engine for a kernel without CONFIG_XEN_BALLOON. Such a kernel still has the part of the
 * balloon that provides pages for grant mappings.
 *
 * That part gives memory back when such pages are wanted, and takes it again when they are not. It
 * counts only the pages that it moves itself, and so does this engine. Dom0's memory is the
 * kernel's count less ours. So neither undoes what the other has moved.
 *
 * One work moves all pages, in steps of at most 2 MiB, and reads the target before each step. It
 * alone uses its data.
 */
#include "engine.h"
#include "counters.h"
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
/* How often to check whether the kernel has taken pages again, so that Dom0 is above its target. */
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
MODULE_PARM_DESC(scrub_pages, "Engine \"own\": zero pages before the hypervisor gets them (default: yes)");

static unsigned long schedule_delay = 1;
static unsigned long max_schedule_delay = 32;
static unsigned long retry_count;
static unsigned long max_retry_count;

static const char no_spare[] = "Dom0 cannot do without more of its memory";
static const char refused[] = "the hypervisor refuses to take memory";
static const char at_limit[] = "Dom0 has as much as the hypervisor allows it";
static const char no_memory[] = "the hypervisor has no free memory";
static const char no_pages[] = "Dom0's kernel was not booted for more memory";
static const char lost_pages[] = "memory was lost";

static struct {
	struct workqueue_struct *queue;
	struct delayed_work work;
	struct frames *frames;
	engine_report_fn report;
	const char *trouble;	/* the last report */
	unsigned long target;	/* pages; written without a lock */
	bool asked;		/* a target was set since the work has looked */
	bool stopping;
	long given;		/* pages given away, less those taken; may be negative */
} own;

static unsigned long current_pages(void)
{
	return READ_ONCE(balloon_stats.current_pages) - READ_ONCE(own.given);
}

static void own_look(struct engine_view *view)
{
	unsigned long given = balloon_pool_blocks() * BLOCK_PAGES + balloon_pool_pages();

	view->current_kib = (u64)current_pages() << KIB_SHIFT;
	view->target_kib = own.queue ? (u64)READ_ONCE(own.target) << KIB_SHIFT : view->current_kib;
	view->known_kib = (u64)READ_ONCE(balloon_stats.total_pages) << KIB_SHIFT;
	view->given_kib = (u64)given << KIB_SHIFT;
}

static void own_aim(u64 kib)
{
	WRITE_ONCE(own.target, kib >> KIB_SHIFT);
	/* Orders the target before the flag: a reader that sees the flag sees the target. */
	xchg(&own.asked, true);
	mod_delayed_work(own.queue, &own.work, 0);
}

static const char *give_memory(void)
{
	struct frames_moved moved = balloon_frames_give(own.frames);

	balloon_pool_given(own.frames, moved);
	WRITE_ONCE(own.given, own.given + moved.done + moved.lost);
	if (moved.done == own.frames->nr)
		return NULL;
	return moved.lost ? lost_pages : refused;
}

static const char *give_pages(unsigned int nr)
{
	if (!balloon_pool_allocate_pages(own.frames, nr, READ_ONCE(balloon_scrub_pages)))
		return no_spare;
	return give_memory();
}

static const char *give_block(void)
{
	if (balloon_pool_allocate_block(own.frames, READ_ONCE(balloon_scrub_pages)))
		return give_memory();
	balloon_count(COUNT_no_block, 1);
	return give_pages(BLOCK_PAGES);
}

static const char *why_refused(void)
{
	long has = balloon_frames_query(XENMEM_current_reservation);
	long may = balloon_frames_query(XENMEM_maximum_reservation);

	balloon_count(COUNT_xen_refused, 1);
	return has > 0 && may > 0 && has >= may ? at_limit : no_memory;
}

static const char *take_memory(void)
{
	struct frames_moved moved = balloon_frames_take(own.frames);

	balloon_pool_taken(own.frames, moved);
	WRITE_ONCE(own.given, own.given - moved.done);
	if (moved.lost)
		return lost_pages;
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
	long lent = READ_ONCE(balloon_stats.target_unpopulated);
	unsigned long pool = balloon_pool_blocks() * BLOCK_PAGES + balloon_pool_pages();
	unsigned long most = current_pages() + pool + unused_pages();

	return target > most && lent > 0 && target - most <= lent ? most : target;
}

static const char *adopt_pages(unsigned long nr)
{
	return balloon_pool_adopt(own.frames, nr) ? NULL : no_pages;
}

static const char *do_step(struct step step, unsigned long missing)
{
	switch (step.kind) {
	case STEP_GIVE_BLOCK:
		return give_block();
	case STEP_GIVE_PAGES:
		return give_pages(step.nr);
	case STEP_TAKE_BLOCK:
		balloon_pool_pick_block(own.frames);
		return take_memory();
	case STEP_TAKE_PAGES:
		balloon_pool_pick_pages(own.frames, step.nr);
		return take_memory();
	case STEP_BREAK_BLOCK:
		balloon_pool_break_block();
		return NULL;
	case STEP_FIND:
		return adopt_pages(missing);
	default:
		balloon_count(COUNT_reserve_hit, 1);
		return no_spare;
	}
}

/* Return the obstacle, or NULL when the target is reached or the module is unloaded. */
static const char *work_towards_target(void)
{
	const char *trouble = NULL;
	unsigned long target, has;
	struct stock stock;
	struct step step;

	while (!trouble && !READ_ONCE(own.stopping)) {
		target = reachable_target(READ_ONCE(own.target));
		has = current_pages();
		stock.blocks = balloon_pool_blocks();
		stock.pages = balloon_pool_pages();
		stock.spare = target < has ? spare_pages() : 0;
		step = balloon_extents_plan(target, has, &stock);
		if (step.kind == STEP_NONE)
			break;
		trouble = do_step(step, target - has);
		cond_resched();
	}
	balloon_frames_flush();
	return trouble;
}

static void report_trouble(const char *trouble)
{
	if (trouble == own.trouble)
		return;
	own.trouble = trouble;
	own.report(trouble);
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
	queue_delayed_work(own.queue, &own.work, delay * HZ);
	WRITE_ONCE(schedule_delay, balloon_backoff_next(delay, READ_ONCE(max_schedule_delay)));
}

/*
 * Without a new target or a retry, only give memory away. Do not replace memory that the kernel has
 * given away for grants: it comes back, and would be too much then.
 */
static void run_engine(struct work_struct *unused)
{
	if (xchg(&own.asked, false))
		begin_anew();
	else if (own.trouble)
		balloon_count(COUNT_retries, 1);
	else if (current_pages() <= READ_ONCE(own.target))
		goto look_again;

	report_trouble(work_towards_target());
	if (own.trouble) {
		try_later();
		return;
	}
	begin_anew();
look_again:
	queue_delayed_work(own.queue, &own.work, LOOK_PERIOD);
}

static int own_start(engine_report_fn report_fn)
{
	own.frames = kvzalloc(sizeof(*own.frames), GFP_KERNEL);
	if (!own.frames)
		return -ENOMEM;
	own.report = report_fn;
	own.target = current_pages();
	INIT_DELAYED_WORK(&own.work, run_engine);
	own.queue = alloc_ordered_workqueue("dom0-balloon-engine", WQ_FREEZABLE);
	if (!own.queue) {
		kvfree(own.frames);
		return -ENOMEM;
	}
	queue_delayed_work(own.queue, &own.work, LOOK_PERIOD);
	return 0;
}

/*
 * Leave the pages that are given away with the kernel's balloon, where this module or the other
 * engine finds them. Lower the kernel's target: it must not take pages that are missing only
 * because they are lent out for grants, beyond the target that we were given.
 */
static void hand_over(void)
{
	unsigned long target = balloon_stats.target_pages - own.given;

	balloon_stats.current_pages -= own.given;
	balloon_stats.target_pages = min(target, max(balloon_stats.current_pages, own.target));
}

static void own_stop(void)
{
	WRITE_ONCE(own.stopping, true);
	cancel_delayed_work_sync(&own.work);
	hand_over();
	WRITE_ONCE(own.given, 0);
	balloon_pool_park(own.frames);
	destroy_workqueue(own.queue);
	own.queue = NULL;
	kvfree(own.frames);
}

const struct balloon_engine balloon_own_engine = {
	.name = "own",
	.knobs = {
		.schedule_delay = &schedule_delay,
		.max_schedule_delay = &max_schedule_delay,
		.retry_count = &retry_count,
		.max_retry_count = &max_retry_count,
	},
	.start = own_start,
	.stop = own_stop,
	.look = own_look,
	.aim = own_aim,
};
