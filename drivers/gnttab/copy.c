// SPDX-License-Identifier: GPL-2.0
/*
 * Batches of grant copies. Each belongs to one user, so it has no lock. Any context, except that
 * allocating and freeing may sleep.
 */
#include "counters.h"

#include <dom0/copy_inline.h>
#include <dom0/fault_point.h>
#include <dom0/hypercall.h>
#include <dom0/memory.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <trace/events/dom0_gnttab.h>

/* Few, because a frame that is paged out seldom comes back while we retry without sleeping. */
#define COPY_RETRIES	3

/* Copies of the slots to retry, gathered so that one hypercall retries them. */
struct copy_retry {
	struct gnttab_copy ops[16];
	unsigned int slots[16];
	unsigned int nr;
};

int dom0_copy_init(struct dom0_copy *batch, unsigned int max, int node)
{
	batch->ops = kvmalloc_node(array_size(max, sizeof(*batch->ops)), DOM0_GUEST_GFP, node);
	if (!batch->ops)
		return -ENOMEM;

	batch->nr = 0;
	batch->max = max;
	return 0;
}
EXPORT_SYMBOL_GPL(dom0_copy_init);

void dom0_copy_exit(struct dom0_copy *batch)
{
	kvfree(batch->ops);
	batch->ops = NULL;
	batch->nr = 0;
	batch->max = 0;
}
EXPORT_SYMBOL_GPL(dom0_copy_exit);

/*
 * Return the grant that is mapped at a page, or NULL. The page flag for that has another meaning in
 * file pages and in anonymous pages, so exclude both. File pages have a mapping, grant pages do
 * not. Anonymous pages may lose flag and mapping at any moment, so check PageAnon() as well.
 */
static const struct xen_page_foreign *page_grant(struct page *page)
{
	const struct xen_page_foreign *grant = xen_page_foreign(page);

	if (!grant || PageAnon(page) || folio_mapping(page_folio(page)))
		return NULL;
	return grant;
}

/* The hypervisor copies from another domain's page only if we name the grant, not our frame. */
void dom0_copy_set_flagged_source(struct gnttab_copy *op, struct page *page, unsigned int off)
{
	const struct xen_page_foreign *grant = page_grant(page);

	if (!grant) {
		dom0_copy_set_page(&op->source, page, off);
		return;
	}
	op->flags |= GNTCOPY_source_gref;
	dom0_copy_set_grant(&op->source, grant->domid, grant->gref, off);
}
EXPORT_SYMBOL_GPL(dom0_copy_set_flagged_source);

unsigned int dom0_copy_from_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
				  unsigned int src_off, struct page *page, unsigned int dst_off,
				  unsigned int len)
{
	dom0_copy_from_guest_inline(batch, domid, ref, src_off, page, dst_off, len);
	return batch->nr - 1;
}
EXPORT_SYMBOL_GPL(dom0_copy_from_guest);

unsigned int dom0_copy_to_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
				unsigned int dst_off, struct page *page, unsigned int src_off,
				unsigned int len)
{
	dom0_copy_to_guest_inline(batch, domid, ref, dst_off, page, src_off, len);
	return batch->nr - 1;
}
EXPORT_SYMBOL_GPL(dom0_copy_to_guest);

unsigned int dom0_copy_frame_from_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
					unsigned long gfn, unsigned int off, unsigned int len)
{
	struct gnttab_copy *op = dom0_copy_add(batch, len, GNTCOPY_source_gref);

	dom0_copy_set_grant(&op->source, domid, ref, off);
	dom0_copy_set_frame(&op->dest, gfn, off);
	return batch->nr - 1;
}
EXPORT_SYMBOL_GPL(dom0_copy_frame_from_guest);

unsigned int dom0_copy_frame_to_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
				      unsigned long gfn, unsigned int off, unsigned int len)
{
	struct gnttab_copy *op = dom0_copy_add(batch, len, GNTCOPY_dest_gref);

	dom0_copy_set_frame(&op->source, gfn, off);
	dom0_copy_set_grant(&op->dest, domid, ref, off);
	return batch->nr - 1;
}
EXPORT_SYMBOL_GPL(dom0_copy_frame_to_guest);

unsigned int dom0_copy_between_guests(struct dom0_copy *batch, domid_t src_domid,
				      grant_ref_t src_ref, unsigned int src_off, domid_t dst_domid,
				      grant_ref_t dst_ref, unsigned int dst_off, unsigned int len)
{
	struct gnttab_copy *op = dom0_copy_add(batch, len, GNTCOPY_source_gref | GNTCOPY_dest_gref);

	dom0_copy_set_grant(&op->source, src_domid, src_ref, src_off);
	dom0_copy_set_grant(&op->dest, dst_domid, dst_ref, dst_off);
	return batch->nr - 1;
}
EXPORT_SYMBOL_GPL(dom0_copy_between_guests);

static void set_status(struct gnttab_copy *ops, unsigned int nr, s16 status)
{
	while (nr--)
		ops[nr].status = status;
}

static void issue_copies(struct gnttab_copy *ops, unsigned int nr)
{
	/* In a test, pretend that all frames are paged out. */
	if (dom0_fault_point_atomic("gnttab_copy")) {
		set_status(ops, nr, GNTST_eagain);
		return;
	}
	/* It is unknown which copies were made before the error, so fail them all. */
	if (dom0_hypercall_grant(GNTTABOP_copy, ops, nr))
		set_status(ops, nr, GNTST_general_error);
}

static void retry_flush(struct dom0_copy *batch, struct copy_retry *retry)
{
	unsigned int i;

	if (!retry->nr)
		return;

	gnttab_count(GNTTAB_COUNT_eagain_retries, retry->nr);
	issue_copies(retry->ops, retry->nr);
	for (i = 0; i < retry->nr; i++)
		batch->ops[retry->slots[i]].status = retry->ops[i].status;
	retry->nr = 0;
}

static void retry_eagain(struct dom0_copy *batch)
{
	struct copy_retry retry;
	unsigned int slot;

	retry.nr = 0;
	for (slot = 0; slot < batch->nr; slot++) {
		if (batch->ops[slot].status != GNTST_eagain)
			continue;
		retry.ops[retry.nr] = batch->ops[slot];
		retry.ops[retry.nr].status = GNTST_general_error;
		retry.slots[retry.nr] = slot;
		if (++retry.nr == ARRAY_SIZE(retry.ops))
			retry_flush(batch, &retry);
	}
	retry_flush(batch, &retry);
}

static unsigned int count_eagain(const struct dom0_copy *batch)
{
	unsigned int slot, count = 0;

	for (slot = 0; slot < batch->nr; slot++)
		if (batch->ops[slot].status == GNTST_eagain)
			count++;
	return count;
}

unsigned int dom0_copy_retry(struct dom0_copy *batch)
{
	retry_eagain(batch);
	return count_eagain(batch);
}
EXPORT_SYMBOL_GPL(dom0_copy_retry);

/* Return the number of failed copies, and in @bytes the number of bytes copied. */
static unsigned int sum_up(const struct dom0_copy *batch, u64 *bytes)
{
	unsigned int slot, failed = 0;

	*bytes = 0;
	for (slot = 0; slot < batch->nr; slot++) {
		if (likely(batch->ops[slot].status == GNTST_okay))
			*bytes += batch->ops[slot].len;
		else
			failed++;
	}
	return failed;
}

static void retry_some_times(struct dom0_copy *batch)
{
	unsigned int tries, eagain = count_eagain(batch);

	for (tries = 0; tries < COPY_RETRIES && eagain; tries++)
		eagain = dom0_copy_retry(batch);
}

unsigned int dom0_copy_flush(struct dom0_copy *batch)
{
	unsigned int failed;
	u64 bytes;

	if (!batch->nr)
		return 0;

	issue_copies(batch->ops, batch->nr);
	failed = sum_up(batch, &bytes);
	if (unlikely(failed)) {
		retry_some_times(batch);
		failed = sum_up(batch, &bytes);
	}

	gnttab_count(GNTTAB_COUNT_copies, batch->nr - failed);
	gnttab_count(GNTTAB_COUNT_copy_bytes, bytes);
	gnttab_count(GNTTAB_COUNT_copy_errors, failed);
	gnttab_count(GNTTAB_COUNT_copy_flushes, 1);
	trace_dom0_copy_flush(batch->nr, failed);
	return failed;
}
EXPORT_SYMBOL_GPL(dom0_copy_flush);
