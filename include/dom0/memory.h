/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocation flags for memory on behalf of a guest.
 */
#ifndef _DOM0_MEMORY_H
#define _DOM0_MEMORY_H

#include <linux/gfp.h>

/*
 * The guest decides when it connects, and so when this memory is allocated. Such an allocation may
 * fail, but must not wake the OOM killer. For a program, it is charged to the program's memory
 * cgroup; a kernel thread has none.
 */
#define DOM0_GUEST_GFP	(GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

#endif
