// SPDX-License-Identifier: GPL-2.0
/*
 * Granted pages, and their end: nobody can take a grant away from a domain that has mapped it.
 * Until that domain lets go, the page is not given back to the kernel, and counts.
 */
#include "gntalloc.h"

#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/grant_table.h>
#include <xen/page.h>

#define RETRY_DELAY	HZ

static unsigned int limit = 1024;
module_param(limit, uint, 0644);
MODULE_PARM_DESC(limit, "most pages that all programs together may grant (1024)");

static void retry_held(struct work_struct *work);

/* Protects the list, and the number of pages that are charged. */
static DEFINE_SPINLOCK(lock);
static LIST_HEAD(held);
static unsigned int nr_charged;
static DECLARE_DELAYED_WORK(retry, retry_held);

void shares_uncharge(unsigned int nr)
{
	spin_lock(&lock);
	nr_charged -= nr;
	spin_unlock(&lock);
}

static void free_share(struct share *share)
{
	__free_page(share->page);
	kfree(share);
	shares_uncharge(1);
}

/* Takes the shares out of the list whose grants the other domains have let go of. */
static void end_held(struct list_head *ended)
{
	struct share *share, *next;

	spin_lock(&lock);
	list_for_each_entry_safe(share, next, &held, link)
		if (gnttab_try_end_foreign_access(share->ref))
			list_move(&share->link, ended);
	spin_unlock(&lock);
}

static void free_ended(void)
{
	struct share *share, *next;
	LIST_HEAD(ended);

	end_held(&ended);
	list_for_each_entry_safe(share, next, &ended, link)
		free_share(share);
}

static void retry_held(struct work_struct *work)
{
	free_ended();
	spin_lock(&lock);
	if (!list_empty(&held))
		schedule_delayed_work(&retry, RETRY_DELAY);
	spin_unlock(&lock);
}

static int try_charge(unsigned int nr)
{
	unsigned int max = READ_ONCE(limit);
	int err = -ENOSPC;

	spin_lock(&lock);
	if (nr_charged <= max && nr <= max - nr_charged) {
		nr_charged += nr;
		err = 0;
	}
	spin_unlock(&lock);
	return err;
}

/* Each share that is made must have been charged, and is uncharged when it is freed. */
int shares_charge(unsigned int nr)
{
	int err = try_charge(nr);

	if (!err)
		return 0;
	free_ended();
	return try_charge(nr);
}

/* Zeroed, since another domain reads it. */
struct share *share_create(domid_t domid, bool readonly)
{
	struct share *share;
	int ref;

	share = kzalloc(sizeof(*share), GFP_KERNEL);
	if (!share)
		return ERR_PTR(-ENOMEM);
	share->page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!share->page) {
		ref = -ENOMEM;
		goto free_share;
	}
	ref = gnttab_grant_foreign_access(domid, xen_page_to_gfn(share->page), readonly);
	if (ref < 0)
		goto free_page;

	share->ref = ref;
	kref_init(&share->kref);
	return share;

free_page:
	__free_page(share->page);
free_share:
	kfree(share);
	return ERR_PTR(ref);
}

static void hold(struct share *share)
{
	spin_lock(&lock);
	list_add_tail(&share->link, &held);
	schedule_delayed_work(&retry, RETRY_DELAY);
	spin_unlock(&lock);
}

static void release_share(struct kref *kref)
{
	struct share *share = container_of(kref, struct share, kref);

	dom0_unmap_notify_clear(&share->notify, 0, share->page);
	dom0_unmap_notify_send(&share->notify);
	if (gnttab_try_end_foreign_access(share->ref))
		free_share(share);
	else
		hold(share);
}

void share_put(struct share *share)
{
	kref_put(&share->kref, release_share);
}

/* No file is left. What other domains hold still is the kernel's to wait for. */
void shares_exit(void)
{
	struct share *share, *next;

	cancel_delayed_work_sync(&retry);
	list_for_each_entry_safe(share, next, &held, link) {
		gnttab_end_foreign_access(share->ref, share->page);
		kfree(share);
	}
}
