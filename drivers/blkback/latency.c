// SPDX-License-Identifier: GPL-2.0
/* Sums of histograms. They may lack the newest counts, since the parts are written meanwhile. */
#include "latency.h"

void blk_latency_add(struct blk_latency *sum, const struct blk_latency *part)
{
	unsigned int class, bucket;

	for (class = 0; class < BLK_NR_CLASSES; class++)
		for (bucket = 0; bucket < BLK_LATENCY_BUCKETS; bucket++)
			sum->counts[class][bucket] += READ_ONCE(part->counts[class][bucket]);
}
