/* SPDX-License-Identifier: GPL-2.0 */
/* eventfd_signal() without a count, on kernels that need one. */
#ifndef _DOM0_COMPAT_LINUX_EVENTFD_H
#define _DOM0_COMPAT_LINUX_EVENTFD_H

#include_next <linux/eventfd.h>

/* 6.8: 3652117f8548 ("eventfd: simplify eventfd_signal()") */
#ifndef DOM0_HAS_EVENTFD_SIGNAL_CTX
#define eventfd_signal(ctx)	eventfd_signal(ctx, 1)
#endif

#endif
