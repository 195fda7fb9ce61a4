// SPDX-License-Identifier: GPL-2.0
/* IOCTL_PRIVCMD_MMAP: ranges of consecutive frames that fill an area from its beginning. */
#include "area.h"
#include "file.h"
#include "map_ops.h"
#include "range.h"

#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <xen/privcmd.h>

/* Map a part of a range. No lock is held between two parts, so that the process can be killed. */
static int map_part(struct area *area, unsigned long index, domid_t domid, xen_pfn_t gfn,
		    unsigned long nr)
{
	struct vm_area_struct *vma = privcmd_area_lock(area);
	int ret;

	if (!vma)
		return -EINVAL;
	ret = privcmd_map_ops()->map_range(vma, area_addr(area, index), gfn, nr, domid);
	privcmd_area_unlock();
	return ret < 0 ? ret : 0;
}

/*
 * Map one range after the one before it, and advance @index by its length. A part that fails
 * half-way keeps its claim, because it is unknown which of its pages are free.
 */
static int map_range(struct area *area, unsigned long *index, domid_t domid,
		     const struct privcmd_mmap_entry *entry)
{
	unsigned long done, nr;
	int err = 0;

	if (entry->va != area_addr(area, *index) || entry->npages > area->nr - *index)
		return -EINVAL;
	for (done = 0; done < entry->npages && !err; done += nr) {
		nr = min_t(unsigned long, entry->npages - done, CHUNK_PAGES);
		err = map_part(area, *index + done, domid, entry->mfn + done, nr);
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	*index += done;
	return err;
}

static int read_entry(struct privcmd_mmap_entry *entry, const struct privcmd_mmap *cmd, int i)
{
	/* Check here as well, because a list may be long and its ranges empty. */
	if (fatal_signal_pending(current))
		return -EINTR;
	cond_resched();
	return copy_from_user(entry, cmd->entry + i, sizeof(*entry)) ? -EFAULT : 0;
}

static long map_ranges(const struct privcmd_mmap *cmd)
{
	struct privcmd_mmap_entry entry;
	unsigned long index = 0;
	struct area *area;
	long ret;
	int i;

	if (copy_from_user(&entry, cmd->entry, sizeof(entry)))
		return -EFAULT;
	area = privcmd_area_get(entry.va);
	if (IS_ERR(area))
		return PTR_ERR(area);
	ret = -EINVAL;
	if (entry.va != area->start)
		goto put_area;
	ret = privcmd_area_claim(area, 0, area->nr, AREA_CLAIM_UNUSED);
	if (ret)
		goto put_area;

	for (i = 0; i < cmd->num && !ret; i++) {
		ret = read_entry(&entry, cmd, i);
		if (!ret)
			ret = map_range(area, &index, cmd->dom, &entry);
	}
	privcmd_area_unclaim(area, index, area->nr - index);

put_area:
	privcmd_area_put(area);
	return ret;
}

long privcmd_mmap_range(struct privcmd_file *priv, void __user *arg)
{
	struct privcmd_mmap cmd;

	if (!privcmd_map_ops()->map_range)
		return -ENOSYS;
	if (copy_from_user(&cmd, arg, sizeof(cmd)))
		return -EFAULT;
	if (!privcmd_may_reach(priv, cmd.dom))
		return -EPERM;
	if (cmd.num <= 0)
		return cmd.num ? -EINVAL : 0;
	return map_ranges(&cmd);
}
