/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of a request: command.c takes it off the ring, protocol.c checks it, data.c brings the
 * data in reach, target.c hands it to the kernel's target core (LIO). That carries it out and says
 * so in target.c. Then data.c brings data to the guest, and command.c answers.
 *
 * One work item does all work on a ring, one run at a time. The target core's threads only put
 * commands into lists without a lock, for the work item.
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

/* Grant copies gathered for one hypercall: at least those of one request. */
#define VSCSI_BATCH_OPS		512

/**
 * struct vscsi_ring - the ring of a connected host
 * @host: its host
 * @shared: the page shared with the frontend
 * @ch: event channel
 *
 * Any context:
 * @work: the worker
 * @resume: queues it when a pause of the host is over
 * @idle: woken when all that was taken has been answered
 * @broken: the frontend has broken the protocol; the ring is not looked at any more
 * @stopping: the host disconnects; no more is taken
 * @done: commands whose outcome is known
 * @released: commands that the target core has let go of
 *
 * The worker's own:
 * @cons: requests taken
 * @answered: responses written
 * @pushed: of those, shown to the frontend; also read by what waits for the ring to be idle
 * @worked: an event has brought requests since the last EOI
 * @free: commands that are not in use
 * @queue: commands that wait to be started, in order
 * @running: commands that the target core has
 * @over: commands to be answered, in order
 * @pages: to copy data through
 * @copy: copies that are being gathered, in either direction
 * @commands: all commands, as many as the ring has slots
 * @segs: their segments
 * @memory: bytes that were charged
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

	RING_IDX cons;
	RING_IDX answered;
	RING_IDX pushed;
	bool worked;
	struct list_head free;
	struct list_head queue;
	struct list_head running;
	struct list_head over;
	struct dom0_pages pages;
	struct dom0_copy copy;
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
