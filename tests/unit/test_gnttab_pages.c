// SPDX-License-Identifier: GPL-2.0
/* Pages to map grants at, where the kernel takes them from the memory of this domain. */
#include "unit.h"

#include <linux/types.h>

typedef unsigned int gfp_t;

struct page {
	int unused;
};

#define IS_ENABLED(option) 0
#define __GFP_ZERO 0
#define PAGE_KERNEL 0
#define array_size(n, size) ((n) * (size))
#define kvmalloc_node(size, gfp, node) malloc(size)
#define alloc_pages_node(node, gfp, order) ((void)(gfp), malloc(sizeof(struct page)))
#define __free_page(page) free(page)
#define totalram_pages() 1600UL
#define si_mem_available() available
#define pr_err(...) ((void)0)
#define pr_err_ratelimited(fmt, pfn) ((void)(pfn))
#define page_to_pfn(page) 0UL
#define _GNTTAB_COUNTERS_H
#define gnttab_count(which, nr) ((void)(nr))

static long available;
static unsigned int given_away;

static int gnttab_alloc_pages(int nr, struct page **pages)
{
	given_away += nr;
	return 0;
}

static void gnttab_free_pages(int nr, struct page **pages)
{
	given_away -= nr;
}

#include "drivers/gnttab/pages.c"

/* A sixteenth of the memory has to stay available. */
static void memory_is_given_away_down_to_a_reserve(void **state)
{
	struct dom0_pages pool = { 0 };

	available = 100 + 8;
	assert_int_equal(dom0_pages_init(&pool, 8, DOM0_PAGES_MAP, 0), 0);
	assert_int_equal(given_away, 8);
	dom0_pages_exit(&pool);
	assert_int_equal(given_away, 0);

	available--;
	assert_int_equal(dom0_pages_init(&pool, 8, DOM0_PAGES_MAP, 0), -ENOMEM);
	assert_int_equal(given_away, 0);
	assert_null(pool.free);
	available = -1;
	assert_int_equal(dom0_pages_init(&pool, 1, DOM0_PAGES_MAP, 0), -ENOMEM);
}

/* Pages to copy through are ordinary memory, which the allocator refuses by itself. */
static void copies_need_no_reserve(void **state)
{
	struct dom0_pages pool = { 0 };

	available = 0;
	assert_int_equal(dom0_pages_init(&pool, 8, DOM0_PAGES_COPY, 0), 0);
	dom0_pages_exit(&pool);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(memory_is_given_away_down_to_a_reserve),
	cmocka_unit_test(copies_need_no_reserve),
};

RUN_TESTS(tests)
