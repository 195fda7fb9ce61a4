/* SPDX-License-Identifier: GPL-2.0 */
/* Setters of a vma's flags on kernels without them; zap_vma_ptes() on kernels that renamed it. */
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

/* 7.1: "mm: rename zap_vma_ptes() to zap_special_vma_range()" */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0)
#define zap_vma_ptes(vma, address, size)	zap_special_vma_range(vma, address, size)
#endif

#endif
