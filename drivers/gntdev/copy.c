// SPDX-License-Identifier: GPL-2.0
/*
 * Copies between user memory and granted pages, with many segments in each hypercall.
 *
 * An invalid segment ends the request. The segments before it are copied, and have their statuses.
 */
#include "copy.h"

#include <dom0/copy.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <xen/page.h>

/* Most segments in one hypercall. */
#define ROUND_MAX	128U

/* Wait half a minute in all for a frame that is paged out, as the kernel's own drivers do. */
#define EAGAIN_DELAYS_MS	256

/**
 * struct pinned - pinned pages of the program, in the order of their segments
 * @pages: room for two pages of each segment, since one that is not aligned touches two
 * @nr: number of pages
 */
struct pinned {
	struct page **pages;
	unsigned int nr;
};

/**
 * struct round - the segments of one hypercall
 * @batch: the copies
 * @segs: private copy of the segments, because the program may change its own meanwhile
 * @first: slot of the first copy of each segment; one more element holds the end of the last
 * @nr: number of segments gathered
 * @reads: user pages to copy from
 * @writes: user pages to copy to
 */
struct round {
	struct dom0_copy batch;
	struct gntdev_grant_copy_segment *segs;
	unsigned int *first;
	unsigned int nr;
	struct pinned reads;
	struct pinned writes;
};

static void round_exit(struct round *round)
{
	dom0_copy_exit(&round->batch);
	kvfree(round->writes.pages);
	kvfree(round->reads.pages);
	kvfree(round->first);
	kvfree(round->segs);
}

static int round_init(struct round *round, unsigned int max)
{
	memset(round, 0, sizeof(*round));
	round->segs = kvmalloc_array(max, sizeof(*round->segs), GFP_KERNEL_ACCOUNT);
	round->first = kvmalloc_array(max + 1, sizeof(*round->first), GFP_KERNEL_ACCOUNT);
	round->reads.pages = kvmalloc_array(2 * max, sizeof(struct page *), GFP_KERNEL_ACCOUNT);
	round->writes.pages = kvmalloc_array(2 * max, sizeof(struct page *), GFP_KERNEL_ACCOUNT);
	if (!round->segs || !round->first || !round->reads.pages || !round->writes.pages ||
	    dom0_copy_init(&round->batch, 2 * max, NUMA_NO_NODE)) {
		round_exit(round);
		return -ENOMEM;
	}
	return 0;
}

static bool is_grant(const struct gntdev_grant_copy_segment *seg, u16 side)
{
	return seg->flags & side;
}

/* At least one side must be a grant, and no segment may cross the end of a granted page. */
static bool seg_valid(const struct gntdev_grant_copy_segment *seg)
{
	if (!(seg->flags & (GNTCOPY_source_gref | GNTCOPY_dest_gref)))
		return false;
	if (is_grant(seg, GNTCOPY_source_gref) &&
	    seg->source.foreign.offset + seg->len > XEN_PAGE_SIZE)
		return false;
	return !is_grant(seg, GNTCOPY_dest_gref) ||
	       seg->dest.foreign.offset + seg->len <= XEN_PAGE_SIZE;
}

/* Return true if the segment reads or writes user memory. */
static bool seg_is_local(const struct gntdev_grant_copy_segment *seg)
{
	return seg->len &&
	       (!is_grant(seg, GNTCOPY_source_gref) || !is_grant(seg, GNTCOPY_dest_gref));
}

static bool seg_writes(const struct gntdev_grant_copy_segment *seg)
{
	return !is_grant(seg, GNTCOPY_dest_gref);
}

/* Return the address of the user side of a segment that has one. */
static unsigned long seg_addr(const struct gntdev_grant_copy_segment *seg)
{
	return (unsigned long)(seg_writes(seg) ? seg->dest.virt : seg->source.virt);
}

/* Return true if a segment begins in user memory where the one before it ends. */
static bool seg_continues(const struct gntdev_grant_copy_segment *seg,
			  const struct gntdev_grant_copy_segment *before)
{
	return seg_valid(seg) && seg_is_local(seg) && seg_writes(seg) == seg_writes(before) &&
	       seg_addr(seg) == seg_addr(before) + before->len;
}

/* Pin all pages from @start to before @end and append them to @pinned, or pin none. */
static int pin_pages(struct pinned *pinned, unsigned long start, unsigned long end, bool write)
{
	unsigned int nr = PFN_UP(end) - PFN_DOWN(start);
	struct page **pages = pinned->pages + pinned->nr;
	int got;

	got = pin_user_pages_fast(start & PAGE_MASK, nr, write ? FOLL_WRITE : 0, pages);
	if (got < 0)
		return got;
	if (got < nr) {
		unpin_user_pages(pages, got);
		return -EFAULT;
	}
	pinned->nr += nr;
	return 0;
}

static void add_piece(struct dom0_copy *batch, const struct gntdev_grant_copy_segment *seg,
		      struct page *page, unsigned int page_off, unsigned int done,
		      unsigned int len)
{
	if (seg_writes(seg))
		dom0_copy_from_guest(batch, seg->source.foreign.domid, seg->source.foreign.ref,
				     seg->source.foreign.offset + done, page, page_off, len);
	else
		dom0_copy_to_guest(batch, seg->dest.foreign.domid, seg->dest.foreign.ref,
				   seg->dest.foreign.offset + done, page, page_off, len);
}

/* Add copies for a segment in @pages. Split it at Xen's pages, which a copy must not cross. */
static void add_local(struct dom0_copy *batch, const struct gntdev_grant_copy_segment *seg,
		      struct page **pages)
{
	unsigned int off = offset_in_page(seg_addr(seg)), done, len;

	for (done = 0; done < seg->len; done += len, off += len) {
		len = min_t(unsigned int, seg->len - done, XEN_PAGE_SIZE - xen_offset_in_page(off));
		add_piece(batch, seg, pages[off >> PAGE_SHIFT], offset_in_page(off), done, len);
	}
}

static void add_between_guests(struct dom0_copy *batch,
			       const struct gntdev_grant_copy_segment *seg)
{
	if (seg->len)
		dom0_copy_between_guests(batch, seg->source.foreign.domid, seg->source.foreign.ref,
					 seg->source.foreign.offset, seg->dest.foreign.domid,
					 seg->dest.foreign.ref, seg->dest.foreign.offset, seg->len);
}

/*
 * Gather the next segment, and those after it that continue it in user memory, and pin all of them
 * at once. On an error, none of them is gathered.
 */
static int gather_run(struct round *round, unsigned int nr)
{
	const struct gntdev_grant_copy_segment *segs = round->segs;
	unsigned int i = round->nr, last = i;
	struct pinned *pinned = seg_writes(&segs[i]) ? &round->writes : &round->reads;
	struct page **pages = pinned->pages + pinned->nr;
	unsigned long start = seg_addr(&segs[i]);
	int err;

	while (last + 1 < nr && seg_continues(&segs[last + 1], &segs[last]))
		last++;
	err = pin_pages(pinned, start, seg_addr(&segs[last]) + segs[last].len,
			seg_writes(&segs[i]));
	if (err)
		return err;

	for (; i <= last; i++) {
		round->first[i] = dom0_copy_mark(&round->batch);
		add_local(&round->batch, &segs[i],
			  pages + (PFN_DOWN(seg_addr(&segs[i])) - PFN_DOWN(start)));
	}
	round->nr = i;
	return 0;
}

/* Gather up to @nr segments. Stops at the first one that fails, and returns its error. */
static int gather_segments(struct round *round, unsigned int nr)
{
	const struct gntdev_grant_copy_segment *seg;
	int err = 0;

	while (round->nr < nr && !err) {
		seg = &round->segs[round->nr];
		if (!seg_valid(seg))
			return -EINVAL;
		if (seg_is_local(seg)) {
			err = gather_run(round, nr);
		} else {
			round->first[round->nr++] = dom0_copy_mark(&round->batch);
			add_between_guests(&round->batch, seg);
		}
	}
	return err;
}

/* Issue the copies. Retry with delays while a guest's pager brings frames back. */
static void flush_copies(struct dom0_copy *batch)
{
	unsigned int delay = 1;

	if (!dom0_copy_flush(batch))
		return;
	while (dom0_copy_retry(batch) && delay < EAGAIN_DELAYS_MS && !fatal_signal_pending(current))
		msleep(delay++);
}

/* Return the status of the first piece of a segment that failed, else GNTST_okay. */
static s16 seg_status(const struct round *round, unsigned int seg)
{
	unsigned int slot;
	int status;

	for (slot = round->first[seg]; slot < round->first[seg + 1]; slot++) {
		status = dom0_copy_status(&round->batch, slot);
		if (status == GNTST_eagain)
			return GNTST_bad_page;
		if (status != GNTST_okay)
			return status;
	}
	return GNTST_okay;
}

static int report_statuses(const struct round *round, struct gntdev_grant_copy_segment __user *user)
{
	unsigned int i;

	for (i = 0; i < round->nr; i++)
		if (put_user(seg_status(round, i), &user[i].status))
			return -EFAULT;
	return 0;
}

static void round_reset(struct round *round)
{
	unpin_user_pages_dirty_lock(round->writes.pages, round->writes.nr, true);
	unpin_user_pages(round->reads.pages, round->reads.nr);
	dom0_copy_reset(&round->batch);
	round->writes.nr = 0;
	round->reads.nr = 0;
	round->nr = 0;
}

static int copy_round(struct round *round, struct gntdev_grant_copy_segment __user *user,
		      unsigned int nr)
{
	int err, report_err;

	if (copy_from_user(round->segs, user, nr * sizeof(*user)))
		return -EFAULT;

	err = gather_segments(round, nr);
	round->first[round->nr] = dom0_copy_mark(&round->batch);
	flush_copies(&round->batch);
	report_err = report_statuses(round, user);
	round_reset(round);
	return err ?: report_err;
}

long gntdev_copy(struct gntdev_grant_copy_segment __user *user, unsigned int nr)
{
	struct round round;
	unsigned int done, len;
	int err;

	if (!nr)
		return 0;
	err = round_init(&round, min(nr, ROUND_MAX));
	if (err)
		return err;

	for (done = 0; done < nr && !err; done += len) {
		len = min(nr - done, ROUND_MAX);
		err = fatal_signal_pending(current) ? -EINTR : copy_round(&round, user + done, len);
		cond_resched();
	}
	round_exit(&round);
	return err;
}
