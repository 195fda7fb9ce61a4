// SPDX-License-Identifier: GPL-2.0
/*
 * An open file of /dev/xen/gntalloc, and its ioctls (xen/gntalloc.h).
 */
#include "file.h"
#include "share.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <xen/gntalloc.h>

int gntalloc_open(struct inode *inode, struct file *filp)
{
	struct gntalloc_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);

	if (!file)
		return -ENOMEM;
	mutex_init(&file->lock);
	xa_init_flags(&file->shares, XA_FLAGS_ACCOUNT);
	filp->private_data = file;
	return 0;
}

int gntalloc_release(struct inode *inode, struct file *filp)
{
	struct gntalloc_file *file = filp->private_data;
	struct share *share;
	unsigned long index;

	xa_for_each(&file->shares, index, share)
		gntalloc_share_put(share);
	xa_destroy(&file->shares);
	kfree(file);
	return 0;
}

static bool all_there(struct gntalloc_file *file, unsigned long index, unsigned long nr)
{
	lockdep_assert_held(&file->lock);
	for (; nr; nr--, index++)
		if (!xa_load(&file->shares, index))
			return false;
	return true;
}

/* Return true if there is a share at each offset of the range. */
bool gntalloc_file_has(struct gntalloc_file *file, unsigned long index, unsigned long nr)
{
	bool found;

	mutex_lock(&file->lock);
	found = all_there(file, index, nr);
	mutex_unlock(&file->lock);
	return found;
}

/* Fill in the range up to the first gap, with a reference on each share. Returns their number. */
unsigned int gntalloc_file_get(struct gntalloc_file *file, unsigned long index, unsigned int nr,
			       struct share **shares)
{
	unsigned int i;

	mutex_lock(&file->lock);
	for (i = 0; i < nr; i++) {
		shares[i] = xa_load(&file->shares, index + i);
		if (!shares[i])
			break;
		kref_get(&shares[i]->kref);
	}
	mutex_unlock(&file->lock);
	return i;
}

static void put_all(struct share **shares, unsigned int nr)
{
	while (nr--)
		gntalloc_share_put(shares[nr]);
}

/* Create @nr shares, or none. The caller has charged them to @peer; on failure, uncharge all. */
static int create_all(struct share **shares, unsigned int nr, struct peer *peer, bool readonly)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		shares[i] = gntalloc_share_create(peer, readonly);
		if (IS_ERR(shares[i]))
			goto put_shares;
	}
	return 0;

put_shares:
	put_all(shares, i);
	gntalloc_shares_uncharge(peer, nr - i);
	return PTR_ERR(shares[i]);
}

/* Never reuse an offset: a program that uses a stale one must not get another page. */
static unsigned long reserve_index(struct gntalloc_file *file, unsigned int nr)
{
	unsigned long index;

	mutex_lock(&file->lock);
	index = file->next;
	file->next += nr;
	mutex_unlock(&file->lock);
	return index;
}

static int return_refs(struct ioctl_gntalloc_alloc_gref __user *user,
		       const struct ioctl_gntalloc_alloc_gref *op, struct share **shares)
{
	/* A pointer, because gref_ids is declared with one element, and checkers complain. */
	u32 __user *refs = user->gref_ids;
	unsigned int i;

	if (copy_to_user(user, op, offsetof(typeof(*op), gref_ids)))
		return -EFAULT;
	for (i = 0; i < op->count; i++)
		if (put_user(shares[i]->ref, &refs[i]))
			return -EFAULT;
	return 0;
}

/* Add all shares to the file, or none. */
static int publish_shares(struct gntalloc_file *file, unsigned long index, struct share **shares,
			  unsigned int nr)
{
	unsigned int i;
	int err = 0;

	mutex_lock(&file->lock);
	for (i = 0; i < nr && !err; i++)
		err = xa_err(xa_store(&file->shares, index + i, shares[i], GFP_KERNEL_ACCOUNT));
	if (err)
		while (i--)
			xa_erase(&file->shares, index + i);
	mutex_unlock(&file->lock);
	return err;
}

/* Return the references before the shares are published, so that a fault publishes nothing. */
static int alloc_shares(struct gntalloc_file *file, struct ioctl_gntalloc_alloc_gref *op,
			struct ioctl_gntalloc_alloc_gref __user *user, struct share **shares,
			struct peer *peer)
{
	unsigned long index;
	int err;

	err = create_all(shares, op->count, peer, !(op->flags & GNTALLOC_FLAG_WRITABLE));
	if (err)
		return err;
	index = reserve_index(file, op->count);
	op->index = (u64)index << PAGE_SHIFT;
	err = return_refs(user, op, shares);
	if (!err)
		err = publish_shares(file, index, shares, op->count);
	if (err)
		put_all(shares, op->count);
	return err;
}

static long alloc_gref(struct gntalloc_file *file, void __user *arg)
{
	struct ioctl_gntalloc_alloc_gref op;
	struct share **shares;
	struct peer *peer;
	int err;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;
	peer = op.count ? gntalloc_shares_charge(op.domid, op.count) : NULL;
	if (IS_ERR(peer))
		return PTR_ERR(peer);
	shares = kvmalloc_array(op.count, sizeof(*shares), GFP_KERNEL_ACCOUNT);
	if (!shares) {
		gntalloc_shares_uncharge(peer, op.count);
		return -ENOMEM;
	}
	err = alloc_shares(file, &op, arg, shares, peer);
	kvfree(shares);
	return err;
}

/* Remove all shares of the range from the file, or none. The caller drops their references. */
static int remove_shares(struct gntalloc_file *file, unsigned long index, unsigned int nr,
			 struct list_head *removed)
{
	struct share *share;
	int err = -EINVAL;

	mutex_lock(&file->lock);
	if (nr && all_there(file, index, nr)) {
		for (; nr--; index++) {
			share = xa_erase(&file->shares, index);
			list_add_tail(&share->link, removed);
		}
		err = 0;
	}
	mutex_unlock(&file->lock);
	return err;
}

static long dealloc_gref(struct gntalloc_file *file, void __user *arg)
{
	struct ioctl_gntalloc_dealloc_gref op;
	struct share *share, *next;
	LIST_HEAD(removed);
	int err;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;
	if (offset_in_page(op.index))
		return -EINVAL;
	err = remove_shares(file, op.index >> PAGE_SHIFT, op.count, &removed);
	list_for_each_entry_safe(share, next, &removed, link) {
		list_del(&share->link);
		gntalloc_share_put(share);
	}
	return err;
}

/* Set the notification of a share, and return the old one in @notify. */
static int set_notify(struct gntalloc_file *file, unsigned long index,
		      struct dom0_unmap_notify *notify)
{
	struct share *share;

	mutex_lock(&file->lock);
	share = xa_load(&file->shares, index);
	if (share)
		swap(share->notify, *notify);
	mutex_unlock(&file->lock);
	return share ? 0 : -ENOENT;
}

static long set_share_notify(struct gntalloc_file *file, void __user *arg)
{
	struct ioctl_gntalloc_unmap_notify op;
	struct dom0_unmap_notify notify;
	int err;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;
	/* Check the offset first: if action and offset are both invalid, the error is -ENOENT. */
	if (!gntalloc_file_has(file, op.index >> PAGE_SHIFT, 1))
		return -ENOENT;
	err = dom0_unmap_notify_init(&notify, op.action, op.event_channel_port,
				     offset_in_page(op.index));
	if (err)
		return err;
	err = set_notify(file, op.index >> PAGE_SHIFT, &notify);
	dom0_unmap_notify_exit(&notify);
	return err;
}

long gntalloc_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct gntalloc_file *file = filp->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case IOCTL_GNTALLOC_ALLOC_GREF:
		return alloc_gref(file, user);
	case IOCTL_GNTALLOC_DEALLOC_GREF:
		return dealloc_gref(file, user);
	case IOCTL_GNTALLOC_SET_UNMAP_NOTIFY:
		return set_share_notify(file, user);
	default:
		return -ENOTTY;
	}
}
