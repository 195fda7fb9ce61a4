/* SPDX-License-Identifier: GPL-2.0 */
/* The oldest request of a disk that is not answered, as dom0-blkback shows it in debugfs. */
#ifndef _DOM0CTL_OLDEST_H
#define _DOM0CTL_OLDEST_H

#include <stdint.h>

struct oldest {
	uint64_t ms;		/* its age, 0 if there is none */
	unsigned int queue;
	char state[16];
	char op[16];
	uint64_t sector;
	uint64_t nr_sectors;
	uint64_t id;
};

/* Find the oldest request of all queues in the text of the file "rings". */
void oldest_parse(const char *rings, struct oldest *oldest);

#endif
