/* SPDX-License-Identifier: GPL-2.0 */
/* The new names of the system workqueues, on kernels that have only the old ones. */
#ifndef _DOM0_COMPAT_LINUX_WORKQUEUE_H
#define _DOM0_COMPAT_LINUX_WORKQUEUE_H

#include_next <linux/workqueue.h>

/*
 * 6.17: 128ea9f6ccfb ("workqueue: Add system_percpu_wq and system_dfl_wq"). Since 7.2 the kernel
 * logs a warning when work is queued by one of the old names.
 */
#ifndef DOM0_HAS_SYSTEM_DFL_WQ
#define system_percpu_wq	system_wq
#define system_dfl_wq		system_unbound_wq
#endif

#endif
