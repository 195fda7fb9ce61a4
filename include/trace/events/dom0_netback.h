/* SPDX-License-Identifier: GPL-2.0 */
/* Batches of packets of one queue. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dom0_netback

#if !defined(_TRACE_DOM0_NETBACK_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_DOM0_NETBACK_H

#include <linux/netdevice.h>
#include <linux/tracepoint.h>

DECLARE_EVENT_CLASS(vif_batch,
	TP_PROTO(const struct net_device *dev, unsigned int queue, unsigned int packets,
		 unsigned int slots, unsigned int copies),
	TP_ARGS(dev, queue, packets, slots, copies),
	TP_STRUCT__entry(
		__string(name, dev->name)
		__field(unsigned int, queue)
		__field(unsigned int, packets)
		__field(unsigned int, slots)
		__field(unsigned int, copies)
	),
	TP_fast_assign(
		dom0_assign_str(name, dev->name);
		__entry->queue = queue;
		__entry->packets = packets;
		__entry->slots = slots;
		__entry->copies = copies;
	),
	TP_printk("%s queue %u packets %u slots %u copies %u", __get_str(name), __entry->queue,
		  __entry->packets, __entry->slots, __entry->copies)
);

/* Packets from the guest, before they are copied. */
DEFINE_EVENT(vif_batch, vif_tx_batch,
	TP_PROTO(const struct net_device *dev, unsigned int queue, unsigned int packets,
		 unsigned int slots, unsigned int copies),
	TP_ARGS(dev, queue, packets, slots, copies)
);

/* Packets to the guest, before they are copied. */
DEFINE_EVENT(vif_batch, vif_rx_batch,
	TP_PROTO(const struct net_device *dev, unsigned int queue, unsigned int packets,
		 unsigned int slots, unsigned int copies),
	TP_ARGS(dev, queue, packets, slots, copies)
);

#endif

#include <trace/define_trace.h>
