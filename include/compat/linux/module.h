/* SPDX-License-Identifier: GPL-2.0 */
/* MODULE_IMPORT_NS(), which takes an identifier before 6.13 and a string since. */
#ifndef _DOM0_COMPAT_LINUX_MODULE_H
#define _DOM0_COMPAT_LINUX_MODULE_H

#include_next <linux/module.h>
#include <linux/version.h>

/* 6.13: cdd30ebb1b9f ("module: Convert symbol namespace to string literal") */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define DOM0_IMPORT_NS(ns) MODULE_IMPORT_NS(ns)
#else
#define DOM0_IMPORT_NS(ns) MODULE_IMPORT_NS(#ns)
#endif

#endif
