// SPDX-License-Identifier: GPL-2.0
/*
 * The page that a frontend shares with us: a flag, and one op. The frontend writes the op, sets the
 * flag and sends an event. We write the results into the op, clear the flag and send an event. The
 * frontend may write any byte at any time, so the op is copied once, and only the copy is used.
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

/* A guest's ops get a quarter of a CPU: 250 of each 1000 microseconds. */
static const struct dom0_rate op_rate = {
	.amount = 250,
	.period_us = 1000,
	.burst = 100000,
};

/* Charged for each op in addition to its own time: the event, the work, the answer. */
#define OP_OVERHEAD_US	10

/*
 * The most that one op is charged. No op uses the CPU for longer: beyond this it sleeps, for
 * instance until a device has woken up. A charge for the sleep would delay the next op by seconds,
 * and frontends give up after two seconds.
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

/* Copy the vectors for enable_msix only: no other op has any. */
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

/*
 * Return how many jiffies to wait before the next op. A frontend on another CPU may send one as
 * soon as it sees the answer.
 */
static unsigned long pause_after_op(struct pciback_guest *guest, u64 began)
{
	u64 now = ktime_get_ns();
	u32 took = min_t(u64, (now - began) / NSEC_PER_USEC, OP_CHARGE_MAX_US) + OP_OVERHEAD_US;
	u64 pause = dom0_bucket_take(&guest->op_time, now, took);

	return pause ? nsecs_to_jiffies(pause) + 1 : 0;
}

/* Serve one op in each run, so that the work can be cancelled even if a frontend never stops. */
void pciback_channel_work(struct work_struct *work)
{
	struct pciback_guest *guest = container_of(to_delayed_work(work), struct pciback_guest,
						   work);
	u64 began;

	/*
	 * An event may come before guest->ch is set. pciback_channel_open() queues the work after
	 * that.
	 */
	if (!READ_ONCE(guest->ch))
		return;
	if (!has_op(guest)) {
		/* Without an EOI, the event for an op that was served already is still to come. */
		if (dom0_evtchn_eoi(guest->ch, guest->worked))
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

/* The reverse of the opening: stop events, stop the work, release the channel, unmap the page. */
void pciback_channel_close(struct pciback_guest *guest)
{
	dom0_evtchn_quiesce(guest->ch);
	cancel_delayed_work_sync(&guest->work);
	dom0_evtchn_unbind(guest->ch);
	guest->ch = NULL;
	dom0_ring_unmap(guest->be->xdev, guest->shared);
	guest->shared = NULL;
}
