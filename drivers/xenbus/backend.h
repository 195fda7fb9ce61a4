/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A backend device inside dom0-xenbus.
 *
 * The bus (bus.c) creates an instance when it binds a device, and passes it to its queue. After the
 * bus unbinds the device, the instance lives on until its last run on the queue frees it. Each
 * event (a state, a watch, a broken protocol) sets a bit in @events or @fired and queues @work. So
 * the amount of pending work is bounded, whatever the guest writes, and only the work function
 * calls the driver.
 */
#ifndef _DOM0_XENBUS_BACKEND_H
#define _DOM0_XENBUS_BACKEND_H

#include "pace.h"
#include "state.h"

#include <dom0/xenbus.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/ratelimit_types.h>
#include <linux/time64.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

/* Bits in events. */
enum {
	EVENT_FRONTEND,		/* the frontend's state was written */
	EVENT_OWN,		/* our own state was written, by us or by the toolstack */
	EVENT_REBORN,		/* our own state was written, and is or may be Initialising */
	EVENT_WATCH,		/* a driver's watch, see fired */
	EVENT_BREAK,
	EVENT_START,
	EVENT_RETRY,		/* a time for which a run was planned has come */
	EVENT_GONE,		/* the bus has unbound the device: finish */
	EVENT_COUNT
};

struct backend_watch {
	struct xenbus_watch watch;
	struct dom0_backend_core *core;
	unsigned int index;
	bool of_frontend;
};

/**
 * struct dom0_backend_core - an instance
 * @be: the part that the driver sees
 * @link: in the list of all instances, under its lock
 * @work: the only place where the driver is called
 * @events: pending EVENT_* bits
 * @otherend_lock: held while the frontend's state is read, and over @seen
 * @seen: states of the frontend since the queue read it last, as bits
 * @fired: indices of the driver's watches that have fired
 * @broken: how the frontend has broken the protocol; NULL if it has not
 * @gone: the bus has unbound the device; drivers' writes to xenstore fail from then on. Set once
 * @sysfs_lock: protects @has_groups, @announced and the bus device's state; held to set @gone, so
 *	that none of them is set afterwards
 * @has_groups: the driver's attributes are in sysfs
 * @announced: udev has been told that the device is online
 * @started: probe was called, successfully or not; this and the following belong to the queue
 * @probed: probe was successful
 * @leaving: the driver is leaving the device; set around its disconnect
 * @error_reported: there may be an error in xenstore
 * @machine: state machine of the connection
 * @connects: rate limit of connects
 * @reopens: rate limit of starts over, from Closed or from a connection
 * @changes: rate limit of what a connected frontend changes: reconfigurations, and watches of its
 *	nodes
 * @postponed: how often one of these limits, or the lack of a resource, has postponed something
 * @again: the driver's callback has to be called again, see dom0_backend_retry()
 * @probe_due: probe has failed for a reason that may pass
 * @unwatched: the watch on the device's own state could not be registered
 * @held: indices of the driver's watches for which changed() is called again at the next retry
 * @failing: xenstore returned an error in this run, or a resource is missing: retry later
 * @retry_planned: what has failed is tried again at @retry_at
 * @retry_at: that time, in jiffies
 * @failures: number of such retries in a row
 * @retry_delay: jiffies until the next run; 0 to run only at the next event
 * @retry: work that starts the next run after @retry_delay
 * @unfinished: number of failed attempts to finish: to remove the device's error, or to answer the
 *	toolstack's last Closing
 * @since: when our state changed last, seconds of the monotonic clock
 * @ratelimit: rate limit of the log
 * @own: watch of our own state; registered while own.watch.node is set, as is each of @watches
 * @watches: watches of the driver
 */
struct dom0_backend_core {
	struct dom0_backend be;
	struct list_head link;
	struct work_struct work;
	unsigned long events;
	struct mutex otherend_lock;	/* reads of the frontend's state, and @seen */
	unsigned long seen;
	unsigned long fired;
	const char *broken;
	bool gone;
	struct mutex sysfs_lock;	/* @has_groups, @announced, xdev->state, setting @gone */
	bool has_groups;
	bool announced;
	bool started;
	bool probed;
	bool leaving;
	bool error_reported;
	struct dom0_machine machine;
	struct dom0_pace connects;
	struct dom0_pace reopens;
	struct dom0_pace changes;
	unsigned int postponed;
	bool again;
	bool probe_due;
	bool unwatched;
	unsigned long held;
	bool failing;
	bool retry_planned;
	unsigned long retry_at;
	unsigned int failures;
	unsigned long retry_delay;
	struct delayed_work retry;
	unsigned int unfinished;
	time64_t since;
	struct ratelimit_state ratelimit;
	struct backend_watch own;
	struct backend_watch watches[DOM0_BACKEND_WATCHES];
};

int dom0_backends_init(void);
void dom0_backends_exit(void);
struct dom0_backend_core *dom0_backend_create(struct xenbus_device *xdev,
					      const struct dom0_backend_driver *driver);
void dom0_backend_release(struct dom0_backend_core *core);
void dom0_backend_event(struct dom0_backend_core *core, unsigned int event);
void dom0_backend_retry_after(struct dom0_backend_core *core, unsigned long delay);
void dom0_backend_frontend_state(struct dom0_backend_core *core);
void dom0_backend_note_state(struct dom0_backend_core *core, enum xenbus_state state);

#endif
