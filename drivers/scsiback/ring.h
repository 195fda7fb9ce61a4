/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The path of a request: command.c takes it off the ring, protocol.c checks it, data.c copies its
 * data from the guest, and target.c submits it to the kernel's target core (LIO). The target core
 * carries it out and calls back into target.c. Then data.c copies data to the guest, and command.c
 * answers.
 *
 * One worker, a work item, does all work on a ring, one run at a time. The target core's threads
 * only put commands into lists without a lock, for the worker.
 */
#ifndef _SCSIBACK_RING_H
#define _SCSIBACK_RING_H

#include "counters.h"
#include "host.h"

#include <dom0/copy.h>
#include <dom0/pages.h>
#include <dom0/ring.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/grant_table.h>

struct dom0_evtchn;
struct vscsi_command;

/* Grant copies in one hypercall: at least as many as one request needs. */
#define VSCSI_BATCH_OPS		512

/**
 * struct vscsi_worker - what the worker of a ring, a work item, alone uses
 *
 * debugfs and vscsi_ring_stop() read @req_cons and @rsp_prod by READ_ONCE.
 *
 * @req_cons: requests taken
 * @rsp_prod_pvt: responses written
 * @rsp_prod: responses that the frontend can see
 * @worked: requests have been taken since the last EOI
 * @free: commands that are not in use
 * @queue: commands that wait to be started, in order
 * @running: commands that the target core has
 * @resets: resets of read-only units, which wait for commands in @running
 * @over: commands to be answered, in order
 * @pages: buffers through which data is copied
 * @copy: the batch of grant copies, in either direction
 */
struct vscsi_worker {
	RING_IDX req_cons;
	RING_IDX rsp_prod_pvt;
	RING_IDX rsp_prod;
	bool worked;
	struct list_head free;
	struct list_head queue;
	struct list_head running;
	struct list_head resets;
	struct list_head over;
	struct dom0_pages pages;
	struct dom0_copy copy;
};

/**
 * struct vscsi_ring - the ring of a connected host
 *
 * Fixed after creation:
 * @host: its host
 * @shared: the page shared with the frontend
 * @commands: all commands, as many as the ring has slots
 * @segs: segments of @commands
 * @memory: bytes charged to the limit of all rings
 *
 * Written once by WRITE_ONCE, last at creation; the worker does nothing before READ_ONCE shows it:
 * @ch: event channel
 *
 * @work: the worker; any context queues it
 * @resume: queues @work when a pause of the host is over; the worker queues it
 * @idle: vscsi_ring_stop() waits here; the worker wakes it when all requests that were taken have
 *	been answered
 *
 * Flags; written by WRITE_ONCE:
 * @broken: the frontend has broken the protocol, and no more requests are taken; the worker writes
 *	it, debugfs reads it
 * @stopping: the host disconnects, and no more requests are taken; vscsi_ring_stop() writes it, the
 *	worker reads it
 *
 * Lists without a lock, from the target core's threads to the worker:
 * @done: commands whose outcome is known
 * @released: commands that the target core has released
 *
 * @worker: what the worker alone uses
 */
struct vscsi_ring {
	struct vscsi_host *host;
	struct dom0_sring *shared;
	struct dom0_evtchn *ch;

	struct work_struct work;
	struct delayed_work resume;
	wait_queue_head_t idle;
	bool broken;
	bool stopping;
	struct llist_head done;
	struct llist_head released;

	struct vscsi_worker worker;
	struct vscsi_command *commands;
	struct scsiif_request_segment *segs;
	size_t memory;
};

static inline void vscsi_count(struct vscsi_ring *ring, enum vscsi_counter counter, u64 n)
{
	u64 *count = &ring->host->counters[counter];

	WRITE_ONCE(*count, *count + n);
}

struct vscsi_ring *vscsi_ring_create(struct vscsi_host *host, grant_ref_t ref, evtchn_port_t port);
void vscsi_ring_stop(struct vscsi_ring *ring);
void vscsi_ring_destroy(struct vscsi_ring *ring);
void vscsi_ring_kick(struct vscsi_ring *ring);
int vscsi_rings_init(void);
void vscsi_rings_exit(void);

#endif
