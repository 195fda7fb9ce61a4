// SPDX-License-Identifier: GPL-2.0
/*
 * Parse a slot of the ring into a checked command, and write a response. No state is kept here.
 * Pure: tests/unit compiles it in user space.
 */
#include "protocol.h"

#include <dom0/ring.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/string.h>

#define BODY_OFFSET_64	8
#define BODY_OFFSET_32	4

/* The structs and offsets of protocol.h and of this file match the layout of blkif.h: */
static_assert(sizeof(struct blk_segment) == sizeof(struct blkif_request_segment));
static_assert(offsetof(struct blk_segment, first_sect) ==
	      offsetof(struct blkif_request_segment, first_sect));
static_assert(offsetof(struct blk_segment, last_sect) ==
	      offsetof(struct blkif_request_segment, last_sect));
static_assert(sizeof(struct blk_slot_head) == 4);
static_assert(sizeof(struct blk_slot_body) == 104);
static_assert(sizeof(struct blkif_request) == BLK_SLOT_SIZE_64);
static_assert(sizeof(struct blk_slot_body) + BODY_OFFSET_64 == BLK_SLOT_SIZE_64);
static_assert(sizeof(struct blk_slot_body) + BODY_OFFSET_32 == BLK_SLOT_SIZE_32);
static_assert(offsetof(struct blkif_request, u.rw.nr_segments) ==
	      offsetof(struct blk_slot_head, arg));
static_assert(offsetof(struct blkif_request, u.discard.flag) ==
	      offsetof(struct blk_slot_head, arg));
static_assert(offsetof(struct blkif_request, u.indirect.indirect_op) ==
	      offsetof(struct blk_slot_head, arg));
static_assert(offsetof(struct blkif_request, u.indirect.nr_segments) ==
	      offsetof(struct blk_slot_head, count));
static_assert(offsetof(struct blkif_request, u.rw.id) == BODY_OFFSET_64);
static_assert(offsetof(struct blkif_request, u.rw.sector_number) - BODY_OFFSET_64 ==
	      offsetof(struct blk_slot_body, sector));
static_assert(offsetof(struct blkif_request, u.rw.seg) - BODY_OFFSET_64 ==
	      offsetof(struct blk_slot_body, seg));
static_assert(offsetof(struct blkif_request, u.discard.nr_sectors) - BODY_OFFSET_64 ==
	      offsetof(struct blk_slot_body, nr_sectors));
static_assert(offsetof(struct blkif_request, u.indirect.indirect_grefs) - BODY_OFFSET_64 ==
	      offsetof(struct blk_slot_body, indirect.ref));
static_assert(sizeof(struct dom0_sring) == 64);

/* Return the number of slots: a power of two, and the same for both layouts at each valid size. */
unsigned int blk_ring_slots(unsigned int pages)
{
	size_t bytes = pages * BLK_PAGE_SIZE - sizeof(struct dom0_sring);

	return rounddown_pow_of_two(bytes / BLK_SLOT_SIZE_64);
}

bool blk_abi_from_name(const char *name, enum blk_abi *abi)
{
	if (!strcmp(name, XEN_IO_PROTO_ABI_X86_32))
		*abi = BLK_ABI_32;
	else if (!strcmp(name, XEN_IO_PROTO_ABI_X86_64) ||
		 !strcmp(name, XEN_IO_PROTO_ABI_NATIVE))
		*abi = BLK_ABI_64;
	else
		return false;
	return true;
}

/* Read a u64 in halves: the 32-bit layout aligns it to 4 bytes only. */
static u64 fetch_u64(const void *shared)
{
	const u32 *from = shared;
	u32 low = READ_ONCE(from[0]), high = READ_ONCE(from[1]);

	return (u64)high << 32 | low;
}

static bool past_end(const struct blk_command *cmd, const struct blk_bounds *bounds)
{
	u64 size = READ_ONCE(bounds->nr_sectors);

	return cmd->sector > size || cmd->nr_sectors > size - cmd->sector;
}

/* Return the pages that the whole blocks around the data take. */
static unsigned int span_of(const struct blk_command *cmd, const struct blk_bounds *bounds)
{
	unsigned int before = cmd->sector & (bounds->block_sectors - 1);

	/* A page holds a whole number of blocks. */
	return DIV_ROUND_UP(before + (unsigned int)cmd->nr_sectors, BLK_PAGE_SECTORS);
}

/*
 * Whole blocks may be cut into segments anywhere. A part of a block can be read with the rest of
 * it, which is dropped. To write a part, the block would have to be read first.
 */
static int check_span(struct blk_command *cmd, const struct blk_bounds *bounds)
{
	bool is_part = blk_is_misaligned(cmd->sector | cmd->nr_sectors, bounds);
	unsigned int pages = span_of(cmd, bounds);

	if (is_part && !(bounds->small_sectors && cmd->op == BLKIF_OP_READ))
		return -EINVAL;
	if (pages > BLK_INDIRECT_MAX)
		return -EINVAL;
	cmd->span_pages = pages;
	return 0;
}

static int check_segments(struct blk_command *cmd, const struct blk_bounds *bounds,
			  const struct blk_segment *segs)
{
	bool misaligned = false;
	unsigned int i;

	cmd->nr_sectors = 0;
	for (i = 0; i < cmd->nr_segments; i++) {
		const struct blk_segment *seg = &segs[i];

		if (seg->first_sect > seg->last_sect || seg->last_sect >= BLK_PAGE_SECTORS)
			return -EINVAL;
		misaligned |= blk_is_misaligned(blk_segment_sectors(seg), bounds);
		cmd->nr_sectors += blk_segment_sectors(seg);
	}

	/* A flush or barrier without data has no place on the disk to check. */
	if (!cmd->nr_sectors)
		return 0;
	if (past_end(cmd, bounds))
		return -ERANGE;
	/* Whole blocks may begin anywhere in a page of memory. */
	if (misaligned || blk_is_misaligned(cmd->sector, bounds))
		return check_span(cmd, bounds);
	return 0;
}

static bool may_be_empty(u8 op)
{
	return op == BLKIF_OP_FLUSH_DISKCACHE || op == BLKIF_OP_WRITE_BARRIER;
}

static int parse_direct(const struct blk_slot_head *head, const struct blk_slot_body *shared,
			const struct blk_bounds *bounds, struct blk_command *cmd,
			struct blk_segment *segs)
{
	unsigned int nr = head->arg;

	if (nr > BLK_DIRECT_MAX || (!nr && !may_be_empty(cmd->op)))
		return -EINVAL;
	if (bounds->readonly && nr && cmd->op != BLKIF_OP_READ)
		return -EROFS;

	cmd->nr_segments = nr;
	dom0_ring_copy(segs, shared->seg, nr * sizeof(*segs));
	return check_segments(cmd, bounds, segs);
}

static int parse_discard(const struct blk_slot_head *head, const struct blk_slot_body *shared,
			 const struct blk_bounds *bounds, struct blk_command *cmd)
{
	if (bounds->readonly)
		return -EROFS;
	if (!bounds->discard)
		return -EOPNOTSUPP;

	/* The ABI says to ignore the flag if secure discard was not advertised. */
	cmd->secure = bounds->secure_discard && (head->arg & BLKIF_DISCARD_SECURE);
	cmd->nr_sectors = fetch_u64(&shared->nr_sectors);
	if (!cmd->nr_sectors || blk_is_misaligned(cmd->sector | cmd->nr_sectors, bounds))
		return -EINVAL;
	return past_end(cmd, bounds) ? -ERANGE : 0;
}

static int parse_indirect_head(const struct blk_slot_head *head,
			       const struct blk_slot_body *shared,
			       const struct blk_bounds *bounds, struct blk_command *cmd)
{
	unsigned int nr = head->count;

	cmd->op = head->arg;
	if (cmd->op != BLKIF_OP_READ && cmd->op != BLKIF_OP_WRITE)
		return -EOPNOTSUPP;
	if (!nr || nr > BLK_INDIRECT_MAX)
		return -EINVAL;
	if (bounds->readonly && cmd->op == BLKIF_OP_WRITE)
		return -EROFS;

	cmd->nr_segments = nr;
	cmd->indirect = true;
	cmd->indirect_ref = READ_ONCE(shared->indirect.ref);
	return 0;
}

/* A frontend disables the disk if a response does not have the inner operation. */
static u8 inner_op(const struct blk_slot_head *head)
{
	return head->op == BLKIF_OP_INDIRECT ? head->arg : head->op;
}

int blk_parse(enum blk_abi abi, const void *slot, const struct blk_bounds *bounds,
	      struct blk_command *cmd, struct blk_segment *segs)
{
	const struct blk_slot_body *body = slot + (abi == BLK_ABI_64 ? BODY_OFFSET_64 :
							       BODY_OFFSET_32);
	struct blk_slot_head head;

	dom0_ring_copy(&head, slot, sizeof(head));
	*cmd = (struct blk_command){ .op = head.op, .id = fetch_u64(&body->id) };

	if (unlikely(bounds->empty)) {
		cmd->op = inner_op(&head);
		return -ENOMEDIUM;
	}

	switch (cmd->op) {
	case BLKIF_OP_READ:
	case BLKIF_OP_WRITE:
	case BLKIF_OP_WRITE_BARRIER:
	case BLKIF_OP_FLUSH_DISKCACHE:
		cmd->sector = fetch_u64(&body->sector);
		return parse_direct(&head, body, bounds, cmd, segs);
	case BLKIF_OP_DISCARD:
		cmd->sector = fetch_u64(&body->sector);
		return parse_discard(&head, body, bounds, cmd);
	case BLKIF_OP_INDIRECT:
		cmd->sector = fetch_u64(&body->sector);
		return parse_indirect_head(&head, body, bounds, cmd);
	default:
		return -EOPNOTSUPP;
	}
}

int blk_parse_indirect(struct blk_command *cmd, const struct blk_bounds *bounds,
		       const struct blk_segment *segs)
{
	cmd->indirect = false;
	return check_segments(cmd, bounds, segs);
}

s16 blk_status(int err)
{
	switch (err) {
	case 0:
		return BLKIF_RSP_OKAY;
	case -EOPNOTSUPP:
		return BLKIF_RSP_EOPNOTSUPP;
	default:
		return BLKIF_RSP_ERROR;
	}
}

void blk_response_write(enum blk_abi abi, void *shared, u64 id, u8 op, s16 status)
{
	struct blkif_response rsp;

	memset(&rsp, 0, sizeof(rsp));
	rsp.id = id;
	rsp.operation = op;
	rsp.status = status;

	/* A 32-bit frontend's response ends with the status. */
	memcpy(shared, &rsp, abi == BLK_ABI_64 ? sizeof(rsp) :
	       offsetofend(struct blkif_response, status));
}
