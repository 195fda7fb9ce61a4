// SPDX-License-Identifier: GPL-2.0
/* Hypercalls for processes: any hypercall, and dm_op for device models with pinned buffers. */
#include "call.h"
#include "file.h"

#include <dom0/hypercall.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <xen/interface/hvm/dm_op.h>
#include <xen/privcmd.h>

static unsigned int dm_op_max_nr_bufs = 16;
module_param(dm_op_max_nr_bufs, uint, 0644);
MODULE_PARM_DESC(dm_op_max_nr_bufs, "Most buffers in one device model operation (default 16)");

static unsigned int dm_op_buf_max_size = 4096;
module_param(dm_op_buf_max_size, uint, 0644);
MODULE_PARM_DESC(dm_op_buf_max_size, "Most bytes in one buffer of a device model operation (default 4096)");

/* User pages that are pinned during the call. */
struct pinned {
	struct page **pages;
	unsigned long nr;
};

long privcmd_hypercall(struct privcmd_file *priv, void __user *arg)
{
	struct privcmd_hypercall call;

	/* The arguments could name any domain, so refuse this on a restricted file. */
	if (READ_ONCE(priv->restricted_to) != DOMID_INVALID)
		return -EPERM;
	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;
	return dom0_hypercall_user(call.op, call.arg[0], call.arg[1], call.arg[2], call.arg[3],
				   call.arg[4]);
}

static unsigned long buffer_pages(const struct privcmd_dm_op_buf *buf)
{
	return DIV_ROUND_UP(offset_in_page(buf->uptr) + buf->size, PAGE_SIZE);
}

static int check_buffers(const struct privcmd_dm_op_buf *bufs, unsigned int num)
{
	unsigned int i, max = READ_ONCE(dm_op_buf_max_size);

	for (i = 0; i < num; i++) {
		if (bufs[i].size > max)
			return -E2BIG;
		if (!access_ok(bufs[i].uptr, bufs[i].size))
			return -EFAULT;
	}
	return 0;
}

static int pin_buffer(struct pinned *pinned, const struct privcmd_dm_op_buf *buf)
{
	unsigned long addr = (unsigned long)buf->uptr & PAGE_MASK;
	unsigned long left = buffer_pages(buf);
	int got;

	for (; left; left -= got) {
		got = pin_user_pages_fast(addr, left, FOLL_WRITE, pinned->pages + pinned->nr);
		if (got <= 0)
			return got ?: -EFAULT;
		pinned->nr += got;
		addr += (unsigned long)got << PAGE_SHIFT;
	}
	return 0;
}

static int pin_buffers(struct pinned *pinned, const struct privcmd_dm_op_buf *bufs,
		       unsigned int num)
{
	unsigned long nr = 0;
	unsigned int i;
	int err = 0;

	for (i = 0; i < num; i++)
		nr += buffer_pages(&bufs[i]);
	pinned->pages = kvcalloc(nr, sizeof(*pinned->pages), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!pinned->pages)
		return -ENOMEM;
	for (i = 0; i < num && !err; i++)
		err = pin_buffer(pinned, &bufs[i]);
	return err;
}

static void unpin_buffers(struct pinned *pinned)
{
	unpin_user_pages_dirty_lock(pinned->pages, pinned->nr, true);
	kvfree(pinned->pages);
}

static long call_dm_op(domid_t domid, const struct privcmd_dm_op_buf *bufs, unsigned int num)
{
	struct pinned pinned = {};
	struct xen_dm_op_buf *op;
	unsigned int i;
	long ret;

	op = kcalloc(num, sizeof(*op), GFP_KERNEL_ACCOUNT);
	if (!op)
		return -ENOMEM;
	for (i = 0; i < num; i++) {
		set_xen_guest_handle(op[i].h, (void __force *)bufs[i].uptr);
		op[i].size = bufs[i].size;
	}

	ret = pin_buffers(&pinned, bufs, num);
	if (!ret)
		ret = dom0_hypercall_user(__HYPERVISOR_dm_op, domid, num, (unsigned long)op, 0, 0);
	unpin_buffers(&pinned);
	kfree(op);
	return ret;
}

long privcmd_dm_op(struct privcmd_file *priv, void __user *arg)
{
	struct privcmd_dm_op_buf *bufs;
	struct privcmd_dm_op cmd;
	long ret;

	if (copy_from_user(&cmd, arg, sizeof(cmd)))
		return -EFAULT;
	if (!privcmd_may_reach(priv, cmd.dom))
		return -EPERM;
	if (!cmd.num)
		return 0;
	if (cmd.num > READ_ONCE(dm_op_max_nr_bufs))
		return -E2BIG;

	bufs = memdup_user(cmd.ubufs, array_size(cmd.num, sizeof(*bufs)));
	if (IS_ERR(bufs))
		return PTR_ERR(bufs);
	ret = check_buffers(bufs, cmd.num);
	if (!ret)
		ret = call_dm_op(cmd.dom, bufs, cmd.num);
	kfree(bufs);
	return ret;
}
