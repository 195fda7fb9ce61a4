// SPDX-License-Identifier: GPL-2.0
/*
 * A batch of mappings whose hypercall fails half-way: what was mapped is unmapped, or its page is
 * never used again.
 */
#include "unit.h"

#include <xen/interface/grant_table.h>

struct dom0_pages {
	int unused;
};

struct page {
	int nr;
};

#define _DOM0_PAGES_H
#define _DOM0_HYPERCALL_H
#define _DOM0_MEMORY_H
#define _TRACE_DOM0_GNTTAB_H
#define _GNTTAB_DOMID_H
#define _GNTTAB_COUNTERS_H

#define NUMA_NO_NODE 0
#define DOM0_GUEST_GFP 0
#define array_size(n, size) ((n) * (size))
#define kvmalloc_node(size, flags, node) calloc(1, size)
#define kvfree(p) free(p)
#define page_to_pfn(page) ((unsigned long)(page)->nr)
#define pfn_to_kaddr(pfn) ((pfn) << PAGE_SHIFT)
#define page_count(page) ((void)(page), 1)
#define pr_err_ratelimited(...) ((void)0)
#define gnttab_mappable_domid(domid) (domid)
#define gnttab_count(counter, nr) ((void)(nr))
#define trace_dom0_map_flush(nr, failed) ((void)(nr))
#define trace_dom0_unmap_flush(nr, failed) ((void)(nr))
#define gnttab_unmap_refs(ops, kops, pages, nr) ((void)(ops))
#define dom0_pages_put(pool, pages, nr) ((void)(pool))
#define dom0_pages_quarantine(pool, page) ((void)(pool))

static void gnttab_set_map_op(struct gnttab_map_grant_ref *op, unsigned long addr, u32 flags,
			      grant_ref_t ref, domid_t domid)
{
	*op = (struct gnttab_map_grant_ref){
		.host_addr = addr, .flags = flags, .ref = ref, .dom = domid,
	};
}

static void gnttab_set_unmap_op(struct gnttab_unmap_grant_ref *op, unsigned long addr, u32 flags,
				grant_handle_t handle)
{
	*op = (struct gnttab_unmap_grant_ref){ .host_addr = addr, .handle = handle };
}

/* ---- the hypervisor: maps the first of four grants and the third, and fails ---- */

static bool mapped[4];
static int undo_err, undo_status;

static int gnttab_map_refs(struct gnttab_map_grant_ref *ops, void *kops, struct page **pages,
			   unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		ops[i].status = i % 2 ? GNTST_bad_gntref : GNTST_okay;
		ops[i].handle = i;
		mapped[i] = ops[i].status == GNTST_okay;
	}
	return -EFAULT;
}

/* It unmaps the third, and the first unless a test lets that fail. */
static int dom0_hypercall_grant(unsigned int cmd, struct gnttab_unmap_grant_ref *op,
				unsigned int nr)
{
	assert_int_equal(cmd, GNTTABOP_unmap_grant_ref);
	assert_int_equal(op->host_addr, (u64)op->handle << PAGE_SHIFT);
	assert_true(mapped[op->handle]);
	if (!op->handle && undo_err)
		return undo_err;
	op->status = op->handle ? GNTST_okay : undo_status;
	mapped[op->handle] = op->status != GNTST_okay;
	return 0;
}

#include "drivers/gnttab/map.c"

static void page_of_a_grant_that_stays_mapped_is_told(void **state)
{
	static const int errs[][2] = {
		{ 0, GNTST_okay }, { 0, GNTST_bad_handle }, { -EFAULT, GNTST_okay },
	};
	struct page pages[4] = { { 0 }, { 1 }, { 2 }, { 3 } };
	struct dom0_map batch;
	unsigned int i, slot;

	for (i = 0; i < ARRAY_SIZE(errs); i++) {
		undo_err = errs[i][0];
		undo_status = errs[i][1];
		assert_int_equal(dom0_map_init(&batch, 4, NUMA_NO_NODE), 0);
		for (slot = 0; slot < 4; slot++)
			dom0_map_add(&batch, 7, 100 + slot, &pages[slot], false);
		assert_int_equal(dom0_map_flush(&batch), 4);
		for (slot = 0; slot < 4; slot++) {
			assert_int_not_equal(dom0_map_status(&batch, slot), GNTST_okay);
			assert_int_equal(dom0_map_status(&batch, slot) == DOM0_MAP_STUCK,
					 mapped[slot]);
		}
		assert_int_equal(mapped[0], i > 0);
		dom0_map_exit(&batch);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(page_of_a_grant_that_stays_mapped_is_told),
};

RUN_TESTS(tests)
