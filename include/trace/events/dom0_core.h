/* SPDX-License-Identifier: GPL-2.0 */
/* Hypercalls, and the event channels of backends. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dom0_core

#if !defined(_TRACE_DOM0_CORE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_DOM0_CORE_H

#include <linux/tracepoint.h>

TRACE_EVENT(dom0_hypercall,
	TP_PROTO(unsigned int op, unsigned long a1, unsigned long a2, unsigned long a3,
		 unsigned long a4, unsigned long a5, long ret),
	TP_ARGS(op, a1, a2, a3, a4, a5, ret),
	TP_STRUCT__entry(
		__field(unsigned int, op)
		__array(unsigned long, args, 5)
		__field(long, ret)
	),
	TP_fast_assign(
		__entry->op = op;
		__entry->args[0] = a1;
		__entry->args[1] = a2;
		__entry->args[2] = a3;
		__entry->args[3] = a4;
		__entry->args[4] = a5;
		__entry->ret = ret;
	),
	TP_printk("op=%u args=%lx,%lx,%lx,%lx,%lx ret=%ld", __entry->op, __entry->args[0],
		  __entry->args[1], __entry->args[2], __entry->args[3], __entry->args[4],
		  __entry->ret)
);

DECLARE_EVENT_CLASS(dom0_core_channel,
	TP_PROTO(const char *name, unsigned int domid, unsigned int remote),
	TP_ARGS(name, domid, remote),
	TP_STRUCT__entry(
		__string(name, name)
		__field(unsigned int, domid)
		__field(unsigned int, remote)
	),
	TP_fast_assign(
		dom0_assign_str(name, name);
		__entry->domid = domid;
		__entry->remote = remote;
	),
	TP_printk("%s domid=%u remote=%u", __get_str(name), __entry->domid, __entry->remote)
);

DEFINE_EVENT(dom0_core_channel, dom0_evtchn_bind,
	TP_PROTO(const char *name, unsigned int domid, unsigned int remote),
	TP_ARGS(name, domid, remote)
);

DEFINE_EVENT(dom0_core_channel, dom0_evtchn_unbind,
	TP_PROTO(const char *name, unsigned int domid, unsigned int remote),
	TP_ARGS(name, domid, remote)
);

DECLARE_EVENT_CLASS(dom0_core_evtchn,
	TP_PROTO(const char *name),
	TP_ARGS(name),
	TP_STRUCT__entry(
		__string(name, name)
	),
	TP_fast_assign(
		dom0_assign_str(name, name);
	),
	TP_printk("%s", __get_str(name))
);

DEFINE_EVENT(dom0_core_evtchn, dom0_evtchn_event,
	TP_PROTO(const char *name),
	TP_ARGS(name)
);

DEFINE_EVENT(dom0_core_evtchn, dom0_evtchn_notify,
	TP_PROTO(const char *name),
	TP_ARGS(name)
);

TRACE_EVENT(dom0_evtchn_eoi,
	TP_PROTO(const char *name, bool worked),
	TP_ARGS(name, worked),
	TP_STRUCT__entry(
		__string(name, name)
		__field(bool, worked)
	),
	TP_fast_assign(
		dom0_assign_str(name, name);
		__entry->worked = worked;
	),
	TP_printk("%s worked=%d", __get_str(name), __entry->worked)
);

#endif

#include <trace/define_trace.h>
