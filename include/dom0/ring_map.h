/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A shared ring, mapped at one contiguous address.
 */
#ifndef _DOM0_RING_MAP_H
#define _DOM0_RING_MAP_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

struct xenbus_device;

#define DOM0_RING_MAX_ORDER	4
#define DOM0_RING_MAX_PAGES	16

/**
 * dom0_ring_map() - map a shared ring at one contiguous address
 * @dev: the backend device; a reference on it is held until the unmap
 * @refs: grant references of the ring's pages, in ring order
 * @nr: number of pages, 1 to DOM0_RING_MAX_PAGES
 * @ring: filled in with the address. The guest may write this memory at any time, so read each
 *	field once, with READ_ONCE()
 *
 * All pages are mapped, or none. May sleep. Does not log a grant that the hypervisor refuses: the
 * caller reports it.
 *
 * Return: 0, -EINVAL for a bad @nr or a reference given twice, -ENOMEM, -ENOENT if there is no such
 * grant, or dom0_gnttab_errno() of another grant status.
 */
int dom0_ring_map(struct xenbus_device *dev, const grant_ref_t *refs, unsigned int nr, void **ring);

/**
 * dom0_ring_unmap() - undo dom0_ring_map()
 * @dev: the same device
 * @ring: the address, or NULL for no effect
 *
 * One hypercall. Logs a failure; the pages or addresses are then not used again. May sleep.
 */
void dom0_ring_unmap(struct xenbus_device *dev, void *ring);

#endif
