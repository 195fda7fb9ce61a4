// SPDX-License-Identifier: GPL-2.0
/*
 * Writes to xenstore: drivers/xenbus/xs.c. The test's own store has transactions. Its toolstack
 * writes between any two messages of the driver.
 */
#include "unit.h"

#include <linux/list.h>
#include <linux/types.h>
#include <stdarg.h>

struct device;

/*
 * ---- a store: nodes by their full path; a transaction is a copy that fails if the store has
 * changed ----
 */

struct xenbus_transaction {
	unsigned int id;
};

#define XBT_NIL ((struct xenbus_transaction){ 0 })

#define NODES 8

struct node {
	char path[64];
	char value[32];
};

struct store {
	struct node nodes[NODES];
	unsigned int version;
};

static struct store store, copy;
static unsigned int copied;		/* the version that the transaction began with */
static unsigned int messages;		/* of the driver */
static unsigned int transactions;	/* committed */
static unsigned int toolstack_at;	/* the toolstack writes before this message */
static unsigned int refused_at;		/* this message is answered with an error */
/* The key and the value that the toolstack writes; NULL removes the key. */
static const char *toolstack_key, *toolstack_value;
static const char *toolstack_too;	/* it writes this key, too */

static struct node *find(struct store *s, const char *dir, const char *key)
{
	char path[64];
	unsigned int i;

	snprintf(path, sizeof(path), *key ? "%s/%s" : "%s", dir, key);
	for (i = 0; i < NODES; i++)
		if (!strcmp(s->nodes[i].path, path))
			return &s->nodes[i];
	return NULL;
}

static void put(struct store *s, const char *dir, const char *key, const char *value)
{
	struct node *node = find(s, dir, key);

	s->version++;
	if (!value) {
		if (node)
			node->path[0] = '\0';
		return;
	}
	if (!node) {
		node = find(s, "", "");
		assert_non_null(node);
		snprintf(node->path, sizeof(node->path), "%s/%s", dir, key);
	}
	snprintf(node->value, sizeof(node->value), "%s", value);
}

static const char *get(const char *key)
{
	struct node *node = find(&store, "be", key);

	return node ? node->value : NULL;
}

static struct store *message(struct xenbus_transaction xbt)
{
	if (++messages == toolstack_at) {
		put(&store, "be", toolstack_key, toolstack_value);
		if (toolstack_too)
			put(&store, "be", toolstack_too, toolstack_value);
	}
	return xbt.id ? &copy : &store;
}

static bool refused(void)
{
	return messages == refused_at;
}

static int xenbus_transaction_start(struct xenbus_transaction *xbt)
{
	message(XBT_NIL);
	if (refused())
		return -EIO;
	copy = store;
	copied = store.version;
	xbt->id = 1;
	return 0;
}

static int xenbus_transaction_end(struct xenbus_transaction xbt, int abort)
{
	message(XBT_NIL);
	if (refused())
		return -EIO;
	if (abort)
		return 0;
	if (store.version != copied)
		return -EAGAIN;
	store = copy;
	transactions++;
	return 0;
}

static void *xenbus_read(struct xenbus_transaction xbt, const char *dir, const char *key,
			 unsigned int *len)
{
	struct node *node = find(message(xbt), dir, key);

	if (refused())
		return ERR_PTR(-EIO);
	if (!node)
		return ERR_PTR(-ENOENT);
	if (len)
		*len = strlen(node->value);
	return strdup(node->value);
}

static int xenbus_write(struct xenbus_transaction xbt, const char *dir, const char *key,
			const char *value)
{
	struct store *s = message(xbt);

	if (refused())
		return -EIO;
	put(s, dir, key, value);
	return 0;
}

static int xenbus_rm(struct xenbus_transaction xbt, const char *dir, const char *key)
{
	struct store *s = message(xbt);

	if (refused())
		return -EIO;
	put(s, dir, key, NULL);
	return 0;
}

static int xenbus_printf(struct xenbus_transaction xbt, const char *dir, const char *key,
			 const char *fmt, ...)
{
	char text[32];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return xenbus_write(xbt, dir, key, text);
}

static char *kvasprintf(int gfp, const char *fmt, va_list args)
{
	char *text;

	return vasprintf(&text, fmt, args) < 0 ? NULL : text;
}

/* ---- the parts of a device that xs.c needs ---- */

#define _DOM0_XENBUS_BACKEND_H
#include "include/dom0/xs.h"
#include "drivers/xenbus/state.h"

struct xenbus_device {
	enum xenbus_state state;
};

struct dom0_backend_core {
	struct dom0_backend be;
	bool gone;
};

static int dom0_xs_write_state(struct dom0_backend_core *core, enum xenbus_state from,
			       enum xenbus_state to, bool holds, enum xenbus_state *found);
static bool dom0_xs_is_gone(const char *dir);
static bool dom0_xs_domain_is_gone(domid_t domid);

static void dom0_backend_note_state(struct dom0_backend_core *core, enum xenbus_state state)
{
	core->be.xdev->state = state;
}

static unsigned int retries;

void dom0_backend_retry(struct dom0_backend *be)
{
	retries++;
}

#include "drivers/xenbus/parse.c"
#include "drivers/xenbus/xs.c"

static struct xenbus_device xdev;
static struct dom0_backend_core core = {
	.be = { .node = "be", .frontend = "fe", .xdev = &xdev, .core = &core },
};

static void reset(unsigned int at, const char *key, const char *value)
{
	memset(&store, 0, sizeof(store));
	put(&store, "be", "frontend", "fe");
	put(&store, "be", "state", "4");
	put(&store, "be", "old", "1");
	messages = 0;
	transactions = 0;
	refused_at = 0;
	toolstack_at = at;
	toolstack_key = key;
	toolstack_value = value;
	core.gone = false;
}

static int write_three(bool nudge)
{
	struct dom0_xs_batch batch;

	dom0_xs_begin(&batch, &core.be);
	dom0_xs_add(&batch, "sectors", "%u", 2048);
	dom0_xs_add(&batch, "info", "%x", 4);
	dom0_xs_add_removal(&batch, "old");
	if (nudge)
		dom0_xs_add_nudge(&batch);
	return dom0_xs_commit(&batch);
}

static void batch_is_one_transaction(void **state)
{
	reset(0, NULL, NULL);
	assert_int_equal(write_three(false), 0);
	assert_int_equal(transactions, 1);
	assert_string_equal(get("sectors"), "2048");
	assert_string_equal(get("info"), "4");
	assert_null(get("old"));
}

/* A batch is written whole or not at all, at each moment at which the directory may vanish. */
static void batch_does_not_revive_a_directory(void **state)
{
	unsigned int at;

	for (at = 1; at < 12; at++) {
		reset(at, "frontend", NULL);
		if (write_three(false)) {
			assert_null(get("sectors"));
			assert_null(get("info"));
			assert_string_equal(get("old"), "1");
		} else {
			assert_string_equal(get("info"), "4");
			assert_null(get("old"));
		}
	}
}

/* A value that the toolstack writes into our state is kept, at each moment of the write. */
static void nudge_keeps_what_the_toolstack_writes(void **state)
{
	unsigned int at;

	for (at = 1; at < 20; at++) {
		reset(at, "state", "5");
		assert_int_equal(write_three(true), 0);
		if (messages < at)
			break;
		assert_string_equal(get("state"), "5");
		assert_string_equal(get("sectors"), "2048");
	}
	assert_true(at > 5);
}

static void nudge_writes_nothing_but_connected(void **state)
{
	reset(0, NULL, NULL);
	put(&store, "be", "state", "2");
	assert_int_equal(write_three(true), 0);
	assert_string_equal(get("state"), "2");
	put(&store, "be", "state", NULL);
	assert_int_equal(write_three(true), 0);
	assert_null(get("state"));
}

static void batch_that_is_too_long_writes_nothing(void **state)
{
	struct dom0_xs_batch batch;
	unsigned int i;

	reset(0, NULL, NULL);
	dom0_xs_begin(&batch, &core.be);
	for (i = 0; i <= DOM0_XS_BATCH_MAX; i++)
		dom0_xs_add(&batch, "sectors", "%u", i);
	assert_int_equal(dom0_xs_commit(&batch), -E2BIG);
	assert_int_equal(messages, 0);
	assert_null(get("sectors"));
}

static void gone_device_writes_nothing(void **state)
{
	reset(0, NULL, NULL);
	core.gone = true;
	assert_int_equal(write_three(true), -ENODEV);
	assert_int_equal(messages, 0);
}

static int write_closed(const char *found, bool holds)
{
	enum xenbus_state ignored;

	put(&store, "be", "state", found);
	put(&store, "be", "online", "1");
	return dom0_xs_write_state(&core, XenbusStateConnected, XenbusStateClosed, holds, &ignored);
}

/*
 * A device that holds a disk does not become Closed if the toolstack clears online, at any moment
 * of the write.
 */
static void closed_looks_at_online(void **state)
{
	static const char * const found[] = { "4", "5" };
	static const char * const left[] = { NULL, "0", "no" };
	unsigned int at, f, l;

	for (f = 0; f < ARRAY_SIZE(found); f++) {
		for (l = 0; l < ARRAY_SIZE(left); l++) {
			for (at = 1; at < 20; at++) {
				int err;

				reset(at, "online", left[l]);
				err = write_closed(found[f], true);
				if (messages < at) {
					assert_int_equal(err, 0);
					assert_string_equal(get("state"), "6");
					break;
				}
				assert_int_equal(err, -ERESTART);
				assert_string_equal(get("state"), found[f]);
			}
			assert_true(at > 4);
		}
	}
	/* A device that has released its disk does. */
	reset(1, "online", "0");
	assert_int_equal(write_closed("5", false), 0);
	assert_string_equal(get("state"), "6");
}

/*
 * Our state is Closing already when the toolstack writes Closing to detach the device. It is not
 * opened again, at any moment of the write.
 */
static void opening_looks_at_online(void **state)
{
	static const enum xenbus_state to[] = { XenbusStateInitWait, XenbusStateConnected };
	static const char * const left[] = { NULL, "0", "no" };
	unsigned int at, l, t;

	for (t = 0; t < ARRAY_SIZE(to); t++) {
		for (l = 0; l < ARRAY_SIZE(left); l++) {
			for (at = 1; at < 20; at++) {
				enum xenbus_state found;
				int err;

				reset(at, "online", left[l]);
				put(&store, "be", "state", "5");
				put(&store, "be", "online", "1");
				err = dom0_xs_write_state(&core, XenbusStateClosing, to[t], false,
							  &found);
				if (messages < at) {
					assert_int_equal(err, 0);
					break;
				}
				assert_int_equal(err, -ESTALE);
				assert_int_equal(found, XenbusStateClosing);
				assert_string_equal(get("state"), "5");
			}
			assert_true(at > 4);
		}
	}
}

/*
 * Closing, written by the toolstack, is answered. The state of a new device in the same directory
 * is not overwritten, at any moment.
 */
static void closing_is_answered(void **state)
{
	unsigned int at;

	reset(0, NULL, NULL);
	core.gone = true;
	put(&store, "be", "state", "5");
	dom0_xs_answer_closing(&core);
	assert_string_equal(get("state"), "6");
	dom0_xs_answer_closing(&core);
	assert_string_equal(get("state"), "6");

	for (at = 1; at < 20; at++) {
		reset(at, "state", "1");
		core.gone = true;
		put(&store, "be", "state", "5");
		dom0_xs_answer_closing(&core);
		if (messages < at)
			break;
		assert_string_equal(get("state"), "1");
	}
	assert_true(at > 3);

	reset(1, "state", NULL);
	core.gone = true;
	put(&store, "be", "state", "5");
	dom0_xs_answer_closing(&core);
	assert_null(get("state"));
}

/* An error makes the caller try again. It is returned only if the state may still be Closing. */
static void closing_is_answered_in_the_end(void **state)
{
	static const char * const settled[] = { NULL, "1", "6", "no", "99999999999999999999" };
	unsigned int at, i;

	for (at = 1; at < 20; at++) {
		reset(0, NULL, NULL);
		put(&store, "be", "state", "5");
		refused_at = at;
		if (!dom0_xs_answer_closing(&core))
			break;
		assert_string_equal(get("state"), "5");
		assert_int_equal(dom0_xs_answer_closing(&core), 0);
		assert_string_equal(get("state"), "6");
	}
	assert_true(at > 4);

	for (i = 0; i < ARRAY_SIZE(settled); i++) {
		reset(0, NULL, NULL);
		put(&store, "be", "state", settled[i]);
		assert_int_equal(dom0_xs_answer_closing(&core), 0);
	}
}

static struct node *put_folder(const char *path)
{
	struct node *node = find(&store, "", "");

	snprintf(node->path, sizeof(node->path), "%s", path);
	return node;
}

/* A directory is removed once its domain is gone, whatever is written there meanwhile. */
static void orphan_is_removed(void **state)
{
	struct node *domain;
	unsigned int at;

	reset(0, NULL, NULL);
	core.be.domid = 7;
	put_folder("be");
	domain = put_folder("/local/domain/7");
	assert_false(dom0_xs_domain_is_gone(7));
	assert_int_equal(dom0_xs_remove_orphan(&core.be), -EBUSY);
	assert_non_null(find(&store, "be", ""));

	domain->path[0] = '\0';
	assert_true(dom0_xs_domain_is_gone(7));
	refused_at = messages + 1;
	assert_false(dom0_xs_domain_is_gone(7));
	assert_int_equal(dom0_xs_remove_orphan(&core.be), 0);
	assert_null(find(&store, "be", ""));

	for (at = 1; at < 10; at++) {
		reset(at, "state", "6");
		put_folder("be");
		assert_int_equal(dom0_xs_remove_orphan(&core.be), 0);
		assert_null(find(&store, "be", ""));
		reset(0, NULL, NULL);
		put_folder("be");
		refused_at = at;
		if (!dom0_xs_remove_orphan(&core.be))
			break;
		assert_non_null(find(&store, "be", ""));
	}
	assert_true(at > 3);
	core.gone = true;
	assert_int_equal(dom0_xs_remove_orphan(&core.be), -ENODEV);
}

static int write_if(u64 from, const char *old)
{
	struct dom0_xs_batch batch;

	dom0_xs_begin(&batch, &core.be);
	dom0_xs_expect_number(&batch, "state", from);
	dom0_xs_expect(&batch, "old", old);
	dom0_xs_add(&batch, "state", "%u", 6);
	return dom0_xs_commit(&batch);
}

/* If the toolstack replaces an expected value, at any moment, the batch is not written. */
static void batch_is_written_only_over_what_it_expects(void **state)
{
	static const struct {
		const char *key, *value;
	} changed[] = {
		{ "old", "2" }, { "old", NULL }, { "old", "10" }, { "state", "5" },
		{ "state", NULL },
	};
	unsigned int at, i;

	reset(0, NULL, NULL);
	assert_int_equal(write_if(4, "2"), -ESTALE);
	assert_int_equal(write_if(3, "1"), -ESTALE);
	assert_int_equal(write_if(4, NULL), -ESTALE);
	assert_int_equal(write_if(4, ""), -ESTALE);
	assert_int_equal(transactions, 0);
	assert_int_equal(write_if(4, "1"), 0);
	assert_string_equal(get("state"), "6");
	put(&store, "be", "old", NULL);
	assert_int_equal(write_if(6, NULL), 0);

	for (i = 0; i < ARRAY_SIZE(changed); i++) {
		for (at = 1; at < 20; at++) {
			int err;

			reset(at, changed[i].key, changed[i].value);
			err = write_if(4, "1");
			if (messages < at)
				break;
			assert_int_equal(err, -ESTALE);
			assert_true(!get("state") || strcmp(get("state"), "6"));
		}
		assert_true(at > 4);
	}
	reset(0, NULL, NULL);
	assert_int_equal(dom0_xs_step(&core.be, "state", 4, 5), 0);
	assert_int_equal(dom0_xs_step(&core.be, "state", 4, 6), -ESTALE);
	assert_string_equal(get("state"), "5");
}

static int read_two(struct dom0_backend *be, void *data)
{
	u32 *numbers = data;

	return dom0_xs_read_u32(be, DOM0_SIDE_BACKEND, "state", 0, 9, &numbers[0]) ?:
	       dom0_xs_read_u32(be, DOM0_SIDE_BACKEND, "old", 0, 9, &numbers[1]);
}

static void reads_belong_together(void **state)
{
	u32 numbers[2];
	unsigned int at;

	for (at = 1; at < 20; at++) {
		reset(at, "state", "5");
		put(&store, "be", "old", "4");
		/* The toolstack writes both at once, as one message. */
		toolstack_too = "old";
		assert_int_equal(dom0_xs_read_together(&core.be, read_two, numbers), 0);
		assert_int_equal(numbers[0], numbers[1]);
		toolstack_too = NULL;
		if (messages < at)
			break;
	}
	assert_true(at > 4);
	reset(0, NULL, NULL);
	refused_at = 2;
	assert_int_equal(dom0_xs_read_together(&core.be, read_two, numbers), -EIO);
	assert_int_equal(core.be.transaction, 0);
}

/* The driver's callback is called again if any message has failed, and only then. */
static void failure_asks_for_another_call(void **state)
{
	struct dom0_xs_batch batch;
	unsigned int at;
	u32 number;

	for (at = 1; at < 20; at++) {
		reset(0, NULL, NULL);
		refused_at = at;
		retries = 0;
		dom0_xs_begin(&batch, &core.be);
		dom0_xs_expect_number(&batch, "state", 4);
		dom0_xs_add_removal(&batch, "old");
		dom0_xs_add(&batch, "new", "1");
		if (!dom0_xs_commit(&batch))
			break;
		assert_int_equal(retries, 1);
	}
	assert_true(at > 6);
	assert_int_equal(retries, 0);

	reset(0, NULL, NULL);
	assert_int_equal(dom0_xs_read_u32(&core.be, DOM0_SIDE_BACKEND, "none", 0, 9, &number),
			 -ENOENT);
	assert_int_equal(dom0_xs_read_u32(&core.be, DOM0_SIDE_BACKEND, "frontend", 0, 9, &number),
			 -EINVAL);
	assert_int_equal(dom0_xs_step(&core.be, "state", 5, 6), -ESTALE);
	assert_int_equal(dom0_backend_online(&core.be), 0);
	put(&store, "be", "frontend", NULL);
	assert_int_equal(dom0_xs_write(&core.be, "new", "1"), -ENOENT);
	assert_int_equal(retries, 0);
	refused_at = messages + 1;
	assert_int_equal(dom0_backend_online(&core.be), -EIO);
	assert_int_equal(retries, 1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(batch_is_one_transaction),
	cmocka_unit_test(batch_does_not_revive_a_directory),
	cmocka_unit_test(nudge_keeps_what_the_toolstack_writes),
	cmocka_unit_test(nudge_writes_nothing_but_connected),
	cmocka_unit_test(batch_that_is_too_long_writes_nothing),
	cmocka_unit_test(gone_device_writes_nothing),
	cmocka_unit_test(closed_looks_at_online),
	cmocka_unit_test(opening_looks_at_online),
	cmocka_unit_test(closing_is_answered),
	cmocka_unit_test(closing_is_answered_in_the_end),
	cmocka_unit_test(orphan_is_removed),
	cmocka_unit_test(batch_is_written_only_over_what_it_expects),
	cmocka_unit_test(reads_belong_together),
	cmocka_unit_test(failure_asks_for_another_call),
};

RUN_TESTS(tests)
