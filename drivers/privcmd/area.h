/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An area of a process's address space for other domains' frames: what mmap() of privcmd makes.
 *
 * It begins empty. A mapping claims pages of it, puts frames there, and gives back the claim on
 * those that the hypervisor refused; they can be tried again. What is mapped stays until the whole
 * area goes: it can neither be split nor copied to a child, nor moved in a PV domain.
 */
#ifndef _DOM0_PRIVCMD_AREA_H
#define _DOM0_PRIVCMD_AREA_H

#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct file;
struct page;
struct vm_area_struct;

/**
 * struct area - the state behind one mapping of the file
 * @ref: one for each vm_area_struct (two for a moment while mremap() moves it), one for each ioctl
 * @start: address of its first page; an area that was moved takes no more mappings
 * @nr: how many pages it has
 * @lock: protects @used, @claimed and the entries of @blocks; never together with mmap_lock
 * @used: something has been claimed once
 * @claimed: a bit for each page that has a frame or is about to get one
 * @blocks: translated domains: pages of ours at whose addresses the frames appear; a claim makes
 *	those that it needs, and the last claim on a block takes it along
 */
struct area {
	struct kref ref;
	unsigned long start;
	unsigned long nr;
	struct mutex lock;	/* see above */
	bool used;
	unsigned long *claimed;
	struct page ***blocks;
};

/* The file operation. */
int privcmd_area_mmap(struct file *file, struct vm_area_struct *vma);

/* The current process's area around an address, with a reference; ERR_PTR(-EINVAL): none. */
struct area *privcmd_area_get(unsigned long addr);
void privcmd_area_put(struct area *area);

/* The page's number in the area. */
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
	AREA_CLAIM_FIRST_ALL,	/* nothing less than all when it is the area's first claim */
	AREA_CLAIM_UNUSED,	/* only if it is the area's first claim */
};

/* From now on these pages are the caller's to map: 0, -EINVAL if they are not free, -ENOMEM. */
int privcmd_area_claim(struct area *area, unsigned long index, unsigned long nr,
		       enum privcmd_area_claim how);

/* Pages that got no frame are free again: all, or those with an error. */
void privcmd_area_unclaim(struct area *area, unsigned long index, unsigned long nr);
void privcmd_area_unclaim_failed(struct area *area, unsigned long index, const int *errs,
				 unsigned int nr);

/*
 * The area's place in the address space, which stays as it is until privcmd_area_unlock(); NULL if
 * it has gone. Pages may be put into it, since claims keep apart what several threads map.
 */
struct vm_area_struct *privcmd_area_lock(struct area *area);
void privcmd_area_unlock(void);

#endif
