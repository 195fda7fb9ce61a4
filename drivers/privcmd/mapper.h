/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How other domains' frames get into an area. The two kinds of Dom0 have nothing in common here: a
 * PV kernel asks the hypervisor to write page-table entries; a translated one asks it to let the
 * frames appear at addresses of ours, and writes the entries itself.
 */
#ifndef _DOM0_PRIVCMD_MAPPER_H
#define _DOM0_PRIVCMD_MAPPER_H

#include <linux/types.h>
#include <xen/interface/xen.h>

struct area;
struct vm_area_struct;

/* Pages that are mapped in one go: one walk, one flush, few hypercalls. */
#define CHUNK_PAGES	2048

/**
 * struct chunk - frames on their way into an area
 * @gfns: the other domain's frames
 * @own: our addresses for them (translated domains)
 * @errs: 0 or negative errno for each
 */
struct chunk {
	xen_pfn_t gfns[CHUNK_PAGES];
	xen_pfn_t own[CHUNK_PAGES];
	int errs[CHUNK_PAGES];
};

/**
 * struct mapper - a way to map
 * @own_entries: core mm may change the entries afterwards, and move them
 * @prepare: makes what the area needs before these pages are claimed; area->lock is held
 * @trim: frees what @prepare has made, where no claim needs it any more; area->lock is held, @nr is
 *	at least 1. NULL: nothing to do
 * @map: maps @nr frames of @domid at page @index; fills in each error
 * @map_range: maps up to CHUNK_PAGES consecutive frames; NULL: not in this kind of domain
 * @offer: writes into @frames where a resource shall appear, before it is acquired
 * @map_acquired: maps the @frames of a resource; those that are not ours belong to @domid
 * @unmap: takes the frames out of claimed pages and unclaims them; a page that keeps its claim is
 *	lost. Entries are gone already or cannot be reached. NULL: nothing to do
 * @exit: frees all that @prepare has made. NULL: nothing to do
 */
struct mapper {
	bool own_entries;
	int (*prepare)(struct area *area, unsigned long index, unsigned long nr);
	void (*trim)(struct area *area, unsigned long index, unsigned long nr);
	void (*map)(struct vm_area_struct *vma, struct area *area, unsigned long index,
		    struct chunk *chunk, unsigned int nr, domid_t domid);
	int (*map_range)(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t gfn,
			 unsigned long nr, domid_t domid);
	void (*offer)(struct area *area, unsigned long index, xen_pfn_t *frames, unsigned int nr);
	int (*map_acquired)(struct vm_area_struct *vma, struct area *area, unsigned long index,
			    xen_pfn_t *frames, unsigned int nr, domid_t domid);
	void (*unmap)(struct area *area, unsigned long index, unsigned long nr);
	void (*exit)(struct area *area);
};

extern const struct mapper privcmd_mapper_pv;
extern const struct mapper privcmd_mapper_xlate;

/* The one for this domain. */
const struct mapper *privcmd_mapper(void);

#endif
