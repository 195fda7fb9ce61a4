/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Export of granted pages as dma-bufs. If the kernel has no dma-bufs, these ioctls return -ENOTTY.
 */
#ifndef _DOM0_GNTDEV_DMABUF_EXPORT_H
#define _DOM0_GNTDEV_DMABUF_EXPORT_H

#include <linux/errno.h>
#include <linux/kconfig.h>
#include <xen/grant_table.h>
#include <xen/gntdev.h>

struct gntdev_file;

#if IS_ENABLED(CONFIG_DMA_SHARED_BUFFER)

long gntdev_dmabuf_export(struct gntdev_file *file,
			  struct ioctl_gntdev_dmabuf_exp_from_refs __user *user);
long gntdev_dmabuf_wait_released(struct gntdev_file *file,
				 struct ioctl_gntdev_dmabuf_exp_wait_released __user *user);
void gntdev_dmabuf_exports_forget(struct gntdev_file *file);

#else

static inline long gntdev_dmabuf_export(struct gntdev_file *file,
					struct ioctl_gntdev_dmabuf_exp_from_refs __user *user)
{
	return -ENOTTY;
}

static inline long
gntdev_dmabuf_wait_released(struct gntdev_file *file,
			    struct ioctl_gntdev_dmabuf_exp_wait_released __user *user)
{
	return -ENOTTY;
}

static inline void gntdev_dmabuf_exports_forget(struct gntdev_file *file)
{
}

#endif

#endif
