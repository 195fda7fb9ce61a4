/* SPDX-License-Identifier: GPL-2.0 */
/* What mmap() of /dev/xen/gntdev makes. */
#ifndef _DOM0_GNTDEV_VMA_H
#define _DOM0_GNTDEV_VMA_H

struct file;
struct vm_area_struct;

int gntdev_mmap(struct file *filp, struct vm_area_struct *vma);
void gntdev_vma_open(struct vm_area_struct *vma);
void gntdev_vma_close(struct vm_area_struct *vma);

#endif
