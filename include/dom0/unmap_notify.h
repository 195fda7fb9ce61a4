/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How another domain is told that a program has let go of shared pages.
 */
#ifndef _DOM0_UNMAP_NOTIFY_H
#define _DOM0_UNMAP_NOTIFY_H

#include <linux/types.h>
#include <xen/interface/event_channel.h>

struct page;

/**
 * struct dom0_unmap_notify - how another domain is told that a program has let go of shared pages
 * @action: UNMAP_NOTIFY_* that are still to be done
 * @port: event channel, held, for UNMAP_NOTIFY_SEND_EVENT
 * @offset: of the byte for UNMAP_NOTIFY_CLEAR_BYTE, counted from the first of the pages
 *
 * Zeroed memory asks for nothing. Not locked: the owner serialises.
 */
struct dom0_unmap_notify {
	u32 action;
	evtchn_port_t port;
	unsigned long offset;
};

/**
 * dom0_unmap_notify_init() - check what a program asks for, and hold the event channel
 * @notify: filled in
 * @action: UNMAP_NOTIFY_*
 * @port: event channel of this domain
 * @offset: of the byte to be cleared
 *
 * May sleep.
 *
 * Return: 0, or -EINVAL for an unknown action or a port that no program has bound.
 */
int dom0_unmap_notify_init(struct dom0_unmap_notify *notify, u32 action, evtchn_port_t port,
			   unsigned long offset);

/**
 * dom0_unmap_notify_exit() - drop what is still to be done
 * @notify: the notification
 *
 * May sleep.
 */
void dom0_unmap_notify_exit(struct dom0_unmap_notify *notify);

/**
 * dom0_unmap_notify_clear() - clear the byte, if it is in this page
 * @notify: the notification
 * @nr: number of the page among those that @notify is about
 * @page: the page, which is mapped and writable still
 *
 * Any context.
 */
void dom0_unmap_notify_clear(struct dom0_unmap_notify *notify, unsigned long nr,
			     struct page *page);

/**
 * dom0_unmap_notify_send() - send the event, once
 * @notify: the notification
 *
 * May sleep.
 */
void dom0_unmap_notify_send(struct dom0_unmap_notify *notify);

#endif
