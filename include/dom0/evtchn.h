/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interdomain event channels of a backend, with late EOI.
 *
 * Life of an event: the frontend sends it. The handler runs in hard interrupt context and wakes a
 * worker. The channel stays masked until the worker calls dom0_evtchn_eoi(). If a frontend sends
 * events without work, the kernel delays the next ones.
 */
#ifndef _DOM0_EVTCHN_H
#define _DOM0_EVTCHN_H

#include <linux/types.h>
#include <xen/interface/event_channel.h>

struct dom0_evtchn;
struct xenbus_device;

/**
 * typedef dom0_evtchn_fn - called for each event
 * @data: as given at bind
 *
 * Hard interrupt context. Only wake a worker here. Each call needs one dom0_evtchn_eoi() later.
 */
typedef void (*dom0_evtchn_fn)(void *data);

/**
 * struct dom0_evtchn_stats - counters of one channel since its bind
 * @events: events received
 * @spurious: events of those whose EOI reported no work
 * @notifies: notifications sent to the frontend
 */
struct dom0_evtchn_stats {
	u64 events;
	u64 spurious;
	u64 notifies;
};

/**
 * dom0_evtchn_bind() - bind to a port that the frontend has allocated for us
 * @dev: the backend device; its otherend_id names the frontend's domain. The caller keeps a
 *	reference on it until dom0_evtchn_unbind() has returned
 * @remote: the frontend's port
 * @name: interrupt name, shown in /proc/interrupts; copied
 * @fn: event handler
 * @data: argument of @fn
 *
 * The handler may run before this returns. May sleep.
 *
 * Return: the channel, or ERR_PTR: -ENOMEM, or the hypervisor's error for @remote (-EINVAL, ...).
 */
struct dom0_evtchn *dom0_evtchn_bind(struct xenbus_device *dev, evtchn_port_t remote,
				     const char *name, dom0_evtchn_fn fn, void *data);

/**
 * dom0_evtchn_unbind() - close the channel
 * @ch: the channel, or NULL for no effect
 *
 * When this returns, the handler is not running and will not run again. The channel is freed, so
 * dom0_evtchn_eoi() must not be called any more, even if an EOI is still owed. Call
 * dom0_evtchn_quiesce() first, then stop the worker, then call this. May sleep.
 */
void dom0_evtchn_unbind(struct dom0_evtchn *ch);

/**
 * dom0_evtchn_quiesce() - stop the handler, but keep the channel
 * @ch: the channel, or NULL for no effect
 *
 * First step of a teardown. Afterwards the handler is not running and will not run again, but the
 * worker may still call dom0_evtchn_notify() and dom0_evtchn_eoi(). Stop the worker next, and call
 * dom0_evtchn_unbind() last. May sleep.
 */
void dom0_evtchn_quiesce(struct dom0_evtchn *ch);

/**
 * dom0_evtchn_notify() - send an event to the frontend
 * @ch: the channel
 *
 * Any context. Costs one hypercall: call it once for each batch of responses, and only if the
 * frontend has asked for an event.
 */
void dom0_evtchn_notify(struct dom0_evtchn *ch);

/**
 * dom0_evtchn_eoi() - end the handling of the events so far, and unmask the channel
 * @ch: the channel
 * @worked: false if the events carried no work, which makes the kernel delay the next ones. Ignored
 *	for the first event, which the hypervisor itself sends at the bind
 *
 * Any context. Extra calls without an event in between have no effect.
 *
 * The worker may find work before the event that announces it arrives. So forget that there was
 * work only if this returns true, or that event counts as one without work.
 *
 * Return: true if an EOI was owed and has been sent.
 */
bool dom0_evtchn_eoi(struct dom0_evtchn *ch, bool worked);

/**
 * dom0_evtchn_stats() - read the counters
 * @ch: the channel
 * @stats: filled in
 *
 * Any context. The counters are not read at exactly the same moment.
 */
void dom0_evtchn_stats(const struct dom0_evtchn *ch, struct dom0_evtchn_stats *stats);

/**
 * dom0_evtchn_irq() - get the Linux interrupt number of the channel
 * @ch: the channel
 *
 * Any context.
 *
 * Return: interrupt number, constant for the life of @ch.
 */
unsigned int dom0_evtchn_irq(const struct dom0_evtchn *ch);

#endif
