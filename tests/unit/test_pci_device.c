// SPDX-License-Identifier: GPL-2.0
/*
 * A device that moves between two guests and does not always respond: no guest gets a device that
 * has not been reset.
 */
#include "unit.h"

#include <linux/list.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/pciif.h>

/* ---- the kernel ---- */

struct mutex {
	bool locked;
};

struct kref {
	int count;
};

#define kref_init(ref) ((void)((ref)->count = 1))
#define kref_get(ref) ((void)(ref)->count++)
#define kref_put(ref, free) ((void)(--(ref)->count || (free(ref), 0)))

#define DEFINE_MUTEX(name) struct mutex name
#define mutex_init(lock) ((void)((lock)->locked = false))
#define mutex_destroy(lock) ((void)(lock))
#define mutex_lock(lock) ({ assert_false((lock)->locked); (lock)->locked = true; })
#define mutex_unlock(lock) ((void)((lock)->locked = false))
#define lockdep_assert_held(lock) assert_true((lock)->locked)

struct work_struct;

struct delayed_work {
	int unused;
};

#define INIT_DELAYED_WORK(work, fn) ((void)(work))
#define cancel_delayed_work_sync(work) ((void)(work))

struct device {
	struct mutex lock;
};

#define device_lock(dev) mutex_lock(&(dev)->lock)
#define device_unlock(dev) mutex_unlock(&(dev)->lock)
#define device_lock_assert(dev) lockdep_assert_held(&(dev)->lock)

struct pci_bus {
	int number;
};

struct pci_saved_state {
	u16 command;
};

struct pci_dev {
	struct device dev;
	struct pci_bus *bus;
	unsigned int devfn;
	bool msi_enabled, msix_enabled;
	unsigned int enabled;
	unsigned int msix_cap;
	void *drvdata;
};

/* The state of the device, and counts of what was done to it. */
static struct {
	bool silent;
	bool marked;		/* by a guest; cleared when the saved registers are restored */
	bool master;
	unsigned int resets, warnings;
} real;

#define pci_domain_nr(bus) 0
#define PCI_SLOT(devfn) ((devfn) >> 3)
#define PCI_FUNC(devfn) ((devfn) & 7)
#define PCI_D0 0
#define pci_warn(pdev, ...) ((void)(pdev), real.warnings++)
#define dev_warn_ratelimited(dev, ...) ((void)(dev), real.warnings++)
#define pci_err(pdev, ...) ((void)(pdev))
#define pci_info(pdev, ...) ((void)(pdev))
#define pci_info_ratelimited(pdev, ...) ((void)(pdev))
#define pci_dev_get(pdev) (pdev)
#define pci_dev_put(pdev) ((void)(pdev))
#define pci_get_drvdata(pdev) ((pdev)->drvdata)
#define pci_set_drvdata(pdev, data) ((void)((pdev)->drvdata = (data)))
#define pci_is_enabled(pdev) ((pdev)->enabled)
#define pci_enable_device(pdev) ((pdev)->enabled++, 0)
#define pci_disable_device(pdev) ((void)(pdev)->enabled--)
#define pci_intx(pdev, on) ((void)(pdev))
#define pci_set_power_state(pdev, state) ((void)(pdev))
#define pci_device_is_present(pdev) (!real.silent)
#define pci_reset_function_locked(pdev) 0
#define pci_save_state(pdev) ((void)(pdev))
#define pci_store_saved_state(pdev) calloc(1, sizeof(struct pci_saved_state))
#define pci_load_saved_state(pdev, saved) 0
#define pci_restore_state(pdev) ((void)(real.marked &= real.silent))
#define pci_clear_master(pdev) ((void)(real.master &= real.silent))
#define pci_set_dev_assigned(pdev) ((void)(pdev))
#define pci_clear_dev_assigned(pdev) ((void)(pdev))
#define xen_register_device_domain_owner(pdev, domid) 0
#define xen_unregister_device_domain_owner(pdev) ((void)(pdev))

/* While a reset runs, no other guest may get the device. */
static void during_reset(void);

static int __pci_reset_function_locked(struct pci_dev *pdev)
{
	real.resets++;
	during_reset();
	return 0;
}

/* ---- the parts of the driver that device.c needs ---- */

#include "no_pciback.h"
#define _DOM0_HYPERCALL_H
#include "drivers/pciback/address.h"

#define dom0_hypercall(op, a1, a2, a3, a4, a5) ({ assert_true((a2) && !(a3)); 0; })

struct dom0_backend {
	domid_t domid;
};

struct pciback_guest {
	struct dom0_backend *be;
	struct kref ref;
	struct pciback_device *has;
};

struct pciback_config {
	bool interrupt_control;
};

struct pciback_device {
	struct kref ref;
	struct list_head link;
	struct pci_dev *pdev;
	struct pci_saved_state *saved;
	struct pciback_guest *owner;
	domid_t owner_id;
	bool unreset, gone;
	struct mutex lock;
	struct pciback_config config;
	bool resetting;
	struct {
		bool failed;
		struct delayed_work look;
	} intx;
	bool enable_failed, write_logged, interrupts_logged;
	unsigned int failures, decodes;
};

struct pciback_place {
	int unused;
};

#define pciback_config_end_messages(config) ((void)(config))
#define pciback_config_reset(config) ((void)(config))
#define pciback_intx_init(device) ((void)(device))
#define pciback_intx_end(device) ((void)(device))
#define pciback_intx_end_messages(device, raise) ((void)(device))
#define pciback_fields_init(device) 0
#define pciback_guest_put(guest) ((void)(guest)->ref.count--)

/*
 * These functions take guest->lock, which an operation may hold for a minute. So no lock that other
 * guests need may be held around them.
 */
static int pciback_bus_add(struct pciback_guest *guest, struct pciback_device *device,
			   const struct pciback_address *hint, struct pciback_place *where);
static bool pciback_bus_drop(struct pciback_guest *guest, struct pciback_device *device);

static bool pciback_device_is_at(const struct pciback_device *device,
				 const struct pciback_address *at);
static void pciback_device_put(struct pciback_device *device);

#include "drivers/pciback/device.c"

static struct pci_bus bus;
static struct pci_dev pdev;
static struct dom0_backend backends[2] = { { .domid = 1 }, { .domid = 2 } };
static struct pciback_guest guests[2];
static bool tried_during_reset, is_bus_full;

static int pciback_bus_add(struct pciback_guest *guest, struct pciback_device *device,
			   const struct pciback_address *hint, struct pciback_place *where)
{
	assert_false(pciback_lock.locked);
	device_lock_assert(&device->pdev->dev);
	assert_ptr_equal(device->owner, guest);
	if (is_bus_full)
		return -ENOSPC;
	guest->has = device;
	return 0;
}

static bool pciback_bus_drop(struct pciback_guest *guest, struct pciback_device *device)
{
	bool had = guest->has;

	assert_false(pciback_lock.locked);
	assert_true(guest->ref.count > 1);
	guest->has = NULL;
	return had;
}

static int give(unsigned int nr)
{
	static const struct pciback_address at;
	struct pciback_place where;

	return pciback_device_give(&guests[nr], &at, NULL, &where);
}

/*
 * Another guest tries to claim the device. It takes pciback_lock only: the lock on the PCI bus is
 * held here.
 */
static void during_reset(void)
{
	struct pciback_device *device = pci_get_drvdata(&pdev);

	if (!device)
		return;
	tried_during_reset = true;
	mutex_lock(&pciback_lock);
	assert_true(claim_locked(&guests[1], device) < 0);
	mutex_unlock(&pciback_lock);
}

static void take_back(unsigned int nr)
{
	struct pciback_device *device = guests[nr].has;

	guests[nr].has = NULL;
	pciback_device_return(device);
}

static int seize(void)
{
	int err;

	device_lock(&pdev.dev);
	err = pciback_device_seize(&pdev);
	device_unlock(&pdev.dev);
	return err;
}

static void unseize(void)
{
	device_lock(&pdev.dev);
	pciback_device_unseize(&pdev);
	device_unlock(&pdev.dev);
}

static int setup(void **state)
{
	memset(&real, 0, sizeof(real));
	memset(guests, 0, sizeof(guests));
	guests[0].be = &backends[0];
	guests[1].be = &backends[1];
	kref_init(&guests[0].ref);
	kref_init(&guests[1].ref);
	INIT_LIST_HEAD(&pciback_devices);
	pdev = (struct pci_dev){ .bus = &bus };
	mutex_init(&pciback_lock);
	tried_during_reset = false;
	is_bus_full = false;
	return seize();
}

static void device_is_reset_between_guests(void **state)
{
	assert_int_equal(give(0), 0);
	assert_int_equal(give(1), -EBUSY);
	real.marked = true;
	real.master = true;
	take_back(0);
	assert_int_equal(real.resets, 2);
	assert_true(tried_during_reset);
	assert_false(real.marked || real.master);
	assert_int_equal(give(1), 0);
	assert_int_equal(real.resets, 2);
	take_back(1);
	unseize();
	assert_int_equal(give(1), -ENODEV);
	assert_int_equal(real.warnings, 0);
}

/* A guest can make its device restart its firmware just before the guest ends. */
static void device_that_was_silent_is_reset_before_it_is_given(void **state)
{
	assert_int_equal(give(0), 0);
	real.marked = true;
	real.master = true;
	real.silent = true;
	take_back(0);
	assert_int_equal(real.warnings, 1);
	assert_int_equal(give(1), -ENXIO);
	assert_int_equal(give(1), -ENXIO);
	assert_int_equal(real.warnings, 1);
	assert_int_equal(real.resets, 1);
	real.silent = false;
	assert_int_equal(give(1), 0);
	assert_true(tried_during_reset);
	assert_int_equal(real.resets, 2);
	assert_false(real.marked || real.master);
	take_back(1);
	unseize();
}

static void device_that_is_taken_away_meanwhile_is_not_given(void **state)
{
	assert_int_equal(give(0), 0);
	real.silent = true;
	take_back(0);
	unseize();
	real.silent = false;
	assert_int_equal(give(1), -ENODEV);
}

static void device_that_a_guest_has_is_taken_away(void **state)
{
	struct pciback_device *device;

	assert_int_equal(give(0), 0);
	unseize();
	assert_null(guests[0].has);
	assert_int_equal(guests[0].ref.count, 1);
	assert_int_equal(real.warnings, 1);
	assert_int_equal(seize(), 0);
	assert_int_equal(give(1), 0);
	/* The guest's own work has removed the device from its bus and is about to return it. */
	real.marked = true;
	guests[1].has = NULL;
	device = pci_get_drvdata(&pdev);
	kref_get(&device->ref);
	unseize();
	assert_ptr_equal(device->owner, &guests[1]);
	pciback_device_return(device);
	assert_null(device->owner);
	assert_false(real.marked);
	pciback_device_put(device);
	assert_int_equal(guests[1].ref.count, 1);
}

static void device_without_a_place_is_free_again(void **state)
{
	is_bus_full = true;
	assert_int_equal(give(0), -ENOSPC);
	is_bus_full = false;
	assert_int_equal(give(1), 0);
	take_back(1);
	unseize();
}

/* The saved registers of a device that does not respond would be invalid. */
static void device_that_is_silent_is_not_seized(void **state)
{
	unseize();
	real.silent = true;
	assert_int_equal(seize(), -ENXIO);
	assert_int_equal(pdev.enabled, 0);
	real.silent = false;
	assert_int_equal(seize(), 0);
	unseize();
}

/*
 * Otherwise the guest would only raise the count of enables, and its interrupt line would stay off.
 */
static void device_that_was_left_enabled_is_disabled(void **state)
{
	assert_int_equal(pdev.enabled, 0);
	unseize();
	pdev.enabled = 2;
	assert_int_equal(seize(), 0);
	assert_int_equal(pdev.enabled, 0);
	unseize();
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup(device_is_reset_between_guests, setup),
	cmocka_unit_test_setup(device_that_was_silent_is_reset_before_it_is_given, setup),
	cmocka_unit_test_setup(device_that_is_taken_away_meanwhile_is_not_given, setup),
	cmocka_unit_test_setup(device_that_a_guest_has_is_taken_away, setup),
	cmocka_unit_test_setup(device_without_a_place_is_free_again, setup),
	cmocka_unit_test_setup(device_that_is_silent_is_not_seized, setup),
	cmocka_unit_test_setup(device_that_was_left_enabled_is_disabled, setup),
};

RUN_TESTS(tests)
