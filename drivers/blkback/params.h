/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Module parameters, which main.c describes. Those that are writable at runtime are read with
 * READ_ONCE() at each use. The load clamps the others, and replaces a max_queues of 0.
 */
#ifndef _BLKBACK_PARAMS_H
#define _BLKBACK_PARAMS_H

#include <linux/types.h>

extern unsigned int blk_max_queues;
extern unsigned int blk_max_ring_page_order;
extern unsigned int blk_max_buffer_pages;
extern unsigned int blk_max_device_mb;
extern unsigned int blk_max_memory_mb;
extern unsigned int blk_max_persistent_grants;
extern unsigned int blk_max_all_persistent_grants;
extern unsigned int blk_persistent_grant_unused_seconds;
extern bool blk_feature_persistent;
extern bool blk_exclusive;

#endif
