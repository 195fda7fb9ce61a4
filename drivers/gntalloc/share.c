// SPDX-License-Identifier: GPL-2.0
/*
 * Granted pages. A grant cannot be revoked while the other domain maps it, so the page is not freed
 * before that domain has unmapped it. Meanwhile it counts towards the limit of that domain, but not
 * towards that of all programs. So a domain that keeps its mappings cannot stop grants to other
 * domains. A third limit covers all domains, so that many of them cannot take all memory.
 */
#include "share.h"

#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <xen/grant_table.h>
#include <xen/page.h>

#define RETRY_DELAY	HZ

static unsigned int limit = 1024;
module_param(limit, uint, 0644);
MODULE_PARM_DESC(limit, "Most pages that all programs together grant, and that one domain has (default 1024)");

/* The default of limit_all is this many times limit. */
#define DEFAULT_TIMES	16

static unsigned int limit_all;
module_param(limit_all, uint, 0644);
MODULE_PARM_DESC(limit_all, "Most pages that all domains together have (default 0: 16 times limit)");

static void retry_held(struct work_struct *work);

/* Protects peers, held, nr_granted, nr_charged, and the fields of each struct peer. */
static DEFINE_MUTEX(shares_lock);
static LIST_HEAD(peers);
static LIST_HEAD(held);
/* nr_granted: pages in use by programs. nr_charged: also pages that only other domains map. */
static unsigned int nr_granted;
static unsigned int nr_charged;
static DECLARE_DELAYED_WORK(retry, retry_held);

static void put_peer(struct peer *peer, unsigned int nr)
{
	lockdep_assert_held(&shares_lock);
	nr_charged -= nr;
	peer->nr -= nr;
	if (!peer->nr) {
		list_del(&peer->link);
		kfree(peer);
	}
}

/* Undo the charge of shares that were not created. */
void gntalloc_shares_uncharge(struct peer *peer, unsigned int nr)
{
	mutex_lock(&shares_lock);
	nr_granted -= nr;
	put_peer(peer, nr);
	mutex_unlock(&shares_lock);
}

static void free_share(struct share *share)
{
	lockdep_assert_held(&shares_lock);
	put_peer(share->peer, 1);
	__free_page(share->page);
	kfree(share);
}

/* Free the shares that the other domains have unmapped. */
static void free_ended(void)
{
	struct share *share, *next;

	lockdep_assert_held(&shares_lock);
	list_for_each_entry_safe(share, next, &held, link) {
		if (gnttab_try_end_foreign_access(share->ref)) {
			list_del(&share->link);
			free_share(share);
		}
		cond_resched();
	}
}

static void retry_held(struct work_struct *work)
{
	mutex_lock(&shares_lock);
	free_ended();
	if (!list_empty(&held))
		schedule_delayed_work(&retry, RETRY_DELAY);
	mutex_unlock(&shares_lock);
}

static struct peer *find_peer(domid_t domid)
{
	struct peer *peer;

	lockdep_assert_held(&shares_lock);
	list_for_each_entry(peer, &peers, link)
		if (peer->domid == domid)
			return peer;
	return NULL;
}

static struct peer *add_peer(domid_t domid)
{
	struct peer *peer = kzalloc(sizeof(*peer), GFP_KERNEL_ACCOUNT);

	lockdep_assert_held(&shares_lock);
	if (!peer)
		return NULL;
	peer->domid = domid;
	list_add(&peer->link, &peers);
	return peer;
}

static bool fits_limit(unsigned int used, unsigned int nr, u64 max)
{
	return (u64)used + nr <= max;
}

static bool has_room(const struct peer *peer, unsigned int nr)
{
	unsigned int max = READ_ONCE(limit), max_all = READ_ONCE(limit_all);

	return fits_limit(nr_granted, nr, max) && fits_limit(peer ? peer->nr : 0, nr, max) &&
	       fits_limit(nr_charged, nr, max_all ?: (u64)max * DEFAULT_TIMES);
}

static struct peer *try_charge(domid_t domid, unsigned int nr)
{
	struct peer *peer = find_peer(domid);

	lockdep_assert_held(&shares_lock);
	if (!has_room(peer, nr))
		return ERR_PTR(-ENOSPC);
	if (!peer)
		peer = add_peer(domid);
	if (!peer)
		return ERR_PTR(-ENOMEM);
	nr_granted += nr;
	nr_charged += nr;
	peer->nr += nr;
	return peer;
}

/* Charge @nr shares to a domain before they are created. Freeing a share undoes its charge. */
struct peer *gntalloc_shares_charge(domid_t domid, unsigned int nr)
{
	struct peer *peer;

	mutex_lock(&shares_lock);
	peer = try_charge(domid, nr);
	if (peer == ERR_PTR(-ENOSPC)) {
		free_ended();
		peer = try_charge(domid, nr);
	}
	mutex_unlock(&shares_lock);
	return peer;
}

/* Create a share, which must have been charged. Zero the page, because another domain reads it. */
struct share *gntalloc_share_create(struct peer *peer, bool readonly)
{
	struct share *share;
	int ref;

	share = kzalloc(sizeof(*share), GFP_KERNEL_ACCOUNT);
	if (!share)
		return ERR_PTR(-ENOMEM);
	share->page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!share->page) {
		ref = -ENOMEM;
		goto free_share;
	}
	ref = gnttab_grant_foreign_access(peer->domid, xen_page_to_gfn(share->page), readonly);
	if (ref < 0)
		goto free_page;

	share->peer = peer;
	share->ref = ref;
	kref_init(&share->kref);
	return share;

free_page:
	__free_page(share->page);
free_share:
	kfree(share);
	return ERR_PTR(ref);
}

static void release_share(struct kref *kref)
{
	struct share *share = container_of(kref, struct share, kref);

	dom0_unmap_notify_clear(&share->notify, 0, share->page);
	dom0_unmap_notify_send(&share->notify);

	mutex_lock(&shares_lock);
	nr_granted--;
	if (gnttab_try_end_foreign_access(share->ref)) {
		free_share(share);
	} else {
		list_add_tail(&share->link, &held);
		schedule_delayed_work(&retry, RETRY_DELAY);
	}
	mutex_unlock(&shares_lock);
}

void gntalloc_share_put(struct share *share)
{
	kref_put(&share->kref, release_share);
}

/* No file is open any more. Leave pages that other domains still map to the kernel to free. */
void gntalloc_shares_exit(void)
{
	struct peer *peer, *next_peer;
	struct share *share, *next;

	cancel_delayed_work_sync(&retry);
	list_for_each_entry_safe(share, next, &held, link) {
		gnttab_end_foreign_access(share->ref, share->page);
		kfree(share);
	}
	list_for_each_entry_safe(peer, next_peer, &peers, link)
		kfree(peer);
}
