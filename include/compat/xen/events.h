/* SPDX-License-Identifier: GPL-2.0 */
/* evtchn_make_refcounted() with its second argument, on kernels without static ports. */
#ifndef _DOM0_COMPAT_XEN_EVENTS_H
#define _DOM0_COMPAT_XEN_EVENTS_H

#include_next <xen/events.h>
#include <xen/evtchn.h>

/* 6.7: 58f6259b7a08 ("xen/evtchn: Introduce new IOCTL to bind static evtchn") */
#ifndef IOCTL_EVTCHN_BIND_STATIC
#define evtchn_make_refcounted(port, is_static) evtchn_make_refcounted(port)
#endif

#endif
