/* SPDX-License-Identifier: GPL-2.0 */
/* The thread of a ring. */
#ifndef _BLKBACK_WORKER_H
#define _BLKBACK_WORKER_H

int blk_worker(void *data);

#endif
