/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is counted for each host: one line for each counter, from which the storage and the lines in
 * debugfs are made. The ring's worker alone writes them.
 *
 * Documentation/ABI names each counter once more.
 */
#ifndef _SCSIBACK_COUNTERS_H
#define _SCSIBACK_COUNTERS_H

#define VSCSI_COUNTERS(C) \
	C(commands)	/* SCSI commands handed to their unit */ \
	C(aborts)	/* aborts, known request or not */ \
	C(resets)	/* resets of a unit */ \
	C(refused)	/* requests that never reached a unit */ \
	C(failed)	/* requests answered with an error of the host, refused ones included */ \
	C(pauses)	/* mistakes too many, for each of which the host took no requests */ \
	C(page_waits)	/* times that the ring had to wait for pages */ \
	C(bytes_in)	/* bytes copied from the guest, lists of segments not included */ \
	C(bytes_out)	/* bytes copied to the guest */ \
	C(rounds)	/* runs of the worker that found requests */ \
	C(batches)	/* batches of responses */ \
	C(notifies)	/* of those, the ones the frontend wanted to be told of */

enum vscsi_counter {
#define C(name) VSCSI_COUNT_##name,
	VSCSI_COUNTERS(C)
#undef C
	VSCSI_NR_COUNTERS
};

#endif
