// SPDX-License-Identifier: GPL-2.0
/* Mapping in a PV domain, by the kernel's own function. This file keeps no state. */
#include "area.h"
#include "mapper.h"

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/xen-ops.h>

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

const struct mapper privcmd_mapper_pv = {
	/* The hypervisor does not let a kernel rewrite entries of foreign frames by itself. */
	.own_entries = false,
	.prepare = pv_prepare,
	.map = pv_map,
	.map_range = pv_map_range,
	.map_acquired = pv_map_acquired,
};
