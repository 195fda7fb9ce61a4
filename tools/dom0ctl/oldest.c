// SPDX-License-Identifier: GPL-2.0
/* Each queue of the text has lines "oldest_NAME VALUE", unless it has no requests. */
#include "oldest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Other lines, and invalid numbers, change nothing. */
static void oldest_line(const char *line, struct oldest *of_queue)
{
	if (sscanf(line, " oldest_ms %" SCNu64, &of_queue->ms) == 1 ||
	    sscanf(line, " oldest_state %15s", of_queue->state) == 1 ||
	    sscanf(line, " oldest_op %15s", of_queue->op) == 1 ||
	    sscanf(line, " oldest_sector %" SCNu64, &of_queue->sector) == 1 ||
	    sscanf(line, " oldest_nr_sectors %" SCNu64, &of_queue->nr_sectors) == 1 ||
	    sscanf(line, " oldest_id %" SCNu64, &of_queue->id) == 1)
		return;
}

static void keep_older(struct oldest *oldest, const struct oldest *of_queue)
{
	if (of_queue->ms && of_queue->ms >= oldest->ms)
		*oldest = *of_queue;
}

void oldest_parse(const char *rings, struct oldest *oldest)
{
	struct oldest of_queue = { 0 };
	unsigned int queue;

	*oldest = (struct oldest){ 0 };
	while (*rings) {
		if (sscanf(rings, "queue %u", &queue) == 1) {
			keep_older(oldest, &of_queue);
			of_queue = (struct oldest){ .queue = queue };
		} else {
			oldest_line(rings, &of_queue);
		}
		rings += strcspn(rings, "\n");
		rings += *rings == '\n';
	}
	keep_older(oldest, &of_queue);
}
