// SPDX-License-Identifier: GPL-2.0
/*
 * Shared rings. All pages of a ring are mapped by one hypercall. If one of them is refused, the
 * others are unmapped: the frontend chooses the references, and may use up the mappings of one.
 *
 * The kernel's own function, xenbus_map_ring_valloc(), leaves pages behind a refused one mapped. It
 * also changes the device's state, and logs as often as a guest likes.
 */
#include "counters.h"
#include "domid.h"
#include "ring_area.h"

#include <dom0/fault_point.h>
#include <dom0/grant_status.h>
#include <dom0/hypercall.h>
#include <dom0/memory.h>
#include <dom0/platform.h>
#include <dom0/ring_map.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kconfig.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <xen/grant_table.h>
#include <xen/xenbus.h>

static_assert(DOM0_RING_MAX_PAGES == 1U << DOM0_RING_MAX_ORDER);

/**
 * struct ring_map - a mapped ring
 * @area: its addresses
 * @handles: handle of each page's mapping
 */
struct ring_map {
	struct ring_area area;
	grant_handle_t handles[DOM0_RING_MAX_PAGES];
};

/* All mapped rings, by the number of their first page in the address space. */
static DEFINE_XARRAY(ring_maps);

static unsigned long ring_index(const void *ring)
{
	return (unsigned long)ring >> PAGE_SHIFT;
}

static const struct ring_area_ops *area_ops(void)
{
	if (IS_ENABLED(CONFIG_XEN_PV) && !dom0_platform()->auto_translated)
		return &gnttab_area_ptes;
	return &gnttab_area_pages;
}

/* If two ring pages were one frame, a write to one ring entry would change another. */
static bool refs_are_distinct(const grant_ref_t *refs, unsigned int nr)
{
	unsigned int i, j;

	for (i = 1; i < nr; i++)
		for (j = 0; j < i; j++)
			if (refs[i] == refs[j])
				return false;
	return true;
}

/* Unmap the pages in @mapped, which has a bit for each. Return those that are still mapped. */
static unsigned long unmap_grants(const struct ring_map *map, unsigned long mapped)
{
	struct gnttab_unmap_grant_ref ops[DOM0_RING_MAX_PAGES];
	unsigned long still = 0;
	unsigned int i, nr = 0;

	for_each_set_bit(i, &mapped, map->area.nr) {
		gnttab_set_unmap_op(&ops[nr], map->area.host_addrs[i], map->area.flags,
				    map->handles[i]);
		ops[nr++].status = GNTST_general_error;
	}
	if (nr)
		dom0_hypercall_grant(GNTTABOP_unmap_grant_ref, ops, nr);
	nr = 0;
	for_each_set_bit(i, &mapped, map->area.nr)
		if (ops[nr++].status != GNTST_okay)
			still |= BIT(i);
	return still;
}

static void issue_ring_map(struct gnttab_map_grant_ref *ops, unsigned int nr)
{
	unsigned int i;

	/* In a test, pretend that the hypervisor has no room for more mappings. */
	if (dom0_fault_point("gnttab_ring_map")) {
		for (i = 0; i < nr; i++)
			ops[i].status = GNTST_no_device_space;
		return;
	}
	dom0_hypercall_grant(GNTTABOP_map_grant_ref, ops, nr);
}

/*
 * Map all pages. Record in @mapped which of them are mapped: not all, if this returns an error.
 * Ignore the return value of the hypercall. The status of each slot says more: it is a failure
 * until the hypervisor overwrites it.
 */
static int map_grants(struct ring_map *map, domid_t domid, const grant_ref_t *refs,
		      unsigned long *mapped)
{
	struct gnttab_map_grant_ref ops[DOM0_RING_MAX_PAGES];
	unsigned int i;
	int err = 0;

	for (i = 0; i < map->area.nr; i++) {
		gnttab_set_map_op(&ops[i], map->area.host_addrs[i], map->area.flags, refs[i],
				  gnttab_mappable_domid(domid));
		ops[i].status = GNTST_general_error;
	}
	issue_ring_map(ops, map->area.nr);
	*mapped = 0;
	for (i = 0; i < map->area.nr; i++) {
		map->handles[i] = ops[i].handle;
		if (ops[i].status == GNTST_okay)
			*mapped |= BIT(i);
		err = err ?: dom0_gnttab_errno(ops[i].status);
	}
	return err;
}

static struct ring_map *create_ring_map(unsigned int nr)
{
	struct ring_map *map = kzalloc(sizeof(*map), DOM0_GUEST_GFP);
	int err;

	if (!map)
		return ERR_PTR(-ENOMEM);
	map->area.nr = nr;
	err = area_ops()->init(&map->area);
	if (!err)
		return map;
	kfree(map);
	return ERR_PTR(err);
}

/* Undo create_ring_map(), and the mapping of the pages in @mapped. */
static void destroy_ring_map(struct xenbus_device *dev, struct ring_map *map, unsigned long mapped)
{
	mapped = unmap_grants(map, mapped);
	if (mapped)
		dev_err_ratelimited(&dev->dev,
				    "cannot unmap %lu pages of a ring: their addresses are not used again\n",
				    hweight_long(mapped));
	area_ops()->exit(&map->area, mapped);
	kfree(map);
}

int dom0_ring_map(struct xenbus_device *dev, const grant_ref_t *refs, unsigned int nr, void **ring)
{
	struct ring_map *map;
	unsigned long mapped;
	int err;

	if (!nr || nr > DOM0_RING_MAX_PAGES || !refs_are_distinct(refs, nr))
		return -EINVAL;

	map = create_ring_map(nr);
	if (IS_ERR(map))
		return PTR_ERR(map);
	err = map_grants(map, dev->otherend_id, refs, &mapped) ?:
	      xa_err(xa_store(&ring_maps, ring_index(map->area.addr), map, DOM0_GUEST_GFP));
	if (err) {
		destroy_ring_map(dev, map, mapped);
		return err;
	}

	get_device(&dev->dev);
	gnttab_count(GNTTAB_COUNT_rings_mapped_now, 1);
	*ring = map->area.addr;
	return 0;
}
EXPORT_SYMBOL_GPL(dom0_ring_map);

void dom0_ring_unmap(struct xenbus_device *dev, void *ring)
{
	struct ring_map *map;

	if (!ring)
		return;

	map = xa_erase(&ring_maps, ring_index(ring));
	destroy_ring_map(dev, map, GENMASK(map->area.nr - 1, 0));
	gnttab_count(GNTTAB_COUNT_rings_mapped_now, -1);
	put_device(&dev->dev);
}
EXPORT_SYMBOL_GPL(dom0_ring_unmap);
