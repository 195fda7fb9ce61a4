/* SPDX-License-Identifier: GPL-2.0 */
/* A pause of all rings of a device, in which the disk behind them may be replaced. */
#ifndef _BLKBACK_PAUSE_H
#define _BLKBACK_PAUSE_H

#include <linux/types.h>
#include <linux/wait.h>

struct blk_ring;
struct blk_vbd;

/**
 * struct blk_pause - the pauses of one device
 * @number: the pause that is in effect, or 0. The device's work stores it with release, the rings'
 *	workers, which are kernel threads, load it with acquire
 * @last: number of the last pause; the device's work alone uses it
 * @wait: the device's work waits here until all rings are quiet
 */
struct blk_pause {
	unsigned int number;
	unsigned int last;
	wait_queue_head_t wait;
};

void blk_pause_init(struct blk_pause *pause);
void blk_pause_begin(struct blk_vbd *vbd);
void blk_pause_end(struct blk_vbd *vbd);
unsigned int blk_pause_number(const struct blk_ring *ring);
bool blk_pause_report(struct blk_ring *ring, unsigned int number);

#endif
