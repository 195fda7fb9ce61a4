/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _DOM0_COMPAT_LINUX_MM_H
#define _DOM0_COMPAT_LINUX_MM_H

#include_next <linux/mm.h>
#include <linux/version.h>

/* 6.3: bc292ab00f6c ("mm: introduce vma->vm_flags wrapper functions") */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/*
 * 6.18 renames find_special_page() of struct vm_operations_struct to find_normal_page(), which is
 * there if the kernel has a gntdev of its own. Without it, such a page cannot be pinned, and the
 * vma has to be marked for the kernel to know that it has no ordinary pages.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define DOM0_FIND_PAGE(fn)	.find_special_page = (fn)
#define DOM0_FIND_PAGE_FLAGS	0
#elif defined(CONFIG_FIND_NORMAL_PAGE)
#define DOM0_FIND_PAGE(fn)	.find_normal_page = (fn)
#define DOM0_FIND_PAGE_FLAGS	0
#else
#define DOM0_FIND_PAGE(fn)
#define DOM0_FIND_PAGE_FLAGS	VM_MIXEDMAP
#endif

#endif
