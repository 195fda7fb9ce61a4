// SPDX-License-Identifier: GPL-2.0
/* Mapping in a PV domain, by the kernel's own function. This file keeps no state. */
#include "area.h"
#include "map_ops.h"

#include <asm/pgtable.h>
#include <asm/xen/page.h>
#include <dom0/fault_point.h>
#include <dom0/hypercall.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/interface/xen.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

static int pv_prepare(struct area *area, unsigned long index, unsigned long nr)
{
	return 0;
}

/* Preset each error, for frames that are not reached because page tables cannot be allocated. */
static int remap_frames(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t *frames,
			unsigned int nr, int *errs, domid_t domid, bool machine_frames)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		errs[i] = -ENOMEM;
	return xen_remap_pfn(vma, addr, frames, nr, errs, vma->vm_page_prot, domid, machine_frames);
}

static void pv_map(struct vm_area_struct *vma, struct area *area, unsigned long index,
		   struct chunk *chunk, unsigned int nr, domid_t domid)
{
	remap_frames(vma, area_addr(area, index), chunk->gfns, nr, chunk->errs, domid, false);
}

static int pv_map_range(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t gfn,
			unsigned long nr, domid_t domid)
{
	return xen_remap_pfn(vma, addr, &gfn, nr, NULL, vma->vm_page_prot, domid, false);
}

static int pv_map_acquired(struct vm_area_struct *vma, struct area *area, unsigned long index,
			   xen_pfn_t *frames, unsigned int nr, domid_t domid)
{
	int *errs = kvmalloc_array(nr, sizeof(*errs), GFP_KERNEL_ACCOUNT);
	unsigned int i;
	int ret = 0;

	if (!errs)
		return -ENOMEM;
	remap_frames(vma, area_addr(area, index), frames, nr, errs, domid, true);
	for (i = 0; i < nr && !ret; i++)
		ret = errs[i];
	kvfree(errs);
	return ret;
}

/*
 * Set the entry by the number of a machine frame. Without MMU_PT_UPDATE_NO_TRANSLATE the hypervisor
 * would take it for a guest frame number if the owner is a translated domain.
 */
static int set_kernel_entry(void *addr, xen_pfn_t frame, domid_t owner)
{
	unsigned int level;
	pte_t *pte = lookup_address((unsigned long)addr, &level);
	struct mmu_update update;

	if (!pte || level != PG_LEVEL_4K)
		return -EFAULT;
	update.ptr = arbitrary_virt_to_machine(pte).maddr | MMU_PT_UPDATE_NO_TRANSLATE;
	update.val = pte_val_ma(mfn_pte(frame, PAGE_KERNEL));
	return dom0_hypercall(__HYPERVISOR_mmu_update, (unsigned long)&update, 1, 0, owner, 0);
}

/*
 * The frame's number is valid only while the program has the frame mapped: afterwards the
 * hypervisor may use the frame otherwise. The area's frames are mapped as long as
 * privcmd_area_lock() returns its vma.
 */
static int map_ioreq_frame(struct area *area, void *addr, const struct area_ioreq *ioreq)
{
	int err;

	if (!privcmd_area_lock(area))
		return -EINVAL;
	err = set_kernel_entry(addr, ioreq->frame, ioreq->owner);
	privcmd_area_unlock();
	return err;
}

/*
 * Replace the page-table entry of a page without memory. The frame stays mapped even if the program
 * unmaps it. No TLB has the old entry, since it was not present. Allocate the page first, because
 * that may wait for memory.
 */
static void *pv_map_ioreq(struct area *area, const struct area_ioreq *ioreq)
{
	struct page *page;
	int err = xen_alloc_unpopulated_pages(1, &page);

	if (err)
		return ERR_PTR(err);
	/* The lab unmaps the area here. */
	err = dom0_fault_point("privcmd_map_ioreq") ?:
	      map_ioreq_frame(area, page_address(page), ioreq);
	if (!err)
		return page_address(page);
	xen_free_unpopulated_pages(1, &page);
	return ERR_PTR(err);
}

static void pv_unmap_ioreq(void *addr)
{
	struct page *page = virt_to_page(addr);

	if (dom0_hypercall(__HYPERVISOR_update_va_mapping, (unsigned long)addr, 0,
			   UVMF_INVLPG | UVMF_ALL, 0, 0))
		pr_err_ratelimited("a page has leaked: cannot unmap its frame\n");
	else
		xen_free_unpopulated_pages(1, &page);
}

const struct map_ops privcmd_map_ops_pv = {
	/* The hypervisor does not let a kernel rewrite entries of foreign frames by itself. */
	.own_entries = false,
	.prepare = pv_prepare,
	.map = pv_map,
	.map_range = pv_map_range,
	.map_acquired = pv_map_acquired,
	.map_ioreq = pv_map_ioreq,
	.unmap_ioreq = pv_unmap_ioreq,
};
