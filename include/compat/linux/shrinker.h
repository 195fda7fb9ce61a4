/* SPDX-License-Identifier: GPL-2.0 */
/* shrinker_alloc() and its relatives, on kernels where the caller allocates a shrinker. */
#ifndef _DOM0_COMPAT_LINUX_SHRINKER_H
#define _DOM0_COMPAT_LINUX_SHRINKER_H

#include_next <linux/shrinker.h>
#include <linux/version.h>

/* 6.7: c42d50aefd17 ("mm: shrinker: add infrastructure for dynamically allocating shrinker") */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)

#include <linux/printk.h>
#include <linux/slab.h>

static inline struct shrinker *shrinker_alloc(unsigned int flags, const char *name)
{
	return kzalloc(sizeof(struct shrinker), GFP_KERNEL);
}

/* On these kernels registration can fail. Then memory pressure does not free this memory. */
static inline void shrinker_register(struct shrinker *shrinker)
{
	if (register_shrinker(shrinker, KBUILD_MODNAME))
		pr_warn("cannot register a shrinker\n");
}

static inline void shrinker_free(struct shrinker *shrinker)
{
	unregister_shrinker(shrinker);
	kfree(shrinker);
}

#endif

#endif
