/* SPDX-License-Identifier: GPL-2.0 */
/* A lockdown reason for requests to the hypervisor, on kernels that have none. */
#ifndef _DOM0_COMPAT_LINUX_SECURITY_H
#define _DOM0_COMPAT_LINUX_SECURITY_H

#include_next <linux/security.h>

/*
 * The fix for XSA-482 brought a reason of its own for what programs may ask of Xen. Where a kernel
 * lacks it, the reason for access to all of memory is nearest: it is of the same level, integrity.
 */
#ifndef DOM0_HAS_LOCKDOWN_XEN
#define LOCKDOWN_XEN_USER_ACTIONS	LOCKDOWN_DEV_MEM
#endif

#endif
