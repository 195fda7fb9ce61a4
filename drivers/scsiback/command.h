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

/* A segment may lie across two pages of ours. */
#define VSCSI_COPIES_MAX	(2 * VSCSI_SEGMENTS_MAX)

#define VSCSI_PAGES_MAX		DIV_ROUND_UP(VSCSI_DATA_MAX, PAGE_SIZE)

/**
 * struct vscsi_command - a request between ring and response
 *
 * The ring's worker owns it, but for what the target core does between submission and release.
 *
 * @link: in one of the ring's lists
 * @node: on its way from the target core to the worker
 * @ring: the ring that it came from
 * @order: what the frontend asked for
 * @lun: whom it is for, held; NULL if it was refused before that was known
 * @result: outcome so far, for vscsiif_response.rslt
 * @residual: bytes that were asked for and not moved
 * @returned: bytes that are to be copied to the guest
 * @sense_length: bytes of @sense that say something
 * @passed_on: @sense is from a device to which the command was passed on
 * @slot: first of its slots in the batch of copies
 * @nr_copies: how many it has there
 * @nr_pages: pages that it has borrowed
 * @lists: where its segments are to be found, if they are not in the slot
 * @segs: its segments, in a page of the ring's
 * @pages: its data, packed: the bytes of all segments one behind the other
 * @sgl: the same for the target core
 * @sense: filled by the target core
 * @se: the target core's part
 */
struct vscsi_command {
	struct list_head link;
	struct llist_node node;
	struct vscsi_ring *ring;
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
