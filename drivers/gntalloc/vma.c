// SPDX-License-Identifier: GPL-2.0
/*
 * Shares in a program's address space.
 */
#include "file.h"
#include "share.h"
#include "vma.h"

#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

/**
 * struct view - the shares that one mmap() has mapped
 * @kref: one reference of each vma: a fork, or an munmap() of the middle, adds vmas
 * @nr: number of shares
 * @shares: the shares, with a reference on each
 */
struct view {
	struct kref kref;
	unsigned int nr;
	struct share *shares[];
};

static void put_shares(struct view *view)
{
	unsigned int i;

	for (i = 0; i < view->nr; i++)
		gntalloc_share_put(view->shares[i]);
	kvfree(view);
}

static void release_view(struct kref *kref)
{
	put_shares(container_of(kref, struct view, kref));
}

static void open_view(struct vm_area_struct *vma)
{
	struct view *view = vma->vm_private_data;

	kref_get(&view->kref);
}

static void close_view(struct vm_area_struct *vma)
{
	struct view *view = vma->vm_private_data;

	kref_put(&view->kref, release_view);
}

static const struct vm_operations_struct view_vm_ops = {
	.open = open_view,
	.close = close_view,
};

/*
 * Create a view of the whole range. Check that all its shares exist before the allocation, so that
 * a program cannot make us allocate a large array for a range without shares.
 */
static struct view *create_view(struct gntalloc_file *file, unsigned long index, unsigned long nr)
{
	struct view *view;

	if (!gntalloc_file_has(file, index, nr))
		return ERR_PTR(-ENOENT);
	view = kvzalloc(struct_size(view, shares, nr), GFP_KERNEL_ACCOUNT);
	if (!view)
		return ERR_PTR(-ENOMEM);

	kref_init(&view->kref);
	view->nr = gntalloc_file_get(file, index, nr, view->shares);
	if (view->nr < nr) {
		put_shares(view);
		return ERR_PTR(-ENOENT);
	}
	return view;
}

static int insert_shares(struct vm_area_struct *vma, struct view *view)
{
	unsigned long addr = vma->vm_start;
	unsigned int i;
	int err;

	for (i = 0; i < view->nr; i++, addr += PAGE_SIZE) {
		err = vm_insert_page(vma, addr, view->shares[i]->page);
		if (err)
			return err;
	}
	return 0;
}

/* On failure, the caller (mmap) unmaps the pages that were already inserted. */
int gntalloc_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct view *view;
	int err;

	/* The other domain would not see a private copy of a page. */
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	view = create_view(filp->private_data, vma->vm_pgoff, vma_pages(vma));
	if (IS_ERR(view))
		return PTR_ERR(view);

	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP | VM_MIXEDMAP);
	err = insert_shares(vma, view);
	if (err) {
		put_shares(view);
		return err;
	}
	vma->vm_private_data = view;
	vma->vm_ops = &view_vm_ops;
	return 0;
}
