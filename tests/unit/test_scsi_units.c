// SPDX-License-Identifier: GPL-2.0
/*
 * The units of a SCSI host, while xenstore fails, or while the toolstack replaces a unit that is
 * being checked.
 */
#include "unit.h"

#include <linux/list.h>

struct device;

#define _SCSIBACK_DEBUGFS_H
#define _SCSIBACK_HOST_H
#define _SCSIBACK_LUN_H
#define _SCSIBACK_RING_H

#include "xs_store.h"
#include "drivers/scsiback/protocol.h"

#define HZ 250
#define VSCSI_MISTAKES 64u
#define mutex_init(lock) ((void)(lock))
#define mutex_destroy(lock) ((void)(lock))
#define mutex_lock(lock) ((void)(lock))
#define mutex_unlock(lock) ((void)(lock))
#define spin_lock_init(lock) ((void)(lock))
#define init_waitqueue_head(head) ((void)(head))
#define ratelimit_state_init(state, interval, burst) ((void)(state))
#define ratelimit_set_flags(state, flags) ((void)(state))
#define RATELIMIT_MSG_ON_RELEASE 0
#define PTR_ERR_OR_ZERO(p) (IS_ERR(p) ? PTR_ERR(p) : 0)

struct mutex {
	int unused;
};

struct vscsi_ring;

struct vscsi_host {
	struct dom0_backend *be;
	int luns_lock, lun_gone, management, mistakes;
	struct list_head luns;
	struct mutex ring_lock;
	struct vscsi_ring *ring;
};

#define vscsi_ring_create(host, ref, port) ((void)(ref), (void)(port), (struct vscsi_ring *)(host))
#define vscsi_ring_stop(ring) ((void)(ring))
#define vscsi_ring_destroy(ring) ((void)(ring))
#define vscsi_debugfs_add(host) ((void)(host))
#define vscsi_debugfs_remove(host) ((void)(host))
#define dom0_backend_unwatch(be, index) ((void)(be))
#define dom0_backend_watch(be, index, side, key) ((void)(be), 0)

/* ---- what the guest may use: the unit of each folder, or "" ---- */

static char served[2][80];

static unsigned int number_of(const char *folder)
{
	return folder[strlen("dev-")] - '0';
}

/* There are units 0 to 4. */
static int vscsi_lun_add(struct vscsi_host *host, const char *folder,
			 const struct vscsi_address *address, char *name)
{
	assert_int_equal(*served[number_of(folder)], 0);
	if (strncmp(name, "naa.1:", 6) || name[6] > '4')
		return -ENODEV;
	snprintf(served[number_of(folder)], sizeof(served[0]), "%s at %d", name, address->lun);
	return 0;
}

static void vscsi_lun_remove(struct vscsi_host *host, const char *folder)
{
	*served[number_of(folder)] = '\0';
}

static void vscsi_luns_remove_others(struct vscsi_host *host, char **folders, unsigned int nr)
{
}

static void vscsi_luns_remove_all(struct vscsi_host *host)
{
	memset(served, 0, sizeof(served));
}

/* ---- xenstore ---- */

static unsigned int messages, refused_at;

void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...)
{
}

static bool message_is_refused(void)
{
	return ++messages == refused_at;
}

static bool read_is_refused(void)
{
	return message_is_refused();
}

static bool commit_is_refused(void)
{
	return message_is_refused();
}

static char **xenbus_directory(int xbt, const char *dir, const char *node, unsigned int *nr)
{
	char **names;

	if (message_is_refused()) {
		dom0_backend_retry(&be);
		return ERR_PTR(-EIO);
	}
	names = malloc(2 * sizeof(*names));
	names[0] = "dev-0";
	names[1] = "dev-1";
	*nr = 2;
	return names;
}

#define XBT_NIL 0

int dom0_xs_step(struct dom0_backend *be, const char *key, u32 from, u32 to)
{
	struct dom0_xs_batch batch;

	dom0_xs_begin(&batch, be);
	dom0_xs_expect_number(&batch, key, from);
	dom0_xs_add(&batch, key, "%u", to);
	return dom0_xs_commit(&batch);
}

int dom0_xs_write(struct dom0_backend *be, const char *key, const char *fmt, ...)
{
	return 0;
}

#include "drivers/scsiback/xenbus.c"

/* ---- tests ---- */

static void name_unit(const char *folder, const char *name, const char *address, const char *state)
{
	char key[32];

	snprintf(key, sizeof(key), "vscsi-devs/%s/p-dev", folder);
	put(key, name);
	snprintf(key, sizeof(key), "vscsi-devs/%s/v-dev", folder);
	put(key, address);
	snprintf(key, sizeof(key), "vscsi-devs/%s/state", folder);
	put(key, state);
}

#define STATE_0 "vscsi-devs/dev-0/state"
#define STATE_1 "vscsi-devs/dev-1/state"

/* A host with two units, and a frontend that is Connected or Initialised. */
static void make_host(bool connected)
{
	memset(nodes, 0, sizeof(nodes));
	memset(served, 0, sizeof(served));
	put("ring-ref", "8");
	put("event-channel", "9");
	put("state", connected ? "4" : "3");
	name_unit("dev-0", "naa.1:0", "0:0:0:0", "4");
	name_unit("dev-1", "naa.1:1", "0:0:0:1", "4");
	refused_at = 0;
	retries = 0;
	messages = 0;
	before_commit = NULL;
	assert_int_equal(vscsi_probe(&be), 0);
}

static void end_host(void)
{
	vscsi_remove(&be);
}

/* Whichever message xenstore refuses: the host connects later, and then has all its units. */
static void unit_survives_a_failure_of_xenstore(void **state)
{
	unsigned int at, connected;

	for (connected = 0; connected < 2; connected++) {
		for (at = 1; ; at++) {
			make_host(connected);
			refused_at = at;
			if (!vscsi_connect(&be)) {
				assert_int_equal(retries, 0);
				end_host();
				break;
			}
			assert_true(retries);
			assert_true(!*served[0] && !*served[1]);
			assert_int_equal(vscsi_connect(&be), 0);
			assert_string_equal(served[0], "naa.1:0 at 0");
			assert_string_equal(served[1], "naa.1:1 at 1");
			assert_string_equal(get(STATE_0), connected ? "4" : "3");
			assert_string_equal(get(STATE_1), connected ? "4" : "3");
			end_host();
		}
		assert_true(at > 10);
	}
}

/* A unit that is added, and one that is removed, while the host runs. */
static void change_is_made_later(void **state)
{
	unsigned int at;

	for (at = 1; ; at++) {
		make_host(true);
		assert_int_equal(vscsi_connect(&be), 0);
		put(STATE_0, "5");
		vscsi_lun_remove(be.priv, "dev-1");
		put(STATE_1, "1");
		retries = 0;
		messages = 0;
		refused_at = at;
		vscsi_reconfigure(&be);
		assert_int_equal(retries > 0, messages >= at);
		if (retries)
			vscsi_reconfigure(&be);
		else
			refused_at = 0;
		assert_true(!*served[0]);
		assert_string_equal(get(STATE_0), "6");
		assert_string_equal(served[1], "naa.1:1 at 1");
		assert_string_equal(get(STATE_1), "3");
		retries = 0;
		messages = 0;
		refused_at = refused_at ? at : 0;
		vscsi_changed(&be, 1);
		assert_int_equal(retries > 0, refused_at && messages >= at);
		vscsi_changed(&be, 1);
		assert_string_equal(get(STATE_1), "4");
		end_host();
		if (!refused_at)
			break;
	}
	assert_true(at > 5);
}

static void replace_unit(void)
{
	before_commit = NULL;
	name_unit("dev-1", "naa.1:3", "0:0:0:3", "1");
}

static void name_unit_late(void)
{
	before_commit = NULL;
	put("vscsi-devs/dev-1/p-dev", "naa.1:3");
}

/*
 * A folder's unit cannot be used. The toolstack replaces it before the refusal is written: the new
 * unit is used.
 */
static void refusal_is_not_the_next_units(void **state)
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		make_host(true);
		name_unit("dev-1", i ? "naa.1:1" : "naa.1:7", i == 1 ? "nowhere" : "0:0:0:1", "1");
		before_commit = replace_unit;
		if (i == 2) {
			put("vscsi-devs/dev-1/p-dev", NULL);
			before_commit = name_unit_late;
		}
		put(STATE_0, "6");
		assert_int_equal(vscsi_connect(&be), 0);
		assert_string_equal(served[1], i == 2 ? "naa.1:3 at 1" : "naa.1:3 at 3");
		assert_string_equal(get(STATE_1), "3");
		end_host();
	}
	/* A unit that stays invalid is refused once. */
	make_host(true);
	name_unit("dev-1", "naa.1:7", "0:0:0:1", "4");
	assert_int_equal(vscsi_connect(&be), 0);
	assert_string_equal(get(STATE_1), "6");
	assert_string_equal(get(STATE_0), "4");
	assert_int_equal(retries, 0);
	end_host();
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(unit_survives_a_failure_of_xenstore),
	cmocka_unit_test(change_is_made_later),
	cmocka_unit_test(refusal_is_not_the_next_units),
};

RUN_TESTS(tests)
