/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a frontend may ask of a disk. Pure: uses no kernel service, compiles in user space.
 *
 * The guest may rewrite a slot at any time. So blk_parse() reads each byte of it once at most, into
 * private memory, and checks what it has there.
 */
#ifndef _BLKBACK_PROTOCOL_H
#define _BLKBACK_PROTOCOL_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/blkif.h>
#include <xen/interface/io/protocols.h>
#include <xen/interface/io/ring.h>

#define BLK_SECTOR_SHIFT	9
#define BLK_PAGE_SIZE		4096
#define BLK_PAGE_SECTORS	(BLK_PAGE_SIZE >> BLK_SECTOR_SHIFT)
#define BLK_DIRECT_MAX		BLKIF_MAX_SEGMENTS_PER_REQUEST
#define BLK_INDIRECT_MAX	256

/*
 * The two layouts of a request differ in one thing: where 64-bit alignment holds, the body begins
 * at byte 8 of the slot, for a 32-bit x86 frontend at byte 4.
 */
enum blk_abi {
	BLK_ABI_64,
	BLK_ABI_32,
};

#define BLK_SLOT_SIZE_64	112
#define BLK_SLOT_SIZE_32	108

/* The first four bytes of a slot; what the last two fields mean depends on the operation. */
struct blk_slot_head {
	u8 op;
	u8 arg;		/* segments of a read or write, flags of a discard, inner operation */
	u16 count;	/* segments of an indirect request, else the frontend's handle */
} __aligned(4);

/* The segment of the ABI without its padding. */
struct blk_segment {
	grant_ref_t ref;
	u8 first_sect;
	u8 last_sect;
	u16 unused;
};

/* What follows; of each operation only its part is read. */
struct blk_slot_body {
	u64 id;
	u64 sector;
	union {
		struct blk_segment seg[BLK_DIRECT_MAX];
		u64 nr_sectors;
		struct {
			u16 handle;
			u16 unused;
			grant_ref_t ref;
		} indirect;
	};
} __packed __aligned(4);

/**
 * struct blk_command - one request, checked once @indirect is false
 * @id: the frontend's name for it, echoed in the response
 * @sector: first sector of 512 bytes on the disk
 * @nr_sectors: how many; 0 for a flush or barrier without data
 * @indirect_ref: page that holds the segments, if @indirect
 * @nr_segments: 0 to BLK_INDIRECT_MAX
 * @op: BLKIF_OP_READ, _WRITE, _WRITE_BARRIER, _FLUSH_DISKCACHE or _DISCARD, also for an indirect
 *	request: it is what the response echoes; for a refused request whatever the frontend wrote
 * @indirect: the segments are still to be fetched
 * @secure: a discard that must leave nothing to read
 */
struct blk_command {
	u64 id;
	u64 sector;
	u64 nr_sectors;
	grant_ref_t indirect_ref;
	u16 nr_segments;
	u8 op;
	bool indirect;
	bool secure;
};

/**
 * struct blk_bounds - what the disk can do; what an administrator allows is a limit (throttle.c)
 *
 * The device's work writes it: @nr_sectors at any time, the rest while no ring exists. Each ring's
 * worker reads it without a lock.
 *
 * @nr_sectors: its size in sectors of 512 bytes
 * @block_sectors: logical block size in sectors, a power of two
 * @readonly: refuse what changes data
 * @discard: discards are advertised
 * @secure_discard: secure ones as well
 */
struct blk_bounds {
	u64 nr_sectors;
	u32 block_sectors;
	bool readonly;
	bool discard;
	bool secure_discard;
};

static inline size_t blk_slot_size(enum blk_abi abi)
{
	return abi == BLK_ABI_64 ? BLK_SLOT_SIZE_64 : BLK_SLOT_SIZE_32;
}

unsigned int blk_ring_slots(unsigned int pages);
bool blk_abi_from_name(const char *name, enum blk_abi *abi);

/**
 * blk_parse() - copy a request out of shared memory, and check it
 * @abi: layout
 * @slot: where it is in shared memory; each byte is read at most once
 * @bounds: of the disk
 * @cmd: filled in; @cmd->id and @cmd->op also on error, for the response
 * @segs: room for BLK_DIRECT_MAX segments; filled in unless @cmd->indirect is set
 *
 * Return: 0, or why it is refused: -EOPNOTSUPP, -EINVAL, -ERANGE (past the end), -EROFS.
 */
int blk_parse(enum blk_abi abi, const void *slot, const struct blk_bounds *bounds,
	      struct blk_command *cmd, struct blk_segment *segs);

/**
 * blk_parse_indirect() - check the segments of an indirect request
 * @cmd: from blk_parse(), with @indirect set
 * @bounds: of the disk
 * @segs: @cmd->nr_segments of them, private memory
 *
 * Return: as blk_parse().
 */
int blk_parse_indirect(struct blk_command *cmd, const struct blk_bounds *bounds,
		       const struct blk_segment *segs);

/**
 * blk_status() - what to answer
 * @err: 0 or negative errno
 *
 * Return: BLKIF_RSP_*.
 */
s16 blk_status(int err);

static inline unsigned int blk_segment_sectors(const struct blk_segment *seg)
{
	return seg->last_sect - seg->first_sect + 1;
}

/**
 * blk_response_write() - put a response into its slot
 * @abi: layout
 * @shared: the slot
 * @id: of the request
 * @op: of the request
 * @status: BLKIF_RSP_*
 *
 * No byte of the slot that belongs to the response, padding included, keeps an earlier value of
 * ours: memory of Dom0 must not leak to the guest.
 */
void blk_response_write(enum blk_abi abi, void *shared, u64 id, u8 op, s16 status);

#endif
