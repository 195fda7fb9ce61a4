// SPDX-License-Identifier: GPL-2.0
/* /dev/xen/evtchn: event channels for processes, with the ioctls of <xen/evtchn.h>. */
#include "channel.h"

#include <dom0/device.h>
#include <dom0/hypercall.h>
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <xen/events.h>
#include <xen/evtchn.h>
#include <xen/xen-ops.h>

/* Most ports that are copied at once between user memory and the kernel. */
#define COPY_PORTS	64

static bool is_restricted(const struct evtchn_user *user)
{
	return user->restricted_to != DOMID_INVALID;
}

/*
 * Held from the allocation or the check of a port until it is bound, so that no other file binds it
 * as a static one meanwhile. An allocation holds it for reading: it may wait for memory of its
 * control group, and must not delay other allocations. Do not hold it over an access to user
 * memory, nor while taking a lock that is held over one: one program could delay all others.
 */
static DECLARE_RWSEM(bind_lock);

static long bind_virq(struct evtchn_user *user, void __user *arg)
{
	struct ioctl_evtchn_bind_virq bind;
	struct evtchn_bind_virq op = { .vcpu = xen_vcpu_nr(0) };
	int err;

	if (is_restricted(user))
		return -EACCES;
	if (copy_from_user(&bind, arg, sizeof(bind)))
		return -EFAULT;
	op.virq = bind.virq;
	err = evtchn_channel_reserve(user);
	if (err)
		return err;
	down_read(&bind_lock);
	err = dom0_hypercall_evtchn(EVTCHNOP_bind_virq, &op) ?:
	      evtchn_channel_bind(user, op.port, false);
	up_read(&bind_lock);
	return err ?: op.port;
}

static long bind_interdomain(struct evtchn_user *user, void __user *arg)
{
	struct ioctl_evtchn_bind_interdomain bind;
	struct evtchn_bind_interdomain op = {};
	int err;

	if (copy_from_user(&bind, arg, sizeof(bind)))
		return -EFAULT;
	if (is_restricted(user) && user->restricted_to != bind.remote_domain)
		return -EACCES;
	op.remote_dom = bind.remote_domain;
	op.remote_port = bind.remote_port;
	err = evtchn_channel_reserve(user);
	if (err)
		return err;
	down_read(&bind_lock);
	err = dom0_hypercall_evtchn(EVTCHNOP_bind_interdomain, &op) ?:
	      evtchn_channel_bind(user, op.local_port, false);
	up_read(&bind_lock);
	return err ?: op.local_port;
}

static long bind_unbound_port(struct evtchn_user *user, void __user *arg)
{
	struct ioctl_evtchn_bind_unbound_port bind;
	struct evtchn_alloc_unbound op = { .dom = DOMID_SELF };
	int err;

	if (is_restricted(user))
		return -EACCES;
	if (copy_from_user(&bind, arg, sizeof(bind)))
		return -EFAULT;
	op.remote_dom = bind.remote_domain;
	err = evtchn_channel_reserve(user);
	if (err)
		return err;
	down_read(&bind_lock);
	err = dom0_hypercall_evtchn(EVTCHNOP_alloc_unbound, &op) ?:
	      evtchn_channel_bind(user, op.port, false);
	up_read(&bind_lock);
	return err ?: op.port;
}

#ifdef IOCTL_EVTCHN_BIND_STATIC
/* The user may pass any number, so refuse a port that another user has bound. */
static int bind_unused_port(struct evtchn_user *user, evtchn_port_t port)
{
	int err = evtchn_get(port);

	lockdep_assert_held_write(&bind_lock);
	if (!err)
		evtchn_put(port);
	if (err != -ENOENT)
		return err ?: -EISCONN;
	return evtchn_channel_bind(user, port, true);
}

/* Bind a static port, which was created with the domain and is not closed with the file. */
static long bind_static(struct evtchn_user *user, void __user *arg)
{
	struct ioctl_evtchn_bind bind;
	int err;

	if (is_restricted(user))
		return -EACCES;
	if (copy_from_user(&bind, arg, sizeof(bind)))
		return -EFAULT;
	if (!bind.port)
		return -EINVAL;
	if (evtchn_channel_is_bound(user, bind.port))
		return -EISCONN;
	err = evtchn_channel_reserve(user);
	if (err)
		return err;
	down_write(&bind_lock);
	err = bind_unused_port(user, bind.port);
	up_write(&bind_lock);
	return err;
}
#endif

static long unbind_port(struct evtchn_user *user, void __user *arg)
{
	struct ioctl_evtchn_unbind unbind;

	if (copy_from_user(&unbind, arg, sizeof(unbind)))
		return -EFAULT;
	if (unbind.port >= xen_evtchn_nr_channels())
		return -EINVAL;
	return evtchn_channel_unbind(user, unbind.port);
}

static long notify_port(struct evtchn_user *user, void __user *arg)
{
	struct ioctl_evtchn_notify notify;
	struct evtchn_send op;

	if (copy_from_user(&notify, arg, sizeof(notify)))
		return -EFAULT;
	if (!evtchn_channel_is_bound(user, notify.port))
		return -ENOTCONN;
	op.port = notify.port;
	/* Ignore errors: the peer may have closed its end, which is no fault of the user. */
	dom0_hypercall_evtchn(EVTCHNOP_send, &op);
	return 0;
}

static long reset_ring(struct evtchn_user *user)
{
	mutex_lock(&user->read_lock);
	spin_lock_irq(&user->ring_lock);
	evtchn_port_ring_clear(&user->ring);
	spin_unlock_irq(&user->ring_lock);
	mutex_unlock(&user->read_lock);
	return 0;
}

static long restrict_domid(struct evtchn_user *user, void __user *arg)
{
	struct ioctl_evtchn_restrict_domid restriction;

	if (is_restricted(user))
		return -EACCES;
	if (copy_from_user(&restriction, arg, sizeof(restriction)))
		return -EFAULT;
	if (!restriction.domid || restriction.domid >= DOMID_FIRST_RESERVED)
		return -EINVAL;
	user->restricted_to = restriction.domid;
	return 0;
}

static long dispatch_ioctl(struct evtchn_user *user, unsigned int cmd, void __user *arg)
{
	switch (cmd) {
	case IOCTL_EVTCHN_BIND_VIRQ:
		return bind_virq(user, arg);
	case IOCTL_EVTCHN_BIND_INTERDOMAIN:
		return bind_interdomain(user, arg);
	case IOCTL_EVTCHN_BIND_UNBOUND_PORT:
		return bind_unbound_port(user, arg);
#ifdef IOCTL_EVTCHN_BIND_STATIC
	case IOCTL_EVTCHN_BIND_STATIC:
		return bind_static(user, arg);
#endif
	case IOCTL_EVTCHN_UNBIND:
		return unbind_port(user, arg);
	case IOCTL_EVTCHN_NOTIFY:
		return notify_port(user, arg);
	case IOCTL_EVTCHN_RESET:
		return reset_ring(user);
	case IOCTL_EVTCHN_RESTRICT_DOMID:
		return restrict_domid(user, arg);
	default:
		/* Not -ENOTTY: the kernel's driver has always returned -ENOSYS here. */
		return -ENOSYS;
	}
}

/*
 * Holds the lock while it accesses user memory. The lock is never taken under mmap_lock, so a page
 * fault cannot deadlock.
 */
static long evtchn_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct evtchn_user *user = file->private_data;
	long ret;

	mutex_lock(&user->lock);
	ret = dispatch_ioctl(user, cmd, (void __user *)arg);
	mutex_unlock(&user->lock);
	return ret;
}

/* At most one page of ports in a call, as with the kernel's own driver. */
static u32 count_ports(size_t bytes)
{
	return min_t(size_t, bytes, PAGE_SIZE) / sizeof(evtchn_port_t);
}

/* Copy ports to user memory. They leave the ring only after the copy has succeeded. */
static ssize_t read_ring_ports(struct evtchn_user *user, evtchn_port_t __user *buf, u32 max)
{
	evtchn_port_t ports[COPY_PORTS];
	bool overflow;
	u32 nr, done;

	lockdep_assert_held(&user->read_lock);
	for (done = 0; done < max; done += nr) {
		spin_lock_irq(&user->ring_lock);
		overflow = user->ring.overflow;
		nr = evtchn_port_ring_peek(&user->ring, ports, min_t(u32, max - done, COPY_PORTS));
		spin_unlock_irq(&user->ring_lock);

		if (overflow && !done)
			return -EFBIG;
		if (overflow || !nr)
			break;
		if (copy_to_user(buf + done, ports, nr * sizeof(*ports)))
			return done ? done * sizeof(*ports) : -EFAULT;

		spin_lock_irq(&user->ring_lock);
		evtchn_port_ring_skip(&user->ring, nr);
		spin_unlock_irq(&user->ring_lock);
	}
	return done * sizeof(*ports);
}

static ssize_t evtchn_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct evtchn_user *user = file->private_data;
	u32 max = count_ports(count);
	ssize_t ret;

	if (!max)
		return 0;
	for (;;) {
		mutex_lock(&user->read_lock);
		ret = read_ring_ports(user, (evtchn_port_t __user *)buf, max);
		mutex_unlock(&user->read_lock);
		if (ret)
			return ret;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		ret = wait_event_interruptible(user->readers, !port_ring_idle(&user->ring));
		if (ret)
			return ret;
	}
}

static ssize_t evtchn_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct evtchn_user *user = file->private_data;
	u32 nr, done, max = count_ports(count);
	evtchn_port_t ports[COPY_PORTS];

	for (done = 0; done < max; done += nr) {
		nr = min_t(u32, max - done, COPY_PORTS);
		if (copy_from_user(ports, buf + done * sizeof(*ports), nr * sizeof(*ports)))
			return done ? done * sizeof(*ports) : -EFAULT;
		mutex_lock(&user->lock);
		evtchn_channel_eoi(user, ports, nr);
		mutex_unlock(&user->lock);
	}
	return done * sizeof(*ports);
}

static __poll_t evtchn_poll(struct file *file, poll_table *wait)
{
	struct evtchn_user *user = file->private_data;

	poll_wait(file, &user->readers, wait);
	if (READ_ONCE(user->ring.overflow))
		return EPOLLERR;
	if (port_ring_idle(&user->ring))
		return EPOLLOUT | EPOLLWRNORM;
	return EPOLLOUT | EPOLLWRNORM | EPOLLIN | EPOLLRDNORM;
}

static int evtchn_fasync(int fd, struct file *file, int on)
{
	struct evtchn_user *user = file->private_data;

	return fasync_helper(fd, file, on, &user->fasync);
}

static int evtchn_open(struct inode *inode, struct file *file)
{
	struct evtchn_user *user = kzalloc(sizeof(*user), GFP_KERNEL_ACCOUNT);

	if (!user)
		return -ENOMEM;
	mutex_init(&user->lock);
	xa_init(&user->channels);
	user->restricted_to = DOMID_INVALID;
	mutex_init(&user->read_lock);
	spin_lock_init(&user->ring_lock);
	init_waitqueue_head(&user->readers);
	snprintf(user->name, sizeof(user->name), "evtchn:%s", current->comm);
	file->private_data = user;
	return stream_open(inode, file);
}

static int evtchn_release(struct inode *inode, struct file *file)
{
	struct evtchn_user *user = file->private_data;

	mutex_lock(&user->lock);
	evtchn_channel_unbind_all(user);
	mutex_unlock(&user->lock);
	xa_destroy(&user->channels);
	kvfree(user->ring.ports);
	kfree(user);
	return 0;
}

static const struct file_operations evtchn_fops = {
	.owner = THIS_MODULE,
	.open = evtchn_open,
	.release = evtchn_release,
	.read = evtchn_read,
	.write = evtchn_write,
	.poll = evtchn_poll,
	.fasync = evtchn_fasync,
	.unlocked_ioctl = evtchn_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice evtchn_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "xen/evtchn",
	.fops = &evtchn_fops,
};

static int __init evtchn_init(void)
{
	return dom0_device_register(&evtchn_device);
}
module_init(evtchn_init);

static void __exit evtchn_exit(void)
{
	misc_deregister(&evtchn_device);
}
module_exit(evtchn_exit);

MODULE_DESCRIPTION("Event channels for the Xen toolstack: /dev/xen/evtchn");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
