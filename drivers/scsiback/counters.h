/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counters of each host. The storage and the lines in debugfs are made from this list. Only the
 * ring's worker, a work item, writes counters.
 *
 * Documentation/ABI describes each counter.
 */
#ifndef _SCSIBACK_COUNTERS_H
#define _SCSIBACK_COUNTERS_H

#define VSCSI_COUNTERS(C) \
	C(commands)	/* SCSI commands handed to their unit */ \
	C(aborts)	/* aborts, whether the request was found or not */ \
	C(resets)	/* resets of a unit */ \
	C(refused)	/* requests that never reached a unit */ \
	C(failed)	/* requests answered with an error of the host, refused ones included */ \
	C(pauses)	/* mistakes beyond the limit, each of which delayed the next requests */ \
	C(page_waits)	/* times that the ring had to wait for pages */ \
	C(bytes_in)	/* bytes copied from the guest, lists of segments not included */ \
	C(bytes_out)	/* bytes copied to the guest */ \
	C(rounds)	/* runs of the worker that found requests */ \
	C(batches)	/* batches of responses */ \
	C(notifies)	/* batches for which the frontend had asked for an event */

enum vscsi_counter {
#define C(name) VSCSI_COUNT_##name,
	VSCSI_COUNTERS(C)
#undef C
	VSCSI_NR_COUNTERS
};

#endif
