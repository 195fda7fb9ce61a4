/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long requests take: a histogram for each class of requests. Pure: uses no kernel service,
 * compiles in user space.
 */
#ifndef _BLKBACK_LATENCY_H
#define _BLKBACK_LATENCY_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/blkif.h>

/* The names are shown in debugfs, and those of the files in sysfs are made from them. */
#define BLK_CLASSES(C) \
	C(read) \
	C(write) \
	C(flush)	/* flushes and write barriers */ \
	C(discard)

enum blk_class {
#define C(name) BLK_CLASS_##name,
	BLK_CLASSES(C)
#undef C
	BLK_NR_CLASSES
};

/*
 * The first bucket is for less than 2^3 us. Each further one begins where the one before it ends,
 * and ends at twice that. The last is for 2^25 us, about 34 s, and more.
 */
#define BLK_LATENCY_SHIFT	3
#define BLK_LATENCY_BUCKETS	24

/* The last row is for unknown operations, and not shown. */
#define BLK_LATENCY_ROWS	(BLK_NR_CLASSES + 1)

/**
 * struct blk_latency - numbers of requests by the time that they took
 * @counts: for each row and bucket
 *
 * It has one writer; see the struct that it is part of. Readers use READ_ONCE.
 */
struct blk_latency {
	u64 counts[BLK_LATENCY_ROWS][BLK_LATENCY_BUCKETS];
};

/* Return the class of an operation, or BLK_NR_CLASSES for one that is unknown. */
static inline enum blk_class blk_class_of(u8 op)
{
	switch (op) {
	case BLKIF_OP_READ:
		return BLK_CLASS_read;
	case BLKIF_OP_WRITE:
		return BLK_CLASS_write;
	case BLKIF_OP_FLUSH_DISKCACHE:
	case BLKIF_OP_WRITE_BARRIER:
		return BLK_CLASS_flush;
	case BLKIF_OP_DISCARD:
		return BLK_CLASS_discard;
	default:
		return BLK_NR_CLASSES;
	}
}

static inline unsigned int blk_latency_bucket(unsigned long usecs)
{
	unsigned int highest = __fls(usecs | (BIT(BLK_LATENCY_SHIFT) - 1));

	return min(highest - (BLK_LATENCY_SHIFT - 1), BLK_LATENCY_BUCKETS - 1U);
}

/* Count a request. Inline and without a branch, since each request pays for it. */
static inline void blk_latency_count(struct blk_latency *latency, u8 op,
				     unsigned long usecs)
{
	u64 *count = &latency->counts[blk_class_of(op)][blk_latency_bucket(usecs)];

	WRITE_ONCE(*count, *count + 1);
}

/* Return the time in microseconds where a bucket ends, or 0 for the last one. */
static inline u32 blk_latency_end(unsigned int bucket)
{
	return bucket < BLK_LATENCY_BUCKETS - 1 ? 1U << (BLK_LATENCY_SHIFT + bucket) : 0;
}

void blk_latency_add(struct blk_latency *sum, const struct blk_latency *part);

#endif
