/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Export of granted pages as dma-bufs, and import of dma-bufs to grant their pages. If the kernel
 * has no dma-bufs, these ioctls return -ENOTTY.
 */
#ifndef _DOM0_GNTDEV_DMABUF_H
#define _DOM0_GNTDEV_DMABUF_H

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

int gntdev_dmabuf_import_init(void);
void gntdev_dmabuf_import_exit(void);
long gntdev_dmabuf_import(struct gntdev_file *file,
			  struct ioctl_gntdev_dmabuf_imp_to_refs __user *user);
long gntdev_dmabuf_import_release(struct gntdev_file *file,
				  struct ioctl_gntdev_dmabuf_imp_release __user *user);
void gntdev_dmabuf_imports_release(struct gntdev_file *file);

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
