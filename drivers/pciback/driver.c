// SPDX-License-Identifier: GPL-2.0
/*
 * The driver on Dom0's PCI bus, under the name that toolstacks know. It takes only devices that an
 * administrator has named: by the list of slots (new_slot, the parameter hide) or by
 * driver_override.
 */
#include "device.h"
#include "driver.h"
#include "sysfs.h"

#include <linux/slab.h>

struct slot {
	struct list_head link;
	struct pciback_address at;	/* of a single device */
};

static LIST_HEAD(slots);
static DEFINE_MUTEX(slots_lock);

static bool is_same(const struct pciback_address *a, const struct pciback_address *b)
{
	return a->domain == b->domain && a->bus == b->bus && a->slot == b->slot &&
	       a->func == b->func;
}

static bool is_matched(const struct pciback_address *pattern, const struct pciback_address *at)
{
	return pattern->domain == at->domain && pattern->bus == at->bus &&
	       (pattern->slot == PCIBACK_ANY || pattern->slot == at->slot) &&
	       (pattern->func == PCIBACK_ANY || pattern->func == at->func);
}

static bool is_listed(const struct pciback_address *at)
{
	struct slot *slot;

	lockdep_assert_held(&slots_lock);
	list_for_each_entry(slot, &slots, link)
		if (is_same(&slot->at, at))
			return true;
	return false;
}

static int add_wanted_slot(const struct pciback_address *at)
{
	struct slot *slot;

	if (is_listed(at))
		return 0;
	slot = kzalloc(sizeof(*slot), GFP_KERNEL);
	if (!slot)
		return -ENOMEM;
	slot->at = *at;
	list_add_tail(&slot->link, &slots);
	return 0;
}

/*
 * Add each device that @at matches by itself: toolstacks read the list and expect single devices.
 */
int pciback_slot_add(const struct pciback_address *at)
{
	struct pciback_address one = *at;
	unsigned int devfn;
	int err = 0;

	mutex_lock(&slots_lock);
	for (devfn = 0; devfn < PCIBACK_SLOTS * PCIBACK_FUNCTIONS && !err; devfn++) {
		one.slot = PCI_SLOT(devfn);
		one.func = PCI_FUNC(devfn);
		if (is_matched(at, &one))
			err = add_wanted_slot(&one);
	}
	mutex_unlock(&slots_lock);
	return err;
}

int pciback_slot_remove(const struct pciback_address *at)
{
	struct slot *slot, *next;
	int err = -ENOENT;

	mutex_lock(&slots_lock);
	list_for_each_entry_safe(slot, next, &slots, link) {
		if (!is_matched(at, &slot->at))
			continue;
		list_del(&slot->link);
		kfree(slot);
		err = 0;
	}
	mutex_unlock(&slots_lock);
	return err;
}

ssize_t pciback_slots_print(char *buf)
{
	struct slot *slot;
	ssize_t len = 0;

	mutex_lock(&slots_lock);
	list_for_each_entry(slot, &slots, link)
		len += sysfs_emit_at(buf, len, "%04x:%02x:%02x.%d\n", slot->at.domain,
				     slot->at.bus, slot->at.slot, slot->at.func);
	mutex_unlock(&slots_lock);
	return len;
}

static void free_slots(void)
{
	struct slot *slot, *next;

	list_for_each_entry_safe(slot, next, &slots, link)
		kfree(slot);
	INIT_LIST_HEAD(&slots);
}

static int hide_slots(const char *hide)
{
	struct pciback_address at;
	const char *rest = hide;
	int err;

	while (rest && *rest) {
		hide = rest;
		rest = pciback_hide_parse(hide, &at);
		err = rest ? pciback_slot_add(&at) : -EINVAL;
		if (err) {
			pr_err("parameter hide: \"%s\" is not a list of (DDDD:BB:SS.F)\n", hide);
			free_slots();
			return err;
		}
	}
	return 0;
}

/* ---- the driver ---- */

static bool is_in_list(const struct pciback_address *at)
{
	bool listed;

	mutex_lock(&slots_lock);
	listed = is_listed(at);
	mutex_unlock(&slots_lock);
	return listed;
}

/*
 * The PCI bus matches ID_OVERRIDE only with a device whose driver_override names this driver.
 */
enum {
	ID_ANY,
	ID_OVERRIDE,
};

static const struct pci_device_id all_ids[] = {
	{ PCI_DEVICE(PCI_ANY_ID, PCI_ANY_ID), .override_only = 1, .driver_data = ID_OVERRIDE },
	{ PCI_DEVICE(PCI_ANY_ID, PCI_ANY_ID), .driver_data = ID_ANY },
	{ }
};

/* Add a device with a driver_override to the list, as toolstacks expect. */
static int probe_device(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct pciback_address at = {
		.domain = pci_domain_nr(pdev->bus),
		.bus = pdev->bus->number,
		.slot = PCI_SLOT(pdev->devfn),
		.func = PCI_FUNC(pdev->devfn),
	};

	if (id->driver_data != ID_OVERRIDE && !is_in_list(&at))
		return -ENODEV;
	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL) {
		pci_err(pdev, "is a bridge: only devices can be given to guests\n");
		return -ENODEV;
	}
	return pciback_slot_add(&at) ?: pciback_device_seize(pdev);
}

static struct pci_driver stub_driver = {
	.name = PCIBACK_DRIVER_NAME,
	.id_table = all_ids,
	.probe = probe_device,
	.remove = pciback_device_unseize,
	.groups = pciback_driver_groups,
};

int pciback_driver_register(const char *hide)
{
	int err = hide_slots(hide);

	if (err)
		return err;
	err = pci_register_driver(&stub_driver);
	if (err)
		free_slots();
	return err;
}

void pciback_driver_unregister(void)
{
	pci_unregister_driver(&stub_driver);
	free_slots();
}
