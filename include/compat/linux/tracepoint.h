/* SPDX-License-Identifier: GPL-2.0 */
/* Assignment of a trace event's string, whether or not the kernel wants its source again. */
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
