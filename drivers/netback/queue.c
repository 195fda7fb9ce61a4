// SPDX-License-Identifier: GPL-2.0
/*
 * One queue: both rings, their event channels, and the NAPI instance that serves them.
 */
#include "queue.h"
#include "rx_wait.h"
#include "vif.h"

/*
 * Send the end of interrupt. If the events brought no work, the next ones are delayed. The next
 * round may already run on another CPU and set @had_work, so read and clear it in one step.
 */
static void send_eoi(struct vif_channel *channel)
{
	if (xchg(&channel->eoi_pending, false))
		dom0_evtchn_eoi(channel->evtchn, xchg(&channel->had_work, false));
}

/*
 * Serve the transmit ring first: the packets that it delivers cause answers, such as
 * acknowledgements, which then go to the guest in the same round. The receive ring uses no budget,
 * like the transmit completions of hardware.
 *
 * After napi_complete_done() another CPU may run the next round at the same time, which the rest
 * of the function must tolerate. vif_down() waits for that rest with synchronize_net().
 */
static int poll_queue(struct napi_struct *napi, int budget)
{
	struct vif_queue *q = container_of(napi, struct vif_queue, napi);
	bool broken = READ_ONCE(q->vif->broken);
	RING_IDX req_cons;
	bool limited;
	int done = 0;

	if (budget > 0 && !broken)
		done = vif_tx_poll(q, budget);
	if (!broken)
		vif_rx_poll(q, budget);
	if (done == budget)
		return done;
	req_cons = q->tx.req_cons;
	limited = q->tx.limited;
	if (!napi_complete_done(napi, done))
		return done;
	/* No EOI if broken: no more events come. If limited, a timer runs NAPI, not an event. */
	if (READ_ONCE(q->vif->broken))
		return done;
	if (!limited && !vif_tx_rearm(q, req_cons)) {
		napi_schedule(napi);
		return done;
	}
	send_eoi(q->tx_channel);
	if (q->rx_channel != q->tx_channel)
		send_eoi(q->rx_channel);
	return done;
}

static void handle_channel_event(void *data)
{
	struct vif_channel *channel = data;

	WRITE_ONCE(channel->eoi_pending, true);
	napi_schedule_irqoff(&channel->q->napi);
}

/* Schedule NAPI from process context. Enabling softirqs again runs it at once. */
void vif_queue_schedule(struct vif_queue *q)
{
	local_bh_disable();
	napi_schedule(&q->napi);
	local_bh_enable();
}

/* Run NAPI after a limit or the link has changed: by the old limit, packets may wait for hours. */
void vif_queues_schedule(struct vif *vif)
{
	unsigned int i;

	mutex_lock(&vif->lock);
	for (i = 0; i < vif->num_queues; i++)
		vif_queue_schedule(&vif->queues[i]);
	mutex_unlock(&vif->lock);
}

/* Called once, when the device is created. exit_queues() removes the NAPI instance. */
void vif_queue_init(struct vif_queue *q, struct vif *vif, unsigned int index)
{
	q->vif = vif;
	q->index = index;
	netif_napi_add(vif->dev, &q->napi, poll_queue);
	vif_turns_init(q);
	vif_rx_init(q);
}

static int bind_channel(struct vif_queue *q, struct vif_channel *channel, evtchn_port_t port,
			const char *suffix)
{
	struct dom0_evtchn *evtchn;
	char name[IFNAMSIZ + 16];

	*channel = (struct vif_channel) { .q = q };
	snprintf(name, sizeof(name), "%s-q%u%s", q->vif->dev->name, q->index, suffix);
	evtchn = dom0_evtchn_bind(q->vif->be->xdev, port, name, handle_channel_event, channel);
	if (IS_ERR(evtchn)) {
		dom0_backend_error(q->vif->be, PTR_ERR(evtchn),
				   "binding event channel %u of queue %u", port, q->index);
		return PTR_ERR(evtchn);
	}
	channel->evtchn = evtchn;
	return 0;
}

static int bind_channels(struct vif_queue *q, const struct vif_queue_refs *refs)
{
	int err;

	q->tx_channel = &q->channels[0];
	q->rx_channel = &q->channels[refs->split];
	err = bind_channel(q, q->tx_channel, refs->tx_port, refs->split ? "-tx" : "");
	if (err || !refs->split)
		return err;
	err = bind_channel(q, q->rx_channel, refs->rx_port, "-rx");
	if (err)
		dom0_evtchn_unbind(q->tx_channel->evtchn);
	return err;
}

static void unbind_channels(struct vif_queue *q)
{
	if (q->rx_channel != q->tx_channel)
		dom0_evtchn_unbind(q->rx_channel->evtchn);
	dom0_evtchn_unbind(q->tx_channel->evtchn);
}

/* Events may come as soon as the channels are bound; NAPI runs from vif_queue_start() on. */
int vif_queue_connect(struct vif_queue *q, const struct vif_queue_refs *refs)
{
	int err;

	err = vif_tx_connect(q, refs->tx_ring);
	if (err)
		return err;
	err = vif_rx_connect(q, refs->rx_ring);
	if (err)
		goto disconnect_tx;
	err = bind_channels(q, refs);
	if (err)
		goto disconnect_rx;
	return 0;

disconnect_rx:
	vif_rx_disconnect(q);
disconnect_tx:
	vif_tx_disconnect(q);
	return err;
}

/* The queue has been stopped, or was never started. */
void vif_queue_disconnect(struct vif_queue *q)
{
	unbind_channels(q);
	vif_rx_disconnect(q);
	vif_tx_disconnect(q);
}

void vif_queue_start(struct vif_queue *q)
{
	napi_enable(&q->napi);
	vif_rx_start(q);
	vif_queue_schedule(q);
}

/* The caller has called netif_tx_disable() before. */
void vif_queue_stop(struct vif_queue *q)
{
	napi_disable(&q->napi);
	vif_rx_stop(q);
	vif_tx_stop(q);
}
