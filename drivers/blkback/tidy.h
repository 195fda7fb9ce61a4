/* SPDX-License-Identifier: GPL-2.0 */
/* Pages and grants that a ring does not need any more. */
#ifndef _BLKBACK_TIDY_H
#define _BLKBACK_TIDY_H

struct blk_ring;

void blk_ring_tidy(struct blk_ring *ring);
void blk_ring_arm_tidy(struct blk_ring *ring);

#endif
