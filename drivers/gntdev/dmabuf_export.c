// SPDX-License-Identifier: GPL-2.0
/*
 * Other domains' pages as a dma-buf. Its users, devices or programs, may keep it for longer than
 * the file is open that it was asked of: the pages stay mapped until the last of them lets go.
 */
#include "dmabuf.h"
#include "gntdev.h"

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

/*
 * struct export - a dma-buf that was made here
 * @kref: one of the dma-buf, and one of each program that waits for its end
 * @link: in the list of all
 * @file: it was asked of this one; NULL when that has been closed
 * @fd: its number when it was made, by which the program names it
 * @mapping: the pages
 * @released: the last user of the dma-buf is gone, and all pages are unmapped but those that
 *	something else still holds, as a pipe may
 */
struct export {
	struct kref kref;
	struct list_head link;
	const struct gntdev_file *file;
	int fd;
	struct mapping *mapping;
	struct completion released;
};

/* Protects the list, the newest of which comes first, and whose they are. */
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

/* Frames that lie side by side for us need not for a device: each page is a segment of its own. */
static int fill_table(struct sg_table *table, const struct mapping *mapping)
{
	return sg_alloc_table_from_pages_segment(table, mapping->map.pages, mapping->nr, 0,
						 (unsigned long)mapping->nr << PAGE_SHIFT,
						 PAGE_SIZE, GFP_KERNEL_ACCOUNT);
}

/*
 * Nothing is copied at either end: if a device cannot reach a page and works on a copy of its own,
 * that must not overwrite what the other domain has written meanwhile.
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

/* A PV domain's page tables cannot show a foreign page without the hypervisor's help. */
static int export_mmap(struct dma_buf *buf, struct vm_area_struct *vma)
{
	struct export *export = buf->priv;
	unsigned long nr = vma_pages(vma);

	if (gntdev_view != &gntdev_pages_view || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	/* That it lies within the buffer our caller has looked after. */
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

/* The pages of one domain, mapped and ready. */
static struct mapping *map_refs(u32 domid, const u32 __user *user, unsigned int nr)
{
	struct ioctl_gntdev_grant_ref *grants = read_refs(domid, user, nr);
	struct mapping *mapping;
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

static struct export *create_export(const struct gntdev_file *file, int fd, struct mapping *mapping)
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

/* Takes the mapping over, whatever comes of it. */
static struct dma_buf *create_buf(const struct gntdev_file *file, int fd, struct mapping *mapping)
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

/* On this architecture a device sees all memory as it is, so either may be asked for. */
static bool flags_valid(u32 flags)
{
	return !(flags & ~KNOWN_FLAGS) && flags != KNOWN_FLAGS;
}

/* The number is published last: no other thread can use it before its program knows it. */
static int export_as(struct gntdev_file *file, int fd, u32 domid,
		     struct ioctl_gntdev_dmabuf_exp_from_refs __user *user, unsigned int nr)
{
	struct mapping *mapping = map_refs(domid, user->refs, nr);
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
	/* Cut to 16 bits it would name another domain. */
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
 * The newest of that number, with a reference: a program may use it again while a device still
 * holds what it stood for.
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

/* The file is closed: no request can name its exports any more. */
void gntdev_dmabuf_exports_forget(struct gntdev_file *file)
{
	struct export *export;

	spin_lock(&exports_lock);
	list_for_each_entry(export, &exports, link)
		if (export->file == file)
			export->file = NULL;
	spin_unlock(&exports_lock);
}
