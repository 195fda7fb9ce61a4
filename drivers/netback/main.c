// SPDX-License-Identifier: GPL-2.0
/* Module parameters and tracepoints, load and unload of the network backend. */
#include "ctrl.h"
#include "debugfs.h"
#include "pages.h"
#include "params.h"
#include "ring.h"
#include "tx_protocol.h"
#include "xenbus.h"

#include <dom0/xenbus.h>
#include <linux/cpumask.h>
#include <linux/module.h>

#define CREATE_TRACE_POINTS
#include <trace/events/dom0_netback.h>

bool vif_separate_tx_rx_irq = true;
module_param_named(separate_tx_rx_irq, vif_separate_tx_rx_irq, bool, 0644);
MODULE_PARM_DESC(separate_tx_rx_irq,
		 "Offer separate event channels for the two rings of a queue (default Y; effective for devices probed afterwards)");

unsigned int vif_max_queues;
module_param_named(max_queues, vif_max_queues, uint, 0444);
MODULE_PARM_DESC(max_queues, "Most queues of a device (default: number of CPUs, at most 8)");

unsigned int vif_rx_drain_timeout_msecs = 10000;
module_param_named(rx_drain_timeout_msecs, vif_rx_drain_timeout_msecs, uint, 0444);
MODULE_PARM_DESC(rx_drain_timeout_msecs,
		 "Packets for a guest that posts no buffers are dropped after this time (milliseconds, default 10000)");

unsigned int vif_rx_stall_timeout_msecs = 60000;
module_param_named(rx_stall_timeout_msecs, vif_rx_stall_timeout_msecs, uint, 0444);
MODULE_PARM_DESC(rx_stall_timeout_msecs,
		 "The carrier of a guest that posts no buffers is taken away after this time, 0 for never (milliseconds, default 60000); only with feature-rx-notify");

unsigned int vif_fatal_skb_slots = VIF_TX_SLOTS_MAX + 2;
module_param_named(fatal_skb_slots, vif_fatal_skb_slots, uint, 0444);
MODULE_PARM_DESC(fatal_skb_slots,
		 "A guest whose packet has more slots than this is disconnected (slots, 18 to 255, default 20); packets of more than 18 are dropped");

unsigned int vif_max_waiting_mb;
module_param_named(max_waiting_mb, vif_max_waiting_mb, uint, 0644);
MODULE_PARM_DESC(max_waiting_mb,
		 "MiB of packets that may wait for guests that post no buffers, for all devices together (default 0: a sixteenth of Dom0's memory)");

#define MAX_QUEUES_DEFAULT	8U

static int __init netback_init(void)
{
	int err;

	if (!vif_max_queues)
		vif_max_queues = min(num_online_cpus(), MAX_QUEUES_DEFAULT);
	vif_max_queues = min(vif_max_queues, VIF_QUEUES_LIMIT);
	vif_fatal_skb_slots = clamp_t(unsigned int, vif_fatal_skb_slots, VIF_TX_SLOTS_MAX,
				      VIF_RING_MASK);

	err = vif_ctrl_queue_init();
	if (err)
		return err;
	err = vif_pages_init();
	if (err)
		goto exit_ctrl_queue;
	vif_debugfs_init();
	err = dom0_backend_register(&vif_driver, THIS_MODULE);
	if (err)
		goto exit_debugfs;
	return 0;

exit_debugfs:
	vif_debugfs_exit();
	vif_pages_exit();
exit_ctrl_queue:
	vif_ctrl_queue_exit();
	return err;
}

static void __exit netback_exit(void)
{
	dom0_backend_unregister(&vif_driver);
	vif_debugfs_exit();
	vif_pages_exit();
	vif_ctrl_queue_exit();
}

module_init(netback_init);
module_exit(netback_exit);

MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Virtual network cards of Xen guests (netback)");
MODULE_ALIAS("xen-backend:vif");
