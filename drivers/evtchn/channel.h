/* SPDX-License-Identifier: GPL-2.0 */
/* The channels of an open file. */
#ifndef _DOM0_EVTCHN_CHANNEL_H
#define _DOM0_EVTCHN_CHANNEL_H

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
 * @channels: struct channel by port; the file owns an entry until its unbind
 * @nr_channels: number of channels; the ring has a slot for each
 * @restricted_to: the only domain to which interdomain channels may be bound, or DOMID_INVALID
 * @read_lock: held by a reader while it peeks, copies and advances; taken before @ring_lock
 * @ring_lock: protects @ring, also against the interrupt handler
 * @ring: ports with unread events
 * @readers: readers that wait for an event
 * @fasync: processes that get SIGIO for an event
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
 * Make room for the events of one more channel. Waits for a reader, which may wait for user memory:
 * hold no lock but the file's. Returns 0 or -ENOMEM.
 */
int evtchn_channel_reserve(struct evtchn_user *user);

/*
 * Bind a port that the hypervisor has allocated to the file, after evtchn_channel_reserve(): from
 * then on, its events reach the file's ring. On failure the port is closed, unless it is static or
 * has another owner by then. Returns 0 or negative errno.
 */
int evtchn_channel_bind(struct evtchn_user *user, evtchn_port_t port, bool is_static);

/*
 * Unbind a port. If others hold it by evtchn_get(), it is closed at their last evtchn_put().
 * Returns 0, or -ENOTCONN if the port is not bound through this file.
 */
int evtchn_channel_unbind(struct evtchn_user *user, evtchn_port_t port);

/* Unbind all ports of the file. */
void evtchn_channel_unbind_all(struct evtchn_user *user);

/* True if the port was bound through this file. */
bool evtchn_channel_is_bound(struct evtchn_user *user, evtchn_port_t port);

/* Unmask these ports after the user has handled their events. Skips ports of other files. */
void evtchn_channel_eoi(struct evtchn_user *user, const evtchn_port_t *ports, unsigned int nr);

#endif
