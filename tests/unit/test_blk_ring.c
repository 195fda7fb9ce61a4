// SPDX-License-Identifier: GPL-2.0
/*
 * If memory is short when a queue of a disk connects, it works without a cache of persistent
 * grants.
 */
#include "unit.h"
#include "blk_kernel.h"

struct task_struct;

struct gendisk {
	int node_id;
};

struct block_device {
	struct gendisk *bd_disk;
};

#define test_and_set_bit(nr, bits) ((void)(bits), true)
#define wake_up_process(task) ((void)(task))
#define kzalloc_node(size, gfp, node) ((void)(node), calloc(1, size))
#define timer_setup(timer, fn, flags) ((void)(fn))
#define TIMER_DEFERRABLE 0
#define timer_delete_sync(timer) ((void)(timer))
#define tasklet_kill(tasklet) ((void)(tasklet))
#define hrtimer_cancel(timer) ((void)(timer))
#define kthread_create(fn, data, ...) ((struct task_struct *)(data))
#define kthread_stop(task) ((void)(task))
#define get_task_struct(task) (task)
#define put_task_struct(task) ((void)(task))
#define synchronize_rcu() ((void)0)

#include "drivers/blkback/ring.c"

NOT_HERE(void, blk_finish_init, struct blk_finish *finish)
NOT_HERE(void, blk_throttle_init_ring, struct blk_ring *ring)
NOT_HERE(void, blk_barrier_join, struct blk_ring *ring)
NOT_HERE(void, blk_barrier_leave, struct blk_ring *ring)
NOT_HERE(void, blk_pool_publish, struct blk_ring *ring)
NOT_HERE(void, blk_pool_withdraw, struct blk_ring *ring)
NOT_HERE(int, blk_requests_create, struct blk_ring *ring, int node)
NOT_HERE(void, blk_requests_destroy, struct blk_ring *ring)
NOT_HERE(int, blk_worker, void *data)
NOT_HERE(int, dom0_ring_map, struct xenbus_device *xdev, const grant_ref_t *refs, unsigned int nr,
	 void **addr)
NOT_HERE(void, dom0_ring_unmap, struct xenbus_device *xdev, void *addr)
NOT_HERE(struct dom0_evtchn *, dom0_evtchn_bind, struct xenbus_device *xdev, evtchn_port_t port,
	 const char *name, void (*handler)(void *data), void *data)
NOT_HERE(void, dom0_evtchn_quiesce, struct dom0_evtchn *ch)
NOT_HERE(void, dom0_evtchn_unbind, struct dom0_evtchn *ch)
NOT_HERE(void, dom0_backend_error, struct dom0_backend *be, int err, const char *fmt, ...)
NOT_HERE(unsigned int, blk_ring_slots, unsigned int nr_pages)
NOT_HERE(void, dom0_backend_break, struct dom0_backend *be, const char *reason)

static struct dom0_backend be;
static struct blk_vbd vbd = { .be = &be };
static struct blk_ring ring;
static struct blk_pgrants *cache = (struct blk_pgrants *)&ring;
static unsigned int claimed;
static size_t charged;
static bool no_memory, at_the_limit;

unsigned int blk_pgrants_claim(domid_t domid, unsigned int wanted)
{
	claimed += wanted;
	return wanted;
}

void blk_pgrants_unclaim(domid_t domid, unsigned int nr)
{
	claimed -= nr;
}

size_t blk_pgrants_bytes(unsigned int max)
{
	return 100 * max;
}

bool blk_memory_charge(struct blk_vbd *vbd, size_t bytes)
{
	fail();
	return false;
}

bool blk_memory_charge_spare(struct blk_vbd *vbd, size_t bytes)
{
	if (at_the_limit)
		return false;
	charged += bytes;
	return true;
}

void blk_memory_uncharge(struct blk_vbd *vbd, size_t bytes)
{
	charged -= bytes;
}

struct blk_pgrants *blk_pgrants_create(domid_t domid, unsigned int max, int node)
{
	return no_memory ? ERR_PTR(-ENOMEM) : cache;
}

void blk_pgrants_destroy(struct blk_pgrants *cache)
{
}

static void create_and_destroy(struct blk_pgrants *expected)
{
	struct blk_ring_config config = { .max_persistent = 50 };

	ring = (struct blk_ring){ .vbd = &vbd, .slots = 32 };
	create_persistent(&ring, &config, 0);
	assert_ptr_equal(ring.persistent, expected);
	assert_int_equal(claimed, expected ? 50 : 0);
	assert_int_equal(charged, expected ? 5000 : 0);
	destroy_persistent(&ring);
	assert_int_equal(claimed, 0);
	assert_int_equal(charged, 0);
}

static void cache_is_left_out_where_memory_is_short(void **state)
{
	create_and_destroy(cache);
	no_memory = true;
	create_and_destroy(NULL);
	no_memory = false;
	at_the_limit = true;
	create_and_destroy(NULL);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(cache_is_left_out_where_memory_is_short),
};

RUN_TESTS(tests)
