/* SPDX-License-Identifier: GPL-2.0 */
/* The system's workqueues by their new names, on kernels that know the old ones only. */
#ifndef _DOM0_COMPAT_LINUX_WORKQUEUE_H
#define _DOM0_COMPAT_LINUX_WORKQUEUE_H

#include_next <linux/workqueue.h>

/*
 * 6.17: 128ea9f6ccfb ("workqueue: Add system_percpu_wq and system_dfl_wq"). From 7.2 on the kernel
 * logs a warning when a work comes to one of the old names.
 */
#ifndef DOM0_HAS_SYSTEM_DFL_WQ
#define system_percpu_wq	system_wq
#define system_dfl_wq		system_unbound_wq
#endif

#endif
