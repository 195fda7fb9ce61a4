/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counters of each ring, one on each line. The storage, the lines in debugfs and, for the first
 * part, the files in sysfs are made from this list. Each counter has one writer: the ring's worker,
 * a kernel thread, or the context that answers requests and holds the ring's finish.lock.
 *
 * tools/dom0ctl/blk.c and Documentation/ABI also have a line for each counter.
 */
#ifndef _BLKBACK_COUNTERS_H
#define _BLKBACK_COUNTERS_H

/*
 * Shown in sysfs, for the life of the device: counters that xentop reads, under its names, and
 * those of limits. The worker writes oo_req and the counters of limits, the holder of finish.lock
 * the others.
 */
#define BLK_SYSFS_COUNTERS(C) \
	C(oo_req)	/* times that the ring had to wait for buffers */ \
	C(rd_req)	/* reads */ \
	C(wr_req)	/* writes */ \
	C(f_req)	/* flushes and write barriers */ \
	C(ds_req)	/* discards */ \
	C(rd_sect)	/* sectors of 512 bytes read */ \
	C(wr_sect)	/* sectors of 512 bytes written */ \
	C(rd_rate_waits)	/* reads that had to wait for a limit */ \
	C(rd_rate_usecs)	/* microseconds that these reads waited in total */ \
	C(wr_rate_waits)	/* the same for all other requests */ \
	C(wr_rate_usecs)

/*
 * Shown in debugfs beside the first part, since the ring was connected. The worker writes rejected,
 * rounds and wakeups, the holder of finish.lock the others.
 */
#define BLK_COUNTERS(C) \
	BLK_SYSFS_COUNTERS(C) \
	C(rejected)	/* requests that the protocol check rejected */ \
	C(failed)	/* requests answered with an error, the rejected ones included */ \
	C(copied)	/* requests without an error whose data was copied */ \
	C(persistent)	/* requests without an error on pages that stay mapped */ \
	C(rounds)	/* rounds of the worker that found requests */ \
	C(wakeups)	/* times that the worker ran */ \
	C(batches)	/* batches of responses */ \
	C(notifies)	/* batches for which the frontend had asked for an event */

enum blk_counter {
#define C(name) BLK_COUNT_##name,
	BLK_COUNTERS(C)
#undef C
	BLK_NR_COUNTERS
};

#endif
