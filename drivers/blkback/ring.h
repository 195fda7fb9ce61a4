/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One ring of a device, and the path of a request. worker.c takes it off the ring, and protocol.c
 * copies and checks it. data_copy.c, data_span.c or data_persistent.c makes its data accessible,
 * and worker.c sends it to the disk. complete.c copies data to the guest, answers, and hands the
 * request back.
 *
 * Two contexts work on a ring. The worker, a kernel thread, takes requests off the ring and starts
 * them. It alone owns the pages, grants and large segment lists that requests borrow. The worker
 * finishes requests, and so does a tasklet that the disk's completion schedules. Requests go from
 * one context to the other in lists without a lock.
 */
#ifndef _BLKBACK_RING_H
#define _BLKBACK_RING_H

#include "barrier.h"
#include "complete.h"
#include "counters.h"
#include "pgrants.h"
#include "pool.h"
#include "protocol.h"
#include "throttle.h"
#include "worker.h"

#include <dom0/copy.h>
#include <dom0/evtchn.h>
#include <dom0/map.h>
#include <dom0/ring.h>
#include <dom0/ring_map.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/timer.h>
#include <linux/types.h>

/* Grant operations in one hypercall: at least as many as one request needs, with its span. */
#define BLK_BATCH_OPS		512

struct blk_request;
struct blk_large_segs;
struct blk_vbd;
struct task_struct;

/* Why a worker is woken: bits of blk_ring.work. */
enum blk_work {
	BLK_WORK_LOOK,		/* there may be requests to start or to finish */
	BLK_WORK_EVENT,		/* the same, and the frontend's event needs its EOI */
};

/**
 * struct blk_ring - one ring of a device
 *
 * Fixed after creation:
 * @vbd: its device
 * @index: number of the queue
 * @shared: the memory shared with the frontend
 * @slots: size of the ring in requests
 * @abi: layout of a slot
 * @task: the worker. The ring holds a reference, since the thread may be woken after it has ended
 * @ch: event channel
 * @persistent: cache of grants that stay mapped, or NULL; its content is the worker's
 * @persistent_bytes: memory charged for @persistent
 * @max_persistent: most grants that @persistent keeps mapped, which are reserved for it
 * @requests: all requests of the ring, one for each slot
 * @all_large: all large segment lists of the ring
 *
 * Stored with release by blk_rings_start(). The worker does nothing before it has loaded it with
 * acquire:
 * @started: all rings of the device exist
 *
 * Changed by atomic operations:
 * @work: why the worker is woken, bits of enum blk_work; any context sets bits, the worker takes
 *	all of them
 *
 * Written by WRITE_ONCE, read by READ_ONCE in another context:
 * @broken: the frontend has broken the protocol, and no more requests are taken; the worker writes
 *	it, debugfs reads it
 * @retry_due: it is time to try the requests in worker.retry_list again; @retry_timer sets it, the
 *	worker clears it
 * @counters: each has one writer, see counters.h; sysfs and debugfs read them
 *
 * Written by the device's work in blk_rings_stop(), read by the worker. @stopping is stored with
 * release after the others, and loaded with acquire before them:
 * @stopping: the device disconnects, and no more requests are taken
 * @drop_held: the frontend leaves: fail requests that wait for a limit, instead of starting them
 *	early
 * @discard_end: in jiffies: when the discards that are left fail, and with @drop_held the requests
 *	in worker.retry_list
 *
 * Stored with release by the worker, loaded with acquire by the device's work:
 * @quiet: the last pause of the device in which this ring had no request in flight, see pause.c
 *
 * Timers, which the worker arms. They wake it:
 * @retry_timer: when the requests in worker.retry_list are due
 * @tidy_timer: when an idle ring may free pages or unmap grants
 *
 * Parts, each with a struct that says who owns it:
 * @worker: what the worker alone uses
 * @barrier: the ring's part in barriers
 * @held: requests that wait for a limit
 * @pool: pages through which data is copied
 * @finish: requests that are over
 */
struct blk_ring {
	struct blk_vbd *vbd;
	unsigned int index;
	struct dom0_sring *shared;
	unsigned int slots;
	enum blk_abi abi;
	struct task_struct *task;
	struct dom0_evtchn *ch;
	struct blk_pgrants *persistent;
	size_t persistent_bytes;
	unsigned int max_persistent;
	struct blk_request *requests;
	struct blk_large_segs *all_large;

	bool started;
	unsigned long work;
	bool broken;
	bool retry_due;
	u64 counters[BLK_NR_COUNTERS];

	bool stopping;
	bool drop_held;
	unsigned long discard_end;

	unsigned int quiet;

	struct timer_list retry_timer;
	struct timer_list tidy_timer;

	struct blk_worker worker;
	struct blk_barrier_part barrier;
	struct blk_held held;
	struct blk_pool pool;
	struct blk_finish finish;
};

/* Parameters of a ring, read from xenstore. */
struct blk_ring_config {
	const char *dev_name;
	unsigned int index;
	grant_ref_t refs[DOM0_RING_MAX_PAGES];
	unsigned int nr_refs;
	evtchn_port_t port;
	enum blk_abi abi;
	unsigned int max_persistent;	/* 0 if the frontend does not reuse grants */
};

struct blk_ring *blk_ring_create(struct blk_vbd *vbd, const struct blk_ring_config *config);
void blk_rings_start(struct blk_ring **rings, unsigned int nr);
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

/* Return the number of requests that have been taken and not answered. */
static inline unsigned int blk_ring_in_flight(const struct blk_ring *ring)
{
	return READ_ONCE(ring->worker.req_cons) - READ_ONCE(ring->finish.rsp_prod);
}

#endif
