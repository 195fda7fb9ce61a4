/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An area of a process's address space for other domains' frames, created by mmap() of privcmd.
 *
 * An area begins empty. A mapping claims pages of it, maps frames there, and drops its claim on
 * pages whose frames the hypervisor refused, so that they can be tried again. Frames stay mapped
 * until the whole area goes. It cannot be split or copied to a child, nor moved in a PV domain.
 */
#ifndef _DOM0_PRIVCMD_AREA_H
#define _DOM0_PRIVCMD_AREA_H

#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <xen/interface/xen.h>

struct file;
struct page;
struct vm_area_struct;

/**
 * struct area_ioreq - the page of an ioreq server that an area shows
 * @mapped: there is one
 * @index: index of the page in the area
 * @frame: its frame, as the hypervisor has returned it
 * @owner: the domain that owns the frame, or DOMID_SELF
 * @domid: the guest whose accesses the page has
 */
struct area_ioreq {
	bool mapped;
	unsigned long index;
	xen_pfn_t frame;
	domid_t owner;
	domid_t domid;
};

/**
 * struct area - the state behind one mapping of the file
 * @ref: one reference of each vma (two for a moment while mremap() moves it), and of each ioctl
 * @start: address of its first page; an area that was moved accepts no more mappings
 * @nr: number of pages
 * @lock: protects @used, @claimed, @ioreq and the entries of @blocks; never together with mmap_lock
 * @used: a page has been claimed at some time
 * @zapped: a refused mremap() has unmapped all frames; under mmap_lock. The area accepts no more
 *	mappings
 * @claimed: bitmap of the pages that have a frame or are about to get one
 * @blocks: in translated domains, our pages at whose addresses the frames appear. A claim allocates
 *	the blocks that it needs, and the end of the last claim on a block frees it
 * @ioreq: the page of an ioreq server that was mapped last; it stays until the area goes
 */
struct area {
	struct kref ref;
	unsigned long start;
	unsigned long nr;
	struct mutex lock;	/* see above */
	bool used;
	bool zapped;
	unsigned long *claimed;
	struct page ***blocks;
	struct area_ioreq ioreq;
};

/* The file operation. */
int privcmd_area_mmap(struct file *file, struct vm_area_struct *vma);

/* Get the current process's area at an address, with a reference, or ERR_PTR(-EINVAL). */
struct area *privcmd_area_get(unsigned long addr);
void privcmd_area_put(struct area *area);

/* Take another reference. */
void privcmd_area_hold(struct area *area);

/* Store and read which page is an ioreq server's. */
void privcmd_area_set_ioreq(struct area *area, const struct area_ioreq *ioreq);
void privcmd_area_ioreq(struct area *area, struct area_ioreq *ioreq);

/* Return the index in the area of the page at @addr. */
static inline unsigned long area_index(const struct area *area, unsigned long addr)
{
	return (addr - area->start) >> PAGE_SHIFT;
}

static inline unsigned long area_addr(const struct area *area, unsigned long index)
{
	return area->start + (index << PAGE_SHIFT);
}

enum privcmd_area_claim {
	AREA_CLAIM_ANY,		/* any free pages */
	AREA_CLAIM_FIRST_ALL,	/* the first claim of the area must claim all its pages */
	AREA_CLAIM_UNUSED,	/* must be the first claim of the area */
};

/* Claim pages for the caller to map. Returns 0, -EINVAL if they are not free, or another errno. */
int privcmd_area_claim(struct area *area, unsigned long index, unsigned long nr,
		       enum privcmd_area_claim how);

/* Drop the claims of pages that got no frame: of all pages, or of those with an error. */
void privcmd_area_unclaim(struct area *area, unsigned long index, unsigned long nr);
void privcmd_area_unclaim_failed(struct area *area, unsigned long index, const int *errs,
				 unsigned int nr);

/*
 * Return the vma of the area, which does not change until privcmd_area_unlock(), or NULL if it is
 * gone or a refused mremap() has emptied it. The caller may insert the pages that it has claimed;
 * other threads insert other pages.
 */
struct vm_area_struct *privcmd_area_lock(struct area *area);
void privcmd_area_unlock(void);

#endif
