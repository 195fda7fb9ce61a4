/* SPDX-License-Identifier: GPL-2.0 */
/* A request between ring and response, and what it borrows from its ring. */
#ifndef _BLKBACK_REQUEST_H
#define _BLKBACK_REQUEST_H

#include "protocol.h"

#include <dom0/bucket.h>
#include <linux/bio.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/math64.h>

/* Segments that fit into a request itself: as many as a Linux frontend sends by default. */
#define BLK_INLINE_SEGMENTS	32

struct blk_data_ops;
struct blk_ring;
struct blk_pgrant;
struct page;

/* The segment lists of a large request; a ring has few of them. */
struct blk_large_segs {
	struct list_head link;
	struct blk_segment segs[BLK_INDIRECT_MAX];
	struct bio_vec vecs[BLK_INDIRECT_MAX];
	struct blk_pgrant *grants[BLK_INDIRECT_MAX];
};

/* Where a request is, for debugfs. */
enum blk_request_state {
	BLK_STATE_QUEUED,	/* waits to be started: for buffers, a barrier, or the worker */
	BLK_STATE_LIMIT,	/* waits for a limit */
	BLK_STATE_RETRY,	/* put off, since a page of the guest is paged out */
	BLK_STATE_DISK,		/* at the disk */
	BLK_STATE_DONE,		/* the disk is done with it */
};

/**
 * struct blk_request - a request between ring and response
 *
 * It belongs to the ring's worker thread, except while it is with the disk or the tasklet. debugfs
 * reads @taken, @state and @cmd without a lock. @cmd is complete before @taken is set, except for
 * the size of an indirect request, which is 0 until its segments have been copied.
 *
 * @link: in one of the worker's lists
 * @node: in a list between two contexts, or in the list of those that are not in use
 * @ring: the ring that it came from
 * @index: its index on the ring
 * @state: where it is, one of enum blk_request_state
 * @cmd: the parsed request
 * @taken: when it was taken off the ring, by blk_now(); 0 if it has been answered
 * @data_ops: how its data moves; NULL before that is prepared, and if it has no data
 * @err: outcome so far
 * @tries: how often it was put off because a page of the guest was paged out
 * @give_up: in jiffies: when it is not put off any more; valid if @tries is not 0
 * @due: when it may start by its limits, in ns; 0 if it has not taken its turn yet
 * @waits_since: since when it waits for a limit, in ns, or 0
 * @turns: its turns at the two limits of its line, bytes and operations
 * @slot: index of its first operation in a batch of copies or mappings
 * @segs: its segments, @inline_segs or in @large
 * @vecs: vectors of its bio, @inline_vecs or in @large
 * @pages: if its data is copied: pages of the pool, one for each segment or page of its span
 * @grants: if its data is mapped: the persistent grant of each segment
 * @piece: of a discard: number of sectors of its current bio
 * @large: borrowed if it has more than BLK_INLINE_SEGMENTS segments, else NULL
 * @bio: its only bio
 * @inline_segs: segments of a small request
 * @inline_vecs: vectors of a small request's bio
 * @inline_grants: persistent grants of a small request
 */
struct blk_request {
	struct list_head link;
	struct llist_node node;
	struct blk_ring *ring;
	RING_IDX index;
	u8 state;
	struct blk_command cmd;
	u64 taken;
	const struct blk_data_ops *data_ops;
	int err;
	unsigned int tries;
	unsigned long give_up;
	u64 due;
	u64 waits_since;
	struct dom0_turn turns[2];
	unsigned int slot;
	struct blk_segment *segs;
	struct bio_vec *vecs;
	struct list_head pages;
	struct blk_pgrant **grants;
	u64 piece;
	struct blk_large_segs *large;
	struct bio bio;
	struct blk_segment inline_segs[BLK_INLINE_SEGMENTS];
	struct bio_vec inline_vecs[BLK_INLINE_SEGMENTS];
	struct blk_pgrant *inline_grants[BLK_INLINE_SEGMENTS];
};

int blk_requests_create(struct blk_ring *ring, int node);
void blk_requests_destroy(struct blk_ring *ring);
struct blk_request *blk_request_get(struct blk_ring *ring);
bool blk_ring_reclaim(struct blk_ring *ring);
void blk_request_take_large(struct blk_request *req);

/*
 * Microseconds since this domain was booted, read once for a batch of requests. ktime_get() never
 * goes back from one CPU to another, unlike local_clock() where the TSC is not stable. In a PV
 * domain either of them reads the hypervisor's clock, which is most of the cost.
 */
static inline u64 blk_now(void)
{
	return div_u64(ktime_get_ns(), NSEC_PER_USEC);
}

static inline bool blk_request_is_barrier(const struct blk_request *req)
{
	return req->cmd.op == BLKIF_OP_WRITE_BARRIER;
}

/* Return the most copies that its data takes: a segment may have parts in two pages of a span. */
static inline unsigned int blk_request_copies(const struct blk_request *req)
{
	return req->cmd.nr_segments + req->cmd.span_pages;
}

/* A read of the disk writes the guest's memory. */
static inline bool blk_request_is_read(const struct blk_request *req)
{
	return req->cmd.op == BLKIF_OP_READ;
}

#endif
