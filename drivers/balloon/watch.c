// SPDX-License-Identifier: GPL-2.0
/*
 * memory/target in xenstore. With CONFIG_XEN_BALLOON the kernel watches the same node, and has
 * already set the target without limits when our event comes: events of one write arrive in the
 * order in which the watches were registered. Our work then clamps the target.
 *
 * xenstore may start later than this module. The watch is registered when it does.
 */
#include "watch.h"
#include "control.h"

#include <linux/err.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

#define ERROR_DIR	"error/memory"

static void take_target(struct work_struct *work);
static void write_error(struct work_struct *work);

static DECLARE_WORK(target_work, take_target);
static DECLARE_WORK(error_work, write_error);
static struct workqueue_struct *queue;
static bool watching;
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

/* Return the toolstack's limit, 0 if there is none. May sleep. */
u64 balloon_watch_static_max(void)
{
	u64 kib;

	if (!READ_ONCE(watching) || read_kib("static-max", &kib))
		return 0;
	return kib;
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
	if (READ_ONCE(watching))
		queue_work(queue, &error_work);
}

static void take_target(struct work_struct *work)
{
	enum target_verdict verdict;
	u64 wanted, got;
	int err;

	err = read_kib("target", &wanted);
	if (err == -EINVAL || err == -ERANGE) {
		balloon_control_refused("memory/target", err);
		set_verdict(err == -ERANGE ? "memory/target is more than any machine has" :
					     "memory/target is not a number of KiB");
		return;
	}
	/* No node means no request. */
	if (err)
		return;
	got = wanted;
	verdict = balloon_control_request(&got, "memory/target");
	report_clamped(verdict, wanted, got);
}

static void target_written(struct xenbus_watch *watch, const char *path, const char *token)
{
	queue_work(queue, &target_work);
}

static struct xenbus_watch target_watch = {
	.node = "memory/target",
	.callback = target_written,
};

static int watch_target(struct notifier_block *nb, unsigned long event, void *data)
{
	int err = register_xenbus_watch(&target_watch);

	if (err)
		pr_err("cannot watch memory/target: error %d\n", err);
	else
		WRITE_ONCE(watching, true);
	return NOTIFY_DONE;
}

static struct notifier_block xenstore_notifier = {
	.notifier_call = watch_target,
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
	if (watching)
		unregister_xenbus_watch(&target_watch);
	destroy_workqueue(queue);
}
