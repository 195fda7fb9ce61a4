// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping for a program in a PV domain. Only the hypervisor may write a page-table entry that names
 * another domain's frame. So pass it the machine addresses of the program's entries, and it maps
 * each grant there a second time. An MMU notifier undoes these mappings before the kernel changes
 * an entry.
 */
#include "mapping.h"
#include "vma.h"
#include "vma_ops.h"

#include <asm/xen/page.h>
#include <dom0/hypercall.h>
#include <linux/bitmap.h>
#include <linux/bits.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/highmem.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <xen/grant_table.h>

/* The PTE bit for special entries, whose struct page the kernel must not use. */
#define PTE_SPECIAL_BIT	BIT(_GNTMAP_guest_avail0)

/**
 * struct ptes - page-table entries through which a program accesses a mapping
 * @notifier: MMU notifier on the address range of the mmap()
 * @mapping: the mapping
 * @start: user address of the first entry
 * @mapped: bitmap of the entries at which the hypervisor has mapped a grant
 * @unmaps: machine address and handle of each entry
 */
struct ptes {
	struct mmu_interval_notifier notifier;
	struct gntdev_mapping *mapping;
	unsigned long start;
	unsigned long *mapped;
	struct gnttab_unmap_grant_ref unmaps[];
};

/* Unmap the entries from @first to before @end, with one hypercall for each contiguous range. */
static void unmap_ptes(struct ptes *ptes, unsigned int first, unsigned int end)
{
	unsigned long from = first, to, i;
	unsigned int failed = 0;

	lockdep_assert_held(&ptes->mapping->lock);
	for_each_set_bitrange_from(from, to, ptes->mapped, end) {
		dom0_hypercall_grant(GNTTABOP_unmap_grant_ref, &ptes->unmaps[from], to - from);
		for (i = from; i < to; i++)
			if (ptes->unmaps[i].status != GNTST_okay)
				failed++;
		bitmap_clear(ptes->mapped, from, to - from);
	}
	if (failed)
		pr_err_ratelimited("%u grants stay mapped: a program's page table has changed\n",
				   failed);
}

/* Return true if the vma itself goes away: then the pages are unmapped in the kernel too. */
static bool vma_goes(const struct mmu_notifier_range *range)
{
	return range->event == MMU_NOTIFY_UNMAP || range->event == MMU_NOTIFY_RELEASE;
}

static bool invalidate_ptes(struct mmu_interval_notifier *notifier,
			    const struct mmu_notifier_range *range, unsigned long seq)
{
	struct ptes *ptes = container_of(notifier, struct ptes, notifier);
	struct gntdev_mapping *mapping = ptes->mapping;
	unsigned long stop = ptes->start + ((unsigned long)mapping->nr << PAGE_SHIFT);
	unsigned int first, end;

	if (mmu_notifier_range_blockable(range))
		mutex_lock(&mapping->lock);
	else if (!mutex_trylock(&mapping->lock))
		return false;
	mmu_interval_set_seq(notifier, seq);

	/* The kernel does not clear soft-dirty bits in a VM_PFNMAP vma, so keep its entries. */
	if (range->event == MMU_NOTIFY_SOFT_DIRTY)
		goto unlock;
	first = (max(range->start, ptes->start) - ptes->start) >> PAGE_SHIFT;
	end = (min(range->end, stop) - ptes->start + PAGE_SIZE - 1) >> PAGE_SHIFT;
	unmap_ptes(ptes, first, end);
	if (vma_goes(range))
		gntdev_mapping_unmap_range(mapping, first, end);

unlock:
	mutex_unlock(&mapping->lock);
	return true;
}

static const struct mmu_interval_notifier_ops notifier_ops = {
	.invalidate = invalidate_ptes,
};

/*
 * Access a page for debuggers and /proc/PID/mem, which hold mmap_lock. They need this function
 * because core mm does not find the page by a special entry, which also keeps it from pinning the
 * page or rewriting the entry.
 */
static int access_page(struct vm_area_struct *vma, unsigned long addr, void *buf, int len,
		       int write)
{
	struct gntdev_mapping *mapping = vma->vm_private_data;
	unsigned long i = (addr - mapping->ptes->start) >> PAGE_SHIFT;
	size_t offset = offset_in_page(addr);

	len = min_t(size_t, len, PAGE_SIZE - offset);
	mutex_lock(&mapping->lock);
	if (i >= mapping->nr || !test_bit(i, mapping->ptes->mapped) || (write && mapping->readonly))
		len = -EFAULT;
	else if (write)
		memcpy_to_page(mapping->map.pages[i], offset, buf, len);
	else
		memcpy_from_page(buf, mapping->map.pages[i], offset, len);
	mutex_unlock(&mapping->lock);
	return len;
}

/* Refuse other rights and another address: both need new mappings, and the grants may be gone. */
static int refuse_mprotect(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			   unsigned long flags)
{
	return (vma->vm_flags ^ flags) & VM_ACCESS_FLAGS ? -EINVAL : 0;
}

static int refuse_mremap(struct vm_area_struct *vma)
{
	return -EINVAL;
}

static const struct vm_operations_struct ptes_vm_ops = {
	.open = gntdev_vma_open,
	.close = gntdev_vma_close,
	.mprotect = refuse_mprotect,
	.mremap = refuse_mremap,
	.access = access_page,
};

static struct ptes *create_ptes(struct gntdev_mapping *mapping, unsigned long start)
{
	struct ptes *ptes;

	ptes = kvzalloc(struct_size(ptes, unmaps, mapping->nr), GFP_KERNEL_ACCOUNT);
	if (!ptes)
		return NULL;
	ptes->mapped = bitmap_zalloc(mapping->nr, GFP_KERNEL_ACCOUNT);
	if (!ptes->mapped) {
		kvfree(ptes);
		return NULL;
	}
	ptes->mapping = mapping;
	ptes->start = start;
	return ptes;
}

static void free_ptes(struct ptes *ptes)
{
	bitmap_free(ptes->mapped);
	kvfree(ptes);
}

static int note_entry(pte_t *pte, unsigned long addr, void *data)
{
	struct ptes *ptes = data;

	ptes->unmaps[(addr - ptes->start) >> PAGE_SHIFT].host_addr =
		arbitrary_virt_to_machine(pte).maddr;
	return 0;
}

static void prepare_maps(struct ptes *ptes, struct gnttab_map_grant_ref *maps)
{
	struct gntdev_mapping *mapping = ptes->mapping;
	const struct ioctl_gntdev_grant_ref *grant;
	unsigned int i;
	u32 flags;

	flags = GNTMAP_host_map | GNTMAP_application_map | GNTMAP_contains_pte | PTE_SPECIAL_BIT;
	if (mapping->readonly)
		flags |= GNTMAP_readonly;
	for (i = 0; i < mapping->nr; i++) {
		grant = &mapping->grants[i];
		gnttab_set_map_op(&maps[i], ptes->unmaps[i].host_addr, flags, grant->ref,
				  grant->domid);
		maps[i].status = GNTST_general_error;
		ptes->unmaps[i].status = GNTST_general_error;
	}
}

/*
 * Record the handles of the mapped entries. Returns how many the hypervisor has refused, which may
 * happen although the kernel's own mappings hold the grants.
 */
static unsigned int note_handles(struct ptes *ptes, const struct gnttab_map_grant_ref *maps)
{
	unsigned int i, failed = 0;

	for (i = 0; i < ptes->mapping->nr; i++) {
		if (maps[i].status != GNTST_okay) {
			failed++;
			continue;
		}
		ptes->unmaps[i].handle = maps[i].handle;
		__set_bit(i, ptes->mapped);
	}
	return failed;
}

static int fill_ptes(struct ptes *ptes)
{
	struct gntdev_mapping *mapping = ptes->mapping;
	struct gnttab_map_grant_ref *maps;
	unsigned int failed;

	maps = kvcalloc(mapping->nr, sizeof(*maps), GFP_KERNEL_ACCOUNT);
	if (!maps)
		return -ENOMEM;

	prepare_maps(ptes, maps);
	mutex_lock(&mapping->lock);
	dom0_hypercall_grant(GNTTABOP_map_grant_ref, maps, mapping->nr);
	failed = note_handles(ptes, maps);
	if (failed)
		unmap_ptes(ptes, 0, mapping->nr);
	mutex_unlock(&mapping->lock);
	kvfree(maps);
	return failed ? -EINVAL : 0;
}

static int ptes_map_vma(struct gntdev_mapping *mapping, struct vm_area_struct *vma)
{
	unsigned long size = vma->vm_end - vma->vm_start;
	struct ptes *ptes;
	int err;

	lockdep_assert_held_write(&vma->vm_mm->mmap_lock);
	ptes = create_ptes(mapping, vma->vm_start);
	if (!ptes)
		return -ENOMEM;
	err = mmu_interval_notifier_insert_locked(&ptes->notifier, vma->vm_mm, vma->vm_start, size,
						  &notifier_ops);
	if (err)
		goto free_ptes;
	/* Wait for invalidations that began before the insert and do not call this notifier. */
	mmu_interval_read_begin(&ptes->notifier);

	err = apply_to_page_range(vma->vm_mm, vma->vm_start, size, note_entry, ptes);
	if (err)
		goto remove_notifier;
	err = fill_ptes(ptes);
	if (err)
		goto remove_notifier;
	mapping->ptes = ptes;
	return 0;

remove_notifier:
	mmu_interval_notifier_remove(&ptes->notifier);
free_ptes:
	free_ptes(ptes);
	return err;
}

static void ptes_unmap_vma(struct gntdev_mapping *mapping)
{
	if (!mapping->ptes)
		return;

	mmu_interval_notifier_remove(&mapping->ptes->notifier);
	free_ptes(mapping->ptes);
}

const struct gntdev_vma_ops gntdev_ptes_vma_ops = {
	/*
	 * VM_DONTCOPY: the hypervisor would not know the copies of the entries in a child. VM_IO
	 * and VM_PFNMAP: core mm must not change the entries. The hypervisor does not even let it
	 * clear the accessed bit of an entry that names another domain's frame.
	 */
	.vm_flags = VM_DONTCOPY | VM_IO | VM_PFNMAP,
	.vm_ops = &ptes_vm_ops,
	.map_vma = ptes_map_vma,
	.unmap_vma = ptes_unmap_vma,
};
