// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/hypercall: memory for the arguments of hypercalls. The kernel never moves it, swaps it
 * out or makes it copy-on-write, as it may do with other memory of a process. Only the page tables
 * hold references on the pages, so they live until the last mapping is removed.
 */
#include "buffer.h"

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

/* 2 GiB. A limit is needed because the pages are charged to the program only at the end. */
#define MAX_PAGES	(SZ_2G / PAGE_SIZE)

static int insert_pages(struct vm_area_struct *vma, struct page **pages, unsigned long nr)
{
	unsigned long i;

	for (i = 0; i < nr; i++) {
		if (fatal_signal_pending(current))
			return -EINTR;
		pages[i] = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
		if (!pages[i])
			return -ENOMEM;
	}
	return vm_map_pages_zero(vma, pages, nr);
}

static int buffer_mmap(struct file *file, struct vm_area_struct *vma)
{
	unsigned long i, nr = vma_pages(vma);
	struct page **pages;
	int ret;

	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (nr > MAX_PAGES)
		return -ENOMEM;
	pages = kvcalloc(nr, sizeof(*pages), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!pages)
		return -ENOMEM;

	vm_flags_set(vma, VM_IO | VM_DONTEXPAND);
	ret = insert_pages(vma, pages, nr);
	for (i = 0; i < nr && pages[i]; i++)
		put_page(pages[i]);
	kvfree(pages);
	return ret;
}

static const struct file_operations buffer_fops = {
	.owner = THIS_MODULE,
	.mmap = buffer_mmap,
};

struct miscdevice privcmd_buffer_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "xen/hypercall",
	.fops = &buffer_fops,
};
