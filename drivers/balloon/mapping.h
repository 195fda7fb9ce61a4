/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A PV kernel maps all its memory, and has a table of the machine frames behind its pages (p2m).
 * Both have to be updated when pages lose or get memory. In a translated domain the hypervisor does
 * that.
 */
#ifndef _DOM0_BALLOON_MAPPING_H
#define _DOM0_BALLOON_MAPPING_H

#include "frames.h"

#include <linux/kconfig.h>
#include <xen/features.h>

static inline bool mapping_is_ours(void)
{
	return IS_ENABLED(CONFIG_XEN_PV) && !xen_feature(XENFEAT_auto_translated_physmap);
}

#ifdef CONFIG_XEN_PV
void balloon_mapping_read(struct frames *f);
int balloon_mapping_unmap(struct frames *f, unsigned int *leaked);
unsigned int balloon_mapping_map(struct frames *f, unsigned int first, unsigned int nr);
void balloon_mapping_flush(void);
#else
static inline void balloon_mapping_read(struct frames *f)
{
}

static inline int balloon_mapping_unmap(struct frames *f, unsigned int *leaked)
{
	return 0;
}

static inline unsigned int balloon_mapping_map(struct frames *f, unsigned int first,
					       unsigned int nr)
{
	return nr;
}

static inline void balloon_mapping_flush(void)
{
}
#endif

#endif
