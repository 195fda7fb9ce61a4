// SPDX-License-Identifier: GPL-2.0
/*
 * The page-table entries of up to 512 pages change in one hypercall, by their machine addresses.
 *
 * No entry is flushed from the TLBs one by one. The hypervisor flushes them by itself before a
 * frame that has come back to it goes to another domain. So only this kernel's own use matters:
 * before a page gets another frame, no CPU may remember the old one. One flush before the first
 * page is mapped again is enough for all that were unmapped since the last.
 */
#include "mapping.h"
#include "counters.h"

#include <asm/pgtable.h>
#include <asm/xen/page.h>
#include <dom0/hypercall.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <xen/interface/xen.h>

/* The TLB of some CPU may have a mapping that is gone. The thread that moves memory owns this. */
static bool stale;

static void *pfn_address(unsigned long pfn)
{
	return __va((phys_addr_t)pfn << PAGE_SHIFT);
}

/* Machine address of the entry that maps a page, 0 if there is none. */
static u64 pte_address(unsigned long pfn)
{
	unsigned int level;
	pte_t *pte = lookup_address((unsigned long)pfn_address(pfn), &level);

	if (!pte || level != PG_LEVEL_4K)
		return 0;
	return arbitrary_virt_to_machine(pte).maddr;
}

/* Entries of neighbours lie side by side, but for the end of a page table. */
static u64 next_pte_address(const struct frames *f, unsigned int i, unsigned int first)
{
	if (i > first && f->pfns[i] == f->pfns[i - 1] + 1 && f->pfns[i] % PTRS_PER_PTE)
		return f->ptes[i - 1].ptr + sizeof(pte_t);
	return pte_address(f->pfns[i]);
}

/* Returns how many, from @first on, have been changed. */
static unsigned int update_ptes(struct frames *f, unsigned int first, unsigned int nr)
{
	unsigned int done = 0;
	long err;

	balloon_count(COUNT_hypercalls, 1);
	err = dom0_hypercall(__HYPERVISOR_mmu_update, (unsigned long)&f->ptes[first], nr,
			     (unsigned long)&done, DOMID_SELF, 0);
	return err ? min(done, nr) : nr;
}

/* The p2m has a page for each such pfn: it had memory before, or was made for grants. */
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

/* Maps them; returns how many, from @first on, are mapped now. */
unsigned int balloon_mapping_show(struct frames *f, unsigned int first, unsigned int nr)
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
 * Unmaps all, or none. If unmapping fails half-way, and mapping again fails too, the last @lost
 * pages must never be used: some of them are not mapped.
 */
int balloon_mapping_hide(struct frames *f, unsigned int *lost)
{
	unsigned int i, done, shown;

	for (i = 0; i < f->nr; i++) {
		f->ptes[i].ptr = next_pte_address(f, i, 0);
		f->ptes[i].val = 0;
		if (!f->ptes[i].ptr)
			return -EINVAL;
	}
	stale = true;
	done = update_ptes(f, 0, f->nr);
	if (done < f->nr) {
		shown = done ? balloon_mapping_show(f, 0, done) : 0;
		*lost = shown < done ? f->nr - shown : 0;
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
