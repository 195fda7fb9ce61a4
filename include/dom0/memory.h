/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How memory is allocated on behalf of a guest.
 */
#ifndef _DOM0_MEMORY_H
#define _DOM0_MEMORY_H

#include <linux/gfp.h>

/*
 * For memory that is allocated when a guest connects, which is when the guest likes. It may fail
 * that, but it must not wake the OOM killer. What a program asks for is charged to its memory
 * cgroup; a kernel thread has none.
 */
#define DOM0_GUEST_GFP	(GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

#endif
