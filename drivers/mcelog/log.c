// SPDX-License-Identifier: GPL-2.0
/* The unread records, a short array: errors are rare, and a read takes them all. */
#include "log.h"

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>

void mcelog_append(struct mcelog_log *log, const struct xen_mce *record)
{
	if (log->nr == ARRAY_SIZE(log->entries))
		log->flags |= BIT(XEN_MCE_OVERFLOW);
	else
		log->entries[log->nr++] = *record;
}

void mcelog_drop(struct mcelog_log *log, unsigned int nr)
{
	nr = min(nr, log->nr);
	log->nr -= nr;
	memmove(log->entries, log->entries + nr, log->nr * sizeof(*log->entries));
}
