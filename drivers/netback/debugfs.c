// SPDX-License-Identifier: GPL-2.0
/*
 * dom0/netback/<vif>: the indices of each queue's rings and of the control ring, and the hash.
 */
#include "ctrl.h"
#include "debugfs.h"
#include "hash.h"
#include "queue.h"
#include "vif.h"

#include <dom0/debugfs.h>
#include <linux/debugfs.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>

static struct dentry *root;

static void show_channel(struct seq_file *m, const char *which, const struct dom0_evtchn *ch)
{
	struct dom0_evtchn_stats stats;

	dom0_evtchn_stats(ch, &stats);
	seq_printf(m, " %s irq %u events %llu spurious %llu notifies %llu\n", which,
		   dom0_evtchn_irq(ch), stats.events, stats.spurious, stats.notifies);
}

static void show_queue(struct seq_file *m, const struct vif_queue *q)
{
	const struct vif_tx *tx = &q->tx;
	const struct vif_rx *rx = &q->rx;
	const struct vif_rx_ring *ring = &rx->ring;
	const struct dom0_sring *sring = ring->sring;
	unsigned long stopped_at = READ_ONCE(ring->stopped_at);
	struct netdev_queue *stack = netdev_get_tx_queue(q->vif->dev, q->index);

	lockdep_assert_held(&q->vif->lock);
	seq_printf(m, "queue %u\n", q->index);
	seq_printf(m, " tx req_prod %u req_cons %u parse_cons %u rsp_prod %u req_event %u rsp_event %u%s\n",
		   READ_ONCE(tx->sring->req_prod), tx->req_cons, tx->parse_cons, tx->rsp_prod_pvt,
		   READ_ONCE(tx->sring->req_event), READ_ONCE(tx->sring->rsp_event),
		   tx->limited ? " limited" : "");
	seq_printf(m, " rx req_prod %u req_cons %u rsp_prod %u req_event %u rsp_event %u batch %u%s",
		   READ_ONCE(sring->req_prod), ring->req_cons, ring->rsp_prod_pvt,
		   READ_ONCE(sring->req_event), READ_ONCE(sring->rsp_event),
		   READ_ONCE(rx->filling)->nr_skbs,
		   netif_tx_queue_stopped(stack) ? " stopped" : "");
	if (stopped_at)
		seq_printf(m, " needs %u waited %u backlog %lu", ring->need,
			   jiffies_to_msecs(jiffies - stopped_at), READ_ONCE(rx->backlog));
	seq_putc(m, '\n');
	if (q->tx_channel == q->rx_channel) {
		show_channel(m, "channel", q->tx_channel->evtchn);
		return;
	}
	show_channel(m, "tx-channel", q->tx_channel->evtchn);
	show_channel(m, "rx-channel", q->rx_channel->evtchn);
}

/* Show the configuration that the data path uses now. */
static void show_hash(struct seq_file *m, const struct vif *vif)
{
	const struct vif_hash *hash;

	rcu_read_lock();
	hash = rcu_dereference(vif->hash);
	if (hash)
		seq_printf(m, " hash %s flags %#x mapping %u\n",
			   hash->algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ ?
			   "toeplitz" : "none", hash->flags, hash->mapping_size);
	rcu_read_unlock();
}

static void show_ctrl(struct seq_file *m, const struct vif_ctrl *ctrl)
{
	const struct xen_netif_ctrl_sring *sring = ctrl->sring;

	lockdep_assert_held(&ctrl->vif->lock);
	seq_puts(m, "control\n");
	seq_printf(m, " ring req_prod %u req_cons %u req_event %u rsp_event %u\n",
		   READ_ONCE(sring->req_prod), READ_ONCE(ctrl->req_cons),
		   READ_ONCE(sring->req_event), READ_ONCE(sring->rsp_event));
	show_channel(m, "channel", ctrl->evtchn);
	show_hash(m, ctrl->vif);
}

/* The lock keeps the rings mapped. The guest writes some of the values, but they are only shown. */
static int vif_show(struct seq_file *m, void *unused)
{
	struct vif *vif = m->private;
	unsigned int i;

	mutex_lock(&vif->lock);
	for (i = 0; i < vif->num_queues; i++)
		show_queue(m, &vif->queues[i]);
	if (vif->ctrl)
		show_ctrl(m, vif->ctrl);
	mutex_unlock(&vif->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vif);

void vif_debugfs_add(struct vif *vif)
{
	vif->debugfs = debugfs_create_file(vif->be->name, 0400, root, vif, &vif_fops);
}

void vif_debugfs_remove(struct vif *vif)
{
	debugfs_remove(vif->debugfs);
}

void vif_debugfs_init(void)
{
	root = dom0_debugfs_dir("netback");
}

void vif_debugfs_exit(void)
{
	debugfs_remove_recursive(root);
}
