// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping in a translated domain. The hypervisor lets the frames appear at the addresses of our own
 * pages. Then the process gets page-table entries for those pages.
 */
#include "area.h"
#include "map_ops.h"
#include "own_pages.h"

#include <dom0/fault_point.h>
#include <dom0/hypercall.h>
#include <dom0/multicall.h>
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <xen/interface/memory.h>
#include <xen/page.h>

/*
 * Most removals in one hypercall. They are on the stack, because a teardown must not allocate
 * memory. Some kernels limit the stack of a function to 1 KiB.
 */
#define REMOVE_BATCH	8

/* Marks a frame that the hypervisor has not reached; its own errors are negative. */
#define NOT_REACHED	1

static_assert(XEN_PAGE_SIZE == PAGE_SIZE);
static_assert(sizeof(xen_pfn_t) == sizeof(xen_ulong_t));

static void xlate_fill_frames(struct area *area, unsigned long index, xen_pfn_t *frames,
			      unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		frames[i] = page_to_xen_pfn(privcmd_own_page(area, index + i));
}

static void set_errors(struct chunk *chunk, unsigned int nr, int err)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		chunk->errs[i] = err;
}

/*
 * Set the error of the frames that the hypervisor has not reached. It may stop half-way, for
 * example if the other domain is destroyed. It has written the result of each earlier frame, and
 * frames that have appeared stay.
 */
static void set_error_of_rest(struct chunk *chunk, unsigned int nr, int err)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (chunk->errs[i] == NOT_REACHED)
			chunk->errs[i] = err;
}

/* Let the frames appear at the addresses of our pages, with an error for each. */
static void add_frames(struct chunk *chunk, unsigned int nr, domid_t domid)
{
	struct xen_add_to_physmap_range op = {
		.domid = DOMID_SELF,
		.foreign_domid = domid,
		.space = XENMAPSPACE_gmfn_foreign,
		.size = nr,
	};
	int err, fault = dom0_fault_point("privcmd_add_half");

	if (fault)
		op.size /= 2;
	set_xen_guest_handle(op.idxs, (xen_ulong_t *)chunk->gfns);
	set_xen_guest_handle(op.gpfns, chunk->own);
	set_xen_guest_handle(op.errs, chunk->errs);
	set_errors(chunk, nr, NOT_REACHED);
	err = dom0_hypercall_memory(XENMEM_add_to_physmap_range, &op);
	set_error_of_rest(chunk, nr, err ?: fault ?: -EIO);
}

struct entries {
	struct vm_area_struct *vma;
	struct area *area;
	unsigned long index;
	const int *errs;
};

static int set_entry(pte_t *pte, unsigned long addr, void *data)
{
	struct entries *entries = data;
	struct page *page = privcmd_own_page(entries->area, entries->index++);

	/* Set no entry where there is no frame, because an access could not be served. */
	if (entries->errs && *entries->errs++)
		return 0;
	set_pte_at(entries->vma->vm_mm, addr, pte,
		   pte_mkspecial(pfn_pte(page_to_pfn(page), entries->vma->vm_page_prot)));
	return 0;
}

/* Set the entries of pages without an error, or of all pages if @errs is NULL. */
static int set_entries(struct vm_area_struct *vma, struct area *area, unsigned long index,
		       unsigned int nr, const int *errs)
{
	struct entries entries = { .vma = vma, .area = area, .index = index, .errs = errs };

	return apply_to_page_range(vma->vm_mm, area_addr(area, index),
				   (unsigned long)nr << PAGE_SHIFT, set_entry, &entries);
}

static int no_entry(pte_t *pte, unsigned long addr, void *data)
{
	return 0;
}

/* Allocate all page tables first, so that nothing can fail after frames have appeared. */
static int make_tables(struct vm_area_struct *vma, struct area *area, unsigned long index,
		       unsigned int nr)
{
	return apply_to_page_range(vma->vm_mm, area_addr(area, index),
				   (unsigned long)nr << PAGE_SHIFT, no_entry, NULL);
}

/* Remove up to REMOVE_BATCH frames, and drop the claims of their pages. */
static void remove_frames(struct area *area, const unsigned long *indices, unsigned int nr)
{
	struct multicall_entry calls[REMOVE_BATCH];
	struct xen_remove_from_physmap ops[REMOVE_BATCH];
	struct dom0_multicall mc = { .entries = calls, .max = REMOVE_BATCH };
	unsigned int i;

	for (i = 0; i < nr; i++) {
		ops[i].domid = DOMID_SELF;
		ops[i].gpfn = page_to_xen_pfn(privcmd_own_page(area, indices[i]));
		dom0_multicall_add(&mc, __HYPERVISOR_memory_op, XENMEM_remove_from_physmap,
				   (unsigned long)&ops[i], 0, 0, 0);
	}
	if (dom0_multicall_flush(&mc))
		return;
	for (i = 0; i < nr; i++) {
		/* -ENOENT: no frame has ever appeared there. */
		if (!dom0_multicall_result(&mc, i) || dom0_multicall_result(&mc, i) == -ENOENT)
			__clear_bit(indices[i], area->claimed);
	}
}

static void xlate_unmap(struct area *area, unsigned long index, unsigned long nr)
{
	unsigned long indices[REMOVE_BATCH];
	unsigned long end = index + nr;
	unsigned int n = 0;

	for_each_set_bit_from(index, area->claimed, end) {
		indices[n++] = index;
		if (n == REMOVE_BATCH) {
			remove_frames(area, indices, n);
			n = 0;
			cond_resched();
		}
	}
	remove_frames(area, indices, n);
}

static void xlate_map(struct vm_area_struct *vma, struct area *area, unsigned long index,
		      struct chunk *chunk, unsigned int nr, domid_t domid)
{
	int err = make_tables(vma, area, index, nr);

	if (err) {
		set_errors(chunk, nr, err);
		return;
	}
	xlate_fill_frames(area, index, chunk->own, nr);
	add_frames(chunk, nr, domid);
	set_entries(vma, area, index, nr, chunk->errs);
}

static int xlate_map_acquired(struct vm_area_struct *vma, struct area *area, unsigned long index,
			      xen_pfn_t *frames, unsigned int nr, domid_t domid)
{
	return set_entries(vma, area, index, nr, NULL);
}

/* The kernel has an address for our page already. */
static void *xlate_map_ioreq(struct area *area, const struct area_ioreq *page)
{
	return page_address(privcmd_own_page(area, page->index));
}

const struct map_ops privcmd_map_ops_xlate = {
	.own_entries = true,
	.prepare = privcmd_own_pages_make,
	.trim = privcmd_own_pages_trim,
	.map = xlate_map,
	.fill_frames = xlate_fill_frames,
	.map_acquired = xlate_map_acquired,
	.unmap = xlate_unmap,
	.map_ioreq = xlate_map_ioreq,
	.exit = privcmd_own_pages_free,
};
