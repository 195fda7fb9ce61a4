/* SPDX-License-Identifier: GPL-2.0 */
/* const for arguments of struct bus_type's callbacks, on kernels that have made them const. */
#ifndef _DOM0_COMPAT_XEN_XENBUS_H
#define _DOM0_COMPAT_XEN_XENBUS_H

#include_next <xen/xenbus.h>
#include <linux/version.h>

/* 6.3: 2a81ada32f0e ("driver core: make struct bus_type.uevent() take a const *") */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define DOM0_XENBUS_UEVENT_CONST
#else
#define DOM0_XENBUS_UEVENT_CONST const
#endif

/* 6.11: d69d80484598 ("driver core: have match() callback in struct bus_type take a const *") */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define DOM0_XENBUS_MATCH_CONST
#else
#define DOM0_XENBUS_MATCH_CONST const
#endif

#endif
