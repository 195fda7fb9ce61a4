// SPDX-License-Identifier: GPL-2.0
/*
 * The seized devices: their list, their owners, and their reset between two guests.
 *
 * A device is reset when it is seized, when a guest gives it back, and when it is unbound. Its
 * configuration space is then restored to what it was when it was seized.
 */
#include "bus.h"
#include "device.h"
#include "fields.h"
#include "guest.h"
#include "intx.h"
#include "xenbus.h"

#include <dom0/hypercall.h>
#include <linux/slab.h>
#include <xen/interface/physdev.h>
#include <xen/pci.h>

LIST_HEAD(pciback_devices);
DEFINE_MUTEX(pciback_lock);	/* the list, and owners */

/* Tell Xen to protect the MSI-X table from guests, or to release it. */
static void tell_xen_msix(struct pci_dev *pdev, unsigned int cmd)
{
	struct physdev_pci_device where = {
		.seg = pci_domain_nr(pdev->bus),
		.bus = pdev->bus->number,
		.devfn = pdev->devfn,
	};
	int err;

	if (!pdev->msix_cap)
		return;
	err = dom0_hypercall(__HYPERVISOR_physdev_op, cmd, (unsigned long)&where, 0, 0, 0);
	if (err && err != -ENOSYS)
		pci_warn(pdev, "Xen cannot %s MSI-X: error %d\n",
			 cmd == PHYSDEVOP_prepare_msix ? "prepare" : "release", err);
}

/* ---- making a device harmless ---- */

/*
 * Stop DMA, then interrupts, then disable the device. The caller holds the device's lock on the PCI
 * bus: a reset meanwhile would restore what is stopped here.
 */
void pciback_device_quiet(struct pciback_device *device)
{
	struct pci_dev *pdev = device->pdev;

	device_lock_assert(&pdev->dev);
	mutex_lock(&device->lock);
	pci_clear_master(pdev);
	pciback_intx_end_messages(device, false);
	pciback_config_end_messages(&device->config);
	pciback_intx_end(device);
	if (pci_is_enabled(pdev))
		pci_disable_device(pdev);
	pciback_config_reset(&device->config);
	mutex_unlock(&device->lock);
}

static void reset_present(struct pciback_device *device)
{
	struct pci_dev *pdev = device->pdev;
	int err;

	pci_set_power_state(pdev, PCI_D0);
	err = __pci_reset_function_locked(pdev);
	if (err)
		pci_info_ratelimited(pdev,
				     "has not been reset (error %d); only its registers are restored\n",
				     err);
	if (pci_load_saved_state(pdev, device->saved))
		pci_warn(pdev, "cannot restore its registers\n");
	else
		pci_restore_state(pdev);
	/* If the reset failed, the device may raise its line, which has no handler now. */
	pci_intx(pdev, false);
}

static void set_unreset(struct pciback_device *device, bool unreset)
{
	mutex_lock(&pciback_lock);
	if (unreset && !device->unreset)
		dev_warn_ratelimited(&device->pdev->dev,
				     "does not answer and could not be reset: no guest gets it before a reset succeeds\n");
	WRITE_ONCE(device->unreset, unreset);
	mutex_unlock(&pciback_lock);
}

/*
 * Reset a device that is enabled or has been quieted. The caller holds its lock on the PCI bus.
 *
 * Skip a device that does not answer: if it has been pulled out, the reset would wait for it. It
 * may also be silent for a moment only, for instance while it restarts its firmware. It then still
 * has the state that the guest left, so it is marked as not reset.
 */
static void reset_locked(struct pciback_device *device)
{
	bool present = pci_device_is_present(device->pdev);

	device_lock_assert(&device->pdev->dev);
	if (present)
		reset_present(device);
	set_unreset(device, !present || !pci_device_is_present(device->pdev));
}

static void unregister_owner(struct pciback_device *device)
{
	xen_unregister_device_domain_owner(device->pdev);
	pci_clear_dev_assigned(device->pdev);
}

static void leave_guest_locked(struct pciback_device *device)
{
	device_lock_assert(&device->pdev->dev);
	pciback_device_quiet(device);
	reset_locked(device);
	WRITE_ONCE(device->config.interrupt_control, false);
	unregister_owner(device);
}

/* ---- looking up ---- */

bool pciback_device_is_at(const struct pciback_device *device, const struct pciback_address *at)
{
	const struct pci_dev *pdev = device->pdev;

	return pci_domain_nr(pdev->bus) == at->domain && pdev->bus->number == at->bus &&
	       PCI_SLOT(pdev->devfn) == at->slot && PCI_FUNC(pdev->devfn) == at->func;
}

static struct pciback_device *find_locked(const struct pciback_address *at)
{
	struct pciback_device *device;

	lockdep_assert_held(&pciback_lock);
	list_for_each_entry(device, &pciback_devices, link)
		if (pciback_device_is_at(device, at))
			return device;
	return NULL;
}

struct pciback_device *pciback_device_find(const struct pciback_address *at)
{
	struct pciback_device *device;

	mutex_lock(&pciback_lock);
	device = find_locked(at);
	if (device)
		kref_get(&device->ref);
	mutex_unlock(&pciback_lock);
	return device;
}

static void free_device(struct kref *ref)
{
	struct pciback_device *device = container_of(ref, struct pciback_device, ref);

	cancel_delayed_work_sync(&device->intx.look);
	kfree(device->saved);
	pci_dev_put(device->pdev);
	mutex_destroy(&device->lock);
	kfree(device);
}

void pciback_device_put(struct pciback_device *device)
{
	kref_put(&device->ref, free_device);
}

/* ---- for guests ---- */

static int register_owner(struct pciback_device *device, domid_t domid)
{
	int err;

	/* No guest has the device, so an owner that is still registered is out of date. */
	xen_unregister_device_domain_owner(device->pdev);
	err = xen_register_device_domain_owner(device->pdev, domid);
	if (!err)
		pci_set_dev_assigned(device->pdev);
	return err;
}

/*
 * The device is on no bus, so no op uses these fields. If the same domain gets the device again,
 * messages that were logged are not logged again.
 */
static void forget_failures(struct pciback_device *device, domid_t domid)
{
	lockdep_assert_held(&pciback_lock);
	device->intx.failed = false;
	device->enable_failed = false;
	device->failures = 0;
	if (device->owner_id == domid)
		return;
	device->owner_id = domid;
	device->write_logged = false;
	device->interrupts_logged = false;
	device->decodes = 0;
}

static int check_free(const struct pciback_device *device)
{
	lockdep_assert_held(&pciback_lock);
	if (list_empty(&device->link))
		return -ENODEV;
	return device->owner ? -EBUSY : 0;
}

static int claim_locked(struct pciback_guest *guest, struct pciback_device *device)
{
	int err = check_free(device);

	if (!err && device->unreset)
		err = -ENXIO;
	err = err ?: register_owner(device, guest->be->domid);
	if (err)
		return err;
	forget_failures(device, guest->be->domid);
	device->owner = guest;
	kref_get(&device->ref);
	return 0;
}

/* The device is on no bus. */
static void let_go(struct pciback_device *device)
{
	mutex_lock(&pciback_lock);
	device->owner = NULL;
	mutex_unlock(&pciback_lock);
	pciback_device_put(device);
}

/*
 * Register the owner before the device is on the bus. From then on the guest may ask for
 * interrupts, and these are bound for the registered owner.
 */
static int give_device(struct pciback_guest *guest, struct pciback_device *device,
		       const struct pciback_address *hint, struct pciback_place *where)
{
	int err;

	device_lock_assert(&device->pdev->dev);
	mutex_lock(&pciback_lock);
	err = claim_locked(guest, device);
	mutex_unlock(&pciback_lock);
	if (err)
		return err;
	err = pciback_bus_add(guest, device, hint, where);
	if (err) {
		unregister_owner(device);
		let_go(device);
	}
	return err;
}

/* Reset a device that did not answer when its last guest gave it back. No guest has it now. */
static void reset_again(struct pciback_device *device)
{
	device_lock_assert(&device->pdev->dev);
	if (!device->gone && device->unreset && pci_device_is_present(device->pdev)) {
		pciback_device_quiet(device);
		reset_locked(device);
	}
}

/* The device's lock on the PCI bus keeps an unbind out. */
static int give_free(struct pciback_guest *guest, struct pciback_device *device,
		     const struct pciback_address *hint, struct pciback_place *where)
{
	int err;

	device_lock(&device->pdev->dev);
	reset_again(device);
	err = give_device(guest, device, hint, where);
	device_unlock(&device->pdev->dev);
	return err;
}

/*
 * Put a seized device on a guest's bus, and fill in @where. Return -ENODEV if it is not seized,
 * -EBUSY if another guest has it, -ENXIO if it does not answer and so could not be reset.
 */
int pciback_device_give(struct pciback_guest *guest, const struct pciback_address *at,
			const struct pciback_address *hint, struct pciback_place *where)
{
	struct pciback_device *device = pciback_device_find(at);
	int err;

	if (!device)
		return -ENODEV;
	/* Do not wait for the lock on the PCI bus while the last guest's device is reset. */
	mutex_lock(&pciback_lock);
	err = check_free(device);
	mutex_unlock(&pciback_lock);
	err = err ?: give_free(guest, device, hint, where);
	pciback_device_put(device);
	return err;
}

/*
 * Take back a device that has been dropped from its guest's bus. It has an owner until it is reset.
 */
void pciback_device_return(struct pciback_device *device)
{
	struct pci_dev *pdev = device->pdev;

	device_lock(&pdev->dev);
	if (!device->gone)
		leave_guest_locked(device);
	mutex_lock(&pciback_lock);
	device->owner = NULL;
	mutex_unlock(&pciback_lock);
	device_unlock(&pdev->dev);
	pciback_device_put(device);
}

static void set_resetting(struct pciback_device *device, bool resetting)
{
	mutex_lock(&device->lock);
	device->resetting = resetting;
	mutex_unlock(&device->lock);
}

/*
 * Reset a device by an administrator's order, also while a guest has it: toolstacks do so before
 * they take a device away. The guest's registers and interrupts are restored.
 *
 * The reset may take a minute. The guest's ops fail meanwhile: an op that waited would hold
 * guest->lock, for which others wait.
 */
int pciback_device_reset(struct pciback_device *device)
{
	struct pci_dev *pdev = device->pdev;
	int err = -ENODEV;

	device_lock(&pdev->dev);
	if (!device->gone) {
		set_resetting(device, true);
		err = pci_reset_function_locked(pdev);
		set_resetting(device, false);
	}
	device_unlock(&pdev->dev);
	return err;
}

/* ---- for the PCI bus ---- */

static struct pciback_device *create_device(struct pci_dev *pdev)
{
	struct pciback_device *device = kzalloc(sizeof(*device), GFP_KERNEL);

	if (!device)
		return NULL;
	kref_init(&device->ref);
	INIT_LIST_HEAD(&device->link);
	device->owner_id = DOMID_INVALID;
	mutex_init(&device->lock);
	INIT_DELAYED_WORK(&device->intx.look, pciback_intx_look);
	device->pdev = pci_dev_get(pdev);
	return device;
}

/*
 * Save the registers with bus mastering off. When they are restored, the device may still run what
 * a guest has started, and must not use DMA for it.
 */
static int save_registers(struct pciback_device *device)
{
	pci_clear_master(device->pdev);
	pci_save_state(device->pdev);
	device->saved = pci_store_saved_state(device->pdev);
	return device->saved ? 0 : -ENOMEM;
}

/*
 * Undo each pci_enable_device() that an earlier driver has left. Only the first one lets a device
 * raise its line, and that has to be the guest's.
 */
static void disable_fully(struct pci_dev *pdev)
{
	while (pci_is_enabled(pdev))
		pci_disable_device(pdev);
}

/*
 * Enable the device meanwhile: only then is its interrupt line known, and all registers can be
 * saved.
 */
static int prepare_device(struct pciback_device *device)
{
	struct pci_dev *pdev = device->pdev;
	int err = pci_enable_device(pdev);

	if (err)
		return err;
	pciback_intx_init(device);
	tell_xen_msix(pdev, PHYSDEVOP_prepare_msix);
	err = save_registers(device);
	if (err)
		goto release_msix;
	reset_locked(device);
	err = device->unreset ? -ENXIO : pciback_fields_init(device);
	if (err)
		goto release_msix;
	disable_fully(pdev);
	return 0;

release_msix:
	tell_xen_msix(pdev, PHYSDEVOP_release_msix);
	pci_disable_device(pdev);
	return err;
}

int pciback_device_seize(struct pci_dev *pdev)
{
	struct pciback_device *device = create_device(pdev);
	int err;

	device_lock_assert(&pdev->dev);
	if (!device)
		return -ENOMEM;
	err = prepare_device(device);
	if (err) {
		pci_err(pdev, "cannot be seized: error %d\n", err);
		pciback_device_put(device);
		return err;
	}
	pci_set_drvdata(pdev, device);
	mutex_lock(&pciback_lock);
	list_add_tail(&device->link, &pciback_devices);
	mutex_unlock(&pciback_lock);
	pci_info(pdev, "seized for guests\n");
	return 0;
}

/* Take a device off the list. Return the guest that still has it, referenced, or NULL. */
static struct pciback_guest *unlist_device(struct pciback_device *device)
{
	struct pciback_guest *owner;

	mutex_lock(&pciback_lock);
	list_del_init(&device->link);
	owner = device->owner;
	if (owner) {
		kref_get(&owner->ref);
		pci_warn(device->pdev, "taken away from domain %u, which may still reach it\n",
			 device->owner_id);
	}
	mutex_unlock(&pciback_lock);
	return owner;
}

/*
 * Take a device off the list, and off the bus of a guest that still has it. The guest's mappings of
 * the device's memory stay: only the end of the domain removes them.
 *
 * If the guest's own work has taken it off the bus, that work returns the device.
 */
static void forget_device(struct pciback_device *device)
{
	struct pciback_guest *owner = unlist_device(device);

	if (!owner)
		return;
	if (pciback_bus_drop(owner, device))
		let_go(device);
	pciback_guest_put(owner);
}

void pciback_device_unseize(struct pci_dev *pdev)
{
	struct pciback_device *device = pci_get_drvdata(pdev);

	device_lock_assert(&pdev->dev);
	forget_device(device);
	device->gone = true;
	leave_guest_locked(device);
	tell_xen_msix(pdev, PHYSDEVOP_release_msix);
	pci_set_drvdata(pdev, NULL);
	pciback_device_put(device);
}
