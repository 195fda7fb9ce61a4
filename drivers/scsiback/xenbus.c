// SPDX-License-Identifier: GPL-2.0
/*
 * The device in xenstore: one host, and a folder in vscsi-devs for each of its units. All of it
 * runs on the device's own queue.
 *
 * The toolstack requests a change by writing a unit's state, and we answer there. Initialising
 * becomes Initialised when the guest may use the unit, and Connected when its frontend has seen
 * that. Closing becomes Closed when the guest cannot use the unit any more.
 */
#include "debugfs.h"
#include "host.h"
#include "lun.h"
#include "protocol.h"
#include "ring.h"
#include "xenbus.h"

#include <dom0/fault_point.h>
#include <dom0/xenbus.h>
#include <dom0/xs.h>
#include <linux/kernel.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <xen/xenbus.h>

enum {
	WATCH_FRONTEND,
};

#define UNITS		"vscsi-devs"

/* Fits "vscsi-devs/dev-4294967295/p-devname" and the like. */
#define KEY_SIZE	64

/* A guest may ask for MANAGEMENT_BURST aborts and resets in MANAGEMENT_INTERVAL. */
#define MANAGEMENT_INTERVAL	(10 * HZ)
#define MANAGEMENT_BURST	(2 * VSCSI_SLOTS)

/* Mistakes are counted for this time. How many are allowed depends on the number of units. */
#define MISTAKES_INTERVAL	(60 * HZ)

/* How often a unit's state is read again because the toolstack has changed it meanwhile. */
#define LOOKS_AT_UNIT		3

/* Fits a WWN or an alias, a colon, and the number of a unit. */
#define NAME_SIZE	64

/* Fits four numbers. */
#define ADDRESS_SIZE	48

/* ---- units ---- */

static void unit_key(char *key, const char *unit, const char *name)
{
	snprintf(key, KEY_SIZE, UNITS "/%s/%s", unit, name);
}

static int report_write(struct vscsi_host *host, const char *key, int err)
{
	if (err && err != -ESTALE && err != -ENOENT && err != -ENODEV)
		dom0_backend_error(host->be, err, "cannot write %s", key);
	return err;
}

/* Write a unit's state. Return -ESTALE if the toolstack has written another one meanwhile. */
static int write_state(struct vscsi_host *host, const char *unit, enum xenbus_state from,
		       enum xenbus_state to)
{
	char key[KEY_SIZE];

	unit_key(key, unit, "state");
	return report_write(host, key, dom0_xs_step(host->be, key, from, to));
}

/*
 * What a unit's folder says. The toolstack may put another unit into a folder at any time. An error
 * is that of the read: -ENOENT if there is no such node.
 */
struct unit_folder {
	char name[NAME_SIZE];		/* p-dev */
	char address[ADDRESS_SIZE];	/* v-dev */
	int name_err;
	int address_err;
};

static int parse_unit_address(const char *text, struct vscsi_address *address)
{
	unsigned int number, channel, target, lun;
	char rest;

	if (sscanf(text, "%u:%u:%u:%u%c", &number, &channel, &target, &lun, &rest) != 4 ||
	    max3(channel, target, lun) > U16_MAX)
		return -EINVAL;
	*address = (struct vscsi_address){ channel, target, lun };
	return 0;
}

static int read_unit_key(struct vscsi_host *host, const char *unit, const char *name, char *text,
			 size_t size)
{
	char key[KEY_SIZE];

	unit_key(key, unit, name);
	return dom0_xs_read_string(host->be, DOM0_SIDE_BACKEND, key, text, size);
}

/* Return an error only if xenstore has failed. */
static int read_folder(struct vscsi_host *host, const char *unit, struct unit_folder *folder)
{
	int err;

	folder->name_err = read_unit_key(host, unit, "p-dev", folder->name, sizeof(folder->name));
	/* The lab replaces the unit here. */
	err = dom0_fault_point("vscsi_unit_read");
	folder->address_err = err ?: read_unit_key(host, unit, "v-dev", folder->address,
						   sizeof(folder->address));
	err = dom0_xs_failed(folder->name_err) ? folder->name_err : folder->address_err;
	if (!dom0_xs_failed(err))
		return 0;
	dom0_backend_error(host->be, err, "cannot read " UNITS "/%s", unit);
	return err;
}

static int add_unit(struct vscsi_host *host, const char *unit, const struct unit_folder *folder)
{
	char key[KEY_SIZE], name[NAME_SIZE];
	struct vscsi_address address;
	int err = folder->name_err;

	if (err) {
		dom0_backend_error(host->be, err, "cannot use " UNITS "/%s/p-dev", unit);
		return err;
	}
	err = folder->address_err ?: parse_unit_address(folder->address, &address);
	if (err) {
		dom0_backend_error(host->be, err,
				   UNITS "/%s/v-dev is not host:channel:target:lun", unit);
		return err;
	}
	strscpy(name, folder->name, sizeof(name));
	err = vscsi_lun_add(host, unit, &address, name);
	unit_key(key, unit, "p-dev");
	if (err)
		dom0_backend_error(host->be, err,
				   "%s does not name a unit of a xen-pvscsi target with a nexus, or its v-dev is in use",
				   key);
	return err;
}

/* A text that cannot be a value of ours is not compared. */
static void expect_text(struct dom0_xs_batch *batch, const char *key, const char *text, int err)
{
	if (!err)
		dom0_xs_expect(batch, key, text);
	else if (err == -ENOENT)
		dom0_xs_expect(batch, key, NULL);
}

/*
 * Write a unit's state, if its folder still describes the unit that was read. If @to equals @from,
 * only compare. Return -ESTALE if the toolstack has replaced the unit meanwhile.
 */
static int declare_unit(struct vscsi_host *host, const char *unit, const struct unit_folder *folder,
			enum xenbus_state from, enum xenbus_state to)
{
	char state[KEY_SIZE], name[KEY_SIZE], address[KEY_SIZE];
	struct dom0_xs_batch batch;
	int err;

	unit_key(state, unit, "state");
	unit_key(name, unit, "p-dev");
	unit_key(address, unit, "v-dev");
	dom0_xs_begin(&batch, host->be);
	dom0_xs_expect_number(&batch, state, from);
	expect_text(&batch, name, folder->name, folder->name_err);
	expect_text(&batch, address, folder->address, folder->address_err);
	if (to != from)
		dom0_xs_add(&batch, state, "%u", to);
	err = dom0_xs_commit(&batch);
	return report_write(host, state, err);
}

/* Add a unit. Remove it again if it cannot be declared: the folder may describe another one. */
static int add_and_declare(struct vscsi_host *host, const char *unit,
			   const struct unit_folder *folder, enum xenbus_state from,
			   enum xenbus_state to)
{
	int err = add_unit(host, unit, folder);

	if (err == -ENOMEM)
		return err;
	if (err)
		return declare_unit(host, unit, folder, from, XenbusStateClosed);
	err = declare_unit(host, unit, folder, from, to);
	if (err)
		vscsi_lun_remove(host, unit);
	return err;
}

/* Remove a unit that was offered before: its folder may describe another unit now. */
static int offer_unit(struct vscsi_host *host, const char *unit, enum xenbus_state state)
{
	struct unit_folder folder;
	int err = read_folder(host, unit, &folder);

	if (err)
		return err;
	vscsi_lun_remove(host, unit);
	return add_and_declare(host, unit, &folder, state, XenbusStateInitialised);
}

/* Do what the toolstack requests by a unit's state. */
static int obey_unit(struct vscsi_host *host, const char *unit, enum xenbus_state state)
{
	switch (state) {
	case XenbusStateInitialising:
		return offer_unit(host, unit, state);
	case XenbusStateClosing:
		vscsi_lun_remove(host, unit);
		return write_state(host, unit, state, XenbusStateClosed);
	default:
		return 0;
	}
}

static bool was_in_use(enum xenbus_state state)
{
	return state == XenbusStateInitialised || state == XenbusStateConnected;
}

/*
 * Offer units of an earlier connection again: a frontend that starts anew looks for them once more.
 */
static int offer_again(struct vscsi_host *host, const char *unit, enum xenbus_state state)
{
	if (was_in_use(state))
		return offer_unit(host, unit, state);
	return obey_unit(host, unit, state);
}

/* Keep the states of units: a frontend that is Connected has never stopped using them. */
static int go_on_with(struct vscsi_host *host, const char *unit, enum xenbus_state state)
{
	struct unit_folder folder;
	int err;

	if (!was_in_use(state))
		return obey_unit(host, unit, state);
	err = read_folder(host, unit, &folder);
	return err ?: add_and_declare(host, unit, &folder, state, state);
}

/* The frontend has seen all units that are Initialised. */
static int confirm_unit(struct vscsi_host *host, const char *unit, enum xenbus_state state)
{
	if (state == XenbusStateInitialised)
		return write_state(host, unit, state, XenbusStateConnected);
	return 0;
}

typedef int (*unit_fn)(struct vscsi_host *host, const char *unit, enum xenbus_state state);

/* Return an error if the unit has to be visited again later. */
static int visit_unit(struct vscsi_host *host, const char *unit, unit_fn fn)
{
	int err, looks = LOOKS_AT_UNIT;
	char key[KEY_SIZE];
	u32 state;

	unit_key(key, unit, "state");
	do {
		err = dom0_xs_read_u32(host->be, DOM0_SIDE_BACKEND, key, 0, U32_MAX, &state);
		/* The toolstack has removed the folder since it was listed. */
		if (err == -ENOENT)
			vscsi_lun_remove(host, unit);
		err = err ?: fn(host, unit, state);
	} while (err == -ESTALE && --looks);
	return err == -ESTALE || dom0_xs_failed(err) ? err : 0;
}

/* Return the names of the units' folders, NULL if there are none. The caller frees them. */
static char **read_units(struct vscsi_host *host, unsigned int *nr)
{
	char **units = xenbus_directory(XBT_NIL, host->be->node, UNITS, nr);

	if (!IS_ERR(units))
		return units;
	*nr = 0;
	if (PTR_ERR(units) == -ENOENT)
		return NULL;
	dom0_backend_error(host->be, PTR_ERR(units), "cannot read " UNITS);
	return units;
}

static int visit_all(struct vscsi_host *host, unit_fn fn)
{
	unsigned int i, nr;
	char **units = read_units(host, &nr);
	int err = 0;

	if (IS_ERR(units))
		return PTR_ERR(units);
	/* The toolstack may have removed a folder without setting its state to Closing. */
	vscsi_luns_remove_others(host, units, nr);
	for (i = 0; i < nr; i++)
		err = visit_unit(host, units[i], fn) ?: err;
	kfree(units);
	return err;
}

/* After an error all units are visited again later: those without one as well. */
static int visit_units(struct vscsi_host *host, unit_fn fn)
{
	int err = visit_all(host, fn);

	if (err)
		dom0_backend_retry(host->be);
	return err;
}

static void vscsi_reconfigure(struct dom0_backend *be)
{
	visit_units(be->priv, obey_unit);
}

/* Return 1 or 0, or a negative errno if xenstore has failed. */
static int frontend_connected(struct dom0_backend *be)
{
	u32 state;
	int err = dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, "state", 0, U32_MAX, &state);

	return dom0_xs_failed(err) ? err : !err && state == XenbusStateConnected;
}

static void vscsi_changed(struct dom0_backend *be, unsigned long fired)
{
	struct vscsi_host *host = be->priv;

	if (host->ring && frontend_connected(be) > 0)
		visit_units(host, confirm_unit);
}

/* ---- the connection ---- */

static int need_number(struct dom0_backend *be, const char *key, u32 min, u32 *val)
{
	int err = dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, key, min, U32_MAX, val);

	if (err)
		dom0_backend_error(be, err, "frontend's %s is not a number of 32 bits", key);
	return err;
}

static void set_ring(struct vscsi_host *host, struct vscsi_ring *ring)
{
	mutex_lock(&host->ring_lock);
	host->ring = ring;
	mutex_unlock(&host->ring_lock);
}

static int vscsi_connect(struct dom0_backend *be)
{
	struct vscsi_host *host = be->priv;
	struct vscsi_ring *ring;
	u32 ref, port;
	int err, connected;

	err = need_number(be, "ring-ref", 0, &ref) ?: need_number(be, "event-channel", 1, &port);
	if (err)
		return err;
	connected = frontend_connected(be);
	if (connected < 0) {
		dom0_backend_error(be, connected, "cannot read frontend's state");
		return connected;
	}
	/* Add the units before the ring, which may hold requests for them. */
	err = visit_units(host, connected ? go_on_with : offer_again);
	if (err)
		goto remove_units;
	ring = vscsi_ring_create(host, ref, port);
	err = PTR_ERR_OR_ZERO(ring);
	if (err)
		goto remove_units;
	set_ring(host, ring);
	return 0;

remove_units:
	vscsi_luns_remove_all(host);
	return err;
}

static void vscsi_disconnect(struct dom0_backend *be)
{
	struct vscsi_host *host = be->priv;
	struct vscsi_ring *ring = host->ring;

	vscsi_ring_stop(ring);
	set_ring(host, NULL);
	vscsi_ring_destroy(ring);
	vscsi_luns_remove_all(host);
}

/* ---- the device ---- */

/* These belong to the host: a frontend that connects again gets no new allowance. */
static void init_allowances(struct vscsi_host *host)
{
	ratelimit_state_init(&host->management, MANAGEMENT_INTERVAL, MANAGEMENT_BURST);
	ratelimit_set_flags(&host->management, RATELIMIT_MSG_ON_RELEASE);
	ratelimit_state_init(&host->mistakes, MISTAKES_INTERVAL, VSCSI_MISTAKES);
	ratelimit_set_flags(&host->mistakes, RATELIMIT_MSG_ON_RELEASE);
}

static int vscsi_probe(struct dom0_backend *be)
{
	struct vscsi_host *host;
	int err;

	host = kzalloc(sizeof(*host), GFP_KERNEL);
	if (!host)
		return -ENOMEM;
	host->be = be;
	spin_lock_init(&host->luns_lock);
	INIT_LIST_HEAD(&host->luns);
	init_waitqueue_head(&host->lun_gone);
	mutex_init(&host->ring_lock);
	init_allowances(host);
	be->priv = host;

	err = dom0_xs_write(be, "feature-sg-grant", "%u", VSCSI_SEGMENTS_MAX) ?:
	      dom0_backend_watch(be, WATCH_FRONTEND, DOM0_SIDE_FRONTEND, "state");
	if (err) {
		dom0_backend_error(be, err, "cannot write to %s", be->node);
		goto free_host;
	}
	vscsi_debugfs_add(host);
	return 0;

free_host:
	be->priv = NULL;
	mutex_destroy(&host->ring_lock);
	kfree(host);
	return err;
}

static void vscsi_remove(struct dom0_backend *be)
{
	struct vscsi_host *host = be->priv;

	vscsi_debugfs_remove(host);
	dom0_backend_unwatch(be, WATCH_FRONTEND);
	be->priv = NULL;
	mutex_destroy(&host->ring_lock);
	kfree(host);
}

const struct dom0_backend_driver vscsi_driver = {
	.type = "vscsi",
	/* The name of the kernel's own driver, see main.c. */
	.name = "vscsi",
	.probe = vscsi_probe,
	.connect = vscsi_connect,
	.disconnect = vscsi_disconnect,
	.reconfigure = vscsi_reconfigure,
	.remove = vscsi_remove,
	.changed = vscsi_changed,
};
