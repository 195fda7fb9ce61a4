/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mapping of other domains' frames into an area. A PV kernel asks the hypervisor to write
 * page-table entries. A translated kernel asks it to let the frames appear at addresses of our
 * pages, and writes the entries itself.
 */
#ifndef _DOM0_PRIVCMD_MAP_OPS_H
#define _DOM0_PRIVCMD_MAP_OPS_H

#include <linux/types.h>
#include <xen/interface/xen.h>

struct area;
struct area_ioreq;
struct vm_area_struct;

/* Most pages that are mapped at once: with one page-table walk, one flush, few hypercalls. */
#define CHUNK_PAGES	2048

/**
 * struct chunk - frames that are being mapped into an area
 * @gfns: frames of the other domain
 * @own: frame numbers of our pages at which they appear, in translated domains
 * @errs: 0 or negative errno for each frame
 */
struct chunk {
	xen_pfn_t gfns[CHUNK_PAGES];
	xen_pfn_t own[CHUNK_PAGES];
	int errs[CHUNK_PAGES];
};

/**
 * struct map_ops - operations to map frames in one kind of domain
 * @own_entries: the kernel owns the page-table entries, so core mm may change and move them
 * @prepare: allocate memory that the area needs, before pages are claimed; area->lock is held
 * @trim: free memory of @prepare that no claim needs any more; area->lock is held, @nr is at least
 *	1. May be NULL
 * @map: map @nr frames of @domid at page @index, and fill in the error of each
 * @map_range: map up to CHUNK_PAGES consecutive frames; NULL if not supported
 * @fill_frames: fill in @frames with our frames at which a resource will appear, before it is
 *	acquired; may be NULL
 * @map_acquired: map the @frames of a resource; @domid owns those that are not ours
 * @unmap: remove the frames of claimed pages and drop their claims; a page that keeps its claim is
 *	never used again. Its entries are gone or out of reach. May be NULL
 * @map_ioreq: map an ioreq server's page of the area for the kernel; returns its address or
 *	ERR_PTR. The caller keeps a reference on the area. Takes mmap_lock
 * @unmap_ioreq: undo @map_ioreq; may be NULL
 * @exit: free all memory of @prepare; may be NULL
 */
struct map_ops {
	bool own_entries;
	int (*prepare)(struct area *area, unsigned long index, unsigned long nr);
	void (*trim)(struct area *area, unsigned long index, unsigned long nr);
	void (*map)(struct vm_area_struct *vma, struct area *area, unsigned long index,
		    struct chunk *chunk, unsigned int nr, domid_t domid);
	int (*map_range)(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t gfn,
			 unsigned long nr, domid_t domid);
	void (*fill_frames)(struct area *area, unsigned long index, xen_pfn_t *frames,
			    unsigned int nr);
	int (*map_acquired)(struct vm_area_struct *vma, struct area *area, unsigned long index,
			    xen_pfn_t *frames, unsigned int nr, domid_t domid);
	void (*unmap)(struct area *area, unsigned long index, unsigned long nr);
	void *(*map_ioreq)(struct area *area, const struct area_ioreq *page);
	void (*unmap_ioreq)(void *addr);
	void (*exit)(struct area *area);
};

extern const struct map_ops privcmd_map_ops_pv;
extern const struct map_ops privcmd_map_ops_xlate;

/* main.c: return those for this kind of domain. */
const struct map_ops *privcmd_map_ops(void);

#endif
