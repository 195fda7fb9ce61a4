/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Event channels of programs, and filters that see their events first.
 *
 * dom0-evtchn publishes each port that a program has bound. Another module may attach a filter to a
 * port. The filter handles an event in the kernel, or leaves it to the program. Either end may go
 * first.
 */
#ifndef _DOM0_PORT_H
#define _DOM0_PORT_H

#include <asm/barrier.h>
#include <linux/list.h>
#include <linux/types.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/xen.h>

struct dom0_port;
struct pid;

/**
 * struct dom0_port_filter - sees the events of a port before the program
 * @handle: returns true if the event is handled, and the program does not get it. Hard interrupt
 *	context
 * @port: the port, or NULL; owned by dom0-core
 */
struct dom0_port_filter {
	bool (*handle)(struct dom0_port_filter *filter);
	struct dom0_port *port;
};

/**
 * struct dom0_port - a port that a program has bound
 * @nr: its number
 * @irq: its Linux interrupt
 * @filter: sees the events, or NULL; owned by dom0-core
 * @owner: the process that has bound it; owned by dom0-core
 * @link: in the list of all ports; owned by dom0-core
 */
struct dom0_port {
	evtchn_port_t nr;
	unsigned int irq;
	struct dom0_port_filter *filter;
	struct pid *owner;
	struct list_head link;
};

/**
 * dom0_port_publish() - let filters find a port
 * @port: the port; its @filter is NULL, and @nr and @irq are filled in
 *
 * The current process becomes its owner. May sleep.
 */
void dom0_port_publish(struct dom0_port *port);

/**
 * dom0_port_withdraw() - detach the filter of a port, and let no other find it
 * @port: the port
 *
 * When this returns, no filter is running for the port. May sleep.
 */
void dom0_port_withdraw(struct dom0_port *port);

/**
 * dom0_port_filtered() - offer an event to the filter
 * @port: the port
 *
 * Context: the handler of the port's interrupt.
 *
 * Return: true if the filter has handled the event.
 */
static inline bool dom0_port_filtered(struct dom0_port *port)
{
	/* Pairs with the release in dom0_port_filter_attach(). */
	struct dom0_port_filter *filter = smp_load_acquire(&port->filter);

	return filter && filter->handle(filter);
}

/**
 * dom0_port_filter_attach() - attach a filter to a port
 * @filter: the filter
 * @nr: the port's number
 * @domid: the domain at the other end
 *
 * The filter may run before this returns. May sleep.
 *
 * Return: 0. -ENOTCONN if no program has bound the port by dom0-evtchn, -EPERM if another process
 * has, -EBUSY if it has a filter. -EINVAL if another domain or none is at the other end.
 */
int dom0_port_filter_attach(struct dom0_port_filter *filter, evtchn_port_t nr, domid_t domid);

/**
 * dom0_port_filter_detach() - detach a filter
 * @filter: the filter; without a port this has no effect
 *
 * When this returns, the filter is not running and will not run again. May sleep.
 */
void dom0_port_filter_detach(struct dom0_port_filter *filter);

#endif
