/* SPDX-License-Identifier: GPL-2.0 */
/* Copies between user memory and granted pages. */
#ifndef _DOM0_GNTDEV_COPY_H
#define _DOM0_GNTDEV_COPY_H

#include <linux/compiler.h>
#include <xen/grant_table.h>
#include <xen/gntdev.h>

long gntdev_copy(struct gntdev_grant_copy_segment __user *segments, unsigned int nr);

#endif
