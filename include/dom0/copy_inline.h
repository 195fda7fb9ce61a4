/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dom0_copy_from_guest() and dom0_copy_to_guest() as inline functions, for a caller that gathers a
 * copy for each packet. Its code is larger, and calls nothing for a copy.
 */
#ifndef _DOM0_COPY_INLINE_H
#define _DOM0_COPY_INLINE_H

#include <dom0/copy.h>
#include <linux/compiler.h>
#include <linux/mm.h>
#include <xen/grant_table.h>
#include <xen/page.h>

/* Add an operation. Its status is a failure until the hypervisor overwrites it. */
static inline struct gnttab_copy *dom0_copy_add(struct dom0_copy *batch, unsigned int len,
						u16 flags)
{
	struct gnttab_copy *op = &batch->ops[batch->nr++];

	op->len = len;
	op->flags = flags;
	op->status = GNTST_general_error;
	return op;
}

/* Make a frame of this domain one side of a copy. */
static inline void dom0_copy_set_frame(struct gnttab_copy_ptr *side, unsigned long gfn,
				       unsigned int off)
{
	side->u.gmfn = gfn;
	side->domid = DOMID_SELF;
	side->offset = off;
}

/* Likewise a page, which is this domain's own memory. */
static inline void dom0_copy_set_page(struct gnttab_copy_ptr *side, struct page *page,
				      unsigned int off)
{
	dom0_copy_set_frame(side, pfn_to_gfn(page_to_xen_pfn(page) + XEN_PFN_DOWN(off)),
			    xen_offset_in_page(off));
}

/* Likewise a page that a guest has granted. */
static inline void dom0_copy_set_grant(struct gnttab_copy_ptr *side, domid_t domid,
				       grant_ref_t ref, unsigned int off)
{
	side->u.ref = ref;
	side->domid = domid;
	side->offset = off;
}

/* Make a page the source that has the flag of a mapped grant. The flag has other meanings too. */
void dom0_copy_set_flagged_source(struct gnttab_copy *op, struct page *page, unsigned int off);

/* As dom0_copy_from_guest(). */
static inline void dom0_copy_from_guest_inline(struct dom0_copy *batch, domid_t domid,
					       grant_ref_t ref, unsigned int src_off,
					       struct page *page, unsigned int dst_off,
					       unsigned int len)
{
	struct gnttab_copy *op = dom0_copy_add(batch, len, GNTCOPY_source_gref);

	dom0_copy_set_grant(&op->source, domid, ref, src_off);
	dom0_copy_set_page(&op->dest, page, dst_off);
}

/* As dom0_copy_to_guest(). */
static inline void dom0_copy_to_guest_inline(struct dom0_copy *batch, domid_t domid,
					     grant_ref_t ref, unsigned int dst_off,
					     struct page *page, unsigned int src_off,
					     unsigned int len)
{
	struct gnttab_copy *op = dom0_copy_add(batch, len, GNTCOPY_dest_gref);

	if (unlikely(xen_page_foreign(page)))
		dom0_copy_set_flagged_source(op, page, src_off);
	else
		dom0_copy_set_page(&op->source, page, src_off);
	dom0_copy_set_grant(&op->dest, domid, ref, dst_off);
}

#endif
