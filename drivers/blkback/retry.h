/* SPDX-License-Identifier: GPL-2.0 */
/* Requests that are put off since a page of the guest is paged out. */
#ifndef _BLKBACK_RETRY_H
#define _BLKBACK_RETRY_H

#include <linux/types.h>

struct blk_request;
struct blk_ring;

bool blk_request_retry(struct blk_request *req);
void blk_request_requeue(struct blk_request *req);
void blk_ring_retry(struct blk_ring *ring);

#endif
