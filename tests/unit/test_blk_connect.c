// SPDX-License-Identifier: GPL-2.0
/* A disk with several queues connects: when their workers may take requests. */
#include "unit.h"
#include "blk_kernel.h"

/* ---- more of the kernel that ring.c and xenbus.c need ---- */

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

/* A worker, and how often it was woken. */
struct task_struct {
	unsigned int wakes;
};

#define test_and_set_bit(nr, bits) ((void)(bits), true)
#define wake_up_process(task) ((void)(task)->wakes++)
#define kzalloc_node(size, gfp, node) ((void)(node), calloc(1, size))
#define timer_setup(timer, fn, flags) ((void)(fn))
#define TIMER_DEFERRABLE 0
#define timer_delete_sync(timer) ((void)(timer))
#define tasklet_kill(tasklet) ((void)(tasklet))
#define hrtimer_cancel(timer) ((void)(timer))
#define kthread_stop(task) ((void)(task))
#define get_task_struct(task) (task)
#define put_task_struct(task) ((void)(task))
#define synchronize_rcu() ((void)0)
#define mutex_init(lock) ((void)(lock))
#define mutex_destroy(lock) ((void)(lock))
#define mutex_lock(lock) ((void)(lock))
#define mutex_unlock(lock) ((void)(lock))
#define kbasename(path) (path)
#define strscpy(to, from, size) ((void)(from), (void)(*(to) = '\0'))
#define DIV_ROUND_UP_ULL(n, d) DIV_ROUND_UP(n, d)
#define MINORMASK ((1U << 20) - 1)
#define MAJOR(dev) ((unsigned int)((dev) >> 20))
#define MINOR(dev) ((unsigned int)((dev) & MINORMASK))
#define MKDEV(major, minor) ((dev_t)(major) << 20 | (minor))
#define bdev_discard_granularity(bdev) 0U
#define bdev_discard_alignment(bdev) 0
#define bdev_write_cache(bdev) true
#define bdev_physical_block_size(bdev) 512U

static struct task_struct tasks[8];
static unsigned int nr_tasks;

#define kthread_create(fn, data, ...) (&tasks[nr_tasks++])

#include "drivers/blkback/ring.c"
#include "drivers/blkback/xenbus.c"

#include "blk_device.h"

NOT_HERE(int, blk_vbd_open, struct blk_vbd *vbd, dev_t dev, bool same)
NOT_HERE(void, blk_vbd_close, struct blk_vbd *vbd)
NOT_HERE(void, blk_vbd_empty, struct blk_vbd *vbd)
NOT_HERE(int, blk_vbd_parse_number, const char *text, dev_t *dev)
NOT_HERE(int, blk_medium_init, struct blk_vbd *vbd)
NOT_HERE(int, blk_medium_changed, struct blk_vbd *vbd, bool written)
NOT_HERE(void, blk_medium_add_note, const struct blk_vbd *vbd, struct dom0_xs_batch *batch)
NOT_HERE(void, blk_medium_opened, struct blk_vbd *vbd)
NOT_HERE(void, blk_medium_lost, struct blk_vbd *vbd, dev_t dev)
NOT_HERE(void, blk_medium_report, const struct blk_vbd *vbd)
NOT_HERE(u64, blk_vbd_take_size, struct blk_vbd *vbd)
NOT_HERE(int, blk_worker, void *data)
NOT_HERE(bool, blk_memory_charge_spare, struct blk_vbd *vbd, size_t bytes)
NOT_HERE(size_t, blk_pgrants_bytes, unsigned int max)
NOT_HERE(struct blk_pgrants *, blk_pgrants_create, domid_t domid, unsigned int max, int node)
NOT_HERE(void, dom0_backend_break, struct dom0_backend *be, const char *reason)
NOT_HERE(void, dom0_backend_retry, struct dom0_backend *be)
NOT_HERE(bool, dom0_backend_retries, const struct dom0_backend *be)
NOT_HERE(int, dom0_backend_online, struct dom0_backend *be)
NOT_HERE(int, dom0_xs_read_u32, struct dom0_backend *be, enum dom0_side side, const char *key,
	 u32 min, u32 max, u32 *val)
NOT_HERE(int, dom0_xs_write, struct dom0_backend *be, const char *key, const char *fmt, ...)
NOT_HERE(void, dom0_xs_begin, struct dom0_xs_batch *batch, struct dom0_backend *be)
NOT_HERE(void, dom0_xs_add, struct dom0_xs_batch *batch, const char *key, const char *fmt, ...)
NOT_HERE(void, dom0_xs_add_removal, struct dom0_xs_batch *batch, const char *key)
NOT_HERE(void, dom0_xs_add_nudge, struct dom0_xs_batch *batch)
NOT_HERE(int, dom0_xs_commit, struct dom0_xs_batch *batch)

/* ---- what a ring consists of ---- */

static unsigned int nr_joined, nr_mapped, nr_bound;

/* The queue for which something is missing, and what. */
static unsigned int failing_queue;
static int requests_err, map_err, bind_err;

void blk_finish_init(struct blk_finish *finish)
{
}

void blk_throttle_init_ring(struct blk_ring *ring)
{
}

unsigned int blk_ring_slots(unsigned int nr_pages)
{
	return 32 * nr_pages;
}

int blk_requests_create(struct blk_ring *ring, int node)
{
	return ring->index == failing_queue ? requests_err : 0;
}

void blk_requests_destroy(struct blk_ring *ring)
{
}

unsigned int blk_pgrants_claim(domid_t domid, unsigned int wanted)
{
	return 0;
}

void blk_pgrants_unclaim(domid_t domid, unsigned int nr)
{
}

void blk_pgrants_destroy(struct blk_pgrants *cache)
{
}

void blk_memory_uncharge(struct blk_vbd *vbd, size_t bytes)
{
}

void blk_pool_publish(struct blk_ring *ring)
{
}

void blk_pool_withdraw(struct blk_ring *ring)
{
}

void blk_barrier_join(struct blk_ring *ring)
{
	nr_joined++;
}

void blk_barrier_leave(struct blk_ring *ring)
{
	nr_joined--;
}

static struct dom0_sring shared[4];

int dom0_ring_map(struct xenbus_device *xdev, const grant_ref_t *refs, unsigned int nr, void **addr)
{
	if (nr_mapped == failing_queue && map_err)
		return map_err;
	*addr = &shared[nr_mapped++];
	return 0;
}

void dom0_ring_unmap(struct xenbus_device *xdev, void *addr)
{
	nr_mapped--;
}

struct dom0_evtchn *dom0_evtchn_bind(struct xenbus_device *xdev, evtchn_port_t port,
				     const char *name, void (*handler)(void *data), void *data)
{
	if (nr_bound == failing_queue && bind_err)
		return ERR_PTR(bind_err);
	nr_bound++;
	return data;
}

void dom0_evtchn_quiesce(struct dom0_evtchn *ch)
{
	/* Each ring that is stopped has a channel. */
	assert_non_null(ch);
}

void dom0_evtchn_unbind(struct dom0_evtchn *ch)
{
	nr_bound--;
}

/* ---- the device ---- */

static int reported;

void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...)
{
	reported = err;
}

int dom0_xs_read_string(struct dom0_backend *be, enum dom0_side side, const char *key, char *buf,
			size_t size)
{
	return -ENOENT;
}

int blk_frontend_read_queue(struct dom0_backend *be, const struct blk_frontend *front,
			    struct blk_ring_config *config)
{
	return 0;
}

static struct xenbus_device xdev;
static struct dom0_backend backend = { .xdev = &xdev, .name = "vbd" };
static struct gendisk gendisk;
static struct block_device bdev = { .bd_disk = &gendisk };
static struct blk_vbd vbd = { .be = &backend, .bdev = &bdev };
static const struct blk_frontend two_queues = { .nr_queues = 2 };

static int setup_disk(void **state)
{
	memset(tasks, 0, sizeof(tasks));
	nr_tasks = 0;
	failing_queue = ~0U;
	requests_err = 0;
	map_err = 0;
	bind_err = 0;
	reported = 0;
	return 0;
}

static unsigned int nr_wakes(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < ARRAY_SIZE(tasks); i++)
		nr += tasks[i].wakes;
	return nr;
}

/*
 * The second queue cannot be created, and may be next time. If the worker of the first had taken
 * requests, these would have to fail, although the frontend has made no mistake.
 */
static void check_failure(int err)
{
	assert_int_equal(create_rings(&vbd, &two_queues), err);
	assert_int_equal(reported, err);
	assert_int_equal(nr_wakes(), 0);
	assert_null(vbd.rings);
	assert_int_equal(nr_joined, 0);
	assert_int_equal(nr_mapped, 0);
	assert_int_equal(nr_bound, 0);
}

static void no_worker_runs_if_a_queue_cannot_be_created(void **state)
{
	failing_queue = 1;
	requests_err = -ENOMEM;
	check_failure(-ENOMEM);
	requests_err = 0;
	map_err = -ENOSPC;
	check_failure(-ENOSPC);
	map_err = 0;
	bind_err = -EAGAIN;
	check_failure(-EAGAIN);
}

static void workers_run_when_all_queues_exist(void **state)
{
	unsigned int i;

	assert_int_equal(create_rings(&vbd, &two_queues), 0);
	assert_int_equal(nr_joined, 2);
	for (i = 0; i < 2; i++) {
		assert_ptr_equal(vbd.rings[i]->task, &tasks[i]);
		assert_true(vbd.rings[i]->work & BIT(BLK_WORK_LOOK));
		assert_int_equal(tasks[i].wakes, 1);
	}
	blk_rings_stop(vbd.rings, 2, true);
	destroy_rings(vbd.rings, 2);
	vbd.rings = NULL;
	assert_int_equal(nr_bound, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup(no_worker_runs_if_a_queue_cannot_be_created, setup_disk),
	cmocka_unit_test_setup(workers_run_when_all_queues_exist, setup_disk),
};

RUN_TESTS(tests)
