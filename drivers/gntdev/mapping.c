// SPDX-License-Identifier: GPL-2.0
/*
 * Grants that are mapped together: from their names to the last page that is still read.
 */
#include "gntdev.h"

#include <linux/bitmap.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

/* A page that is in use is looked at again after this time, then after twice of it, and so on. */
#define END_FIRST_MS	5U
#define END_LAST_MS	1000U

static struct workqueue_struct *queue;

int gntdev_mappings_init(void)
{
	queue = alloc_workqueue("dom0-gntdev", WQ_UNBOUND, 0);
	return queue ? 0 : -ENOMEM;
}

/* What is still in use has kept the module until now; its work is at its last lines. */
void gntdev_mappings_exit(void)
{
	destroy_workqueue(queue);
}

/*
 * As it was before mmap(). The MMU notifier may stay behind: it looks for the bitmap, and without
 * that it uses none of the rest, which is freed without the lock that the reclaim of memory takes.
 */
static void empty_mapping(struct mapping *mapping)
{
	unsigned long *mapped;

	mutex_lock(&mapping->lock);
	mapped = mapping->mapped;
	mapping->mapped = NULL;
	mutex_unlock(&mapping->lock);

	bitmap_free(mapped);
	dom0_unmap_exit(&mapping->unmap);
	dom0_map_exit(&mapping->map);
	dom0_pages_exit(&mapping->pool);
}

/* All that it takes to map. A program that names grants and never maps them takes none of it. */
static int fill_mapping(struct mapping *mapping)
{
	unsigned int nr = mapping->nr;

	mapping->mapped = bitmap_zalloc(nr, GFP_KERNEL_ACCOUNT);
	if (mapping->mapped && !dom0_unmap_init(&mapping->unmap, nr, NUMA_NO_NODE) &&
	    !dom0_map_init(&mapping->map, nr, NUMA_NO_NODE) &&
	    !dom0_pages_init(&mapping->pool, nr, DOM0_PAGES_MAP, NUMA_NO_NODE))
		return 0;
	empty_mapping(mapping);
	return -ENOMEM;
}

/*
 * A disk or a socket may hold pages for longer than the program lives. Here no lock is held, so
 * that what the kernel does to take the pages back and to forget the notifier meets none of ours.
 */
static void end_mapping(struct work_struct *work)
{
	struct mapping *mapping = container_of(to_delayed_work(work), struct mapping, end);
	bool has_module = mapping->end_delay_ms;

	if (!gntdev_mapping_unmap(mapping)) {
		mapping->end_delay_ms = min(2 * mapping->end_delay_ms, END_LAST_MS);
		queue_delayed_work(queue, &mapping->end, msecs_to_jiffies(mapping->end_delay_ms));
		return;
	}
	dom0_unmap_notify_send(&mapping->notify);
	if (gntdev_view->exit)
		gntdev_view->exit(mapping);
	empty_mapping(mapping);
	kvfree(mapping->grants);
	kfree(mapping);
	if (has_module)
		module_put(THIS_MODULE);
}

/* @grants is freed with the mapping, if there is one. */
struct mapping *gntdev_mapping_create(struct ioctl_gntdev_grant_ref *grants, unsigned int nr)
{
	struct mapping *mapping = kzalloc(sizeof(*mapping), GFP_KERNEL_ACCOUNT);

	if (!mapping)
		return ERR_PTR(-ENOMEM);
	mapping->grants = grants;
	mapping->nr = nr;
	kref_init(&mapping->kref);
	mutex_init(&mapping->lock);
	INIT_DELAYED_WORK(&mapping->end, end_mapping);
	return mapping;
}

/*
 * What can go at once does, so that the other domain finds its grants free when we return. For the
 * rest the module stays: our caller has a file of it open, or a dma-buf.
 */
static void release_mapping(struct kref *kref)
{
	struct mapping *mapping = container_of(kref, struct mapping, kref);

	if (gntdev_mapping_unmap(mapping)) {
		dom0_unmap_notify_send(&mapping->notify);
	} else {
		__module_get(THIS_MODULE);
		mapping->end_delay_ms = END_FIRST_MS;
	}
	queue_delayed_work(queue, &mapping->end, msecs_to_jiffies(mapping->end_delay_ms));
}

void gntdev_mapping_put(struct mapping *mapping)
{
	kref_put(&mapping->kref, release_mapping);
}

/* A byte of a page that may not be written cannot be cleared either. */
static int set_readonly(struct mapping *mapping, bool readonly)
{
	int err = 0;

	mutex_lock(&mapping->lock);
	if (readonly && (mapping->notify.action & UNMAP_NOTIFY_CLEAR_BYTE))
		err = -EINVAL;
	else
		mapping->readonly = readonly;
	mutex_unlock(&mapping->lock);
	return err;
}

/* Takes over what @notify holds, and leaves in it what was there before. */
int gntdev_mapping_set_notify(struct mapping *mapping, struct dom0_unmap_notify *notify)
{
	int err = 0;

	mutex_lock(&mapping->lock);
	if (mapping->readonly && (notify->action & UNMAP_NOTIFY_CLEAR_BYTE))
		err = -EINVAL;
	else
		swap(mapping->notify, *notify);
	mutex_unlock(&mapping->lock);
	return err;
}

/* The pool was made with a page for each. */
static void gather_maps(struct mapping *mapping)
{
	const struct ioctl_gntdev_grant_ref *grant;
	struct page *page;
	unsigned int i;

	for (i = 0; i < mapping->nr; i++) {
		dom0_pages_get(&mapping->pool, &page, 1);
		grant = &mapping->grants[i];
		dom0_map_add(&mapping->map, grant->domid, grant->ref, page, mapping->readonly);
	}
}

/* Which pages are mapped now; the others go back. */
static void sort_maps(struct mapping *mapping)
{
	unsigned int i;

	for (i = 0; i < mapping->nr; i++) {
		if (mapping->map.ops[i].status == GNTST_okay)
			__set_bit(i, mapping->mapped);
		else
			dom0_pages_put(&mapping->pool, &mapping->map.pages[i], 1);
	}
}

static int map_all(struct mapping *mapping)
{
	unsigned int failed;

	gather_maps(mapping);
	failed = dom0_map_flush(&mapping->map);
	mutex_lock(&mapping->lock);
	sort_maps(mapping);
	mutex_unlock(&mapping->lock);
	return failed ? -EINVAL : 0;
}

/*
 * Maps all grants in the kernel. The mapping is taken by the caller. After an error some may be
 * mapped, and parts of the kernel that walk over all pages may hold theirs for a moment: the caller
 * undoes it, or puts the mapping.
 */
int gntdev_mapping_map(struct mapping *mapping, bool readonly)
{
	int err;

	err = set_readonly(mapping, readonly);
	if (err)
		return err;
	err = fill_mapping(mapping);
	if (err)
		return err;
	return map_all(mapping);
}

/*
 * Unmaps what is not busy. If nothing is left, frees all that it took to map, and returns true. It
 * could be mapped once more then.
 */
bool gntdev_mapping_retire(struct mapping *mapping)
{
	bool gone = gntdev_mapping_unmap(mapping);

	if (gone)
		empty_mapping(mapping);
	return gone;
}

/* Unmaps the pages from @first to before @end that have no user any more. */
void gntdev_mapping_unmap_range(struct mapping *mapping, unsigned int first, unsigned int end)
{
	unsigned long i = first;
	struct page *page;

	lockdep_assert_held(&mapping->lock);
	if (!mapping->mapped)
		return;
	for_each_set_bit_from(i, mapping->mapped, end) {
		page = mapping->map.pages[i];
		if (dom0_page_busy(page))
			continue;
		dom0_unmap_notify_clear(&mapping->notify, i, page);
		dom0_unmap_add(&mapping->unmap, page, mapping->map.ops[i].handle);
		__clear_bit(i, mapping->mapped);
	}
	dom0_unmap_flush(&mapping->unmap, &mapping->pool);
}

/* Returns whether nothing is mapped any more. */
bool gntdev_mapping_unmap(struct mapping *mapping)
{
	bool gone;

	mutex_lock(&mapping->lock);
	gntdev_mapping_unmap_range(mapping, 0, mapping->nr);
	gone = !mapping->mapped || bitmap_empty(mapping->mapped, mapping->nr);
	mutex_unlock(&mapping->lock);
	return gone;
}
