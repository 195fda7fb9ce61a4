// SPDX-License-Identifier: GPL-2.0
/*
 * IOCTL_PRIVCMD_IRQFD ties an eventfd to a device model operation that raises an interrupt.
 *
 * A signal of the eventfd queues a work, which makes the hypercall. Signals that come before the
 * work runs raise one interrupt, as if the line were raised already. An irqfd belongs to the file
 * through which it was assigned, and ends with its deassignment, its eventfd or the file.
 */
#include "file.h"
#include "irqfd.h"

#include <dom0/hypercall.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <xen/interface/hvm/dm_op.h>
#include <xen/privcmd.h>

/* Most irqfds of a file. */
#define IRQFDS_MAX	512

/* The operation's number and padding, then its arguments. */
#define OP_SIZE_MIN	8
#define OP_SIZE_MAX	128

/* The operations that raise an interrupt; from Xen's public/hvm/dm_op.h. */
enum {
	DM_OP_SET_PCI_INTX_LEVEL = 8,
	DM_OP_SET_ISA_IRQ_LEVEL = 9,
	DM_OP_INJECT_MSI = 14,
	DM_OP_SET_IRQ_LEVEL = 19,
};

/**
 * struct irqfd - an eventfd that raises an interrupt
 * @priv: the file to which it belongs
 * @link: in the file's list
 * @eventfd: the eventfd; referenced
 * @poll: how @wait came into the eventfd's queue
 * @wqh: the eventfd's queue
 * @wait: our entry there
 * @inject: makes the hypercall
 * @closed: all references of programs on the eventfd are gone
 * @error_logged: a failure has been logged
 * @domid: the domain whose interrupt is raised
 * @buf: describes @op to the hypervisor
 * @op: the operation
 */
struct irqfd {
	struct privcmd_file *priv;
	struct list_head link;
	struct eventfd_ctx *eventfd;
	poll_table poll;
	wait_queue_head_t *wqh;
	wait_queue_entry_t wait;
	struct work_struct inject;
	bool closed;
	bool error_logged;
	domid_t domid;
	struct xen_dm_op_buf buf;
	u8 op[OP_SIZE_MAX] __aligned(8);
};

/* Makes the hypercalls. Unbound, so that they do not wait for the program that has signalled. */
static struct workqueue_struct *irqfd_queue;

static void raise_interrupt(struct work_struct *work)
{
	struct irqfd *irqfd = container_of(work, struct irqfd, inject);
	long err;

	/* The file may have been restricted to another domain since. */
	if (!privcmd_may_reach(irqfd->priv, irqfd->domid))
		return;
	err = dom0_hypercall(__HYPERVISOR_dm_op, irqfd->domid, 1, (unsigned long)&irqfd->buf, 0, 0);
	if (!err || irqfd->error_logged)
		return;
	irqfd->error_logged = true;
	pr_warn_ratelimited("cannot raise an interrupt of domain %u: error %ld\n",
			    irqfd->domid, err);
}

/* Called by the eventfd with the lock of its queue held and interrupts disabled. */
static int wake_irqfd(wait_queue_entry_t *wait, unsigned int mode, int sync, void *key)
{
	struct irqfd *irqfd = container_of(wait, struct irqfd, wait);
	__poll_t events = key_to_poll(key);
	u64 count;

	if (events & EPOLLIN) {
		eventfd_ctx_do_read(irqfd->eventfd, &count);
		queue_work(irqfd_queue, &irqfd->inject);
	}
	if (events & EPOLLHUP) {
		WRITE_ONCE(irqfd->closed, true);
		queue_work(irqfd_queue, &irqfd->priv->irqfds.reap);
	}
	return 0;
}

static void queue_irqfd(struct file *file, wait_queue_head_t *wqh, poll_table *poll)
{
	struct irqfd *irqfd = container_of(poll, struct irqfd, poll);

	irqfd->wqh = wqh;
	add_wait_queue(wqh, &irqfd->wait);
}

/* The caller has taken it out of the list. Afterwards no signal reaches it. */
static void free_irqfd(struct irqfd *irqfd)
{
	u64 count;

	eventfd_ctx_remove_wait_queue(irqfd->eventfd, &irqfd->wait, &count);
	/* The eventfd has been read, so its signal must still raise the interrupt. */
	if (cancel_work_sync(&irqfd->inject))
		raise_interrupt(&irqfd->inject);
	eventfd_ctx_put(irqfd->eventfd);
	kfree(irqfd);
}

static void free_irqfd_list(struct list_head *list)
{
	struct irqfd *irqfd, *next;

	list_for_each_entry_safe(irqfd, next, list, link)
		free_irqfd(irqfd);
}

static void reap_closed(struct work_struct *work)
{
	struct irqfds *irqfds = container_of(work, struct irqfds, reap);
	struct irqfd *irqfd, *next;
	LIST_HEAD(closed);

	mutex_lock(&irqfds->lock);
	list_for_each_entry_safe(irqfd, next, &irqfds->all, link) {
		if (!READ_ONCE(irqfd->closed))
			continue;
		list_move(&irqfd->link, &closed);
		irqfds->nr--;
	}
	mutex_unlock(&irqfds->lock);
	free_irqfd_list(&closed);
}

static struct irqfd *find_irqfd(struct irqfds *irqfds, const struct eventfd_ctx *eventfd)
{
	struct irqfd *irqfd;

	lockdep_assert_held(&irqfds->lock);
	list_for_each_entry(irqfd, &irqfds->all, link)
		if (irqfd->eventfd == eventfd)
			return irqfd;
	return NULL;
}

static int read_op(struct irqfd *irqfd, const struct privcmd_irqfd *cmd)
{
	if (cmd->size < OP_SIZE_MIN || cmd->size > OP_SIZE_MAX)
		return -EINVAL;
	if (copy_from_user(irqfd->op, u64_to_user_ptr(cmd->dm_op), cmd->size))
		return -EFAULT;
	switch (*(u32 *)irqfd->op) {
	case DM_OP_SET_PCI_INTX_LEVEL:
	case DM_OP_SET_ISA_IRQ_LEVEL:
	case DM_OP_INJECT_MSI:
	case DM_OP_SET_IRQ_LEVEL:
		set_xen_guest_handle(irqfd->buf.h, irqfd->op);
		irqfd->buf.size = cmd->size;
		return 0;
	default:
		return -EINVAL;
	}
}

static struct irqfd *make_irqfd(struct privcmd_file *priv, const struct privcmd_irqfd *cmd)
{
	struct irqfd *irqfd = kzalloc(sizeof(*irqfd), GFP_KERNEL_ACCOUNT);
	int err;

	if (!irqfd)
		return ERR_PTR(-ENOMEM);
	err = read_op(irqfd, cmd);
	if (err) {
		kfree(irqfd);
		return ERR_PTR(err);
	}
	irqfd->priv = priv;
	irqfd->domid = cmd->dom;
	INIT_WORK(&irqfd->inject, raise_interrupt);
	init_waitqueue_func_entry(&irqfd->wait, wake_irqfd);
	init_poll_funcptr(&irqfd->poll, queue_irqfd);
	return irqfd;
}

/* Read the count of an eventfd that was signalled before, as a signal would. */
static void take_count(struct irqfd *irqfd)
{
	u64 count;

	spin_lock_irq(&irqfd->wqh->lock);
	eventfd_ctx_do_read(irqfd->eventfd, &count);
	spin_unlock_irq(&irqfd->wqh->lock);
	queue_work(irqfd_queue, &irqfd->inject);
}

/* The caller holds a reference on the eventfd's file, so it is not closed yet. */
static int add_irqfd(struct irqfds *irqfds, struct irqfd *irqfd, struct file *eventfd)
{
	int err = 0;

	mutex_lock(&irqfds->lock);
	if (find_irqfd(irqfds, irqfd->eventfd))
		err = -EBUSY;
	else if (irqfds->nr == IRQFDS_MAX)
		err = -ENOSPC;
	if (!err) {
		list_add_tail(&irqfd->link, &irqfds->all);
		irqfds->nr++;
		if (vfs_poll(eventfd, &irqfd->poll) & EPOLLIN)
			take_count(irqfd);
	}
	mutex_unlock(&irqfds->lock);
	return err;
}

static int assign_irqfd(struct privcmd_file *priv, const struct privcmd_irqfd *cmd)
{
	struct irqfd *irqfd = make_irqfd(priv, cmd);
	struct file *file;
	int err;

	if (IS_ERR(irqfd))
		return PTR_ERR(irqfd);
	file = eventfd_fget(cmd->fd);
	err = PTR_ERR_OR_ZERO(file);
	if (err)
		goto free_irqfd;
	irqfd->eventfd = eventfd_ctx_fileget(file);
	err = PTR_ERR_OR_ZERO(irqfd->eventfd);
	if (err)
		goto put_file;
	err = add_irqfd(&priv->irqfds, irqfd, file);
	if (err)
		goto put_eventfd;
	fput(file);
	return 0;

put_eventfd:
	eventfd_ctx_put(irqfd->eventfd);
put_file:
	fput(file);
free_irqfd:
	kfree(irqfd);
	return err;
}

static int deassign_irqfd(struct irqfds *irqfds, const struct privcmd_irqfd *cmd)
{
	struct eventfd_ctx *eventfd = eventfd_ctx_fdget(cmd->fd);
	struct irqfd *irqfd;

	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	mutex_lock(&irqfds->lock);
	irqfd = find_irqfd(irqfds, eventfd);
	if (irqfd) {
		list_del(&irqfd->link);
		irqfds->nr--;
	}
	mutex_unlock(&irqfds->lock);
	if (irqfd)
		free_irqfd(irqfd);
	eventfd_ctx_put(eventfd);
	return 0;
}

long privcmd_change_irqfd(struct privcmd_file *priv, void __user *arg)
{
	struct privcmd_irqfd cmd;

	if (copy_from_user(&cmd, arg, sizeof(cmd)))
		return -EFAULT;
	if (cmd.flags & ~PRIVCMD_IRQFD_FLAG_DEASSIGN)
		return -EINVAL;
	if (!privcmd_may_reach(priv, cmd.dom))
		return -EPERM;
	if (cmd.flags & PRIVCMD_IRQFD_FLAG_DEASSIGN)
		return deassign_irqfd(&priv->irqfds, &cmd);
	return assign_irqfd(priv, &cmd);
}

void privcmd_irqfds_init(struct irqfds *irqfds)
{
	mutex_init(&irqfds->lock);
	INIT_LIST_HEAD(&irqfds->all);
	INIT_WORK(&irqfds->reap, reap_closed);
}

void privcmd_irqfds_exit(struct irqfds *irqfds)
{
	LIST_HEAD(rest);

	mutex_lock(&irqfds->lock);
	list_splice_init(&irqfds->all, &rest);
	mutex_unlock(&irqfds->lock);
	free_irqfd_list(&rest);
	/* The work finds no irqfd any more, and only an irqfd can queue it again. */
	cancel_work_sync(&irqfds->reap);
	mutex_destroy(&irqfds->lock);
}

int __init privcmd_irqfd_init(void)
{
	irqfd_queue = alloc_workqueue("dom0-privcmd", WQ_UNBOUND | WQ_HIGHPRI, 0);
	return irqfd_queue ? 0 : -ENOMEM;
}

void privcmd_irqfd_exit(void)
{
	destroy_workqueue(irqfd_queue);
}
