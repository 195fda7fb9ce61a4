// SPDX-License-Identifier: GPL-2.0
/* References to areas, claims of their pages, and the operations of their vmas. */
#include "area.h"
#include "map_ops.h"

#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

static struct area *area_alloc(unsigned long start, unsigned long nr)
{
	struct area *area = kzalloc(sizeof(*area), GFP_KERNEL_ACCOUNT);

	if (!area)
		return NULL;
	area->claimed = kvcalloc(BITS_TO_LONGS(nr), sizeof(long),
				 GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!area->claimed)
		goto free_area;
	kref_init(&area->ref);
	mutex_init(&area->lock);
	area->start = start;
	area->nr = nr;
	return area;

free_area:
	kfree(area);
	return NULL;
}

/* The last reference is gone: no thread can map or claim any more. */
static void area_free(struct kref *ref)
{
	struct area *area = container_of(ref, struct area, ref);

	if (area->used && privcmd_map_ops()->unmap)
		privcmd_map_ops()->unmap(area, 0, area->nr);
	if (privcmd_map_ops()->exit)
		privcmd_map_ops()->exit(area);
	kvfree(area->claimed);
	kfree(area);
}

void privcmd_area_put(struct area *area)
{
	kref_put(&area->ref, area_free);
}

void privcmd_area_hold(struct area *area)
{
	kref_get(&area->ref);
}

void privcmd_area_set_ioreq(struct area *area, const struct area_ioreq *ioreq)
{
	mutex_lock(&area->lock);
	area->ioreq = *ioreq;
	mutex_unlock(&area->lock);
}

void privcmd_area_ioreq(struct area *area, struct area_ioreq *ioreq)
{
	mutex_lock(&area->lock);
	*ioreq = area->ioreq;
	mutex_unlock(&area->lock);
}

/*
 * mremap() moves the area to another address. The new vma takes a reference before the old one
 * drops its own, and before core mm moves the entries. Remove entries here that only the hypervisor
 * may write, because core mm would try to move them.
 *
 * area_mremap() then refuses, and the old vma stays without its entries. From now on it maps
 * nothing, and the frames that it had may get other owners.
 */
static void area_open(struct vm_area_struct *vma)
{
	struct area *area = vma->vm_private_data;
	struct vm_area_struct *old;

	kref_get(&area->ref);
	if (!READ_ONCE(area->used) || privcmd_map_ops()->own_entries)
		return;
	old = vma_lookup(vma->vm_mm, area->start);
	if (!old || old->vm_private_data != area)
		return;
	zap_vma_ptes(old, old->vm_start, old->vm_end - old->vm_start);
	area->zapped = true;
}

/* Refuse mremap(), so that the program gets an error. It has lost what the area showed. */
static int area_mremap(struct vm_area_struct *vma)
{
	struct area *area = vma->vm_private_data;

	return READ_ONCE(area->used) && !privcmd_map_ops()->own_entries ? -EINVAL : 0;
}

static void area_close(struct vm_area_struct *vma)
{
	privcmd_area_put(vma->vm_private_data);
}

static int area_may_split(struct vm_area_struct *vma, unsigned long addr)
{
	return -EINVAL;
}

static int area_mprotect(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			 unsigned long flags)
{
	struct area *area = vma->vm_private_data;

	return READ_ONCE(area->used) && !privcmd_map_ops()->own_entries ? -EACCES : 0;
}

/* Nothing is mapped on demand. */
static vm_fault_t area_fault(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

static const struct vm_operations_struct area_vm_ops = {
	.open = area_open,
	.close = area_close,
	.may_split = area_may_split,
	.mprotect = area_mprotect,
	.mremap = area_mremap,
	.fault = area_fault,
};

int privcmd_area_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct area *area;

	/* The largest size for the functions of <linux/bitmap.h>. */
	if (vma_pages(vma) > INT_MAX)
		return -ENOMEM;
	area = area_alloc(vma->vm_start, vma_pages(vma));
	if (!area)
		return -ENOMEM;
	/* Only the hypervisor can write these page-table entries, so a child cannot get copies. */
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_ops = &area_vm_ops;
	vma->vm_private_data = area;
	return 0;
}

static struct area *area_at(unsigned long addr, struct vm_area_struct **vma)
{
	*vma = vma_lookup(current->mm, addr);
	return *vma && (*vma)->vm_ops == &area_vm_ops ? (*vma)->vm_private_data : NULL;
}

struct area *privcmd_area_get(unsigned long addr)
{
	struct vm_area_struct *vma;
	struct area *area;

	mmap_read_lock(current->mm);
	area = area_at(addr, &vma);
	if (area)
		kref_get(&area->ref);
	mmap_read_unlock(current->mm);
	return area ?: ERR_PTR(-EINVAL);
}

struct vm_area_struct *privcmd_area_lock(struct area *area)
{
	struct vm_area_struct *vma;

	mmap_read_lock(current->mm);
	if (area_at(area->start, &vma) == area && vma->vm_start == area->start && !area->zapped)
		return vma;
	mmap_read_unlock(current->mm);
	return NULL;
}

void privcmd_area_unlock(void)
{
	mmap_read_unlock(current->mm);
}

static int may_claim(const struct area *area, unsigned long index, unsigned long nr,
		     enum privcmd_area_claim how)
{
	if (index >= area->nr || !nr || nr > area->nr - index)
		return -EINVAL;
	if (area->used && how == AREA_CLAIM_UNUSED)
		return -EINVAL;
	if (!area->used && how == AREA_CLAIM_FIRST_ALL && nr != area->nr)
		return -EINVAL;
	return find_next_bit(area->claimed, index + nr, index) < index + nr ? -EINVAL : 0;
}

int privcmd_area_claim(struct area *area, unsigned long index, unsigned long nr,
		       enum privcmd_area_claim how)
{
	int err;

	mutex_lock(&area->lock);
	err = may_claim(area, index, nr, how);
	if (!err)
		err = privcmd_map_ops()->prepare(area, index, nr);
	if (!err) {
		WRITE_ONCE(area->used, true);
		bitmap_set(area->claimed, index, nr);
	}
	mutex_unlock(&area->lock);
	return err;
}

static void trim_area(struct area *area, unsigned long index, unsigned long nr)
{
	if (nr && privcmd_map_ops()->trim)
		privcmd_map_ops()->trim(area, index, nr);
}

void privcmd_area_unclaim(struct area *area, unsigned long index, unsigned long nr)
{
	mutex_lock(&area->lock);
	bitmap_clear(area->claimed, index, nr);
	trim_area(area, index, nr);
	mutex_unlock(&area->lock);
}

void privcmd_area_unclaim_failed(struct area *area, unsigned long index, const int *errs,
				 unsigned int nr)
{
	unsigned int i;

	mutex_lock(&area->lock);
	for (i = 0; i < nr; i++) {
		if (errs[i])
			__clear_bit(index + i, area->claimed);
	}
	trim_area(area, index, nr);
	mutex_unlock(&area->lock);
}
