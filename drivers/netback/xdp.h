/* SPDX-License-Identifier: GPL-2.0 */
/*
 * XDP: a program of Dom0's administrator that decides on each packet from the guest.
 */
#ifndef _VIF_XDP_H
#define _VIF_XDP_H

#include <linux/bpf.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <net/xdp.h>

struct vif_queue;
struct vif_tx_pkt;

/* A frame for a program lies in a page, behind headroom, and before what an skb needs there. */
#define VIF_XDP_SPACE	((u32)SKB_WITH_OVERHEAD(PAGE_SIZE) - XDP_PACKET_HEADROOM)

/*
 * Longest MTU of a vif with a program: a frame with a VLAN tag fits. It is 3502 on x86, unless the
 * kernel's CONFIG_MAX_SKB_FRAGS is not the usual 17.
 */
#define VIF_XDP_MTU	((int)VIF_XDP_SPACE - VLAN_ETH_HLEN)

/**
 * struct vif_xdp - a queue's XDP; owned by the queue's NAPI instance
 * @prog: the program of this round, or NULL
 * @redirected: frames wait for xdp_do_flush()
 * @rxq: the queue, as programs see it
 */
struct vif_xdp {
	struct bpf_prog *prog;
	bool redirected;
	struct xdp_rxq_info rxq;
};

int vif_xdp_connect(struct vif_queue *q);
void vif_xdp_disconnect(struct vif_queue *q);
void vif_xdp_begin(struct vif_queue *q);
void vif_xdp_deliver(struct vif_queue *q, struct vif_tx_pkt *pkt);
void vif_xdp_flush(struct vif_queue *q);

int vif_bpf(struct net_device *dev, struct netdev_bpf *bpf);
int vif_xdp_xmit(struct net_device *dev, int nr, struct xdp_frame **frames, u32 flags);

#endif
