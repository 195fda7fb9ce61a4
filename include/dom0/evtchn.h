/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interdomain event channels of a backend, with late EOI.
 *
 * Life of an event: the frontend notifies; the handler runs in hard interrupt context and hands the
 * work on; the channel stays masked until the worker has called dom0_evtchn_eoi(). A frontend that
 * sends events without work in them is slowed down by the kernel's spurious-event delay.
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
 * Hard interrupt context. Must only hand the work on; each call wants one dom0_evtchn_eoi() later.
 */
typedef void (*dom0_evtchn_fn)(void *data);

/**
 * struct dom0_evtchn_stats - counters of one channel since its bind
 * @events: events received
 * @spurious: of those, answered with an EOI that found no work
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
 * @name: interrupt name, seen in /proc/interrupts; copied
 * @fn: event handler
 * @data: handed to @fn
 *
 * The handler may run before this returns. May sleep.
 *
 * Return: the channel, or ERR_PTR: -ENOMEM, or what the hypervisor said of @remote (-EINVAL, ...).
 */
struct dom0_evtchn *dom0_evtchn_bind(struct xenbus_device *dev, evtchn_port_t remote,
				     const char *name, dom0_evtchn_fn fn, void *data);

/**
 * dom0_evtchn_unbind() - close the channel
 * @ch: the channel, or NULL for no effect
 *
 * When this returns, no handler runs or will run. An EOI still owed is not needed any more and must
 * not be given: stop whatever would give it first, or after (see dom0_evtchn_quiesce()). May sleep.
 */
void dom0_evtchn_unbind(struct dom0_evtchn *ch);

/**
 * dom0_evtchn_quiesce() - let no handler run any more, keep the channel
 * @ch: the channel, or NULL for no effect
 *
 * First phase of a teardown: afterwards the handler is not running and will not be called, but
 * dom0_evtchn_notify() and dom0_evtchn_eoi() are still allowed, so that the worker can be stopped
 * next and dom0_evtchn_unbind() called last. May sleep.
 */
void dom0_evtchn_quiesce(struct dom0_evtchn *ch);

/**
 * dom0_evtchn_notify() - send an event to the frontend
 * @ch: the channel
 *
 * Any context. Costs one hypercall: once per batch, and only if the frontend asked for it.
 */
void dom0_evtchn_notify(struct dom0_evtchn *ch);

/**
 * dom0_evtchn_eoi() - end of work for the events so far; the next may come
 * @ch: the channel
 * @worked: false if the events carried no work, which makes the kernel delay the next ones. Has no
 *	effect on the first, which the hypervisor sends by itself at the bind
 *
 * Any context. Extra calls without an event in between have no effect.
 */
void dom0_evtchn_eoi(struct dom0_evtchn *ch, bool worked);

/**
 * dom0_evtchn_stats() - read the counters
 * @ch: the channel
 * @stats: filled in
 *
 * Any context; the values are from about the same moment.
 */
void dom0_evtchn_stats(const struct dom0_evtchn *ch, struct dom0_evtchn_stats *stats);

/**
 * dom0_evtchn_irq() - the Linux interrupt number behind the channel
 * @ch: the channel
 *
 * Any context.
 *
 * Return: interrupt number, constant for the life of @ch.
 */
unsigned int dom0_evtchn_irq(const struct dom0_evtchn *ch);

#endif
