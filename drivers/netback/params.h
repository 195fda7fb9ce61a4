/* SPDX-License-Identifier: GPL-2.0 */
/* Module parameters of the network backend; main.c describes them. */
#ifndef _VIF_PARAMS_H
#define _VIF_PARAMS_H

#include <linux/types.h>

/* Most queues of a device, whatever the parameter max_queues says. */
#define VIF_QUEUES_LIMIT	64U

extern bool vif_separate_tx_rx_irq;
extern unsigned int vif_max_queues;
extern unsigned int vif_rx_drain_timeout_msecs;
extern unsigned int vif_rx_stall_timeout_msecs;
extern unsigned int vif_fatal_skb_slots;
extern unsigned int vif_max_waiting_mb;

#endif
