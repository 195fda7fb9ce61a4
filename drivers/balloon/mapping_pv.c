// SPDX-License-Identifier: GPL-2.0
/*
 * The page-table entries of up to 512 pages are changed in one hypercall, by their machine
 * addresses.
 *
 * No entry is flushed from the TLBs one by one. The hypervisor flushes the TLBs itself before it
 * gives a returned frame to another domain. So only use by this kernel matters: before a page gets
 * another frame, no CPU may have the old mapping. One flush before the first page is mapped again
 * serves all pages that were unmapped since the last flush.
 */
#include "mapping.h"
#include "counters.h"

#include <asm/pgtable.h>
#include <asm/xen/page.h>
#include <dom0/hypercall.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <xen/interface/xen.h>

/*
 * The TLB of some CPU may have a mapping that is gone. Only the thread that moves memory uses this.
 */
static bool stale;

static void *pfn_address(unsigned long pfn)
{
	return __va((phys_addr_t)pfn << PAGE_SHIFT);
}

/* Return the machine address of the entry that maps a page, 0 if there is none. */
static u64 pte_address(unsigned long pfn)
{
	unsigned int level;
	pte_t *pte = lookup_address((unsigned long)pfn_address(pfn), &level);

	if (!pte || level != PG_LEVEL_4K)
		return 0;
	return arbitrary_virt_to_machine(pte).maddr;
}

/* The entry of the next page is the next entry, except at the end of a page table. */
static u64 next_pte_address(const struct frames *f, unsigned int i, unsigned int first)
{
	if (i > first && f->pfns[i] == f->pfns[i - 1] + 1 && f->pfns[i] % PTRS_PER_PTE)
		return f->ptes[i - 1].ptr + sizeof(pte_t);
	return pte_address(f->pfns[i]);
}

/* Return how many entries, from @first on, have been changed. */
static unsigned int update_ptes(struct frames *f, unsigned int first, unsigned int nr)
{
	unsigned int done = 0;
	long err;

	balloon_count(COUNT_hypercalls, 1);
	err = dom0_hypercall(__HYPERVISOR_mmu_update, (unsigned long)&f->ptes[first], nr,
			     (unsigned long)&done, DOMID_SELF, 0);
	return err ? min(done, nr) : nr;
}

/* Every such pfn has an entry in the p2m: it had memory before, or was made for grants. */
static bool set_frame(unsigned long pfn, unsigned long frame)
{
	return pfn < xen_p2m_size && !xen_safe_write_ulong(xen_p2m_addr + pfn, frame);
}

void balloon_mapping_read(struct frames *f)
{
	unsigned int i;

	for (i = 0; i < f->nr; i++)
		f->frames[i] = pfn_to_mfn(f->pfns[i]);
}

/* Map the pages. Return how many, from @first on, are mapped now. */
unsigned int balloon_mapping_map(struct frames *f, unsigned int first, unsigned int nr)
{
	unsigned int i;

	for (i = first; i < first + nr; i++) {
		f->ptes[i].ptr = next_pte_address(f, i, first);
		f->ptes[i].val = mfn_pte(f->frames[i], PAGE_KERNEL).pte;
		if (!f->ptes[i].ptr || !set_frame(f->pfns[i], f->frames[i]))
			break;
	}
	return i > first ? update_ptes(f, first, i - first) : 0;
}

/*
 * Unmap all pages, or none. If that fails half-way and mapping the pages again fails too, the last
 * @leaked pages must never be used: some of them are not mapped.
 */
int balloon_mapping_unmap(struct frames *f, unsigned int *leaked)
{
	unsigned int i, done, mapped;

	for (i = 0; i < f->nr; i++) {
		f->ptes[i].ptr = next_pte_address(f, i, 0);
		f->ptes[i].val = 0;
		if (!f->ptes[i].ptr)
			return -EINVAL;
	}
	stale = true;
	done = update_ptes(f, 0, f->nr);
	if (done < f->nr) {
		mapped = done ? balloon_mapping_map(f, 0, done) : 0;
		*leaked = mapped < done ? f->nr - mapped : 0;
		return -EIO;
	}
	for (i = 0; i < f->nr; i++)
		set_frame(f->pfns[i], INVALID_P2M_ENTRY);
	return 0;
}

void balloon_mapping_flush(void)
{
	struct mmuext_op op = { .cmd = MMUEXT_TLB_FLUSH_ALL };

	if (!stale)
		return;
	balloon_count(COUNT_hypercalls, 1);
	if (!dom0_hypercall(__HYPERVISOR_mmuext_op, (unsigned long)&op, 1, 0, DOMID_SELF, 0))
		stale = false;
}
