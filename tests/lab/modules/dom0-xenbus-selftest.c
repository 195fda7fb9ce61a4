// SPDX-License-Identifier: GPL-2.0
/*
 * A backend that serves nothing and counts all calls, so that dom0-xenbus can be tested with
 * xenstore alone: the scenario acts as toolstack and frontend. What must never happen, such as a
 * connect of a connected device, is counted in wrongs.
 *
 * Keys in our directory: "probe-fails"; "needs-script"; "connect-ms" and "disconnect-ms", which say
 * how long these calls take; a number in "break" breaks the device. In the frontend's directory
 * "poke" only fires a watch. Without a "ring-ref" from 1 to 1000 connecting fails.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <dom0/fault_point.h>
#include <dom0/xenbus.h>
#include <dom0/xs.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#define MAX_MS	60000

enum {
	WATCH_SCRIPT,
	WATCH_BREAK,
	WATCH_POKE,
};

struct test_device {
	bool connected;
	atomic_t inside;
};

static unsigned int probes, removes, connects, disconnects, connecteds, failed_connects;
static unsigned int pokes, wrongs;
static DEFINE_SPINLOCK(count_lock);

module_param(probes, uint, 0444);
module_param(removes, uint, 0444);
module_param(connects, uint, 0444);
module_param(disconnects, uint, 0444);
module_param(connecteds, uint, 0444);
module_param(failed_connects, uint, 0444);
module_param(pokes, uint, 0444);
module_param(wrongs, uint, 0444);

static void count_call(unsigned int *counter)
{
	spin_lock(&count_lock);
	(*counter)++;
	spin_unlock(&count_lock);
}

static void check_call(struct dom0_backend *be, bool right, const char *what)
{
	if (right)
		return;
	pr_err("%s: check failed: %s\n", be->name, what);
	count_call(&wrongs);
}

static void enter_call(struct dom0_backend *be)
{
	struct test_device *td = be->priv;

	check_call(be, atomic_inc_return(&td->inside) == 1, "one callback at a time");
}

static void leave_call(struct dom0_backend *be)
{
	struct test_device *td = be->priv;

	atomic_dec(&td->inside);
}

static bool flag_is_set(struct dom0_backend *be, enum dom0_side side, const char *key)
{
	bool value;

	return !dom0_xs_read_flag(be, side, key, &value) && value;
}

static void last_for(struct dom0_backend *be, const char *key)
{
	u32 ms;

	if (!dom0_xs_read_u32(be, DOM0_SIDE_BACKEND, key, 0, MAX_MS, &ms))
		msleep(ms);
}

static int test_probe(struct dom0_backend *be)
{
	struct test_device *td;
	int err;

	check_call(be, !be->priv, "probed once");
	if (flag_is_set(be, DOM0_SIDE_BACKEND, "probe-fails"))
		return -ENODEV;
	td = kzalloc(sizeof(*td), GFP_KERNEL);
	if (!td)
		return -ENOMEM;
	be->priv = td;
	err = dom0_xs_write(be, "feature-test", "%u", 1);
	if (!err)
		err = dom0_backend_watch(be, WATCH_SCRIPT, DOM0_SIDE_BACKEND, "hotplug-status");
	if (!err)
		err = dom0_backend_watch(be, WATCH_BREAK, DOM0_SIDE_BACKEND, "break");
	if (!err)
		err = dom0_backend_watch(be, WATCH_POKE, DOM0_SIDE_FRONTEND, "poke");
	check_call(be,
		   err || dom0_backend_watch(be, WATCH_POKE, DOM0_SIDE_FRONTEND, "poke") == -EBUSY,
		   "an index is used once");
	if (err) {
		be->priv = NULL;
		kfree(td);
		return err;
	}
	count_call(&probes);
	return 0;
}

static bool test_ready(struct dom0_backend *be)
{
	char status[16];

	return !flag_is_set(be, DOM0_SIDE_BACKEND, "needs-script") ||
	       (!dom0_xs_read_string(be, DOM0_SIDE_BACKEND, "hotplug-status", status,
				     sizeof(status)) && !strcmp(status, "connected"));
}

static int test_connect(struct dom0_backend *be)
{
	struct test_device *td = be->priv;
	u32 ring;
	int err;

	enter_call(be);
	check_call(be, !td->connected, "connected once");
	last_for(be, "connect-ms");
	err = dom0_xs_read_u32(be, DOM0_SIDE_FRONTEND, "ring-ref", 1, 1000, &ring);
	if (err) {
		dom0_backend_error(be, err, "reading %s/ring-ref", be->frontend);
		count_call(&failed_connects);
	} else {
		td->connected = true;
		count_call(&connects);
	}
	leave_call(be);
	return err;
}

static void test_connected(struct dom0_backend *be)
{
	struct test_device *td = be->priv;

	check_call(be, td->connected, "connect comes before connected");
	count_call(&connecteds);
}

static void test_disconnect(struct dom0_backend *be)
{
	struct test_device *td = be->priv;

	enter_call(be);
	check_call(be, td->connected, "connect comes before disconnect");
	last_for(be, "disconnect-ms");
	dom0_fault_point("test_disconnect");
	td->connected = false;
	count_call(&disconnects);
	leave_call(be);
}

static void test_remove(struct dom0_backend *be)
{
	struct test_device *td = be->priv;

	enter_call(be);
	check_call(be, !td->connected, "disconnect comes before remove");
	leave_call(be);
	be->priv = NULL;
	kfree(td);
	count_call(&removes);
}

static void test_changed(struct dom0_backend *be, unsigned long fired)
{
	u32 number;

	enter_call(be);
	if (fired & BIT(WATCH_POKE))
		count_call(&pokes);
	if ((fired & BIT(WATCH_BREAK)) &&
	    !dom0_xs_read_u32(be, DOM0_SIDE_BACKEND, "break", 1, U32_MAX, &number)) {
		dom0_backend_break(be, "the test said so");
		dom0_backend_break(be, "this is said too late");
	}
	leave_call(be);
}

static ssize_t connected_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct test_device *td = dom0_backend_from_dev(dev)->priv;

	return sysfs_emit(buf, "%d\n", td->connected);
}
static DEVICE_ATTR_RO(connected);

static struct attribute *test_attrs[] = {
	&dev_attr_connected.attr,
	NULL
};

static const struct attribute_group test_group = {
	.name = "test",
	.attrs = test_attrs,
};

static const struct attribute_group *test_groups[] = {
	&test_group,
	NULL
};

static const struct dom0_backend_driver test_driver = {
	.type = "dom0test",
	.name = "dom0-test",
	.groups = test_groups,
	.probe = test_probe,
	.ready = test_ready,
	.connect = test_connect,
	.connected = test_connected,
	.disconnect = test_disconnect,
	.remove = test_remove,
	.changed = test_changed,
};

static int __init xenbus_selftest_init(void)
{
	return dom0_backend_register(&test_driver, THIS_MODULE);
}
module_init(xenbus_selftest_init);

static void __exit xenbus_selftest_exit(void)
{
	dom0_backend_unregister(&test_driver);
}
module_exit(xenbus_selftest_exit);

MODULE_DESCRIPTION("Test of dom0-xenbus");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
