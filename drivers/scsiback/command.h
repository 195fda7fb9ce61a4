/* SPDX-License-Identifier: GPL-2.0 */
/* A request between ring and response. */
#ifndef _SCSIBACK_COMMAND_H
#define _SCSIBACK_COMMAND_H

#include "protocol.h"

#include <linux/list.h>
#include <linux/llist.h>
#include <linux/scatterlist.h>
#include <target/target_core_base.h>

struct vscsi_lun;
struct vscsi_ring;

/* A segment may cross a page border in our buffer, and then needs two copies. */
#define VSCSI_COPIES_MAX	(2 * VSCSI_SEGMENTS_MAX)

#define VSCSI_PAGES_MAX		DIV_ROUND_UP(VSCSI_DATA_MAX, PAGE_SIZE)

/**
 * struct vscsi_command - a request between ring and response
 *
 * The ring's worker, a work item, owns it, except while the target core has it, from submission to
 * release.
 *
 * @link: in one of the ring's lists
 * @node: in @ring->done or @ring->released, on the way from the target core to the worker
 * @ring: the ring that it came from
 * @index: index of the request on the ring
 * @order: the parsed request
 * @lun: the unit, referenced; NULL if the request was refused before the unit was known
 * @result: outcome so far, for vscsiif_response.rslt
 * @residual: bytes that were requested and not transferred
 * @returned: bytes that are to be copied to the guest
 * @sense_length: valid bytes of @sense
 * @passed_on: @sense is from a device to which the command was passed on
 * @slot: index of its first copy in the batch of copies
 * @nr_copies: number of its copies in the batch
 * @nr_pages: pages that it has taken from the ring's
 * @lists: the lists of its segments, if these are not in the slot
 * @segs: its segments, in memory of the ring
 * @pages: its data, packed: the bytes of all segments one behind the other
 * @sgl: @pages as a scatterlist for the target core
 * @sense: filled by the target core
 * @se: the target core's part
 */
struct vscsi_command {
	struct list_head link;
	struct llist_node node;
	struct vscsi_ring *ring;
	RING_IDX index;
	struct vscsi_order order;
	struct vscsi_lun *lun;
	s32 result;
	u32 residual;
	u32 returned;
	u8 sense_length;
	bool passed_on;
	unsigned int slot;
	unsigned int nr_copies;
	unsigned int nr_pages;
	struct scsiif_request_segment lists[VSCSI_DIRECT_MAX];
	struct scsiif_request_segment *segs;
	struct page *pages[VSCSI_PAGES_MAX];
	struct scatterlist sgl[VSCSI_PAGES_MAX];
	u8 sense[VSCSIIF_SENSE_BUFFERSIZE];
	struct se_cmd se;
};

static inline bool vscsi_reads(const struct vscsi_command *cmd)
{
	return cmd->order.direction == VSCSI_FROM_DEVICE;
}

static inline bool vscsi_writes(const struct vscsi_command *cmd)
{
	return cmd->order.direction == VSCSI_TO_DEVICE;
}

size_t vscsi_commands_bytes(void);
int vscsi_commands_create(struct vscsi_ring *ring);
void vscsi_commands_destroy(struct vscsi_ring *ring);
bool vscsi_take(struct vscsi_ring *ring);
void vscsi_start(struct vscsi_ring *ring);
void vscsi_finish(struct vscsi_ring *ring);
bool vscsi_answer(struct vscsi_ring *ring);
void vscsi_over(struct vscsi_command *cmd, s32 result);
void vscsi_refuse(struct vscsi_command *cmd, int err);

#endif
