/* SPDX-License-Identifier: GPL-2.0 */
/* dma_buf_map_attachment_unlocked() and its counterpart, on kernels without them. */
#ifndef _DOM0_COMPAT_LINUX_DMA_BUF_H
#define _DOM0_COMPAT_LINUX_DMA_BUF_H

#include_next <linux/dma-buf.h>
#include <linux/version.h>

/*
 * 6.2, and 6.1.55: "dma-buf: Add unlocked variant of attachment-mapping functions". The
 * preprocessor cannot detect a function.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 55)

#include <linux/dma-resv.h>

static inline struct sg_table *
dma_buf_map_attachment_unlocked(struct dma_buf_attachment *attachment,
				enum dma_data_direction direction)
{
	struct sg_table *table;

	dma_resv_lock(attachment->dmabuf->resv, NULL);
	table = dma_buf_map_attachment(attachment, direction);
	dma_resv_unlock(attachment->dmabuf->resv);
	return table;
}

static inline void dma_buf_unmap_attachment_unlocked(struct dma_buf_attachment *attachment,
						     struct sg_table *table,
						     enum dma_data_direction direction)
{
	dma_resv_lock(attachment->dmabuf->resv, NULL);
	dma_buf_unmap_attachment(attachment, table, direction);
	dma_resv_unlock(attachment->dmabuf->resv);
}

#endif

#endif
