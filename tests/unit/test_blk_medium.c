// SPDX-License-Identifier: GPL-2.0
/*
 * The medium of a CD-ROM drive: which nodes of xenstore a change leaves, and what the next driver
 * finds. A medium that cannot be found leaves an empty drive.
 */
#include "unit.h"
#include "blk_kernel.h"
#include "xs_store.h"

#include <stdio.h>

#define MINORMASK ((1U << 20) - 1)
#define MAJOR(dev) ((unsigned int)((dev) >> 20))
#define MINOR(dev) ((unsigned int)((dev) & MINORMASK))
#define MKDEV(major, minor) ((dev_t)(major) << 20 | (minor))
#define strscpy(to, from, size) ((void)snprintf(to, size, "%s", from))

/* The disks of this domain. */
static int lookup_bdev(const char *path, dev_t *dev)
{
	if (strcmp(path, "/dev/a") && strcmp(path, "/dev/b"))
		return -ENOENT;
	*dev = MKDEV(7, path[5] - 'a');
	return 0;
}

#include "drivers/blkback/medium.c"

static struct blk_vbd vbd;
static unsigned int nr_errors, nr_emptied;
static bool refuse_reads, refuse_commits;

void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...)
{
	nr_errors++;
}

bool dom0_backend_retries(const struct dom0_backend *be)
{
	return retries;
}

static bool read_is_refused(void)
{
	return refuse_reads;
}

static bool commit_is_refused(void)
{
	return refuse_commits;
}

void blk_vbd_empty(struct blk_vbd *vbd)
{
	nr_emptied++;
	vbd->bounds.empty = true;
	vbd->dev = 0;
}

int blk_vbd_parse_number(const char *text, dev_t *dev)
{
	unsigned int major, minor;

	if (sscanf(text, "%x:%x", &major, &minor) != 2)
		return -EINVAL;
	*dev = MKDEV(major, minor);
	return 0;
}

/* A driver is bound: what it remembers is gone. */
static void bind_driver(void)
{
	memset(&vbd, 0, sizeof(vbd));
	vbd.be = &be;
	nr_errors = 0;
	nr_emptied = 0;
	retries = 0;
}

/* A drive with the medium /dev/a, as libxl and a script have written it. */
static int setup_drive(void **state)
{
	memset(nodes, 0, sizeof(nodes));
	before_commit = NULL;
	refuse_reads = false;
	refuse_commits = false;
	put("device-type", "cdrom");
	put("mode", "r");
	put("params", "/dev/a");
	put("physical-device", "7:0");
	put("physical-device-path", "/dev/a");
	put("diskseq", "1f");
	bind_driver();
	return 0;
}

/* The driver opens the disk that physical-device names, as xenbus.c does. */
static void open_medium(void)
{
	assert_int_equal(blk_vbd_parse_number(get("physical-device"), &vbd.dev), 0);
	vbd.bounds.empty = false;
	put("opened", "7:0@1f");
	put("medium", vbd.params);
}

static void connect_drive(void)
{
	assert_int_equal(blk_medium_init(&vbd), 0);
	assert_true(vbd.drive);
	assert_false(vbd.bounds.empty);
	blk_medium_changed(&vbd);
	assert_int_equal(nr_emptied, 0);
	open_medium();
}

static void write_params(const char *params)
{
	put("params", params);
	retries = 0;
	blk_medium_changed(&vbd);
}

static void check_empty(void)
{
	assert_true(vbd.bounds.empty);
	assert_null(find("physical-device"));
	assert_null(find("physical-device-path"));
	assert_null(find("diskseq"));
	assert_null(find("medium"));
	assert_string_equal(find("opened")->value, "none");
}

/* ---- tests ---- */

static void medium_goes_and_another_comes(void **state)
{
	connect_drive();
	write_params("");
	check_empty();
	write_params("raw:/dev/b");
	assert_string_equal(get("physical-device"), "7:1");
	assert_string_equal(get("physical-device-path"), "/dev/b");
	open_medium();
	write_params("raw:/dev/b");
	assert_int_equal(nr_emptied, 1);

	/* Both writes of the toolstack are one event. */
	write_params("raw:/dev/a");
	assert_int_equal(nr_emptied, 2);
	assert_string_equal(get("physical-device"), "7:0");
	assert_int_equal(nr_errors, 0);
}

/* The drive stays, and the same name is tried once more when it is written once more. */
static void name_that_is_no_disk(void **state)
{
	connect_drive();
	write_params("raw:/dev/c");
	check_empty();
	assert_int_equal(nr_errors, 1);
	write_params("raw:/dev/c");
	assert_int_equal(nr_errors, 2);
	blk_medium_report(&vbd);
	assert_int_equal(nr_errors, 3);
	write_params("");
	blk_medium_report(&vbd);
	assert_int_equal(nr_errors, 3);
}

static void medium_that_cannot_be_opened(void **state)
{
	connect_drive();
	write_params("");
	write_params("raw:/dev/b");
	blk_medium_lost(&vbd, MKDEV(7, 1));
	check_empty();
	write_params("raw:/dev/b");
	assert_string_equal(get("physical-device"), "7:1");
}

static void script_names_the_disk(void **state)
{
	connect_drive();
	put("physical-device", "7:5");
	put("diskseq", "20");
	write_params("file:/image");
	assert_true(vbd.bounds.empty);
	assert_string_equal(get("physical-device"), "7:5");
	assert_string_equal(get("diskseq"), "20");

	open_medium();
	put("physical-device", "7:6");
	write_params("/dev/a");
	assert_string_equal(get("physical-device"), "7:6");
}

static void name_next(void)
{
	before_commit = NULL;
	put("physical-device", "7:5");
}

static void script_names_the_disk_meanwhile(void **state)
{
	connect_drive();
	before_commit = name_next;
	write_params("");
	assert_int_equal(retries, 1);
	assert_false(vbd.bounds.empty);
	retries = 0;
	blk_medium_changed(&vbd);
	assert_true(vbd.bounds.empty);
	assert_string_equal(get("physical-device"), "7:5");
}

static void xenstore_fails(void **state)
{
	refuse_reads = true;
	assert_int_equal(blk_medium_init(&vbd), -EIO);
	refuse_reads = false;
	connect_drive();
	refuse_commits = true;
	write_params("");
	assert_int_equal(retries, 1);
	assert_false(vbd.bounds.empty);
	assert_string_equal(get("physical-device"), "7:0");
	refuse_commits = false;
	write_params("");
	check_empty();

	refuse_commits = true;
	write_params("/dev/b");
	assert_int_equal(retries, 1);
	assert_int_equal(nr_errors, 0);
	refuse_commits = false;
	write_params("/dev/b");
	assert_string_equal(get("physical-device"), "7:1");
	put("params", NULL);
	blk_medium_changed(&vbd);
	assert_string_equal(get("physical-device"), "7:1");
}

static void bound_again(void **state)
{
	connect_drive();
	bind_driver();
	connect_drive();

	/* Without a medium. */
	write_params("");
	bind_driver();
	assert_int_equal(blk_medium_init(&vbd), 0);
	check_empty();
	blk_medium_changed(&vbd);
	check_empty();

	/* The name of a medium that could not be opened is tried again. */
	put("params", "/dev/b");
	bind_driver();
	assert_int_equal(blk_medium_init(&vbd), 0);
	check_empty();
	blk_medium_changed(&vbd);
	assert_string_equal(get("physical-device"), "7:1");
}

static void changed_while_no_driver_was_bound(void **state)
{
	connect_drive();
	bind_driver();
	put("params", "raw:/dev/b");
	assert_int_equal(blk_medium_init(&vbd), 0);
	check_empty();
	blk_medium_changed(&vbd);
	assert_string_equal(get("physical-device"), "7:1");
	open_medium();

	bind_driver();
	put("params", "");
	assert_int_equal(blk_medium_init(&vbd), 0);
	blk_medium_changed(&vbd);
	check_empty();
}

static void created(void **state)
{
	/* With a medium that a script has yet to name. */
	put("physical-device", NULL);
	assert_int_equal(blk_medium_init(&vbd), 0);
	blk_medium_changed(&vbd);
	assert_false(vbd.bounds.empty);
	assert_null(find("physical-device"));

	/* Without a medium. */
	put("params", "");
	bind_driver();
	assert_int_equal(blk_medium_init(&vbd), 0);
	assert_true(vbd.bounds.empty);
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
		bind_driver();
		assert_int_equal(blk_medium_init(&vbd), 0);
		assert_false(vbd.drive);
		assert_int_equal(nr_emptied, 0);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup(medium_goes_and_another_comes, setup_drive),
	cmocka_unit_test_setup(name_that_is_no_disk, setup_drive),
	cmocka_unit_test_setup(medium_that_cannot_be_opened, setup_drive),
	cmocka_unit_test_setup(script_names_the_disk, setup_drive),
	cmocka_unit_test_setup(script_names_the_disk_meanwhile, setup_drive),
	cmocka_unit_test_setup(xenstore_fails, setup_drive),
	cmocka_unit_test_setup(bound_again, setup_drive),
	cmocka_unit_test_setup(changed_while_no_driver_was_bound, setup_drive),
	cmocka_unit_test_setup(created, setup_drive),
	cmocka_unit_test_setup(no_drive, setup_drive),
};

RUN_TESTS(tests)
