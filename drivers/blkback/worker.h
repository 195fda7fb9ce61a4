/* SPDX-License-Identifier: GPL-2.0 */
/* The worker of a ring, a kernel thread. */
#ifndef _BLKBACK_WORKER_H
#define _BLKBACK_WORKER_H

#include <dom0/copy.h>
#include <dom0/map.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/types.h>
#include <xen/interface/io/ring.h>

/* At most so many requests are taken off the ring before they are started. */
#define BLK_ROUND		32

struct blk_large_segs;
struct cgroup_subsys_state;
struct page;

/**
 * struct blk_worker - what the worker of a ring, a kernel thread, alone uses
 *
 * debugfs reads @req_cons by READ_ONCE.
 *
 * @req_cons: requests consumed
 * @css: the cgroup that the worker has entered, or NULL for the root
 * @since_eoi: requests consumed since the last EOI
 * @owes_eoi: the frontend's event waits for its EOI
 * @asked: the ring was empty, and the frontend has been asked for an event with the next request
 * @next_map: in jiffies: when grants may be mapped again; until then data is copied
 * @pgrants_full: data was copied because the ring's cache of persistent grants was full, or this
 *	domain had no mapping left
 * @next_shrink: in jiffies: when the cache may next be shrunk because of @pgrants_full
 * @last_purge: in jiffies: when the cache was last searched for grants out of use
 * @next_age: in jiffies: when pages out of use are next freed
 * @queue: requests that wait to be started, in order
 * @retry_list: requests put off because a page of the guest is paged out
 * @free: requests that are not in use, linked by their node
 * @free_large: large segment lists that are not in use, each for one request
 * @reserved_large: a list set aside before each request is consumed, which may need it
 * @copy: batch of grant copies, in either direction
 * @map: batch of grant mappings
 * @scratch: pages for the segments of indirect requests, two requests to a page
 */
struct blk_worker {
	RING_IDX req_cons;
	struct cgroup_subsys_state *css;
	unsigned int since_eoi;
	bool owes_eoi;
	bool asked;
	unsigned long next_map;
	bool pgrants_full;
	unsigned long next_shrink;
	unsigned long last_purge;
	unsigned long next_age;
	struct list_head queue;
	struct list_head retry_list;
	struct llist_node *free;
	struct list_head free_large;
	struct blk_large_segs *reserved_large;
	struct dom0_copy copy;
	struct dom0_map map;
	struct page *scratch[BLK_ROUND / 2];
};

int blk_worker(void *data);

#endif
