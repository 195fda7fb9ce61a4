/* SPDX-License-Identifier: GPL-2.0 */
/* The start of the facts about this domain. */
#ifndef _DOM0_CORE_PLATFORM_H
#define _DOM0_CORE_PLATFORM_H

#include <linux/init.h>

/* Make the first hypercalls. An error means that the chosen instruction does not enter Xen. */
int __init dom0_platform_init(void);

#endif
