/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Backend devices: their life, and their connection to a frontend. See xs.h for what they read and
 * write in xenstore.
 *
 * Every callback of a driver runs on the device's own queue: one at a time for each device, allowed
 * to sleep for as long as its disk takes, without holding up another device or the watch thread.
 */
#ifndef _DOM0_XENBUS_H
#define _DOM0_XENBUS_H

#include <linux/device.h>
#include <linux/types.h>
#include <xen/interface/io/xenbus.h>
#include <xen/interface/xen.h>

struct dom0_backend_driver;
struct dom0_backend_core;
struct kobj_uevent_env;
struct module;
struct xenbus_device;

/* Watches that a driver may add to a device. */
#define DOM0_BACKEND_WATCHES	8

enum dom0_side {
	DOM0_SIDE_BACKEND,	/* our directory, written by us and by the toolstack */
	DOM0_SIDE_FRONTEND,	/* the guest's directory: nothing in it can be trusted */
};

/**
 * struct dom0_backend - one backend device
 * @driver: its driver
 * @xdev: the bus device; a reference is held for the life of this structure
 * @priv: for the driver, set in probe, cleared by the driver in remove
 * @name: such as "vbd-3-51712", the head of each message; equals dev_name(&xdev->dev)
 * @node: our directory in xenstore
 * @frontend: the frontend's directory in xenstore
 * @domid: the frontend's domain
 * @core: private to dom0-xenbus
 */
struct dom0_backend {
	const struct dom0_backend_driver *driver;
	struct xenbus_device *xdev;
	void *priv;
	const char *name;
	const char *node;
	const char *frontend;
	domid_t domid;
	struct dom0_backend_core *core;
};

/**
 * struct dom0_backend_driver - what a kind of backend can do
 * @type: device type in xenstore, such as "vbd"
 * @name: driver name in sysfs, such as "dom0-vbd"; other than @type, so that the in-tree driver
 *	may be registered beside it. Equal to @type if it must not
 * @groups: sysfs attribute groups of each device, NULL-terminated, or NULL. Present from a
 *	successful probe until before remove; show functions find the device with
 *	dom0_backend_from_dev() and may run at any time in between
 * @hotplug: udev's scripts serve these devices: an event "online" after each successful probe, and
 *	"offline" before the device leaves the bus or is probed anew
 * @probe: allocate @priv, advertise features. Returns 0 or negative errno, and then has undone
 *	everything; a message is in xenstore already or is written for it
 * @ready: whether the toolstack's part is done (disk named, hotplug script run), so that connect
 *	may be called. NULL means always
 * @connect: the frontend has published its keys: read them, map the rings, start. The rings may
 *	have been in use before (by an earlier instance of the driver): go on where the responses
 *	end. Returns 0 or negative errno, and then has undone everything and told the reason by
 *	dom0_backend_error(); the device goes to Closing. What it advertises (sectors, ...) is
 *	written here, before the state becomes Connected
 * @connected: the state has become Connected; NULL for no interest
 * @disconnect: stop, drain, unmap. Called once for each successful connect, when the frontend has
 *	closed, is gone, has broken the protocol or starts over, or the device is taken away. A
 *	frontend that is merely Closing is still served: it may not be able to let go
 * @reconfigure: a connected frontend is Reconfiguring: read the keys that may change meanwhile, and
 *	obey them. It is answered with Reconfigured afterwards. NULL for no such keys
 * @release: the device becomes Closed, and the toolstack does not want it to stay: let go of what
 *	the toolstack takes for free at Closed, such as a disk, before that is written. Called
 *	disconnected, and again if that could not be written. remove comes later, or connect, if the
 *	toolstack changes its mind. NULL for nothing to let go of
 * @abandoned: the frontend's domain is gone: let go of what no other guest may have meanwhile.
 *	Called disconnected, and again after a while unless it returns 0, -ENOENT or -ENODEV. NULL
 *	for nothing to let go of
 * @usable: whether the device can be served at all. One that cannot goes from InitWait to Closing,
 *	for its guest not to wait for it. A frontend that starts over finds it Closed, until it can
 *	be served and changed() has been called. NULL means always
 * @remove: undo probe. Always called disconnected. The device may have left the bus and its
 *	directory may be gone: writes are then refused without a trace
 * @changed: one or more of the driver's watches have fired: @fired is a mask of the indices given
 *	to dom0_backend_watch() and dom0_backend_fire(). Several events may have become one.
 *	Afterwards @ready and @usable are asked again
 * @uevent: add variables to the device's uevents; NULL for none. Not on the queue: may run at any
 *	time, before probe and beside remove too; is given nothing but the bus device. On the bus's
 *	own thread while the device leaves: must not wait for anything slow
 */
struct dom0_backend_driver {
	const char *type;
	const char *name;
	const struct attribute_group **groups;
	bool hotplug;
	int (*probe)(struct dom0_backend *be);
	bool (*ready)(struct dom0_backend *be);
	int (*connect)(struct dom0_backend *be);
	void (*connected)(struct dom0_backend *be);
	void (*disconnect)(struct dom0_backend *be);
	void (*reconfigure)(struct dom0_backend *be);
	void (*release)(struct dom0_backend *be);
	int (*abandoned)(struct dom0_backend *be);
	bool (*usable)(struct dom0_backend *be);
	void (*remove)(struct dom0_backend *be);
	void (*changed)(struct dom0_backend *be, unsigned long fired);
	int (*uevent)(const struct xenbus_device *xdev, struct kobj_uevent_env *env);
};

/**
 * dom0_backend_register() - offer a driver to the bus
 * @driver: the driver, constant
 * @owner: THIS_MODULE
 *
 * Devices that exist already are probed, each on its own queue. May sleep.
 *
 * Return: 0 or negative errno.
 */
int dom0_backend_register(const struct dom0_backend_driver *driver, struct module *owner);

/**
 * dom0_backend_unregister() - take the driver away
 * @driver: the driver
 *
 * A bound device holds the module, so that at an rmmod only devices are left that the bus has let
 * go of. Returns when each of those has been disconnected and removed. May sleep for as long as the
 * slowest of them takes.
 */
void dom0_backend_unregister(const struct dom0_backend_driver *driver);

/**
 * dom0_backend_from_dev() - the backend behind a bus device, for sysfs attributes
 * @dev: a device on the xen-backend bus, bound to a driver of ours
 *
 * Any context, from a show or store function of an attribute in &dom0_backend_driver.groups.
 *
 * Return: the backend, never NULL there.
 */
struct dom0_backend *dom0_backend_from_dev(struct device *dev);

/**
 * dom0_backend_break() - the frontend has broken the protocol: stop serving it
 * @be: the backend
 * @reason: constant text for the error node and the log, without a newline, such as
 *	"request producer index out of range"
 *
 * The caller has stopped looking at the ring by itself. The device's queue reports @reason once,
 * disconnects and goes to Closing. Only the first call since the connect has an effect. Any
 * context.
 */
void dom0_backend_break(struct dom0_backend *be, const char *reason);

/**
 * dom0_backend_error() - tell an administrator what went wrong
 * @be: the backend
 * @err: negative errno
 * @fmt: one sentence without a newline, that names the key and says what it should be
 *
 * Written to the device's error node in xenstore ("error/<node>/error" in our domain's directory,
 * as "<errno> <text>"), and as one rate-limited line to the log. Control characters become question
 * marks, the text ends after 511 bytes. The node goes before the next connect, or when the device
 * does. Changes no state. May sleep.
 */
__printf(3, 4)
void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...);

/**
 * dom0_backend_online() - whether the toolstack wants this device to stay when the frontend leaves
 * @be: the backend
 *
 * May sleep.
 *
 * Return: the value of the "online" node; false if it is absent or no number.
 */
bool dom0_backend_online(struct dom0_backend *be);

/**
 * dom0_backend_leaving() - whether a disconnect is our doing, and not the frontend's
 * @be: the backend
 *
 * Context: disconnect().
 *
 * Return: true if the driver leaves the device, or the device the bus; the frontend may be served
 * by another driver next. False if the frontend has ended the connection.
 */
bool dom0_backend_leaving(const struct dom0_backend *be);

/**
 * dom0_backend_watch() - have changed() called when a node changes
 * @be: the backend
 * @index: 0 to DOM0_BACKEND_WATCHES - 1, not in use
 * @side: whose directory
 * @key: node below it; copied
 *
 * It fires once by itself at the start. Taken away by dom0_backend_unwatch(), at the latest after
 * remove. Many events make one call. May sleep; from probe, connect, ... only.
 *
 * Return: 0 or negative errno.
 */
int dom0_backend_watch(struct dom0_backend *be, unsigned int index, enum dom0_side side,
		       const char *key);

/**
 * dom0_backend_fire() - have changed() called for another reason than a watch
 * @be: the backend
 * @index: 0 to DOM0_BACKEND_WATCHES - 1, not that of a watch
 *
 * Any context, until remove returns. Many calls make one.
 */
void dom0_backend_fire(struct dom0_backend *be, unsigned int index);

/**
 * dom0_backend_unwatch() - take a watch away
 * @be: the backend
 * @index: as given to dom0_backend_watch(); no effect if there is none
 *
 * When it returns, no event of this watch is under way. May sleep.
 */
void dom0_backend_unwatch(struct dom0_backend *be, unsigned int index);

#endif
