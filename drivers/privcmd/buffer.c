// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/hypercall: memory for the arguments of hypercalls, which the kernel never moves, swaps
 * out or shares before a write, as it does with a process's own. The page tables that it is mapped
 * in hold the only references: it lives as long as the last mapping of it.
 */
#include "privcmd.h"

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

/* 2 GiB: the pages are charged to the program only when all are there. */
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
