/* SPDX-License-Identifier: GPL-2.0 */
/* kill_litter_super(), on kernels that have only kill_anon_super(). */
#ifndef _DOM0_COMPAT_LINUX_FS_H
#define _DOM0_COMPAT_LINUX_FS_H

#include_next <linux/fs.h>
#include <linux/version.h>

/* 6.19: fc45aee66223 ("get rid of kill_litter_super()"). The preprocessor cannot detect it. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#define kill_litter_super kill_anon_super
#endif

#endif
