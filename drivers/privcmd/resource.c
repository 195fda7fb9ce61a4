// SPDX-License-Identifier: GPL-2.0
/* IOCTL_PRIVCMD_MMAP_RESOURCE maps a resource of a domain in Xen, such as its grant table. */
#include "area.h"
#include "file.h"
#include "map_ops.h"
#include "resource.h"

#include <dom0/hypercall.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <xen/interface/memory.h>
#include <xen/privcmd.h>

/* Get the frames of a resource. If @frames is NULL, get only their number, in @op->nr_frames. */
static long acquire_frames(const struct privcmd_mmap_resource *cmd, xen_pfn_t *frames,
			   struct xen_mem_acquire_resource *op)
{
	op->domid = cmd->dom;
	op->type = cmd->type;
	op->id = cmd->id;
	op->frame = cmd->idx;
	op->nr_frames = cmd->num;
	set_xen_guest_handle(op->frame_list, frames);
	return dom0_hypercall_user(__HYPERVISOR_memory_op, XENMEM_acquire_resource,
				   (unsigned long)op, 0, 0, 0);
}

static long query_size(const struct privcmd_mmap_resource *cmd,
		       struct privcmd_mmap_resource __user *arg)
{
	struct xen_mem_acquire_resource op = {};
	long ret = acquire_frames(cmd, NULL, &op);

	return ret ?: put_user(op.nr_frames, &arg->num);
}

static long map_acquired(struct area *area, unsigned long index, xen_pfn_t *frames, unsigned int nr,
			 domid_t domid)
{
	struct vm_area_struct *vma = privcmd_area_lock(area);
	int ret;

	if (!vma)
		return -EINVAL;
	ret = privcmd_map_ops()->map_acquired(vma, area, index, frames, nr, domid);
	privcmd_area_unlock();
	return ret;
}

/* An ioeventfd needs the frame in which Xen puts accesses of virtual CPUs, if it is among these. */
static void remember_ioreq(const struct privcmd_mmap_resource *cmd, struct area *area,
			   unsigned long index, const xen_pfn_t *frames, domid_t owner)
{
	unsigned int at = XENMEM_resource_ioreq_server_frame_ioreq(0) - cmd->idx;
	struct area_ioreq ioreq = { .mapped = true, .owner = owner, .domid = cmd->dom };

	if (cmd->type != XENMEM_resource_ioreq_server || at >= cmd->num)
		return;
	ioreq.index = index + at;
	ioreq.frame = frames[at];
	privcmd_area_set_ioreq(area, &ioreq);
}

static long map_claimed(const struct privcmd_mmap_resource *cmd, struct area *area,
			unsigned long index)
{
	struct xen_mem_acquire_resource op = {};
	xen_pfn_t *frames;
	domid_t owner;
	long ret;

	frames = kvcalloc(cmd->num, sizeof(*frames), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!frames)
		return -ENOMEM;
	if (privcmd_map_ops()->fill_frames)
		privcmd_map_ops()->fill_frames(area, index, frames, cmd->num);
	ret = acquire_frames(cmd, frames, &op);
	owner = op.flags & XENMEM_rsrc_acq_caller_owned ? DOMID_SELF : cmd->dom;
	if (!ret)
		ret = map_acquired(area, index, frames, cmd->num, owner);
	if (!ret)
		remember_ioreq(cmd, area, index, frames, owner);
	kvfree(frames);
	return ret;
}

static long map_resource(const struct privcmd_mmap_resource *cmd)
{
	struct area *area = privcmd_area_get(cmd->addr);
	unsigned long index;
	long ret;

	if (IS_ERR(area))
		return PTR_ERR(area);
	index = area_index(area, cmd->addr);
	ret = privcmd_area_claim(area, index, cmd->num, AREA_CLAIM_ANY);
	if (ret)
		goto put_area;

	ret = map_claimed(cmd, area, index);
	/* With unmap(), keep the claim: frames may have appeared. It removes them with the area. */
	if (ret && !privcmd_map_ops()->unmap)
		privcmd_area_unclaim(area, index, cmd->num);

put_area:
	privcmd_area_put(area);
	return ret;
}

long privcmd_mmap_resource(struct privcmd_file *priv, void __user *arg)
{
	struct privcmd_mmap_resource cmd;

	if (copy_from_user(&cmd, arg, sizeof(cmd)))
		return -EFAULT;
	if (!privcmd_may_reach(priv, cmd.dom))
		return -EPERM;
	if (!cmd.addr != !cmd.num || cmd.num > INT_MAX)
		return -EINVAL;
	return cmd.num ? map_resource(&cmd) : query_size(&cmd, arg);
}
