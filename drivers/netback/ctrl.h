/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control ring of a card: requests of the guest that configure the hash of packets sent to it.
 */
#ifndef _VIF_CTRL_H
#define _VIF_CTRL_H

#include "hash.h"

#include <dom0/copy.h>
#include <dom0/evtchn.h>
#include <dom0/ring.h>
#include <linux/build_bug.h>
#include <linux/workqueue.h>
#include <xen/interface/io/netif.h>

struct page;
struct vif;

/* A page has room for 252 slots of 16 bytes; a ring's size is a power of two. */
#define VIF_CTRL_RING_SIZE	128

/**
 * struct vif_ctrl - a connected control ring
 * @vif: the card
 * @evtchn: the event channel, bound before @started is set
 * @sring: shared with the guest
 * @req_cons: index up to which requests have been consumed and answered. It and all below belong to
 *	@work while @started is set
 * @started: requests are served
 * @had_work: a request came since the last end of interrupt
 * @work: serves a few requests each time that it runs
 * @copy: grant copies of the data of these requests
 * @page: the data
 * @draft: the configuration with all changes so far
 * @hashes: two copies of it for the data path: one that is in use, and one that was
 * @current_hash: index of the one in use, to which vif->hash points
 * @gp_cookie: the grace period after which the data path does not use the other one any more
 */
struct vif_ctrl {
	struct vif *vif;
	struct dom0_evtchn *evtchn;
	struct xen_netif_ctrl_sring *sring;
	RING_IDX req_cons;
	bool started;
	bool had_work;
	struct delayed_work work;
	struct dom0_copy copy;
	struct page *page;
	struct vif_hash draft;
	struct vif_hash hashes[2];
	unsigned int current_hash;
	unsigned long gp_cookie;
};

static_assert(offsetof(struct xen_netif_ctrl_sring, ring) == sizeof(struct dom0_sring));
static_assert(sizeof(union xen_netif_ctrl_sring_entry) == 16);

int vif_ctrl_connect(struct vif *vif, grant_ref_t ref, evtchn_port_t port,
		     unsigned int num_queues);
void vif_ctrl_disconnect(struct vif *vif);
void vif_ctrl_start(struct vif *vif);
void vif_ctrl_stop(struct vif *vif);
int vif_ctrl_queue_init(void);
void vif_ctrl_queue_exit(void);

#endif
