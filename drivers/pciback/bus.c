// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual bus of a guest. By default it is one bus with a slot for each device; functions of
 * one device share a slot. With the parameter passthrough, devices have the addresses that they
 * have in the machine.
 */
#include "bus.h"
#include "device.h"
#include "guest.h"
#include "params.h"

#include <dom0/memory.h>
#include <linux/slab.h>

static struct pciback_place *place_at(struct pciback_guest *guest, u32 domain, u32 bus, u32 devfn)
{
	struct pciback_place *place;

	lockdep_assert_held(&guest->lock);
	list_for_each_entry(place, &guest->places, link)
		if (place->domain == domain && place->bus == bus && place->devfn == devfn)
			return place;
	return NULL;
}

struct pciback_device *pciback_bus_find(struct pciback_guest *guest, u32 domain, u32 bus,
					u32 devfn)
{
	struct pciback_place *place = place_at(guest, domain, bus, devfn);

	return place ? place->device : NULL;
}

/* ---- where a device goes ---- */

static bool is_slot_free(struct pciback_guest *guest, unsigned int slot)
{
	unsigned int func;

	for (func = 0; func < PCIBACK_FUNCTIONS; func++)
		if (place_at(guest, 0, 0, PCI_DEVFN(slot, func)))
			return false;
	return true;
}

/*
 * Return whether both are functions of one device. A virtual function with function number 0 gets a
 * slot of its own: a guest probes the other functions of a slot only if function 0 reads as
 * multi-function, and a virtual function does not.
 */
static bool is_neighbour(const struct pci_dev *a, const struct pci_dev *b)
{
	return a->bus == b->bus && PCI_SLOT(a->devfn) == PCI_SLOT(b->devfn) &&
	       !(a->is_virtfn && !PCI_FUNC(a->devfn)) && !(b->is_virtfn && !PCI_FUNC(b->devfn));
}

static int shared_slot(struct pciback_guest *guest, const struct pci_dev *pdev)
{
	struct pciback_place *place;

	list_for_each_entry(place, &guest->places, link)
		if (is_neighbour(place->device->pdev, pdev) &&
		    !place_at(guest, 0, 0, PCI_DEVFN(PCI_SLOT(place->devfn),
						     PCI_FUNC(pdev->devfn))))
			return PCI_SLOT(place->devfn);
	return -ENOENT;
}

static int choose_slot(struct pciback_guest *guest, const struct pci_dev *pdev)
{
	int slot = shared_slot(guest, pdev);

	if (slot >= 0)
		return slot;
	for (slot = 0; slot < PCIBACK_SLOTS; slot++)
		if (is_slot_free(guest, slot))
			return slot;
	return -ENOSPC;
}

/*
 * Use the address that xenstore has from an earlier driver: a running guest knows the device by it.
 */
static bool take_hint(struct pciback_guest *guest, struct pciback_place *place,
		      const struct pciback_address *hint)
{
	if (!hint || hint->domain || hint->bus ||
	    place_at(guest, 0, 0, PCI_DEVFN(hint->slot, hint->func)))
		return false;
	place->devfn = PCI_DEVFN(hint->slot, hint->func);
	return true;
}

static int choose_place(struct pciback_guest *guest, struct pciback_place *place,
			const struct pciback_address *hint)
{
	const struct pci_dev *pdev = place->device->pdev;
	int slot;

	lockdep_assert_held(&guest->lock);
	if (pciback_passthrough) {
		place->domain = pci_domain_nr(pdev->bus);
		place->bus = pdev->bus->number;
		place->devfn = pdev->devfn;
		return 0;
	}
	if (take_hint(guest, place, hint))
		return 0;
	slot = choose_slot(guest, pdev);
	if (slot < 0)
		return slot;
	place->devfn = PCI_DEVFN(slot, PCI_FUNC(pdev->devfn));
	return 0;
}

/* Once on the bus, a place may be dropped by an unbind at any time: @where is a copy. */
int pciback_bus_add(struct pciback_guest *guest, struct pciback_device *device,
		    const struct pciback_address *hint, struct pciback_place *where)
{
	struct pciback_place *place = kzalloc(sizeof(*place), DOM0_GUEST_GFP);
	int err;

	if (!place)
		return -ENOMEM;
	place->device = device;
	place->wanted = true;
	mutex_lock(&guest->lock);
	err = choose_place(guest, place, hint);
	if (!err)
		list_add_tail(&place->link, &guest->places);
	*where = *place;
	mutex_unlock(&guest->lock);
	if (err)
		kfree(place);
	return err;
}

/*
 * Take a device off the bus. Return whether it was there: only that caller takes it from the guest.
 */
bool pciback_bus_drop(struct pciback_guest *guest, struct pciback_device *device)
{
	struct pciback_place *place;
	bool found = false;

	mutex_lock(&guest->lock);
	list_for_each_entry(place, &guest->places, link) {
		if (place->device != device)
			continue;
		list_del(&place->link);
		kfree(place);
		found = true;
		break;
	}
	mutex_unlock(&guest->lock);
	return found;
}

static void mark_noisy(struct pciback_guest *guest)
{
	struct pciback_place *place;

	mutex_lock(&guest->lock);
	list_for_each_entry(place, &guest->places, link)
		place->quieted = false;
	mutex_unlock(&guest->lock);
}

static struct pciback_device *next_noisy(struct pciback_guest *guest)
{
	struct pciback_device *device = NULL;
	struct pciback_place *place;

	mutex_lock(&guest->lock);
	list_for_each_entry(place, &guest->places, link) {
		if (place->quieted)
			continue;
		place->quieted = true;
		device = place->device;
		kref_get(&device->ref);
		break;
	}
	mutex_unlock(&guest->lock);
	return device;
}

/*
 * Stop DMA and interrupts of all devices, since the frontend has gone. device_lock() waits for a
 * reset in progress, so guest->lock is not held over it. A device that is unbound meanwhile is
 * quieted by the unbind.
 */
void pciback_bus_quiet(struct pciback_guest *guest)
{
	struct pciback_device *device;

	mark_noisy(guest);
	while ((device = next_noisy(guest))) {
		device_lock(&device->pdev->dev);
		if (!device->gone)
			pciback_device_quiet(device);
		device_unlock(&device->pdev->dev);
		pciback_device_put(device);
	}
}
