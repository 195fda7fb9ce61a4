/* SPDX-License-Identifier: GPL-2.0 */
/* Batches of grant operations, after their hypercall. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dom0_gnttab

#if !defined(_TRACE_DOM0_GNTTAB_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_DOM0_GNTTAB_H

#include <linux/tracepoint.h>

DECLARE_EVENT_CLASS(dom0_gnttab_flush,
	TP_PROTO(unsigned int nr, unsigned int failed),
	TP_ARGS(nr, failed),
	TP_STRUCT__entry(
		__field(unsigned int, nr)
		__field(unsigned int, failed)
	),
	TP_fast_assign(
		__entry->nr = nr;
		__entry->failed = failed;
	),
	TP_printk("nr=%u failed=%u", __entry->nr, __entry->failed)
);

DEFINE_EVENT(dom0_gnttab_flush, dom0_copy_flush,
	TP_PROTO(unsigned int nr, unsigned int failed),
	TP_ARGS(nr, failed)
);

DEFINE_EVENT(dom0_gnttab_flush, dom0_map_flush,
	TP_PROTO(unsigned int nr, unsigned int failed),
	TP_ARGS(nr, failed)
);

DEFINE_EVENT(dom0_gnttab_flush, dom0_unmap_flush,
	TP_PROTO(unsigned int nr, unsigned int failed),
	TP_ARGS(nr, failed)
);

#endif

#include <trace/define_trace.h>
