/* SPDX-License-Identifier: GPL-2.0 */
/* Shares in a program's address space. */
#ifndef _DOM0_GNTALLOC_VMA_H
#define _DOM0_GNTALLOC_VMA_H

struct file;
struct vm_area_struct;

int gntalloc_mmap(struct file *filp, struct vm_area_struct *vma);

#endif
