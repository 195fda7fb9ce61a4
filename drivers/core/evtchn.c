// SPDX-License-Identifier: GPL-2.0
/*
 * Event channels of backends. Each belongs to the backend that has bound it. channels_lock protects
 * the list of all channels, which debugfs shows.
 */
#include "evtchn.h"
#include "hypercall.h"

#include <dom0/evtchn.h>
#include <dom0/fault_point.h>
#include <dom0/hypercall.h>
#include <dom0/memory.h>
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <trace/events/dom0_core.h>
#include <xen/events.h>
#include <xen/interface/xen.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#define NAME_SIZE	40

/**
 * struct dom0_evtchn - an event channel bound to a frontend's port
 * @fn: the owner's handler
 * @data: for @fn
 * @irq: Linux interrupt of the channel; the kernel owns the port
 * @domid: the frontend's domain
 * @remote: the frontend's port
 * @eoi_owed: 1 from the interrupt until its EOI, so that each interrupt gets exactly one
 * @quiesced: the interrupt has been disabled for good
 * @events: events received; only the handler writes it, and it never runs twice at once
 * @spurious: EOIs that found no work
 * @notifies: events sent
 * @list: in @channels
 * @name: interrupt name
 */
struct dom0_evtchn {
	dom0_evtchn_fn fn;
	void *data;
	unsigned int irq;
	domid_t domid;
	evtchn_port_t remote;
	atomic_t eoi_owed;
	bool quiesced;
	u64 events;
	atomic64_t spurious;
	atomic64_t notifies;
	struct list_head list;
	char name[NAME_SIZE];
};

static DEFINE_MUTEX(channels_lock);	/* protects channels */
static DEFINE_MUTEX(binding_lock);	/* from the bind of a port until its interrupt is known */
static LIST_HEAD(channels);

static irqreturn_t deliver_event(int irq, void *data)
{
	struct dom0_evtchn *ch = data;

	WRITE_ONCE(ch->events, ch->events + 1);
	atomic_set(&ch->eoi_owed, 1);
	trace_dom0_evtchn_event(ch->name);
	ch->fn(ch->data);
	return IRQ_HANDLED;
}

/*
 * Close our end of a port that the kernel has bound, but for which it had no interrupt left. The
 * kernel neither closes the port nor returns its number. The hypervisor returns it as the other end
 * of the frontend's port. If that port has an interrupt, it belongs to another channel, since the
 * frontend has named its port twice.
 */
static void close_leftover(domid_t domid, evtchn_port_t remote)
{
	struct evtchn_status status = { .dom = domid, .port = remote };
	struct evtchn_close close;

	lockdep_assert_held(&binding_lock);
	if (!xen_initial_domain() || dom0_hypercall_evtchn(EVTCHNOP_status, &status) ||
	    status.status != EVTCHNSTAT_interdomain || status.u.interdomain.dom != 0)
		return;
	close.port = status.u.interdomain.port;
	switch (evtchn_get(close.port)) {
	case 0:
		evtchn_put(close.port);
		break;
	case -ENOENT:
		dom0_hypercall_evtchn(EVTCHNOP_close, &close);
		break;
	}
}

/* In a test, do what the kernel does when no interrupt is left. */
static int bind_without_irq(struct dom0_evtchn *ch)
{
	struct evtchn_bind_interdomain op = { .remote_dom = ch->domid, .remote_port = ch->remote };
	int err = dom0_fault_point("core_evtchn_irq");

	return err ? dom0_hypercall_evtchn(EVTCHNOP_bind_interdomain, &op) ?: err : 0;
}

static int bind_frontend_port(struct xenbus_device *dev, struct dom0_evtchn *ch)
{
	int irq;

	mutex_lock(&binding_lock);
	/* Enable the interrupt only after ch->irq is set: the EOI of the first event needs it. */
	irq = bind_without_irq(ch) ?:
	      bind_interdomain_evtchn_to_irqhandler_lateeoi(dev, ch->remote, deliver_event,
							    IRQF_NO_AUTOEN, ch->name, ch);
	if (irq == -ENOMEM)
		close_leftover(ch->domid, ch->remote);
	mutex_unlock(&binding_lock);
	return irq;
}

struct dom0_evtchn *dom0_evtchn_bind(struct xenbus_device *dev, evtchn_port_t remote,
				     const char *name, dom0_evtchn_fn fn, void *data)
{
	struct dom0_evtchn *ch;
	int irq;

	ch = kzalloc(sizeof(*ch), DOM0_GUEST_GFP);
	if (!ch)
		return ERR_PTR(-ENOMEM);
	ch->fn = fn;
	ch->data = data;
	ch->domid = dev->otherend_id;
	ch->remote = remote;
	strscpy(ch->name, name, sizeof(ch->name));

	irq = bind_frontend_port(dev, ch);
	if (irq < 0)
		goto free_channel;
	ch->irq = irq;

	mutex_lock(&channels_lock);
	list_add_tail(&ch->list, &channels);
	mutex_unlock(&channels_lock);
	trace_dom0_evtchn_bind(ch->name, ch->domid, remote);
	enable_irq(irq);
	return ch;

free_channel:
	kfree(ch);
	return ERR_PTR(irq);
}
EXPORT_SYMBOL_GPL(dom0_evtchn_bind);

void dom0_evtchn_quiesce(struct dom0_evtchn *ch)
{
	if (!ch || ch->quiesced)
		return;
	disable_irq(ch->irq);
	ch->quiesced = true;
}
EXPORT_SYMBOL_GPL(dom0_evtchn_quiesce);

void dom0_evtchn_unbind(struct dom0_evtchn *ch)
{
	if (!ch)
		return;

	trace_dom0_evtchn_unbind(ch->name, ch->domid, ch->remote);
	mutex_lock(&channels_lock);
	list_del(&ch->list);
	mutex_unlock(&channels_lock);
	/* Waits for a running handler. The kernel drops an EOI that is still owed. */
	unbind_from_irqhandler(ch->irq, ch);
	kfree(ch);
}
EXPORT_SYMBOL_GPL(dom0_evtchn_unbind);

void dom0_evtchn_notify(struct dom0_evtchn *ch)
{
	atomic64_inc(&ch->notifies);
	dom0_hypercall_count(__HYPERVISOR_event_channel_op);
	trace_dom0_evtchn_notify(ch->name);
	notify_remote_via_irq(ch->irq);
}
EXPORT_SYMBOL_GPL(dom0_evtchn_notify);

bool dom0_evtchn_eoi(struct dom0_evtchn *ch, bool worked)
{
	if (!atomic_xchg(&ch->eoi_owed, 0))
		return false;
	/* The hypervisor itself sends the first event, at the bind: it never counts as spurious. */
	if (READ_ONCE(ch->events) == 1)
		worked = true;
	if (!worked)
		atomic64_inc(&ch->spurious);
	trace_dom0_evtchn_eoi(ch->name, worked);
	xen_irq_lateeoi(ch->irq, worked ? 0 : XEN_EOI_FLAG_SPURIOUS);
	return true;
}
EXPORT_SYMBOL_GPL(dom0_evtchn_eoi);

void dom0_evtchn_stats(const struct dom0_evtchn *ch, struct dom0_evtchn_stats *stats)
{
	stats->events = READ_ONCE(ch->events);
	stats->spurious = atomic64_read(&ch->spurious);
	stats->notifies = atomic64_read(&ch->notifies);
}
EXPORT_SYMBOL_GPL(dom0_evtchn_stats);

unsigned int dom0_evtchn_irq(const struct dom0_evtchn *ch)
{
	return ch->irq;
}
EXPORT_SYMBOL_GPL(dom0_evtchn_irq);

static int evtchns_show(struct seq_file *seq, void *unused)
{
	struct dom0_evtchn_stats stats;
	struct dom0_evtchn *ch;

	seq_puts(seq, "version 1\n");
	mutex_lock(&channels_lock);
	list_for_each_entry(ch, &channels, list) {
		dom0_evtchn_stats(ch, &stats);
		seq_printf(seq, "%s domid %u remote %u irq %u events %llu spurious %llu notifies %llu\n",
			   ch->name, ch->domid, ch->remote, ch->irq, stats.events, stats.spurious,
			   stats.notifies);
	}
	mutex_unlock(&channels_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(evtchns);

void dom0_evtchn_debugfs(struct dentry *dir)
{
	debugfs_create_file("evtchns", 0444, dir, NULL, &evtchns_fops);
}
