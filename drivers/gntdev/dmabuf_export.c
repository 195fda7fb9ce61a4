// SPDX-License-Identifier: GPL-2.0
/*
 * Export of other domains' pages as a dma-buf. Its users, devices or programs, may keep it after
 * the file that created it has been closed. The pages stay mapped until the last user releases it.
 */
#include "dmabuf_export.h"
#include "file.h"
#include "mapping.h"
#include "vma_ops.h"

#include <linux/completion.h>
#include <linux/container_of.h>
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

DOM0_IMPORT_NS(DMA_BUF);

#define KNOWN_FLAGS	(GNTDEV_DMA_FLAG_WC | GNTDEV_DMA_FLAG_COHERENT)

/**
 * struct export - an exported dma-buf
 * @kref: one reference of the dma-buf, and one of each program that waits for its release
 * @link: in the list of all exports
 * @file: the file that created it; NULL when that has been closed
 * @fd: file descriptor at creation, by which the program names the export
 * @mapping: the pages
 * @released: completed when the last user of the dma-buf is gone and all pages are unmapped, except
 *	those that something else still holds, such as a pipe
 */
struct export {
	struct kref kref;
	struct list_head link;
	const struct gntdev_file *file;
	int fd;
	struct gntdev_mapping *mapping;
	struct completion released;
};

/* Protects exports, whose newest element is first, and the file of each export. */
static DEFINE_SPINLOCK(exports_lock);
static LIST_HEAD(exports);

static void free_export(struct kref *kref)
{
	kfree(container_of(kref, struct export, kref));
}

static void export_put(struct export *export)
{
	kref_put(&export->kref, free_export);
}

/* Make each page its own segment: adjacent pages of ours need not be adjacent machine frames. */
static int fill_table(struct sg_table *table, const struct gntdev_mapping *mapping)
{
	return sg_alloc_table_from_pages_segment(table, mapping->map.pages, mapping->nr, 0,
						 (unsigned long)mapping->nr << PAGE_SHIFT,
						 PAGE_SIZE, GFP_KERNEL_ACCOUNT);
}

/*
 * Skip the CPU sync at map and unmap. If a device cannot reach a page, it uses a bounce buffer, and
 * copying that back must not overwrite data that the other domain has written meanwhile.
 */
static struct sg_table *export_map(struct dma_buf_attachment *attachment,
				   enum dma_data_direction direction)
{
	struct export *export = attachment->dmabuf->priv;
	struct sg_table *table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	int err;

	if (!table)
		return ERR_PTR(-ENOMEM);
	err = fill_table(table, export->mapping);
	if (err)
		goto free_table;
	err = dma_map_sgtable(attachment->dev, table, direction, DMA_ATTR_SKIP_CPU_SYNC);
	if (err)
		goto empty_table;
	return table;

empty_table:
	sg_free_table(table);
free_table:
	kfree(table);
	return ERR_PTR(err);
}

static void export_unmap(struct dma_buf_attachment *attachment, struct sg_table *table,
			 enum dma_data_direction direction)
{
	dma_unmap_sgtable(attachment->dev, table, direction, DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(table);
	kfree(table);
}

/* Refused in a PV domain, whose kernel cannot map a foreign page without the hypervisor. */
static int export_mmap(struct dma_buf *buf, struct vm_area_struct *vma)
{
	struct export *export = buf->priv;
	unsigned long nr = vma_pages(vma);

	if (gntdev_vma_ops != &gntdev_pages_vma_ops || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	/* The caller has checked that the range lies within the buffer. */
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP | VM_MIXEDMAP);
	return vm_insert_pages(vma, vma->vm_start, export->mapping->map.pages + vma->vm_pgoff,
			       &nr);
}

static void end_export(struct export *export)
{
	spin_lock(&exports_lock);
	list_del(&export->link);
	spin_unlock(&exports_lock);
	gntdev_mapping_put(export->mapping);
	complete_all(&export->released);
	export_put(export);
}

static void export_release(struct dma_buf *buf)
{
	end_export(buf->priv);
}

static const struct dma_buf_ops export_ops = {
	.map_dma_buf = export_map,
	.unmap_dma_buf = export_unmap,
	.mmap = export_mmap,
	.release = export_release,
};

static struct ioctl_gntdev_grant_ref *read_refs(u32 domid, const u32 __user *user, unsigned int nr)
{
	struct ioctl_gntdev_grant_ref *grants;
	unsigned int i;

	grants = kvmalloc_array(nr, sizeof(*grants), GFP_KERNEL_ACCOUNT);
	if (!grants)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < nr; i++) {
		grants[i].domid = domid;
		if (get_user(grants[i].ref, &user[i])) {
			kvfree(grants);
			return ERR_PTR(-EFAULT);
		}
	}
	return grants;
}

/* Map the grants of one domain. */
static struct gntdev_mapping *map_refs(u32 domid, const u32 __user *user, unsigned int nr)
{
	struct ioctl_gntdev_grant_ref *grants = read_refs(domid, user, nr);
	struct gntdev_mapping *mapping;
	int err;

	if (IS_ERR(grants))
		return ERR_CAST(grants);
	mapping = gntdev_mapping_create(grants, nr);
	if (IS_ERR(mapping)) {
		kvfree(grants);
		return mapping;
	}
	err = gntdev_mapping_map(mapping, false);
	if (err) {
		gntdev_mapping_put(mapping);
		return ERR_PTR(err);
	}
	return mapping;
}

static struct export *create_export(const struct gntdev_file *file, int fd,
				    struct gntdev_mapping *mapping)
{
	struct export *export = kzalloc(sizeof(*export), GFP_KERNEL_ACCOUNT);

	if (!export)
		return NULL;
	kref_init(&export->kref);
	init_completion(&export->released);
	export->file = file;
	export->fd = fd;
	export->mapping = mapping;
	spin_lock(&exports_lock);
	list_add(&export->link, &exports);
	spin_unlock(&exports_lock);
	return export;
}

/* Create the dma-buf. Takes over the caller's reference on @mapping, even on an error. */
static struct dma_buf *create_buf(const struct gntdev_file *file, int fd,
				  struct gntdev_mapping *mapping)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct export *export = create_export(file, fd, mapping);
	struct dma_buf *buf;

	if (!export) {
		gntdev_mapping_put(mapping);
		return ERR_PTR(-ENOMEM);
	}
	info.ops = &export_ops;
	info.size = (size_t)mapping->nr << PAGE_SHIFT;
	info.flags = O_RDWR;
	info.priv = export;
	buf = dma_buf_export(&info);
	if (IS_ERR(buf))
		end_export(export);
	return buf;
}

/* Devices are cache-coherent on this architecture, so accept either flag, but not both. */
static bool flags_valid(u32 flags)
{
	return !(flags & ~KNOWN_FLAGS) && flags != KNOWN_FLAGS;
}

/* Install the file descriptor last, so that no thread uses it before the program knows it. */
static int export_as(struct gntdev_file *file, int fd, u32 domid,
		     struct ioctl_gntdev_dmabuf_exp_from_refs __user *user, unsigned int nr)
{
	struct gntdev_mapping *mapping = map_refs(domid, user->refs, nr);
	struct dma_buf *buf;

	if (IS_ERR(mapping))
		return PTR_ERR(mapping);
	buf = create_buf(file, fd, mapping);
	if (IS_ERR(buf))
		return PTR_ERR(buf);
	if (put_user(fd, &user->fd)) {
		dma_buf_put(buf);
		return -EFAULT;
	}
	fd_install(fd, buf->file);
	return 0;
}

long gntdev_dmabuf_export(struct gntdev_file *file,
			  struct ioctl_gntdev_dmabuf_exp_from_refs __user *user)
{
	struct ioctl_gntdev_dmabuf_exp_from_refs op;
	int fd, err;

	if (copy_from_user(&op, user, sizeof(op)))
		return -EFAULT;
	/* A larger domid, cut to 16 bits, would name another domain. */
	if (!flags_valid(op.flags) || !gntdev_may_map(op.count) || op.domid > U16_MAX)
		return -EINVAL;
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	err = export_as(file, fd, op.domid, user, op.count);
	if (err)
		put_unused_fd(fd);
	return err;
}

/*
 * Find the newest export with this file descriptor, and take a reference. A program may reuse the
 * descriptor while a device still holds an older export.
 */
static struct export *find_export(const struct gntdev_file *file, int fd)
{
	struct export *export, *found = NULL;

	spin_lock(&exports_lock);
	list_for_each_entry(export, &exports, link) {
		if (export->file == file && export->fd == fd) {
			found = export;
			kref_get(&found->kref);
			break;
		}
	}
	spin_unlock(&exports_lock);
	return found;
}

long gntdev_dmabuf_wait_released(struct gntdev_file *file,
				 struct ioctl_gntdev_dmabuf_exp_wait_released __user *user)
{
	struct ioctl_gntdev_dmabuf_exp_wait_released op;
	struct export *export;
	long left;

	if (copy_from_user(&op, user, sizeof(op)))
		return -EFAULT;
	export = find_export(file, op.fd);
	if (!export)
		return -ENOENT;
	left = wait_for_completion_killable_timeout(&export->released,
						    msecs_to_jiffies(op.wait_to_ms));
	export_put(export);
	if (left < 0)
		return left;
	return left ? 0 : -ETIMEDOUT;
}

/* Detach the exports of a file that is being closed: no ioctl can name them any more. */
void gntdev_dmabuf_exports_forget(struct gntdev_file *file)
{
	struct export *export;

	spin_lock(&exports_lock);
	list_for_each_entry(export, &exports, link)
		if (export->file == file)
			export->file = NULL;
	spin_unlock(&exports_lock);
}
