// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a ring slot and as a list of segments. An accepted request is inside the disk,
 * aligned, and allowed.
 */
#include <stdint.h>

#include "drivers/blkback/protocol.c"

struct input {
	u8 abi;
	u8 flags;
	u8 block_shift;
	u8 unused;
	u64 nr_sectors;
	u8 slot[BLK_SLOT_SIZE_64];
	struct blk_segment segs[BLK_INDIRECT_MAX];
};

/* The pages hold the whole blocks around the data, and there are enough of them in a ring. */
static void check_span_pages(const struct blk_command *cmd, const struct blk_bounds *bounds)
{
	u64 begin = cmd->sector - cmd->sector % bounds->block_sectors;

	if (!cmd->span_pages)
		return;
	assert(cmd->span_pages <= BLK_INDIRECT_MAX);
	assert(cmd->span_pages <= cmd->nr_segments + blk_is_misaligned(cmd->sector, bounds));
	assert(begin + cmd->span_pages * BLK_PAGE_SECTORS >= cmd->sector + cmd->nr_sectors);
}

static void check(const struct blk_command *cmd, const struct blk_bounds *bounds,
		  const struct blk_segment *segs)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < cmd->nr_segments; i++) {
		assert(segs[i].last_sect < BLK_PAGE_SECTORS);
		assert(segs[i].first_sect <= segs[i].last_sect);
		if (!cmd->span_pages)
			assert(blk_segment_sectors(&segs[i]) % bounds->block_sectors == 0);
		sum += blk_segment_sectors(&segs[i]);
	}
	if (cmd->op != BLKIF_OP_DISCARD)
		assert(sum == cmd->nr_sectors);
	if (cmd->nr_sectors) {
		assert(cmd->sector <= bounds->nr_sectors);
		assert(cmd->nr_sectors <= bounds->nr_sectors - cmd->sector);
		if (!bounds->small_sectors || cmd->op != BLKIF_OP_READ)
			assert(!blk_is_misaligned(cmd->sector | cmd->nr_sectors, bounds));
		if (!cmd->span_pages)
			assert(!blk_is_misaligned(cmd->sector, bounds));
		assert(!bounds->readonly || cmd->op == BLKIF_OP_READ);
	} else {
		assert(cmd->op == BLKIF_OP_FLUSH_DISKCACHE || cmd->op == BLKIF_OP_WRITE_BARRIER);
	}
	check_span_pages(cmd, bounds);
	assert(!cmd->secure || bounds->secure_discard);
	assert(cmd->op != BLKIF_OP_DISCARD || bounds->discard);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {};
	struct blk_bounds bounds;
	struct blk_segment own[BLK_INDIRECT_MAX];
	struct blk_command cmd;

	memcpy(&in, data, min(size, sizeof(in)));
	bounds = (struct blk_bounds){
		.nr_sectors = in.nr_sectors,
		.block_sectors = 1U << in.block_shift % 4,
		.readonly = in.flags & 1,
		.discard = in.flags & 2,
		.secure_discard = in.flags & 4,
		.small_sectors = in.flags & 8,
	};

	if (blk_parse(in.abi & 1 ? BLK_ABI_32 : BLK_ABI_64, in.slot, &bounds, &cmd, own))
		return 0;
	if (!cmd.indirect) {
		check(&cmd, &bounds, own);
		return 0;
	}
	assert(cmd.nr_segments >= 1 && cmd.nr_segments <= BLK_INDIRECT_MAX);
	if (!blk_parse_indirect(&cmd, &bounds, in.segs))
		check(&cmd, &bounds, in.segs);
	return 0;
}
