// SPDX-License-Identifier: GPL-2.0
#include "counters.h"

#include <dom0/gnttab.h>
#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>
#include <xen/xenbus.h>

static_assert(DOM0_RING_MAX_PAGES == 1U << DOM0_RING_MAX_ORDER);
static_assert(DOM0_RING_MAX_PAGES <= XENBUS_MAX_RING_GRANTS);

/* Two ring pages on one frame would let one ring entry be written through another. */
static bool refs_are_distinct(const grant_ref_t *refs, unsigned int nr)
{
	unsigned int i, j;

	for (i = 1; i < nr; i++)
		for (j = 0; j < i; j++)
			if (refs[i] == refs[j])
				return false;
	return true;
}

static void release_pages(struct xenbus_device *dev, void **held, unsigned int nr)
{
	while (nr--)
		xenbus_unmap_ring_vfree(dev, held[nr]);
}

/*
 * Where one page of several cannot be mapped, xenbus_map_ring_valloc() forgets those behind it, and
 * they stay mapped for ever. One by one it undoes everything, and Xen maps a page that is mapped
 * already once more whatever the guest has done to its grant meanwhile: so each is held singly
 * until all are mapped together.
 */
static int hold_pages(struct xenbus_device *dev, grant_ref_t *refs, unsigned int nr, void **held)
{
	unsigned int i;
	int err;

	for (i = 0; i < nr; i++) {
		err = xenbus_map_ring_valloc(dev, &refs[i], 1, &held[i]);
		if (err) {
			release_pages(dev, held, i);
			return err;
		}
	}
	return 0;
}

static int map_pages(struct xenbus_device *dev, grant_ref_t *refs, unsigned int nr, void **ring)
{
	void *held[DOM0_RING_MAX_PAGES];
	int err;

	if (nr == 1)
		return xenbus_map_ring_valloc(dev, refs, nr, ring);

	err = hold_pages(dev, refs, nr, held);
	if (err)
		return err;
	err = xenbus_map_ring_valloc(dev, refs, nr, ring);
	release_pages(dev, held, nr);
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
	/* A positive number would be a grant status, never a success. */
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
