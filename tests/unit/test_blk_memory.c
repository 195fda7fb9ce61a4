// SPDX-License-Identifier: GPL-2.0
/* The limits on the memory of disks, with guests that take what they can get. */
#include "unit.h"
#include "blk_kernel.h"
#include "numbers.h"

/* ---- more of the kernel that pool.c and request.c need ---- */

struct shrink_control {
	unsigned long nr_to_scan;
};

struct shrinker {
	unsigned long (*count_objects)(struct shrinker *shrinker, struct shrink_control *control);
	unsigned long (*scan_objects)(struct shrinker *shrinker, struct shrink_control *control);
	int seeks;
};

#define SHRINK_STOP (~0UL)
#define DEFAULT_SEEKS 2
#define shrinker_alloc(flags, name) ((void)(name), (struct shrinker *)NULL)
#define shrinker_register(shrinker) ((void)(shrinker))
#define shrinker_free(shrinker) ((void)(shrinker))
#define DEFINE_MUTEX(name) struct mutex name
#define mutex_lock(lock) ((void)(lock))
#define mutex_unlock(lock) ((void)(lock))
#define DEFINE_SPINLOCK(name) spinlock_t name
#define spin_lock(lock) ((void)(lock))
#define spin_unlock(lock) ((void)(lock))
#define atomic_long_read(v) ((v)->counter)
#define atomic_long_add(n, v) ((void)((v)->counter += (n)))
#define atomic_long_sub(n, v) ((void)((v)->counter -= (n)))
#define atomic_long_try_cmpxchg(v, old, new) ((void)(old), (v)->counter = (new), true)
#define GFP_NOWAIT 0U
#define __GFP_RECLAIM 0U
#define __GFP_ZERO 0U
#define PFN_UP(bytes) DIV_ROUND_UP(bytes, PAGE_SIZE)
#define totalram_pages() 0UL
#define set_page_private(page, value) ((void)(page))
#define pfn_to_gfn(pfn) (pfn)
#define page_to_xen_pfn(page) ((void)(page), 0UL)
#define split_page(page, order) ((void)(page))
#define __free_page(page) free(page)
#define pr_err(...) fail_msg(__VA_ARGS__)
#define array_size(n, size) ((n) * (size))
#define kvzalloc_node(size, gfp, node) ((void)(node), calloc(1, size))

/* There are no pages side by side. */
static struct page *alloc_pages_node(int node, unsigned int gfp, unsigned int order)
{
	return order ? NULL : calloc(1, sizeof(struct page));
}

#define llist_entry(node, type, member) container_of(node, type, member)
#define llist_del_all(head) ((void)(head), (struct llist_node *)NULL)
#define llist_for_each_entry_safe(pos, next, first, member) \
	for (pos = (void *)(first), next = NULL; pos; pos = next)

#include "drivers/blkback/pool.c"
#include "drivers/blkback/request.c"

unsigned int blk_max_buffer_pages = 1024, blk_max_device_mb, blk_max_memory_mb;

NOT_HERE(void, blk_ring_kick, struct blk_ring *ring, enum blk_work why)
NOT_HERE(void, blk_barrier_over, struct blk_ring *ring)

int dom0_copy_init(struct dom0_copy *batch, unsigned int max, int node)
{
	return 0;
}

void dom0_copy_exit(struct dom0_copy *batch)
{
}

int dom0_map_init(struct dom0_map *batch, unsigned int max, int node)
{
	return 0;
}

void dom0_map_exit(struct dom0_map *batch)
{
}

/* ---- the guests, each with one disk that has many queues ---- */

#define MOST_QUEUES	40

static struct guest {
	struct dom0_backend be;
	struct blk_vbd vbd;
	struct blk_ring rings[MOST_QUEUES];
	unsigned int nr;
} guests[8];

static bool connect_queue(unsigned int guest)
{
	struct guest *g = &guests[guest];
	struct blk_ring *ring = &g->rings[g->nr];

	g->be.domid = guest;
	g->vbd.be = &g->be;
	memset(ring, 0, sizeof(*ring));
	ring->vbd = &g->vbd;
	ring->index = g->nr;
	ring->slots = 32;
	INIT_LIST_HEAD(&ring->worker.free_large);
	if (blk_requests_create(ring, 0))
		return false;
	g->nr++;
	return true;
}

static unsigned int connect_all_it_can(unsigned int guest)
{
	while (guests[guest].nr < MOST_QUEUES && connect_queue(guest))
		;
	return guests[guest].nr;
}

static int disconnect_all(void **state)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(guests); i++) {
		while (guests[i].nr)
			blk_requests_destroy(&guests[i].rings[--guests[i].nr]);
		assert_int_equal(guests[i].vbd.memory.counter, 0);
		assert_int_equal(pages_by_guest.of[i], 0);
	}
	assert_int_equal(pages_of_all.counter, 0);
	return 0;
}

static int set_limits(void **state)
{
	blk_max_memory_mb = 24;
	blk_max_device_mb = 64;
	pages_by_guest.refuses = false;
	return 0;
}

/* ---- tests ---- */

/* The first guest takes what it can. The next ones still get queues, and leave some as well. */
static void one_guest_does_not_get_all(void **state)
{
	unsigned int first = connect_all_it_can(0);

	assert_in_range(first, 2, MOST_QUEUES - 1);
	assert_true(connect_queue(1));
	assert_in_range(connect_all_it_can(1), 2, first - 1);
	assert_true(connect_queue(2));
	assert_true(connect_queue(2));
	assert_true(connect_queue(3));
}

/* The same, with a guest whose load has taken what loads may take. */
static void load_and_queues_of_one_guest(void **state)
{
	struct blk_pool *pool = &guests[0].rings[0].pool;
	LIST_HEAD(pages);

	assert_true(connect_queue(0));
	while (blk_pool_get(pool, &pages, pool->nr_free + 64))
		blk_pool_put(pool, &pages, pool->size);
	assert_in_range(pages_of_all.counter, 24 * PAGES_PER_MB * 3 / 4 - 64,
			24 * PAGES_PER_MB * 3 / 4);
	assert_in_range(connect_all_it_can(0), 2, MOST_QUEUES - 1);
	assert_true(connect_queue(1));
}

/* A disk with one queue connects while it fits, also beyond half of the memory. */
static void first_queues_have_no_share(void **state)
{
	assert_true(connect_queue(0));
	blk_max_memory_mb = DIV_ROUND_UP(pages_of_all.counter * 9 / 4, PAGES_PER_MB);
	assert_true(connect_queue(1));
	assert_false(connect_queue(1));
}

static void guest_without_memory_for_its_share(void **state)
{
	long before;

	assert_true(connect_queue(0));
	before = pages_of_all.counter;
	pages_by_guest.refuses = true;
	assert_false(connect_queue(0));
	assert_int_equal(pages_of_all.counter, before);
	assert_int_equal(guests[0].vbd.memory.counter, before);
}

/*
 * The limit is lowered while requests have pages. These are freed as soon as the requests give them
 * back, but for those that each queue always has.
 */
static void check_lowered(unsigned int *limit)
{
	struct blk_pool *pool = &guests[0].rings[0].pool;
	struct list_head some, others;

	assert_true(connect_queue(0));
	assert_true(blk_pool_get(pool, &some, 600));
	assert_true(blk_pool_get(pool, &others, 400));
	blk_pool_trim(pool);
	assert_in_range(pool->size, 1000, 1100);

	*limit = 1;
	blk_pool_put(pool, &others, 400);
	blk_pool_trim(pool);
	assert_int_equal(pool->size, 600);
	assert_int_equal(pool->nr_free, 0);
	blk_pool_put(pool, &some, 600);
	blk_pool_trim(pool);
	assert_int_equal(pool->size, BLK_MIN_PAGES);
	disconnect_all(NULL);
}

static void limits_are_lowered_under_load(void **state)
{
	check_lowered(&blk_max_device_mb);
	set_limits(NULL);
	check_lowered(&blk_max_memory_mb);
}

/* What is within the limits stays, for the next requests. */
static void only_the_excess_is_freed(void **state)
{
	struct blk_pool *pool = &guests[0].rings[0].pool;
	LIST_HEAD(pages);

	assert_true(connect_queue(0));
	assert_true(blk_pool_get(pool, &pages, 1024));
	blk_pool_put(pool, &pages, 1024);
	blk_max_device_mb = 3;
	blk_pool_trim(pool);
	assert_int_equal(guests[0].vbd.memory.counter, 3 * PAGES_PER_MB);
	blk_pool_trim(pool);
	assert_int_equal(guests[0].vbd.memory.counter, 3 * PAGES_PER_MB);
}

#define memory_test(f) cmocka_unit_test_setup_teardown(f, set_limits, disconnect_all)

static const struct CMUnitTest tests[] = {
	memory_test(one_guest_does_not_get_all),
	memory_test(load_and_queues_of_one_guest),
	memory_test(first_queues_have_no_share),
	memory_test(guest_without_memory_for_its_share),
	memory_test(limits_are_lowered_under_load),
	memory_test(only_the_excess_is_freed),
};

RUN_TESTS(tests)
