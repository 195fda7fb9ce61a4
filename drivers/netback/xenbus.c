// SPDX-License-Identifier: GPL-2.0
/*
 * The device in xenstore: write the features offered, read the keys of frontend and toolstack.
 */
#include "ctrl.h"
#include "debugfs.h"
#include "hotplug.h"
#include "link.h"
#include "mcast.h"
#include "netdev.h"
#include "pack.h"
#include "params.h"
#include "queue.h"
#include "vif.h"
#include "xenbus.h"

#include <dom0/fault_point.h>
#include <dom0/netdev.h>
#include <dom0/xs.h>
#include <linux/slab.h>
#include <xen/xenbus.h>

enum {
	WATCH_HOTPLUG,
	WATCH_RATE,
	WATCH_LIMITS,
	WATCH_LINK,
	WATCH_MCAST,
	WATCH_HEADROOM,
};

/* ---- probe and remove ---- */

/* Zeros are written too: the driver that served the device before may have written 1. */
static const struct {
	const char *key;
	unsigned int value;
} offers[] = {
	{ "feature-sg", 1 },
	{ "feature-gso-tcpv4", 1 },
	{ "feature-gso-tcpv6", 1 },
	{ "feature-ipv6-csum-offload", 1 },
	{ "feature-rx-copy", 1 },
	{ "feature-rx-flip", 0 },
	{ "feature-xdp-headroom", 1 },
	{ "feature-multicast-control", 1 },
	{ "feature-dynamic-multicast-control", 1 },
	{ "feature-ctrl-ring", 1 },
};

/*
 * For a new network device, also remove hotplug-status: a script wrote it for an earlier one, and
 * this one is in no bridge yet. The script for this one runs later, at the uevent or at InitWait.
 * Not removed in vif_remove(): the device may have left the bus by then, and its directory may be
 * another's.
 */
static int write_offers(struct dom0_backend *be, const struct vif *vif)
{
	struct dom0_xs_batch batch;
	unsigned int i;
	int err;

	dom0_xs_begin(&batch, be);
	if (!vif->kept)
		dom0_xs_add_removal(&batch, "hotplug-status");
	dom0_netdev_add_id(vif->dev, &batch);
	for (i = 0; i < ARRAY_SIZE(offers); i++)
		dom0_xs_add(&batch, offers[i].key, "%u", offers[i].value);
	dom0_xs_add(&batch, "feature-split-event-channels", "%u", vif_separate_tx_rx_irq);
	dom0_xs_add(&batch, "multi-queue-max-queues", "%u", vif->max_queues);
	err = dom0_xs_commit(&batch);
	if (err)
		dom0_backend_error(be, err, "writing the features offered");
	/* This is the directory of another card. It gets a new network device. */
	if (err == -ESTALE)
		dom0_backend_retry(be);
	return err;
}

/*
 * Never offer fewer queues than before, whatever the parameter says now: a frontend that connected
 * with so many keeps them when the driver is bound again.
 */
static int offered_queues(struct dom0_backend *be)
{
	u32 queues = 1;
	int err = dom0_xs_read_u32(be, DOM0_SIDE_BACKEND, "multi-queue-max-queues", 1,
				   VIF_QUEUES_LIMIT, &queues);

	return dom0_xs_failed(err) ? err : queues;
}

static const struct {
	enum dom0_side side;
	const char *key;
} watches[] = {
	[WATCH_HOTPLUG] = { DOM0_SIDE_BACKEND, "hotplug-status" },
	[WATCH_RATE] = { DOM0_SIDE_BACKEND, "rate" },
	[WATCH_LIMITS] = { DOM0_SIDE_BACKEND, "limits" },
	[WATCH_LINK] = { DOM0_SIDE_BACKEND, "link" },
	[WATCH_MCAST] = { DOM0_SIDE_FRONTEND, "request-multicast-control" },
	[WATCH_HEADROOM] = { DOM0_SIDE_FRONTEND, "xdp-headroom" },
};

static void remove_watches(struct dom0_backend *be, unsigned int nr)
{
	while (nr--)
		dom0_backend_unwatch(be, nr);
}

static int add_watches(struct dom0_backend *be)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(watches); i++) {
		err = dom0_backend_watch(be, i, watches[i].side, watches[i].key);
		if (err) {
			remove_watches(be, i);
			return err;
		}
	}
	return 0;
}

static int vif_probe(struct dom0_backend *be)
{
	struct vif *vif;
	u32 handle;
	int err, queues;

	err = dom0_xs_read_u32(be, DOM0_SIDE_BACKEND, "handle", 0, U16_MAX, &handle);
	if (err) {
		dom0_backend_error(be, err, "reading handle");
		return err;
	}
	queues = offered_queues(be);
	if (queues < 0) {
		dom0_backend_error(be, queues, "reading multi-queue-max-queues");
		return queues;
	}
	vif = vif_create(be, handle, queues);
	if (IS_ERR(vif)) {
		err = PTR_ERR(vif);
		dom0_backend_error(be, err, "creating network device vif%u.%u", be->domid, handle);
		/*
		 * It may pass, whatever the error: another network device has the name, or the
		 * kernel, which returns -EINVAL for some of its allocations, is out of memory.
		 */
		dom0_backend_retry(be);
		return err;
	}
	be->priv = vif;
	err = dom0_fault_point("vif_probe") ?: write_offers(be, vif);
	if (err)
		goto destroy_vif;
	err = add_watches(be);
	if (err)
		goto destroy_vif;
	err = vif_hotplug_add(vif);
	if (err)
		goto remove_watches;
	vif_debugfs_add(vif);
	return 0;

remove_watches:
	remove_watches(be, ARRAY_SIZE(watches));
destroy_vif:
	be->priv = NULL;
	vif_destroy(vif);
	return err;
}

static void vif_remove(struct dom0_backend *be)
{
	struct vif *vif = be->priv;

	vif_debugfs_remove(vif);
	vif_hotplug_remove(vif);
	remove_watches(be, ARRAY_SIZE(watches));
	be->priv = NULL;
	vif_destroy(vif);
}

/* ---- keys that may change at any time ---- */

static bool vif_ready(struct dom0_backend *be)
{
	char status[16];

	return !dom0_xs_read_string(be, DOM0_SIDE_BACKEND, "hotplug-status", status,
				    sizeof(status)) && !strcmp(status, "connected");
}

/*
 * The key changes while the frontend is connected, when an XDP program is loaded or unloaded. Linux
 * sets its state to Reconfiguring, then writes the key, then waits for Reconfigured. So the read at
 * Reconfiguring may be too early. The key's watch makes us read it again.
 */
static void read_headroom(struct dom0_backend *be)
{
	u32 headroom = 0;
	int err;

	err = dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, "xdp-headroom", 0, VIF_HEADROOM_MAX,
			       &headroom);
	if (err == -EINVAL || err == -ERANGE)
		dom0_backend_error(be, err, "%s/xdp-headroom is no number from 0 to %lu",
				   be->frontend, (unsigned long)VIF_HEADROOM_MAX);
	else if (err && err != -ENOENT)
		return;
	vif_set_headroom(be->priv, headroom);
}

/* Nothing to do here for hotplug-status: dom0-xenbus calls vif_ready() after this function. */
static void vif_changed(struct dom0_backend *be, unsigned long fired)
{
	if (fired & BIT(WATCH_RATE))
		vif_limits_read_rate(be->priv);
	if (fired & BIT(WATCH_LIMITS))
		vif_limits_read(be->priv);
	if (fired & BIT(WATCH_LINK))
		vif_link_read(be->priv);
	if (fired & BIT(WATCH_MCAST))
		vif_mcast_read(be->priv);
	if (fired & BIT(WATCH_HEADROOM))
		read_headroom(be);
}

/* ---- connect and disconnect ---- */

/* Read a feature of the frontend. Invalid text is reported and counts as 0. */
static int read_flag(struct dom0_backend *be, const char *key, bool *val)
{
	int err = dom0_xs_read_flag(be, DOM0_SIDE_FRONTEND, key, val);

	if (err)
		dom0_backend_error(be, err, "%s/%s is no number", be->frontend, key);
	return dom0_xs_failed(err) ? err : 0;
}

static int read_features(struct dom0_backend *be, struct vif *vif)
{
	bool rx_copy = false, no_csum = false;
	const struct {
		const char *key;
		bool *val;
	} flags[] = {
		{ "request-rx-copy", &rx_copy },
		{ "feature-rx-notify", &vif->features.rx_notify },
		{ "feature-sg", &vif->features.sg },
		{ "feature-gso-tcpv4", &vif->features.gso_tcpv4 },
		{ "feature-gso-tcpv6", &vif->features.gso_tcpv6 },
		{ "feature-no-csum-offload", &no_csum },
		{ "feature-ipv6-csum-offload", &vif->features.csum_ipv6 },
	};
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		err = read_flag(be, flags[i].key, flags[i].val);
		if (err)
			return err;
	}
	vif->features.csum_ipv4 = !no_csum;
	if (rx_copy)
		return 0;
	dom0_backend_error(be, -EOPNOTSUPP, "%s/request-rx-copy is not 1", be->frontend);
	return -EOPNOTSUPP;
}

static int read_num_queues(struct dom0_backend *be, const struct vif *vif, u32 *num_queues)
{
	int err;

	*num_queues = 1;
	err = dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, "multi-queue-num-queues", 1,
			       vif->max_queues, num_queues);
	if (!err || err == -ENOENT)
		return 0;
	dom0_backend_error(be, err, "%s/multi-queue-num-queues is no number from 1 to %u",
			   be->frontend, vif->max_queues);
	return err;
}

/* Read a number of the frontend. @dir is "" or "queue-N/". */
static int read_u32(struct dom0_backend *be, const char *dir, const char *key, u32 *val)
{
	char path[48];
	int err;

	snprintf(path, sizeof(path), "%s%s", dir, key);
	err = dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, path, 0, U32_MAX, val);
	if (err)
		dom0_backend_error(be, err, "reading %s/%s", be->frontend, path);
	return err;
}

static int read_ports(struct dom0_backend *be, const char *dir, struct vif_queue_refs *refs)
{
	char path[48];
	int err;

	snprintf(path, sizeof(path), "%sevent-channel-tx", dir);
	err = dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, path, 0, U32_MAX, &refs->tx_port);
	refs->split = err != -ENOENT;
	if (!refs->split)
		return read_u32(be, dir, "event-channel", &refs->tx_port);
	if (err) {
		dom0_backend_error(be, err, "reading %s/%s", be->frontend, path);
		return err;
	}
	return read_u32(be, dir, "event-channel-rx", &refs->rx_port);
}

static int connect_queue(struct dom0_backend *be, struct vif_queue *q, bool only)
{
	struct vif_queue_refs refs = {};
	char dir[24] = "";
	int err;

	if (!only)
		snprintf(dir, sizeof(dir), "queue-%u/", q->index);
	err = read_u32(be, dir, "tx-ring-ref", &refs.tx_ring);
	if (!err)
		err = read_u32(be, dir, "rx-ring-ref", &refs.rx_ring);
	if (!err)
		err = read_ports(be, dir, &refs);
	return err ?: vif_queue_connect(q, &refs);
}

static void disconnect_queues(struct vif *vif, unsigned int nr)
{
	while (nr--)
		vif_queue_disconnect(&vif->queues[nr]);
}

/* A frontend without ctrl-ring-ref has no control ring. */
static int connect_ctrl(struct dom0_backend *be, struct vif *vif, unsigned int num_queues)
{
	u32 ref, port;
	int err;

	err = dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, "ctrl-ring-ref", 0, U32_MAX, &ref);
	if (err == -ENOENT)
		return 0;
	if (err) {
		dom0_backend_error(be, err, "reading %s/ctrl-ring-ref", be->frontend);
		return err;
	}
	err = read_u32(be, "", "event-channel-ctrl", &port);
	return err ?: vif_ctrl_connect(vif, ref, port, num_queues);
}

static int vif_connect(struct dom0_backend *be)
{
	struct vif *vif = be->priv;
	u32 i, num_queues;
	int err;

	err = read_features(be, vif);
	if (!err)
		err = read_num_queues(be, vif, &num_queues);
	if (err)
		return err;

	/* These hold from the first packet on. Reading them again also reports errors again. */
	vif_limits_read_rate(vif);
	vif_limits_read(vif);
	vif_link_read(vif);
	read_headroom(be);

	mutex_lock(&vif->lock);
	for (i = 0; i < num_queues; i++) {
		err = connect_queue(be, &vif->queues[i], num_queues == 1);
		if (err)
			goto disconnect_queues;
	}
	err = connect_ctrl(be, vif, num_queues);
	if (err)
		goto disconnect_queues;
	vif_mcast_start(vif, num_queues);
	err = vif_up(vif, num_queues);
	if (err) {
		dom0_backend_error(be, err, "starting %u queues", num_queues);
		goto disconnect_ctrl;
	}
	vif_ctrl_start(vif);
	mutex_unlock(&vif->lock);
	return 0;

disconnect_ctrl:
	vif_ctrl_disconnect(vif);
disconnect_queues:
	disconnect_queues(vif, i);
	mutex_unlock(&vif->lock);
	return err;
}

static void vif_disconnect(struct dom0_backend *be)
{
	struct vif *vif = be->priv;
	unsigned int num_queues;

	mutex_lock(&vif->lock);
	num_queues = vif->num_queues;
	vif_ctrl_stop(vif);
	vif_down(vif);
	vif_ctrl_disconnect(vif);
	disconnect_queues(vif, num_queues);
	mutex_unlock(&vif->lock);
}

const struct dom0_backend_driver vif_driver = {
	.type = "vif",
	.name = "dom0-vif",
	.hotplug = true,
	.probe = vif_probe,
	.ready = vif_ready,
	.connect = vif_connect,
	.disconnect = vif_disconnect,
	.reconfigure = read_headroom,
	.remove = vif_remove,
	.changed = vif_changed,
	.uevent = vif_hotplug_uevent,
};
