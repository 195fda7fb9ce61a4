/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other domains' pages in user memory.
 *
 * A program names grants and is told an offset in its file (a mapping is made); mmap() at that
 * offset maps them, once in a mapping's life. The pages are mapped in the kernel first, which makes
 * them pages as others are. Then the program sees them by a view, of which each kind of domain has
 * its own.
 *
 * Locks, outermost first: mmap_lock, gntdev_file.lock, mapping.lock. An MMU notifier may run for
 * the reclaim of memory: it takes mapping.lock alone, so no memory is allocated under that lock.
 * None of ours is held over an access to user memory, since a fault there takes mmap_lock.
 */
#ifndef _DOM0_GNTDEV_H
#define _DOM0_GNTDEV_H

#include <dom0/copy.h>
#include <dom0/map.h>
#include <dom0/pages.h>
#include <dom0/unmap_notify.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <xen/gntdev.h>

struct file;
struct inode;

/*
 * struct gntdev_file - an open file
 * @lock: protects the others, and who has taken which mapping
 * @mappings: by offset; the tree holds a reference on each
 * @next: offset that was never given, in pages
 * @imports: dma-bufs that are granted to other domains
 */
struct gntdev_file {
	struct mutex lock;	/* mmap_lock is outside */
	struct rb_root mappings;
	unsigned long next;
	struct list_head imports;
};

/*
 * struct mapping - grants that are mapped together
 * @kref: one of the file, until the program gives the offset back, and one of each vma
 * @vmas: how many vmas show it: a fork, or an munmap() of its middle, makes more of them
 * @grants: what the program has named
 * @node: in the file's tree
 * @index: offset in the file, in pages
 * @nr: how many grants
 * @taken: mapped, or about to be; protected by the file's lock
 * @lock: protects @readonly, @mapped, @notify, and what @ptes shows
 * @readonly: mapped without the right to write
 * @pool: the pages to map at, until they are mapped; made by mmap(), as are the next three, and
 *	freed when no vma is left
 * @map: those pages, and the handles of their mappings
 * @unmap: room to gather what goes
 * @mapped: one bit for each page: is it mapped in the kernel? NULL: none of these four is there
 * @notify: what the other domain is told when the pages go
 * @ptes: PV: the user's page-table entries
 * @end: unmaps what was still in use when the last reference went, and frees
 * @end_delay_ms: until @end looks again; 0: nothing was in use
 */
struct mapping {
	struct kref kref;
	refcount_t vmas;
	struct ioctl_gntdev_grant_ref *grants;
	struct rb_node node;
	unsigned long index;
	unsigned int nr;
	bool taken;
	struct mutex lock;	/* innermost, taken by the MMU notifier */
	bool readonly;
	struct dom0_pages pool;
	struct dom0_map map;
	struct dom0_unmap unmap;
	unsigned long *mapped;
	struct dom0_unmap_notify notify;
	struct ptes *ptes;
	struct delayed_work end;
	unsigned int end_delay_ms;
};

/*
 * struct view - how a program sees the pages
 * @vm_flags: of the vma, besides those that it has in any case
 * @vm_ops: of the vma
 * @show: put the pages, which are mapped, into the vma
 * @exit: undo what @show has left in the mapping, when no vma is left; may be NULL
 */
struct view {
	unsigned long vm_flags;
	const struct vm_operations_struct *vm_ops;
	int (*show)(struct mapping *mapping, struct vm_area_struct *vma);
	void (*exit)(struct mapping *mapping);
};

extern const struct view gntdev_pages_view;
extern const struct view gntdev_ptes_view;
/* The one of this domain. */
extern const struct view *gntdev_view;

int gntdev_open(struct inode *inode, struct file *filp);
int gntdev_release(struct inode *inode, struct file *filp);
long gntdev_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);
struct mapping *gntdev_file_take(struct gntdev_file *file, unsigned long index, unsigned long nr);
void gntdev_file_untake(struct gntdev_file *file, struct mapping *mapping);
bool gntdev_may_map(unsigned int nr);

int gntdev_mmap(struct file *filp, struct vm_area_struct *vma);
void gntdev_vma_open(struct vm_area_struct *vma);
void gntdev_vma_close(struct vm_area_struct *vma);

int gntdev_mappings_init(void);
void gntdev_mappings_exit(void);
struct mapping *gntdev_mapping_create(struct ioctl_gntdev_grant_ref *grants, unsigned int nr);
void gntdev_mapping_put(struct mapping *mapping);
int gntdev_mapping_map(struct mapping *mapping, bool readonly);
void gntdev_mapping_unmap_range(struct mapping *mapping, unsigned int first, unsigned int end);
bool gntdev_mapping_unmap(struct mapping *mapping);
bool gntdev_mapping_retire(struct mapping *mapping);
int gntdev_mapping_set_notify(struct mapping *mapping, struct dom0_unmap_notify *notify);

long gntdev_copy(struct gntdev_grant_copy_segment __user *segments, unsigned int nr);

#endif
