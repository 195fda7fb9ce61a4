// SPDX-License-Identifier: GPL-2.0
/* The ports that programs have bound, and their filters. program_ports_lock protects both ends. */
#include <dom0/hypercall.h>
#include <dom0/port.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>

static DEFINE_MUTEX(program_ports_lock);	/* protects program_ports, and filters of ports */
static LIST_HEAD(program_ports);

void dom0_port_publish(struct dom0_port *port)
{
	port->owner = get_pid(task_tgid(current));
	mutex_lock(&program_ports_lock);
	list_add(&port->link, &program_ports);
	mutex_unlock(&program_ports_lock);
}
EXPORT_SYMBOL_GPL(dom0_port_publish);

/* The port cannot be withdrawn, nor its interrupt freed, while the lock is held. */
static void detach_locked(struct dom0_port_filter *filter)
{
	struct dom0_port *port = filter->port;

	lockdep_assert_held(&program_ports_lock);
	WRITE_ONCE(port->filter, NULL);
	synchronize_irq(port->irq);
	filter->port = NULL;
}

void dom0_port_withdraw(struct dom0_port *port)
{
	mutex_lock(&program_ports_lock);
	list_del(&port->link);
	if (port->filter)
		detach_locked(port->filter);
	mutex_unlock(&program_ports_lock);
	put_pid(port->owner);
}
EXPORT_SYMBOL_GPL(dom0_port_withdraw);

static struct dom0_port *find_program_port(evtchn_port_t nr)
{
	struct dom0_port *port;

	lockdep_assert_held(&program_ports_lock);
	list_for_each_entry(port, &program_ports, link)
		if (port->nr == nr)
			return port;
	return NULL;
}

static bool leads_to(evtchn_port_t nr, domid_t domid)
{
	struct evtchn_status op = { .dom = DOMID_SELF, .port = nr };

	return !dom0_hypercall_evtchn(EVTCHNOP_status, &op) &&
	       op.status == EVTCHNSTAT_interdomain && op.u.interdomain.dom == domid;
}

static int attach_locked(struct dom0_port_filter *filter, evtchn_port_t nr, domid_t domid)
{
	struct dom0_port *port = find_program_port(nr);

	if (!port)
		return -ENOTCONN;
	/* A process may filter only the events of ports that it has bound itself. */
	if (port->owner != task_tgid(current))
		return -EPERM;
	if (port->filter)
		return -EBUSY;
	if (!leads_to(nr, domid))
		return -EINVAL;
	filter->port = port;
	/* After the filter is complete: a handler may see it at once. */
	smp_store_release(&port->filter, filter);
	return 0;
}

int dom0_port_filter_attach(struct dom0_port_filter *filter, evtchn_port_t nr, domid_t domid)
{
	int err;

	mutex_lock(&program_ports_lock);
	err = attach_locked(filter, nr, domid);
	mutex_unlock(&program_ports_lock);
	return err;
}
EXPORT_SYMBOL_GPL(dom0_port_filter_attach);

void dom0_port_filter_detach(struct dom0_port_filter *filter)
{
	mutex_lock(&program_ports_lock);
	if (filter->port)
		detach_locked(filter);
	mutex_unlock(&program_ports_lock);
}
EXPORT_SYMBOL_GPL(dom0_port_filter_detach);
