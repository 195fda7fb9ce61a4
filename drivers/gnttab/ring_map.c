// SPDX-License-Identifier: GPL-2.0
/* Shared rings. The kernel's own function maps them, after their grants have been checked. */
#include "counters.h"

#include <dom0/grant_status.h>
#include <dom0/map.h>
#include <dom0/pages.h>
#include <dom0/ring_map.h>
#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/numa.h>
#include <linux/string.h>
#include <xen/xenbus.h>

static_assert(DOM0_RING_MAX_PAGES == 1U << DOM0_RING_MAX_ORDER);
static_assert(DOM0_RING_MAX_PAGES <= XENBUS_MAX_RING_GRANTS);

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

/*
 * xenbus_map_ring_valloc() logs each bad grant, as often as a guest likes, and changes the device's
 * state. It also leaks the mappings of the pages after a bad grant. So call it only while the
 * grants are already mapped: then Xen maps the pages once more, whatever the guest does to its
 * grants meanwhile.
 */
struct ring_premap {
	struct dom0_pages pool;
	struct dom0_map map;
	struct dom0_unmap unmap;
};

static void premap_exit(struct ring_premap *premap)
{
	dom0_unmap_exit(&premap->unmap);
	dom0_map_exit(&premap->map);
	dom0_pages_exit(&premap->pool);
}

static int premap_init(struct ring_premap *premap, unsigned int nr)
{
	int err;

	memset(premap, 0, sizeof(*premap));
	err = dom0_pages_init(&premap->pool, nr, DOM0_PAGES_MAP, NUMA_NO_NODE);
	if (!err)
		err = dom0_map_init(&premap->map, nr, NUMA_NO_NODE);
	if (!err)
		err = dom0_unmap_init(&premap->unmap, nr, NUMA_NO_NODE);
	if (err)
		premap_exit(premap);
	return err;
}

static int premap_pages(struct ring_premap *premap, domid_t domid, const grant_ref_t *refs,
			unsigned int nr)
{
	struct page *page;
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr; i++) {
		dom0_pages_get(&premap->pool, &page, 1);
		dom0_map_add(&premap->map, domid, refs[i], page, false);
	}
	dom0_map_flush(&premap->map);
	for (i = 0; i < nr && !err; i++)
		err = dom0_gnttab_errno(premap->map.ops[i].status);
	return err;
}

static void premap_undo(struct ring_premap *premap)
{
	unsigned int i;

	for (i = 0; i < premap->map.nr; i++)
		if (premap->map.ops[i].status == GNTST_okay)
			dom0_unmap_add(&premap->unmap, premap->map.pages[i],
				       premap->map.ops[i].handle);
		else
			dom0_pages_put(&premap->pool, &premap->map.pages[i], 1);
	dom0_unmap_flush(&premap->unmap, &premap->pool);
}

static int map_pages(struct xenbus_device *dev, grant_ref_t *refs, unsigned int nr, void **ring)
{
	struct ring_premap premap;
	int err = premap_init(&premap, nr);

	if (err)
		return err;
	err = premap_pages(&premap, dev->otherend_id, refs, nr);
	if (!err)
		err = xenbus_map_ring_valloc(dev, refs, nr, ring);
	premap_undo(&premap);
	premap_exit(&premap);
	return err;
}

int dom0_ring_map(struct xenbus_device *dev, const grant_ref_t *refs, unsigned int nr, void **ring)
{
	grant_ref_t own_refs[DOM0_RING_MAX_PAGES];
	int err;

	if (!nr || nr > DOM0_RING_MAX_PAGES || !refs_are_distinct(refs, nr))
		return -EINVAL;

	memcpy(own_refs, refs, nr * sizeof(*refs));
	get_device(&dev->dev);
	err = map_pages(dev, own_refs, nr, ring);
	if (err)
		goto put_device;

	gnttab_count(GNTTAB_RINGS_MAPPED_NOW, 1);
	return 0;

put_device:
	put_device(&dev->dev);
	/* A positive value is a grant status, and never a success. */
	return err > 0 ? -EIO : err;
}
EXPORT_SYMBOL_GPL(dom0_ring_map);

void dom0_ring_unmap(struct xenbus_device *dev, void *ring)
{
	int status;

	if (!ring)
		return;

	status = xenbus_unmap_ring_vfree(dev, ring);
	if (status)
		dev_err_ratelimited(&dev->dev, "ring not unmapped, grant status %d\n", status);
	gnttab_count(GNTTAB_RINGS_MAPPED_NOW, -1);
	put_device(&dev->dev);
}
EXPORT_SYMBOL_GPL(dom0_ring_unmap);
