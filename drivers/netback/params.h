/* SPDX-License-Identifier: GPL-2.0 */
/* Module parameters of the network backend; main.c describes them. */
#ifndef _VIF_PARAMS_H
#define _VIF_PARAMS_H

#include <linux/types.h>

/* Most queues of a device, whatever the parameter max_queues says. */
#define VIF_QUEUES_LIMIT	64U

extern bool vif_split_channels;
extern unsigned int vif_max_queues;
extern unsigned int vif_drain_msecs;
extern unsigned int vif_stall_msecs;
extern unsigned int vif_fatal_slots;
extern unsigned int vif_max_waiting_mb;

#endif
