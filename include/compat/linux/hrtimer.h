/* SPDX-License-Identifier: GPL-2.0 */
/* hrtimer_setup(), on kernels that initialise a timer in two steps. */
#ifndef _DOM0_COMPAT_LINUX_HRTIMER_H
#define _DOM0_COMPAT_LINUX_HRTIMER_H

#include_next <linux/hrtimer.h>
#include <linux/version.h>

/*
 * 6.13: 908a1d775422 ("hrtimers: Introduce hrtimer_setup() to replace hrtimer_init()"). The
 * preprocessor cannot detect a function.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}
#endif

#endif
