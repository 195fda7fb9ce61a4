/* SPDX-License-Identifier: GPL-2.0 */
/* __assign_str(), which takes the source string as a second argument only before 6.10. */
#ifndef _DOM0_COMPAT_LINUX_TRACEPOINT_H
#define _DOM0_COMPAT_LINUX_TRACEPOINT_H

#include_next <linux/tracepoint.h>
#include <linux/version.h>

/* 6.10: 2c92ca849fcc ("tracing/treewide: Remove second parameter of __assign_str()") */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define dom0_assign_str(dst, src) __assign_str(dst, src)
#else
#define dom0_assign_str(dst, src) __assign_str(dst)
#endif

#endif
