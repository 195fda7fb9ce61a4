// SPDX-License-Identifier: GPL-2.0
/* Uevent variables for hotplug scripts: drivers/netback/hotplug.c. */
#include "unit.h"

#include <linux/list.h>
#include <linux/types.h>
#include <xen/interface/xen.h>

/* ---- the parts of the kernel and of the driver that the file needs ---- */

#define _VIF_H

struct device;

struct net_device {
	const char *name;
};

struct xenbus_device {
	const char *nodename;
	int otherend_id;
};

#include "include/dom0/xs.h"

struct vif {
	struct net_device *dev;
	struct dom0_backend *be;
	struct list_head hotplug;
	char *script;
};

struct kobj_uevent_env {
	char text[256];
};

#define IFNAMSIZ 16
#define XBT_NIL 0
#define DEFINE_MUTEX(name) int name
#define mutex_lock(lock) (++*(lock))
#define mutex_unlock(lock) (--*(lock))
#define lockdep_assert_held(lock) assert_true(*(lock))

static int store_err;
static const char *store_script;
static unsigned int retries, errors;

static void *xenbus_read(int xbt, const char *node, const char *key, unsigned int *len)
{
	if (store_err)
		return ERR_PTR(store_err);
	return store_script ? strdup(store_script) : ERR_PTR(-ENOENT);
}

static int add_uevent_var(struct kobj_uevent_env *env, const char *fmt, const char *value)
{
	size_t used = strlen(env->text);

	used += snprintf(env->text + used, sizeof(env->text) - used, fmt, value);
	snprintf(env->text + used, sizeof(env->text) - used, " ");
	return 0;
}

void dom0_backend_retry(struct dom0_backend *be)
{
	retries++;
}

void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...)
{
	errors++;
}

#include "drivers/netback/hotplug.c"

/* ---- a device ---- */

static struct xenbus_device xdev = { .nodename = "backend/vif/1/0", .otherend_id = 1 };
static struct dom0_backend backend = { .xdev = &xdev, .node = "backend/vif/1/0" };
static struct net_device dev = { .name = "renamed" };
static struct vif vif = { .dev = &dev, .be = &backend };

static int start(void **state)
{
	store_err = 0;
	store_script = "/etc/xen/scripts/vif-bridge";
	retries = 0;
	errors = 0;
	return 0;
}

static void assert_uevent(const char *text)
{
	struct kobj_uevent_env env = { "" };

	assert_int_equal(vif_hotplug_uevent(&xdev, &env), 0);
	assert_string_equal(env.text, text);
}

/* ---- tests ---- */

static void script_of_the_toolstack(void **state)
{
	assert_uevent("script=/etc/xen/scripts/vif-bridge vif=vif1.0 ");
	assert_int_equal(vif_hotplug_add(&vif), 0);
	store_script = NULL;
	assert_uevent("script=/etc/xen/scripts/vif-bridge vif=renamed ");
	vif_hotplug_remove(&vif);
	assert_uevent("vif=vif1.0 ");
}

/* There is no script, or Dom0 may not read it. */
static void no_script(void **state)
{
	static const int errs[] = { -ENOENT, -EACCES };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(errs); i++) {
		store_err = errs[i];
		assert_int_equal(vif_hotplug_add(&vif), 0);
		assert_uevent("vif=renamed ");
		vif_hotplug_remove(&vif);
	}
	assert_int_equal(retries, 0);
}

/* xenstore has failed: probe must not succeed without a script, but be tried again. */
static void xenstore_fails(void **state)
{
	static const int errs[] = { -ENOMEM, -EINTR, -EIO };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(errs); i++) {
		store_err = errs[i];
		assert_int_equal(vif_hotplug_add(&vif), errs[i]);
		assert_int_equal(retries, i + 1);
		assert_int_equal(errors, i + 1);
	}
	store_err = 0;
	assert_int_equal(vif_hotplug_add(&vif), 0);
	assert_uevent("script=/etc/xen/scripts/vif-bridge vif=renamed ");
	vif_hotplug_remove(&vif);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(script_of_the_toolstack, start),
		cmocka_unit_test_setup(no_script, start),
		cmocka_unit_test_setup(xenstore_fails, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
