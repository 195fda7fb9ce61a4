// SPDX-License-Identifier: GPL-2.0
/*
 * The cache of pages of each CPU: drivers/netback/pages.c. The test holds and frees packets, and
 * counts pages.
 */
#include "unit.h"

#include <linux/types.h>

/* ---- the parts of the kernel that the file needs ---- */

struct page {
	int refs;
};

#define __GFP_NOMEMALLOC 0
#define __percpu
#define NR_CPUS		2
#define alloc_percpu(type) ((type *)calloc(NR_CPUS, sizeof(type)))
#define free_percpu(p) free(p)
#define per_cpu_ptr(p, cpu) (&(p)[cpu])
#define this_cpu_ptr(p) per_cpu_ptr(p, this_cpu)
#define for_each_possible_cpu(cpu) for (cpu = 0; cpu < NR_CPUS; cpu++)
#define CONFIG_PREEMPT_RT preempt_rt
#define IS_ENABLED(CONFIG_OPTION) (CONFIG_OPTION)

static int this_cpu;
static bool preempt_rt;
static unsigned int pages_alive;
static unsigned int allocations;
static bool no_memory;

static struct page *alloc_page(int gfp)
{
	struct page *page = no_memory ? NULL : calloc(1, sizeof(*page));

	if (!page)
		return NULL;
	page->refs = 1;
	pages_alive++;
	allocations++;
	return page;
}

static int page_ref_count(const struct page *page)
{
	return page->refs;
}

static void get_page(struct page *page)
{
	page->refs++;
}

static void put_page(struct page *page)
{
	assert_true(page->refs > 0);
	if (--page->refs)
		return;
	pages_alive--;
	free(page);
}

#include "drivers/netback/pages.c"

/* ---- tests ---- */

static int start(void **state)
{
	this_cpu = 0;
	preempt_rt = false;
	pages_alive = 0;
	allocations = 0;
	no_memory = false;
	return vif_pages_init();
}

static int stop(void **state)
{
	vif_pages_exit();
	assert_int_equal(pages_alive, 0);
	return 0;
}

/* Take and free as many pages, one after the other. */
static void pass_packets(unsigned int nr)
{
	while (nr--)
		put_page(vif_page_alloc());
}

static void free_pages_are_used_again(void **state)
{
	pass_packets(100 * CACHE_PAGES);
	assert_int_equal(allocations, CACHE_PAGES);
	assert_int_equal(pages_alive, CACHE_PAGES);
}

/* No page is given to two packets. */
static void pages_in_use_are_left_alone(void **state)
{
	struct page *held[4 * CACHE_PAGES];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(held); i++) {
		held[i] = vif_page_alloc();
		assert_true(held[i]->refs <= 2);
	}
	assert_int_equal(allocations, ARRAY_SIZE(held));
	for (i = 0; i < ARRAY_SIZE(held); i++)
		put_page(held[i]);
	assert_true(pages_alive <= CACHE_PAGES);
}

/* Pages of packets that wait for hours leave the cache, and cost other packets nothing then. */
static void pages_of_waiting_packets_are_forgotten(void **state)
{
	struct page *held[CACHE_PAGES];
	unsigned int i, before;

	for (i = 0; i < CACHE_PAGES; i++)
		held[i] = vif_page_alloc();
	pass_packets((EVICT_LAP + 1) * CACHE_PAGES);
	before = allocations;
	pass_packets(10 * CACHE_PAGES);
	assert_int_equal(allocations, before);
	assert_int_equal(pages_alive, 2 * CACHE_PAGES);
	for (i = 0; i < CACHE_PAGES; i++)
		put_page(held[i]);
}

/* If more pages are in use than a cache holds, some are still used again. */
static void many_pages_in_flight(void **state)
{
	struct page *held[2 * CACHE_PAGES - 1] = { NULL };
	unsigned int i, n = 40 * CACHE_PAGES;

	for (i = 0; i < n; i++) {
		struct page **oldest = &held[i % ARRAY_SIZE(held)];

		if (*oldest)
			put_page(*oldest);
		*oldest = vif_page_alloc();
	}
	assert_true(allocations < n * 2 / 3);
	for (i = 0; i < ARRAY_SIZE(held); i++)
		put_page(held[i]);
}

static void without_memory(void **state)
{
	no_memory = true;
	assert_null(vif_page_alloc());
	no_memory = false;
	pass_packets(CACHE_PAGES);
	no_memory = true;
	pass_packets(CACHE_PAGES - 1);
}

static void each_cpu_has_its_own(void **state)
{
	pass_packets(CACHE_PAGES);
	this_cpu = 1;
	pass_packets(CACHE_PAGES);
	assert_int_equal(allocations, 2 * CACHE_PAGES);
}

/* There a NAPI instance may preempt another on the same CPU, so they share no cache. */
static void preempt_rt_has_no_cache(void **state)
{
	preempt_rt = true;
	pass_packets(2 * CACHE_PAGES);
	assert_int_equal(allocations, 2 * CACHE_PAGES);
	assert_int_equal(pages_alive, 0);
}

static void packets_outlive_the_module(void **state)
{
	struct page *page = vif_page_alloc();

	vif_pages_exit();
	assert_int_equal(page->refs, 1);
	put_page(page);
	assert_int_equal(vif_pages_init(), 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(free_pages_are_used_again, start, stop),
	cmocka_unit_test_setup_teardown(pages_in_use_are_left_alone, start, stop),
	cmocka_unit_test_setup_teardown(pages_of_waiting_packets_are_forgotten, start, stop),
	cmocka_unit_test_setup_teardown(many_pages_in_flight, start, stop),
	cmocka_unit_test_setup_teardown(without_memory, start, stop),
	cmocka_unit_test_setup_teardown(each_cpu_has_its_own, start, stop),
	cmocka_unit_test_setup_teardown(preempt_rt_has_no_cache, start, stop),
	cmocka_unit_test_setup_teardown(packets_outlive_the_module, start, stop),
};

RUN_TESTS(tests)
