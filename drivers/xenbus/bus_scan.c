// SPDX-License-Identifier: GPL-2.0
/*
 * The search for devices: a watch on everything below "backend". Its callback cuts the path to that
 * of the device's directory, and adds it to a list unless it is already there. The queue then looks
 * at each path.
 */
#include "bus_own.h"

#include <linux/list.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

struct news {
	struct list_head link;
	size_t len;
	char path[];
};

static LIST_HEAD(all_news);
static DEFINE_SPINLOCK(news_lock);	/* protects all_news */
static bool news_lost;
static bool watching;
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

static void scan_directory(const char *path, unsigned int levels);

static void scan_child(const char *path, const char *name, unsigned int levels)
{
	char *child = kasprintf(GFP_KERNEL, "%s/%s", path, name);

	if (child)
		scan_directory(child, levels);
	kfree(child);
}

/* There are more domains than xenstore can list at once: check each possible domain. */
static void scan_domains(const char *path, unsigned int levels)
{
	unsigned int domid;
	char name[8];

	for (domid = 0; domid < DOMID_FIRST_RESERVED; domid++) {
		snprintf(name, sizeof(name), "%u", domid);
		if (xenbus_exists(XBT_NIL, path, name))
			scan_child(path, name, levels);
	}
}

static void scan_unlisted(const char *path, unsigned int levels, int err)
{
	if (err == -E2BIG && levels == BUS_LEVELS - 1)
		scan_domains(path, levels - 1);
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
		dom0_bus_device_create(path, true);
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

static void look_at_path(const char *path)
{
	unsigned int levels;

	node_len(path, &levels);
	dom0_bus_devices_remove_lost(path);
	if (levels == BUS_LEVELS)
		dom0_bus_device_create(path, false);
	else if (!levels)
		scan_directory(path, BUS_LEVELS);
}

static struct news *news_take(void)
{
	struct news *news;

	spin_lock(&news_lock);
	news = list_first_entry_or_null(&all_news, struct news, link);
	if (news)
		list_del(&news->link);
	spin_unlock(&news_lock);
	return news;
}

static void look_at_news(struct work_struct *work)
{
	struct news *news;

	if (xchg(&news_lost, false))
		look_at_path(BUS_ROOT);
	while ((news = news_take())) {
		look_at_path(news->path);
		kfree(news);
	}
}

static DECLARE_WORK(work, look_at_news);

/* ---- on the watch thread ---- */

static bool is_news(const char *path, size_t len)
{
	struct news *news;

	lockdep_assert_held(&news_lock);
	list_for_each_entry(news, &all_news, link)
		if (news->len == len && !memcmp(news->path, path, len))
			return false;
	return true;
}

static void news_add(const char *path, size_t len)
{
	struct news *news = kmalloc(struct_size(news, path, len + 1), GFP_KERNEL);

	if (!news) {
		WRITE_ONCE(news_lost, true);
		return;
	}
	news->len = len;
	memcpy(news->path, path, len);
	news->path[len] = '\0';

	spin_lock(&news_lock);
	if (is_news(path, len)) {
		list_add_tail(&news->link, &all_news);
		news = NULL;
	}
	spin_unlock(&news_lock);
	kfree(news);
}

static void root_written(struct xenbus_watch *watch, const char *path, const char *token)
{
	unsigned int levels;

	news_add(path, node_len(path, &levels));
	queue_work(queue, &work);
}

/* A watch fires once when it is registered, which finds the devices that already exist. */
static struct xenbus_watch root_watch = {
	.node = BUS_ROOT,
	.callback = root_written,
};

static int watch_root(struct notifier_block *nb, unsigned long event, void *data)
{
	int err = register_xenbus_watch(&root_watch);

	if (err)
		pr_err("dom0-xenbus: cannot watch %s: error %d\n", BUS_ROOT, err);
	else
		WRITE_ONCE(watching, true);
	return NOTIFY_DONE;
}

static struct notifier_block xenstore_notifier = {
	.notifier_call = watch_root,
};

int dom0_bus_scan_init(void)
{
	int err;

	queue = alloc_ordered_workqueue("dom0-xenbus-bus", 0);
	if (!queue)
		return -ENOMEM;
	/* Calls watch_root() at once if xenstore is already up. */
	err = register_xenstore_notifier(&xenstore_notifier);
	if (err)
		destroy_workqueue(queue);
	return err;
}

void dom0_bus_scan_exit(void)
{
	unregister_xenstore_notifier(&xenstore_notifier);
	if (watching)
		unregister_xenbus_watch(&root_watch);
	destroy_workqueue(queue);
}
