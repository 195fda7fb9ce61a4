/* SPDX-License-Identifier: GPL-2.0 */
/* The tables of block cases: one for each theme, in a file of its own. */
#ifndef BLK_CASES_H
#define BLK_CASES_H

#include "blk.h"

#define PERSISTENT { .persistent = true }

struct blk_case {
	const char *name;
	enum expect expect;
	void (*run)(struct blk *blk, long arg);	/* NULL: the setup is all there is to it */
	long arg;
	struct blk_setup setup;
	void (*on_device)(struct device *dev, long arg);
	enum { WRITABLE, READONLY } disk;
};

/* Behind the last case of each table. */
#define END_OF_CASES { NULL }

extern const struct blk_case blk_ring_cases[];
extern const struct blk_case blk_request_cases[];
extern const struct blk_case blk_grant_cases[];
extern const struct blk_case blk_time_cases[];
extern const struct blk_case blk_keys_cases[];

#endif
