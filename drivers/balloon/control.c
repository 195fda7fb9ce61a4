// SPDX-License-Identifier: GPL-2.0
/*
 * The limits of the target, and the one place that passes a target to the engine.
 *
 * With CONFIG_XEN_BALLOON the kernel's balloon also takes targets from its own watch on
 * memory/target and its own sysfs files. These have no limits, and do not notify us. So a guard
 * checks the balloon's target, and corrects it before Dom0 can reach the floor.
 */
#include "control.h"
#include "watch.h"

#include <dom0/hypercall.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/workqueue.h>
#include <xen/interface/memory.h>
#include <xen/interface/xen.h>
#include <xen/page.h>

atomic64_t balloon_counters[BALLOON_NR_COUNTERS];

static struct {
	const struct balloon_engine *engine;
	struct mutex lock;	/* the fields below; held while a target is read and changed */
	struct target_limits limits;
	u64 static_max;		/* the toolstack's limit when it was read last */
	struct delayed_work guard;
	struct work_struct renewal;	/* of static_max, for the guard */
	bool renewed;			/* ... since the guard last ran */
	bool stopped;		/* the engine gets no more targets */
} control;

static void count_event(enum balloon_counter counter)
{
	balloon_count(counter, 1);
}

/* Return Xen's own limit for this domain, 0 if there is none. */
static u64 hypervisor_max(void)
{
	domid_t self = DOMID_SELF;
	long pages = dom0_hypercall_memory(XENMEM_maximum_reservation, &self);

	if (pages <= 0 || pages >= U32_MAX)
		return 0;
	return (u64)pages << (XEN_PAGE_SHIFT - 10);
}

static void refresh_ceiling(void)
{
	struct engine_info info;

	lockdep_assert_held(&control.lock);
	control.engine->get_info(&info);
	control.limits.ceiling = balloon_target_ceiling(control.limits.floor, control.static_max,
							hypervisor_max(), info.known_kib);
}

static void guard_after(unsigned int ms)
{
	lockdep_assert_held(&control.lock);
	if (control.engine->shared && !control.stopped)
		mod_delayed_work(system_highpri_wq, &control.guard, msecs_to_jiffies(ms));
}

static void log_verdict(enum target_verdict verdict, const char *who, u64 wanted, u64 got)
{
	if (verdict == TARGET_RAISED)
		pr_warn_ratelimited("%s: target of %llu KiB is below the floor, using %llu KiB\n",
				    who, wanted, got);
	else if (verdict == TARGET_LOWERED)
		pr_warn_ratelimited("%s: target of %llu KiB is above the maximum, using %llu KiB\n",
				    who, wanted, got);
}

/*
 * Clamp a target and pass it to the engine. Returns the verdict; @kib is then the target in effect.
 * Returns negative errno if xenstore fails: a target must not exceed a limit that is not known. May
 * sleep.
 */
int balloon_control_request(u64 *kib, const char *who)
{
	enum target_verdict verdict;
	u64 static_max, wanted = *kib;
	int err = balloon_watch_static_max(&static_max);

	if (err)
		return err;
	mutex_lock(&control.lock);
	control.static_max = static_max;
	refresh_ceiling();
	verdict = balloon_target_clamp(kib, &control.limits);
	if (!control.stopped)
		control.engine->set_target(*kib);
	mutex_unlock(&control.lock);

	count_event(COUNT_requests);
	if (verdict == TARGET_RAISED)
		count_event(COUNT_raised);
	else if (verdict == TARGET_LOWERED)
		count_event(COUNT_lowered);
	log_verdict(verdict, who, wanted, *kib);
	return verdict;
}

/*
 * Report a target that is not valid. The kernel's balloon may have set a target from the same text,
 * so run the guard at once.
 */
void balloon_control_refused(const char *who, int err)
{
	mutex_lock(&control.lock);
	guard_after(0);
	mutex_unlock(&control.lock);
	count_event(COUNT_requests);
	count_event(COUNT_refused);
	pr_warn_ratelimited("%s: target refused, it is %s\n", who,
			    err == -ERANGE ? "more than any machine has" : "not a number of KiB");
}

/*
 * Fill in the engine's numbers and the limits. The hypervisor's limit may have changed since the
 * last target, so read it again.
 */
void balloon_control_get_info(struct engine_info *info, struct target_limits *limits)
{
	mutex_lock(&control.lock);
	refresh_ceiling();
	control.engine->get_info(info);
	*limits = control.limits;
	mutex_unlock(&control.lock);
}

/*
 * Read the toolstack's limit. This waits for xenstore, which the guard must not do: it protects the
 * floor even without xenstore. If xenstore fails, the limit that was read last stays.
 */
static void renew_static_max(struct work_struct *work)
{
	u64 static_max;
	int err = balloon_watch_static_max(&static_max);

	mutex_lock(&control.lock);
	if (!err)
		control.static_max = static_max;
	control.renewed = true;
	guard_after(0);
	mutex_unlock(&control.lock);
}

/*
 * The ceiling may have been raised since the last target came, and an old one must not cut this
 * target. So read the hypervisor's limit again before the target is corrected. To read the
 * toolstack's limit, queue the renewal, and leave the target alone until the guard runs again.
 */
static enum target_verdict guard_clamp(u64 *kib)
{
	bool renewed = control.renewed;
	enum target_verdict verdict;
	u64 wanted = *kib;

	lockdep_assert_held(&control.lock);
	control.renewed = false;
	if (balloon_target_clamp(&(u64){*kib}, &control.limits) == TARGET_ACCEPTED)
		return TARGET_ACCEPTED;
	refresh_ceiling();
	verdict = balloon_target_clamp(kib, &control.limits);
	if (verdict == TARGET_LOWERED && !renewed && !control.stopped) {
		*kib = wanted;
		queue_work(system_dfl_wq, &control.renewal);
		return TARGET_ACCEPTED;
	}
	return verdict;
}

static void guard_target(struct work_struct *work)
{
	enum target_verdict verdict;
	struct engine_info info;
	u64 wanted;

	mutex_lock(&control.lock);
	control.engine->get_info(&info);
	wanted = info.target_kib;
	verdict = guard_clamp(&info.target_kib);
	if (verdict != TARGET_ACCEPTED && !control.stopped)
		control.engine->set_target(info.target_kib);
	guard_after(balloon_target_guard_ms(info.current_kib, control.limits.floor));
	mutex_unlock(&control.lock);

	if (verdict != TARGET_ACCEPTED) {
		count_event(COUNT_corrected);
		log_verdict(verdict, "kernel's balloon", wanted, info.target_kib);
	}
}

const struct engine_retry *balloon_control_retry(void)
{
	return &control.engine->retry;
}

/*
 * Log one line when the engine cannot reach its target, and one when it can, not one for each
 * attempt.
 */
static void publish_blocked(const char *why)
{
	struct engine_info info;

	control.engine->get_info(&info);
	if (why)
		pr_warn_ratelimited("target of %llu KiB not reached, Dom0 has %llu KiB: %s\n",
				    info.target_kib, info.current_kib, why);
	else
		pr_info_ratelimited("the target is not blocked any more, Dom0 has %llu KiB\n",
				    info.current_kib);
	balloon_watch_report(why);
}

static int find_floor(u64 floor_kib, const struct engine_info *info)
{
	if (floor_kib > info->current_kib) {
		pr_err("floor of %llu KiB is more than the %llu KiB that this domain has\n",
		       floor_kib, info->current_kib);
		return -EINVAL;
	}
	control.limits.floor = floor_kib ?: balloon_target_auto_floor(info->current_kib);
	return 0;
}

/* @floor_kib is the administrator's floor, or 0 to compute one. */
int balloon_control_init(const struct balloon_engine *engine, u64 floor_kib)
{
	struct engine_info info;
	int err;

	engine->get_info(&info);
	err = find_floor(floor_kib, &info);
	if (err)
		return err;
	mutex_init(&control.lock);
	control.engine = engine;
	err = engine->start ? engine->start(publish_blocked) : 0;
	if (err)
		return err;

	INIT_DELAYED_WORK(&control.guard, guard_target);
	INIT_WORK(&control.renewal, renew_static_max);
	mutex_lock(&control.lock);
	refresh_ceiling();
	guard_after(0);
	mutex_unlock(&control.lock);
	pr_info("memory %llu KiB, floor %llu KiB, maximum %llu KiB, engine \"%s\"\n",
		info.current_kib, control.limits.floor, control.limits.ceiling, engine->name);
	if (!hypervisor_max())
		pr_notice("Xen sets no maximum for Dom0: boot it with dom0_mem=SIZE,max:SIZE, or Dom0 has to give memory back for each guest\n");
	return 0;
}

/*
 * Stop the engine; its last target stays. Requests may still come until the watch and sysfs are
 * removed, and get their verdict without an effect.
 */
void balloon_control_stop(void)
{
	mutex_lock(&control.lock);
	control.stopped = true;
	mutex_unlock(&control.lock);
	cancel_delayed_work_sync(&control.guard);
	cancel_work_sync(&control.renewal);
	if (control.engine->stop)
		control.engine->stop();
}
