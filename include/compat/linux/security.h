/* SPDX-License-Identifier: GPL-2.0 */
/* The lockdown reason for requests to the hypervisor, on kernels without one. */
#ifndef _DOM0_COMPAT_LINUX_SECURITY_H
#define _DOM0_COMPAT_LINUX_SECURITY_H

#include_next <linux/security.h>

/*
 * The fix for XSA-482 added a lockdown reason for programs that send requests to Xen. Without it,
 * LOCKDOWN_DEV_MEM is nearest: such requests give access to all memory, and it too is at the
 * integrity level.
 */
#ifndef DOM0_HAS_LOCKDOWN_XEN
#define LOCKDOWN_XEN_USER_ACTIONS	LOCKDOWN_DEV_MEM
#endif

#endif
