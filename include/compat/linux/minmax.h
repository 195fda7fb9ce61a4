/* SPDX-License-Identifier: GPL-2.0 */
/* min(), max() and clamp() of values of different types, on kernels that refuse them. */
#ifndef _DOM0_COMPAT_LINUX_MINMAX_H
#define _DOM0_COMPAT_LINUX_MINMAX_H

#include_next <linux/minmax.h>

/*
 * 6.7: d03eba99f5bf ("minmax: allow min()/max()/clamp() if the arguments have the same
 * signedness."), which stable 6.1 has too. Before, both must be of one type. Kernels with that
 * commit still check our code for mixed signedness.
 */
#if defined(__typecheck) && !defined(__types_ok)
#undef __typecheck
#define __typecheck(x, y) 1
#endif

#endif
