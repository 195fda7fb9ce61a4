/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of a request: worker.c takes it off the ring, and protocol.c copies and checks it. A
 * mover brings the data in reach, and worker.c sends it to the disk. complete.c lets the mover
 * finish, answers, and hands the request back.
 *
 * Two contexts work on a ring. The worker, a kernel thread, takes requests in, and alone owns what
 * they borrow: pages, grants, room. Finishing is done by the worker or by a tasklet that the disk's
 * completion has scheduled. Requests go from one context to the other in lists without a lock.
 */
#ifndef _BLKBACK_H
#define _BLKBACK_H

#include "counters.h"
#include "protocol.h"

#include <dom0/bucket.h>
#include <dom0/evtchn.h>
#include <dom0/gnttab.h>
#include <dom0/ring.h>
#include <dom0/xenbus.h>
#include <linux/atomic.h>
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

/* Segments for which a request has room of its own; more than a Linux frontend sends by default. */
#define BLK_OWN_SEGMENTS	32

/* Grant operations gathered for one hypercall: at least those of one request. */
#define BLK_BATCH_OPS		512

/* Of those, what the tasklet copies in one run; more is left to the worker. */
#define BLK_SOFTIRQ_OPS		64

/* Requests taken off the ring before they are started. */
#define BLK_ROUND		32

/* Pages that a ring cannot do without: one request of the largest size. */
#define BLK_MIN_PAGES		BLK_INDIRECT_MAX

struct blk_ring;
struct blk_request;
struct blk_vbd;

/**
 * struct blk_mover - a way to bring a guest's data in reach of the disk
 * @name: for messages and traces
 * @prepare: borrow pages, fill in the request's bio, gather the grant operations. Returns false if
 *	a resource is dry; then nothing is held
 * @prepared: the operations have been issued: 0 if the bio may start, or negative errno
 * @finish: a read is over: gather the copies to the guest. NULL if its data is there already
 * @finished: those have been made: 0, negative errno, or -EAGAIN if finish may be tried again
 * @release: give back what prepare borrowed
 *
 * The worker calls @prepare, @prepared and @release; the owner of the batch, the worker or the
 * tasklet, calls @finish and @finished.
 */
struct blk_mover {
	const char *name;
	bool (*prepare)(struct blk_ring *ring, struct blk_request *req);
	int (*prepared)(struct blk_ring *ring, struct blk_request *req);
	void (*finish)(struct dom0_copy *copy, struct blk_request *req);
	int (*finished)(const struct dom0_copy *copy, const struct blk_request *req);
	void (*release)(struct blk_ring *ring, struct blk_request *req);
};

extern const struct blk_mover blk_mover_copy;
extern const struct blk_mover blk_mover_persistent;

/* Room for the segments of a large request; a ring has few of them. */
struct blk_room {
	struct list_head link;
	struct blk_segment segs[BLK_INDIRECT_MAX];
	struct bio_vec vecs[BLK_INDIRECT_MAX];
	struct dom0_pgrant *grants[BLK_INDIRECT_MAX];
};

/**
 * struct blk_request - a request between ring and response
 * @link: in a list of the context that owns it
 * @node: on its way from one context to the other
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

/**
 * struct blk_pool - pages that a ring copies data through
 * @vbd: the device that they are charged to
 * @free: those not in use
 * @nr_free: how many
 * @size: how many there are, those in use included
 * @unused: fewest that were free since blk_pool_age()
 * @node: NUMA node
 *
 * The ring's worker owns it.
 */
struct blk_pool {
	struct blk_vbd *vbd;
	struct list_head free;
	unsigned int nr_free;
	unsigned int size;
	unsigned int unused;
	int node;
};

/* Why a worker is woken: bits of blk_ring.work. */
enum blk_work {
	BLK_WORK_LOOK,		/* there may be requests to start or to finish */
	BLK_WORK_EVENT,		/* the same, and the frontend's event wants its EOI */
};

/* Where requests of a ring wait for a limit. */
enum blk_line {
	BLK_READS,
	BLK_WRITES,		/* and all that is no read */
	BLK_NR_LINES
};

/* Two for each line: bytes, and operations. */
#define BLK_NR_LIMITS		(2 * BLK_NR_LINES)

/**
 * struct blk_throttle - what a device may do in a second
 * @lock: protects the rest; within it nothing sleeps
 * @active: there is a limit; also read without the lock
 * @buckets: bytes and operations of each line
 */
struct blk_throttle {
	spinlock_t lock;		/* see above */
	bool active;
	struct dom0_bucket buckets[BLK_NR_LIMITS];
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
 * @barrier_link: in the device's list of rings that take part in barriers
 *
 * Any context:
 * @task: the worker
 * @work: why it was woken, bits of enum blk_work
 * @broken: the frontend has broken the protocol; the ring is not looked at any more
 * @stopping: the device disconnects; no more is taken
 * @drop_held: then what waits for a limit fails, and is not started before its time; written before
 *	@stopping
 * @discard_end: in jiffies: when such a device gives up what is left of its discards
 * @waiting: the worker wants BLK_WORK_LOOK when requests have been handed back
 * @retry_due: it is time to try again what was put off
 * @retry_timer: says so
 * @throttle_timer: wakes the worker when the next request in a line may start
 * @tidy_timer: wakes the worker; runs only while there is something to be given back in time
 * @squeeze: Dom0 is short of memory
 * @shrink_link: in the list of rings that are asked then
 * @tasklet: finishes what is small
 * @done: requests whose bio is over
 * @left: those that the tasklet leaves to the worker
 * @handed_back: those that have been answered
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
 * @barrier: the write barrier that was begun and is not over, or NULL
 * @barrier_number: of the device's barrier that this ring holds back for, or did last
 * @barrier_at: no request from here on is taken before that is over
 * @queue: requests that wait to be started, in order
 * @lines: requests that wait for a limit, in order
 * @nr_held: how many
 * @later: requests put off because a page of the guest was not at hand
 * @finishing: requests that are over, for the worker to finish
 * @free: requests that are not in use
 * @rooms: room for large requests
 * @spare_room: in hand before a request is consumed that may need it
 * @pool: pages to copy into and out of
 * @persistent: grants that stay mapped, or NULL
 * @persistent_bytes: memory that was charged for them
 * @copy: copies that are being gathered, in either direction
 * @map: mappings that are being gathered
 * @scratch: pages for the segments of indirect requests, two requests to a page
 * @requests: all requests of the ring
 * @all_rooms: and all rooms
 *
 * Under the lock of the device's struct blk_barrier:
 * @claim: its turn to have a barrier, in the list of those
 * @quiet: number of the last barrier for which it was quiet
 *
 * The tasklet's own:
 * @softirq_copy: copies to the guest that are being gathered
 *
 * @finish_lock: protects the next two
 * @answered: responses written
 * @pushed: of those, shown to the frontend; the shared index is only ever written
 *
 * @counters: each has one writer, see counters.h
 */
struct blk_ring {
	struct blk_vbd *vbd;
	unsigned int index;
	struct dom0_sring *shared;
	unsigned int slots;
	enum blk_abi abi;
	struct dom0_evtchn *ch;
	struct list_head barrier_link;

	struct task_struct *task;
	unsigned long work;
	bool broken;
	bool stopping;
	bool drop_held;
	bool waiting;
	bool retry_due;
	unsigned long discard_end;
	struct timer_list retry_timer;
	struct hrtimer throttle_timer;
	struct timer_list tidy_timer;
	bool squeeze;
	struct list_head shrink_link;

	RING_IDX cons;
	unsigned int taken;
	bool owes_eoi;
	bool asked;
	unsigned long next_map;
	bool crowded;
	unsigned long next_shrink;
	unsigned long next_purge;
	unsigned long next_age;
	struct blk_request *barrier;
	unsigned int barrier_number;
	RING_IDX barrier_at;
	struct list_head queue;
	struct list_head lines[BLK_NR_LINES];
	unsigned int nr_held;
	struct list_head later;
	struct list_head finishing;
	struct list_head free;
	struct list_head rooms;
	struct blk_room *spare_room;
	struct blk_pool pool;
	struct dom0_pgrants *persistent;
	size_t persistent_bytes;
	struct dom0_copy copy;
	struct dom0_map map;
	struct page *scratch[BLK_ROUND / 2];
	struct blk_request *requests;
	struct blk_room *all_rooms;

	struct list_head claim;
	unsigned int quiet;

	struct llist_head done ____cacheline_aligned_in_smp;
	struct llist_head left;
	struct llist_head handed_back;
	struct tasklet_struct tasklet;
	struct dom0_copy softirq_copy;
	spinlock_t finish_lock;		/* answering */
	RING_IDX answered;
	RING_IDX pushed;

	u64 counters[BLK_NR_COUNTERS];
};

/**
 * struct blk_barrier - write barriers of one device
 * @lock: protects the rest; within it nothing sleeps
 * @rings: rings whose worker takes part
 * @claims: rings that have come to a barrier, in order
 * @owner: the first of them, whose barrier is carried out, or NULL
 * @number: of that barrier
 */
struct blk_barrier {
	spinlock_t lock;		/* see above */
	struct list_head rings;
	struct list_head claims;
	struct blk_ring *owner;
	unsigned int number;
};

/**
 * struct blk_vbd - one virtual disk
 *
 * The device's work writes what names no lock. Rings read @bdev and @bounds; readers of sysfs look
 * at @mode and @dev without a lock.
 *
 * @be: the backend device
 * @max_queues: most queues that its frontend has been offered
 * @max_order: and most pages of a ring, as a power of two
 * @file: the disk, or NULL as long as none is open
 * @bdev: its block device
 * @dev: its number; 0 as long as the toolstack has named none
 * @looked: physical-device has been looked at since the driver came
 * @unusable: the disk that the toolstack has named cannot be opened
 * @mode: the toolstack's word for what the guest may do, such as "w"
 * @info: VDISK_* for the frontend
 * @bounds: what requests are checked against
 * @told_sectors: its size as the frontend knows it
 * @link: in the list of disks whose size is watched, under its lock
 * @barrier: what its rings agree on
 * @throttle: what its rings may do in a second
 * @memory: pages of memory that its rings have
 *
 * @rings_lock: protects what follows against readers of statistics; written by the device's work
 * @rings: the rings while connected
 * @nr_rings: how many
 * @before: counted on rings that are gone
 *
 * @debugfs: the device's folder
 */
struct blk_vbd {
	struct dom0_backend *be;
	unsigned int max_queues;
	unsigned int max_order;
	struct file *file;
	struct block_device *bdev;
	dev_t dev;
	bool looked;
	bool unusable;
	char mode[8];
	unsigned int info;
	struct blk_bounds bounds;
	u64 told_sectors;
	struct list_head link;
	struct blk_barrier barrier;
	struct blk_throttle throttle;
	atomic_long_t memory;

	struct mutex rings_lock;	/* @rings, @nr_rings, @before */
	struct blk_ring **rings;
	unsigned int nr_rings;
	u64 before[BLK_NR_COUNTERS];

	struct dentry *debugfs;
};

/* For dom0_backend_fire(): the size is another one than the frontend has been told. */
#define BLK_FIRE_SIZE	(DOM0_BACKEND_WATCHES - 1)

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

/* ring.c */
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
	return READ_ONCE(ring->cons) - READ_ONCE(ring->pushed);
}

/* request.c */
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

/* worker.c */
int blk_worker(void *data);

/* complete.c */
bool blk_ring_finish(struct blk_ring *ring);
void blk_ring_finish_tasklet(struct tasklet_struct *tasklet);

/* pool.c */
bool blk_memory_charge(struct blk_vbd *vbd, size_t bytes);
void blk_memory_uncharge(struct blk_vbd *vbd, size_t bytes);
int blk_memory_init(void);
void blk_memory_exit(void);
int blk_pool_init(struct blk_pool *pool, struct blk_vbd *vbd, int node);
void blk_pool_exit(struct blk_pool *pool);
bool blk_pool_get(struct blk_pool *pool, struct list_head *pages, unsigned int nr);
void blk_pool_put(struct blk_pool *pool, struct list_head *pages, unsigned int nr);
void blk_pool_trim(struct blk_pool *pool);
void blk_pool_age(struct blk_pool *pool);
void blk_pool_squeeze(struct blk_pool *pool);
bool blk_pool_has_grown(const struct blk_pool *pool);
void blk_pool_publish(struct blk_ring *ring);
void blk_pool_withdraw(struct blk_ring *ring);

/* Whether a pool's page lies behind the one before it, in memory and as the hypervisor sees it. */
static inline bool blk_page_continues(const struct page *page)
{
	return page_private(page);
}

/* barrier.c */
void blk_barrier_init(struct blk_barrier *barrier);
void blk_barrier_join(struct blk_ring *ring);
void blk_barrier_leave(struct blk_ring *ring);
bool blk_barrier_claimed(const struct blk_ring *ring);
bool blk_barrier_permits(struct blk_ring *ring);
void blk_barrier_over(struct blk_ring *ring);
unsigned int blk_barrier_limit(struct blk_ring *ring, unsigned int available);
bool blk_barrier_report(struct blk_ring *ring);

/* throttle.c */
void blk_throttle_init(struct blk_throttle *throttle);
void blk_throttle_init_ring(struct blk_ring *ring);
void blk_throttle_read(struct blk_vbd *vbd);
void blk_throttle_release(struct blk_ring *ring);
bool blk_throttle_barrier_waits(struct blk_ring *ring);
bool blk_throttle_hold(struct blk_request *req);
struct blk_request *blk_throttle_drop(struct blk_ring *ring);

/* vbd.c */
int blk_vbd_open(struct blk_vbd *vbd, dev_t dev, bool same);
void blk_vbd_close(struct blk_vbd *vbd);
int blk_vbd_measure(struct blk_vbd *vbd);
u64 blk_vbd_take_size(struct blk_vbd *vbd);
int blk_vbd_flush_cache(struct blk_vbd *vbd);
void blk_vbd_exit(void);

/* stats.c */
extern const struct attribute_group *blk_attr_groups[];
void blk_counters_add(u64 *sum, const u64 *part);

/* debugfs.c */
void blk_debugfs_init(void);
void blk_debugfs_exit(void);
void blk_debugfs_add(struct blk_vbd *vbd);
void blk_debugfs_remove(struct blk_vbd *vbd);

/* xenbus.c */
extern const struct dom0_backend_driver blk_driver;

#endif
