// SPDX-License-Identifier: GPL-2.0
/*
 * Tests dom0-gnttab, and dom0-blkback's cache of persistent grants, against the real hypervisor.
 * This domain grants pages to itself, so that both sides of each copy and mapping can be checked.
 * The module loads if all checks passed.
 *
 * Where the hypervisor translates addresses (PVH), a frame has only one address in a domain:
 * mapping an own page would move it. There only copies and pools are tested.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

/* Compile the cache of dom0-blkback in: that module exports nothing. */
#include "../../../drivers/blkback/grefmap.c"
#include "../../../drivers/blkback/pgrants.c"

#include <dom0/copy.h>
#include <dom0/map.h>
#include <dom0/pages.h>
#include <dom0/platform.h>
#include <dom0/ring_map.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/numa.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/xenbus.h>

#define NR	16U
#define BAD_REF	((grant_ref_t)0x00ffffff)

/* The guest's part: pages, and grants of them. */
struct guest {
	struct page *pages[NR];
	grant_ref_t refs[NR];
};

static unsigned int failures;

static void gnttab_complain(int line, const char *what)
{
	pr_err("line %d: check failed: %s\n", line, what);
	failures++;
}

#define check(condition) \
	do { \
		if (!(condition)) \
			gnttab_complain(__LINE__, #condition); \
	} while (0)

static u8 *guest_bytes(struct guest *guest, unsigned int i)
{
	return page_address(guest->pages[i]);
}

static bool page_is(struct page *page, u8 value)
{
	return !memchr_inv(page_address(page), value, PAGE_SIZE);
}

/* Fill page i with the byte i + 1. */
static void guest_fill(struct guest *guest)
{
	unsigned int i;

	for (i = 0; i < NR; i++)
		memset(guest_bytes(guest, i), i + 1, PAGE_SIZE);
}

static int guest_init(struct guest *guest, domid_t domid, bool readonly)
{
	unsigned int i;
	int ref;

	for (i = 0; i < NR; i++) {
		guest->pages[i] = alloc_page(GFP_KERNEL);
		if (!guest->pages[i])
			return -ENOMEM;
		ref = gnttab_grant_foreign_access(domid, xen_page_to_gfn(guest->pages[i]),
						  readonly);
		if (ref < 0)
			goto free_page;
		guest->refs[i] = ref;
	}
	guest_fill(guest);
	return 0;

free_page:
	__free_page(guest->pages[i]);
	guest->pages[i] = NULL;
	return ref;
}

/* End all grants. This succeeds only if nothing is mapped any more, and so is a test too. */
static void guest_exit(struct guest *guest)
{
	unsigned int i;

	for (i = 0; i < NR && guest->pages[i]; i++) {
		bool ended = gnttab_end_foreign_access_ref(guest->refs[i]);

		check(ended);
		if (!ended)
			continue;
		gnttab_free_grant_reference(guest->refs[i]);
		__free_page(guest->pages[i]);
	}
}

static void test_copy_in(struct guest *guest, domid_t domid, struct dom0_copy *copy,
			 struct page **pages)
{
	unsigned int i;

	for (i = 0; i < NR; i++) {
		check(dom0_copy_space(copy) == NR - i);
		check(dom0_copy_from_guest(copy, domid, guest->refs[i], 0, pages[i], 0,
					   XEN_PAGE_SIZE) == i);
	}
	check(dom0_copy_flush(copy) == 0);
	for (i = 0; i < NR; i++) {
		check(dom0_copy_status(copy, i) == GNTST_okay);
		check(page_is(pages[i], i + 1));
	}
	dom0_copy_reset(copy);
	check(dom0_copy_flush(copy) == 0);
}

static void test_copy_out(struct guest *guest, domid_t domid, struct dom0_copy *copy,
			  struct page **pages)
{
	u8 *bytes = guest_bytes(guest, 3);

	memset(page_address(pages[0]), 0xee, PAGE_SIZE);
	dom0_copy_to_guest(copy, domid, guest->refs[3], 100, pages[0], 4000, 96);
	check(dom0_copy_flush(copy) == 0);
	check(!memchr_inv(bytes, 4, 100));
	check(!memchr_inv(bytes + 100, 0xee, 96));
	check(!memchr_inv(bytes + 196, 4, PAGE_SIZE - 196));
	dom0_copy_reset(copy);
	guest_fill(guest);
}

/* A copy that was rolled back is not made, and its slot is used again. */
static void test_copy_rollback(struct guest *guest, domid_t domid, struct dom0_copy *copy,
			       struct page **pages)
{
	unsigned int mark;

	memset(page_address(pages[1]), 0xcc, PAGE_SIZE);
	dom0_copy_from_guest(copy, domid, guest->refs[0], 0, pages[0], 0, XEN_PAGE_SIZE);
	mark = dom0_copy_mark(copy);
	check(mark == 1);
	dom0_copy_from_guest(copy, domid, guest->refs[1], 0, pages[1], 0, XEN_PAGE_SIZE);
	dom0_copy_rollback(copy, mark);
	check(dom0_copy_from_guest(copy, domid, guest->refs[2], 0, pages[2], 0,
				   XEN_PAGE_SIZE) == mark);
	check(dom0_copy_flush(copy) == 0);
	check(page_is(pages[0], 1));
	check(page_is(pages[1], 0xcc));
	check(page_is(pages[2], 3));
	dom0_copy_reset(copy);
}

/* Only the bad slots fail, wherever they are, and the page of a bad slot is not changed. */
static void test_copy_bad_refs(struct guest *guest, domid_t domid, struct dom0_copy *copy,
			       struct page **pages)
{
	unsigned int i;

	for (i = 0; i < NR; i++) {
		bool bad = i == 0 || i == 7 || i == NR - 1;

		memset(page_address(pages[i]), 0xcc, PAGE_SIZE);
		dom0_copy_from_guest(copy, domid, bad ? BAD_REF : guest->refs[i], 0, pages[i], 0,
				     XEN_PAGE_SIZE);
	}
	check(dom0_copy_flush(copy) == 3);
	for (i = 0; i < NR; i++) {
		bool bad = i == 0 || i == 7 || i == NR - 1;

		check((dom0_copy_status(copy, i) == GNTST_bad_gntref) == bad);
		check(page_is(pages[i], bad ? 0xcc : i + 1));
	}
	dom0_copy_reset(copy);
}

static void test_copy_bounds(struct guest *guest, domid_t domid, struct dom0_copy *copy,
			     struct page **pages)
{
	dom0_copy_from_guest(copy, domid, guest->refs[0], 4000, pages[0], 0, 97);
	dom0_copy_from_guest(copy, domid, guest->refs[0], 65535, pages[0], 0, 1);
	dom0_copy_from_guest(copy, domid, guest->refs[0], 4095, pages[0], 0, 1);
	check(dom0_copy_flush(copy) == 2);
	check(dom0_copy_status(copy, 0) == GNTST_bad_copy_arg);
	check(dom0_copy_status(copy, 1) == GNTST_bad_copy_arg);
	check(dom0_copy_status(copy, 2) == GNTST_okay);
	dom0_copy_reset(copy);
}

static void test_copy_readonly(domid_t domid, struct dom0_copy *copy, struct page **pages)
{
	struct guest guest = { };

	check(!guest_init(&guest, domid, true));
	dom0_copy_to_guest(copy, domid, guest.refs[0], 0, pages[0], 0, XEN_PAGE_SIZE);
	dom0_copy_from_guest(copy, domid, guest.refs[1], 0, pages[1], 0, XEN_PAGE_SIZE);
	check(dom0_copy_flush(copy) == 1);
	check(dom0_copy_status(copy, 0) != GNTST_okay);
	check(page_is(guest.pages[0], 1));
	check(page_is(pages[1], 2));
	dom0_copy_reset(copy);
	guest_exit(&guest);
}

static void test_copy_atomic(struct guest *guest, domid_t domid, struct dom0_copy *copy,
			     struct page **pages)
{
	unsigned long flags;

	dom0_copy_from_guest(copy, domid, guest->refs[5], 0, pages[0], 0, XEN_PAGE_SIZE);
	local_irq_save(flags);
	dom0_copy_flush(copy);
	local_irq_restore(flags);
	check(page_is(pages[0], 6));
	dom0_copy_reset(copy);
}

static void test_copies(struct guest *guest, domid_t domid)
{
	struct dom0_pages pool = { };
	struct page *pages[NR];
	struct dom0_copy copy;

	check(!dom0_copy_init(&copy, NR, NUMA_NO_NODE));
	check(!dom0_pages_init(&pool, NR, DOM0_PAGES_COPY, NUMA_NO_NODE));
	check(dom0_pages_get(&pool, pages, NR));
	check(page_is(pages[0], 0) && page_is(pages[NR - 1], 0));

	test_copy_in(guest, domid, &copy, pages);
	test_copy_out(guest, domid, &copy, pages);
	test_copy_rollback(guest, domid, &copy, pages);
	test_copy_bad_refs(guest, domid, &copy, pages);
	test_copy_bounds(guest, domid, &copy, pages);
	test_copy_readonly(domid, &copy, pages);
	test_copy_atomic(guest, domid, &copy, pages);

	dom0_pages_put(&pool, pages, NR);
	dom0_pages_exit(&pool);
	dom0_copy_exit(&copy);
}

static void test_pool(struct dom0_pages *pool)
{
	struct page *pages[NR + 1];

	check(!dom0_pages_get(pool, pages, NR + 1));
	check(pool->nr_free == NR);
	check(dom0_pages_get(pool, pages, NR - 1));
	check(!dom0_pages_get(pool, pages, 2));
	check(dom0_pages_get(pool, pages + NR - 1, 1));
	check(!dom0_pages_get(pool, pages + NR, 1));
	dom0_pages_put(pool, pages, NR);
	check(pool->nr_free == NR);
}

/* Map all pages. Slots in @bad, a bit for each, get references that do not exist. */
static void map_bad_grant(struct guest *guest, domid_t domid, struct dom0_pages *pool,
			  struct dom0_map *map, unsigned int bad)
{
	struct page *pages[NR];
	unsigned int i;

	check(dom0_pages_get(pool, pages, NR));
	for (i = 0; i < NR; i++)
		check(dom0_map_add(map, domid, bad & BIT(i) ? BAD_REF : guest->refs[i], pages[i],
				   false) == i);
	check(dom0_map_flush(map) == hweight32(bad));
	for (i = 0; i < NR; i++)
		check((dom0_map_status(map, i) == GNTST_okay) == !(bad & BIT(i)));
}

/* Both sides see what the other writes. */
static void check_shared(struct guest *guest, struct dom0_map *map)
{
	unsigned int i;

	for (i = 0; i < dom0_map_mark(map); i++) {
		if (dom0_map_status(map, i) != GNTST_okay)
			continue;
		check(page_is(map->pages[i], i + 1));
		memset(page_address(map->pages[i]), 0x80 + i, PAGE_SIZE);
		check(page_is(guest->pages[i], 0x80 + i));
	}
	guest_fill(guest);
}

static void unmap_bad_grant(struct dom0_map *map, struct dom0_pages *pool, struct dom0_unmap *unmap)
{
	unsigned int i, space = dom0_unmap_space(unmap);
	unsigned long flags;

	for (i = 0; i < dom0_map_mark(map); i++) {
		if (dom0_map_status(map, i) == GNTST_okay)
			dom0_unmap_add(unmap, map->pages[i], dom0_map_handle(map, i));
		else
			dom0_pages_put(pool, &map->pages[i], 1);
	}
	local_irq_save(flags);
	check(dom0_unmap_flush(unmap) == 0);
	dom0_unmap_reset(unmap, pool);
	local_irq_restore(flags);
	check(dom0_unmap_space(unmap) == space);
	check(pool->nr_free == NR);
	dom0_map_reset(map);
}

/* Unmapping a page that is not mapped fails, and that page is never used again. */
static void test_quarantine(void)
{
	struct dom0_pages pool = { };
	struct dom0_unmap unmap;
	struct page *pages[2];

	check(!dom0_unmap_init(&unmap, 1, NUMA_NO_NODE));
	check(!dom0_pages_init(&pool, NR, DOM0_PAGES_MAP, NUMA_NO_NODE));
	test_pool(&pool);

	check(dom0_pages_get(&pool, pages, 2));
	dom0_unmap_add(&unmap, pages[0], 0x00ffffff);
	check(dom0_unmap_space(&unmap) == 0);
	check(dom0_unmap_flush(&unmap) == 1);
	check(dom0_unmap_status(&unmap, 0) != GNTST_okay);
	dom0_unmap_reset(&unmap, &pool);
	check(pool.size == NR - 1);
	dom0_pages_put(&pool, &pages[1], 1);
	check(pool.nr_free == pool.size);
	check(dom0_unmap_flush(&unmap) == 0);
	dom0_unmap_reset(&unmap, &pool);
	check(pool.nr_free == pool.size);

	dom0_pages_exit(&pool);
	dom0_unmap_exit(&unmap);
}

static void test_maps(struct guest *guest, domid_t domid)
{
	static const unsigned int bad[] = { 0, BIT(0), BIT(7), BIT(NR - 1), BIT(0) | BIT(NR - 1),
					    GENMASK(NR - 1, 0) };
	struct dom0_pages pool = { };
	struct dom0_unmap unmap;
	struct dom0_map map;
	unsigned int i;

	check(!dom0_map_init(&map, NR, NUMA_NO_NODE));
	check(!dom0_unmap_init(&unmap, NR, NUMA_NO_NODE));
	check(!dom0_pages_init(&pool, NR, DOM0_PAGES_MAP, NUMA_NO_NODE));

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		map_bad_grant(guest, domid, &pool, &map, bad[i]);
		check_shared(guest, &map);
		unmap_bad_grant(&map, &pool, &unmap);
	}
	check(dom0_map_flush(&map) == 0);

	dom0_pages_exit(&pool);
	dom0_unmap_exit(&unmap);
	dom0_map_exit(&map);
}

/* Map a page that @owner has granted to us, and copy from the mapping. */
static void test_copy_mapped(struct guest *guest, domid_t domid, domid_t owner, grant_ref_t ref)
{
	u8 *bytes = guest_bytes(guest, 0);
	struct dom0_pages pool = { };
	struct dom0_unmap unmap;
	struct dom0_copy copy;
	struct dom0_map map;
	struct page *page;

	check(!dom0_copy_init(&copy, 2, NUMA_NO_NODE));
	check(!dom0_map_init(&map, 1, NUMA_NO_NODE));
	check(!dom0_unmap_init(&unmap, 1, NUMA_NO_NODE));
	check(!dom0_pages_init(&pool, NR, DOM0_PAGES_MAP, NUMA_NO_NODE));
	check(dom0_pages_get(&pool, &page, 1));
	dom0_map_add(&map, owner, ref, page, false);
	check(dom0_map_flush(&map) == 0);

	dom0_copy_to_guest(&copy, domid, guest->refs[0], 0, page, 0, XEN_PAGE_SIZE);
	dom0_copy_to_guest(&copy, domid, guest->refs[1], 100, page, 4, 96);
	check(dom0_copy_flush(&copy) == 0);
	check(dom0_copy_status(&copy, 0) == GNTST_okay);
	check(!memcmp(bytes, page_address(page), XEN_PAGE_SIZE));
	bytes = guest_bytes(guest, 1);
	check(!memchr_inv(bytes, 2, 100));
	check(!memcmp(bytes + 100, page_address(page) + 4, 96));
	check(!memchr_inv(bytes + 196, 2, PAGE_SIZE - 196));
	guest_fill(guest);

	unmap_bad_grant(&map, &pool, &unmap);
	dom0_pages_exit(&pool);
	dom0_unmap_exit(&unmap);
	dom0_map_exit(&map);
	dom0_copy_exit(&copy);
}

static struct blk_pgrant *map_pgrant(struct blk_pgrants *cache, domid_t domid, grant_ref_t ref)
{
	struct blk_pgrant *grant = blk_pgrants_reserve(cache, ref);
	struct dom0_map map;

	if (!grant) {
		check(!"an entry is free");
		return NULL;
	}
	/* A second user finds the entry before the grant is mapped. */
	check(blk_pgrants_get(cache, ref) == grant);
	blk_pgrants_put(cache, grant);

	check(!dom0_map_init(&map, 1, NUMA_NO_NODE));
	dom0_map_add(&map, domid, ref, grant->page, false);
	check(dom0_map_flush(&map) == 0);
	blk_pgrants_mapped(cache, grant, dom0_map_handle(&map, 0));
	dom0_map_exit(&map);
	return grant;
}

/* A refused grant is not found any more, and its entry is free when both users are gone. */
static void check_refused_pgrant(struct blk_pgrants *cache)
{
	struct blk_pgrant *grant = blk_pgrants_reserve(cache, BAD_REF);

	check(blk_pgrants_get(cache, BAD_REF) == grant);
	blk_pgrants_refused(cache, grant, GNTST_bad_gntref);
	check(!blk_pgrants_get(cache, BAD_REF));
	blk_pgrants_put(cache, grant);
	check(grant->err == -ENOENT);
	blk_pgrants_put(cache, grant);
	check(blk_pgrants_count(cache) == 0);
}

struct late_put {
	struct delayed_work work;
	struct page *page;
};

static void late_put(struct work_struct *work)
{
	put_page(container_of(work, struct late_put, work.work)->page);
}

/* Hold a page for a while: destroying the cache has to wait for it. */
static void destroy_while_busy(struct blk_pgrants *cache, struct page *page)
{
	struct late_put late = { .page = page };
	unsigned long begin = jiffies;

	INIT_DELAYED_WORK_ONSTACK(&late.work, late_put);
	get_page(page);
	check(dom0_page_in_use(page));
	schedule_delayed_work(&late.work, HZ / 5);
	blk_pgrants_destroy(cache);
	check(time_after_eq(jiffies, begin + HZ / 5));
	flush_delayed_work(&late.work);
	destroy_delayed_work_on_stack(&late.work);
}

/* Stop at a failure that makes later checks meaningless. The cache is not freed then. */
static void test_pgrants(struct guest *guest, domid_t domid)
{
	struct blk_pgrants *cache = blk_pgrants_create(domid, NR - 1, NUMA_NO_NODE);
	struct blk_pgrant *grants[NR], *spare;
	unsigned int i;

	check(!IS_ERR(cache));
	if (IS_ERR(cache))
		return;

	spare = blk_pgrants_reserve(cache, guest->refs[0]);
	blk_pgrants_put(cache, spare);
	check(!blk_pgrants_get(cache, guest->refs[0]));
	check_refused_pgrant(cache);

	for (i = 0; i < NR - 1; i++) {
		grants[i] = map_pgrant(cache, domid, guest->refs[i]);
		if (!grants[i])
			return;
		check(page_is(grants[i]->page, i + 1));
	}
	check(!blk_pgrants_reserve(cache, guest->refs[NR - 1]));
	check(blk_pgrants_count(cache) == NR - 1);

	check(blk_pgrants_get(cache, guest->refs[4]) == grants[4]);
	check(blk_pgrants_shrink(cache, 0, NR) == 0);
	for (i = 0; i < NR - 1; i++)
		blk_pgrants_put(cache, grants[i]);
	check(blk_pgrants_shrink(cache, HZ * 1000, NR) == 0);

	/* References 0 and 2 go: 1 has another user, and two are to go. */
	get_page(grants[1]->page);
	check(blk_pgrants_shrink(cache, 0, 2) == 2);
	put_page(grants[1]->page);
	check(!blk_pgrants_get(cache, guest->refs[0]));
	check(blk_pgrants_get(cache, guest->refs[1]) == grants[1]);
	check(!blk_pgrants_get(cache, guest->refs[2]));
	if (failures)
		return;
	blk_pgrants_put(cache, grants[1]);
	check(blk_pgrants_count(cache) == NR - 3);

	check(map_pgrant(cache, domid, guest->refs[0]));
	blk_pgrants_put(cache, blk_pgrants_get(cache, guest->refs[0]));
	blk_pgrants_put(cache, blk_pgrants_get(cache, guest->refs[3]));
	blk_pgrants_put(cache, grants[4]);
	spare = blk_pgrants_get(cache, guest->refs[0]);
	blk_pgrants_put(cache, spare);
	blk_pgrants_put(cache, spare);
	destroy_while_busy(cache, grants[5]->page);
}

static void test_device_release(struct device *dev)
{
	kfree(to_xenbus_device(dev));
}

static void check_ring(struct guest *guest, struct xenbus_device *dev, unsigned int nr)
{
	u8 *ring = NULL;
	unsigned int i;

	check(!dom0_ring_map(dev, guest->refs, nr, (void **)&ring));
	if (!ring)
		return;
	check(kref_read(&dev->dev.kobj.kref) == 2);
	for (i = 0; i < nr; i++) {
		check(!memchr_inv(ring + i * XEN_PAGE_SIZE, i + 1, XEN_PAGE_SIZE));
		ring[i * XEN_PAGE_SIZE] = 0xdd;
		check(*guest_bytes(guest, i) == 0xdd);
	}
	dom0_ring_unmap(dev, ring);
	check(kref_read(&dev->dev.kobj.kref) == 1);
	guest_fill(guest);
}

/* Xen maps a grant for writing this many times at most. */
#define MAPS_MAX	128U

/* Map the guest's first grant @nr times. */
static void map_often(struct guest *guest, domid_t domid, struct dom0_pages *pool,
		      struct dom0_map *map, unsigned int nr)
{
	struct page *page;

	check(!dom0_map_init(map, nr, NUMA_NO_NODE));
	while (dom0_map_space(map)) {
		check(dom0_pages_get(pool, &page, 1));
		dom0_map_add(map, domid, guest->refs[0], page, false);
	}
	check(dom0_map_flush(map) == 0);
}

static void unmap_often(struct dom0_pages *pool, struct dom0_map *map)
{
	struct dom0_unmap unmap;
	unsigned int i;

	check(!dom0_unmap_init(&unmap, dom0_map_mark(map), NUMA_NO_NODE));
	for (i = 0; i < dom0_map_mark(map); i++)
		dom0_unmap_add(&unmap, map->pages[i], dom0_map_handle(map, i));
	check(dom0_unmap_flush(&unmap) == 0);
	dom0_unmap_reset(&unmap, pool);
	dom0_unmap_exit(&unmap);
	dom0_map_exit(map);
}

/*
 * The guest's first grant is mapped already, as often as is possible. It is page @at of the ring.
 */
static void check_refused_ring(struct guest *guest, struct xenbus_device *dev, unsigned int at)
{
	grant_ref_t refs[NR];
	void *ring = NULL;

	memcpy(refs, guest->refs, sizeof(refs));
	swap(refs[0], refs[at]);
	check(dom0_ring_map(dev, refs, NR, &ring) == -EIO);
	check(!ring);
}

/*
 * A ring of which Xen refuses one page, and maps the others: none of them stays mapped, or
 * guest_exit() fails.
 */
static void test_refused_rings(struct guest *guest, domid_t domid, struct xenbus_device *dev)
{
	struct dom0_pages pool = { };
	struct dom0_map most, last;

	check(!dom0_pages_init(&pool, MAPS_MAX, DOM0_PAGES_MAP, NUMA_NO_NODE));
	map_often(guest, domid, &pool, &most, MAPS_MAX - 1);
	check_ring(guest, dev, NR);
	map_often(guest, domid, &pool, &last, 1);
	check_refused_ring(guest, dev, 0);
	check_refused_ring(guest, dev, NR / 2);
	check_refused_ring(guest, dev, NR - 1);
	unmap_often(&pool, &last);
	unmap_often(&pool, &most);
	check(pool.nr_free == MAPS_MAX);
	dom0_pages_exit(&pool);
}

static void test_rings(struct guest *guest, domid_t domid)
{
	struct xenbus_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	grant_ref_t refs[NR + 1] = { };
	void *ring = NULL;

	check(dev);
	if (!dev)
		return;
	device_initialize(&dev->dev);
	dev->dev.release = test_device_release;
	check(!dev_set_name(&dev->dev, "gnttab-selftest"));
	dev->nodename = "gnttab-selftest";
	dev->otherend_id = domid;

	check_ring(guest, dev, 1);
	check_ring(guest, dev, 2);
	check_ring(guest, dev, DOM0_RING_MAX_PAGES);

	memcpy(refs, guest->refs, sizeof(guest->refs));
	check(dom0_ring_map(dev, refs, 0, &ring) == -EINVAL);
	check(dom0_ring_map(dev, refs, DOM0_RING_MAX_PAGES + 1, &ring) == -EINVAL);
	refs[3] = refs[0];
	check(dom0_ring_map(dev, refs, 4, &ring) == -EINVAL);
	refs[3] = BAD_REF;
	check(dom0_ring_map(dev, refs, 4, &ring) < 0);
	test_refused_rings(guest, domid, dev);
	check(kref_read(&dev->dev.kobj.kref) == 1);
	dom0_ring_unmap(dev, NULL);
	put_device(&dev->dev);
}

/* The domain's own id: a grant needs a domain id, not DOMID_SELF. */
static unsigned short domid;
module_param(domid, ushort, 0);
MODULE_PARM_DESC(domid, "number of this domain");

static unsigned short peer;
module_param(peer, ushort, 0);
MODULE_PARM_DESC(peer, "number of another domain, 0 for none");

static unsigned int peer_ref;
module_param(peer_ref, uint, 0);
MODULE_PARM_DESC(peer_ref, "a page that it has granted, and that is not written to meanwhile");

static int __init gnttab_selftest_init(void)
{
	struct guest guest = { };
	int err = guest_init(&guest, domid, false);

	if (!err) {
		test_copies(&guest, domid);
		test_quarantine();
	}
	if (!err && !dom0_platform()->auto_translated) {
		test_maps(&guest, domid);
		test_pgrants(&guest, domid);
		test_copy_mapped(&guest, domid, domid, guest.refs[5]);
		test_rings(&guest, domid);
	}
	if (!err && peer)
		test_copy_mapped(&guest, domid, peer, peer_ref);
	guest_exit(&guest);
	if (err)
		return err;

	pr_info("%s\n", failures ? "failed" : "passed");
	return failures ? -EIO : 0;
}
module_init(gnttab_selftest_init);

static void __exit gnttab_selftest_exit(void)
{
}
module_exit(gnttab_selftest_exit);

MODULE_DESCRIPTION("Tests dom0-gnttab on the running hypervisor");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
