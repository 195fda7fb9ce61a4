/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A backend device inside dom0-xenbus.
 *
 * The bus (bus.c) makes an instance when it binds a device and gives it away when it unbinds it; in
 * between and after, until it frees itself, an instance belongs to its queue. Whatever happens to a
 * device (its states, watches, a broken protocol) sets a bit in @events or @fired and queues @work:
 * the amount of pending work cannot grow, whatever the guest writes, and nothing but the work
 * function talks to the driver.
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
	EVENT_REBORN,		/* ... and is Initialising */
	EVENT_WATCH,		/* a driver's watch, see fired */
	EVENT_BREAK,
	EVENT_START,
	EVENT_GONE,		/* the bus has let go of the device: finish */
	EVENT_COUNT
};

struct backend_watch {
	struct xenbus_watch watch;
	struct dom0_backend_core *core;
	unsigned int index;
};

/**
 * struct dom0_backend_core - an instance
 * @be: what the driver sees
 * @link: in the list of all instances, under its lock
 * @work: the only place where the driver is called
 * @events: pending EVENT_* bits
 * @look_lock: held while the frontend's state is read, and over @seen
 * @seen: states of the frontend since the queue read it last, as bits
 * @fired: indices of the driver's watches that have fired
 * @broken: why the frontend is not served any more, NULL while it is
 * @gone: the bus has let go of it; xenstore is not written any more. Set once
 * @sysfs_lock: protects @has_groups, @announced and the state of the bus's device, and @gone
 *	against their setting
 * @has_groups: the driver's attributes are in sysfs
 * @announced: udev has been told that the device is online
 * @started: probe was called, successfully or not; queue only, as all that follows
 * @probed: ... successfully
 * @leaving: the driver leaves the device, and has not disconnected it yet
 * @told: there may be an error in xenstore
 * @machine: the connection
 * @pace: how often it may be made
 * @postponed: how often it was put off therefore
 * @failing: in this run xenstore has refused something that has to be tried again
 * @failures: runs in a row of which that is true
 * @retry_delay: jiffies until the next run, 0 for none unless there is an event
 * @retry: starts that run
 * @unanswered: how often the toolstack's Closing could not be answered at the end
 * @since: when our state changed last, seconds of the monotonic clock
 * @ratelimit: of the log
 * @own: watches our own state; registered while own.watch.node is set, as is each of @watches
 * @watches: the driver's
 */
struct dom0_backend_core {
	struct dom0_backend be;
	struct list_head link;
	struct work_struct work;
	unsigned long events;
	struct mutex look_lock;		/* order of reads of the frontend's state; @seen */
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
	bool told;
	struct dom0_machine machine;
	struct dom0_pace pace;
	unsigned int postponed;
	bool failing;
	unsigned int failures;
	unsigned long retry_delay;
	struct delayed_work retry;
	unsigned int unanswered;
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
void dom0_backend_frontend_state(struct dom0_backend_core *core);
void dom0_backend_note_state(struct dom0_backend_core *core, enum xenbus_state state);
void dom0_backends_wait_gone(const struct dom0_backend_driver *driver);
void dom0_backends_for_each(void (*show)(struct dom0_backend_core *core, void *data), void *data);

#endif
