// SPDX-License-Identifier: GPL-2.0
/*
 * The other side of a dma-buf, for tests of dom0-gntdev: a device that makes dma-bufs and reads
 * them.
 */
#include "dmabuf.h"

#include <linux/atomic.h>
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

DOM0_IMPORT_NS(DMA_BUF);

#define MAX_PAGES	64
#define CROOKED		512

struct made {
	unsigned int nr;
	enum dmabuf_kind kind;
	struct page *pages[MAX_PAGES];
};

static atomic_t nr_made;
static struct miscdevice dmabuf_device;

static void free_made(struct made *made)
{
	while (made->nr)
		__free_page(made->pages[--made->nr]);
	kfree(made);
	atomic_dec(&nr_made);
}

static struct made *alloc_made(const struct dmabuf_make *op)
{
	struct made *made = kzalloc(sizeof(*made), GFP_KERNEL);
	unsigned int order = get_order(op->pages << PAGE_SHIFT), i;
	struct page *block;

	if (!made)
		return NULL;
	block = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
	if (!block) {
		kfree(made);
		return NULL;
	}
	split_page(block, order);
	for (i = 0; i < 1U << order; i++) {
		if (i < op->pages)
			made->pages[made->nr++] = block + i;
		else
			__free_page(block + i);
	}
	made->kind = op->kind;
	atomic_inc(&nr_made);
	return made;
}

static int fold_table(struct sg_table *table, const struct made *made)
{
	struct scatterlist *entry;
	int err, i;

	err = sg_alloc_table(table, made->nr, GFP_KERNEL);
	if (err)
		return err;
	for_each_sgtable_sg(table, entry, i)
		sg_set_page(entry, made->pages[0], PAGE_SIZE, i * PAGE_SIZE);
	return 0;
}

/* Adjacent pages become one segment, as in most exporters of dma-bufs. */
static int lay_out(struct sg_table *table, struct made *made)
{
	unsigned int offset = made->kind == DMABUF_CROOKED ? CROOKED : 0;

	if (made->kind == DMABUF_FOLDED)
		return fold_table(table, made);
	return sg_alloc_table_from_pages(table, made->pages, made->nr, offset,
					 (made->nr << PAGE_SHIFT) - offset, GFP_KERNEL);
}

static struct sg_table *map_made(struct dma_buf_attachment *attachment,
				 enum dma_data_direction direction)
{
	struct made *made = attachment->dmabuf->priv;
	struct sg_table *table = kzalloc(sizeof(*table), GFP_KERNEL);
	int err;

	if (!table)
		return ERR_PTR(-ENOMEM);
	err = lay_out(table, made);
	if (err)
		goto free_table;
	err = dma_map_sgtable(attachment->dev, table, direction, 0);
	if (err)
		goto empty_table;
	return table;

empty_table:
	sg_free_table(table);
free_table:
	kfree(table);
	return ERR_PTR(err);
}

static void unmap_made(struct dma_buf_attachment *attachment, struct sg_table *table,
		       enum dma_data_direction direction)
{
	dma_unmap_sgtable(attachment->dev, table, direction, 0);
	sg_free_table(table);
	kfree(table);
}

static int show_made(struct dma_buf *buf, struct vm_area_struct *vma)
{
	struct made *made = buf->priv;
	unsigned long nr = vma_pages(vma);

	return vm_insert_pages(vma, vma->vm_start, made->pages + vma->vm_pgoff, &nr);
}

static void release_made(struct dma_buf *buf)
{
	free_made(buf->priv);
}

static const struct dma_buf_ops made_ops = {
	.map_dma_buf = map_made,
	.unmap_dma_buf = unmap_made,
	.mmap = show_made,
	.release = release_made,
};

static long make_dmabuf(const struct dmabuf_make __user *user)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dmabuf_make op;
	struct dma_buf *buf;
	int fd;

	if (copy_from_user(&op, user, sizeof(op)))
		return -EFAULT;
	if (!op.pages || op.pages > MAX_PAGES)
		return -EINVAL;
	info.ops = &made_ops;
	info.size = op.pages << PAGE_SHIFT;
	info.flags = O_RDWR;
	info.priv = alloc_made(&op);
	if (!info.priv)
		return -ENOMEM;
	buf = dma_buf_export(&info);
	if (IS_ERR(buf)) {
		free_made(info.priv);
		return PTR_ERR(buf);
	}
	fd = dma_buf_fd(buf, O_CLOEXEC);
	if (fd < 0)
		dma_buf_put(buf);
	return fd;
}

static int read_table(const struct sg_table *table, u8 __user *to, unsigned int pages)
{
	struct sg_page_iter iter;
	unsigned int i = 0;
	int left;

	for_each_sgtable_page(table, &iter, 0) {
		void *from = kmap_local_page(sg_page_iter_page(&iter));

		left = i < pages ? copy_to_user(to + i * PAGE_SIZE, from, PAGE_SIZE) : 1;
		kunmap_local(from);
		if (left)
			return -EFAULT;
		i++;
	}
	return i == pages ? 0 : -EINVAL;
}

static long read_buf(struct dma_buf *buf, u8 __user *to, unsigned int pages)
{
	struct dma_buf_attachment *attachment;
	struct sg_table *table;
	long err;

	attachment = dma_buf_attach(buf, dmabuf_device.this_device);
	if (IS_ERR(attachment))
		return PTR_ERR(attachment);
	table = dma_buf_map_attachment_unlocked(attachment, DMA_BIDIRECTIONAL);
	err = PTR_ERR_OR_ZERO(table);
	if (!err) {
		err = read_table(table, to, pages);
		dma_buf_unmap_attachment_unlocked(attachment, table, DMA_BIDIRECTIONAL);
	}
	dma_buf_detach(buf, attachment);
	return err;
}

static long read_fd(const struct dmabuf_read __user *user)
{
	struct dmabuf_read op;
	struct dma_buf *buf;
	long err;

	if (copy_from_user(&op, user, sizeof(op)))
		return -EFAULT;
	buf = dma_buf_get(op.fd);
	if (IS_ERR(buf))
		return PTR_ERR(buf);
	err = read_buf(buf, u64_to_user_ptr(op.to), op.pages);
	dma_buf_put(buf);
	return err;
}

static long dmabuf_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case DMABUF_MAKE:
		return make_dmabuf((void __user *)arg);
	case DMABUF_READ:
		return read_fd((void __user *)arg);
	case DMABUF_LEFT:
		return atomic_read(&nr_made);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations dmabuf_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = dmabuf_ioctl,
};

static struct miscdevice dmabuf_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "dom0-dmabuf",
	.fops = &dmabuf_fops,
};

static int __init dmabuf_selftest_init(void)
{
	int err = misc_register(&dmabuf_device);

	if (err)
		return err;
	err = dma_coerce_mask_and_coherent(dmabuf_device.this_device, DMA_BIT_MASK(64));
	if (err)
		misc_deregister(&dmabuf_device);
	return err;
}
module_init(dmabuf_selftest_init);

static void __exit dmabuf_selftest_exit(void)
{
	misc_deregister(&dmabuf_device);
}
module_exit(dmabuf_selftest_exit);

MODULE_DESCRIPTION("Makes and reads dma-bufs");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
