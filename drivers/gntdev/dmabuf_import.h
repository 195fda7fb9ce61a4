/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Import of dma-bufs, to grant their pages. If the kernel has no dma-bufs, these ioctls return
 * -ENOTTY.
 */
#ifndef _DOM0_GNTDEV_DMABUF_IMPORT_H
#define _DOM0_GNTDEV_DMABUF_IMPORT_H

#include <linux/errno.h>
#include <linux/kconfig.h>
#include <xen/grant_table.h>
#include <xen/gntdev.h>

struct gntdev_file;

#if IS_ENABLED(CONFIG_DMA_SHARED_BUFFER)

int gntdev_dmabuf_import_init(void);
void gntdev_dmabuf_import_exit(void);
long gntdev_dmabuf_import(struct gntdev_file *file,
			  struct ioctl_gntdev_dmabuf_imp_to_refs __user *user);
long gntdev_dmabuf_import_release(struct gntdev_file *file,
				  struct ioctl_gntdev_dmabuf_imp_release __user *user);
void gntdev_dmabuf_imports_release(struct gntdev_file *file);

#else

static inline int gntdev_dmabuf_import_init(void)
{
	return 0;
}

static inline void gntdev_dmabuf_import_exit(void)
{
}

static inline long gntdev_dmabuf_import(struct gntdev_file *file,
					struct ioctl_gntdev_dmabuf_imp_to_refs __user *user)
{
	return -ENOTTY;
}

static inline long gntdev_dmabuf_import_release(struct gntdev_file *file,
						struct ioctl_gntdev_dmabuf_imp_release __user *user)
{
	return -ENOTTY;
}

static inline void gntdev_dmabuf_imports_release(struct gntdev_file *file)
{
}

#endif

#endif
