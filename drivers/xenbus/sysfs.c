// SPDX-License-Identifier: GPL-2.0
/*
 * What sysfs and udev see of a device: our state, the driver's files, and events. All of it ends
 * when the bus unbinds the device, maybe long before the instance ends on its queue.
 */
#include "backend.h"
#include "sysfs.h"

#include <linux/compiler.h>

/*
 * Set our state in the bus device. The bus shows it in sysfs, and reads it when it unbinds the
 * device. Do nothing after the unbind: the device may already have another instance.
 */
void dom0_backend_note_state(struct dom0_backend_core *core, enum xenbus_state state)
{
	mutex_lock(&core->sysfs_lock);
	if (!core->gone)
		WRITE_ONCE(core->be.xdev->state, state);
	mutex_unlock(&core->sysfs_lock);
}

static void sysfs_leave_locked(struct dom0_backend_core *core)
{
	struct dom0_backend *be = &core->be;

	lockdep_assert_held(&core->sysfs_lock);
	if (core->has_groups)
		sysfs_remove_groups(&be->xdev->dev.kobj, be->driver->groups);
	core->has_groups = false;
	if (core->announced)
		kobject_uevent(&be->xdev->dev.kobj, KOBJ_OFFLINE);
	core->announced = false;
}

void dom0_sysfs_leave(struct dom0_backend_core *core)
{
	mutex_lock(&core->sysfs_lock);
	sysfs_leave_locked(core);
	mutex_unlock(&core->sysfs_lock);
}

/* Called after a successful probe. Do not announce a device that has left the bus meanwhile. */
void dom0_sysfs_enter(struct dom0_backend_core *core)
{
	struct kobject *kobj = &core->be.xdev->dev.kobj;
	const struct dom0_backend_driver *driver = core->be.driver;

	mutex_lock(&core->sysfs_lock);
	if (core->gone)
		goto unlock;
	if (driver->groups)
		core->has_groups = !sysfs_create_groups(kobj, driver->groups);
	if (driver->hotplug)
		kobject_uevent(kobj, KOBJ_ONLINE);
	core->announced = driver->hotplug;
unlock:
	mutex_unlock(&core->sysfs_lock);
}

/*
 * The bus has unbound the device, and is about to remove the device's folder. So remove the files
 * now.
 *
 * When this returns, the kernel's bus answers Closing of the toolstack with Closed, unless
 * xdev->state is already Closed. The device may still be in use then. So set xdev->state to Closed
 * here, and let finish_backend() answer when the device is free.
 */
void dom0_sysfs_gone(struct dom0_backend_core *core)
{
	mutex_lock(&core->sysfs_lock);
	WRITE_ONCE(core->gone, true);
	WRITE_ONCE(core->be.xdev->state, XenbusStateClosed);
	sysfs_leave_locked(core);
	mutex_unlock(&core->sysfs_lock);
}
