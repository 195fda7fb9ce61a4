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
#ifndef _DOM0_GNTALLOC_H
#define _DOM0_GNTALLOC_H

#include <dom0/unmap_notify.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>
#include <xen/interface/grant_table.h>

struct file;
struct inode;
struct vm_area_struct;

/*
 * struct gntalloc_file - an open file
 * @lock: protects @shares, @next, and the notifications of the file's shares
 * @shares: struct share by offset in pages; holds a reference on each
 * @next: lowest offset that was never used, in pages
 */
struct gntalloc_file {
	struct mutex lock;	/* taken under mmap_lock */
	struct xarray shares;
	unsigned long next;
};

/*
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

/*
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

int gntalloc_open(struct inode *inode, struct file *filp);
int gntalloc_release(struct inode *inode, struct file *filp);
long gntalloc_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);
bool gntalloc_file_has(struct gntalloc_file *file, unsigned long index, unsigned long nr);
unsigned int gntalloc_file_get(struct gntalloc_file *file, unsigned long index, unsigned int nr,
			       struct share **shares);

int gntalloc_mmap(struct file *filp, struct vm_area_struct *vma);

struct share *gntalloc_share_create(struct peer *peer, bool readonly);
void gntalloc_share_put(struct share *share);
struct peer *gntalloc_shares_charge(domid_t domid, unsigned int nr);
void gntalloc_shares_uncharge(struct peer *peer, unsigned int nr);
void gntalloc_shares_exit(void);

#endif
