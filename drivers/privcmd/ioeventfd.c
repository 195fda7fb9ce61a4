// SPDX-License-Identifier: GPL-2.0
/*
 * IOCTL_PRIVCMD_IOEVENTFD lets a guest's write to a virtio device signal an eventfd.
 *
 * Xen puts the write into a slot of the page that it shares with the device model, one for each
 * virtual CPU, and sends an event. A filter on the event's port looks at the slot first. If the
 * write notifies a queue that has an eventfd, the filter signals it and answers Xen, and the device
 * model is not woken. Any other access is left to the device model.
 *
 * An ioeventfd belongs to the file through which it was assigned. It ends with its deassignment or
 * with the file. If the device model closes a port, that port's filter is detached.
 */
#include "area.h"
#include "file.h"
#include "ioeventfd.h"
#include "ioreq.h"
#include "map_ops.h"

#include <dom0/hypercall.h>
#include <dom0/port.h>
#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <xen/privcmd.h>

/* Most ioeventfds of a file. */
#define IOEVENTFDS_MAX	512

/* The slots that fit into the page. */
#define VCPUS_MAX	(PAGE_SIZE / sizeof(struct ioreq_slot))

static_assert(sizeof(struct ioreq_slot) == 32);

/**
 * struct ioeventfd - an eventfd for the notifications of one queue
 * @link: in the server's list of all
 * @same_list: in one of the server's lists for interrupt handlers
 * @eventfd: the eventfd; referenced
 * @base: guest physical address of the device
 * @size: size of the write in bytes
 * @vq: number of the queue
 */
struct ioeventfd {
	struct list_head link;
	struct hlist_node same_list;
	struct eventfd_ctx *eventfd;
	u64 base;
	u32 size;
	u32 vq;
};

/**
 * struct ioreq_vcpu - a virtual CPU of the guest
 * @filter: on the port by which Xen announces its accesses
 * @server: the server
 * @slot: its slot, which is shared with Xen
 * @port: that port
 */
struct ioreq_vcpu {
	struct dom0_port_filter filter;
	struct ioreq_server *server;
	struct ioreq_slot *slot;
	evtchn_port_t port;
};

/**
 * struct ioreq_server - an ioreq server of Xen with ioeventfds
 * @link: in the file's list
 * @priv: the file
 * @eventfds: its ioeventfds
 * @lists: the same by address and queue, see privcmd_ioreq_list(); interrupt handlers use RCU
 * @addr: where the program has mapped the page, as it names the server
 * @domid: the guest
 * @area: holds the page; referenced
 * @slots: the page, as the kernel sees it
 * @nr: virtual CPUs of the guest
 * @vcpus: the virtual CPUs
 */
struct ioreq_server {
	struct list_head link;
	struct privcmd_file *priv;
	struct list_head eventfds;
	struct hlist_head lists[1 << IOREQ_LISTS_ORDER];
	u64 addr;
	domid_t domid;
	struct area *area;
	struct ioreq_slot *slots;
	unsigned int nr;
	struct ioreq_vcpu vcpus[];
};

/* What the ioctl needs from user memory, before it takes a lock. */
struct ioreq_source {
	struct area *area;
	struct area_ioreq page;
	evtchn_port_t *ports;
};

/* ---- a guest's write ---- */

/*
 * Claim the slot: a device model may poll it without an event. If the device model has claimed it
 * first, the access is left to the device model.
 */
static bool claim_slot(struct ioreq_slot *slot, u8 bits)
{
	return sync_cmpxchg(&slot->bits, bits, ioreq_bits(bits, IOREQ_IS_INPROCESS)) == bits;
}

static bool signal_queue(struct ioreq_vcpu *vcpu, const struct ioreq_write *write)
{
	struct hlist_head *list = &vcpu->server->lists[privcmd_ioreq_write_list(write)];
	struct ioeventfd *ioeventfd;
	bool done = false;

	rcu_read_lock();
	hlist_for_each_entry_rcu(ioeventfd, list, same_list) {
		if (!privcmd_ioreq_notifies(write, ioeventfd->base, ioeventfd->size, ioeventfd->vq))
			continue;
		done = claim_slot(vcpu->slot, write->bits);
		if (done)
			eventfd_signal(ioeventfd->eventfd);
		break;
	}
	rcu_read_unlock();
	return done;
}

/* Xen continues the virtual CPU when it has got both the new state and the event. */
static void answer_write(struct ioreq_vcpu *vcpu, u8 bits)
{
	struct evtchn_send op = { .port = vcpu->port };

	/* After the eventfd has been signalled. */
	smp_store_release(&vcpu->slot->bits, ioreq_bits(bits, IOREQ_IS_RESP_READY));
	dom0_hypercall_evtchn(EVTCHNOP_send, &op);
}

/* Hard interrupt context. */
static bool filter_access(struct dom0_port_filter *filter)
{
	struct ioreq_vcpu *vcpu = container_of(filter, struct ioreq_vcpu, filter);
	struct ioreq_write write;

	/* The file may have been restricted to another domain since. */
	if (!privcmd_may_reach(vcpu->server->priv, vcpu->server->domid))
		return false;
	if (!privcmd_ioreq_read(vcpu->slot, &write) || !signal_queue(vcpu, &write))
		return false;
	answer_write(vcpu, write.bits);
	return true;
}

/* ---- servers ---- */

static void detach_ports(struct ioreq_server *server)
{
	unsigned int i;

	for (i = 0; i < server->nr; i++)
		dom0_port_filter_detach(&server->vcpus[i].filter);
}

static int attach_ports(struct ioreq_server *server, const evtchn_port_t *ports)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < server->nr && !err; i++) {
		struct ioreq_vcpu *vcpu = &server->vcpus[i];

		vcpu->filter.handle = filter_access;
		vcpu->server = server;
		vcpu->slot = &server->slots[i];
		vcpu->port = ports[i];
		err = dom0_port_filter_attach(&vcpu->filter, ports[i], server->domid);
	}
	if (err)
		detach_ports(server);
	return err;
}

static struct ioreq_server *make_server(struct privcmd_file *priv,
					const struct privcmd_ioeventfd *cmd,
					const struct ioreq_source *source)
{
	struct ioreq_server *server;
	int err;

	server = kvzalloc(struct_size(server, vcpus, cmd->vcpus), GFP_KERNEL_ACCOUNT);
	if (!server)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&server->eventfds);
	server->priv = priv;
	server->addr = cmd->ioreq;
	server->domid = cmd->dom;
	server->nr = cmd->vcpus;
	server->slots = privcmd_map_ops()->map_ioreq(source->area, &source->page);
	err = PTR_ERR_OR_ZERO(server->slots);
	if (err)
		goto free_server;
	server->area = source->area;
	privcmd_area_hold(server->area);
	return server;

free_server:
	kvfree(server);
	return ERR_PTR(err);
}

/* Its ports are detached, and it has no ioeventfd. */
static void free_server(struct ioreq_server *server)
{
	if (privcmd_map_ops()->unmap_ioreq)
		privcmd_map_ops()->unmap_ioreq(server->slots);
	privcmd_area_put(server->area);
	kvfree(server);
}

static void free_ioeventfd(struct ioeventfd *ioeventfd)
{
	eventfd_ctx_put(ioeventfd->eventfd);
	kfree(ioeventfd);
}

static struct ioreq_server *find_server(struct ioeventfds *all, u64 addr)
{
	struct ioreq_server *server;

	lockdep_assert_held(&all->lock);
	list_for_each_entry(server, &all->servers, link)
		if (server->addr == addr)
			return server;
	return NULL;
}

/* ---- assigning ---- */

static int check_assignment(const struct privcmd_ioeventfd *cmd)
{
	if (!is_power_of_2(cmd->addr_len) || cmd->addr_len > 8 || cmd->vq > U16_MAX)
		return -EINVAL;
	if (cmd->addr + IOREQ_QUEUE_NOTIFY + cmd->addr_len < cmd->addr)
		return -EINVAL;
	if (!cmd->vcpus || cmd->vcpus > VCPUS_MAX || !PAGE_ALIGNED(cmd->ioreq))
		return -EINVAL;
	return 0;
}

static struct ioeventfd *make_ioeventfd(const struct privcmd_ioeventfd *cmd)
{
	struct ioeventfd *ioeventfd = kzalloc(sizeof(*ioeventfd), GFP_KERNEL_ACCOUNT);
	int err;

	if (!ioeventfd)
		return ERR_PTR(-ENOMEM);
	ioeventfd->base = cmd->addr;
	ioeventfd->size = cmd->addr_len;
	ioeventfd->vq = cmd->vq;
	ioeventfd->eventfd = eventfd_ctx_fdget(cmd->event_fd);
	err = PTR_ERR_OR_ZERO(ioeventfd->eventfd);
	if (err) {
		kfree(ioeventfd);
		return ERR_PTR(err);
	}
	return ioeventfd;
}

/* An eventfd serves one queue, and a queue has one eventfd. */
static bool is_duplicate(const struct ioreq_server *server, const struct ioeventfd *new)
{
	const struct ioeventfd *old;

	list_for_each_entry(old, &server->eventfds, link)
		if (old->eventfd == new->eventfd ||
		    (old->base == new->base && old->size == new->size && old->vq == new->vq))
			return true;
	return false;
}

static void link_ioeventfd(struct ioreq_server *server, struct ioeventfd *ioeventfd)
{
	unsigned int list = privcmd_ioreq_list(ioeventfd->base, ioeventfd->vq);

	list_add_tail(&ioeventfd->link, &server->eventfds);
	hlist_add_head_rcu(&ioeventfd->same_list, &server->lists[list]);
}

/* If another page has been mapped at its address since, the server is out of date. */
static int add_to_server(struct ioreq_server *server, const struct privcmd_ioeventfd *cmd,
			 const struct ioreq_source *source, struct ioeventfd *ioeventfd)
{
	if (server->domid != cmd->dom || server->nr != cmd->vcpus || server->area != source->area)
		return -EINVAL;
	if (is_duplicate(server, ioeventfd))
		return -EBUSY;
	link_ioeventfd(server, ioeventfd);
	return 0;
}

/* The server gets its first ioeventfd before its ports, so that no write is missed. */
static int add_server(struct privcmd_file *priv, const struct privcmd_ioeventfd *cmd,
		      const struct ioreq_source *source, struct ioeventfd *ioeventfd)
{
	struct ioreq_server *server = make_server(priv, cmd, source);
	int err;

	if (IS_ERR(server))
		return PTR_ERR(server);
	link_ioeventfd(server, ioeventfd);
	err = attach_ports(server, source->ports);
	if (err) {
		free_server(server);
		return err;
	}
	list_add_tail(&server->link, &priv->ioeventfds.servers);
	return 0;
}

static int add_ioeventfd(struct privcmd_file *priv, const struct privcmd_ioeventfd *cmd,
			 const struct ioreq_source *source, struct ioeventfd *ioeventfd)
{
	struct ioeventfds *all = &priv->ioeventfds;
	struct ioreq_server *server;
	int err;

	mutex_lock(&all->lock);
	server = find_server(all, cmd->ioreq);
	if (all->nr == IOEVENTFDS_MAX)
		err = -ENOSPC;
	else if (server)
		err = add_to_server(server, cmd, source, ioeventfd);
	else
		err = add_server(priv, cmd, source, ioeventfd);
	if (!err)
		all->nr++;
	mutex_unlock(&all->lock);
	return err;
}

/* Accept only a page that was mapped as the ioreq page of a server of this domain. */
static int find_ioreq_page(const struct privcmd_ioeventfd *cmd, struct ioreq_source *source)
{
	unsigned long index;

	source->area = privcmd_area_get(cmd->ioreq);
	if (IS_ERR(source->area))
		return PTR_ERR(source->area);
	index = area_index(source->area, cmd->ioreq);
	privcmd_area_ioreq(source->area, &source->page);
	if (source->page.mapped && source->page.index == index && source->page.domid == cmd->dom)
		return 0;
	privcmd_area_put(source->area);
	return -EINVAL;
}

static int assign_ioeventfd(struct privcmd_file *priv, const struct privcmd_ioeventfd *cmd)
{
	struct ioreq_source source = {};
	struct ioeventfd *ioeventfd;
	int err = check_assignment(cmd);

	if (err)
		return err;
	source.ports = memdup_user(u64_to_user_ptr(cmd->ports),
				   array_size(cmd->vcpus, sizeof(*source.ports)));
	if (IS_ERR(source.ports))
		return PTR_ERR(source.ports);
	err = find_ioreq_page(cmd, &source);
	if (err)
		goto free_ports;
	ioeventfd = make_ioeventfd(cmd);
	err = PTR_ERR_OR_ZERO(ioeventfd);
	if (err)
		goto put_area;
	err = add_ioeventfd(priv, cmd, &source, ioeventfd);
	if (err)
		free_ioeventfd(ioeventfd);
put_area:
	privcmd_area_put(source.area);
free_ports:
	kfree(source.ports);
	return err;
}

/* ---- deassigning ---- */

/* When this returns, no interrupt handler uses it. The last ioeventfd frees the server. */
static void remove_ioeventfd(struct ioeventfds *all, struct ioreq_server *server,
			     struct ioeventfd *ioeventfd)
{
	lockdep_assert_held(&all->lock);
	list_del(&ioeventfd->link);
	hlist_del_rcu(&ioeventfd->same_list);
	all->nr--;
	if (list_empty(&server->eventfds)) {
		list_del(&server->link);
		detach_ports(server);
		free_server(server);
	} else {
		synchronize_rcu();
	}
	free_ioeventfd(ioeventfd);
}

static int remove_by_eventfd(struct ioeventfds *all, const struct privcmd_ioeventfd *cmd,
			     const struct eventfd_ctx *eventfd)
{
	struct ioreq_server *server = find_server(all, cmd->ioreq);
	struct ioeventfd *ioeventfd;

	if (!server || server->domid != cmd->dom || server->nr != cmd->vcpus)
		return -ENODEV;
	list_for_each_entry(ioeventfd, &server->eventfds, link) {
		if (ioeventfd->eventfd != eventfd)
			continue;
		remove_ioeventfd(all, server, ioeventfd);
		return 0;
	}
	return -ENODEV;
}

static int deassign_ioeventfd(struct ioeventfds *all, const struct privcmd_ioeventfd *cmd)
{
	struct eventfd_ctx *eventfd = eventfd_ctx_fdget(cmd->event_fd);
	int err;

	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	mutex_lock(&all->lock);
	err = remove_by_eventfd(all, cmd, eventfd);
	mutex_unlock(&all->lock);
	eventfd_ctx_put(eventfd);
	return err;
}

long privcmd_change_ioeventfd(struct privcmd_file *priv, void __user *arg)
{
	struct privcmd_ioeventfd cmd;

	if (copy_from_user(&cmd, arg, sizeof(cmd)))
		return -EFAULT;
	if (cmd.flags & ~PRIVCMD_IOEVENTFD_FLAG_DEASSIGN)
		return -EINVAL;
	if (!privcmd_may_reach(priv, cmd.dom))
		return -EPERM;
	if (cmd.flags & PRIVCMD_IOEVENTFD_FLAG_DEASSIGN)
		return deassign_ioeventfd(&priv->ioeventfds, &cmd);
	return assign_ioeventfd(priv, &cmd);
}

void privcmd_ioeventfds_init(struct ioeventfds *ioeventfds)
{
	mutex_init(&ioeventfds->lock);
	INIT_LIST_HEAD(&ioeventfds->servers);
}

static void free_server_and_all(struct ioreq_server *server)
{
	struct ioeventfd *ioeventfd, *next;

	detach_ports(server);
	list_for_each_entry_safe(ioeventfd, next, &server->eventfds, link)
		free_ioeventfd(ioeventfd);
	free_server(server);
}

void privcmd_ioeventfds_exit(struct ioeventfds *ioeventfds)
{
	struct ioreq_server *server, *next;

	list_for_each_entry_safe(server, next, &ioeventfds->servers, link)
		free_server_and_all(server);
	mutex_destroy(&ioeventfds->lock);
}
