// SPDX-License-Identifier: GPL-2.0
/*
 * The control ring. A work item serves a few requests each time that it runs. It copies them into
 * private memory, fetches the data of all by one hypercall, and carries them out in turn. Then it
 * publishes the new configuration, and writes the responses. It runs again one jiffy later, until
 * no request is left. So a guest that sends requests without end cannot use much of a CPU.
 *
 * The data path reads the configuration under RCU. Two copies exist, and the older one is written
 * again only after a grace period. So a change needs no memory, and the guest waits for it instead.
 */
#include "ctrl.h"
#include "ctrl_protocol.h"
#include "netdev.h"
#include "queue.h"
#include "vif.h"

#include <dom0/fault_point.h>
#include <dom0/memory.h>
#include <dom0/ring_map.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

/* Requests of one run, each with its part of one page for data. */
#define RUN_REQUESTS	(PAGE_SIZE / VIF_CTRL_DATA_MAX)

/* Most control rings that are served at once. */
#define RINGS_ACTIVE	16

static_assert(RUN_REQUESTS >= 1 && RUN_REQUESTS <= VIF_CTRL_RING_SIZE);

static struct workqueue_struct *ctrl_queue;

static struct dom0_sring *ctrl_sring(const struct vif_ctrl *ctrl)
{
	return (struct dom0_sring *)ctrl->sring;
}

static void handle_ctrl_event(void *data)
{
	struct vif_ctrl *ctrl = data;

	queue_delayed_work(ctrl_queue, &ctrl->work, 0);
}

/* ---- one run ---- */

/* Return how many requests were copied into @reqs, or -EPROTO. If none, the next sends an event. */
static int take_ctrl_requests(struct vif_ctrl *ctrl, struct xen_netif_ctrl_request *reqs)
{
	int i, nr;

	nr = dom0_ring_final_check(ctrl_sring(ctrl), ctrl->req_cons, &ctrl->req_cons,
				   VIF_CTRL_RING_SIZE);
	nr = min_t(int, nr, RUN_REQUESTS);
	for (i = 0; i < nr; i++) {
		unsigned int slot = (ctrl->req_cons + i) & (VIF_CTRL_RING_SIZE - 1);

		dom0_ring_copy(&reqs[i], &ctrl->sring->ring[slot], sizeof(reqs[i]));
	}
	return nr;
}

/* One hypercall fetches the data of all requests. */
static void fetch_ctrl_data(struct vif_ctrl *ctrl, const struct xen_netif_ctrl_request *reqs,
			    int nr)
{
	int i;

	dom0_copy_reset(&ctrl->copy);
	for (i = 0; i < nr; i++) {
		unsigned int len = vif_ctrl_data_len(&reqs[i]);

		if (len)
			dom0_copy_from_guest(&ctrl->copy, ctrl->vif->domid, reqs[i].data[0], 0,
					     ctrl->page, i * VIF_CTRL_DATA_MAX, len);
	}
	dom0_copy_flush(&ctrl->copy);
}

static void serve_ctrl_requests(struct vif_ctrl *ctrl, const struct xen_netif_ctrl_request *reqs,
				struct xen_netif_ctrl_response *rsps, int nr)
{
	/* Queue 0 has the counters of the card's control ring; no other context counts these. */
	u64 *counters = ctrl->vif->queues[0].counters;
	unsigned int op = 0;
	int i;

	for (i = 0; i < nr; i++) {
		const void *data = NULL;

		if (vif_ctrl_data_len(&reqs[i]) &&
		    dom0_copy_status(&ctrl->copy, op++) == GNTST_okay)
			data = page_address(ctrl->page) + i * VIF_CTRL_DATA_MAX;
		rsps[i].id = reqs[i].id;
		rsps[i].type = reqs[i].type;
		rsps[i].status = vif_ctrl_serve(&ctrl->draft, &reqs[i], data, &rsps[i].data);
		counters[VIF_ctrl_requests]++;
		counters[VIF_ctrl_refused] += rsps[i].status != XEN_NETIF_CTRL_STATUS_SUCCESS;
	}
}

/* Let the data path see the draft, if it has changed. */
static void publish_hash(struct vif_ctrl *ctrl)
{
	struct vif_hash *next = &ctrl->hashes[!ctrl->current_hash];

	if (!memcmp(&ctrl->draft, &ctrl->hashes[ctrl->current_hash], sizeof(ctrl->draft)))
		return;
	cond_synchronize_rcu(ctrl->gp_cookie);
	*next = ctrl->draft;
	rcu_assign_pointer(ctrl->vif->hash, next);
	ctrl->gp_cookie = get_state_synchronize_rcu();
	ctrl->current_hash = !ctrl->current_hash;
}

static void push_ctrl_responses(struct vif_ctrl *ctrl, const struct xen_netif_ctrl_response *rsps,
				int nr)
{
	RING_IDX old = ctrl->req_cons;
	int i;

	for (i = 0; i < nr; i++, ctrl->req_cons++) {
		struct xen_netif_ctrl_response *rsp =
			&ctrl->sring->ring[ctrl->req_cons & (VIF_CTRL_RING_SIZE - 1)].rsp;

		WRITE_ONCE(rsp->id, rsps[i].id);
		WRITE_ONCE(rsp->type, rsps[i].type);
		WRITE_ONCE(rsp->status, rsps[i].status);
		WRITE_ONCE(rsp->data, rsps[i].data);
	}
	if (dom0_ring_push(ctrl_sring(ctrl), old, ctrl->req_cons))
		dom0_evtchn_notify(ctrl->evtchn);
}

static void serve_ctrl_ring(struct work_struct *work)
{
	struct vif_ctrl *ctrl = container_of(to_delayed_work(work), struct vif_ctrl, work);
	struct xen_netif_ctrl_request reqs[RUN_REQUESTS];
	struct xen_netif_ctrl_response rsps[RUN_REQUESTS];
	int nr;

	/* No EOI for a card whose frontend has broken the protocol: no more events come. */
	if (!READ_ONCE(ctrl->started) || READ_ONCE(ctrl->vif->broken))
		return;
	nr = take_ctrl_requests(ctrl, reqs);
	if (nr < 0) {
		vif_break(ctrl->vif, "control ring: request producer index out of range");
		return;
	}
	if (!nr) {
		if (dom0_evtchn_eoi(ctrl->evtchn, ctrl->had_work))
			ctrl->had_work = false;
		return;
	}
	ctrl->had_work = true;
	fetch_ctrl_data(ctrl, reqs, nr);
	serve_ctrl_requests(ctrl, reqs, rsps, nr);
	dom0_fault_point("vif_ctrl");
	publish_hash(ctrl);
	push_ctrl_responses(ctrl, rsps, nr);
	queue_delayed_work(ctrl_queue, &ctrl->work, 1);
}

/* ---- life ---- */

static struct vif_ctrl *alloc_ctrl(struct vif *vif, unsigned int num_queues)
{
	struct vif_ctrl *ctrl;

	ctrl = kzalloc(sizeof(*ctrl), DOM0_GUEST_GFP);
	if (!ctrl)
		return NULL;
	ctrl->page = alloc_page(DOM0_GUEST_GFP);
	if (!ctrl->page)
		goto free_ctrl;
	if (dom0_copy_init(&ctrl->copy, RUN_REQUESTS, NUMA_NO_NODE))
		goto free_page;
	ctrl->vif = vif;
	INIT_DELAYED_WORK(&ctrl->work, serve_ctrl_ring);
	vif_ctrl_init(&ctrl->draft, num_queues);
	ctrl->hashes[0] = ctrl->draft;
	return ctrl;

free_page:
	__free_page(ctrl->page);
free_ctrl:
	kfree(ctrl);
	return NULL;
}

static void free_ctrl(struct vif_ctrl *ctrl)
{
	dom0_copy_exit(&ctrl->copy);
	__free_page(ctrl->page);
	kfree(ctrl);
}

static int map_ctrl_ring(struct vif_ctrl *ctrl, grant_ref_t ref)
{
	struct dom0_backend *be = ctrl->vif->be;
	void *ring;
	int err;

	err = dom0_ring_map(be->xdev, &ref, 1, &ring);
	if (err) {
		dom0_backend_error(be, err, "mapping ctrl-ring-ref %u", ref);
		return err;
	}
	err = dom0_ring_attach(ring, VIF_CTRL_RING_SIZE, &ctrl->req_cons);
	if (err) {
		dom0_backend_error(be, err, "indices of the control ring out of range");
		dom0_ring_unmap(be->xdev, ring);
		return err;
	}
	ctrl->sring = ring;
	return 0;
}

static int bind_ctrl_channel(struct vif_ctrl *ctrl, evtchn_port_t port)
{
	struct dom0_backend *be = ctrl->vif->be;
	struct dom0_evtchn *evtchn;
	char name[IFNAMSIZ + 8];

	snprintf(name, sizeof(name), "%s-ctrl", ctrl->vif->dev->name);
	evtchn = dom0_evtchn_bind(be->xdev, port, name, handle_ctrl_event, ctrl);
	if (IS_ERR(evtchn)) {
		dom0_backend_error(be, PTR_ERR(evtchn), "binding event-channel-ctrl %u", port);
		return PTR_ERR(evtchn);
	}
	ctrl->evtchn = evtchn;
	return 0;
}

/**
 * vif_ctrl_connect() - map the ring and bind the channel
 * @vif: the card, without a control ring; the caller holds vif->lock
 * @ref: grant reference of the ring
 * @port: the guest's port
 * @num_queues: queues that are connected
 *
 * Begin without a hash, also if the ring was in use with an earlier instance of the driver: what
 * the guest configured then is not known here. Requests are served from vif_ctrl_start() on.
 *
 * Return: 0 or a negative errno, which has been reported.
 */
int vif_ctrl_connect(struct vif *vif, grant_ref_t ref, evtchn_port_t port, unsigned int num_queues)
{
	struct vif_ctrl *ctrl;
	int err;

	lockdep_assert_held(&vif->lock);
	ctrl = alloc_ctrl(vif, num_queues);
	if (!ctrl) {
		dom0_backend_error(vif->be, -ENOMEM, "no memory for the control ring");
		return -ENOMEM;
	}
	err = map_ctrl_ring(ctrl, ref);
	if (err)
		goto free_ctrl;
	err = bind_ctrl_channel(ctrl, port);
	if (err)
		goto unmap_ring;
	vif->ctrl = ctrl;
	return 0;

unmap_ring:
	dom0_ring_unmap(vif->be->xdev, ctrl->sring);
free_ctrl:
	free_ctrl(ctrl);
	return err;
}

/* The ring has been stopped, and a grace period has passed since; or it was never started. */
void vif_ctrl_disconnect(struct vif *vif)
{
	struct vif_ctrl *ctrl = vif->ctrl;

	lockdep_assert_held(&vif->lock);
	if (!ctrl)
		return;
	vif->ctrl = NULL;
	dom0_evtchn_unbind(ctrl->evtchn);
	cancel_delayed_work_sync(&ctrl->work);
	dom0_ring_unmap(vif->be->xdev, ctrl->sring);
	free_ctrl(ctrl);
}

/* The queues run. The first run also sends the EOI of an event that came before. */
void vif_ctrl_start(struct vif *vif)
{
	struct vif_ctrl *ctrl = vif->ctrl;

	lockdep_assert_held(&vif->lock);
	if (!ctrl)
		return;
	rcu_assign_pointer(vif->hash, &ctrl->hashes[ctrl->current_hash]);
	WRITE_ONCE(ctrl->started, true);
	queue_delayed_work(ctrl_queue, &ctrl->work, 0);
}

/* Requests that were taken have been answered when this returns. Packets get no hash any more. */
void vif_ctrl_stop(struct vif *vif)
{
	struct vif_ctrl *ctrl = vif->ctrl;

	lockdep_assert_held(&vif->lock);
	if (!ctrl)
		return;
	dom0_evtchn_quiesce(ctrl->evtchn);
	WRITE_ONCE(ctrl->started, false);
	cancel_delayed_work_sync(&ctrl->work);
	RCU_INIT_POINTER(vif->hash, NULL);
}

/* Control rings have a workqueue of their own: runs wait for grace periods. */
int vif_ctrl_queue_init(void)
{
	ctrl_queue = alloc_workqueue("dom0-netback", WQ_UNBOUND | WQ_FREEZABLE, RINGS_ACTIVE);
	return ctrl_queue ? 0 : -ENOMEM;
}

void vif_ctrl_queue_exit(void)
{
	destroy_workqueue(ctrl_queue);
}
