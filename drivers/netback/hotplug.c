// SPDX-License-Identifier: GPL-2.0
/*
 * Uevent variables for udev's hotplug scripts: the script to run, and the name of the interface.
 *
 * A uevent may come at any time, on any thread, and names only the bus device. The device's
 * directory in xenstore may be gone before the last uevent, so probe keeps the script's name.
 */
#include "hotplug.h"
#include "vif.h"

#include <dom0/xs.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <xen/xenbus.h>

/* Devices between probe and remove. */
static LIST_HEAD(vifs);
static DEFINE_MUTEX(vifs_lock);

/* Return 0 or negative errno. The caller frees *@script, NULL if there is none. */
static int read_script(const char *node, char **script)
{
	int err;

	*script = xenbus_read(XBT_NIL, node, "script", NULL);
	if (!IS_ERR(*script))
		return 0;
	err = PTR_ERR(*script);
	*script = NULL;
	return err;
}

/* Return 0, or negative errno if xenstore has failed. Then probe is tried again. */
int vif_hotplug_add(struct vif *vif)
{
	int err = read_script(vif->be->node, &vif->script);

	if (dom0_xs_failed(err)) {
		dom0_backend_error(vif->be, err, "reading script");
		dom0_backend_retry(vif->be);
		return err;
	}
	mutex_lock(&vifs_lock);
	list_add(&vif->hotplug, &vifs);
	mutex_unlock(&vifs_lock);
	return 0;
}

void vif_hotplug_remove(struct vif *vif)
{
	mutex_lock(&vifs_lock);
	list_del(&vif->hotplug);
	mutex_unlock(&vifs_lock);
	kfree(vif->script);
}

static int add_variables(struct kobj_uevent_env *env, const char *script, const char *name)
{
	int err = script ? add_uevent_var(env, "script=%s", script) : 0;

	return err ?: add_uevent_var(env, "vif=%s", name);
}

/* Take the name from the interface: it may have been renamed since probe. */
static int uevent_probed(const struct xenbus_device *xdev, struct kobj_uevent_env *env)
{
	struct vif *vif;

	lockdep_assert_held(&vifs_lock);
	list_for_each_entry(vif, &vifs, hotplug) {
		if (vif->be->xdev == xdev)
			return add_variables(env, vif->script, vif->dev->name);
	}
	return -ENODEV;
}

/* Before probe: the name that the interface will get. */
static int uevent_expected(const struct xenbus_device *xdev, struct kobj_uevent_env *env)
{
	const char *handle = strrchr(xdev->nodename, '/');
	char name[IFNAMSIZ];
	char *script;
	int err;

	read_script(xdev->nodename, &script);
	snprintf(name, sizeof(name), "vif%d.%s", xdev->otherend_id, handle ? handle + 1 : "");
	err = add_variables(env, script, name);
	kfree(script);
	return err;
}

/**
 * vif_hotplug_uevent() - add the variables "script" and "vif" to a uevent
 * @xdev: the bus device, probed or not
 * @env: the uevent's environment
 *
 * Return: 0 or -ENOMEM.
 */
int vif_hotplug_uevent(const struct xenbus_device *xdev, struct kobj_uevent_env *env)
{
	int err;

	mutex_lock(&vifs_lock);
	err = uevent_probed(xdev, env);
	mutex_unlock(&vifs_lock);
	return err == -ENODEV ? uevent_expected(xdev, env) : err;
}
