/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notification of another domain that a program has unmapped shared pages.
 */
#ifndef _DOM0_UNMAP_NOTIFY_H
#define _DOM0_UNMAP_NOTIFY_H

#include <linux/types.h>
#include <xen/interface/event_channel.h>

struct page;

/**
 * struct dom0_unmap_notify - what to do when a program has unmapped shared pages
 * @action: mask of the UNMAP_NOTIFY_* that are still to be done
 * @port: event channel for UNMAP_NOTIFY_SEND_EVENT; a reference on it is held
 * @offset: offset of the byte for UNMAP_NOTIFY_CLEAR_BYTE, from the start of the first page
 *
 * Zeroed memory means no notification. Not locked: the owner serialises.
 */
struct dom0_unmap_notify {
	u32 action;
	evtchn_port_t port;
	unsigned long offset;
};

/**
 * dom0_unmap_notify_init() - check a program's notification, and hold its event channel
 * @notify: filled in
 * @action: UNMAP_NOTIFY_*
 * @port: event channel of this domain
 * @offset: offset of the byte to clear
 *
 * May sleep.
 *
 * Return: 0, or -EINVAL for an unknown action or a port that no program has bound.
 */
int dom0_unmap_notify_init(struct dom0_unmap_notify *notify, u32 action, evtchn_port_t port,
			   unsigned long offset);

/**
 * dom0_unmap_notify_exit() - cancel the notification, and release the event channel
 * @notify: the notification
 *
 * May sleep.
 */
void dom0_unmap_notify_exit(struct dom0_unmap_notify *notify);

/**
 * dom0_unmap_notify_clear() - clear the byte, if it is in this page
 * @notify: the notification
 * @nr: index of the page among the shared pages
 * @page: the page, which is still mapped and writable
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
