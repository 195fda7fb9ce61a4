/* SPDX-License-Identifier: GPL-2.0 */
/* Mappings in a program's address space, in a way for each kind of domain. */
#ifndef _DOM0_GNTDEV_VMA_OPS_H
#define _DOM0_GNTDEV_VMA_OPS_H

#include <linux/mm.h>

struct gntdev_mapping;

/**
 * struct gntdev_vma_ops - how pages are mapped for a program
 * @vm_flags: additional flags of the vma
 * @vm_ops: operations of the vma
 * @map_vma: insert the pages, which the kernel has mapped, into the vma
 * @unmap_vma: undo @map_vma when no vma is left; may be NULL
 */
struct gntdev_vma_ops {
	unsigned long vm_flags;
	const struct vm_operations_struct *vm_ops;
	int (*map_vma)(struct gntdev_mapping *mapping, struct vm_area_struct *vma);
	void (*unmap_vma)(struct gntdev_mapping *mapping);
};

/* vma.c: for a translated domain. */
extern const struct gntdev_vma_ops gntdev_pages_vma_ops;
/* ptes.c: for a PV domain. */
extern const struct gntdev_vma_ops gntdev_ptes_vma_ops;
/* main.c: those for this domain. */
extern const struct gntdev_vma_ops *gntdev_vma_ops;

#endif
