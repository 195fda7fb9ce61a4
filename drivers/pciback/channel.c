// SPDX-License-Identifier: GPL-2.0
/*
 * The page that a frontend shares with us: a flag, and one op. The frontend writes the op, sets the
 * flag and sends an event; we answer into the op, clear the flag and send one. It may write any
 * byte at any time, so the op is copied once, and nothing of the page is read again.
 */
#include "channel.h"
#include "guest.h"
#include "op.h"
#include "params.h"

#include <asm/sync_bitops.h>
#include <dom0/evtchn.h>
#include <dom0/ring.h>
#include <dom0/ring_map.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>

/* The share of a CPU's time that goes into a guest's ops, in microseconds: a quarter. */
static const struct dom0_rate op_rate = {
	.amount = 250,
	.period_us = 1000,
	.burst = 100000,
};

/* What an op costs beside what it does: the event, the work, the answer. */
#define OP_OVERHEAD_US	10

/*
 * No op computes for longer: the rest of its time it slept, as for a device that wakes up. Charged
 * for that, the next op would wait for seconds, and frontends give up after two.
 */
#define OP_CHARGE_MAX_US	(100 * USEC_PER_MSEC)

static unsigned long *shared_flags(struct pciback_guest *guest)
{
	return (unsigned long *)&guest->shared->flags;
}

static bool has_op(struct pciback_guest *guest)
{
	bool active = READ_ONCE(guest->shared->flags) & XEN_PCIF_active;

	virt_rmb();	/* the op is read after the flag */
	return active;
}

/* Only one op carries vectors; the other ones do not pay for them. */
static void fetch_op(struct pciback_guest *guest)
{
	const struct xen_pci_op *shared = &guest->shared->op;
	struct xen_pci_op *op = &guest->op;

	dom0_ring_copy(op, shared, offsetof(struct xen_pci_op, msix_entries));
	if (op->cmd == XEN_PCI_OP_enable_msix)
		dom0_ring_copy(op->msix_entries, shared->msix_entries, sizeof(op->msix_entries));
}

static void answer_op(struct pciback_guest *guest)
{
	struct xen_pci_op *shared = &guest->shared->op;
	const struct xen_pci_op *op = &guest->op;

	if (op->cmd == XEN_PCI_OP_enable_msix)
		memcpy(shared->msix_entries, op->msix_entries, sizeof(op->msix_entries));
	WRITE_ONCE(shared->value, op->value);
	WRITE_ONCE(shared->err, op->err);
	virt_wmb();	/* the frontend sees the answer before the flag goes */
	sync_clear_bit(_XEN_PCIF_active, shared_flags(guest));
	dom0_evtchn_notify(guest->ch);
}

/* In jiffies: a frontend on a CPU of its own may ask again as soon as it is answered. */
static unsigned long pause_after_op(struct pciback_guest *guest, u64 began)
{
	u64 now = ktime_get_ns();
	u32 took = min_t(u64, (now - began) / NSEC_PER_USEC, OP_CHARGE_MAX_US) + OP_OVERHEAD_US;
	u64 pause = dom0_bucket_take(&guest->op_time, now, took);

	return pause ? nsecs_to_jiffies(pause) + 1 : 0;
}

/* One op a run: a frontend that never stops cannot keep the work from being cancelled. */
void pciback_channel_work(struct work_struct *work)
{
	struct pciback_guest *guest = container_of(to_delayed_work(work), struct pciback_guest,
						   work);
	u64 began;

	/* An event may come before the channel is known here; open looks at the page then. */
	if (!READ_ONCE(guest->ch))
		return;
	if (!has_op(guest)) {
		dom0_evtchn_eoi(guest->ch, guest->worked);
		guest->worked = false;
		return;
	}
	began = ktime_get_ns();
	fetch_op(guest);
	pciback_op_serve(guest, &guest->op);
	answer_op(guest);
	guest->worked = true;
	queue_delayed_work(pciback_queue, &guest->work, pause_after_op(guest, began));
}

static void handle_event(void *data)
{
	struct pciback_guest *guest = data;

	queue_delayed_work(pciback_queue, &guest->work, 0);
}

int pciback_channel_open(struct pciback_guest *guest, grant_ref_t ref, evtchn_port_t port)
{
	struct dom0_evtchn *ch;
	void *page;
	int err = dom0_ring_map(guest->be->xdev, &ref, 1, &page);

	if (err)
		return err;
	guest->shared = page;
	guest->worked = false;
	dom0_bucket_set(&guest->op_time, &op_rate, ktime_get_ns());
	ch = dom0_evtchn_bind(guest->be->xdev, port, guest->be->name, handle_event, guest);
	if (IS_ERR(ch)) {
		dom0_ring_unmap(guest->be->xdev, page);
		guest->shared = NULL;
		return PTR_ERR(ch);
	}
	WRITE_ONCE(guest->ch, ch);
	queue_delayed_work(pciback_queue, &guest->work, 0);
	return 0;
}

/* In the order of the opening, backwards: no event, no work, no channel, no page. */
void pciback_channel_close(struct pciback_guest *guest)
{
	dom0_evtchn_quiesce(guest->ch);
	cancel_delayed_work_sync(&guest->work);
	dom0_evtchn_unbind(guest->ch);
	guest->ch = NULL;
	dom0_ring_unmap(guest->be->xdev, guest->shared);
	guest->shared = NULL;
}
