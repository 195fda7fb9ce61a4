/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Backend devices: their life cycle and their connection to a frontend. xs.h has the functions that
 * read and write their nodes in xenstore.
 *
 * The callbacks of a driver run on the device's own queue, one at a time for each device; @uevent
 * is the exception. They may sleep for as long as a slow disk takes, without delaying another
 * device or the watch thread.
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

/* Most watches that a driver may add to a device. */
#define DOM0_BACKEND_WATCHES	8

enum dom0_side {
	DOM0_SIDE_BACKEND,	/* our directory, written by us and by the toolstack */
	DOM0_SIDE_FRONTEND,	/* the guest's directory: nothing in it can be trusted */
};

/**
 * struct dom0_backend - one backend device
 * @driver: its driver
 * @xdev: the bus device; a reference is held for the life of this structure
 * @priv: data of the driver, which sets it in probe and clears it in remove
 * @name: device name, such as "vbd-3-51712", with which each message begins; equals
 *	dev_name(&xdev->dev)
 * @node: our directory in xenstore
 * @frontend: the frontend's directory in xenstore
 * @domid: the frontend's domain
 * @core: private to dom0-xenbus
 * @transaction: private to dom0-xenbus
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
	u32 transaction;
};

/**
 * struct dom0_backend_driver - the callbacks of one kind of backend
 * @type: device type in xenstore, such as "vbd"
 * @name: driver name in sysfs, such as "dom0-vbd". A name other than @type lets the in-tree driver
 *	be registered at the same time. Equal to @type if that must not be possible
 * @groups: sysfs attribute groups of each device, NULL-terminated, or NULL. They exist after a
 *	successful probe and are removed before remove. Show functions may run at any time in
 *	between, and find the device with dom0_backend_from_dev()
 * @hotplug: true if udev scripts serve these devices. Sends the uevent "online" after each
 *	successful probe, and "offline" before the device leaves the bus or is probed again
 * @probe: allocate @priv, advertise features. Returns 0 or negative errno. On an error it has
 *	undone everything; if it has not called dom0_backend_error(), a general message is written.
 *	The device becomes Closing. After -ENOSPC, -ENOMEM, -EAGAIN and an error with
 *	dom0_backend_retry() it stays Initialising instead, and probe is called again later
 * @ready: return true if the toolstack has done its part (disk named, hotplug script run), so that
 *	connect may be called. May call dom0_backend_retry(). NULL means always
 * @connect: read the keys that the frontend has published, map the rings, start. An earlier
 *	instance of the driver may have used the rings: begin where its responses end. Write what
 *	the device advertises (sectors, ...) here, before the state becomes Connected. Returns 0 or
 *	negative errno. On an error it has undone everything and has called dom0_backend_error();
 *	the device becomes Closing. After -ENOSPC, -ENOMEM, -EAGAIN and an error with
 *	dom0_backend_retry() it stays InitWait instead, and connect is called again later. If it
 *	returns 0 after dom0_backend_retry(), changed() is called for all watches
 * @connected: called after the state has become Connected; may be NULL
 * @disconnect: stop, drain, unmap. Called once for each successful connect, when the frontend has
 *	closed, is gone, has broken the protocol or starts over, or when the device is removed. Not
 *	called for Closing alone: such a frontend may still have I/O, so it is served on
 * @reconfigure: a connected frontend is Reconfiguring: read the keys that may change while it is
 *	connected, and apply them. The state becomes Reconfigured afterwards, or stays if it has
 *	called dom0_backend_retry(). NULL for no such keys
 * @release: the device is about to become Closed, and the toolstack does not keep it. Release what
 *	the toolstack may use elsewhere once it sees Closed, such as a disk. Called disconnected;
 *	called again if Closed could not be written. Followed by remove, or by connect if the
 *	toolstack keeps the device after all. NULL for nothing to release
 * @abandoned: the frontend's domain is gone: release what no other guest can use until then. Called
 *	disconnected. May be called several times: after a while if it fails with an error other
 *	than -ENOENT or -ENODEV. NULL for nothing to release
 * @usable: return true if the device can be served at all. If not, it goes from InitWait to
 *	Closing, so that the guest does not wait for it. A frontend that starts over then finds it
 *	Closed, until it is usable and changed() has been called. NULL means always
 * @remove: undo probe. Always called disconnected. The device may have left the bus and its
 *	directory may be gone; writes to xenstore then fail, and nothing is logged for that
 * @changed: one or more of the driver's watches have fired. @fired is a mask of the indices given
 *	to dom0_backend_watch() and dom0_backend_fire(). Several events may have been merged into
 *	one. After dom0_backend_retry() it is called again with the same @fired. @ready and @usable
 *	are called again afterwards
 * @uevent: add variables to the device's uevents; NULL for none. Does not run on the queue: it may
 *	run at any time, even before probe and during remove, so it gets only the bus device. It may
 *	run on the bus's own thread while the device leaves, so it must not wait for anything slow
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
 * dom0_backend_register() - register a driver with the bus
 * @driver: the driver, constant
 * @owner: THIS_MODULE
 *
 * Probes devices that exist already, each on its own queue. May sleep.
 *
 * Return: 0 or negative errno.
 */
int dom0_backend_register(const struct dom0_backend_driver *driver, struct module *owner);

/**
 * dom0_backend_unregister() - unregister a driver
 * @driver: the driver
 *
 * A bound device holds a reference on the module. So at an rmmod, only devices are left that the
 * bus has already unbound. Waits until each of them has been disconnected and removed. May sleep
 * for as long as the slowest of them takes.
 */
void dom0_backend_unregister(const struct dom0_backend_driver *driver);

/**
 * dom0_backend_from_dev() - get the backend of a bus device, for sysfs attributes
 * @dev: a device on the xen-backend bus, bound to a driver of ours
 *
 * Any context, from a show or store function of an attribute in &dom0_backend_driver.groups.
 *
 * Return: the backend, never NULL there.
 */
struct dom0_backend *dom0_backend_from_dev(struct device *dev);

/**
 * dom0_backend_break() - stop serving a frontend that has broken the protocol
 * @be: the backend
 * @reason: constant text for the error node and the log, without a newline, such as
 *	"request producer index out of range"
 *
 * The caller itself must stop reading the ring. The device's queue reports @reason once,
 * disconnects and sets the state to Closing. Only the first call after a connect has an effect. Any
 * context.
 */
void dom0_backend_break(struct dom0_backend *be, const char *reason);

/**
 * dom0_backend_error() - report an error to the administrator
 * @be: the backend
 * @err: negative errno
 * @fmt: one sentence without a newline, that names the key and says what it should be
 *
 * Writes "<errno> <text>" to the device's error node in xenstore ("error/<node>/error" in our
 * domain's directory), and one rate-limited line to the log. Replaces control characters by
 * question marks, and cuts the text after 511 bytes. The error node is removed before the next
 * connect, or with the device. Does not change the state. May sleep.
 */
__printf(3, 4)
void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...);

/**
 * dom0_backend_retry() - have the callback that runs called again later
 * @be: the backend
 *
 * For errors that may pass by themselves. The functions of xs.h call it when xenstore fails, so the
 * callback only has to keep what it has. Delays grow: 1, 2, 4 ... 32 seconds.
 *
 * Context: probe(), ready(), connect(), reconfigure() and changed(). Has no effect in other
 * callbacks.
 */
void dom0_backend_retry(struct dom0_backend *be);

/**
 * dom0_backend_retries() - check if the callback that runs will be called again
 * @be: the backend
 *
 * Context: as dom0_backend_retry().
 *
 * Return: true if dom0_backend_retry() has been called in this callback.
 */
bool dom0_backend_retries(const struct dom0_backend *be);

/**
 * dom0_backend_online() - check if the toolstack keeps this device after the frontend has closed
 * @be: the backend
 *
 * May sleep.
 *
 * Return: 1 or 0, the value of the "online" node; 0 if it is absent or not a number. A negative
 * errno if xenstore has failed.
 */
int dom0_backend_online(struct dom0_backend *be);

/**
 * dom0_backend_leaving() - check if this side, not the frontend, has caused a disconnect
 * @be: the backend
 *
 * Context: disconnect().
 *
 * Return: true if the driver is being unbound or the device is leaving the bus. The frontend is
 * then still connected, and another driver may serve it next. False if the frontend has ended the
 * connection or has broken the protocol.
 */
bool dom0_backend_leaving(const struct dom0_backend *be);

/**
 * dom0_backend_watch() - watch a node, and call changed() when it changes
 * @be: the backend
 * @index: 0 to DOM0_BACKEND_WATCHES - 1, not in use
 * @side: whose directory
 * @key: node below it; copied
 *
 * A watch fires once when it is registered. Several events may be merged into one call. It lasts
 * until dom0_backend_unwatch(), which is called for all watches after remove. May sleep. Call this
 * from the driver's callbacks on the queue only.
 *
 * Return: 0 or negative errno.
 */
int dom0_backend_watch(struct dom0_backend *be, unsigned int index, enum dom0_side side,
		       const char *key);

/**
 * dom0_backend_fire() - call changed() for another reason than a watch
 * @be: the backend
 * @index: 0 to DOM0_BACKEND_WATCHES - 1, not that of a watch
 *
 * Any context, until remove returns. Several calls may be merged into one call of changed().
 */
void dom0_backend_fire(struct dom0_backend *be, unsigned int index);

/**
 * dom0_backend_unwatch() - remove a watch
 * @be: the backend
 * @index: as given to dom0_backend_watch(); no effect if there is none
 *
 * When this returns, no event of this watch is being handled or pending. May sleep.
 */
void dom0_backend_unwatch(struct dom0_backend *be, unsigned int index);

#endif
