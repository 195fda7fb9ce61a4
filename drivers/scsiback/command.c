// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a command in the worker: taken off the ring, queued, started, finished, answered. A
 * ring has as many commands as slots. So one is free for each request that the frontend may
 * produce.
 */
#include "command.h"
#include "data.h"
#include "fabric.h"
#include "host.h"
#include "lun.h"
#include "protocol.h"
#include "ring.h"
#include "target.h"

#include <dom0/copy.h>
#include <dom0/evtchn.h>
#include <dom0/memory.h>
#include <dom0/ring.h>
#include <dom0/xenbus.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <xen/page.h>

#define SEGS_BYTES	(VSCSI_SEGMENTS_MAX * sizeof(struct scsiif_request_segment))

/* How long a host takes no requests, for each mistake beyond the limit. */
#define MISTAKE_DELAY	(HZ / 4)

/* A list of segments is copied into one page. */
static_assert(XEN_PAGE_SIZE % SEGS_BYTES == 0);

/* Return how many bytes vscsi_commands_create() allocates. */
size_t vscsi_commands_bytes(void)
{
	return VSCSI_SLOTS * (sizeof(struct vscsi_command) + SEGS_BYTES);
}

int vscsi_commands_create(struct vscsi_ring *ring)
{
	unsigned int i;

	ring->commands = kvcalloc(VSCSI_SLOTS, sizeof(*ring->commands), DOM0_GUEST_GFP);
	if (!ring->commands)
		return -ENOMEM;
	ring->segs = alloc_pages_exact(VSCSI_SLOTS * SEGS_BYTES, DOM0_GUEST_GFP | __GFP_ZERO);
	if (!ring->segs) {
		kvfree(ring->commands);
		return -ENOMEM;
	}
	for (i = 0; i < VSCSI_SLOTS; i++) {
		ring->commands[i].ring = ring;
		ring->commands[i].segs = ring->segs + i * VSCSI_SEGMENTS_MAX;
		list_add_tail(&ring->commands[i].link, &ring->worker.free);
	}
	return 0;
}

void vscsi_commands_destroy(struct vscsi_ring *ring)
{
	free_pages_exact(ring->segs, VSCSI_SLOTS * SEGS_BYTES);
	kvfree(ring->commands);
}

/*
 * End a command. The round's vscsi_answer() writes the response, after those of commands that ended
 * earlier.
 */
void vscsi_over(struct vscsi_command *cmd, s32 result)
{
	cmd->result = result;
	list_move_tail(&cmd->link, &cmd->ring->worker.over);
}

void vscsi_refuse(struct vscsi_command *cmd, int err)
{
	vscsi_count(cmd->ring, VSCSI_COUNT_refused, 1);
	cmd->sense_length = vscsi_refusal_sense(err, cmd->sense);
	vscsi_over(cmd, vscsi_refusal(cmd->order.act, err));
}

/* ---- aborts and resets ---- */

static struct vscsi_command *find_command(struct list_head *list, const struct vscsi_command *by)
{
	struct vscsi_command *cmd;

	list_for_each_entry(cmd, list, link)
		if (cmd->order.rqid == by->order.ref_rqid && cmd->lun == by->lun &&
		    cmd->order.act == VSCSIIF_ACT_SCSI_CDB)
			return cmd;
	return NULL;
}

/*
 * The response to a command precedes that to its abort. A command that is not found has been
 * answered already, or never existed.
 */
static void abort_command(struct vscsi_command *by)
{
	struct vscsi_ring *ring = by->ring;
	struct vscsi_command *cmd;

	vscsi_count(ring, VSCSI_COUNT_aborts, 1);
	cmd = find_command(&ring->worker.queue, by);
	if (cmd) {
		vscsi_refuse(cmd, -ECANCELED);
		vscsi_over(by, XEN_VSCSIIF_RSLT_RESET_SUCCESS);
		return;
	}
	cmd = find_command(&ring->worker.running, by);
	if (cmd)
		vscsi_abort(by, cmd->se.tag);
	else
		vscsi_over(by, XEN_VSCSIIF_RSLT_RESET_FAILED);
}

/*
 * A reset by the target core ends the commands of all guests that use the unit, and a reservation.
 * So a guest that may only read the unit waits for its own commands instead.
 */
static void reset_unit(struct vscsi_command *by)
{
	struct vscsi_ring *ring = by->ring;
	struct vscsi_command *cmd, *next;

	vscsi_count(ring, VSCSI_COUNT_resets, 1);
	list_for_each_entry_safe(cmd, next, &ring->worker.queue, link)
		if (cmd->lun == by->lun)
			vscsi_refuse(cmd, -ECANCELED);
	if (vscsi_port_may_write(by->lun->port, by->lun->unit))
		vscsi_reset(by);
	else
		list_move_tail(&by->link, &ring->worker.resets);
}

static bool waits_for_commands(const struct vscsi_command *by)
{
	struct vscsi_command *cmd;

	list_for_each_entry(cmd, &by->ring->worker.running, link)
		if (cmd->lun == by->lun && (s32)(cmd->index - by->index) < 0)
			return true;
	return false;
}

static void end_resets(struct vscsi_ring *ring)
{
	struct vscsi_command *by, *next;

	list_for_each_entry_safe(by, next, &ring->worker.resets, link)
		if (!waits_for_commands(by))
			vscsi_over(by, XEN_VSCSIIF_RSLT_RESET_SUCCESS);
}

/* Limit how often this is done: the target core logs a line for each abort. */
static void manage_unit(struct vscsi_command *cmd)
{
	if (!__ratelimit(&cmd->ring->host->management))
		vscsi_refuse(cmd, -EBUSY);
	else if (cmd->order.act == VSCSIIF_ACT_SCSI_ABORT)
		abort_command(cmd);
	else
		reset_unit(cmd);
}

/* ---- from the ring into the queue ---- */

static struct vscsi_command *get_command(struct vscsi_ring *ring)
{
	struct vscsi_command *cmd = list_first_entry(&ring->worker.free, struct vscsi_command,
						     link);

	list_del_init(&cmd->link);
	cmd->lun = NULL;
	cmd->residual = 0;
	cmd->returned = 0;
	cmd->sense_length = 0;
	return cmd;
}

static void keep_segments(struct vscsi_command *cmd, const struct vscsiif_request *req)
{
	if (cmd->order.nr_lists)
		memcpy(cmd->lists, req->seg, cmd->order.nr_lists * sizeof(*cmd->lists));
	else
		memcpy(cmd->segs, req->seg, cmd->order.nr_segments * sizeof(*cmd->segs));
}

static void take_scsi_request(struct vscsi_ring *ring)
{
	struct vscsi_command *cmd = get_command(ring);
	struct vscsiif_request req;
	int err;

	cmd->index = ring->worker.req_cons;
	vscsi_fetch(ring->shared, cmd->index, &req);
	WRITE_ONCE(ring->worker.req_cons, ring->worker.req_cons + 1);

	err = vscsi_parse(&req, &cmd->order);
	if (err) {
		vscsi_refuse(cmd, err);
		return;
	}
	cmd->lun = vscsi_lun_get(ring->host, &cmd->order.address);
	if (!cmd->lun) {
		vscsi_refuse(cmd, -ENODEV);
		return;
	}
	if (cmd->order.act != VSCSIIF_ACT_SCSI_CDB) {
		manage_unit(cmd);
		return;
	}
	keep_segments(cmd, &req);
	list_add_tail(&cmd->link, &ring->worker.queue);
}

/*
 * Take all requests that are on the ring. Return false if there were none, and the frontend has
 * been asked for an event with the next one.
 */
bool vscsi_take(struct vscsi_ring *ring)
{
	int i, nr;

	if (ring->broken || READ_ONCE(ring->stopping))
		return true;
	nr = dom0_ring_final_check(ring->shared, ring->worker.req_cons,
				   &ring->worker.rsp_prod_pvt, VSCSI_SLOTS);
	if (nr < 0) {
		WRITE_ONCE(ring->broken, true);
		dom0_backend_break(ring->host->be, "request producer index out of range");
		return true;
	}
	for (i = 0; i < nr; i++)
		take_scsi_request(ring);
	vscsi_count(ring, VSCSI_COUNT_rounds, !!nr);
	ring->worker.worked |= nr;
	return nr;
}

/* ---- from the queue to the target core ---- */

static bool copies_have_room(const struct vscsi_command *cmd)
{
	return dom0_copy_space(&cmd->ring->worker.copy) >= 2 * cmd->order.nr_segments;
}

/* Move commands from the queue to @batch, as long as the copies have room and pages are free. */
static void gather_writes(struct vscsi_ring *ring, struct list_head *batch)
{
	struct vscsi_command *cmd, *next;

	list_for_each_entry_safe(cmd, next, &ring->worker.queue, link) {
		if (!copies_have_room(cmd))
			return;
		if (!vscsi_take_pages(cmd)) {
			vscsi_count(ring, VSCSI_COUNT_page_waits, list_empty(batch));
			return;
		}
		vscsi_gather(cmd, vscsi_writes(cmd) ? cmd->order.length : 0);
		list_move_tail(&cmd->link, batch);
	}
}

static void submit_scsi_batch(struct vscsi_ring *ring, struct list_head *batch)
{
	struct vscsi_command *cmd, *next;
	int err;

	list_for_each_entry_safe(cmd, next, batch, link) {
		err = vscsi_gathered(cmd);
		if (err) {
			vscsi_refuse(cmd, err);
			continue;
		}
		if (vscsi_writes(cmd))
			vscsi_count(ring, VSCSI_COUNT_bytes_in, cmd->order.length);
		vscsi_count(ring, VSCSI_COUNT_commands, 1);
		list_move_tail(&cmd->link, &ring->worker.running);
		vscsi_submit(cmd);
	}
}

void vscsi_start(struct vscsi_ring *ring)
{
	for (;;) {
		LIST_HEAD(batch);

		gather_writes(ring, &batch);
		if (list_empty(&batch))
			return;
		dom0_copy_flush(&ring->worker.copy);
		submit_scsi_batch(ring, &batch);
		dom0_copy_reset(&ring->worker.copy);
	}
}

/* ---- from the target core to the guest ---- */

static void collect_commands(struct llist_head *from, struct list_head *to)
{
	struct llist_node *first = llist_reverse_order(llist_del_all(from));
	struct vscsi_command *cmd, *next;

	llist_for_each_entry_safe(cmd, next, first, node)
		list_move_tail(&cmd->link, to);
}

/* Move commands from @done to @batch, as long as the copies have room. */
static void gather_reads(struct vscsi_ring *ring, struct list_head *done, struct list_head *batch)
{
	struct vscsi_command *cmd, *next;

	list_for_each_entry_safe(cmd, next, done, link) {
		if (!copies_have_room(cmd))
			return;
		vscsi_gather(cmd, cmd->returned);
		list_move_tail(&cmd->link, batch);
	}
}

/* The unit has carried the command out, but its data could not be copied to the guest. */
static void fail_command(struct vscsi_command *cmd)
{
	cmd->result = vscsi_result(XEN_VSCSIIF_RSLT_HOST_ERROR, 0);
	cmd->residual = cmd->order.length;
	cmd->sense_length = 0;
}

static bool is_logged(const struct vscsi_command *cmd)
{
	return vscsi_is_mistake(&cmd->order, cmd->result, cmd->sense, cmd->passed_on) ||
	       vscsi_tells_log(&cmd->order, vscsi_first_data(cmd));
}

/*
 * The target core logs a line for many kinds of faulty commands. So a host with too many of them
 * pauses: it answers the requests that it has taken, but takes no more for a time. At most
 * VSCSI_SLOTS commands are in flight, so no pause is longer than VSCSI_SLOTS delays.
 */
static void note_mistake(struct vscsi_ring *ring, const struct vscsi_command *cmd)
{
	struct vscsi_host *host = ring->host;

	if (!is_logged(cmd) || __ratelimit(&host->mistakes))
		return;
	host->paused_until = max(host->paused_until, get_jiffies_64()) + MISTAKE_DELAY;
	vscsi_count(ring, VSCSI_COUNT_pauses, 1);
}

/*
 * Put our reference of each command. When the target core has put its own, the command comes back
 * in ring->released.
 */
static void put_batch(struct vscsi_ring *ring, struct list_head *batch)
{
	struct vscsi_command *cmd, *next;

	list_for_each_entry_safe(cmd, next, batch, link) {
		note_mistake(ring, cmd);
		if (vscsi_gathered(cmd))
			fail_command(cmd);
		else
			vscsi_count(ring, VSCSI_COUNT_bytes_out, cmd->returned);
		list_move_tail(&cmd->link, &ring->worker.running);
		vscsi_put(cmd);
	}
}

void vscsi_finish(struct vscsi_ring *ring)
{
	LIST_HEAD(done);

	collect_commands(&ring->done, &done);
	while (!list_empty(&done)) {
		LIST_HEAD(batch);

		gather_reads(ring, &done, &batch);
		dom0_copy_flush(&ring->worker.copy);
		put_batch(ring, &batch);
		dom0_copy_reset(&ring->worker.copy);
	}
}

/* ---- the answer ---- */

static void write_response(struct vscsi_ring *ring, const struct vscsi_command *cmd)
{
	struct vscsiif_response rsp = {
		.rqid = cmd->order.rqid,
		.rslt = cmd->result,
		.residual_len = cmd->residual,
		.sense_len = cmd->sense_length,
	};

	memcpy(rsp.sense_buffer, cmd->sense, cmd->sense_length);
	vscsi_respond(ring->shared, ring->worker.rsp_prod_pvt, &rsp);
}

static void answer_command(struct vscsi_ring *ring, struct vscsi_command *cmd)
{
	write_response(ring, cmd);
	if (XEN_VSCSIIF_RSLT_HOST(cmd->result))
		vscsi_count(ring, VSCSI_COUNT_failed, 1);
	vscsi_put_pages(cmd);
	if (cmd->lun)
		vscsi_lun_put(cmd->lun);
	list_move_tail(&cmd->link, &ring->worker.free);
	WRITE_ONCE(ring->worker.rsp_prod_pvt, ring->worker.rsp_prod_pvt + 1);
}

/* Answer all commands that are over. Return true if there were any. */
bool vscsi_answer(struct vscsi_ring *ring)
{
	struct vscsi_command *cmd, *next;
	bool notify;

	collect_commands(&ring->released, &ring->worker.over);
	end_resets(ring);
	if (list_empty(&ring->worker.over))
		return false;
	list_for_each_entry_safe(cmd, next, &ring->worker.over, link)
		answer_command(ring, cmd);

	notify = dom0_ring_push(ring->shared, ring->worker.rsp_prod, ring->worker.rsp_prod_pvt);
	WRITE_ONCE(ring->worker.rsp_prod, ring->worker.rsp_prod_pvt);
	vscsi_count(ring, VSCSI_COUNT_batches, 1);
	vscsi_count(ring, VSCSI_COUNT_notifies, notify);
	if (notify)
		dom0_evtchn_notify(ring->ch);
	return true;
}
