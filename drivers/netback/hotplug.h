/* SPDX-License-Identifier: GPL-2.0 */
/* Uevent variables for the hotplug scripts that udev runs. */
#ifndef _VIF_HOTPLUG_H
#define _VIF_HOTPLUG_H

struct kobj_uevent_env;
struct vif;
struct xenbus_device;

int vif_hotplug_add(struct vif *vif);
void vif_hotplug_remove(struct vif *vif);
int vif_hotplug_uevent(const struct xenbus_device *xdev, struct kobj_uevent_env *env);

#endif
