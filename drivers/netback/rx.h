/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue's packets for the guest: its receive ring, the batches of packets to copy, and the state
 * of the wait for slots.
 */
#ifndef _VIF_RX_H
#define _VIF_RX_H

#include "rx_ring.h"

#include <dom0/copy.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/interface/io/netif.h>

struct vif_queue;

/* Grant copies of one batch, enough for several packets. They take 16 KB. */
#define VIF_RX_BATCH_OPS	400

/* The response for one slot of the receive ring: data, or extra info. */
struct vif_rx_slot {
	union {
		struct {
			u16 id;
			u16 flags;
			u16 len;
			u16 offset;	/* of the data in its page */
		};
		struct xen_netif_extra_info extra;
	};
	bool is_extra;
	u8 nr_ops;	/* grant copies into the slot */
};

/**
 * struct vif_rx_batch - packets to copy to the guest
 * @copy: the copies of their data
 * @nr_slots: how many slots of the ring they take
 * @nr_skbs: how many packets
 * @bytes: of all packets
 * @slots: the response for each slot, in the ring's order
 * @skbs: the packets; a shared packet may be here more than once
 */
struct vif_rx_batch {
	struct dom0_copy copy;
	unsigned int nr_slots;
	unsigned int nr_skbs;
	unsigned int bytes;
	struct vif_rx_slot slots[VIF_RING_SIZE];
	struct sk_buff *skbs[VIF_RING_SIZE];
};

/**
 * struct vif_rx_sender - what NAPI alone uses to send a batch
 * @spare: the other batch; empty except while NAPI sends its packets
 * @last_req_prod: the guest's producer index in the last round
 */
struct vif_rx_sender {
	struct vif_rx_batch *spare;
	RING_IDX last_req_prod;
};

/**
 * struct vif_rx - the receive side of a queue
 * @lock: protects what NAPI shares with those that send, ndo_start_xmit and XDP programs. That is
 *	the rest but for @sender, and stopping the stack's queue
 * @running: packets may be taken
 * @headroom: bytes that the guest wants to have free before a packet
 * @ring: the slots that the guest has posted; NAPI alone owns its rsp_prod_pvt
 * @filling: packets are put in here; NAPI exchanges it for @sender.spare
 * @sender: what NAPI alone uses
 * @backlog: memory of the packets that the stack held for this queue when it was last measured, in
 *	bytes; 0 while the stack does not wait
 * @slot_timer: runs NAPI from time to time while the stack waits for slots or for a limit
 */
struct vif_rx {
	spinlock_t lock;	/* protects what NAPI shares with those that send */
	bool running;
	u16 headroom;
	struct vif_rx_ring ring;
	struct vif_rx_batch *filling;
	struct vif_rx_sender sender;
	unsigned long backlog;
	struct delayed_work slot_timer;
};

/* Return the ring as the type that includes its slots. */
static inline struct xen_netif_rx_sring *vif_rx_sring(const struct vif_rx *rx)
{
	return (struct xen_netif_rx_sring *)rx->ring.sring;
}

static_assert(offsetof(struct xen_netif_rx_sring, ring) == sizeof(struct dom0_sring));

int vif_rx_connect(struct vif_queue *q, grant_ref_t ref);
void vif_rx_disconnect(struct vif_queue *q);
void vif_rx_start(struct vif_queue *q);
void vif_rx_stop(struct vif_queue *q);
void vif_rx_set_headroom(struct vif_queue *q, unsigned int headroom);
void vif_rx_poll(struct vif_queue *q, int budget);

#endif
