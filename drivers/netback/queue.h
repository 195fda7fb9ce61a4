/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One queue of a card: both rings, their event channels, and the NAPI instance that serves them.
 */
#ifndef _VIF_QUEUE_H
#define _VIF_QUEUE_H

#include "counters.h"
#include "limit.h"
#include "rx.h"
#include "tx.h"
#include "vif.h"
#include "xdp.h"

#include <dom0/evtchn.h>
#include <linux/netdevice.h>

/**
 * struct vif_channel - an event channel of a queue
 * @q: the queue
 * @evtchn: the channel, or NULL
 * @eoi_pending: an event came since the last end of interrupt
 * @had_work: a ring had new requests since then. Kept until the next event, as NAPI often sees
 *	requests before their event arrives
 */
struct vif_channel {
	struct vif_queue *q;
	struct dom0_evtchn *evtchn;
	bool eoi_pending;
	bool had_work;
};

/**
 * struct vif_queue - one queue of a card
 * @vif: the card
 * @index: number of the queue
 * @napi: serves both rings
 * @channels: the event channels, one or two
 * @tx_channel: the channel of the transmit ring
 * @rx_channel: the channel of the receive ring; the same without split event channels
 * @tx: packets from the guest; NAPI's
 * @rx: packets to the guest
 * @xdp: the XDP program, and what it needs; NAPI's
 * @turns: when the next packet of each direction may pass
 * @counters: each has one writer, which counters.h names
 */
struct vif_queue {
	struct vif *vif;
	unsigned int index;
	struct napi_struct napi;
	struct vif_channel channels[2];
	struct vif_channel *tx_channel;
	struct vif_channel *rx_channel;
	struct vif_tx tx;
	struct vif_rx rx;
	struct vif_xdp xdp;
	struct vif_turn turns[VIF_NR_DIRECTIONS];
	u64 counters[VIF_NR_COUNTERS];
};

/* Return the stack's own queue, which it stops and wakes. */
static inline struct netdev_queue *vif_stack_queue(const struct vif_queue *q)
{
	return netdev_get_tx_queue(q->vif->dev, q->index);
}

/* The grant references and event channels of a queue, as the guest wrote them to xenstore. */
struct vif_queue_refs {
	grant_ref_t tx_ring;
	grant_ref_t rx_ring;
	evtchn_port_t tx_port;
	evtchn_port_t rx_port;
	bool split;
};

void vif_queue_init(struct vif_queue *q, struct vif *vif, unsigned int index);
int vif_queue_connect(struct vif_queue *q, const struct vif_queue_refs *refs);
void vif_queue_disconnect(struct vif_queue *q);
void vif_queue_start(struct vif_queue *q);
void vif_queue_stop(struct vif_queue *q);
void vif_queue_schedule(struct vif_queue *q);
void vif_queues_schedule(struct vif *vif);

#endif
