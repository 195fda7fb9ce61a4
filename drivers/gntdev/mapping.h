/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other domains' pages in user memory.
 *
 * A program names grants, which creates a mapping, and gets an offset in its file. mmap() at that
 * offset maps the grants, once in the life of a mapping. The kernel maps the pages for itself
 * first, so that it can use them like its own. Then the vma operations map them for the program; PV
 * and translated domains have different ones.
 *
 * Locks, outermost first: mmap_lock, gntdev_file.lock, mapping.lock. Memory reclaim may call the
 * MMU notifier, which takes mapping.lock only. So do not allocate memory under that lock. Hold none
 * of our locks while accessing user memory, because a page fault takes mmap_lock.
 */
#ifndef _DOM0_GNTDEV_MAPPING_H
#define _DOM0_GNTDEV_MAPPING_H

#include <dom0/map.h>
#include <dom0/pages.h>
#include <dom0/unmap_notify.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <xen/grant_table.h>
#include <xen/gntdev.h>

struct ptes;

/**
 * struct gntdev_mapping - grants that are mapped together
 * @kref: one reference of the file, until the program frees the offset, and one of each vma
 * @vmas: number of vmas that map it: a fork, or an munmap() of the middle, adds vmas
 * @grants: the grants that the program has named
 * @node: in the file's tree
 * @index: offset in the file, in pages
 * @nr: number of grants
 * @map_begun: mapped, or about to be; protected by the file's lock
 * @lock: protects @readonly, @mapped, @notify, and ptes.mapped
 * @readonly: mapped without the right to write
 * @pool: pages at which no grant is mapped. mmap() allocates @pool, @map, @unmap and @mapped; they
 *	are freed when no vma is left
 * @map: pages of the mapping, and the handles of their grants
 * @unmap: batch of unmappings
 * @mapped: bitmap of the pages at which a grant is mapped; NULL if none of these four is allocated
 * @notify: notification of the other domain when the pages are unmapped
 * @ptes: page-table entries of the program, in a PV domain
 * @retire_work: unmaps pages that were still in use when the last vma was closed; holds a reference
 *	and the module while it is pending
 * @retire_delay_ms: milliseconds until @retire_work tries again
 * @left: the file has given up its reference, and @retire_work does not try again
 * @free_work: unmaps pages that were still in use when the last reference was dropped, and frees
 * @free_delay_ms: milliseconds until @free_work tries again; 0 if no page was in use
 */
struct gntdev_mapping {
	struct kref kref;
	refcount_t vmas;
	struct ioctl_gntdev_grant_ref *grants;
	struct rb_node node;
	unsigned long index;
	unsigned int nr;
	bool map_begun;
	struct mutex lock;	/* innermost, taken by the MMU notifier */
	bool readonly;
	struct dom0_pages pool;
	struct dom0_map map;
	struct dom0_unmap unmap;
	unsigned long *mapped;
	struct dom0_unmap_notify notify;
	struct ptes *ptes;
	struct delayed_work retire_work;
	unsigned int retire_delay_ms;
	bool left;
	struct delayed_work free_work;
	unsigned int free_delay_ms;
};

int gntdev_mappings_init(void);
void gntdev_mappings_exit(void);
struct gntdev_mapping *gntdev_mapping_create(struct ioctl_gntdev_grant_ref *grants,
					     unsigned int nr);
void gntdev_mapping_put(struct gntdev_mapping *mapping);
int gntdev_mapping_map(struct gntdev_mapping *mapping, bool readonly);
void gntdev_mapping_unmap_range(struct gntdev_mapping *mapping, unsigned int first,
				unsigned int end);
bool gntdev_mapping_unmap(struct gntdev_mapping *mapping);
bool gntdev_mapping_retire(struct gntdev_mapping *mapping);
void gntdev_mapping_leave_file(struct gntdev_mapping *mapping);
int gntdev_mapping_set_notify(struct gntdev_mapping *mapping, struct dom0_unmap_notify *notify);

#endif
