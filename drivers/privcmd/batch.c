// SPDX-License-Identifier: GPL-2.0
/*
 * IOCTL_PRIVCMD_MMAPBATCH and its second version map a list of frames, each with its own result.
 *
 * Frames are mapped in chunks. No lock is held between two chunks. So a toolstack that maps
 * gigabytes delays neither page faults nor mappings of its other threads.
 */
#include "area.h"
#include "batch.h"
#include "file.h"
#include "map_ops.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <xen/privcmd.h>

/**
 * struct batch - the arguments of both versions
 * @domid: domain that owns the frames
 * @nr: number of frames
 * @addr: user address of the first page
 * @gfns: the frames
 * @marked: array in which the first version marks failed frames; the same array as @gfns
 * @errs: array of the errors in the second version
 */
struct batch {
	domid_t domid;
	unsigned int nr;
	unsigned long addr;
	const xen_pfn_t __user *gfns;
	xen_pfn_t __user *marked;
	int __user *errs;
};

static int read_chunk(const struct batch *batch, struct chunk *chunk, unsigned int done,
		      unsigned int nr)
{
	return copy_from_user(chunk->gfns, batch->gfns + done, nr * sizeof(*batch->gfns)) ?
		-EFAULT : 0;
}

static int map_chunk(const struct batch *batch, struct area *area, struct chunk *chunk,
		     unsigned long index, unsigned int nr)
{
	struct vm_area_struct *vma = privcmd_area_lock(area);

	if (!vma)
		return -EINVAL;
	privcmd_map_ops()->map(vma, area, index, chunk, nr, batch->domid);
	privcmd_area_unlock();
	privcmd_area_unclaim_failed(area, index, chunk->errs, nr);
	return 0;
}

static int report_error(const struct batch *batch, unsigned int at, xen_pfn_t gfn, int err)
{
	if (batch->errs)
		return put_user(err, batch->errs + at);
	/* The marks are high bits of a frame number, from the time when it had 32 bits. */
	gfn |= err == -ENOENT ? PRIVCMD_MMAPBATCH_PAGED_ERROR : PRIVCMD_MMAPBATCH_MFN_ERROR;
	return put_user(gfn, batch->marked + at);
}

/* Returns -ENOENT if a frame was paged out, so that the process tries it again. */
static int report_chunk(const struct batch *batch, const struct chunk *chunk, unsigned int done,
			unsigned int nr)
{
	int err, ret = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (!chunk->errs[i])
			continue;
		err = report_error(batch, done + i, chunk->gfns[i], chunk->errs[i]);
		if (err)
			return err;
		if (chunk->errs[i] == -ENOENT)
			ret = -ENOENT;
	}
	return ret;
}

/*
 * Read a chunk, map it and report its errors. The caller has already read the first chunk. Drops
 * the claims of pages that got no frame.
 */
static int do_chunk(const struct batch *batch, struct area *area, struct chunk *chunk,
		    unsigned int done, unsigned int nr)
{
	unsigned long index = area_index(area, batch->addr) + done;
	int err = done ? read_chunk(batch, chunk, done, nr) : 0;

	if (!err)
		err = map_chunk(batch, area, chunk, index, nr);
	if (err) {
		privcmd_area_unclaim(area, index, nr);
		return err;
	}
	return report_chunk(batch, chunk, done, nr);
}

/* Map all chunks. The caller has claimed the pages. */
static int map_chunks(const struct batch *batch, struct area *area, struct chunk *chunk)
{
	unsigned long index = area_index(area, batch->addr);
	unsigned int nr, done;
	bool paged_out = false;
	int err = 0;

	for (done = 0; done < batch->nr && !err; done += nr) {
		nr = min_t(unsigned int, batch->nr - done, CHUNK_PAGES);
		err = do_chunk(batch, area, chunk, done, nr);
		if (err == -ENOENT) {
			paged_out = true;
			err = 0;
		}
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	privcmd_area_unclaim(area, index + done, batch->nr - done);
	return err ?: paged_out ? -ENOENT : 0;
}

static int map_batch(const struct batch *batch, struct chunk *chunk)
{
	struct area *area;
	int ret;

	ret = read_chunk(batch, chunk, 0, min_t(unsigned int, batch->nr, CHUNK_PAGES));
	if (ret)
		return ret;
	area = privcmd_area_get(batch->addr);
	if (IS_ERR(area))
		return PTR_ERR(area);

	ret = privcmd_area_claim(area, area_index(area, batch->addr), batch->nr,
				 AREA_CLAIM_FIRST_ALL);
	if (ret)
		goto put_area;
	/* Clear all errors now, because later only those of failed frames are written. */
	if (batch->errs && clear_user(batch->errs, (size_t)batch->nr * sizeof(*batch->errs))) {
		privcmd_area_unclaim(area, area_index(area, batch->addr), batch->nr);
		ret = -EFAULT;
		goto put_area;
	}
	ret = map_chunks(batch, area, chunk);

put_area:
	privcmd_area_put(area);
	return ret;
}

static long mmap_batch(struct privcmd_file *priv, const struct batch *batch)
{
	struct chunk *chunk;
	long ret;

	if (!privcmd_may_reach(priv, batch->domid))
		return -EPERM;
	if (!batch->nr || !PAGE_ALIGNED(batch->addr))
		return -EINVAL;
	chunk = kvmalloc(sizeof(*chunk), GFP_KERNEL_ACCOUNT);
	if (!chunk)
		return -ENOMEM;
	ret = map_batch(batch, chunk);
	kvfree(chunk);
	return ret;
}

long privcmd_mmap_batch(struct privcmd_file *priv, void __user *arg)
{
	struct privcmd_mmapbatch cmd;
	struct batch batch = {};

	if (copy_from_user(&cmd, arg, sizeof(cmd)))
		return -EFAULT;
	batch.domid = cmd.dom;
	batch.nr = cmd.num;
	batch.addr = cmd.addr;
	batch.gfns = cmd.arr;
	batch.marked = cmd.arr;
	return mmap_batch(priv, &batch);
}

long privcmd_mmap_batch_v2(struct privcmd_file *priv, void __user *arg)
{
	struct privcmd_mmapbatch_v2 cmd;
	struct batch batch = {};

	if (copy_from_user(&cmd, arg, sizeof(cmd)))
		return -EFAULT;
	batch.domid = cmd.dom;
	batch.nr = cmd.num;
	batch.addr = cmd.addr;
	batch.gfns = cmd.arr;
	batch.errs = cmd.err;
	if (!batch.errs)
		return -EFAULT;
	return mmap_batch(priv, &batch);
}
