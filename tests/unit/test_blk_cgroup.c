// SPDX-License-Identifier: GPL-2.0
/* The cgroup of a disk's I/O: which one a worker enters, and that each reference is dropped. */
#include "unit.h"
#include "blk_kernel.h"

struct cgroup_subsys_state {
	int refs;
};

struct cgroup {
	int refs;
	struct cgroup_subsys_state css;
};

static struct cgroup one, two;
static struct cgroup_subsys_state *entered;	/* by the worker, as the kernel has it */
static int io_cgrp_subsys;

#define IS_ENABLED(CONFIG_OPTION) 1
#define ERR_CAST(pointer) ((void *)(pointer))
#define spin_lock_init(lock) ((void)(lock))
#define spin_lock(lock) ((void)(lock))
#define spin_unlock(lock) ((void)(lock))
#define css_put(css) ((void)(css)->refs--)

static struct cgroup *cgroup_get_from_path(const char *path)
{
	struct cgroup *cgroup = !strcmp(path, "/one") ? &one : !strcmp(path, "/two") ? &two : NULL;

	if (!cgroup)
		return ERR_PTR(-ENOENT);
	cgroup->refs++;
	return cgroup;
}

static void cgroup_put(struct cgroup *cgroup)
{
	cgroup->refs--;
}

static struct cgroup_subsys_state *cgroup_get_e_css(struct cgroup *cgroup, int *subsys)
{
	cgroup->css.refs++;
	return &cgroup->css;
}

static void kthread_associate_blkcg(struct cgroup_subsys_state *css)
{
	if (entered)
		entered->refs--;
	entered = css;
	if (css)
		css->refs++;
}

#include "drivers/blkback/cgroup.c"

static struct blk_vbd vbd;
static struct blk_ring ring = { .vbd = &vbd };
static struct blk_ring *rings[] = { &ring };
static unsigned int nr_kicks;
static const char *named;
static int xenstore_err;
static unsigned int nr_errors;

int dom0_xs_read_string(struct dom0_backend *be, enum dom0_side side, const char *key, char *buf,
			size_t size)
{
	if (xenstore_err)
		return xenstore_err;
	if (!named)
		return -ENOENT;
	snprintf(buf, size, "%s", named);
	return 0;
}

void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...)
{
	nr_errors++;
}

void blk_ring_kick(struct blk_ring *ring, enum blk_work work)
{
	assert_int_equal(work, BLK_WORK_LOOK);
	nr_kicks++;
}

/* The toolstack writes the node, and the worker has its next round. */
static void name_cgroup(const char *name)
{
	named = name;
	blk_cgroup_read(&vbd);
	blk_cgroup_follow(&ring);
}

static void worker_follows(void **state)
{
	name_cgroup(NULL);
	assert_null(entered);
	name_cgroup("/one");
	assert_ptr_equal(entered, &one.css);
	name_cgroup("/one");
	assert_int_equal(one.css.refs, 2);
	name_cgroup("/two");
	assert_ptr_equal(entered, &two.css);
	assert_int_equal(one.css.refs, 0);

	/* A change between two rounds: the worker is still in the former cgroup, which stays. */
	named = "/one";
	blk_cgroup_read(&vbd);
	assert_ptr_equal(entered, &two.css);
	assert_int_equal(two.css.refs, 1);
	blk_cgroup_follow(&ring);
	assert_int_equal(two.css.refs, 0);

	name_cgroup(NULL);
	assert_null(entered);
	assert_int_equal(one.css.refs + two.css.refs + one.refs + two.refs, 0);
	assert_int_equal(nr_errors, 0);
}

static void wrong_name_changes_nothing(void **state)
{
	name_cgroup("/one");
	name_cgroup("/three");
	assert_int_equal(nr_errors, 1);
	assert_ptr_equal(entered, &one.css);
	xenstore_err = -EIO;
	name_cgroup("/two");
	assert_int_equal(nr_errors, 1);
	assert_ptr_equal(entered, &one.css);
	xenstore_err = 0;

	blk_cgroup_leave(&ring);
	assert_null(entered);
	blk_cgroup_release(&vbd);
	assert_int_equal(one.css.refs + two.css.refs + one.refs + two.refs, 0);
}

/* An idle worker has a round, or it would keep the former cgroup until the next request. */
static void idle_worker_leaves(void **state)
{
	vbd.rings = rings;
	vbd.nr_rings = 1;
	name_cgroup("/one");
	assert_int_equal(nr_kicks, 1);
	name_cgroup("/one");
	name_cgroup("/three");
	assert_int_equal(nr_kicks, 1);
	name_cgroup(NULL);
	assert_int_equal(nr_kicks, 2);
	assert_int_equal(one.css.refs, 0);
	vbd.nr_rings = 0;
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(worker_follows),
	cmocka_unit_test(wrong_name_changes_nothing),
	cmocka_unit_test(idle_worker_leaves),
};

RUN_TESTS(tests)
