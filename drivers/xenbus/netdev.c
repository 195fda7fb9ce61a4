// SPDX-License-Identifier: GPL-2.0
/*
 * The network devices that stay while their driver is away: which are kept, for whom, and until
 * when.
 *
 * One is kept for the device on the bus that it was made for, a reference to which it holds, and
 * for its directory in xenstore. A random number there, which probe writes, is missing in a
 * directory that the toolstack has removed and made again. No guest can write that directory.
 *
 * It is removed when that device leaves the bus: when the toolstack removes the directory, mostly
 * because the guest is gone. The bus says so on a thread that must not wait, so a work item removes
 * the network device.
 *
 * A device that is kept holds this module, which has its operations.
 */
#include "netdev.h"

#include <dom0/xs.h>
#include <linux/etherdevice.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

#define ID_KEY	"netdev-id"

/* All of them, with a driver or without. The lock also protects @state and @gone of each. */
static LIST_HEAD(netdevs);
static DEFINE_SPINLOCK(netdevs_lock);

static bool dom0_keep_netdevs = true;

/* ---- removal ---- */

static void remove_netdev(struct dom0_netdev *nd)
{
	bus_unregister_notifier(nd->xdev->dev.bus, &nd->bus_events);
	if (nd->dev->reg_state == NETREG_REGISTERED)
		unregister_netdev(nd->dev);
	spin_lock(&netdevs_lock);
	list_del(&nd->link);
	spin_unlock(&netdevs_lock);
	put_device(&nd->xdev->dev);
	free_netdev(nd->dev);
}

/* Return a device that is kept and should not be, or NULL. */
static struct dom0_netdev *next_leaving(void)
{
	struct dom0_netdev *nd, *found = NULL;

	spin_lock(&netdevs_lock);
	list_for_each_entry(nd, &netdevs, link) {
		if (nd->state != DOM0_NETDEV_KEPT || (!nd->gone && READ_ONCE(dom0_keep_netdevs)))
			continue;
		nd->state = DOM0_NETDEV_LEAVING;
		found = nd;
		break;
	}
	spin_unlock(&netdevs_lock);
	return found;
}

static void sweep_netdevs(struct work_struct *work)
{
	struct dom0_netdev *nd;

	while ((nd = next_leaving())) {
		remove_netdev(nd);
		module_put(THIS_MODULE);
	}
}

static DECLARE_WORK(sweep_work, sweep_netdevs);

/*
 * The bus calls this before it unbinds the driver: the kernel's on the watch thread, ours on its
 * workqueue.
 */
static int note_bus_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct dom0_netdev *nd = container_of(nb, struct dom0_netdev, bus_events);

	if (event != BUS_NOTIFY_DEL_DEVICE || data != &nd->xdev->dev)
		return NOTIFY_DONE;
	spin_lock(&netdevs_lock);
	nd->gone = true;
	spin_unlock(&netdevs_lock);
	queue_work(system_dfl_wq, &sweep_work);
	return NOTIFY_OK;
}

/* A device that is kept needs its operations, so none is left when this module is unloaded. */
void dom0_netdevs_exit(void)
{
	cancel_work_sync(&sweep_work);
}

/* ---- the parameter ---- */

/* Also called for the command line of a kernel with this driver, before there are workqueues. */
static int set_keep_netdevs(const char *val, const struct kernel_param *kp)
{
	int err = param_set_bool(val, kp);

	if (err)
		return err;
	spin_lock(&netdevs_lock);
	if (!list_empty(&netdevs))
		queue_work(system_dfl_wq, &sweep_work);
	spin_unlock(&netdevs_lock);
	return 0;
}

static const struct kernel_param_ops keep_netdevs_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = set_keep_netdevs,
	.get = param_get_bool,
};

module_param_cb(keep_netdevs, &keep_netdevs_ops, &dom0_keep_netdevs, 0644);
MODULE_PARM_DESC(keep_netdevs,
		 "Keep network devices whose driver is unbound or unloaded (default Y; effective at once)");

/* ---- for drivers ---- */

struct net_device *dom0_netdev_alloc(struct dom0_backend *be, const char *name,
				     unsigned int queues)
{
	struct net_device *dev;
	struct dom0_netdev *nd;

	dev = alloc_netdev_mqs(sizeof(*nd), name, NET_NAME_UNKNOWN, ether_setup, queues, queues);
	if (!dev)
		return NULL;
	dom0_netdev_set_ops(dev);
	nd = netdev_priv(dev);
	nd->dev = dev;
	nd->xdev = be->xdev;
	nd->domid = be->domid;
	nd->id = get_random_u32();
	nd->bus_events.notifier_call = note_bus_event;
	if (bus_register_notifier(nd->xdev->dev.bus, &nd->bus_events)) {
		free_netdev(dev);
		return NULL;
	}
	get_device(&nd->xdev->dev);
	spin_lock(&netdevs_lock);
	list_add_tail(&nd->link, &netdevs);
	spin_unlock(&netdevs_lock);
	return dev;
}
EXPORT_SYMBOL_GPL(dom0_netdev_alloc);

static int read_id(struct dom0_backend *be, u32 *id)
{
	return dom0_xs_read_u32(be, DOM0_SIDE_BACKEND, ID_KEY, 0, U32_MAX, id);
}

/*
 * One that was taken has its number in xenstore. If it is missing by now, this is the directory of
 * another card, which must not get the device.
 */
void dom0_netdev_add_id(const struct net_device *dev, struct dom0_xs_batch *batch)
{
	const struct dom0_netdev *nd = netdev_priv(dev);

	if (nd->taken)
		dom0_xs_expect_number(batch, ID_KEY, nd->id);
	else
		dom0_xs_add(batch, ID_KEY, "%u", nd->id);
}
EXPORT_SYMBOL_GPL(dom0_netdev_add_id);

/* Return the network device of a directory in xenstore, kept or about to be removed, or NULL. */
static struct dom0_netdev *netdev_of_node(const char *node)
{
	struct dom0_netdev *nd;

	lockdep_assert_held(&netdevs_lock);
	list_for_each_entry(nd, &netdevs, link)
		if (!strcmp(nd->xdev->nodename, node))
			return nd;
	return NULL;
}

/* One that stays behind would be in the way of the new one, which mostly has the same name. */
struct net_device *dom0_netdev_take(struct dom0_backend *be, unsigned int queues)
{
	struct dom0_netdev *nd;
	bool same = false;
	u32 id = 0;
	int err;

	err = read_id(be, &id);
	if (dom0_xs_failed(err))
		return ERR_PTR(err);
	spin_lock(&netdevs_lock);
	nd = netdev_of_node(be->node);
	if (nd && nd->state == DOM0_NETDEV_KEPT) {
		same = !err && nd->id == id && nd->xdev == be->xdev && nd->domid == be->domid &&
		       !nd->gone && nd->dev->num_tx_queues >= queues;
		if (same)
			nd->state = DOM0_NETDEV_USED;
		nd->gone |= !same;
	}
	spin_unlock(&netdevs_lock);
	if (same) {
		/* The driver that calls this holds the module from now on. */
		module_put(THIS_MODULE);
		nd->taken = true;
		return nd->dev;
	}
	if (nd) {
		queue_work(system_dfl_wq, &sweep_work);
		flush_work(&sweep_work);
	}
	return NULL;
}
EXPORT_SYMBOL_GPL(dom0_netdev_take);

/*
 * If xenstore says that the directory is another one, the device is not kept. If xenstore fails, it
 * is: dom0_netdev_take() asks again.
 */
static bool keep_netdev(struct dom0_backend *be, struct dom0_netdev *nd)
{
	bool keep;
	u32 id;
	int err;

	if (nd->dev->reg_state != NETREG_REGISTERED)
		return false;
	err = read_id(be, &id);
	if (err ? !dom0_xs_failed(err) : id != nd->id)
		return false;
	spin_lock(&netdevs_lock);
	keep = !nd->gone && READ_ONCE(dom0_keep_netdevs);
	if (keep) {
		nd->state = DOM0_NETDEV_KEPT;
		__module_get(THIS_MODULE);
	}
	spin_unlock(&netdevs_lock);
	return keep;
}

void dom0_netdev_release(struct dom0_backend *be, struct net_device *dev)
{
	struct dom0_netdev *nd = netdev_priv(dev);

	if (!keep_netdev(be, nd))
		remove_netdev(nd);
}
EXPORT_SYMBOL_GPL(dom0_netdev_release);
