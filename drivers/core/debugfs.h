/* SPDX-License-Identifier: GPL-2.0 */
/* The root of the debugfs tree of all modules. */
#ifndef _DOM0_CORE_DEBUGFS_H
#define _DOM0_CORE_DEBUGFS_H

#include <linux/init.h>

void __init dom0_debugfs_init(void);
void dom0_debugfs_exit(void);

#endif
