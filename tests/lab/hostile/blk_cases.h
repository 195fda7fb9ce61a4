/* SPDX-License-Identifier: GPL-2.0 */
/* The tables of block cases: one for each theme, in a file of its own. */
#ifndef BLK_CASES_H
#define BLK_CASES_H

#include "blk.h"

#define PERSISTENT { .persistent = true }

/*
 * struct blk_case - one case
 * @name: unique; an advisory's number first, if it stands for one
 * @expect: what the backend should do; hostile.h explains the values
 * @run: misbehaves on the connected device
 * @arg: passed to @run and @on_device. Without them: how often the setup is offered again
 * @setup: the keys and rings that the frontend offers; 0 leaves out what is optional
 * @on_device: misbehaves by the device's keys in xenstore, after @run
 * @disk: the disk that the case is for; "all" leaves out the cases for the other one
 *
 * A case with @run or @on_device, or one that expects ANSWERED, connects by its setup and does
 * valid I/O. Any other case only offers its setup, and does not wait for the backend to accept it.
 */
struct blk_case {
	const char *name;
	enum expect expect;
	void (*run)(struct blk *blk, long arg);
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
