/* SPDX-License-Identifier: GPL-2.0 */
/* The choice between the ways to move the data of a request. */
#ifndef _BLKBACK_DATA_H
#define _BLKBACK_DATA_H

#include <linux/types.h>

struct blk_request;

bool blk_data_prepare(struct blk_request *req);
void blk_data_undo(struct blk_request *req);
bool blk_data_copy_instead(struct blk_request *req, int err);

#endif
