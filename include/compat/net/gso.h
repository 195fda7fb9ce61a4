/* SPDX-License-Identifier: GPL-2.0 */
/* skb_gso_segment(), on kernels that declare it in <linux/netdevice.h>. */
#ifndef _DOM0_COMPAT_NET_GSO_H
#define _DOM0_COMPAT_NET_GSO_H

/* 6.5: d457a0e329b0 ("net: move gso declarations and functions to their own files") */
#ifdef DOM0_HAS_NET_GSO
#include_next <net/gso.h>
#else
#include <linux/netdevice.h>
#endif

#endif
