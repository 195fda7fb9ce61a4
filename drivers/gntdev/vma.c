// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings in a program's address space.
 */
#include "file.h"
#include "mapping.h"
#include "vma.h"
#include "vma_ops.h"

#include <linux/fs.h>
#include <linux/mm.h>

void gntdev_vma_open(struct vm_area_struct *vma)
{
	struct gntdev_mapping *mapping = vma->vm_private_data;

	refcount_inc(&mapping->vmas);
	kref_get(&mapping->kref);
}

/*
 * The last vma unmaps the grants, and frees the memory that mapping them needed. The program may
 * still hold the offset, but cannot mmap() it a second time.
 */
void gntdev_vma_close(struct vm_area_struct *vma)
{
	struct gntdev_mapping *mapping = vma->vm_private_data;

	if (refcount_dec_and_test(&mapping->vmas))
		gntdev_mapping_retire(mapping);
	gntdev_mapping_put(mapping);
}

/*
 * Mapping for a program in a translated domain, where a mapped page can be used like any page of
 * ours. It stays mapped as long as one vma maps it.
 */
static const struct vm_operations_struct pages_vm_ops = {
	.open = gntdev_vma_open,
	.close = gntdev_vma_close,
};

static int pages_map_vma(struct gntdev_mapping *mapping, struct vm_area_struct *vma)
{
	unsigned long left = mapping->nr;

	return vm_insert_pages(vma, vma->vm_start, mapping->map.pages, &left);
}

const struct gntdev_vma_ops gntdev_pages_vma_ops = {
	.vm_flags = VM_MIXEDMAP,
	.vm_ops = &pages_vm_ops,
	.map_vma = pages_map_vma,
};

static void set_vm_flags(struct vm_area_struct *vma, bool readonly)
{
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP | gntdev_vma_ops->vm_flags);
	/* The grants are mapped read-only, which cannot be changed later. */
	if (readonly)
		vm_flags_clear(vma, VM_MAYWRITE);
}

int gntdev_mmap(struct file *filp, struct vm_area_struct *vma)
{
	bool readonly = !(vma->vm_flags & VM_WRITE);
	struct gntdev_file *file = filp->private_data;
	struct gntdev_mapping *mapping;
	int err;

	/* The other domain would not see writes to a private copy of a page. */
	if (!readonly && !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	mapping = gntdev_file_begin_map(file, vma->vm_pgoff, vma_pages(vma));
	if (!mapping)
		return -EINVAL;

	set_vm_flags(vma, readonly);
	err = gntdev_mapping_map(mapping, readonly);
	if (err)
		goto unmap;
	err = gntdev_vma_ops->map_vma(mapping, vma);
	if (err)
		goto unmap;

	refcount_set(&mapping->vmas, 1);
	vma->vm_private_data = mapping;
	vma->vm_ops = gntdev_vma_ops->vm_ops;
	return 0;

unmap:
	/*
	 * The caller (mmap) removes pages that are in the vma already after we return. Until then
	 * they are in use, so map_begun stays set.
	 */
	if (gntdev_mapping_retire(mapping))
		gntdev_file_abort_map(file, mapping);
	gntdev_mapping_put(mapping);
	return err;
}
