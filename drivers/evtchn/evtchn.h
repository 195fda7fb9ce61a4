/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of dom0-evtchn share: an open file and the channels bound through it. */
#ifndef _DOM0_EVTCHN_DEV_H
#define _DOM0_EVTCHN_DEV_H

#include "port_ring.h"

#include <linux/compiler.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/xarray.h>
#include <xen/interface/event_channel.h>

struct fasync_struct;

/**
 * struct evtchn_user - an open file
 * @lock: protects @channels, @nr_channels and @restricted_to
 * @channels: struct channel by port; an entry is owned by the file until its unbind
 * @nr_channels: how many they are; the ring has a slot for each
 * @restricted_to: the one domain that interdomain channels may be bound to, or DOMID_INVALID
 * @read_lock: lets one reader at a time look at the ring, copy and advance; outside @ring_lock
 * @ring_lock: protects @ring, also from interrupts
 * @ring: ports with events
 * @readers: who waits for @ring to fill
 * @fasync: who wants SIGIO for it
 * @name: name of the interrupts
 */
struct evtchn_user {
	struct mutex lock;	/* see above */
	struct xarray channels;
	unsigned int nr_channels;
	domid_t restricted_to;

	struct mutex read_lock;	/* see above */
	spinlock_t ring_lock;	/* see above */
	struct port_ring ring;
	wait_queue_head_t readers;
	struct fasync_struct *fasync;

	char name[sizeof("evtchn:") + TASK_COMM_LEN];
};

/*
 * Takes over a port that the hypervisor has just given us: from now on its events reach the user's
 * ring. On failure the port is closed, unless it is static. Returns 0 or negative errno.
 */
int evtchn_channel_bind(struct evtchn_user *user, evtchn_port_t port, bool is_static);

/* 0: the port is closed now, or at the last evtchn_put() of others. -ENOTCONN: it is not ours. */
int evtchn_channel_unbind(struct evtchn_user *user, evtchn_port_t port);

/* Of all ports. */
void evtchn_channel_unbind_all(struct evtchn_user *user);

/* True if the port was bound through this file. */
bool evtchn_channel_is_bound(struct evtchn_user *user, evtchn_port_t port);

/* The user has worked on these ports' events and wants the next. Ports of others are skipped. */
void evtchn_channel_eoi(struct evtchn_user *user, const evtchn_port_t *ports, unsigned int nr);

#endif
