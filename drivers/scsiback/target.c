// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's target core (LIO): commands are handed to it here, and it calls back here.
 *
 * A command that it has taken is released exactly once, whatever became of it: done, failed, or
 * aborted. The worker answers after that, so that the command can be used again at once. A command
 * that was not aborted is held once more by us until its data is with the guest.
 */
#include "command.h"
#include "data.h"
#include "fabric.h"
#include "lun.h"
#include "ring.h"
#include "target.h"

#include <dom0/memory.h>
#include <linux/atomic.h>
#include <linux/highmem.h>
#include <linux/rcupdate.h>
#include <target/target_core_backend.h>
#include <target/target_core_fabric.h>

/*
 * By it an abort names its command. Guests may share a session, and are free to use a request's id
 * twice, so it is neither.
 */
static atomic64_t last_tag;

static struct vscsi_command *to_command(struct se_cmd *se)
{
	return container_of(se, struct vscsi_command, se);
}

/* vscsi_ring_stop() waits for those that may still touch the ring. */
static void list_for_worker(struct vscsi_command *cmd, struct llist_head *list)
{
	struct vscsi_ring *ring = cmd->ring;

	rcu_read_lock();
	llist_add(&cmd->node, list);
	vscsi_ring_kick(ring);
	rcu_read_unlock();
}

/* ---- commands ---- */

static enum dma_data_direction dma_direction(const struct vscsi_command *cmd)
{
	switch (cmd->order.direction) {
	case VSCSI_TO_DEVICE:
		return DMA_TO_DEVICE;
	case VSCSI_FROM_DEVICE:
		return DMA_FROM_DEVICE;
	default:
		return DMA_NONE;
	}
}

/* What is no data of a disk may be shorter than it says: earlier data would be behind it. */
static void wipe_pages(struct vscsi_command *cmd, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		clear_highpage(cmd->pages[i]);
}

/*
 * The target core now knows how much the command itself is about, which is what a read is cut down
 * to. It takes no more pages than that: the disk would read what was not asked for.
 */
static void attach_pages(struct vscsi_command *cmd)
{
	struct se_cmd *se = &cmd->se;
	u32 length = min(se->data_length, cmd->order.length);
	unsigned int i, nr = DIV_ROUND_UP(length, PAGE_SIZE);

	if (!nr)
		return;
	sg_init_table(cmd->sgl, nr);
	for (i = 0; i < nr; i++)
		sg_set_page(&cmd->sgl[i], cmd->pages[i],
			    min_t(u32, length - i * PAGE_SIZE, PAGE_SIZE), 0);
	if (vscsi_reads(cmd) && !(se->se_cmd_flags & SCF_SCSI_DATA_CDB))
		wipe_pages(cmd, nr);
	se->t_data_sg = cmd->sgl;
	se->t_data_nents = nr;
	se->se_cmd_flags |= SCF_PASSTHROUGH_SG_TO_MEM_NOALLOC;
}

static void prepare_command(struct vscsi_command *cmd)
{
	memset(&cmd->se, 0, sizeof(cmd->se));
	memset(cmd->sense, 0, sizeof(cmd->sense));
	cmd->se.tag = atomic64_inc_return(&last_tag);
	cmd->result = vscsi_refusal(cmd->order.act, -EIO);
}

/*
 * What the target core leaves to its fabric. It marks a command that has less room than it is
 * about, and would start it nevertheless. A disk would be asked for parts of its blocks. Devices
 * that pass commands on have blocks of any length, and judge for themselves.
 *
 * With protection information it takes the length from the command alone, and would get what it
 * lacks pages for by itself, with what is in them. It gets those for the information itself in any
 * case: as many as the command says, and it does not survive that there are none.
 */
static sense_reason_t check_length(const struct vscsi_command *cmd)
{
	const struct se_cmd *se = &cmd->se;
	const struct se_device *dev = se->se_dev;

	if (se->data_length > cmd->order.length)
		return TCM_INVALID_CDB_FIELD;
	if (se->prot_op != TARGET_PROT_NORMAL &&
	    !vscsi_protection_fits(se->prot_length, dev->prot_length, se->data_length,
				   dev->dev_attrib.block_size))
		return TCM_INVALID_CDB_FIELD;
	if (!(se->se_cmd_flags & SCF_SCSI_DATA_CDB) ||
	    dev->transport_flags & TRANSPORT_FLAG_PASSTHROUGH)
		return TCM_NO_SENSE;
	if (se->se_cmd_flags & SCF_OVERFLOW_BIT || se->data_length % dev->dev_attrib.block_size)
		return TCM_INVALID_CDB_FIELD;
	return TCM_NO_SENSE;
}

/* One of Dom0's SCSI devices always does. What can be changed at any time does not count. */
static bool passes_reservations_on(const struct se_device *dev)
{
	return dev->transport->transport_flags_default & TRANSPORT_FLAG_PASSTHROUGH_PGR;
}

/* The target core looks at what an initiator may do, but not at what the unit can. */
static sense_reason_t check_command(const struct vscsi_command *cmd)
{
	if (cmd->se.se_lun->lun_access_ro && !vscsi_only_looks(&cmd->order))
		return TCM_WRITE_PROTECTED;
	if (!passes_reservations_on(cmd->se.se_dev) &&
	    vscsi_is_unsafe_reservation(&cmd->order, vscsi_first_data(cmd)))
		return TCM_INVALID_CDB_FIELD;
	return check_length(cmd);
}

/*
 * The target core would say that a flush is done before it begins. It looks at the command once
 * more afterwards, which may be another by then, and tells only the log if the flush fails. A
 * device that commands are passed on to has other commands with these opcodes.
 */
static void wait_for_flush(struct vscsi_command *cmd)
{
	struct se_cmd *se = &cmd->se;

	if (!(se->se_dev->transport_flags & TRANSPORT_FLAG_PASSTHROUGH))
		vscsi_clear_immed(se->t_task_cdb);
}

/* Returns false if it has failed; the callbacks have said so already. */
static bool prepare_submission(struct vscsi_command *cmd)
{
	sense_reason_t wrong;

	/*
	 * The pages are not given here: it would tell the log of each command that has too few of
	 * them.
	 */
	if (target_submit_prep(&cmd->se, cmd->order.cdb, NULL, 0, NULL, 0, NULL, 0,
			       DOM0_GUEST_GFP))
		return false;
	wait_for_flush(cmd);
	wrong = check_command(cmd);
	if (wrong)
		transport_generic_request_failure(&cmd->se, wrong);
	return !wrong;
}

void vscsi_submit(struct vscsi_command *cmd)
{
	struct se_session *session = vscsi_port_session(cmd->lun->port);

	prepare_command(cmd);
	if (target_init_cmd(&cmd->se, session, cmd->sense, cmd->lun->unit, cmd->order.length,
			    TCM_SIMPLE_TAG, dma_direction(cmd), TARGET_SCF_ACK_KREF)) {
		vscsi_refuse(cmd, -EIO);
		return;
	}
	if (!prepare_submission(cmd))
		return;
	attach_pages(cmd);
	dom0_target_submit(&cmd->se);
}

void vscsi_put(struct vscsi_command *cmd)
{
	target_put_sess_cmd(&cmd->se);
}

/* ---- aborts and resets ---- */

static void submit_management(struct vscsi_command *cmd, unsigned char function, u64 tag)
{
	struct se_session *session = vscsi_port_session(cmd->lun->port);

	prepare_command(cmd);
	list_move_tail(&cmd->link, &cmd->ring->running);
	if (target_submit_tmr(&cmd->se, session, cmd->sense, cmd->lun->unit, NULL, function,
			      DOM0_GUEST_GFP, tag, 0))
		vscsi_refuse(cmd, -ENOMEM);
}

void vscsi_abort(struct vscsi_command *cmd, u64 tag)
{
	submit_management(cmd, TMR_ABORT_TASK, tag);
}

void vscsi_reset(struct vscsi_command *cmd)
{
	submit_management(cmd, TMR_LUN_RESET, 0);
}

/* ---- callbacks ---- */

int vscsi_write_pending(struct se_cmd *se)
{
	/* The data is here already. */
	target_execute_cmd(se);
	return 0;
}

static u32 residual_of(const struct vscsi_command *cmd)
{
	if (!(cmd->se.se_cmd_flags & SCF_UNDERFLOW_BIT))
		return 0;
	return min(cmd->se.residual_count, cmd->order.length);
}

static int note_outcome(struct se_cmd *se, u32 returned)
{
	struct vscsi_command *cmd = to_command(se);

	cmd->result = vscsi_result(XEN_VSCSIIF_RSLT_HOST_OK, se->scsi_status);
	cmd->returned = returned;
	cmd->residual = residual_of(cmd);
	cmd->passed_on = se->se_cmd_flags & SCF_TRANSPORT_TASK_SENSE;
	if (se->se_cmd_flags & (SCF_TRANSPORT_TASK_SENSE | SCF_EMULATED_TASK_SENSE))
		cmd->sense_length = vscsi_sense_length(cmd->sense);
	list_for_worker(cmd, &cmd->ring->done);
	return 0;
}

int vscsi_queue_data_in(struct se_cmd *se)
{
	struct vscsi_command *cmd = to_command(se);

	return note_outcome(se, vscsi_reads(cmd) ? min(se->data_length, cmd->order.length) : 0);
}

int vscsi_queue_status(struct se_cmd *se)
{
	return note_outcome(se, 0);
}

void vscsi_queue_tm_rsp(struct se_cmd *se)
{
	if (se->se_tmr_req->response == TMR_FUNCTION_COMPLETE)
		to_command(se)->result = XEN_VSCSIIF_RSLT_RESET_SUCCESS;
}

/* By an abort, or by a reset of the unit, perhaps another guest's. */
void vscsi_aborted_task(struct se_cmd *se)
{
	struct vscsi_command *cmd = to_command(se);

	cmd->result = vscsi_refusal(cmd->order.act, -ECANCELED);
}

int vscsi_check_stop_free(struct se_cmd *se)
{
	return transport_generic_free_cmd(se, 0);
}

void vscsi_release_cmd(struct se_cmd *se)
{
	struct vscsi_command *cmd = to_command(se);

	list_for_worker(cmd, &cmd->ring->released);
}
