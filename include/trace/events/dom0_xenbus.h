/* SPDX-License-Identifier: GPL-2.0 */
/* States and errors of backend devices. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dom0_xenbus

#if !defined(_TRACE_DOM0_XENBUS_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_DOM0_XENBUS_H

#include <linux/tracepoint.h>

/* The two states of a device, numbered 0 to 8 as in xenstore, and the action that follows. */
TRACE_EVENT(dom0_backend_state,
	TP_PROTO(const char *device, unsigned int state, unsigned int otherend_state,
		 const char *action),
	TP_ARGS(device, state, otherend_state, action),
	TP_STRUCT__entry(
		__string(device, device)
		__field(unsigned int, state)
		__field(unsigned int, otherend_state)
		__string(action, action)
	),
	TP_fast_assign(
		dom0_assign_str(device, device);
		__entry->state = state;
		__entry->otherend_state = otherend_state;
		dom0_assign_str(action, action);
	),
	TP_printk("%s: state=%u otherend_state=%u action=%s", __get_str(device), __entry->state,
		  __entry->otherend_state, __get_str(action))
);

/* An error, before it goes to xenstore and the log. Not rate-limited, unlike the log. */
TRACE_EVENT(dom0_backend_error,
	TP_PROTO(const char *device, int err, const char *text),
	TP_ARGS(device, err, text),
	TP_STRUCT__entry(
		__string(device, device)
		__field(int, err)
		__string(text, text)
	),
	TP_fast_assign(
		dom0_assign_str(device, device);
		__entry->err = err;
		dom0_assign_str(text, text);
	),
	TP_printk("%s: err=%d %s", __get_str(device), __entry->err, __get_str(text))
);

#endif

#include <trace/define_trace.h>
