// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's bus in xenstore. The toolstack names devices there, the first ones before the guest
 * starts and others while it runs. We write where the guest finds each. All of it runs on the
 * device's own queue.
 *
 * While a frontend is connected, the bus changes only when the frontend says that it is ready
 * (Reconfiguring). At other times it may be using a device that is to be taken away.
 */
#include "bus.h"
#include "channel.h"
#include "device.h"
#include "guest.h"
#include "params.h"

#include <dom0/xs.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/slab.h>

enum {
	WATCH_NUM_DEVS,
	FIRE_AGAIN,
};

/*
 * How long a starting guest waits for a device. A device whose last guest has just ended is still
 * being reset, and one that does not answer may do so soon. The wait has an end: the other guest
 * may still run, and the device may be gone.
 */
#define WAIT_MAX	(15 * HZ)
#define WAIT_INTERVAL	(HZ / 4)

/* Fits "state-4294967295" and the like. */
#define KEY_SIZE	24

/* ---- what the toolstack has written ---- */

static int read_address(struct dom0_backend *be, const char *key, struct pciback_address *at)
{
	const char *rest;
	char text[32];
	int err = dom0_xs_read_string(be, DOM0_SIDE_BACKEND, key, text, sizeof(text));

	if (err)
		return err;
	rest = pciback_address_parse(text, at);
	if (!rest || *rest || at->slot == PCIBACK_ANY || at->func == PCIBACK_ANY)
		return -EINVAL;
	return 0;
}

/* A missing state is XenbusStateUnknown: the device is to be added. */
static int read_state(struct dom0_backend *be, unsigned int nr, u32 *state)
{
	char key[KEY_SIZE];
	int err;

	*state = XenbusStateUnknown;
	snprintf(key, sizeof(key), "state-%u", nr);
	err = dom0_xs_read_u32(be, DOM0_SIDE_BACKEND, key, 0, U32_MAX, state);
	return err == -ENOENT ? 0 : err;
}

/* ---- what the guest is told ---- */

static int publish_place(struct pciback_guest *guest, const struct pciback_place *place,
			 unsigned int nr)
{
	char vdev[KEY_SIZE], state[KEY_SIZE];
	struct dom0_xs_batch batch;

	snprintf(vdev, sizeof(vdev), "vdev-%u", nr);
	snprintf(state, sizeof(state), "state-%u", nr);
	dom0_xs_begin(&batch, guest->be);
	/* Frontends expect two digits for the function. */
	dom0_xs_add(&batch, vdev, "%04x:%02x:%02x.%02x", place->domain, place->bus,
		    PCI_SLOT(place->devfn), PCI_FUNC(place->devfn));
	dom0_xs_add(&batch, state, "%d", XenbusStateInitialised);
	return dom0_xs_commit(&batch);
}

static bool has_root(const struct pciback_guest *guest, const struct pciback_place *place)
{
	unsigned int i;

	for (i = 0; i < guest->nr_roots; i++)
		if (guest->roots[i].domain == place->domain && guest->roots[i].bus == place->bus)
			return true;
	return false;
}

/*
 * Publish a place's bus once. It stays published without devices, since a frontend keeps the buses
 * that it has scanned.
 */
static int publish_root(struct pciback_guest *guest, const struct pciback_place *place)
{
	struct dom0_xs_batch batch;
	char key[KEY_SIZE];
	int err;

	if (has_root(guest, place))
		return 0;
	if (guest->nr_roots == ARRAY_SIZE(guest->roots))
		return -ENOSPC;
	snprintf(key, sizeof(key), "root-%u", guest->nr_roots);
	dom0_xs_begin(&batch, guest->be);
	dom0_xs_add(&batch, key, "%04x:%02x", place->domain, place->bus);
	dom0_xs_add(&batch, "root_num", "%u", guest->nr_roots + 1);
	err = dom0_xs_commit(&batch);
	if (!err)
		guest->roots[guest->nr_roots++] = (struct pciback_root){
			.domain = place->domain,
			.bus = place->bus,
		};
	return err;
}

/* ---- devices come and go ---- */

/* Set @wanted for the place of a device. Return whether there is one. */
static bool set_wanted(struct pciback_guest *guest, const struct pciback_address *at, bool wanted)
{
	struct pciback_place *place;
	bool found = false;

	mutex_lock(&guest->lock);
	list_for_each_entry(place, &guest->places, link) {
		if (!pciback_device_is_at(place->device, at))
			continue;
		place->wanted = wanted;
		found = true;
	}
	mutex_unlock(&guest->lock);
	return found;
}

static int add_place(struct pciback_guest *guest, unsigned int nr, const struct pciback_address *at)
{
	struct pciback_address hint;
	struct pciback_place where;
	char key[KEY_SIZE];
	bool hinted;
	int err;

	snprintf(key, sizeof(key), "vdev-%u", nr);
	hinted = !read_address(guest->be, key, &hint);
	err = pciback_device_give(guest, at, hinted ? &hint : NULL, &where);
	if (err)
		return err;
	err = publish_root(guest, &where) ?: publish_place(guest, &where, nr);
	/* drop_unwanted() takes it away, like a device that xenstore does not name. */
	if (err)
		set_wanted(guest, at, false);
	return err;
}

/* A running guest does not wait: the error is reported at once. */
static bool may_wait(struct pciback_guest *guest)
{
	if (guest->connected)
		return false;
	if (!guest->waiting_since)
		guest->waiting_since = jiffies ?: 1;
	return time_before(jiffies, guest->waiting_since + WAIT_MAX);
}

static const char *why_not(int err)
{
	switch (err) {
	case -ENODEV:
		return "is not seized by pciback";
	case -EBUSY:
		return "belongs to another guest";
	case -ENXIO:
		return "does not answer, and has not been reset yet";
	default:
		return "cannot be added";
	}
}

static void add_named(struct pciback_guest *guest, unsigned int nr,
		      const struct pciback_address *at)
{
	int err = add_place(guest, nr, at);

	if (!err)
		return;
	if ((err == -EBUSY || err == -ENXIO) && may_wait(guest)) {
		guest->waiting = true;
		return;
	}
	guest->failed = true;
	dom0_backend_error(guest->be, err, "dev-%u %04x:%02x:%02x.%d %s", nr, at->domain, at->bus,
			   at->slot, at->func, why_not(err));
}

static int read_failed(struct pciback_guest *guest, int err, const char *key)
{
	guest->failed = true;
	dom0_backend_error(guest->be, err, err == -EINVAL || err == -E2BIG ?
			   "%s is not DDDD:BB:SS.F in hex" : "%s cannot be read", key);
	return err;
}

/* Return an error if the entry cannot be read: it is not known then what the toolstack wants. */
static int look_at_named(struct pciback_guest *guest, unsigned int nr)
{
	struct pciback_address at;
	char key[KEY_SIZE];
	u32 state;
	int err;

	snprintf(key, sizeof(key), "dev-%u", nr);
	err = read_state(guest->be, nr, &state);
	if (!err && state == XenbusStateClosing)
		return 0;
	err = err ?: read_address(guest->be, key, &at);
	if (err)
		return read_failed(guest, err, key);
	if (!set_wanted(guest, &at, true))
		add_named(guest, nr, &at);
	return 0;
}

static void forget_wishes(struct pciback_guest *guest)
{
	struct pciback_place *place;

	mutex_lock(&guest->lock);
	list_for_each_entry(place, &guest->places, link)
		place->wanted = false;
	mutex_unlock(&guest->lock);
}

/* Return a device with a reference of its own: an unbind may drop the one of the place. */
static struct pciback_device *next_unwanted(struct pciback_guest *guest)
{
	struct pciback_device *device = NULL;
	struct pciback_place *place;

	mutex_lock(&guest->lock);
	list_for_each_entry(place, &guest->places, link) {
		if (place->wanted)
			continue;
		device = place->device;
		kref_get(&device->ref);
		break;
	}
	mutex_unlock(&guest->lock);
	return device;
}

static void drop_unwanted(struct pciback_guest *guest)
{
	struct pciback_device *device;

	while ((device = next_unwanted(guest))) {
		if (pciback_bus_drop(guest, device))
			pciback_device_return(device);
		pciback_device_put(device);
	}
}

/*
 * Make the bus match what the toolstack has written. Without num_devs it has not written anything
 * yet. If an entry cannot be read, no device is dropped: the guest may be using it.
 */
static void settle_bus(struct pciback_guest *guest)
{
	u32 i, nr;
	int err = dom0_xs_read_u32(guest->be, DOM0_SIDE_BACKEND, "num_devs", 0,
				   PCIBACK_DEVICES_MAX, &nr);

	if (err == -ENOENT)
		return;
	guest->failed = err;
	if (err) {
		dom0_backend_error(guest->be, err, "num_devs is not a number of 0 to %u",
				   PCIBACK_DEVICES_MAX);
		return;
	}
	forget_wishes(guest);
	guest->waiting = false;
	for (i = 0; i < nr; i++)
		err = look_at_named(guest, i) ?: err;
	if (!err)
		drop_unwanted(guest);
	guest->settled = true;
	if (guest->waiting)
		queue_delayed_work(pciback_queue, &guest->again, WAIT_INTERVAL);
	else
		guest->waiting_since = 0;
}

static void look_again(struct work_struct *work)
{
	struct pciback_guest *guest = container_of(to_delayed_work(work), struct pciback_guest,
						   again);

	dom0_backend_fire(guest->be, FIRE_AGAIN);
}

static void drop_all(struct pciback_guest *guest)
{
	forget_wishes(guest);
	drop_unwanted(guest);
	guest->settled = false;
	guest->waiting = false;
	guest->waiting_since = 0;
}

/* ---- the connection ---- */

static int check_magic(struct dom0_backend *be)
{
	char magic[8];
	int err = dom0_xs_read_string(be, DOM0_SIDE_FRONTEND, "magic", magic, sizeof(magic));

	if (!err && strcmp(magic, XEN_PCI_MAGIC))
		err = -EPROTO;
	if (err)
		dom0_backend_error(be, err, "frontend's magic is not " XEN_PCI_MAGIC);
	return err;
}

static int pciback_connect(struct dom0_backend *be)
{
	struct pciback_guest *guest = be->priv;
	u32 ref, port;
	int err = check_magic(be);

	if (err)
		return err;
	err = dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, "pci-op-ref", 0, U32_MAX, &ref) ?:
	      dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, "event-channel", 0, U32_MAX, &port) ?:
	      pciback_channel_open(guest, ref, port);
	if (err) {
		dom0_backend_error(be, err, "cannot use frontend's pci-op-ref or event-channel");
		return err;
	}
	guest->connected = true;
	return 0;
}

static void pciback_disconnect(struct dom0_backend *be)
{
	struct pciback_guest *guest = be->priv;

	guest->connected = false;
	pciback_channel_close(guest);
	pciback_bus_quiet(guest);
	/*
	 * A device that could not be added while the guest ran is tried again for its next start.
	 */
	guest->settled = false;
	guest->failed = false;
}

static void pciback_reconfigure(struct dom0_backend *be)
{
	settle_bus(be->priv);
}

static void pciback_changed(struct dom0_backend *be, unsigned long fired)
{
	struct pciback_guest *guest = be->priv;
	bool asked = (fired & BIT(WATCH_NUM_DEVS)) || guest->waiting;

	if (!guest->connected && asked)
		settle_bus(guest);
}

/*
 * A guest that connects again may find a device gone. pciback_usable() has been called before this.
 * Fire an event to have it called again, or the guest would be neither served nor refused.
 */
static bool pciback_ready(struct dom0_backend *be)
{
	struct pciback_guest *guest = be->priv;

	if (!guest->settled) {
		settle_bus(guest);
		if (guest->failed)
			dom0_backend_fire(be, FIRE_AGAIN);
	}
	return guest->settled && !guest->failed && !guest->waiting;
}

/* A guest must not start without a device that xenstore names for it. */
static bool pciback_usable(struct dom0_backend *be)
{
	struct pciback_guest *guest = be->priv;

	return guest->connected || !guest->failed;
}

/* ---- the device ---- */

static int pciback_probe(struct dom0_backend *be)
{
	struct pciback_guest *guest = kzalloc(sizeof(*guest), GFP_KERNEL);
	int err;

	if (!guest)
		return -ENOMEM;
	guest->be = be;
	mutex_init(&guest->lock);
	INIT_LIST_HEAD(&guest->places);
	INIT_DELAYED_WORK(&guest->work, pciback_channel_work);
	INIT_DELAYED_WORK(&guest->again, look_again);
	be->priv = guest;
	err = dom0_backend_watch(be, WATCH_NUM_DEVS, DOM0_SIDE_BACKEND, "num_devs");
	if (err) {
		be->priv = NULL;
		kfree(guest);
	}
	return err;
}

static void pciback_release(struct dom0_backend *be)
{
	drop_all(be->priv);
}

/* When xl destroys a guest that still has devices, it leaves the backend's directory behind. */
static int pciback_abandoned(struct dom0_backend *be)
{
	drop_all(be->priv);
	return dom0_xs_remove_orphan(be);
}

static void pciback_remove(struct dom0_backend *be)
{
	struct pciback_guest *guest = be->priv;

	cancel_delayed_work_sync(&guest->again);
	drop_all(guest);
	/*
	 * An unbind drops a device under pciback_lock, and may still hold guest->lock: wait for it.
	 */
	mutex_lock(&pciback_lock);
	mutex_unlock(&pciback_lock);
	be->priv = NULL;
	mutex_destroy(&guest->lock);
	kfree(guest);
}

const struct dom0_backend_driver pciback_backend_driver = {
	.type = "pci",
	.name = "dom0-pci",
	.probe = pciback_probe,
	.ready = pciback_ready,
	.connect = pciback_connect,
	.disconnect = pciback_disconnect,
	.reconfigure = pciback_reconfigure,
	.changed = pciback_changed,
	.release = pciback_release,
	.abandoned = pciback_abandoned,
	.usable = pciback_usable,
	.remove = pciback_remove,
};
