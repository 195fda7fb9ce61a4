/* SPDX-License-Identifier: GPL-2.0 */
/* A request between ring and response, and what it borrows from its ring. */
#ifndef _BLKBACK_REQUEST_H
#define _BLKBACK_REQUEST_H

#include "protocol.h"

#include <dom0/bucket.h>
#include <linux/bio.h>
#include <linux/list.h>
#include <linux/llist.h>

/* Segments for which a request has room of its own; more than a Linux frontend sends by default. */
#define BLK_OWN_SEGMENTS	32

struct blk_mover;
struct blk_ring;
struct dom0_pgrant;
struct page;

/* Room for the segments of a large request; a ring has few of them. */
struct blk_room {
	struct list_head link;
	struct blk_segment segs[BLK_INDIRECT_MAX];
	struct bio_vec vecs[BLK_INDIRECT_MAX];
	struct dom0_pgrant *grants[BLK_INDIRECT_MAX];
};

/**
 * struct blk_request - a request between ring and response
 * @link: in a list of the worker's
 * @node: on its way from one context to the other, or among those that are not in use
 * @ring: the ring that it came from
 * @index: and where on it
 * @cmd: what the frontend asked for
 * @mover: how its data moves, NULL if there is none to move
 * @err: outcome so far
 * @tries: how often it was put off because a page of the guest was not at hand
 * @give_up: in jiffies: when it is put off no more, if it ever was
 * @due: when it may start, in ns; 0 while it has not asked
 * @waits_since: since when it waits for that, or 0
 * @turns: what it has taken from the limits of its line, in bytes and in operations
 * @slot: first of its slots in the batch that its mover gathers in
 * @segs: its segments, @own_segs or in @room
 * @vecs: their pages, as the bio sees them
 * @pages: where copied: the pages of the pool, one for each segment
 * @grants: where persistent: the grant of each, or NULL
 * @piece: of a discard: sectors that its bio is about
 * @room: borrowed where there are more than BLK_OWN_SEGMENTS
 * @bio: its one bio
 * @own_segs: of a small request: its segments
 * @own_vecs: their pages
 * @own_grants: their persistent grants
 */
struct blk_request {
	struct list_head link;
	struct llist_node node;
	struct blk_ring *ring;
	RING_IDX index;
	struct blk_command cmd;
	const struct blk_mover *mover;
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
	struct dom0_pgrant **grants;
	u64 piece;
	struct blk_room *room;
	struct bio bio;
	struct blk_segment own_segs[BLK_OWN_SEGMENTS];
	struct bio_vec own_vecs[BLK_OWN_SEGMENTS];
	struct dom0_pgrant *own_grants[BLK_OWN_SEGMENTS];
};

int blk_requests_create(struct blk_ring *ring, int node);
void blk_requests_destroy(struct blk_ring *ring);
struct blk_request *blk_request_get(struct blk_ring *ring);
bool blk_ring_reclaim(struct blk_ring *ring);
void blk_request_take_room(struct blk_request *req);
void blk_request_init_bio(struct blk_request *req);
void blk_request_add_page(struct blk_request *req, const struct blk_segment *seg,
			  struct page *page);
bool blk_request_has_rest(const struct blk_request *req);
void blk_request_next_piece(struct blk_request *req);
bool blk_request_retry(struct blk_request *req);
void blk_request_requeue(struct blk_request *req);
void blk_ring_retry(struct blk_ring *ring);

static inline bool blk_request_is_barrier(const struct blk_request *req)
{
	return req->cmd.op == BLKIF_OP_WRITE_BARRIER;
}

/* A read of the disk writes the guest's memory. */
static inline bool blk_request_is_read(const struct blk_request *req)
{
	return req->cmd.op == BLKIF_OP_READ;
}

#endif
