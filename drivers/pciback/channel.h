/* SPDX-License-Identifier: GPL-2.0 */
/* The page that a guest and this driver share. */
#ifndef _PCIBACK_CHANNEL_H
#define _PCIBACK_CHANNEL_H

#include <linux/types.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/grant_table.h>

struct pciback_guest;
struct work_struct;

int pciback_channel_open(struct pciback_guest *guest, grant_ref_t ref, evtchn_port_t port);
void pciback_channel_close(struct pciback_guest *guest);
void pciback_channel_work(struct work_struct *work);

#endif
