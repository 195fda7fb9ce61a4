/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of Dom0 that its programs grant to other domains.
 *
 * Each page (a share) has an offset in the file that created it. It lives until the program has
 * freed the offset, no vma maps the page, and the other domain does not map it any more.
 *
 * Locks, outermost first: mmap_lock, gntalloc_file.lock, shares_lock (share.c). None is held over
 * an access to user memory, since a fault there takes mmap_lock.
 */
#ifndef _DOM0_GNTALLOC_SHARE_H
#define _DOM0_GNTALLOC_SHARE_H

#include <dom0/unmap_notify.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/types.h>
#include <xen/interface/grant_table.h>

struct page;

/**
 * struct peer - a domain to which pages are granted
 * @link: in the list of all peers
 * @domid: number of the domain
 * @nr: number of pages granted to it, including those that only it still maps
 */
struct peer {
	struct list_head link;
	domid_t domid;
	unsigned int nr;
};

/**
 * struct share - a granted page
 * @kref: one reference of the file, until the program frees the offset, and one of each view
 * @peer: the domain to which it is granted
 * @page: the page
 * @ref: its grant reference
 * @notify: notification of the other domain when Dom0 does not use the page any more
 * @link: in a list of shares that are freed together, or that only the other domain still maps
 */
struct share {
	struct kref kref;
	struct peer *peer;
	struct page *page;
	grant_ref_t ref;
	struct dom0_unmap_notify notify;
	struct list_head link;
};

struct share *gntalloc_share_create(struct peer *peer, bool readonly);
void gntalloc_share_put(struct share *share);
struct peer *gntalloc_shares_charge(domid_t domid, unsigned int nr);
void gntalloc_shares_uncharge(struct peer *peer, unsigned int nr);
void gntalloc_shares_exit(void);

#endif
