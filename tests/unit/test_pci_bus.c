// SPDX-License-Identifier: GPL-2.0
/*
 * The keys of the toolstack in xenstore, and a guest's devices while the keys cannot be read:
 * drivers/pciback/xenbus.c and list.c.
 */
#include "unit.h"

#include <linux/list.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/pciif.h>

#define mutex_init(lock) ((void)(lock))
#define mutex_destroy(lock) ((void)(lock))
#define mutex_lock(lock) ((void)(lock))
#define mutex_unlock(lock) ((void)(lock))
#define INIT_DELAYED_WORK(work, fn) ((void)(work))

struct mutex {
	int unused;
};

struct work_struct;

struct delayed_work {
	struct work_struct *unused;
	bool queued;
};

#define HZ 250
#define time_before(a, b) ((long)((a) - (b)) < 0)
#define to_delayed_work(work) ((struct delayed_work *)(work))
#define queue_delayed_work(queue, work, delay) ((void)((work)->queued = true))
#define cancel_delayed_work_sync(work) ((void)((work)->queued = false))

static unsigned long jiffies;

struct device;

#include "no_pciback.h"
#include "xs_store.h"
#include "drivers/pciback/address.c"

#define PCIBACK_DEVICES_MAX 32

struct kref {
	int count;
};

#define kref_init(ref) ((void)((ref)->count = 1))
#define kref_get(ref) ((void)(ref)->count++)
#define kref_put(ref, free) ((void)(--(ref)->count || (free(ref), 0)))

struct pciback_list;
struct pciback_guest;

struct pciback_device {
	struct kref ref;
	u8 slot;
	bool silent;
	struct pciback_guest *owner;
};

struct pciback_place {
	struct list_head link;
	struct pciback_device *device;
	u16 domain;
	u8 bus;
	u8 devfn;
	bool wanted;
};

struct pciback_root {
	u16 domain;
	u8 bus;
};

struct pciback_guest {
	struct dom0_backend *be;
	struct kref ref;
	struct mutex lock;
	struct list_head places;
	struct pciback_root roots[PCIBACK_DEVICES_MAX];
	unsigned int nr_roots;
	struct pciback_list *list;
	bool synced, failed, connected, waiting;
	unsigned long waiting_since;
	struct delayed_work again;
	struct delayed_work work;
};

#define PCI_SLOT(devfn) ((devfn) >> 3)
#define PCI_FUNC(devfn) ((devfn) & 7)
#define PCI_DEVFN(slot, func) ((slot) << 3 | (func))

/* ---- the machine: devices 0 to 3, at the slots of the same number ---- */

static struct pciback_device devices[4];

static int pciback_device_give(struct pciback_guest *guest, const struct pciback_address *at,
			       const struct pciback_address *hint, struct pciback_place *where)
{
	struct pciback_place *place;

	if (at->slot >= ARRAY_SIZE(devices))
		return -ENODEV;
	if (devices[at->slot].owner)
		return -EBUSY;
	if (devices[at->slot].silent)
		return -ENXIO;
	place = calloc(1, sizeof(*place));
	place->device = &devices[at->slot];
	place->wanted = true;
	place->devfn = PCI_DEVFN(at->slot, 0);
	list_add_tail(&place->link, &guest->places);
	devices[at->slot].owner = guest;
	*where = *place;
	return 0;
}

static bool pciback_bus_drop(struct pciback_guest *guest, struct pciback_device *device)
{
	struct pciback_place *place;

	list_for_each_entry(place, &guest->places, link)
		if (place->device == device) {
			list_del(&place->link);
			free(place);
			return true;
		}
	return false;
}

static void pciback_device_return(struct pciback_device *device)
{
	device->owner = NULL;
}

static bool pciback_device_is_at(const struct pciback_device *device,
				 const struct pciback_address *at)
{
	return device - devices == at->slot;
}

#define pciback_device_put(device) ((void)(device))
#define pciback_channel_open(guest, ref, port) ((void)(ref), (void)(port), 0)
#define pciback_channel_close(guest) ((void)(guest))
#define pciback_channel_work NULL
#define pciback_bus_quiet(guest) ((void)(guest))

/* ---- xenstore ---- */

static unsigned int reads, refused_at;
static bool has_error, refuses_writes, refuses_roots;

static bool read_is_refused(void)
{
	return ++reads == refused_at;
}

static bool commit_is_refused(void)
{
	return refuses_writes || (refuses_roots && !strncmp(writes[0].key, "root-", 5));
}

int dom0_xs_read_together(struct dom0_backend *be,
			  int (*read)(struct dom0_backend *view, void *data), void *data)
{
	return read(be, data);
}

int dom0_xs_remove_orphan(struct dom0_backend *be)
{
	return -EAGAIN;
}

int dom0_backend_watch(struct dom0_backend *be, unsigned int index, enum dom0_side side,
		       const char *key)
{
	return 0;
}

static unsigned int fires;

void dom0_backend_fire(struct dom0_backend *be, unsigned int index)
{
	fires++;
}

void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...)
{
	has_error = true;
}

#include "drivers/pciback/list.c"
#undef KEY_SIZE
#include "drivers/pciback/xenbus.c"

/* Write the keys of devices 0 and 1, as the toolstack does. */
static void name_devices(void)
{
	memset(devices, 0, sizeof(devices));
	memset(nodes, 0, sizeof(nodes));
	reads = 0;
	refused_at = 0;
	retries = 0;
	has_error = false;
	refuses_writes = false;
	before_commit = NULL;
	put("num_devs", "2");
	put("dev-0", "0000:00:00.0");
	put("dev-1", "0000:00:01.0");
	put("state-1", "3");
}

/* Start a guest that is connected and has both devices. */
static struct pciback_guest *start_guest(void)
{
	name_devices();
	assert_int_equal(pciback_probe(&be), 0);
	assert_true(pciback_ready(&be));
	((struct pciback_guest *)be.priv)->connected = true;
	assert_true(devices[0].owner && devices[1].owner);
	reads = 0;
	return be.priv;
}

static void device_that_is_taken_away_goes(void **state)
{
	start_guest();
	put("state-0", "5");
	pciback_reconfigure(&be);
	assert_null(devices[0].owner);
	assert_non_null(devices[1].owner);
	assert_false(has_error);
	pciback_remove(&be);
	assert_null(devices[1].owner);
}

/* A running guest keeps its devices while a key cannot be read, is missing or is invalid. */
static void device_stays_while_xenstore_is_silent(void **state)
{
	static const struct {
		const char *key, *value;
	} spoilt[] = {
		{ "dev-0", NULL }, { "dev-1", NULL }, { "dev-0", "text" },
		{ "dev-1", "0000:00:*.*" }, { "num_devs", NULL },
	};
	unsigned int i;

	for (i = 1; ; i++) {
		start_guest();
		refused_at = i;
		pciback_reconfigure(&be);
		assert_true(devices[0].owner && devices[1].owner);
		assert_int_equal(retries > 0, reads >= i);
		if (reads < i)
			break;
		assert_true(has_error);
		put("state-0", "5");
		pciback_reconfigure(&be);
		assert_null(devices[0].owner);
		pciback_remove(&be);
	}
	assert_int_equal(i, 8);
	pciback_remove(&be);
	for (i = 0; i < ARRAY_SIZE(spoilt); i++) {
		start_guest();
		put(spoilt[i].key, spoilt[i].value);
		pciback_reconfigure(&be);
		assert_int_equal(retries, 0);
		assert_true(devices[0].owner && devices[1].owner);
		pciback_remove(&be);
	}
}

/* A guest that starts is neither refused nor connected while its list of devices cannot be read. */
static void start_waits_for_xenstore(void **state)
{
	struct pciback_guest *guest;
	unsigned int i;

	for (i = 1; ; i++) {
		start_guest();
		pciback_disconnect(&be);
		has_error = false;
		refused_at = i;
		if (pciback_ready(&be))
			break;
		assert_true(retries && has_error && pciback_usable(&be));
		assert_true(devices[0].owner && devices[1].owner);
		assert_true(pciback_ready(&be));
		pciback_remove(&be);
	}
	assert_int_equal(i, 8);
	guest = be.priv;
	pciback_disconnect(&be);
	put("dev-2", "0000:00:02.0");
	put("num_devs", "3");
	refuses_writes = true;
	assert_false(pciback_ready(&be));
	assert_true(pciback_usable(&be) && !guest->failed);
	refuses_writes = false;
	assert_true(pciback_ready(&be));
	assert_string_equal(get("vdev-2"), "0000:00:02.00");
	pciback_remove(&be);
}

/* A frontend scans only the buses that are published, so it must not connect before. */
static void bus_is_published_after_xenstore_has_failed(void **state)
{
	name_devices();
	refuses_roots = true;
	assert_int_equal(pciback_probe(&be), 0);
	assert_false(pciback_ready(&be));
	assert_false(pciback_ready(&be));
	refuses_roots = false;
	assert_true(pciback_ready(&be));
	assert_string_equal(get("root-0"), "0000:00");
	assert_string_equal(get("root_num"), "1");
	assert_string_equal(get("vdev-1"), "0000:00:01.00");
	pciback_remove(&be);
}

/* The toolstack has detached device 0 and moves the later entries forward, with all their keys. */
static void move_entries(void)
{
	before_commit = NULL;
	put("dev-0", get("dev-1"));
	put("vdev-0", get("vdev-1"));
	put("state-0", get("state-1"));
	put("dev-1", get("dev-2"));
	put("state-1", get("state-2"));
	put("vdev-1", NULL);
	put("dev-2", NULL);
	put("state-2", NULL);
	put("num_devs", "2");
}

/*
 * A device is added while the toolstack removes another one's entry. Its virtual address is written
 * to the entry that it has by then.
 */
static void address_is_written_to_the_entry_of_its_device(void **state)
{
	struct pciback_guest *guest = start_guest();

	assert_string_equal(get("vdev-1"), "0000:00:01.00");
	put("state-0", "5");
	put("dev-2", "0000:00:02.0");
	put("state-2", "1");
	put("num_devs", "3");
	before_commit = move_entries;
	pciback_reconfigure(&be);
	assert_false(has_error || guest->failed);
	assert_true(!devices[0].owner && devices[1].owner && devices[2].owner);
	assert_string_equal(get("vdev-0"), "0000:00:01.00");
	assert_string_equal(get("state-0"), "3");
	assert_string_equal(get("vdev-1"), "0000:00:02.00");
	assert_string_equal(get("state-1"), "3");
	assert_string_equal(get("vdev-2"), "none");
	assert_string_equal(get("state-2"), "none");
	pciback_remove(&be);
}

static void detach_it(void)
{
	before_commit = NULL;
	put("state-2", "5");
}

/* If the toolstack detaches a device that is being added, its state Closing is not overwritten. */
static void device_that_is_taken_away_while_it_is_added_goes(void **state)
{
	start_guest();
	put("dev-2", "0000:00:02.0");
	put("state-2", "1");
	put("num_devs", "3");
	before_commit = detach_it;
	pciback_reconfigure(&be);
	assert_string_equal(get("state-2"), "5");
	assert_null(devices[2].owner);
	assert_true(devices[0].owner && devices[1].owner);
	pciback_remove(&be);
}

static void change_again(void)
{
	put("state-2", strcmp(get("state-2"), "1") ? "1" : "2");
}

/* Devices stay while the list keeps changing. */
static void list_that_changes_all_the_time(void **state)
{
	struct pciback_guest *guest = start_guest();

	put("dev-2", "0000:00:02.0");
	put("state-2", "1");
	put("num_devs", "3");
	before_commit = change_again;
	pciback_reconfigure(&be);
	assert_true(has_error && !guest->failed);
	assert_int_equal(retries, 1);
	assert_true(devices[0].owner && devices[1].owner);
	before_commit = NULL;
	pciback_reconfigure(&be);
	assert_false(guest->failed);
	assert_string_equal(get("state-2"), "3");
	pciback_remove(&be);
}

/* A device that is in use elsewhere does not delay the removal of another one. */
static void busy_device_holds_up_none(void **state)
{
	struct pciback_guest *guest = start_guest();

	devices[2].owner = (void *)1;
	put("state-0", "5");
	put("dev-2", "0000:00:02.0");
	put("num_devs", "3");
	pciback_reconfigure(&be);
	assert_true(has_error && guest->failed);
	assert_null(devices[0].owner);
	assert_ptr_equal(devices[1].owner, guest);
	pciback_remove(&be);
}

/* A guest that reboots becomes a new domain. The old domain may still own the device. */
static void device_of_a_guest_that_ends_is_waited_for(void **state)
{
	struct pciback_guest *guest;
	unsigned int i;

	start_guest();
	pciback_remove(&be);
	devices[1].owner = (void *)1;
	has_error = false;
	jiffies = 0;
	assert_int_equal(pciback_probe(&be), 0);
	guest = be.priv;
	for (i = 0; i < 10; i++, jiffies += WAIT_INTERVAL) {
		pciback_changed(&be, BIT(FIRE_AGAIN));
		assert_false(pciback_ready(&be));
		assert_true(pciback_usable(&be) && guest->again.queued);
		guest->again.queued = false;
	}
	assert_ptr_equal(devices[0].owner, guest);
	devices[1].owner = NULL;
	pciback_changed(&be, BIT(FIRE_AGAIN));
	assert_true(pciback_ready(&be) && pciback_usable(&be));
	assert_false(has_error || guest->again.queued);
	assert_ptr_equal(devices[1].owner, guest);
	pciback_remove(&be);
}

static void device_of_a_guest_that_lives_is_not_waited_for_long(void **state)
{
	struct pciback_guest *guest;

	start_guest();
	pciback_remove(&be);
	devices[1].owner = (void *)1;
	has_error = false;
	assert_int_equal(pciback_probe(&be), 0);
	guest = be.priv;
	pciback_changed(&be, BIT(WATCH_NUM_DEVS));
	assert_false(has_error);
	jiffies += WAIT_MAX;
	guest->again.queued = false;
	pciback_changed(&be, BIT(FIRE_AGAIN));
	assert_true(has_error && !guest->again.queued);
	assert_false(pciback_ready(&be) || pciback_usable(&be));
	pciback_remove(&be);
}

/* A device that does not respond cannot be reset. The reset is tried again. */
static void device_that_does_not_answer_is_waited_for(void **state)
{
	start_guest();
	pciback_remove(&be);
	devices[1].silent = true;
	has_error = false;
	jiffies = HZ;
	assert_int_equal(pciback_probe(&be), 0);
	pciback_changed(&be, BIT(WATCH_NUM_DEVS));
	assert_true(pciback_usable(&be) && !pciback_ready(&be));
	devices[1].silent = false;
	pciback_changed(&be, BIT(FIRE_AGAIN));
	assert_true(pciback_ready(&be));
	assert_false(has_error);
	pciback_remove(&be);
	devices[1].silent = true;
	assert_int_equal(pciback_probe(&be), 0);
	pciback_changed(&be, BIT(WATCH_NUM_DEVS));
	jiffies += WAIT_MAX;
	pciback_changed(&be, BIT(FIRE_AGAIN));
	assert_true(has_error);
	assert_false(pciback_usable(&be));
	pciback_remove(&be);
}

/* After a failure of xenstore, the bus calls changed() again with the same event. */
static void look_that_xenstore_has_ended_is_repeated(void **state)
{
	start_guest();
	pciback_remove(&be);
	devices[1].owner = (void *)1;
	assert_int_equal(pciback_probe(&be), 0);
	pciback_changed(&be, BIT(WATCH_NUM_DEVS));
	devices[1].owner = NULL;
	put("vdev-1", NULL);
	refuses_writes = true;
	retries = 0;
	pciback_changed(&be, BIT(FIRE_AGAIN));
	assert_true(retries && !((struct pciback_guest *)be.priv)->synced);
	refuses_writes = false;
	pciback_changed(&be, BIT(FIRE_AGAIN));
	assert_true(((struct pciback_guest *)be.priv)->synced);
	assert_ptr_equal(devices[1].owner, be.priv);
	pciback_remove(&be);
}

static void guest_that_is_let_go_of_waits_no_more(void **state)
{
	start_guest();
	pciback_remove(&be);
	devices[1].owner = (void *)1;
	assert_int_equal(pciback_probe(&be), 0);
	pciback_changed(&be, BIT(WATCH_NUM_DEVS));
	assert_non_null(devices[0].owner);
	pciback_release(&be);
	devices[1].owner = NULL;
	pciback_changed(&be, BIT(FIRE_AGAIN));
	assert_true(!devices[0].owner && !devices[1].owner);
	pciback_remove(&be);
}

/*
 * The bus calls usable() before it connects. So ready() fires an event, after which the bus calls
 * usable() again.
 */
static void guest_that_comes_back_without_its_device_is_refused(void **state)
{
	start_guest();
	pciback_disconnect(&be);
	put("dev-1", "0000:00:1f.0");
	fires = 0;
	assert_false(pciback_ready(&be));
	assert_true(has_error);
	assert_int_equal(fires, 1);
	pciback_changed(&be, BIT(FIRE_AGAIN));
	assert_false(pciback_usable(&be));
	/* It fires only once. */
	assert_false(pciback_ready(&be));
	assert_int_equal(fires, 1);
	pciback_remove(&be);
}

/*
 * The devices are free even if the directory cannot be removed. The bus then calls abandoned()
 * again.
 */
static void abandoned_device_is_free(void **state)
{
	start_guest();
	assert_int_equal(pciback_abandoned(&be), -EAGAIN);
	assert_true(!devices[0].owner && !devices[1].owner);
	pciback_remove(&be);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(device_that_is_taken_away_goes),
	cmocka_unit_test(device_stays_while_xenstore_is_silent),
	cmocka_unit_test(start_waits_for_xenstore),
	cmocka_unit_test(bus_is_published_after_xenstore_has_failed),
	cmocka_unit_test(busy_device_holds_up_none),
	cmocka_unit_test(address_is_written_to_the_entry_of_its_device),
	cmocka_unit_test(device_that_is_taken_away_while_it_is_added_goes),
	cmocka_unit_test(list_that_changes_all_the_time),
	cmocka_unit_test(device_of_a_guest_that_ends_is_waited_for),
	cmocka_unit_test(device_of_a_guest_that_lives_is_not_waited_for_long),
	cmocka_unit_test(device_that_does_not_answer_is_waited_for),
	cmocka_unit_test(look_that_xenstore_has_ended_is_repeated),
	cmocka_unit_test(guest_that_is_let_go_of_waits_no_more),
	cmocka_unit_test(guest_that_comes_back_without_its_device_is_refused),
	cmocka_unit_test(abandoned_device_is_free),
};

RUN_TESTS(tests)
