/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A PV kernel maps all its memory, and keeps a table of the machine frames behind its pages: both
 * have to follow what the pages lose and get. In a translated domain the hypervisor does that.
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
void mapping_read(struct frames *f);
int mapping_hide(struct frames *f, unsigned int *lost);
unsigned int mapping_show(struct frames *f, unsigned int first, unsigned int nr);
void mapping_flush(void);
#else
static inline void mapping_read(struct frames *f)
{
}

static inline int mapping_hide(struct frames *f, unsigned int *lost)
{
	return 0;
}

static inline unsigned int mapping_show(struct frames *f, unsigned int first, unsigned int nr)
{
	return nr;
}

static inline void mapping_flush(void)
{
}
#endif

#endif
