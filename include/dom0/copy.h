/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Batches of grant copies.
 *
 * A batch gathers operations over as many requests as its owner likes, and issues them in one
 * hypercall. Each slot has its own status. A batch belongs to one user at a time (a ring's worker,
 * a NAPI instance): it holds no lock.
 *
 * The batches of map.h work in the same way. While a batch is filled, space returns how many
 * operations still fit, and mark how many it has. Rollback drops those after a mark. Flush issues
 * all of them. Then each slot has a status, until reset empties the batch.
 */
#ifndef _DOM0_COPY_H
#define _DOM0_COPY_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

struct page;

/**
 * struct dom0_copy - a batch of grant copies
 * @ops: the gathered copies
 * @nr: number of copies in @ops
 * @max: size of @ops
 */
struct dom0_copy {
	struct gnttab_copy *ops;
	unsigned int nr;
	unsigned int max;
};

/**
 * dom0_copy_init() - allocate memory for a batch
 * @batch: the batch
 * @max: most copies that it can hold, at least 1
 * @node: NUMA node or NUMA_NO_NODE
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int dom0_copy_init(struct dom0_copy *batch, unsigned int max, int node);

/**
 * dom0_copy_exit() - free the memory
 * @batch: the batch; zeroed memory is fine. Gathered copies are dropped
 *
 * May sleep.
 */
void dom0_copy_exit(struct dom0_copy *batch);

/**
 * dom0_copy_space() - count the free slots of a batch
 * @batch: the batch
 *
 * Any context.
 *
 * Return: number of copies that may still be gathered.
 */
static inline unsigned int dom0_copy_space(const struct dom0_copy *batch)
{
	return batch->max - batch->nr;
}

/**
 * dom0_copy_mark() - count the gathered copies
 * @batch: the batch
 *
 * Any context.
 *
 * Return: their number, which is the slot of the next one; for dom0_copy_rollback().
 */
static inline unsigned int dom0_copy_mark(const struct dom0_copy *batch)
{
	return batch->nr;
}

/**
 * dom0_copy_rollback() - drop the copies that were gathered last
 * @batch: the batch, before the flush
 * @mark: from dom0_copy_mark(); copies that were gathered before it stay
 *
 * Any context.
 */
static inline void dom0_copy_rollback(struct dom0_copy *batch, unsigned int mark)
{
	batch->nr = mark;
}

/**
 * dom0_copy_from_guest() - gather a copy of guest memory into a page of ours
 * @batch: the batch, not full
 * @domid: the guest
 * @ref: its grant reference
 * @src_off: offset in the granted page, in bytes
 * @page: page of ours
 * @dst_off: offset in it, in bytes
 * @len: bytes; neither side may cross its 4 KiB page (the hypervisor checks the guest's side)
 *
 * Any context.
 *
 * Return: slot number, for dom0_copy_status().
 */
unsigned int dom0_copy_from_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
				  unsigned int src_off, struct page *page, unsigned int dst_off,
				  unsigned int len);

/**
 * dom0_copy_to_guest() - gather a copy of a page of ours into guest memory
 * @batch: the batch, not full
 * @domid: the guest
 * @ref: its grant reference
 * @dst_off: offset in the granted page, in bytes
 * @page: page of ours, or one at which a grant of any guest is mapped and stays mapped until after
 *	the flush
 * @src_off: offset in it, in bytes
 * @len: bytes; neither side may cross its 4 KiB page
 *
 * Any context.
 *
 * Return: slot number, for dom0_copy_status().
 */
unsigned int dom0_copy_to_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
				unsigned int dst_off, struct page *page, unsigned int src_off,
				unsigned int len);

/**
 * dom0_copy_frame_from_guest() - gather a copy of guest memory into a frame of ours
 * @batch: the batch, not full
 * @domid: the guest
 * @ref: its grant reference
 * @gfn: the frame of a page that is this domain's own memory
 * @off: offset in the granted page and in ours, in bytes
 * @len: bytes; @off + @len is 4 KiB at most
 *
 * As dom0_copy_from_guest(), for a caller that has looked up the frame. Any context.
 *
 * Return: slot number, for dom0_copy_status().
 */
unsigned int dom0_copy_frame_from_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
					unsigned long gfn, unsigned int off, unsigned int len);

/**
 * dom0_copy_frame_to_guest() - gather a copy of a frame of ours into guest memory
 * @batch: the batch, not full
 * @domid: the guest
 * @ref: its grant reference
 * @gfn: the frame of a page that is this domain's own memory; no grant is mapped at it
 * @off: offset in the granted page and in ours, in bytes
 * @len: bytes; @off + @len is 4 KiB at most
 *
 * As dom0_copy_to_guest(), for a caller that has looked up the frame. Any context.
 *
 * Return: slot number, for dom0_copy_status().
 */
unsigned int dom0_copy_frame_to_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
				      unsigned long gfn, unsigned int off, unsigned int len);

/**
 * dom0_copy_between_guests() - gather a copy from one granted page to another
 * @batch: the batch, not full
 * @src_domid: the guest whose page is read
 * @src_ref: its grant reference
 * @src_off: offset in the granted page, in bytes
 * @dst_domid: the guest whose page is written
 * @dst_ref: its grant reference
 * @dst_off: offset in the granted page, in bytes
 * @len: bytes; neither side may cross its 4 KiB page
 *
 * Any context.
 *
 * Return: slot number, for dom0_copy_status().
 */
unsigned int dom0_copy_between_guests(struct dom0_copy *batch, domid_t src_domid,
				      grant_ref_t src_ref, unsigned int src_off, domid_t dst_domid,
				      grant_ref_t dst_ref, unsigned int dst_off, unsigned int len);

/**
 * dom0_copy_flush() - issue all gathered copies as one hypercall
 * @batch: the batch; empty is fine
 *
 * Slots whose frame is paged out (GNTST_eagain) are retried together, at once, a bounded number of
 * times, without sleeping. If that does not help, their status stays GNTST_eagain, and the caller
 * may gather them again later. Statuses are valid until dom0_copy_reset(). Any context.
 *
 * Return: number of slots whose status is not GNTST_okay.
 */
unsigned int dom0_copy_flush(struct dom0_copy *batch);

/**
 * dom0_copy_retry() - issue once more the slots whose frame was paged out
 * @batch: the batch, after dom0_copy_flush()
 *
 * For callers that can wait between two tries. The other slots are left alone. Any context.
 *
 * Return: number of slots whose status is still GNTST_eagain.
 */
unsigned int dom0_copy_retry(struct dom0_copy *batch);

/**
 * dom0_copy_status() - status of one slot, after the flush
 * @batch: the batch
 * @slot: slot number
 *
 * Any context.
 *
 * Return: GNTST_*.
 */
static inline int dom0_copy_status(const struct dom0_copy *batch, unsigned int slot)
{
	return batch->ops[slot].status;
}

/**
 * dom0_copy_reset() - empty the batch, for the next round
 * @batch: the batch
 *
 * Any context.
 */
static inline void dom0_copy_reset(struct dom0_copy *batch)
{
	batch->nr = 0;
}

#endif
