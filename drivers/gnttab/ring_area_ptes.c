// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for a ring in a PV domain: empty page-table entries of the kernel, which need no pages.
 * Only the hypervisor may write an entry that names another domain's frame, so it gets the machine
 * address of each entry.
 */
#include "ring_area.h"

#include <asm/pgtable.h>
#include <asm/xen/page.h>
#include <dom0/hypercall.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <xen/grant_table.h>
#include <xen/interface/xen.h>

static int find_entries(struct ring_area *area)
{
	unsigned int i, level;
	pte_t *pte;

	for (i = 0; i < area->nr; i++) {
		pte = lookup_address((unsigned long)area->addr + i * PAGE_SIZE, &level);
		if (!pte || level != PG_LEVEL_4K)
			return -EFAULT;
		area->host_addrs[i] = arbitrary_virt_to_machine(pte).maddr;
	}
	return 0;
}

static int clear_entries(const struct ring_area *area)
{
	struct mmu_update updates[DOM0_RING_MAX_PAGES];
	unsigned int i;

	for (i = 0; i < area->nr; i++) {
		updates[i].ptr = area->host_addrs[i] | MMU_NORMAL_PT_UPDATE;
		updates[i].val = 0;
	}
	return dom0_hypercall(__HYPERVISOR_mmu_update, (unsigned long)updates, area->nr, 0,
			      DOMID_SELF, 0);
}

/*
 * The kernel exports no function that reserves addresses alone. So map a page there without any
 * right, and clear the entries. They are never present before the grants are mapped, so no TLB can
 * have them.
 */
static int ptes_init(struct ring_area *area)
{
	struct page *pages[DOM0_RING_MAX_PAGES];
	unsigned int i;
	int err;

	/* VM_IOREMAP aligns the area to its size, so that its entries are in one page table. */
	for (i = 0; i < area->nr; i++)
		pages[i] = ZERO_PAGE(0);
	area->addr = vmap(pages, area->nr, VM_IOREMAP, __pgprot(0));
	if (!area->addr)
		return -ENOMEM;
	err = find_entries(area) ?: clear_entries(area);
	/* The kernel warns if entries that are not clear are given back, so keep the addresses. */
	if (err)
		return err;
	area->flags = GNTMAP_host_map | GNTMAP_contains_pte;
	return 0;
}

static void ptes_exit(struct ring_area *area, unsigned long mapped)
{
	/* Nothing else may use addresses at which the guest's pages still are. */
	if (!mapped)
		vunmap(area->addr);
}

const struct ring_area_ops gnttab_area_ptes = {
	.init = ptes_init,
	.exit = ptes_exit,
};
