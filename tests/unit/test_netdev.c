// SPDX-License-Identifier: GPL-2.0
/* Which network devices stay while their driver is away: drivers/xenbus/netdev.c. */
#include "unit.h"

#include <linux/if_link.h>
#include <linux/list.h>
#include <linux/types.h>
#include <stdlib.h>
#include <xen/interface/xen.h>

/* ---- the kernel ---- */

#define __rcu
#define IFNAMSIZ		16
#define NET_NAME_UNKNOWN	0
#define BUS_NOTIFY_DEL_DEVICE	2
#define NOTIFY_DONE		0
#define NOTIFY_OK		1
#define KERNEL_PARAM_OPS_FL_NOARG	1
#define THIS_MODULE		NULL
#define module_param_cb(name, ops, arg, perm)	_Static_assert(1, #name)
#define MODULE_PARM_DESC(name, text)		_Static_assert(1, text)

struct bus_type {
	int unused;
};

struct device {
	const struct bus_type *bus;
	int refs;
};

struct xenbus_device {
	const char *nodename;
	struct device dev;
};

struct notifier_block {
	int (*notifier_call)(struct notifier_block *nb, unsigned long event, void *data);
};

struct kernel_param {
	void *arg;
};

struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *val, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
};

struct net_device_ops {
	int unused;
};

struct ethtool_ops {
	int unused;
};

enum { NETREG_UNINITIALIZED, NETREG_REGISTERED };

struct net_device {
	int reg_state;
	unsigned int num_tx_queues;
};

static void *netdev_priv(const struct net_device *dev)
{
	return (void *)(dev + 1);
}

#include "include/dom0/netdev.h"
#include "include/dom0/xs.h"

struct work_struct {
	void (*func)(struct work_struct *work);
	bool queued;
};

#define DECLARE_WORK(name, func)	struct work_struct name = { func, false }
#define system_dfl_wq			NULL
#define DEFINE_SPINLOCK(name)		bool name
#define spin_lock(lock)			do { assert(!*(lock)); *(lock) = true; } while (0)
#define spin_unlock(lock)		do { assert(*(lock)); *(lock) = false; } while (0)
#define lockdep_assert_held(lock)	assert(*(lock))
#define bus_register_notifier(bus, nb)	(notifier = (nb), 0)
#define bus_unregister_notifier(bus, nb) do { assert(notifier == (nb)); notifier = NULL; } while (0)
#define get_device(dev)			((dev)->refs++)
#define put_device(dev)			((dev)->refs--)
#define __module_get(module)		(module_refs++)
#define module_put(module)		(module_refs--)
#define ether_setup			NULL
#define get_random_u32()		(++random_number)
#define param_get_bool			NULL

static struct notifier_block *notifier;
static int module_refs, devices, registered;
static u32 random_number;

static struct net_device *alloc_netdev_mqs(size_t size, const char *name, int type, void *setup,
					   unsigned int txqs, unsigned int rxqs)
{
	struct net_device *dev = calloc(1, sizeof(*dev) + size);

	dev->num_tx_queues = txqs;
	devices++;
	return dev;
}

static void unregister_netdev(struct net_device *dev)
{
	assert(dev->reg_state == NETREG_REGISTERED);
	dev->reg_state = NETREG_UNINITIALIZED;
	registered--;
}

static void free_netdev(struct net_device *dev)
{
	assert(dev->reg_state != NETREG_REGISTERED);
	devices--;
	free(dev);
}

void dom0_netdev_set_ops(struct net_device *dev)
{
}

static void queue_work(void *queue, struct work_struct *work)
{
	work->queued = true;
}

static void flush_work(struct work_struct *work)
{
	if (work->queued)
		work->func(work);
	work->queued = false;
}

#define cancel_work_sync(work) ((work)->queued = false)

static int param_set_bool(const char *val, const struct kernel_param *kp)
{
	*(bool *)kp->arg = *val == 'Y';
	return 0;
}

/* ---- xenstore: netdev-id, 0 if there is none ---- */

static u32 store_id, expected_id;
static int store_err;

int dom0_xs_read_u32(struct dom0_backend *be, enum dom0_side side, const char *key, u32 min,
		     u32 max, u32 *val)
{
	assert_int_equal(side, DOM0_SIDE_BACKEND);
	assert_string_equal(key, "netdev-id");
	if (store_err)
		return store_err;
	if (!store_id)
		return -ENOENT;
	*val = store_id;
	return 0;
}

void dom0_xs_add(struct dom0_xs_batch *batch, const char *key, const char *fmt, ...)
{
	store_id = random_number;
}

void dom0_xs_expect_number(struct dom0_xs_batch *batch, const char *key, u64 number)
{
	assert_string_equal(key, "netdev-id");
	expected_id = number;
}

#include "drivers/xenbus/netdev.c"

/* ---- a card ---- */

static const struct bus_type bus;
static struct xenbus_device xdev, other_xdev;
static struct dom0_backend be;

static int begin(void **state)
{
	xdev = (struct xenbus_device) { .nodename = "backend/vif/1/0", .dev = { .bus = &bus } };
	other_xdev = xdev;
	be = (struct dom0_backend) { .xdev = &xdev, .node = xdev.nodename };
	store_id = 0;
	expected_id = 0;
	store_err = 0;
	dom0_keep_netdevs = true;
	return 0;
}

/* What probe does with a new network device. */
static struct net_device *new_netdev(void)
{
	struct net_device *dev = dom0_netdev_alloc(&be, "vif1.0", 4);

	dev->reg_state = NETREG_REGISTERED;
	registered++;
	dom0_netdev_add_id(dev, NULL);
	return dev;
}

static void bus_says(unsigned long event, struct xenbus_device *which)
{
	if (notifier)
		notifier->notifier_call(notifier, event, &which->dev);
}

static void nothing_is_left(void)
{
	flush_work(&sweep_work);
	assert_int_equal(devices, 0);
	assert_int_equal(registered, 0);
	assert_int_equal(module_refs, 0);
	assert_int_equal(xdev.dev.refs, 0);
	assert_null(notifier);
	assert_true(list_empty(&netdevs));
}

static void it_stays_for_the_next_driver(void **state)
{
	struct net_device *dev = new_netdev();
	unsigned int i;

	for (i = 0; i < 3; i++) {
		dom0_netdev_release(&be, dev);
		flush_work(&sweep_work);
		assert_int_equal(registered, 1);
		assert_int_equal(module_refs, 1);
		/* Events of other devices, and other events of this one. */
		bus_says(BUS_NOTIFY_DEL_DEVICE, &other_xdev);
		bus_says(BUS_NOTIFY_DEL_DEVICE + 1, &xdev);
		assert_ptr_equal(dom0_netdev_take(&be, 4), dev);
		assert_int_equal(module_refs, 0);
	}
	/* Nothing takes it from a driver. */
	bus_says(BUS_NOTIFY_DEL_DEVICE, &xdev);
	flush_work(&sweep_work);
	assert_int_equal(registered, 1);
	dom0_netdev_release(&be, dev);
	nothing_is_left();
}

static void it_leaves_with_its_device(void **state)
{
	struct net_device *dev = new_netdev();

	/* While it is kept. */
	dom0_netdev_release(&be, dev);
	bus_says(BUS_NOTIFY_DEL_DEVICE, &xdev);
	nothing_is_left();
	/* Before the driver releases it, though xenstore still has the directory. */
	dev = new_netdev();
	bus_says(BUS_NOTIFY_DEL_DEVICE, &xdev);
	dom0_netdev_release(&be, dev);
	nothing_is_left();
}

static void it_is_of_one_directory(void **state)
{
	struct net_device *dev = new_netdev();

	/* Made anew before the release. */
	store_id = 0;
	dom0_netdev_release(&be, dev);
	nothing_is_left();
	/* Made anew after it, which the bus does not notice. */
	dom0_netdev_release(&be, new_netdev());
	store_id = 0;
	assert_null(dom0_netdev_take(&be, 1));
	nothing_is_left();
	/* Of a number that another device has had. */
	dom0_netdev_release(&be, new_netdev());
	store_id++;
	assert_null(dom0_netdev_take(&be, 1));
	nothing_is_left();
}

/* The directory may be made anew between the read of the number and the write of the offers. */
static void its_number_is_written_once(void **state)
{
	struct net_device *dev = new_netdev();
	u32 id = store_id;

	assert_int_equal(expected_id, 0);
	dom0_netdev_release(&be, dev);
	assert_ptr_equal(dom0_netdev_take(&be, 4), dev);
	store_id = 0;
	dom0_netdev_add_id(dev, NULL);
	assert_int_equal(store_id, 0);
	assert_int_equal(expected_id, id);
	dom0_netdev_release(&be, dev);
	nothing_is_left();
}

static void it_is_of_one_device(void **state)
{
	struct dom0_backend other_be = { .xdev = &other_xdev, .node = other_xdev.nodename };

	dom0_netdev_release(&be, new_netdev());
	assert_null(dom0_netdev_take(&other_be, 1));
	nothing_is_left();
	/* The bus has said so, and the work has not run yet. */
	dom0_netdev_release(&be, new_netdev());
	bus_says(BUS_NOTIFY_DEL_DEVICE, &xdev);
	assert_null(dom0_netdev_take(&be, 1));
	nothing_is_left();
	/* One of another directory is not in the way. */
	other_be.node = "backend/vif/1/1";
	dom0_netdev_release(&be, new_netdev());
	assert_null(dom0_netdev_take(&other_be, 1));
	assert_int_equal(registered, 1);
	bus_says(BUS_NOTIFY_DEL_DEVICE, &xdev);
	nothing_is_left();
}

/* The toolstack may write another frontend-id into the same directory. */
static void it_is_of_one_guest(void **state)
{
	dom0_netdev_release(&be, new_netdev());
	be.domid++;
	assert_null(dom0_netdev_take(&be, 4));
	nothing_is_left();
}

static void it_has_too_few_queues(void **state)
{
	dom0_netdev_release(&be, new_netdev());
	assert_null(dom0_netdev_take(&be, 5));
	nothing_is_left();
}

static void xenstore_fails(void **state)
{
	struct net_device *dev = new_netdev();

	dom0_netdev_release(&be, dev);
	store_err = -EIO;
	assert_int_equal(PTR_ERR(dom0_netdev_take(&be, 4)), -EIO);
	store_err = 0;
	assert_ptr_equal(dom0_netdev_take(&be, 4), dev);
	/* Whether the directory is the same is not known before the next driver reads it. */
	store_err = -EIO;
	dom0_netdev_release(&be, dev);
	store_err = 0;
	flush_work(&sweep_work);
	assert_ptr_equal(dom0_netdev_take(&be, 4), dev);
	/* It is another. */
	store_err = -ENOMEM;
	dom0_netdev_release(&be, dev);
	store_err = 0;
	store_id = 0;
	assert_null(dom0_netdev_take(&be, 4));
	nothing_is_left();
	/* An answer is no failure. */
	dev = new_netdev();
	store_err = -EINVAL;
	dom0_netdev_release(&be, dev);
	nothing_is_left();
}

static void it_was_never_registered(void **state)
{
	struct net_device *dev = dom0_netdev_alloc(&be, "vif1.0", 1);

	dom0_netdev_add_id(dev, NULL);
	dom0_netdev_release(&be, dev);
	nothing_is_left();
}

static void the_parameter(void **state)
{
	const struct kernel_param kp = { &dom0_keep_netdevs };
	struct net_device *dev = new_netdev();

	set_keep_netdevs("N", &kp);
	flush_work(&sweep_work);
	assert_int_equal(registered, 1);
	dom0_netdev_release(&be, dev);
	nothing_is_left();
	set_keep_netdevs("Y", &kp);
	dom0_netdev_release(&be, new_netdev());
	set_keep_netdevs("N", &kp);
	nothing_is_left();
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup(it_stays_for_the_next_driver, begin),
	cmocka_unit_test_setup(it_leaves_with_its_device, begin),
	cmocka_unit_test_setup(it_is_of_one_directory, begin),
	cmocka_unit_test_setup(its_number_is_written_once, begin),
	cmocka_unit_test_setup(it_is_of_one_device, begin),
	cmocka_unit_test_setup(it_is_of_one_guest, begin),
	cmocka_unit_test_setup(it_has_too_few_queues, begin),
	cmocka_unit_test_setup(xenstore_fails, begin),
	cmocka_unit_test_setup(it_was_never_registered, begin),
	cmocka_unit_test_setup(the_parameter, begin),
};

RUN_TESTS(tests)
