// SPDX-License-Identifier: GPL-2.0
/*
 * The search for devices: a watch on everything below "backend". Its callback cuts the path to that
 * of the device's directory, and adds it to a list unless it is already there. The queue then scans
 * each path. If xenstore fails or memory is short, it scans all of them again later.
 */
#include "bus_device.h"
#include "bus_own.h"
#include "bus_scan.h"

#include <dom0/fault_point.h>
#include <dom0/memory.h>
#include <dom0/xs.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <xen/interface/xen.h>
#include <xen/xenbus.h>

/* Retry after a second, then after twice as long each time. */
#define RETRY_DOUBLINGS	5U

struct dirty_path {
	struct list_head link;
	size_t len;
	char path[];
};

static LIST_HEAD(dirty_paths);
static DEFINE_SPINLOCK(dirty_paths_lock);	/* protects dirty_paths */
static bool dirty_path_lost;
static bool watching;
static int scan_error;			/* of this run; belongs to the queue */
static unsigned int scan_failures;	/* retries in a row */
static struct workqueue_struct *queue;

/* Return the length of @path up to the device's directory, and in @levels the levels in it. */
static size_t node_len(const char *path, unsigned int *levels)
{
	size_t len = strcspn(path, "/");

	for (*levels = 0; path[len] == '/' && *levels < BUS_LEVELS; (*levels)++)
		len += 1 + strcspn(path + len + 1, "/");
	return len;
}

/* ---- on the queue ---- */

static void retry_scan(struct work_struct *work);
static DECLARE_DELAYED_WORK(scan_retry, retry_scan);

/* A retry keeps its time, however many paths change until then. */
static void scan_later(const char *what, int err)
{
	if (!scan_failures)
		pr_err("dom0-xenbus: cannot %s %s yet: error %d\n", what, BUS_ROOT, err);
	if (queue_delayed_work(queue, &scan_retry, HZ << min(scan_failures, RETRY_DOUBLINGS)))
		scan_failures++;
}

static void note_scan_error(int err)
{
	if (dom0_xs_failed(err))
		scan_error = err;
}

static void scan_directory(const char *path, unsigned int levels);

static void scan_child(const char *path, const char *name, unsigned int levels)
{
	char *child = kasprintf(DOM0_GUEST_GFP, "%s/%s", path, name);

	if (child)
		scan_directory(child, levels);
	else
		note_scan_error(-ENOMEM);
	kfree(child);
}

/* There are more domains than xenstore can list at once: check each possible domain. */
static void scan_domains(const char *path, unsigned int levels)
{
	unsigned int domid;
	char name[8];

	for (domid = 0; domid < DOMID_FIRST_RESERVED; domid++) {
		snprintf(name, sizeof(name), "%u", domid);
		scan_child(path, name, levels);
	}
}

static void scan_unlisted(const char *path, unsigned int levels, int err)
{
	if (err == -E2BIG && levels == BUS_LEVELS - 1)
		scan_domains(path, levels - 1);
	else if (dom0_xs_failed(err))
		note_scan_error(err);
	else if (err != -ENOENT)
		pr_err("dom0-xenbus: cannot list %s, so its devices get no driver: error %d\n",
		       path, err);
}

/* Create the devices whose directories are @levels levels below @path. */
static void scan_directory(const char *path, unsigned int levels)
{
	unsigned int i, count;
	char **names;

	if (!levels) {
		note_scan_error(dom0_bus_device_create(path, true));
		return;
	}
	names = xenbus_directory(XBT_NIL, path, "", &count);
	if (IS_ERR(names)) {
		scan_unlisted(path, levels, PTR_ERR(names));
		return;
	}
	for (i = 0; i < count; i++)
		scan_child(path, names[i], levels - 1);
	kfree(names);
}

static void scan_path(const char *path)
{
	unsigned int levels;

	node_len(path, &levels);
	note_scan_error(dom0_bus_devices_remove_lost(path));
	if (levels == BUS_LEVELS)
		note_scan_error(dom0_bus_device_create(path, false));
	else if (!levels)
		scan_directory(path, BUS_LEVELS);
}

static struct dirty_path *take_dirty_path(void)
{
	struct dirty_path *dirty;

	spin_lock(&dirty_paths_lock);
	dirty = list_first_entry_or_null(&dirty_paths, struct dirty_path, link);
	if (dirty)
		list_del(&dirty->link);
	spin_unlock(&dirty_paths_lock);
	return dirty;
}

static void scan_dirty_paths(struct work_struct *work)
{
	struct dirty_path *dirty;

	scan_error = 0;
	if (xchg(&dirty_path_lost, false))
		scan_path(BUS_ROOT);
	while ((dirty = take_dirty_path())) {
		scan_path(dirty->path);
		kfree(dirty);
	}
	if (scan_error)
		scan_later("scan", scan_error);
	else if (!delayed_work_pending(&scan_retry))
		scan_failures = 0;
}

static DECLARE_WORK(work, scan_dirty_paths);

/* ---- on the watch thread ---- */

static bool is_new_path(const char *path, size_t len)
{
	struct dirty_path *dirty;

	lockdep_assert_held(&dirty_paths_lock);
	list_for_each_entry(dirty, &dirty_paths, link)
		if (dirty->len == len && !memcmp(dirty->path, path, len))
			return false;
	return true;
}

static void add_dirty_path(const char *path, size_t len)
{
	struct dirty_path *dirty = kmalloc(struct_size(dirty, path, len + 1), DOM0_GUEST_GFP);

	if (!dirty) {
		WRITE_ONCE(dirty_path_lost, true);
		return;
	}
	dirty->len = len;
	memcpy(dirty->path, path, len);
	dirty->path[len] = '\0';

	spin_lock(&dirty_paths_lock);
	if (is_new_path(path, len)) {
		list_add_tail(&dirty->link, &dirty_paths);
		dirty = NULL;
	}
	spin_unlock(&dirty_paths_lock);
	kfree(dirty);
}

static void root_written(struct xenbus_watch *watch, const char *path, const char *token)
{
	unsigned int levels;

	add_dirty_path(path, node_len(path, &levels));
	queue_work(queue, &work);
}

/* A watch fires once when it is registered, which finds the devices that already exist. */
static struct xenbus_watch root_watch = {
	.node = BUS_ROOT,
	.callback = root_written,
};

static void watch_root(void)
{
	int err = dom0_fault_point("bus_watch") ?: register_xenbus_watch(&root_watch);

	watching = !err;
	if (err)
		scan_later("watch", err);
}

static void retry_scan(struct work_struct *unused)
{
	if (!watching) {
		watch_root();
		return;
	}
	WRITE_ONCE(dirty_path_lost, true);
	scan_dirty_paths(NULL);
}

static int root_xenstore_up(struct notifier_block *nb, unsigned long event, void *data)
{
	watch_root();
	return NOTIFY_DONE;
}

static struct notifier_block xenstore_notifier = {
	.notifier_call = root_xenstore_up,
};

int dom0_bus_scan_init(void)
{
	int err;

	queue = alloc_ordered_workqueue("dom0-xenbus-bus", 0);
	if (!queue)
		return -ENOMEM;
	/* Calls root_xenstore_up() at once if xenstore is already up. */
	err = register_xenstore_notifier(&xenstore_notifier);
	if (err)
		destroy_workqueue(queue);
	return err;
}

void dom0_bus_scan_exit(void)
{
	unregister_xenstore_notifier(&xenstore_notifier);
	/* After this, @watching does not change. */
	cancel_delayed_work_sync(&scan_retry);
	if (watching)
		unregister_xenbus_watch(&root_watch);
	/* The last scan frees what is on the list, and may plan a retry. */
	flush_work(&work);
	cancel_delayed_work_sync(&scan_retry);
	destroy_workqueue(queue);
}
