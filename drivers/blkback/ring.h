/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One ring of a device: the way of a request.
 *
 * worker.c takes it off the ring, and protocol.c copies and checks it. A mover brings the data in
 * reach, and worker.c sends it to the disk. complete.c lets the mover finish, answers, and hands
 * the request back.
 *
 * Two contexts work on a ring. The worker, a kernel thread, takes requests in, and alone owns what
 * they borrow: pages, grants, room. Finishing is done by the worker or by a tasklet that the disk's
 * completion has scheduled. Requests go from one context to the other in lists without a lock.
 */
#ifndef _BLKBACK_RING_H
#define _BLKBACK_RING_H

#include "barrier.h"
#include "complete.h"
#include "counters.h"
#include "pool.h"
#include "protocol.h"
#include "throttle.h"

#include <dom0/copy.h>
#include <dom0/evtchn.h>
#include <dom0/map.h>
#include <dom0/pgrants.h>
#include <dom0/ring.h>
#include <dom0/ring_map.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/timer.h>
#include <linux/types.h>

/* Grant operations gathered for one hypercall: at least those of one request. */
#define BLK_BATCH_OPS		512

/* Requests taken off the ring before they are started. */
#define BLK_ROUND		32

struct blk_request;
struct blk_room;
struct blk_vbd;
struct task_struct;

/* Why a worker is woken: bits of blk_ring.work. */
enum blk_work {
	BLK_WORK_LOOK,		/* there may be requests to start or to finish */
	BLK_WORK_EVENT,		/* the same, and the frontend's event wants its EOI */
};

/**
 * struct blk_ring - one ring of a device
 * @vbd: its device
 * @index: number of the queue
 * @shared: the memory shared with the frontend
 * @slots: size of the ring in requests
 * @abi: layout of a slot
 * @ch: event channel
 *
 * Any context:
 * @task: the worker
 * @work: why it was woken, bits of enum blk_work
 * @broken: the frontend has broken the protocol; the ring is not looked at any more
 * @stopping: the device disconnects; no more is taken
 * @drop_held: then what waits for a limit fails, and is not started before its time; written before
 *	@stopping
 * @discard_end: in jiffies: when such a device gives up what is left of its discards
 * @retry_due: it is time to try again what was put off
 * @retry_timer: says so
 * @tidy_timer: wakes the worker; runs only while there is something to be given back in time
 * @counters: each has one writer, see counters.h
 *
 * The worker's own:
 * @cons: requests consumed
 * @taken: requests consumed since the last EOI
 * @owes_eoi: the frontend's event waits for its EOI
 * @asked: the ring was empty, and the frontend has been asked for an event with the next request
 * @next_map: when grants may be mapped again; until then data is copied
 * @crowded: the cache of persistent grants was full, or there was no room for a mapping
 * @next_shrink: when it may be made smaller again
 * @next_purge: when it is looked through for grants out of use
 * @next_age: when pages out of use are given back
 * @queue: requests that wait to be started, in order
 * @later: requests put off because a page of the guest was not at hand
 * @free: requests that are not in use, linked by their node
 * @rooms: room for large requests
 * @spare_room: in hand before a request is consumed that may need it
 * @persistent: grants that stay mapped, or NULL
 * @persistent_bytes: memory that was charged for them
 * @copy: copies that are being gathered, in either direction
 * @map: mappings that are being gathered
 * @scratch: pages for the segments of indirect requests, two requests to a page
 * @requests: all requests of the ring
 * @all_rooms: and all rooms
 *
 * What other files keep here:
 * @barrier: its part in barriers
 * @held: what waits for a limit
 * @pool: pages to copy into and out of
 * @finish: what is over
 */
struct blk_ring {
	struct blk_vbd *vbd;
	unsigned int index;
	struct dom0_sring *shared;
	unsigned int slots;
	enum blk_abi abi;
	struct dom0_evtchn *ch;

	struct task_struct *task;
	unsigned long work;
	bool broken;
	bool stopping;
	bool drop_held;
	bool retry_due;
	unsigned long discard_end;
	struct timer_list retry_timer;
	struct timer_list tidy_timer;
	u64 counters[BLK_NR_COUNTERS];

	RING_IDX cons;
	unsigned int taken;
	bool owes_eoi;
	bool asked;
	unsigned long next_map;
	bool crowded;
	unsigned long next_shrink;
	unsigned long next_purge;
	unsigned long next_age;
	struct list_head queue;
	struct list_head later;
	struct llist_node *free;
	struct list_head rooms;
	struct blk_room *spare_room;
	struct dom0_pgrants *persistent;
	size_t persistent_bytes;
	struct dom0_copy copy;
	struct dom0_map map;
	struct page *scratch[BLK_ROUND / 2];
	struct blk_request *requests;
	struct blk_room *all_rooms;

	struct blk_barrier_part barrier;
	struct blk_held held;
	struct blk_pool pool;
	struct blk_finish finish;
};

/* What the frontend wants of a ring, read from xenstore. */
struct blk_ring_config {
	const char *dev_name;
	unsigned int index;
	grant_ref_t refs[DOM0_RING_MAX_PAGES];
	unsigned int nr_refs;
	evtchn_port_t port;
	enum blk_abi abi;
	bool persistent;
};

struct blk_ring *blk_ring_create(struct blk_vbd *vbd, const struct blk_ring_config *config);
void blk_rings_stop(struct blk_ring **rings, unsigned int nr, bool drop_held);
void blk_ring_destroy(struct blk_ring *ring);
int blk_ring_available(struct blk_ring *ring);
void blk_ring_break(struct blk_ring *ring, const char *reason);
void blk_ring_kick(struct blk_ring *ring, enum blk_work why);
bool blk_ring_push(struct blk_ring *ring);

static inline void *blk_ring_slot(const struct blk_ring *ring, RING_IDX index)
{
	return (void *)(ring->shared + 1) + (index & (ring->slots - 1)) * blk_slot_size(ring->abi);
}

/* Each counter has one writer, and any number of readers. */
static inline void blk_count(struct blk_ring *ring, enum blk_counter counter, u64 n)
{
	WRITE_ONCE(ring->counters[counter], ring->counters[counter] + n);
}

/* Requests that have been taken and not answered. */
static inline unsigned int blk_ring_in_flight(const struct blk_ring *ring)
{
	return READ_ONCE(ring->cons) - READ_ONCE(ring->finish.pushed);
}

#endif
