// SPDX-License-Identifier: GPL-2.0
/*
 * An open file of /dev/xen/gntdev, and its ioctls (xen/gntdev.h). Unknown ioctls return -ENOTTY.
 */
#include "copy.h"
#include "dmabuf_export.h"
#include "dmabuf_import.h"
#include "file.h"
#include "mapping.h"

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

/* Keeps the arrays below the largest size that the kernel allocates. */
#define MAX_GRANTS	BIT(24)

static unsigned int limit = 64 * 1024;
module_param(limit, uint, 0644);
MODULE_PARM_DESC(limit, "Most grants that one request may map or make (default 65536)");

/* Return true if one request may name @nr grants: not 0, and not above the limit. */
bool gntdev_may_map(unsigned int nr)
{
	return nr && nr <= min_t(unsigned long, READ_ONCE(limit), MAX_GRANTS);
}

int gntdev_open(struct inode *inode, struct file *filp)
{
	struct gntdev_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);

	if (!file)
		return -ENOMEM;
	mutex_init(&file->lock);
	INIT_LIST_HEAD(&file->imports);
	filp->private_data = file;
	return 0;
}

/* No vma of this file is left, because each vma holds a reference on the file. */
int gntdev_release(struct inode *inode, struct file *filp)
{
	struct gntdev_file *file = filp->private_data;
	struct gntdev_mapping *mapping, *next;

	rbtree_postorder_for_each_entry_safe(mapping, next, &file->mappings, node)
		gntdev_mapping_leave_file(mapping);
	gntdev_dmabuf_imports_release(file);
	gntdev_dmabuf_exports_forget(file);
	kfree(file);
	return 0;
}

static bool lies_before(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct gntdev_mapping, node)->index <
	       rb_entry(b, struct gntdev_mapping, node)->index;
}

/*
 * Add a mapping to the file, and return its offset. Takes over the caller's reference: another
 * thread may remove the mapping before this returns. Never reuse an offset: a program that uses a
 * stale one must not get another mapping.
 */
static unsigned long add_mapping(struct gntdev_file *file, struct gntdev_mapping *mapping)
{
	unsigned long index;

	mutex_lock(&file->lock);
	index = file->next;
	file->next += mapping->nr;
	mapping->index = index;
	rb_add(&mapping->node, &file->mappings, lies_before);
	mutex_unlock(&file->lock);
	return index;
}

static int compare_page(const void *page, const struct rb_node *node)
{
	const struct gntdev_mapping *mapping = rb_entry(node, struct gntdev_mapping, node);
	unsigned long index = *(const unsigned long *)page;

	if (index < mapping->index)
		return -1;
	return index >= mapping->index + mapping->nr;
}

/* Find the mapping that contains a page of the file. */
static struct gntdev_mapping *find_page(struct gntdev_file *file, unsigned long page)
{
	struct rb_node *node = rb_find(&page, &file->mappings, compare_page);

	lockdep_assert_held(&file->lock);
	return node ? rb_entry(node, struct gntdev_mapping, node) : NULL;
}

/* Find the mapping that begins at page @index and has @nr pages; 0 means any number. */
static struct gntdev_mapping *find_mapping(struct gntdev_file *file, unsigned long index,
					   unsigned long nr)
{
	struct gntdev_mapping *mapping = find_page(file, index);

	if (!mapping || mapping->index != index || (nr && mapping->nr != nr))
		return NULL;
	return mapping;
}

/* Remove a mapping from the file, and pass its reference to the caller. NULL if there is none. */
static struct gntdev_mapping *remove_mapping(struct gntdev_file *file, unsigned long index,
					     unsigned int nr)
{
	struct gntdev_mapping *mapping;

	mutex_lock(&file->lock);
	mapping = find_mapping(file, index, nr);
	if (mapping)
		rb_erase(&mapping->node, &file->mappings);
	mutex_unlock(&file->lock);
	return mapping;
}

static struct gntdev_mapping *get_mapping(struct gntdev_file *file, unsigned long page)
{
	struct gntdev_mapping *mapping;

	mutex_lock(&file->lock);
	mapping = find_page(file, page);
	if (mapping)
		kref_get(&mapping->kref);
	mutex_unlock(&file->lock);
	return mapping;
}

/* Take a reference on a mapping for the caller to map it. NULL if that was begun before. */
struct gntdev_mapping *gntdev_file_begin_map(struct gntdev_file *file, unsigned long index,
					     unsigned long nr)
{
	struct gntdev_mapping *mapping;

	mutex_lock(&file->lock);
	mapping = find_mapping(file, index, nr);
	if (mapping && mapping->map_begun)
		mapping = NULL;
	if (mapping) {
		mapping->map_begun = true;
		kref_get(&mapping->kref);
	}
	mutex_unlock(&file->lock);
	return mapping;
}

/* Mapping has failed, and may be tried again. */
void gntdev_file_abort_map(struct gntdev_file *file, struct gntdev_mapping *mapping)
{
	mutex_lock(&file->lock);
	mapping->map_begun = false;
	mutex_unlock(&file->lock);
}

static struct ioctl_gntdev_grant_ref *
read_grants(const struct ioctl_gntdev_map_grant_ref __user *user, unsigned int nr)
{
	struct ioctl_gntdev_grant_ref *grants;
	unsigned int i;
	int err;

	grants = kvmalloc_array(nr, sizeof(*grants), GFP_KERNEL_ACCOUNT);
	if (!grants)
		return ERR_PTR(-ENOMEM);
	err = -EFAULT;
	if (copy_from_user(grants, user->refs, nr * sizeof(*grants)))
		goto free_grants;
	err = -EINVAL;
	for (i = 0; i < nr; i++) {
		/* A larger domid, cut to 16 bits, would name another domain. */
		if (grants[i].domid > U16_MAX)
			goto free_grants;
	}
	return grants;

free_grants:
	kvfree(grants);
	return ERR_PTR(err);
}

static long map_grant_ref(struct file *filp, void __user *arg)
{
	struct ioctl_gntdev_map_grant_ref __user *user = arg;
	struct gntdev_file *file = filp->private_data;
	struct ioctl_gntdev_grant_ref *grants;
	struct ioctl_gntdev_map_grant_ref op;
	struct gntdev_mapping *mapping;
	unsigned long index;

	if (copy_from_user(&op, user, sizeof(op)))
		return -EFAULT;
	if (!gntdev_may_map(op.count))
		return -EINVAL;
	grants = read_grants(user, op.count);
	if (IS_ERR(grants))
		return PTR_ERR(grants);

	mapping = gntdev_mapping_create(grants, op.count);
	if (IS_ERR(mapping)) {
		kvfree(grants);
		return PTR_ERR(mapping);
	}
	index = add_mapping(file, mapping);
	op.index = (u64)index << PAGE_SHIFT;
	if (!copy_to_user(user, &op, sizeof(op)))
		return 0;

	mapping = remove_mapping(file, index, op.count);
	if (mapping)
		gntdev_mapping_leave_file(mapping);
	return -EFAULT;
}

static long unmap_grant_ref(struct file *filp, void __user *arg)
{
	struct ioctl_gntdev_unmap_grant_ref op;
	struct gntdev_mapping *mapping;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;
	mapping = remove_mapping(filp->private_data, op.index >> PAGE_SHIFT, op.count);
	if (!mapping)
		return -ENOENT;
	gntdev_mapping_leave_file(mapping);
	return 0;
}

static long get_offset_for_vaddr(struct file *filp, void __user *arg)
{
	struct ioctl_gntdev_get_offset_for_vaddr op;
	struct vm_area_struct *vma;
	struct gntdev_mapping *mapping;
	bool ours;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, op.vaddr);
	ours = vma && vma->vm_file == filp;
	if (ours) {
		mapping = vma->vm_private_data;
		op.offset = (u64)mapping->index << PAGE_SHIFT;
		op.count = mapping->nr;
	}
	mmap_read_unlock(current->mm);

	if (!ours)
		return -EINVAL;
	return copy_to_user(arg, &op, sizeof(op)) ? -EFAULT : 0;
}

static long set_mapping_notify(struct file *filp, void __user *arg)
{
	struct ioctl_gntdev_unmap_notify op;
	struct dom0_unmap_notify notify;
	struct gntdev_mapping *mapping;
	int err;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;
	err = dom0_unmap_notify_init(&notify, op.action, op.event_channel_port, 0);
	if (err)
		return err;

	mapping = get_mapping(filp->private_data, op.index >> PAGE_SHIFT);
	if (mapping) {
		notify.offset = op.index - ((u64)mapping->index << PAGE_SHIFT);
		err = gntdev_mapping_set_notify(mapping, &notify);
		gntdev_mapping_put(mapping);
	} else {
		err = -ENOENT;
	}
	dom0_unmap_notify_exit(&notify);
	return err;
}

static long grant_copy(void __user *arg)
{
	struct ioctl_gntdev_grant_copy op;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;
	return gntdev_copy(op.segments, op.count);
}

long gntdev_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case IOCTL_GNTDEV_MAP_GRANT_REF:
		return map_grant_ref(filp, user);
	case IOCTL_GNTDEV_UNMAP_GRANT_REF:
		return unmap_grant_ref(filp, user);
	case IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR:
		return get_offset_for_vaddr(filp, user);
	case IOCTL_GNTDEV_SET_UNMAP_NOTIFY:
		return set_mapping_notify(filp, user);
	case IOCTL_GNTDEV_GRANT_COPY:
		return grant_copy(user);
	case IOCTL_GNTDEV_DMABUF_EXP_FROM_REFS:
		return gntdev_dmabuf_export(filp->private_data, user);
	case IOCTL_GNTDEV_DMABUF_EXP_WAIT_RELEASED:
		return gntdev_dmabuf_wait_released(filp->private_data, user);
	case IOCTL_GNTDEV_DMABUF_IMP_TO_REFS:
		return gntdev_dmabuf_import(filp->private_data, user);
	case IOCTL_GNTDEV_DMABUF_IMP_RELEASE:
		return gntdev_dmabuf_import_release(filp->private_data, user);
	default:
		return -ENOTTY;
	}
}
