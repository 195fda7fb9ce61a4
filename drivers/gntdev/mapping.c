// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings: grants that are mapped together, from creation until the last page is unmapped.
 */
#include "mapping.h"
#include "vma_ops.h"

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

/* Retry unmapping pages in use after FREE_FIRST_MS, then after twice as long each time. */
#define FREE_FIRST_MS	5U
#define FREE_LAST_MS	1000U

static struct workqueue_struct *queue;

int gntdev_mappings_init(void)
{
	queue = alloc_workqueue("dom0-gntdev", WQ_UNBOUND, 0);
	return queue ? 0 : -ENOMEM;
}

/* Mappings that are still in use hold the module. So at most, a work item is about to return. */
void gntdev_mappings_exit(void)
{
	destroy_workqueue(queue);
}

/*
 * Free all that fill_mapping() has allocated. The MMU notifier may still be registered, but does
 * nothing without the bitmap. So clear that under the lock, and free the rest without the lock,
 * which memory reclaim takes.
 */
static void empty_mapping(struct gntdev_mapping *mapping)
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

/* Allocate all that mapping needs. Done by mmap(), so grants that are never mapped cost little. */
static int fill_mapping(struct gntdev_mapping *mapping)
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

static unsigned int next_delay(unsigned int ms)
{
	return min(2 * ms, FREE_LAST_MS);
}

/*
 * Unmap and free a mapping without references. It may take several tries: a disk or a socket may
 * hold pages for longer than the program lives. Runs as work, so that no lock is held while the
 * kernel takes the pages back and removes the notifier.
 */
static void run_free_work(struct work_struct *work)
{
	struct gntdev_mapping *mapping =
		container_of(to_delayed_work(work), struct gntdev_mapping, free_work);
	bool has_module = mapping->free_delay_ms;

	if (!gntdev_mapping_unmap(mapping)) {
		mapping->free_delay_ms = next_delay(mapping->free_delay_ms);
		queue_delayed_work(queue, &mapping->free_work,
				   msecs_to_jiffies(mapping->free_delay_ms));
		return;
	}
	dom0_unmap_notify_send(&mapping->notify);
	if (gntdev_vma_ops->unmap_vma)
		gntdev_vma_ops->unmap_vma(mapping);
	empty_mapping(mapping);
	kvfree(mapping->grants);
	kfree(mapping);
	if (has_module)
		module_put(THIS_MODULE);
}

/* Unmap the pages that are not in use. If none is left, free all that mapping needed. */
static bool try_retire(struct gntdev_mapping *mapping)
{
	bool gone = gntdev_mapping_unmap(mapping);

	if (gone)
		empty_mapping(mapping);
	return gone;
}

/*
 * Try again to unmap what was in use when the last vma was closed. Do not wait until the program
 * closes its file, since the other domain cannot use these pages for anything else before.
 */
static void run_retire_work(struct work_struct *work)
{
	struct gntdev_mapping *mapping =
		container_of(to_delayed_work(work), struct gntdev_mapping, retire_work);

	/* The last reference tries at once when the file has been closed. */
	if (!try_retire(mapping) && !READ_ONCE(mapping->left)) {
		mapping->retire_delay_ms = next_delay(mapping->retire_delay_ms);
		queue_delayed_work(queue, &mapping->retire_work,
				   msecs_to_jiffies(mapping->retire_delay_ms));
		return;
	}
	gntdev_mapping_put(mapping);
	module_put(THIS_MODULE);
}

/* Create a mapping. On success, the mapping owns @grants; on failure, the caller does. */
struct gntdev_mapping *gntdev_mapping_create(struct ioctl_gntdev_grant_ref *grants, unsigned int nr)
{
	struct gntdev_mapping *mapping = kzalloc(sizeof(*mapping), GFP_KERNEL_ACCOUNT);

	if (!mapping)
		return ERR_PTR(-ENOMEM);
	mapping->grants = grants;
	mapping->nr = nr;
	kref_init(&mapping->kref);
	mutex_init(&mapping->lock);
	INIT_DELAYED_WORK(&mapping->retire_work, run_retire_work);
	INIT_DELAYED_WORK(&mapping->free_work, run_free_work);
	return mapping;
}

/*
 * Unmap at once all pages that are not in use, so that the other domain's grants are free when this
 * returns. If others are left, hold the module until they are unmapped. The caller has an open file
 * or a dma-buf, so the module is still loaded.
 */
static void release_mapping(struct kref *kref)
{
	struct gntdev_mapping *mapping = container_of(kref, struct gntdev_mapping, kref);

	if (gntdev_mapping_unmap(mapping)) {
		dom0_unmap_notify_send(&mapping->notify);
	} else {
		__module_get(THIS_MODULE);
		mapping->free_delay_ms = FREE_FIRST_MS;
	}
	queue_delayed_work(queue, &mapping->free_work, msecs_to_jiffies(mapping->free_delay_ms));
}

void gntdev_mapping_put(struct gntdev_mapping *mapping)
{
	kref_put(&mapping->kref, release_mapping);
}

/* Refuse a read-only mapping whose notification has to clear a byte. */
static int set_readonly(struct gntdev_mapping *mapping, bool readonly)
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

/* Set the notification of a mapping, and return the old one in @notify. */
int gntdev_mapping_set_notify(struct gntdev_mapping *mapping, struct dom0_unmap_notify *notify)
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

/* Gather all mappings. The pool has one page for each, so dom0_pages_get() cannot fail. */
static void gather_maps(struct gntdev_mapping *mapping)
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

/*
 * Record which pages are mapped, and give the others back to the pool, unless the hypervisor has
 * kept a grant mapped there.
 */
static void sort_maps(struct gntdev_mapping *mapping)
{
	struct page **page = mapping->map.pages;
	unsigned int i;
	int status;

	for (i = 0; i < mapping->nr; i++, page++) {
		status = dom0_map_status(&mapping->map, i);
		if (status == GNTST_okay)
			__set_bit(i, mapping->mapped);
		else if (status == DOM0_MAP_STUCK)
			dom0_pages_quarantine(&mapping->pool, *page);
		else
			dom0_pages_put(&mapping->pool, page, 1);
	}
}

static int map_all(struct gntdev_mapping *mapping)
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
 * Map all grants in the kernel. The caller has begun with gntdev_file_begin_map(). After an error,
 * some grants may be mapped, and code that walks over all pages may hold some of them for a moment.
 * So the caller retires or puts the mapping.
 */
int gntdev_mapping_map(struct gntdev_mapping *mapping, bool readonly)
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
 * Unmap all pages, those in use later. Return true if none is left; the mapping could then be
 * mapped again. The caller has a reference and an open file, and calls this once for each time that
 * the mapping was mapped.
 */
bool gntdev_mapping_retire(struct gntdev_mapping *mapping)
{
	if (try_retire(mapping))
		return true;
	kref_get(&mapping->kref);
	__module_get(THIS_MODULE);
	mapping->retire_delay_ms = FREE_FIRST_MS;
	queue_delayed_work(queue, &mapping->retire_work, msecs_to_jiffies(FREE_FIRST_MS));
	return false;
}

/*
 * Drop the file's reference. What retire_work waits for is tried at once, so that all pages that
 * are not in use are unmapped when a program has closed its file.
 */
void gntdev_mapping_leave_file(struct gntdev_mapping *mapping)
{
	WRITE_ONCE(mapping->left, true);
	if (cancel_delayed_work(&mapping->retire_work)) {
		gntdev_mapping_put(mapping);
		module_put(THIS_MODULE);
	}
	gntdev_mapping_put(mapping);
}

/* Unmap the pages from @first to before @end that are not in use. */
void gntdev_mapping_unmap_range(struct gntdev_mapping *mapping, unsigned int first,
				unsigned int end)
{
	unsigned long i = first;
	struct page *page;

	lockdep_assert_held(&mapping->lock);
	if (!mapping->mapped)
		return;
	for_each_set_bit_from(i, mapping->mapped, end) {
		page = mapping->map.pages[i];
		if (dom0_page_in_use(page))
			continue;
		dom0_unmap_notify_clear(&mapping->notify, i, page);
		dom0_unmap_add(&mapping->unmap, page, dom0_map_handle(&mapping->map, i));
		__clear_bit(i, mapping->mapped);
	}
	dom0_unmap_flush(&mapping->unmap);
	dom0_unmap_reset(&mapping->unmap, &mapping->pool);
}

/* Unmap all pages that are not in use. Returns true if no page is mapped any more. */
bool gntdev_mapping_unmap(struct gntdev_mapping *mapping)
{
	bool gone;

	mutex_lock(&mapping->lock);
	gntdev_mapping_unmap_range(mapping, 0, mapping->nr);
	gone = !mapping->mapped || bitmap_empty(mapping->mapped, mapping->nr);
	mutex_unlock(&mapping->lock);
	return gone;
}
