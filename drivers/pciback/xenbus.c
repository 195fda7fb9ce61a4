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
#include "list.h"
#include "params.h"
#include "xenbus.h"

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

/* How often the list is read again because the toolstack has changed it meanwhile. */
#define LOOKS_AT_LIST	3

/* ---- what is published for the guest ---- */

/* Frontends expect two digits for the function. */
static void print_place(char *text, const struct pciback_place *place)
{
	snprintf(text, PCIBACK_ADDRESS_SIZE, "%04x:%02x:%02x.%02x", place->domain, place->bus,
		 PCI_SLOT(place->devfn), PCI_FUNC(place->devfn));
}

/* Whether the place is published already, in an entry that the toolstack has moved here. */
static bool is_published(const struct pciback_entry *entry, const struct pciback_place *place)
{
	char text[PCIBACK_ADDRESS_SIZE];

	print_place(text, place);
	return entry->state != XenbusStateUnknown && entry->state != XenbusStateInitialising &&
	       !strcmp(text, entry->vdev);
}

/* Return -ESTALE if the toolstack has moved or changed the entry since it was read. */
static int publish_place(struct pciback_guest *guest, const struct pciback_place *place,
			 unsigned int nr)
{
	const struct pciback_entry *entry = &guest->list->entries[nr];
	char dev[KEY_SIZE], vdev[KEY_SIZE], state[KEY_SIZE], text[PCIBACK_ADDRESS_SIZE];
	struct dom0_xs_batch batch;

	snprintf(dev, sizeof(dev), "dev-%u", nr);
	snprintf(vdev, sizeof(vdev), "vdev-%u", nr);
	snprintf(state, sizeof(state), "state-%u", nr);
	print_place(text, place);
	dom0_xs_begin(&batch, guest->be);
	dom0_xs_expect(&batch, dev, entry->dev);
	if (entry->has_state)
		dom0_xs_expect_number(&batch, state, entry->state);
	else
		dom0_xs_expect(&batch, state, NULL);
	dom0_xs_add(&batch, vdev, "%s", text);
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
		return -E2BIG;
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

/* Whether a later try may succeed: xenstore has failed, or the list has changed meanwhile. */
static bool may_pass(int err)
{
	return err == -ESTALE || dom0_xs_failed(err);
}

/* A guest is not refused for an error that may pass: the list is read again. */
static void note_error(struct pciback_guest *guest, int err)
{
	if (may_pass(err))
		dom0_backend_retry(guest->be);
	else
		guest->failed = true;
}

/* Set @wanted for the place of a device, and copy it to @where. Return whether there is one. */
static bool set_wanted(struct pciback_guest *guest, const struct pciback_address *at, bool wanted,
		       struct pciback_place *where)
{
	struct pciback_place *place;
	bool found = false;

	mutex_lock(&guest->lock);
	list_for_each_entry(place, &guest->places, link) {
		if (!pciback_device_is_at(place->device, at))
			continue;
		place->wanted = wanted;
		*where = *place;
		found = true;
	}
	mutex_unlock(&guest->lock);
	return found;
}

/* After an error that may pass, a place stays until the list has been read again. */
static int add_place(struct pciback_guest *guest, unsigned int nr)
{
	const struct pciback_entry *entry = &guest->list->entries[nr];
	bool hinted;
	struct pciback_address hint;
	struct pciback_place where;
	int err;

	hinted = !pciback_entry_parse(entry->vdev, &hint);
	err = pciback_device_give(guest, &entry->at, hinted ? &hint : NULL, &where);
	if (err)
		return err;
	err = publish_root(guest, &where) ?: publish_place(guest, &where, nr);
	/* drop_unwanted() takes it away, like a device that xenstore does not name. */
	if (may_pass(err))
		return -ESTALE;
	if (err)
		set_wanted(guest, &entry->at, false, &where);
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

/* Return -ESTALE if the list has to be read again. */
static int add_named(struct pciback_guest *guest, unsigned int nr)
{
	const struct pciback_address *at = &guest->list->entries[nr].at;
	int err = add_place(guest, nr);

	if (!err || err == -ESTALE)
		return err;
	if ((err == -EBUSY || err == -ENXIO) && may_wait(guest)) {
		guest->waiting = true;
		return 0;
	}
	guest->failed = true;
	dom0_backend_error(guest->be, err, "dev-%u %04x:%02x:%02x.%d %s", nr, at->domain, at->bus,
			   at->slot, at->func, why_not(err));
	return 0;
}

static int entry_failed(struct pciback_guest *guest, unsigned int nr, int err)
{
	note_error(guest, err);
	dom0_backend_error(guest->be, err, err == -EINVAL || err == -E2BIG ?
			   "dev-%u is not DDDD:BB:SS.F in hex" :
			   "cannot read dev-%u or its state", nr);
	return err;
}

/*
 * The toolstack has moved the entry of a device that the guest has, before its address was written
 * there, or xenstore has failed: write what is missing.
 */
static int publish_again(struct pciback_guest *guest, unsigned int nr,
			 const struct pciback_place *where)
{
	int err = publish_root(guest, where);

	if (!may_pass(err))
		err = 0;
	if (!err && !is_published(&guest->list->entries[nr], where))
		err = publish_place(guest, where, nr);
	if (err && err != -ESTALE)
		return entry_failed(guest, nr, err);
	return err;
}

/* Return an error if the entry cannot be read: it is not known then what the toolstack wants. */
static int sync_entry(struct pciback_guest *guest, unsigned int nr)
{
	const struct pciback_entry *entry = &guest->list->entries[nr];
	struct pciback_place where;

	if (entry->has_state && entry->state == XenbusStateClosing)
		return 0;
	if (entry->err)
		return entry_failed(guest, nr, entry->err);
	if (set_wanted(guest, &entry->at, true, &where))
		return publish_again(guest, nr, &where);
	return add_named(guest, nr);
}

static void clear_wanted(struct pciback_guest *guest)
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

static int list_failed(struct pciback_guest *guest, int err)
{
	note_error(guest, err);
	if (pciback_entry_is_wrong(err))
		dom0_backend_error(guest->be, err, "num_devs is not a number of 0 to %u",
				   PCIBACK_DEVICES_MAX);
	else
		dom0_backend_error(guest->be, err, "cannot read the list of devices");
	return err;
}

/*
 * Make the bus match the toolstack's list, as it is at one moment. If an entry cannot be read, no
 * device is dropped: the guest may be using it. Return -ENOENT if there is no list yet, -ESTALE if
 * it has changed meanwhile.
 */
static int sync_once(struct pciback_guest *guest)
{
	int err = pciback_list_read(guest->be, guest->list), failed = 0;
	unsigned int i;

	if (err == -ENOENT || err == -ENODEV)
		return -ENOENT;
	if (err)
		return list_failed(guest, err);
	guest->failed = false;
	guest->waiting = false;
	clear_wanted(guest);
	for (i = 0; i < guest->list->nr && failed != -ESTALE; i++) {
		err = sync_entry(guest, i);
		failed = err == -ESTALE ? err : failed ?: err;
	}
	if (!failed)
		drop_unwanted(guest);
	guest->synced = !may_pass(failed);
	guest->waiting |= !guest->synced;
	return failed;
}

static void sync_bus(struct pciback_guest *guest)
{
	int err, looks = LOOKS_AT_LIST;

	do {
		err = sync_once(guest);
	} while (err == -ESTALE && --looks);
	if (err == -ESTALE)
		list_failed(guest, err);
	if (!guest->synced)
		return;
	if (guest->waiting)
		queue_delayed_work(pciback_queue, &guest->again, WAIT_INTERVAL);
	else
		guest->waiting_since = 0;
}

static void sync_again(struct work_struct *work)
{
	struct pciback_guest *guest = container_of(to_delayed_work(work), struct pciback_guest,
						   again);

	dom0_backend_fire(guest->be, FIRE_AGAIN);
}

static void drop_all(struct pciback_guest *guest)
{
	clear_wanted(guest);
	drop_unwanted(guest);
	guest->synced = false;
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
	guest->synced = false;
	guest->failed = false;
}

static void pciback_reconfigure(struct dom0_backend *be)
{
	sync_bus(be->priv);
}

static void pciback_changed(struct dom0_backend *be, unsigned long fired)
{
	struct pciback_guest *guest = be->priv;
	bool asked = (fired & BIT(WATCH_NUM_DEVS)) || guest->waiting;

	if (!guest->connected && asked)
		sync_bus(guest);
}

/*
 * A guest that connects again may find a device gone. pciback_usable() has been called before this.
 * Fire an event to have it called again, or the guest would be neither served nor refused.
 */
static bool pciback_ready(struct dom0_backend *be)
{
	struct pciback_guest *guest = be->priv;

	if (!guest->synced) {
		sync_bus(guest);
		if (guest->failed)
			dom0_backend_fire(be, FIRE_AGAIN);
	}
	return guest->synced && !guest->failed && !guest->waiting;
}

/* A guest must not start without a device that xenstore names for it. */
static bool pciback_usable(struct dom0_backend *be)
{
	struct pciback_guest *guest = be->priv;

	return guest->connected || !guest->failed;
}

/* ---- the device ---- */

static struct pciback_guest *alloc_guest(void)
{
	struct pciback_guest *guest = kzalloc(sizeof(*guest), GFP_KERNEL);

	if (!guest)
		return NULL;
	guest->list = kzalloc(sizeof(*guest->list), GFP_KERNEL);
	if (guest->list)
		return guest;
	kfree(guest);
	return NULL;
}

static void free_guest(struct kref *ref)
{
	struct pciback_guest *guest = container_of(ref, struct pciback_guest, ref);

	mutex_destroy(&guest->lock);
	kfree(guest->list);
	kfree(guest);
}

void pciback_guest_put(struct pciback_guest *guest)
{
	kref_put(&guest->ref, free_guest);
}

static int pciback_probe(struct dom0_backend *be)
{
	struct pciback_guest *guest = alloc_guest();
	int err;

	if (!guest)
		return -ENOMEM;
	guest->be = be;
	kref_init(&guest->ref);
	mutex_init(&guest->lock);
	INIT_LIST_HEAD(&guest->places);
	INIT_DELAYED_WORK(&guest->work, pciback_channel_work);
	INIT_DELAYED_WORK(&guest->again, sync_again);
	be->priv = guest;
	err = dom0_backend_watch(be, WATCH_NUM_DEVS, DOM0_SIDE_BACKEND, "num_devs");
	if (err) {
		be->priv = NULL;
		pciback_guest_put(guest);
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
	be->priv = NULL;
	/* An unbind that takes a device away may still hold guest->lock, and has a reference. */
	pciback_guest_put(guest);
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
