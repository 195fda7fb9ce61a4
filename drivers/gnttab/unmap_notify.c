// SPDX-License-Identifier: GPL-2.0
/*
 * Notification of another domain when a program's shared pages are unmapped. It is sent even if the
 * program crashes.
 */
#include <dom0/hypercall.h>
#include <dom0/unmap_notify.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/gntdev.h>

int dom0_unmap_notify_init(struct dom0_unmap_notify *notify, u32 action, evtchn_port_t port,
			   unsigned long offset)
{
	if (action & ~(UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT))
		return -EINVAL;
	/* Hold the port, so that it does not belong to another user when the event is sent. */
	if ((action & UNMAP_NOTIFY_SEND_EVENT) && evtchn_get(port))
		return -EINVAL;

	notify->action = action;
	notify->port = port;
	notify->offset = offset;
	return 0;
}
EXPORT_SYMBOL_GPL(dom0_unmap_notify_init);

void dom0_unmap_notify_exit(struct dom0_unmap_notify *notify)
{
	if (notify->action & UNMAP_NOTIFY_SEND_EVENT)
		evtchn_put(notify->port);
	notify->action = 0;
}
EXPORT_SYMBOL_GPL(dom0_unmap_notify_exit);

void dom0_unmap_notify_clear(struct dom0_unmap_notify *notify, unsigned long nr, struct page *page)
{
	u8 *bytes;

	if (!(notify->action & UNMAP_NOTIFY_CLEAR_BYTE) || nr != notify->offset >> PAGE_SHIFT)
		return;

	bytes = kmap_local_page(page);
	WRITE_ONCE(bytes[offset_in_page(notify->offset)], 0);
	kunmap_local(bytes);
	notify->action &= ~UNMAP_NOTIFY_CLEAR_BYTE;
}
EXPORT_SYMBOL_GPL(dom0_unmap_notify_clear);

void dom0_unmap_notify_send(struct dom0_unmap_notify *notify)
{
	struct evtchn_send send = { .port = notify->port };

	/* The peer may have closed the channel meanwhile, so ignore an error. */
	if (notify->action & UNMAP_NOTIFY_SEND_EVENT)
		dom0_hypercall_evtchn(EVTCHNOP_send, &send);
	dom0_unmap_notify_exit(notify);
}
EXPORT_SYMBOL_GPL(dom0_unmap_notify_send);
