// SPDX-License-Identifier: GPL-2.0
/*
 * Import of a dma-buf of a device or another program, to grant its pages to another domain.
 *
 * A grant cannot be revoked while the other domain maps it. Until that domain has unmapped all
 * pages, this module keeps its references on the dma-buf and on itself.
 */
#include "dmabuf_import.h"
#include "file.h"

#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/dma-buf.h>
#include <linux/dma-map-ops.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include <xen/grant_table.h>
#include <xen/page.h>

#define RETRY_DELAY	HZ

/**
 * struct import - a dma-buf whose pages are granted
 * @link: in the list of the file that created it; protected by the file's lock
 * @fd: file descriptor of the dma-buf at the import, by which the program names it
 * @attachment: attachment to the dma-buf, on which a reference is held
 * @table: addresses of its pages
 * @free_work: retries ending the grants that are left
 * @nr: number of grants
 * @refs: their grant references
 */
struct import {
	struct list_head link;
	int fd;
	struct dma_buf_attachment *attachment;
	struct sg_table *table;
	struct delayed_work free_work;
	unsigned int nr;
	grant_ref_t refs[];
};

/* The device to which dma-bufs are attached; segments may be of any length. */
static struct device *device;
static struct device_dma_parameters parameters = { .max_segment_size = UINT_MAX };
static struct workqueue_struct *queue;

/*
 * DMA operation of the device. Return physical addresses, because the pages themselves have to be
 * granted. A bus address could belong to a bounce buffer, which must not be shared.
 */
static int map_sg(struct device *dev, struct scatterlist *list, int nr,
		  enum dma_data_direction direction, unsigned long attributes)
{
	struct scatterlist *entry;
	int i;

	for_each_sg(list, entry, nr, i) {
		sg_dma_address(entry) = sg_phys(entry);
		sg_dma_len(entry) = entry->length;
	}
	return nr;
}

static void unmap_sg(struct device *dev, struct scatterlist *list, int nr,
		     enum dma_data_direction direction, unsigned long attributes)
{
}

static const struct dma_map_ops memory_ops = {
	.map_sg = map_sg,
	.unmap_sg = unmap_sg,
};

int gntdev_dmabuf_import_init(void)
{
	int err;

	device = root_device_register("dom0-gntdev");
	if (IS_ERR(device))
		return PTR_ERR(device);
	set_dma_ops(device, &memory_ops);
	device->dma_parms = &parameters;
	err = dma_coerce_mask_and_coherent(device, DMA_BIT_MASK(64));
	if (err)
		goto unregister;
	queue = alloc_workqueue("dom0-gntdev-dmabuf", WQ_UNBOUND, 0);
	if (queue)
		return 0;
	err = -ENOMEM;

unregister:
	root_device_unregister(device);
	return err;
}

/* Pages that are still granted hold the module. So at most, a work item is about to return. */
void gntdev_dmabuf_import_exit(void)
{
	destroy_workqueue(queue);
	root_device_unregister(device);
}

/* End all grants that can end. Returns true if no page is granted any more. */
static bool end_grants(struct import *import)
{
	unsigned int i = 0;

	while (i < import->nr) {
		if (gnttab_try_end_foreign_access(import->refs[i]))
			import->refs[i] = import->refs[--import->nr];
		else
			i++;
	}
	return !import->nr;
}

static void detach_buf(struct import *import)
{
	struct dma_buf *buf = import->attachment->dmabuf;

	dma_buf_unmap_attachment_unlocked(import->attachment, import->table, DMA_BIDIRECTIONAL);
	dma_buf_detach(buf, import->attachment);
	dma_buf_put(buf);
}

static void free_import(struct import *import)
{
	detach_buf(import);
	kvfree(import);
}

static void end_import(struct work_struct *work)
{
	struct import *import = container_of(to_delayed_work(work), struct import, free_work);

	if (!end_grants(import)) {
		queue_delayed_work(queue, &import->free_work, RETRY_DELAY);
		return;
	}
	free_import(import);
	module_put(THIS_MODULE);
}

static void release_import(struct import *import)
{
	if (end_grants(import)) {
		free_import(import);
		return;
	}
	__module_get(THIS_MODULE);
	queue_delayed_work(queue, &import->free_work, RETRY_DELAY);
}

static int attach_buf(struct import *import, struct dma_buf *buf)
{
	import->attachment = dma_buf_attach(buf, device);
	if (IS_ERR(import->attachment))
		return PTR_ERR(import->attachment);
	import->table = dma_buf_map_attachment_unlocked(import->attachment, DMA_BIDIRECTIONAL);
	if (IS_ERR(import->table)) {
		dma_buf_detach(buf, import->attachment);
		return PTR_ERR(import->table);
	}
	return 0;
}

/* Check that the buffer has whole pages only: a grant gives access to all of a page. */
static bool has_whole_pages(const struct sg_table *table, unsigned int nr)
{
	struct scatterlist *entry;
	u64 pages = 0;
	int i;

	for_each_sgtable_dma_sg(table, entry, i) {
		if (!PAGE_ALIGNED(sg_dma_address(entry)) || !PAGE_ALIGNED(sg_dma_len(entry)))
			return false;
		pages += sg_dma_len(entry) >> PAGE_SHIFT;
	}
	return pages == nr;
}

/* Grant each page. @head has one reference for each page that has_whole_pages() has counted. */
static void grant_pages(struct import *import, grant_ref_t *head, domid_t domid)
{
	struct scatterlist *entry;
	unsigned long pfn, end;
	int i, ref;

	for_each_sgtable_dma_sg(import->table, entry, i) {
		pfn = PHYS_PFN(sg_dma_address(entry));
		for (end = pfn + PHYS_PFN(sg_dma_len(entry)); pfn < end; pfn++) {
			ref = gnttab_claim_grant_reference(head);
			gnttab_grant_foreign_access_ref(ref, domid, pfn_to_gfn(pfn), 0);
			import->refs[import->nr++] = ref;
		}
	}
}

/* Grant all pages of the dma-buf, or none. On success, takes over the caller's reference. */
static struct import *create_import(struct dma_buf *buf, unsigned int nr, domid_t domid)
{
	struct import *import = kvzalloc(struct_size(import, refs, nr), GFP_KERNEL_ACCOUNT);
	grant_ref_t head;
	int err;

	if (!import)
		return ERR_PTR(-ENOMEM);
	INIT_DELAYED_WORK(&import->free_work, end_import);
	err = attach_buf(import, buf);
	if (err)
		goto free_import;
	err = -EINVAL;
	if (!has_whole_pages(import->table, nr))
		goto detach;
	err = gnttab_alloc_grant_references(nr, &head);
	if (err)
		goto detach;
	grant_pages(import, &head, domid);
	return import;

detach:
	get_dma_buf(buf);
	detach_buf(import);
free_import:
	kvfree(import);
	return ERR_PTR(err);
}

static struct import *import_fd(int fd, unsigned int nr, domid_t domid)
{
	struct dma_buf *buf = dma_buf_get(fd);
	struct import *import = ERR_PTR(-EINVAL);

	if (IS_ERR(buf))
		return ERR_CAST(buf);
	if (buf->size == (size_t)nr << PAGE_SHIFT)
		import = create_import(buf, nr, domid);
	if (IS_ERR(import))
		dma_buf_put(buf);
	else
		import->fd = fd;
	return import;
}

long gntdev_dmabuf_import(struct gntdev_file *file,
			  struct ioctl_gntdev_dmabuf_imp_to_refs __user *user)
{
	struct ioctl_gntdev_dmabuf_imp_to_refs op;
	struct import *import;

	if (copy_from_user(&op, user, sizeof(op)))
		return -EFAULT;
	/* The kernel's allocator of grant references has a count of 16 bits. */
	if (!gntdev_may_map(op.count) || op.count > U16_MAX || op.domid > U16_MAX)
		return -EINVAL;
	import = import_fd(op.fd, op.count, op.domid);
	if (IS_ERR(import))
		return PTR_ERR(import);
	if (copy_to_user(user->refs, import->refs, op.count * sizeof(*user->refs))) {
		release_import(import);
		return -EFAULT;
	}
	mutex_lock(&file->lock);
	list_add(&import->link, &file->imports);
	mutex_unlock(&file->lock);
	return 0;
}

/* Remove the newest import with this file descriptor from the list; the caller then owns it. */
static struct import *remove_import(struct gntdev_file *file, int fd)
{
	struct import *import, *found = NULL;

	mutex_lock(&file->lock);
	list_for_each_entry(import, &file->imports, link) {
		if (import->fd == fd) {
			found = import;
			list_del(&found->link);
			break;
		}
	}
	mutex_unlock(&file->lock);
	return found;
}

long gntdev_dmabuf_import_release(struct gntdev_file *file,
				  struct ioctl_gntdev_dmabuf_imp_release __user *user)
{
	struct ioctl_gntdev_dmabuf_imp_release op;
	struct import *import;

	if (copy_from_user(&op, user, sizeof(op)))
		return -EFAULT;
	import = remove_import(file, op.fd);
	if (!import)
		return -ENOENT;
	release_import(import);
	return 0;
}

/* Release all imports of a file that is being closed. */
void gntdev_dmabuf_imports_release(struct gntdev_file *file)
{
	struct import *import, *next;

	list_for_each_entry_safe(import, next, &file->imports, link)
		release_import(import);
}
