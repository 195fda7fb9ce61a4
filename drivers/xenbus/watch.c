// SPDX-License-Identifier: GPL-2.0
/*
 * Watches in xenstore. Their callbacks run on the watch thread, which serves all devices. So they
 * only set a bit and queue the device. At most one event of each watch is pending, however often a
 * guest writes.
 *
 * Removing a watch waits for the watch thread. So do it on the device's queue only, and never under
 * a lock that a bus callback takes.
 */
#include "backend.h"
#include "watch.h"
#include "xs.h"

#include <dom0/xs.h>
#include <linux/export.h>
#include <linux/slab.h>

static bool none_pending(struct xenbus_watch *watch, const char *path, const char *token)
{
	return !watch->nr_pending;
}

static void driver_watch_fired(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct backend_watch *bw = container_of(watch, struct backend_watch, watch);

	set_bit(bw->index, &bw->core->fired);
	dom0_backend_event(bw->core, EVENT_WATCH);
}

/*
 * The directory may be removed and created again before the bus has noticed. Then the bus still
 * knows the device, and probes nothing. So read the state here, on the watch thread, where the
 * kernel's bus removes devices too. That tells a new directory from one that the bus is about to
 * find missing. Our own bus looks at the directory once more after it has removed a device.
 */
static void own_state_written(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct backend_watch *bw = container_of(watch, struct backend_watch, watch);
	enum xenbus_state state;

	/* If the read fails, it may be either: the queue reads it again before it restarts. */
	if (dom0_xs_read_state(bw->core->be.node, &state) || state == XenbusStateInitialising)
		dom0_backend_event(bw->core, EVENT_REBORN);
	else
		dom0_backend_event(bw->core, EVENT_OWN);
}

static int watch_register(struct backend_watch *bw, const char *dir, const char *key,
			  void (*fired)(struct xenbus_watch *, const char *, const char *))
{
	char *path = kasprintf(GFP_KERNEL, "%s/%s", dir, key);
	int err;

	if (!path)
		return -ENOMEM;
	bw->watch.node = path;
	bw->watch.will_handle = none_pending;
	bw->watch.callback = fired;
	err = register_xenbus_watch(&bw->watch);
	if (err) {
		bw->watch.node = NULL;
		kfree(path);
	}
	return err;
}

static void watch_unregister(struct backend_watch *bw)
{
	if (!bw->watch.node)
		return;
	unregister_xenbus_watch(&bw->watch);
	kfree(bw->watch.node);
	bw->watch.node = NULL;
}

/* Do nothing if the watch is registered. */
int dom0_watch_own_state(struct dom0_backend_core *core)
{
	if (core->own.watch.node)
		return 0;
	core->own.core = core;
	return watch_register(&core->own, core->be.node, "state", own_state_written);
}

void dom0_unwatch_own_state(struct dom0_backend_core *core)
{
	watch_unregister(&core->own);
}

void dom0_unwatch_all(struct dom0_backend_core *core)
{
	unsigned int i;

	for (i = 0; i < DOM0_BACKEND_WATCHES; i++)
		dom0_backend_unwatch(&core->be, i);
}

/* Have the driver read again, a little later, all nodes that it watches. */
void dom0_watch_refire(struct dom0_backend_core *core)
{
	unsigned int i;

	for (i = 0; i < DOM0_BACKEND_WATCHES; i++)
		if (core->watches[i].watch.node)
			core->held |= BIT(i);
	core->failing = true;
}

void dom0_backend_fire(struct dom0_backend *be, unsigned int index)
{
	set_bit(index, &be->core->fired);
	dom0_backend_event(be->core, EVENT_WATCH);
}
EXPORT_SYMBOL_GPL(dom0_backend_fire);

int dom0_backend_watch(struct dom0_backend *be, unsigned int index, enum dom0_side side,
		       const char *key)
{
	struct backend_watch *bw;
	int err;

	if (index >= DOM0_BACKEND_WATCHES)
		return -EINVAL;
	bw = &be->core->watches[index];
	if (bw->watch.node)
		return -EBUSY;
	bw->core = be->core;
	bw->index = index;
	bw->of_frontend = side == DOM0_SIDE_FRONTEND;
	err = watch_register(bw, side == DOM0_SIDE_BACKEND ? be->node : be->frontend, key,
			     driver_watch_fired);
	if (dom0_xs_failed(err))
		dom0_backend_retry(be);
	return err;
}
EXPORT_SYMBOL_GPL(dom0_backend_watch);

void dom0_backend_unwatch(struct dom0_backend *be, unsigned int index)
{
	if (index >= DOM0_BACKEND_WATCHES)
		return;
	watch_unregister(&be->core->watches[index]);
	clear_bit(index, &be->core->fired);
	be->core->held &= ~BIT(index);
}
EXPORT_SYMBOL_GPL(dom0_backend_unwatch);
