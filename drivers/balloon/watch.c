// SPDX-License-Identifier: GPL-2.0
/*
 * memory/target in xenstore. With CONFIG_XEN_BALLOON the kernel watches the same node, and has
 * already set the target without limits when our event comes: events of one write arrive in the
 * order in which the watches were registered. Our work then clamps the target.
 *
 * xenstore may start later than this module. The watch is registered when it does. The toolstack
 * writes a target once, so what fails is tried again: at first after a second.
 */
#include "watch.h"
#include "control.h"

#include <dom0/fault_point.h>
#include <dom0/xs.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

#define ERROR_DIR	"error/memory"

/* The delay of a retry doubles this many times. */
#define RETRY_DOUBLINGS	5U

static void handle_target(struct work_struct *work);
static void write_error(struct work_struct *work);

static DECLARE_DELAYED_WORK(target_work, handle_target);
static DECLARE_WORK(error_work, write_error);
static struct workqueue_struct *queue;
static bool xenstore_up;
static bool watching;		/* this and the next are used on the queue, and at exit */
static unsigned int failures;	/* in a row */
static const char *blocked_reason;
static char verdict_text[128];	/* used on the queue only */

static int read_kib(const char *node, u64 *kib)
{
	unsigned int len;
	char *text = xenbus_read(XBT_NIL, "memory", node, &len);
	int err;

	if (IS_ERR(text))
		return PTR_ERR(text);
	err = balloon_target_parse(text, len, kib);
	kfree(text);
	return err;
}

/* Read the toolstack's limit, 0 if there is none. Returns an error if xenstore fails. May sleep. */
int balloon_watch_static_max(u64 *kib)
{
	int err = -ENOENT;

	if (READ_ONCE(xenstore_up))
		err = dom0_fault_point("balloon_read_max") ?: read_kib("static-max", kib);
	if (dom0_xs_failed(err))
		return err;
	if (err)
		*kib = 0;
	return 0;
}

/*
 * Write what blocks the engine, or else the verdict on the last target, to the node where a
 * toolstack looks for a device's errors. Runs only on our queue.
 */
static void write_error(struct work_struct *work)
{
	const char *why = READ_ONCE(blocked_reason);
	char text[160];

	if (why)
		snprintf(text, sizeof(text), "memory/target is not reached: %s", why);
	if (why || *verdict_text)
		xenbus_write(XBT_NIL, ERROR_DIR, "error", why ? text : verdict_text);
	else if (xenbus_exists(XBT_NIL, ERROR_DIR, "error"))
		xenbus_rm(XBT_NIL, ERROR_DIR, "error");
}

static void set_verdict(const char *text)
{
	strscpy(verdict_text, text, sizeof(verdict_text));
	write_error(NULL);
}

static void report_clamped(enum target_verdict verdict, u64 wanted, u64 got)
{
	static const char * const limit[] = {
		[TARGET_RAISED] = "below the floor",
		[TARGET_LOWERED] = "above the maximum",
	};
	char text[128];

	if (verdict == TARGET_ACCEPTED) {
		set_verdict("");
		return;
	}
	snprintf(text, sizeof(text), "memory/target of %llu KiB is %s, using %llu KiB", wanted,
		 limit[verdict], got);
	set_verdict(text);
}

/*
 * Set what blocks the engine: constant text, or NULL when nothing does. Any context; does not wait
 * for xenstore.
 */
void balloon_watch_report(const char *why)
{
	WRITE_ONCE(blocked_reason, why);
	if (READ_ONCE(xenstore_up))
		queue_work(queue, &error_work);
}

/* Returns an error if xenstore fails. */
static int take_target(void)
{
	int err, verdict;
	u64 wanted, got;

	err = dom0_fault_point("balloon_read_target") ?: read_kib("target", &wanted);
	if (err == -EINVAL || err == -ERANGE) {
		balloon_control_refused("memory/target", err);
		set_verdict(err == -ERANGE ? "memory/target is more than any machine has" :
					     "memory/target is not a number of KiB");
		return 0;
	}
	/* No node means no request. */
	if (err)
		return dom0_xs_failed(err) ? err : 0;
	got = wanted;
	verdict = balloon_control_request(&got, "memory/target");
	if (verdict < 0)
		return verdict;
	report_clamped(verdict, wanted, got);
	return 0;
}

static void target_written(struct xenbus_watch *watch, const char *path, const char *token)
{
	mod_delayed_work(queue, &target_work, 0);
}

static struct xenbus_watch target_watch = {
	.node = "memory/target",
	.callback = target_written,
};

static int watch_target(void)
{
	int err = dom0_fault_point("balloon_watch") ?: register_xenbus_watch(&target_watch);

	watching = !err;
	return err;
}

/* A watch fires once when it is registered: the target is read then. */
static void handle_target(struct work_struct *work)
{
	const char *what = watching ? "read" : "watch";
	int err = watching ? take_target() : watch_target();

	if (!err) {
		failures = 0;
		return;
	}
	if (!failures)
		pr_err("cannot %s memory/target yet: error %d\n", what, err);
	queue_delayed_work(queue, &target_work, HZ << min(failures++, RETRY_DOUBLINGS));
}

static int target_xenstore_up(struct notifier_block *nb, unsigned long event, void *data)
{
	WRITE_ONCE(xenstore_up, true);
	mod_delayed_work(queue, &target_work, 0);
	return NOTIFY_DONE;
}

static struct notifier_block xenstore_notifier = {
	.notifier_call = target_xenstore_up,
};

int balloon_watch_init(void)
{
	int err;

	queue = alloc_ordered_workqueue("dom0-balloon", WQ_HIGHPRI);
	if (!queue)
		return -ENOMEM;
	/* Called at once if xenstore is up already. */
	err = register_xenstore_notifier(&xenstore_notifier);
	if (err)
		destroy_workqueue(queue);
	return err;
}

void balloon_watch_exit(void)
{
	unregister_xenstore_notifier(&xenstore_notifier);
	/* From here on, only the watch queues the work. */
	cancel_delayed_work_sync(&target_work);
	if (watching)
		unregister_xenbus_watch(&target_watch);
	cancel_delayed_work_sync(&target_work);
	destroy_workqueue(queue);
}
