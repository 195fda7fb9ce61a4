/* SPDX-License-Identifier: GPL-2.0 */
/* The worker of a ring, a kernel thread. */
#ifndef _BLKBACK_WORKER_H
#define _BLKBACK_WORKER_H

int blk_worker(void *data);

#endif
