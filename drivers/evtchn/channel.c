// SPDX-License-Identifier: GPL-2.0
/*
 * Ports of an open file, from bind to unbind, under the file's lock. The interrupt handler takes
 * ring_lock only.
 */
#include "channel.h"

#include <dom0/fault_point.h>
#include <dom0/hypercall.h>
#include <dom0/port.h>
#include <linux/bitops.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/events.h>

/**
 * struct channel - a port bound through a file
 * @user: the file
 * @port: the port, and its Linux interrupt, which the channel owns until the unbind
 * @eoi_owed: an event has been delivered and stays masked until the user has written its port
 */
struct channel {
	struct evtchn_user *user;
	struct dom0_port port;
	bool eoi_owed;
};

static irqreturn_t handle_port_event(int irq, void *data)
{
	struct channel *ch = data;
	struct evtchn_user *user = ch->user;
	bool wake;

	if (dom0_port_filtered(&ch->port)) {
		xen_irq_lateeoi(irq, 0);
		return IRQ_HANDLED;
	}
	WRITE_ONCE(ch->eoi_owed, true);
	spin_lock(&user->ring_lock);
	wake = evtchn_port_ring_push(&user->ring, ch->port.nr);
	spin_unlock(&user->ring_lock);
	if (wake) {
		wake_up_interruptible(&user->readers);
		kill_fasync(&user->fasync, SIGIO, POLL_IN);
	}
	return IRQ_HANDLED;
}

/* One slot for each channel, so that the ring never overflows if the user reads before writing. */
int evtchn_channel_reserve(struct evtchn_user *user)
{
	u32 size = evtchn_port_ring_room(&user->ring, user->nr_channels + 1);
	u32 *ports;

	lockdep_assert_held(&user->lock);
	if (size == user->ring.size)
		return 0;

	ports = kvmalloc_array(size, sizeof(*ports), GFP_KERNEL_ACCOUNT);
	if (!ports)
		return -ENOMEM;

	mutex_lock(&user->read_lock);
	spin_lock_irq(&user->ring_lock);
	ports = evtchn_port_ring_move(&user->ring, ports, size);
	spin_unlock_irq(&user->ring_lock);
	mutex_unlock(&user->read_lock);
	kvfree(ports);
	return 0;
}

static void close_port(evtchn_port_t port)
{
	struct evtchn_close close = { .port = port };

	if (dom0_hypercall_evtchn(EVTCHNOP_close, &close))
		pr_err_ratelimited("cannot close port %u\n", port);
}

static int check_open(evtchn_port_t port)
{
	struct evtchn_status status = { .dom = DOMID_SELF, .port = port };
	int err = dom0_hypercall_evtchn(EVTCHNOP_status, &status);

	return err ?: status.status == EVTCHNSTAT_closed ? -EINVAL : 0;
}

/*
 * The kernel's table from ports to interrupts is allocated in parts, each with the entries of 512
 * or 1024 ports.
 */
#define TABLE_PORTS	512U
#define MAX_PORTS	BIT(17)

/*
 * The parts of that table that are known to exist, because a port in them has had an interrupt. The
 * kernel's own ports are in the first. No part is ever freed.
 */
static unsigned long known_tables[BITS_TO_LONGS(MAX_PORTS / TABLE_PORTS)] = { 1 };

/*
 * Close a port that got no interrupt, unless the kernel may have closed it already. The kernel does
 * that only if it cannot allocate a new part of its table. Another user may then have got the same
 * number, and a close would hit that user. So leave the port open if its part may be missing.
 */
static void close_unbound_port(evtchn_port_t port)
{
	if (!dom0_fault_point("evtchn_new_table") && port < MAX_PORTS &&
	    test_bit(port / TABLE_PORTS, known_tables))
		close_port(port);
	else
		pr_warn_ratelimited("port %u may stay open, it got no interrupt\n", port);
}

/*
 * Bind step by step. The kernel's function for all steps does not return, on failure, whether it
 * has closed the port.
 */
static int bind_irq(struct channel *ch, bool is_static)
{
	evtchn_port_t port = ch->port.nr;
	int irq, err;

	err = check_open(port);
	if (err)
		return err;
	irq = dom0_fault_point("evtchn_bind_irq") ?: bind_evtchn_to_irq_lateeoi(port);
	if (irq < 0) {
		if (!is_static)
			close_unbound_port(port);
		return irq;
	}
	if (port < MAX_PORTS)
		set_bit(port / TABLE_PORTS, known_tables);

	/* The file's reference. Unmap notifications may take another, by evtchn_get(). */
	err = evtchn_make_refcounted(port, is_static);
	if (err)
		goto unbind;
	ch->port.irq = irq;
	err = request_irq(irq, handle_port_event, 0, ch->user->name, ch);
	if (err)
		goto unbind;
	dom0_port_publish(&ch->port);
	return 0;

unbind:
	evtchn_put(port);
	return err;
}

int evtchn_channel_bind(struct evtchn_user *user, evtchn_port_t port, bool is_static)
{
	struct channel *ch;
	int err;

	lockdep_assert_held(&user->lock);
	err = -ENOMEM;
	ch = kzalloc(sizeof(*ch), GFP_KERNEL_ACCOUNT);
	if (!ch)
		goto close_port;
	ch->user = user;
	ch->port.nr = port;

	err = xa_insert(&user->channels, port, ch, GFP_KERNEL_ACCOUNT);
	if (err)
		goto free_channel;

	err = bind_irq(ch, is_static);
	if (err)
		goto erase_channel;
	user->nr_channels++;
	return 0;

erase_channel:
	xa_erase(&user->channels, port);
	kfree(ch);
	return err;

free_channel:
	kfree(ch);
close_port:
	if (!is_static)
		close_port(port);
	return err;
}

/* Drop the unread event of a port: the ring has slots for bound channels only. */
static void forget_event(struct evtchn_user *user, evtchn_port_t port)
{
	mutex_lock(&user->read_lock);
	spin_lock_irq(&user->ring_lock);
	evtchn_port_ring_drop(&user->ring, port);
	spin_unlock_irq(&user->ring_lock);
	mutex_unlock(&user->read_lock);
}

static void unbind_channel(struct evtchn_user *user, struct channel *ch)
{
	xa_erase(&user->channels, ch->port.nr);
	user->nr_channels--;
	dom0_port_withdraw(&ch->port);
	/* Waits for a running handler. The kernel drops an EOI that is still owed. */
	unbind_from_irqhandler(ch->port.irq, ch);
	forget_event(user, ch->port.nr);
	kfree(ch);
}

int evtchn_channel_unbind(struct evtchn_user *user, evtchn_port_t port)
{
	struct channel *ch = xa_load(&user->channels, port);

	lockdep_assert_held(&user->lock);
	if (!ch)
		return -ENOTCONN;
	unbind_channel(user, ch);
	return 0;
}

void evtchn_channel_unbind_all(struct evtchn_user *user)
{
	struct channel *ch;
	unsigned long port;

	lockdep_assert_held(&user->lock);
	xa_for_each(&user->channels, port, ch)
		unbind_channel(user, ch);
}

bool evtchn_channel_is_bound(struct evtchn_user *user, evtchn_port_t port)
{
	lockdep_assert_held(&user->lock);
	return xa_load(&user->channels, port);
}

void evtchn_channel_eoi(struct evtchn_user *user, const evtchn_port_t *ports, unsigned int nr)
{
	struct channel *ch;
	unsigned int i;

	lockdep_assert_held(&user->lock);
	for (i = 0; i < nr; i++) {
		ch = xa_load(&user->channels, ports[i]);
		if (!ch || !READ_ONCE(ch->eoi_owed))
			continue;
		/* Clear it before the EOI, during which the next event may come. */
		WRITE_ONCE(ch->eoi_owed, false);
		xen_irq_lateeoi(ch->port.irq, 0);
	}
}
