// SPDX-License-Identifier: GPL-2.0
/*
 * The medium of a CD-ROM drive: which disk is open, and which nodes of xenstore are left, after
 * changes in any order, failures, and a change while no driver is bound. The device's work runs
 * step by step, with the disk and the rings imitated.
 */
#include "unit.h"
#include "blk_kernel.h"
#include "xs_store.h"

#include <stdio.h>

struct gendisk {
	int node_id;
	u64 diskseq;
};

struct block_device {
	struct gendisk *bd_disk;
};

struct xenbus_device {
	int state;
};

struct file {
	int unused;
};

#define mutex_init(lock) ((void)(lock))
#define mutex_destroy(lock) ((void)(lock))
#define mutex_lock(lock) ((void)(lock))
#define mutex_unlock(lock) ((void)(lock))
#define kbasename(path) (path)
#define DIV_ROUND_UP_ULL(n, d) DIV_ROUND_UP(n, d)
#define MINORMASK ((1U << 20) - 1)
#define MAJOR(dev) ((unsigned int)((dev) >> 20))
#define MINOR(dev) ((unsigned int)((dev) & MINORMASK))
#define MKDEV(major, minor) ((dev_t)(major) << 20 | (minor))
#define bdev_discard_granularity(bdev) 0U
#define bdev_discard_alignment(bdev) 0
#define bdev_write_cache(bdev) true
#define bdev_physical_block_size(bdev) 512U

static int lookup_err;

/* The disks of this domain: /dev/a, /dev/b and /dev/c. */
static int lookup_bdev(const char *path, dev_t *dev)
{
	if (lookup_err)
		return lookup_err;
	if (strncmp(path, "/dev/", 5) || !strchr("abc", path[5]))
		return -ENOENT;
	*dev = MKDEV(7, path[5] - 'a');
	return 0;
}

#include "drivers/blkback/medium.c"
#include "drivers/blkback/xenbus.c"

#include "blk_device.h"

NOT_HERE(int, blk_frontend_read_queue, struct dom0_backend *be, const struct blk_frontend *front,
	 struct blk_ring_config *config)
NOT_HERE(struct blk_ring *, blk_ring_create, struct blk_vbd *vbd,
	 const struct blk_ring_config *config)
NOT_HERE(void, blk_ring_destroy, struct blk_ring *ring)
NOT_HERE(void, blk_rings_start, struct blk_ring **rings, unsigned int nr)
NOT_HERE(void, blk_rings_stop, struct blk_ring **rings, unsigned int nr, bool drain)

/* ---- the disk ---- */

static struct xenbus_device xdev;
static struct gendisk gendisk = { .diskseq = 0x1f };
static struct block_device bdev = { .bd_disk = &gendisk };
static struct file file;
static struct blk_ring *no_rings[1];
static struct blk_vbd vbd;
static int open_err;	/* of the next open */
static unsigned int nr_opens;

int blk_vbd_open(struct blk_vbd *vbd, dev_t dev, bool same)
{
	int err = open_err;

	open_err = 0;
	if (err)
		return err;
	nr_opens++;
	vbd->file = &file;
	vbd->bdev = &bdev;
	vbd->dev = dev;
	vbd->bounds.empty = false;
	blk_vbd_take_size(vbd);
	if (!vbd->rings)
		vbd->told_sectors = vbd->bounds.nr_sectors;
	return 0;
}

void blk_vbd_close(struct blk_vbd *vbd)
{
	vbd->file = NULL;
	vbd->bdev = NULL;
}

/* Until the disk is closed, xenstore must not say that it is free. */
void blk_vbd_empty(struct blk_vbd *vbd)
{
	if (vbd->file)
		assert_string_not_equal(get("opened"), "none");
	blk_vbd_close(vbd);
	vbd->dev = 0;
	vbd->unusable = false;
	vbd->bounds = (struct blk_bounds){ .empty = true, .readonly = true };
}

/* All disks have the same size. */
u64 blk_vbd_take_size(struct blk_vbd *vbd)
{
	vbd->bounds.nr_sectors = vbd->bdev ? 8 : 0;
	return vbd->bounds.nr_sectors;
}

int blk_vbd_parse_number(const char *text, dev_t *dev)
{
	unsigned int major, minor;

	if (sscanf(text, "%x:%x", &major, &minor) != 2)
		return -EINVAL;
	*dev = MKDEV(major, minor);
	return 0;
}

/* ---- the device ---- */

static unsigned int nr_errors;
static bool refuse_reads, refuse_commits;
static char told[1024];	/* the sizes that the frontend was told */
static int online;

static bool read_is_refused(void)
{
	return refuse_reads;
}

static bool commit_is_refused(void)
{
	return refuse_commits;
}

void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...)
{
	nr_errors++;
}

bool dom0_backend_retries(const struct dom0_backend *be)
{
	return retries;
}

int dom0_backend_online(struct dom0_backend *be)
{
	return online;
}

int dom0_xs_write(struct dom0_backend *be, const char *key, const char *fmt, ...)
{
	put(key, "text");
	return 0;
}

void dom0_xs_add_nudge(struct dom0_xs_batch *batch)
{
	strcat(told, writes[nr_writes - 1].value);
}

/* ---- runs of the device's work ---- */

static unsigned long fired, held;	/* watches: for the next run, and for a later one */

/* The toolstack writes a node. */
static void tool(const char *key, const char *value)
{
	put(key, value);
	fired |= BIT(strcmp(key, "params") ? WATCH_PHYSICAL_DEVICE : WATCH_PARAMS);
}

static void run(void)
{
	unsigned long now = fired;
	char number[64];

	strcpy(number, get("physical-device"));
	fired = 0;
	retries = 0;
	blk_changed(&be, now);
	if (retries)
		held |= now;
	if (strcmp(number, get("physical-device")))
		fired |= BIT(WATCH_PHYSICAL_DEVICE);
}

/* Run until nothing is left to do. */
static void settle(void)
{
	unsigned int i;

	for (i = 0; fired || held; i++) {
		assert_in_range(i, 0, 9);
		if (!fired) {
			fired = held;
			held = 0;
		}
		run();
	}
}

static void change(const char *params)
{
	tool("params", params);
	settle();
}

/* A driver is bound: what it remembers is gone. */
static void bind_driver(void)
{
	memset(&vbd, 0, sizeof(vbd));
	vbd.be = &be;
	be.priv = &vbd;
	be.xdev = &xdev;
	nr_errors = 0;
	retries = 0;
	held = 0;
	assert_int_equal(blk_medium_init(&vbd), 0);
	fired = BIT(WATCH_PARAMS) | BIT(WATCH_PHYSICAL_DEVICE) | BIT(WATCH_ONLINE);
}

static void bind_and_settle(void)
{
	bind_driver();
	settle();
}

static void check_open(const char *number)
{
	dev_t dev;

	assert_int_equal(blk_vbd_parse_number(number, &dev), 0);
	assert_ptr_equal(vbd.file, &file);
	assert_int_equal(vbd.dev, dev);
	assert_false(vbd.bounds.empty);
	assert_string_equal(get("physical-device"), number);
	assert_non_null(strstr(get("medium"), get("params")));
	assert_null(find("hotplug-error"));
}

static void check_empty(void)
{
	assert_null(vbd.file);
	assert_true(vbd.bounds.empty);
	assert_null(find("physical-device"));
	assert_null(find("physical-device-path"));
	assert_null(find("diskseq"));
	assert_non_null(find("opened"));
	assert_string_equal(get("opened"), "none");
}

/* A drive with the medium /dev/a, as libxl and a script have written it. */
static int setup_drive(void **state)
{
	memset(nodes, 0, sizeof(nodes));
	before_commit = NULL;
	refuse_reads = false;
	refuse_commits = false;
	lookup_err = 0;
	open_err = 0;
	nr_opens = 0;
	told[0] = '\0';
	online = 1;
	xdev.state = XenbusStateInitWait;
	put("device-type", "cdrom");
	put("mode", "r");
	put("params", "/dev/a");
	put("physical-device", "7:0");
	put("physical-device-path", "/dev/a");
	put("diskseq", "1f");
	bind_and_settle();
	assert_true(vbd.drive);
	check_open("7:0");
	return 0;
}

static int setup_connected(void **state)
{
	setup_drive(state);
	vbd.rings = no_rings;
	return 0;
}

/* ---- changes ---- */

static void medium_goes_and_another_comes(void **state)
{
	change("");
	check_empty();
	change("raw:/dev/b");
	check_open("7:1");
	assert_string_equal(get("physical-device-path"), "/dev/b");
	change("raw:/dev/b");
	assert_int_equal(nr_opens, 2);

	/* Both writes of the toolstack are one event. */
	change("raw:/dev/a");
	check_open("7:0");
	assert_int_equal(nr_errors, 0);
}

/* The last of several writes holds, whatever the driver has done about the others. */
static void last_write_wins(void **state)
{
	static const char * const names[] = { "", "/dev/a", "/dev/b", "/no/disk" };
	unsigned int i, j, runs;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		for (j = 0; j < ARRAY_SIZE(names); j++)
			for (runs = 0; runs < 3; runs++) {
				change("");
				tool("params", names[i]);
				if (runs > 0)
					run();
				if (runs > 1)
					run();
				change(names[j]);
				if (j == 1 || j == 2)
					check_open(j == 1 ? "7:0" : "7:1");
				else
					check_empty();
			}
}

/* The drive stays, and the same name is tried once more when it is written once more. */
static void name_that_is_no_disk(void **state)
{
	change("raw:/dev/x");
	check_empty();
	assert_int_equal(nr_errors, 1);
	change("raw:/dev/x");
	assert_int_equal(nr_errors, 2);
	blk_medium_report(&vbd);
	assert_int_equal(nr_errors, 3);
	change("");
	blk_medium_report(&vbd);
	assert_int_equal(nr_errors, 3);
}

static void medium_that_cannot_be_opened(void **state)
{
	change("");
	open_err = -EIO;
	change("/dev/b");
	check_empty();
	assert_non_null(find("hotplug-error"));
	blk_medium_report(&vbd);
	assert_int_equal(nr_errors, 1);
	change("");
	assert_null(find("hotplug-error"));
	change("/dev/b");
	check_open("7:1");
}

/* The disk is named, and to be opened later. */
static void short_of_memory(const char *params)
{
	unsigned int i;

	tool("params", params);
	open_err = -ENOMEM;
	for (i = 0; open_err && i < 3; i++)
		run();
	assert_int_equal(open_err, 0);
}

/* A change comes while a disk that has been named is still to be opened. */
static void change_while_an_open_is_tried_again(void **state)
{
	change("");
	short_of_memory("/dev/b");
	change("");
	check_empty();
	short_of_memory("/dev/b");
	change("/dev/c");
	check_open("7:2");
}

static void unbound_while_an_open_is_tried_again(void **state)
{
	static const char * const names[] = { "", "/dev/c" };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		change("");
		short_of_memory("/dev/b");
		put("params", names[i]);
		bind_and_settle();
		if (i)
			check_open("7:2");
		else
			check_empty();
	}
}

/* The toolstack has detached the device, changes its mind, and has changed the medium twice. */
static void changes_of_a_drive_that_was_given_up(void **state)
{
	online = 0;
	xdev.state = XenbusStateClosed;
	fired = BIT(WATCH_ONLINE);
	settle();
	assert_null(vbd.file);
	change("/dev/b");
	assert_null(vbd.file);
	change("/dev/c");
	assert_null(vbd.file);
	online = 1;
	fired = BIT(WATCH_ONLINE);
	settle();
	check_open("7:2");
}

/* A frontend that has the size of the old medium must see that it is gone. */
static void frontend_is_told_that_the_medium_is_gone(void **state)
{
	change("/dev/b");
	check_open("7:1");
	assert_string_equal(told, "08");
}

/* ---- a script writes the number ---- */

static void script_names_the_disk(void **state)
{
	put("physical-device", "7:5");
	put("diskseq", "20");
	change("file:/image");
	check_open("7:5");
	assert_string_equal(get("diskseq"), "20");
	put("physical-device", "7:6");
	change("/dev/a");
	check_open("7:6");
	assert_int_equal(nr_errors, 0);
}

static void script_names_the_disk_first(void **state)
{
	tool("physical-device", "7:5");
	settle();
	assert_int_equal(vbd.dev, MKDEV(7, 0));
	change("file:/image");
	check_open("7:5");
}

static void script_names_the_disk_later(void **state)
{
	change("file:/image");
	check_empty();
	assert_int_equal(nr_errors, 1);
	tool("physical-device", "7:5");
	settle();
	check_open("7:5");
	change("");
	check_empty();
}

static void name_next(void)
{
	before_commit = NULL;
	tool("physical-device", "7:5");
}

static void script_names_the_disk_meanwhile(void **state)
{
	before_commit = name_next;
	change("file:/image");
	check_open("7:5");
}

static void script_names_the_disk_while_no_driver_is_bound(void **state)
{
	put("physical-device", "7:5");
	put("params", "file:/image");
	bind_and_settle();
	check_open("7:5");
	assert_int_equal(nr_errors, 0);
}

/* ---- failures ---- */

static void xenstore_fails(void **state)
{
	refuse_commits = true;
	tool("params", "");
	run();
	assert_true(retries);
	assert_string_equal(get("physical-device"), "7:0");
	fired = BIT(WATCH_PHYSICAL_DEVICE);
	run();
	assert_null(vbd.file);
	assert_true(vbd.bounds.empty);
	refuse_commits = false;
	settle();
	check_empty();

	refuse_commits = true;
	tool("params", "/dev/b");
	run();
	refuse_reads = true;
	fired = held;
	run();
	assert_int_equal(nr_errors, 0);
	refuse_reads = false;
	refuse_commits = false;
	settle();
	check_open("7:1");
	change(NULL);
	assert_int_equal(vbd.dev, MKDEV(7, 1));
}

/* The toolstack takes its change back before it is in xenstore. */
static void change_is_taken_back(void **state)
{
	refuse_commits = true;
	tool("params", "");
	run();
	refuse_commits = false;
	change("/dev/a");
	check_open("7:0");
}

static void memory_is_short(void **state)
{
	lookup_err = -ENOMEM;
	tool("params", "/dev/b");
	run();
	run();
	assert_int_equal(nr_errors, 0);
	assert_null(vbd.file);
	lookup_err = 0;
	settle();
	check_open("7:1");
}

static void number_that_is_none(void **state)
{
	static const char * const texts[] = { "disk", "1234567890:1234567890123" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		change("/dev/a");
		tool("physical-device", texts[i]);
		settle();
		change("/dev/b");
		check_open("7:1");
		change("");
		tool("physical-device", texts[i]);
		settle();
		check_empty();
		change("/dev/b");
		check_open("7:1");
	}
}

/* ---- a driver is bound ---- */

static void bound_again(void **state)
{
	bind_and_settle();
	check_open("7:0");
	change("");
	bind_and_settle();
	check_empty();
	assert_int_equal(nr_errors, 0);

	/* A name that was no disk is tried again. */
	change("/dev/x");
	bind_and_settle();
	check_empty();
	assert_int_equal(nr_errors, 1);
	put("params", "/dev/b");
	bind_and_settle();
	check_open("7:1");
	assert_int_equal(nr_errors, 0);
}

static void changed_while_no_driver_was_bound(void **state)
{
	put("params", "raw:/dev/b");
	bind_driver();
	/* The frontend connects before the new medium has been tried. */
	blk_medium_report(&vbd);
	assert_int_equal(nr_errors, 0);
	settle();
	check_open("7:1");
	assert_string_equal(get("medium"), "7:1 raw:/dev/b");
	put("params", "");
	bind_and_settle();
	check_empty();
	assert_int_equal(nr_errors, 0);
}

/* A driver that is bound ignores a name that it cannot read, and so does the next one. */
static void bound_without_a_name(void **state)
{
	put("params", NULL);
	bind_and_settle();
	assert_int_equal(vbd.dev, MKDEV(7, 0));
	assert_ptr_equal(vbd.file, &file);
	put("params", "");
	bind_and_settle();
	check_empty();
	put("params", NULL);
	bind_and_settle();
	check_empty();
}

static void create(const char *params)
{
	put("params", params);
	put("physical-device", NULL);
	put("physical-device-path", NULL);
	put("diskseq", NULL);
	put("opened", NULL);
	put("medium", NULL);
	bind_and_settle();
}

static void created(void **state)
{
	/* With a medium that a script has yet to name. */
	create("/dev/a");
	assert_null(vbd.file);
	assert_false(vbd.bounds.empty);
	assert_null(find("physical-device"));
	bind_and_settle();
	assert_false(vbd.bounds.empty);
	tool("physical-device", "7:0");
	settle();
	check_open("7:0");

	/* Another one, before the script. */
	create("/dev/a");
	change("/dev/b");
	check_open("7:1");

	/* Another one, before the disk that the script has named could be opened. */
	create("/dev/a");
	tool("physical-device", "7:0");
	open_err = -ENOMEM;
	run();
	change("/dev/b");
	check_open("7:1");

	/* Without a name: only physical-device names the disk. */
	create(NULL);
	assert_false(vbd.bounds.empty);
	tool("physical-device", "7:0");
	settle();
	assert_int_equal(vbd.dev, MKDEV(7, 0));
}

static void created_empty(void **state)
{
	create("");
	check_empty();
	bind_and_settle();
	check_empty();
	change("/dev/x");
	bind_and_settle();
	check_empty();

	create("");
	put("params", "/dev/b");
	bind_and_settle();
	check_open("7:1");
}

static void no_drive(void **state)
{
	static const char * const other[][2] = {
		{ "disk", "r" }, { "cdrom", "w" }, { "cdrom", "w!" },
		{ NULL, "r" }, { "cdrom", NULL },
	};
	unsigned int i;

	put("params", "");
	put("physical-device", NULL);
	for (i = 0; i < ARRAY_SIZE(other); i++) {
		put("device-type", other[i][0]);
		put("mode", other[i][1]);
		bind_and_settle();
		assert_false(vbd.drive);
		assert_false(vbd.bounds.empty);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup(medium_goes_and_another_comes, setup_drive),
	cmocka_unit_test_setup(last_write_wins, setup_connected),
	cmocka_unit_test_setup(name_that_is_no_disk, setup_drive),
	cmocka_unit_test_setup(medium_that_cannot_be_opened, setup_drive),
	cmocka_unit_test_setup(change_while_an_open_is_tried_again, setup_connected),
	cmocka_unit_test_setup(unbound_while_an_open_is_tried_again, setup_drive),
	cmocka_unit_test_setup(changes_of_a_drive_that_was_given_up, setup_drive),
	cmocka_unit_test_setup(frontend_is_told_that_the_medium_is_gone, setup_connected),
	cmocka_unit_test_setup(script_names_the_disk, setup_drive),
	cmocka_unit_test_setup(script_names_the_disk_first, setup_connected),
	cmocka_unit_test_setup(script_names_the_disk_later, setup_drive),
	cmocka_unit_test_setup(script_names_the_disk_meanwhile, setup_drive),
	cmocka_unit_test_setup(script_names_the_disk_while_no_driver_is_bound, setup_drive),
	cmocka_unit_test_setup(xenstore_fails, setup_connected),
	cmocka_unit_test_setup(change_is_taken_back, setup_drive),
	cmocka_unit_test_setup(memory_is_short, setup_drive),
	cmocka_unit_test_setup(number_that_is_none, setup_drive),
	cmocka_unit_test_setup(bound_again, setup_drive),
	cmocka_unit_test_setup(changed_while_no_driver_was_bound, setup_drive),
	cmocka_unit_test_setup(bound_without_a_name, setup_drive),
	cmocka_unit_test_setup(created, setup_drive),
	cmocka_unit_test_setup(created_empty, setup_drive),
	cmocka_unit_test_setup(no_drive, setup_drive),
};

RUN_TESTS(tests)
