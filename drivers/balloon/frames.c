// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls that move frames. A PV domain unmaps a page before its frame goes, and maps it again
 * when it has one.
 */
#include "frames.h"
#include "counters.h"
#include "mapping.h"

#include <dom0/hypercall.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <xen/interface/memory.h>

static_assert(sizeof(xen_pfn_t) == sizeof(u64));

/* Return how many extents, from the first one on, the hypervisor has processed. */
static unsigned int change_reservation(unsigned int cmd, u64 *extents, unsigned int nr,
				       unsigned int order)
{
	struct xen_memory_reservation reservation = {
		.nr_extents = nr,
		.extent_order = order,
		.domid = DOMID_SELF,
	};
	long done;

	set_xen_guest_handle(reservation.extent_start, (xen_pfn_t *)extents);
	balloon_count(COUNT_hypercalls, 1);
	done = dom0_hypercall_memory(cmd, &reservation);
	return clamp(done, 0L, (long)nr);
}

/* Query a number that the hypervisor keeps for this domain. Return it, or a negative errno. */
long balloon_frames_query(unsigned int cmd)
{
	domid_t self = DOMID_SELF;

	balloon_count(COUNT_hypercalls, 1);
	return dom0_hypercall_memory(cmd, &self);
}

static bool decrease_extent(const struct frames *f)
{
	u64 first = f->frames[0];

	if (!f->block || !balloon_extents_contiguous(f->frames, f->nr) ||
	    !change_reservation(XENMEM_decrease_reservation, &first, 1, BLOCK_ORDER))
		return false;
	balloon_count(COUNT_decreased_2m, 1);
	return true;
}

/* Return single frames to the hypervisor, also where it has refused a whole extent. */
static unsigned int decrease_frames(struct frames *f)
{
	unsigned int done = change_reservation(XENMEM_decrease_reservation, f->frames, f->nr, 0);

	balloon_count(COUNT_decreased_4k, done);
	return done;
}

/*
 * Map the frames again that the hypervisor did not take. It lets a domain map only its own frames,
 * so those that can be mapped are still ours. Return how many are leaked.
 *
 * A translated domain has no such check. If a block was refused as a whole, and then its first
 * frame, some of its frames may be gone: all of it counts as leaked.
 */
static unsigned int keep_rest(struct frames *f, unsigned int done)
{
	unsigned int nr = f->nr - done;

	if (mapping_is_ours())
		return nr - balloon_mapping_map(f, done, nr);
	return f->block && !done ? nr : 0;
}

/* Give the memory of these pages to the hypervisor. */
struct frames_moved balloon_frames_decrease(struct frames *f)
{
	struct frames_moved moved = { };

	if (!mapping_is_ours()) {
		memcpy(f->frames, f->pfns, f->nr * sizeof(*f->frames));
	} else {
		balloon_mapping_read(f);
		if (balloon_mapping_unmap(f, &moved.leaked))
			return moved;
	}
	moved.done = decrease_extent(f) ? f->nr : decrease_frames(f);
	if (moved.done < f->nr)
		moved.leaked = keep_rest(f, moved.done);
	return moved;
}

/* Flush the TLBs of all CPUs, so that no CPU uses an old mapping. */
void balloon_frames_flush(void)
{
	if (mapping_is_ours())
		balloon_mapping_flush();
}

static bool increase_extent(struct frames *f)
{
	unsigned int i;

	f->frames[0] = f->pfns[0];
	if (!change_reservation(XENMEM_populate_physmap, f->frames, 1, BLOCK_ORDER))
		return false;
	/* The hypervisor returns only the first frame. */
	for (i = 1; i < f->nr; i++)
		f->frames[i] = f->frames[0] + i;
	balloon_count(COUNT_increased_2m, 1);
	return true;
}

static unsigned int increase_pages(struct frames *f)
{
	unsigned int done;

	memcpy(f->frames, f->pfns, f->nr * sizeof(*f->frames));
	done = change_reservation(XENMEM_populate_physmap, f->frames, f->nr, 0);
	balloon_count(COUNT_increased_4k, done);
	return done;
}

/* Get memory for these pages. A block stays one, even if its memory comes in 512 pieces. */
struct frames_moved balloon_frames_increase(struct frames *f)
{
	struct frames_moved moved = { };
	unsigned int mapped;

	balloon_frames_flush();
	if (f->block && increase_extent(f)) {
		moved.done = f->nr;
	} else {
		moved.done = increase_pages(f);
		if (f->block && moved.done)
			balloon_count(COUNT_xen_no_block, 1);
	}
	if (!moved.done || !mapping_is_ours())
		return moved;
	mapped = balloon_mapping_map(f, 0, moved.done);
	if (mapped < moved.done) {
		moved.leaked = f->nr - mapped;
		moved.done = mapped;
	}
	return moved;
}
