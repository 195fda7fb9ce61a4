// SPDX-License-Identifier: GPL-2.0
/*
 * The interface to the kernel's target core (LIO): commands are submitted here, and it calls back
 * here.
 *
 * The target core releases each command that it has taken exactly once, whether it was done, failed
 * or was aborted. The worker answers after that, so that the command can be used again at once. For
 * a command that was not aborted we hold a second reference, until its data has been copied to the
 * guest.
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
 * The tag by which an abort names its command. It is not the request's id: guests may share a
 * session, and a guest may use an id twice.
 */
static atomic64_t last_tag;

static struct vscsi_command *to_command(struct se_cmd *se)
{
	return container_of(se, struct vscsi_command, se);
}

/* The RCU read section lets vscsi_ring_stop() wait for threads that still use the ring. */
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

/*
 * Clear pages for data that is not a disk's. Such data may be shorter than its length says, and
 * data of an earlier command would follow it.
 */
static void wipe_pages(struct vscsi_command *cmd, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		clear_highpage(cmd->pages[i]);
}

/*
 * The target core has now read the length in the command itself, and cuts a read down to it. Give
 * it no more pages than that, or the disk would read more than was asked for.
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
 * Check what the target core leaves to its fabric. It marks a command whose own length exceeds the
 * frontend's data, and would start it nevertheless. A disk would be asked for parts of its blocks.
 * Devices to which commands are passed on have blocks of any length, and check it themselves.
 *
 * With protection information the target core takes the length from the command alone. It would
 * allocate missing pages itself, and not clear them. It always allocates the pages for the
 * information, as many as the command says, and crashes if that is 0.
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

/*
 * One of Dom0's SCSI devices always does. Look at the default flags only: others can be changed at
 * any time.
 */
static bool passes_reservations_on(const struct se_device *dev)
{
	return dev->transport->transport_flags_default & TRANSPORT_FLAG_PASSTHROUGH_PGR;
}

/* The target core checks whether an initiator may write, but not whether the unit is read-only. */
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
 * Clear IMMED. With it the target core would report a flush as done before it begins, and a failure
 * only in the log. It would also read the command again afterwards, which may be another one by
 * then.
 *
 * Devices to which commands are passed on are left out: they have other commands with these
 * opcodes.
 */
static void wait_for_flush(struct vscsi_command *cmd)
{
	struct se_cmd *se = &cmd->se;

	if (!(se->se_dev->transport_flags & TRANSPORT_FLAG_PASSTHROUGH))
		vscsi_clear_immed(se->t_task_cdb);
}

/* Return false if the command has failed; the callbacks have reported that already. */
static bool prepare_submission(struct vscsi_command *cmd)
{
	sense_reason_t wrong;

	/* Pass no pages here: the target core would log each command that has too few of them. */
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
	list_move_tail(&cmd->link, &cmd->ring->worker.running);
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

/* The command was ended by an abort or by a reset of the unit, perhaps another guest's. */
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
