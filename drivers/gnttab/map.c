// SPDX-License-Identifier: GPL-2.0
/*
 * Batches of grant mappings and unmappings.
 *
 * A PV domain keeps a table of the machine frame behind each of its pages (p2m), and a module
 * cannot write it. So the kernel's own map and unmap functions issue the hypercall. This file adds
 * that a failed slot does not affect the other slots of its batch.
 */
#include "counters.h"
#include "domid.h"

#include <dom0/fault_point.h>
#include <dom0/hypercall.h>
#include <dom0/map.h>
#include <dom0/memory.h>
#include <dom0/pages.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/page_ref.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <trace/events/dom0_gnttab.h>
#include <xen/grant_table.h>

/* Allocate both arrays as one: the page of each slot, then the operations. */
static struct page **alloc_slots(unsigned int max, size_t op_size, int node)
{
	return kvmalloc_node(array_size(max, sizeof(struct page *) + op_size), DOM0_GUEST_GFP,
			     node);
}

/* The address of @page in the kernel's direct map, where the granted page takes its place. */
static unsigned long page_vaddr(struct page *page)
{
	return (unsigned long)pfn_to_kaddr(page_to_pfn(page));
}

int dom0_map_init(struct dom0_map *batch, unsigned int max, int node)
{
	batch->pages = alloc_slots(max, sizeof(*batch->ops), node);
	if (!batch->pages)
		return -ENOMEM;
	batch->ops = (void *)(batch->pages + max);
	batch->nr = 0;
	batch->max = max;
	return 0;
}
EXPORT_SYMBOL_GPL(dom0_map_init);

void dom0_map_exit(struct dom0_map *batch)
{
	kvfree(batch->pages);
	memset(batch, 0, sizeof(*batch));
}
EXPORT_SYMBOL_GPL(dom0_map_exit);

unsigned int dom0_map_add(struct dom0_map *batch, domid_t domid, grant_ref_t ref,
			  struct page *page, bool readonly)
{
	u32 flags = GNTMAP_host_map | (readonly ? GNTMAP_readonly : 0);
	unsigned int slot = batch->nr++;

	gnttab_set_map_op(&batch->ops[slot], page_vaddr(page), flags, ref,
			  gnttab_mappable_domid(domid));
	batch->ops[slot].status = GNTST_general_error;
	batch->pages[slot] = page;
	return slot;
}
EXPORT_SYMBOL_GPL(dom0_map_add);

/*
 * Undo the mappings of a hypercall that has failed as a whole. The kernel has not entered them into
 * the p2m yet, so a plain unmap hypercall is enough.
 */
static void undo_maps(struct dom0_map *batch)
{
	struct gnttab_unmap_grant_ref undo;
	unsigned int slot;

	for (slot = 0; slot < batch->nr; slot++) {
		if (batch->ops[slot].status != GNTST_okay)
			continue;
		gnttab_set_unmap_op(&undo, page_vaddr(batch->pages[slot]), GNTMAP_host_map,
				    batch->ops[slot].handle);
		undo.status = GNTST_general_error;
		batch->ops[slot].status = GNTST_general_error;
		if (!dom0_hypercall_grant(GNTTABOP_unmap_grant_ref, &undo, 1) &&
		    undo.status == GNTST_okay)
			continue;
		pr_err_ratelimited("grant %u of domain %u stays mapped\n", batch->ops[slot].ref,
				   batch->ops[slot].dom);
		batch->ops[slot].status = DOM0_MAP_STUCK;
	}
}

static unsigned int count_map_failures(struct dom0_map *batch)
{
	unsigned int slot, failed = 0;

	for (slot = 0; slot < batch->nr; slot++)
		if (batch->ops[slot].status != GNTST_okay)
			failed++;

	gnttab_count(GNTTAB_COUNT_maps, batch->nr - failed);
	gnttab_count(GNTTAB_COUNT_map_errors, failed);
	gnttab_count(GNTTAB_COUNT_map_flushes, 1);
	gnttab_count(GNTTAB_COUNT_pages_mapped_now, batch->nr - failed);
	return failed;
}

static void issue_maps(struct dom0_map *batch)
{
	unsigned int slot;

	/* In a test, pretend that the hypervisor has no room for more mappings. */
	if (dom0_fault_point_atomic("gnttab_map")) {
		for (slot = 0; slot < batch->nr; slot++)
			batch->ops[slot].status = GNTST_no_device_space;
		return;
	}
	if (gnttab_map_refs(batch->ops, NULL, batch->pages, batch->nr))
		undo_maps(batch);
}

unsigned int dom0_map_flush(struct dom0_map *batch)
{
	unsigned int failed;

	if (!batch->nr)
		return 0;

	issue_maps(batch);

	failed = count_map_failures(batch);
	trace_dom0_map_flush(batch->nr, failed);
	return failed;
}
EXPORT_SYMBOL_GPL(dom0_map_flush);

int dom0_unmap_init(struct dom0_unmap *batch, unsigned int max, int node)
{
	batch->pages = alloc_slots(max, sizeof(*batch->ops), node);
	if (!batch->pages)
		return -ENOMEM;
	batch->ops = (void *)(batch->pages + max);
	batch->nr = 0;
	batch->max = max;
	return 0;
}
EXPORT_SYMBOL_GPL(dom0_unmap_init);

void dom0_unmap_exit(struct dom0_unmap *batch)
{
	kvfree(batch->pages);
	memset(batch, 0, sizeof(*batch));
}
EXPORT_SYMBOL_GPL(dom0_unmap_exit);

void dom0_unmap_add(struct dom0_unmap *batch, struct page *page, grant_handle_t handle)
{
	struct gnttab_unmap_grant_ref *op = &batch->ops[batch->nr];

	gnttab_set_unmap_op(op, page_vaddr(page), GNTMAP_host_map, handle);
	op->status = GNTST_general_error;
	batch->pages[batch->nr++] = page;
}
EXPORT_SYMBOL_GPL(dom0_unmap_add);

static unsigned int count_unmap_failures(const struct dom0_unmap *batch)
{
	unsigned int slot, failed = 0;

	for (slot = 0; slot < batch->nr; slot++)
		if (dom0_unmap_status(batch, slot) != GNTST_okay)
			failed++;

	gnttab_count(GNTTAB_COUNT_unmaps, batch->nr - failed);
	gnttab_count(GNTTAB_COUNT_unmap_errors, failed);
	gnttab_count(GNTTAB_COUNT_unmap_flushes, 1);
	gnttab_count(GNTTAB_COUNT_pages_mapped_now, -(s64)(batch->nr - failed));
	return failed;
}

unsigned int dom0_unmap_flush(struct dom0_unmap *batch)
{
	unsigned int failed;

	if (!batch->nr)
		return 0;

	/*
	 * Ignore the return value. The status of each slot says more: it is a failure until the
	 * hypervisor overwrites it.
	 */
	gnttab_unmap_refs(batch->ops, NULL, batch->pages, batch->nr);

	failed = count_unmap_failures(batch);
	trace_dom0_unmap_flush(batch->nr, failed);
	return failed;
}
EXPORT_SYMBOL_GPL(dom0_unmap_flush);

void dom0_unmap_reset(struct dom0_unmap *batch, struct dom0_pages *pool)
{
	unsigned int slot;

	for (slot = 0; slot < batch->nr; slot++) {
		if (dom0_unmap_status(batch, slot) == GNTST_okay)
			dom0_pages_put(pool, &batch->pages[slot], 1);
		else
			dom0_pages_quarantine(pool, batch->pages[slot]);
	}
	batch->nr = 0;
}
EXPORT_SYMBOL_GPL(dom0_unmap_reset);

bool dom0_page_in_use(struct page *page)
{
	return page_count(page) > 1;
}
EXPORT_SYMBOL_GPL(dom0_page_in_use);
