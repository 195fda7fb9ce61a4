// SPDX-License-Identifier: GPL-2.0
/*
 * XDP in NAPI. A program that Dom0's administrator attaches to the vif decides on each packet from
 * the guest. Frames that such programs redirect to the vif go to the guest.
 *
 * A program sees what would be on a wire: linear frames, whose checksums are complete. A packet
 * that the guest left to others to segment is segmented first. All other packets are copied from
 * the guest into a page with headroom, and get an skb only if the program passes them. A redirected
 * frame holds a reference to its page, so it may outlive the queue.
 */
#include "blank.h"
#include "pages.h"
#include "queue.h"
#include "steer.h"
#include "tx.h"
#include "vif.h"
#include "xdp.h"
#include "xmit.h"

#include <dom0/netdev.h>
#include <linux/bpf_trace.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <net/checksum.h>
#include <net/gso.h>

static_assert(VIF_XDP_MTU >= ETH_DATA_LEN);

/*
 * Most segments of a packet. A guest may ask for segments of few bytes, each of which costs as much
 * as a packet. The smallest that IPv4 requires, of 536 bytes, are half as many.
 */
#define SEGMENTS_MAX	256

/* ---- verdicts; each function consumes the page ---- */

static void drop_page(struct vif_queue *q, struct page *page)
{
	q->counters[VIF_rx_dropped]++;
	put_page(page);
}

/* The program may have moved both ends of the frame, and left metadata before it. */
static struct sk_buff *build_frame_skb(struct vif_queue *q, const struct xdp_buff *xdp)
{
	struct sk_buff *skb = napi_build_skb(xdp->data_hard_start, PAGE_SIZE);

	if (!skb) {
		q->counters[VIF_rx_no_buffer]++;
		drop_page(q, virt_to_page(xdp->data_hard_start));
		return NULL;
	}
	skb_reserve(skb, xdp->data - xdp->data_hard_start);
	__skb_put(skb, xdp->data_end - xdp->data);
	if (xdp->data > xdp->data_meta)
		skb_metadata_set(skb, xdp->data - xdp->data_meta);
	return skb;
}

static void pass_frame(struct vif_queue *q, const struct xdp_buff *xdp,
		       const struct vif_tx_pkt *pkt)
{
	struct sk_buff *skb = build_frame_skb(q, xdp);

	if (skb)
		vif_tx_deliver(q, skb, pkt);
}

static void count_failure(struct vif_queue *q, u32 act)
{
	trace_xdp_exception(q->vif->dev, q->xdp.prog, act);
	q->counters[VIF_rx_xdp_errors]++;
}

static void send_back(struct vif_queue *q, const struct xdp_buff *xdp)
{
	struct sk_buff *skb = build_frame_skb(q, xdp);

	if (!skb) {
		count_failure(q, XDP_TX);
		return;
	}
	skb_metadata_clear(skb);
	skb->protocol = eth_type_trans(skb, q->vif->dev);
	__skb_push(skb, ETH_HLEN);
	if (vif_xmit_frame(q, skb))
		count_failure(q, XDP_TX);
	else
		q->counters[VIF_rx_xdp_tx]++;
}

static void redirect_frame(struct vif_queue *q, struct xdp_buff *xdp)
{
	/* Before the call: a broadcast that fails at one device has frames for others to flush. */
	q->xdp.redirected = true;
	if (xdp_do_redirect(q->vif->dev, xdp, q->xdp.prog)) {
		count_failure(q, XDP_REDIRECT);
		drop_page(q, virt_to_page(xdp->data_hard_start));
		return;
	}
	q->counters[VIF_rx_xdp_redirect]++;
}

/* Run the program on a frame of @len bytes, which lies in a page behind headroom. */
static void run_program(struct vif_queue *q, struct page *page, u32 len,
			const struct vif_tx_pkt *pkt)
{
	struct xdp_buff xdp;
	u32 act;

	xdp_init_buff(&xdp, PAGE_SIZE, &q->xdp.rxq);
	xdp_prepare_buff(&xdp, page_address(page), XDP_PACKET_HEADROOM, len, true);
	act = bpf_prog_run_xdp(q->xdp.prog, &xdp);
	switch (act) {
	case XDP_PASS:
		pass_frame(q, &xdp, pkt);
		return;
	case XDP_TX:
		send_back(q, &xdp);
		return;
	case XDP_REDIRECT:
		redirect_frame(q, &xdp);
		return;
	case XDP_DROP:
		q->counters[VIF_rx_xdp_drop]++;
		put_page(page);
		return;
	default:
		bpf_warn_invalid_xdp_action(q->vif->dev, q->xdp.prog, act);
		fallthrough;
	case XDP_ABORTED:
		count_failure(q, act);
		drop_page(q, page);
	}
}

/* ---- packets from the guest ---- */

/* Calculate the checksum that the guest has left blank: it has that of the pseudo header. */
static int complete_checksum(u8 *frame, u32 len)
{
	struct vif_blank blank;
	__sum16 sum;

	if (!vif_blank_find(frame, len, &blank))
		return -EPROTO;
	sum = csum_fold(csum_partial(frame + blank.start, len - blank.start, 0)) ?:
	      CSUM_MANGLED_0;
	memcpy(frame + blank.field, &sum, sizeof(sum));
	return 0;
}

/* What the packet is from now on, however the guest has described it. */
static void mark_complete(struct vif_tx_pkt *pkt)
{
	pkt->gso_type = XEN_NETIF_GSO_TYPE_NONE;
	pkt->flags &= ~XEN_NETTXF_csum_blank;
	pkt->flags |= XEN_NETTXF_data_validated;
}

static void deliver_page(struct vif_queue *q, struct vif_tx_pkt *pkt)
{
	u8 *frame = page_address(pkt->page) + XDP_PACKET_HEADROOM;

	if (pkt->flags & XEN_NETTXF_csum_blank) {
		if (complete_checksum(frame, pkt->len)) {
			drop_page(q, pkt->page);
			return;
		}
		mark_complete(pkt);
	}
	run_program(q, pkt->page, pkt->len, pkt);
}

/* Return a list of packets with complete checksums, or NULL. Consumes @skb. */
static struct sk_buff *split_skb(struct sk_buff *skb)
{
	struct sk_buff *segments;

	__skb_push(skb, ETH_HLEN);
	if (!skb_is_gso(skb)) {
		if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
			goto free_skb;
		return skb;
	}
	if (skb_shinfo(skb)->gso_segs > SEGMENTS_MAX)
		goto free_skb;
	segments = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segments))
		goto free_skb;
	consume_skb(skb);
	return segments;

free_skb:
	kfree_skb(skb);
	return NULL;
}

/* Copy a segment into a page of its own: the stack's memory has no headroom for a program. */
static void deliver_segment(struct vif_queue *q, const struct sk_buff *segment,
			    const struct vif_tx_pkt *pkt)
{
	struct page *page;

	if (segment->len > VIF_XDP_SPACE) {
		q->counters[VIF_rx_xdp_too_long]++;
		q->counters[VIF_rx_dropped]++;
		return;
	}
	page = vif_page_alloc();
	if (!page) {
		q->counters[VIF_rx_no_buffer]++;
		q->counters[VIF_rx_dropped]++;
		return;
	}
	if (skb_copy_bits(segment, 0, page_address(page) + XDP_PACKET_HEADROOM, segment->len))
		drop_page(q, page);
	else
		run_program(q, page, segment->len, pkt);
}

static void deliver_segments(struct vif_queue *q, struct vif_tx_pkt *pkt)
{
	struct sk_buff *segment, *next, *list;

	if (vif_tx_finish(q, pkt->skb, pkt)) {
		q->counters[VIF_rx_dropped]++;
		kfree_skb(pkt->skb);
		return;
	}
	list = split_skb(pkt->skb);
	if (!list) {
		q->counters[VIF_rx_xdp_errors]++;
		q->counters[VIF_rx_dropped]++;
	}
	mark_complete(pkt);
	skb_list_walk_safe(list, segment, next) {
		deliver_segment(q, segment, pkt);
		skb_mark_not_on_list(segment);
		consume_skb(segment);
	}
}

/* Give a packet to the program of this round. Its copies have succeeded. */
void vif_xdp_deliver(struct vif_queue *q, struct vif_tx_pkt *pkt)
{
	if (pkt->page)
		deliver_page(q, pkt);
	else
		deliver_segments(q, pkt);
}

/*
 * Choose the program of a round. NAPI runs with softirqs disabled, so the program lives as long as
 * the round.
 */
void vif_xdp_begin(struct vif_queue *q)
{
	const struct dom0_netdev *nd = netdev_priv(q->vif->dev);

	q->xdp.prog = rcu_dereference_bh(nd->xdp_prog);
}

/* Send what was redirected. Called at the end of a poll. */
void vif_xdp_flush(struct vif_queue *q)
{
	xdp_do_flush();
	q->xdp.redirected = false;
}

/* ---- frames to the guest ---- */

static struct vif_queue *choose_queue(struct net_device *dev, struct sk_buff *skb)
{
	struct vif *vif = dom0_netdev_priv(dev);

	if (READ_ONCE(dev->real_num_tx_queues) == 1)
		return &vif->queues[0];
	return &vif->queues[vif_select_queue(dev, skb, NULL)];
}

/* Count frames that no queue was chosen for. */
static void count_refused(struct net_device *dev, unsigned int nr)
{
	struct vif *vif = dom0_netdev_priv(dev);
	struct vif_queue *q = &vif->queues[0];

	spin_lock(&q->rx.lock);
	q->counters[VIF_tx_dropped] += nr;
	spin_unlock(&q->rx.lock);
}

/*
 * ndo_xdp_xmit. Each frame gets an skb, and takes the path of other packets to the guest, but none
 * waits. Return how many frames are consumed, or an error; the caller frees the others. All that
 * are dropped are counted here.
 */
int vif_xdp_xmit(struct net_device *dev, int nr, struct xdp_frame **frames, u32 flags)
{
	struct vif_queue *q;
	struct sk_buff *skb;
	int i;

	if (flags & ~XDP_XMIT_FLAGS_MASK)
		return -EINVAL;
	if (!netif_running(dev) || !netif_carrier_ok(dev)) {
		count_refused(dev, nr);
		return -ENETDOWN;
	}
	for (i = 0; i < nr; i++) {
		skb = xdp_build_skb_from_frame(frames[i], dev);
		if (!skb)
			break;
		skb_metadata_clear(skb);
		/* The hash that chooses the queue is that of the headers from here on. */
		skb_reset_network_header(skb);
		__skb_push(skb, ETH_HLEN);
		q = choose_queue(dev, skb);
		if (!vif_xmit_frame(q, skb))
			napi_schedule(&q->napi);
	}
	if (i < nr)
		count_refused(dev, nr - i);
	return i;
}

/* ---- the program ---- */

static int set_program(struct net_device *dev, struct bpf_prog *prog,
		       struct netlink_ext_ack *extack)
{
	struct dom0_netdev *nd = netdev_priv(dev);
	struct bpf_prog *old;

	ASSERT_RTNL();
	if (prog && dev->mtu > VIF_XDP_MTU) {
		NL_SET_ERR_MSG_MOD(extack, "the MTU is too large for an XDP program");
		return -EINVAL;
	}
	old = rcu_replace_pointer(nd->xdp_prog, prog, lockdep_rtnl_is_held());
	/* It is freed when all rounds that use it have ended. */
	if (old)
		bpf_prog_put(old);
	return 0;
}

/* ndo_bpf. The stack removes the program when the device is unregistered. */
int vif_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return set_program(dev, bpf->prog, bpf->extack);
	default:
		return -EINVAL;
	}
}

int vif_xdp_connect(struct vif_queue *q)
{
	int err;

	err = xdp_rxq_info_reg(&q->xdp.rxq, q->vif->dev, q->index, q->napi.napi_id);
	if (err)
		return err;
	err = xdp_rxq_info_reg_mem_model(&q->xdp.rxq, MEM_TYPE_PAGE_SHARED, NULL);
	if (err)
		xdp_rxq_info_unreg(&q->xdp.rxq);
	return err;
}

void vif_xdp_disconnect(struct vif_queue *q)
{
	xdp_rxq_info_unreg(&q->xdp.rxq);
}
