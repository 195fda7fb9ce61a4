/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests and responses of a disk's ring, and the checks of requests. Pure: uses no kernel
 * service, compiles in user space.
 *
 * The guest may rewrite a slot at any time. So blk_parse() reads each field once, into private
 * memory, and checks what it has read.
 *
 * The checks, and the error of a request that fails one:
 *
 * operation	one of READ, WRITE, WRITE_BARRIER, FLUSH_DISKCACHE, DISCARD and INDIRECT; inside
 *		INDIRECT only READ or WRITE: -EOPNOTSUPP
 * segments	1 to BLK_DIRECT_MAX, of a flush or barrier also 0; 1 to BLK_INDIRECT_MAX of an
 *		indirect request: -EINVAL
 * segment	its first sector is not behind its last, and both are in the page: -EINVAL
 * read-only	only reads, and flushes and barriers without data: -EROFS
 * end of disk	the data, or the sectors of a discard, are on the disk. Without data the sector is
 *		not looked at: -ERANGE
 * alignment	the data is whole blocks of the disk. A read may be parts of blocks if the frontend
 *		was told a smaller block size. Where the segments are not whole blocks, the blocks
 *		around the data fit into BLK_INDIRECT_MAX pages: -EINVAL
 * discard	they are advertised: -EOPNOTSUPP. It is not empty, and whole blocks: -EINVAL
 *
 * Not checked on purpose:
 *
 * handle	the ring says which disk it is.
 * offers	flushes, barriers and indirect requests are served without having been offered.
 * flush	with data it is a write after a flush.
 * flags	a secure discard is a discard where it is not advertised.
 * references	the hypervisor checks them when it copies or maps.
 * ids		the response echoes them; two requests may have the same.
 */
#ifndef _BLKBACK_PROTOCOL_H
#define _BLKBACK_PROTOCOL_H

#include <linux/compiler.h>
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
 * The two layouts of a request differ in where the body begins: at byte 4 of the slot for a 32-bit
 * x86 frontend, which aligns 64-bit fields to 4 bytes, and at byte 8 for all others.
 */
enum blk_abi {
	BLK_ABI_64,
	BLK_ABI_32,
};

#define BLK_SLOT_SIZE_64	112
#define BLK_SLOT_SIZE_32	108

/* The first four bytes of a slot; the operation says what @arg and @count mean. */
struct blk_slot_head {
	u8 op;
	u8 arg;		/* segments of a read or write, flags of a discard, inner operation */
	u16 count;	/* segments of an indirect request, else the frontend's handle */
} __aligned(4);

/* A segment as in the ABI, with its padding as a field. */
struct blk_segment {
	grant_ref_t ref;
	u8 first_sect;
	u8 last_sect;
	u16 unused;
};

/* The rest of a slot. Only the fields that the operation uses are read. */
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
 * @id: the frontend's id of the request, echoed in the response
 * @sector: first sector of 512 bytes on the disk
 * @nr_sectors: number of sectors; 0 for a flush or barrier without data
 * @indirect_ref: page that holds the segments, if @indirect
 * @nr_segments: 0 to BLK_INDIRECT_MAX
 * @span_pages: if its segments are not whole blocks of the disk: pages that the whole blocks around
 *	its data take, 1 to BLK_INDIRECT_MAX; else 0
 * @op: BLKIF_OP_READ, _WRITE, _WRITE_BARRIER, _FLUSH_DISKCACHE or _DISCARD; of an indirect request
 *	the inner operation; any value if the request is refused. The response echoes it
 * @indirect: the segments are still to be fetched
 * @secure: a discard after which the data must not be readable
 */
struct blk_command {
	u64 id;
	u64 sector;
	u64 nr_sectors;
	grant_ref_t indirect_ref;
	u16 nr_segments;
	u16 span_pages;
	u8 op;
	bool indirect;
	bool secure;
};

/**
 * struct blk_bounds - properties of the disk that requests are checked against
 *
 * The device's work writes it: @nr_sectors at any time, the rest while no ring exists or in a pause
 * (pause.c). Each ring's worker, a kernel thread, and its tasklet (data_span.c) read it without a
 * lock.
 *
 * @nr_sectors: size of the disk in sectors of 512 bytes
 * @block_sectors: logical block size in sectors, a power of two
 * @small_sectors: the frontend has been told a smaller block size: reads may be parts of blocks
 * @empty: it is a drive without a medium: all requests are refused
 * @readonly: refuse operations that change data
 * @discard: discards are advertised
 * @secure_discard: secure discards are advertised
 */
struct blk_bounds {
	u64 nr_sectors;
	u32 block_sectors;
	bool small_sectors;
	bool empty;
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
 * @abi: layout of the slot
 * @slot: the slot in shared memory; each byte is read at most once
 * @bounds: bounds of the disk
 * @cmd: filled in; @cmd->id and @cmd->op also on error, for the response
 * @segs: array of BLK_DIRECT_MAX segments; filled in unless @cmd->indirect is set
 *
 * Return: 0, or the reason to refuse it: -EOPNOTSUPP, -EINVAL, -ERANGE (past the end), -EROFS,
 * -ENOMEDIUM.
 */
int blk_parse(enum blk_abi abi, const void *slot, const struct blk_bounds *bounds,
	      struct blk_command *cmd, struct blk_segment *segs);

/**
 * blk_parse_indirect() - check the segments of an indirect request
 * @cmd: from blk_parse(), with @indirect set
 * @bounds: bounds of the disk
 * @segs: @cmd->nr_segments segments in private memory
 *
 * Return: as blk_parse(), but not -ENOMEDIUM.
 */
int blk_parse_indirect(struct blk_command *cmd, const struct blk_bounds *bounds,
		       const struct blk_segment *segs);

/**
 * blk_status() - translate an error to the status of a response
 * @err: 0 or negative errno
 *
 * Return: BLKIF_RSP_*.
 */
s16 blk_status(int err);

/* Whether @sectors, a place on the disk or a length, is not a multiple of the disk's blocks. */
static inline bool blk_is_misaligned(u64 sectors, const struct blk_bounds *bounds)
{
	return sectors & (bounds->block_sectors - 1);
}

static inline unsigned int blk_segment_sectors(const struct blk_segment *seg)
{
	return seg->last_sect - seg->first_sect + 1;
}

/**
 * blk_response_write() - put a response into its slot
 * @abi: layout of the slot
 * @shared: the slot
 * @id: id of the request
 * @op: operation of the request
 * @status: BLKIF_RSP_*
 *
 * Writes every byte of the response, with zeros as padding, so that no memory of Dom0 leaks to the
 * guest.
 */
void blk_response_write(enum blk_abi abi, void *shared, u64 id, u8 op, s16 status);

#endif
