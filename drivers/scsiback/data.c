// SPDX-License-Identifier: GPL-2.0
/*
 * A command's data: copied from the guest's segments into our pages, and back.
 *
 * Data is copied, and not mapped, for three reasons. The target core parses parameter lists in
 * place, and reads some bytes twice: the guest could change them in between. For a command with
 * such a list it expects whole pages, and a guest's segments need not be whole pages. And a copy
 * leaves no mapping to undo.
 *
 * The segments are packed, so that each page but the last is full.
 */
#include "command.h"
#include "data.h"
#include "host.h"
#include "protocol.h"
#include "ring.h"

#include <dom0/copy.h>
#include <dom0/grant_status.h>
#include <dom0/pages.h>
#include <linux/mm.h>
#include <xen/page.h>

/* ---- lists of segments ---- */

static_assert(VSCSI_SLOTS * VSCSI_DIRECT_MAX <= VSCSI_BATCH_OPS);

static void gather_lists(struct vscsi_command *cmd)
{
	struct vscsi_ring *ring = cmd->ring;
	unsigned int i, off = offset_in_page(cmd->segs);
	const struct scsiif_request_segment *list;

	cmd->slot = dom0_copy_mark(&ring->worker.copy);
	for (i = 0; i < cmd->order.nr_lists; i++) {
		list = &cmd->lists[i];
		if (!list->length)
			continue;
		dom0_copy_from_guest(&ring->worker.copy, ring->host->be->domid, list->gref,
				     list->offset, virt_to_page(cmd->segs), off, list->length);
		off += list->length;
	}
	cmd->nr_copies = dom0_copy_mark(&ring->worker.copy) - cmd->slot;
}

/*
 * Copy the lists of all requests that have just been taken, in one hypercall. The batch has room
 * for those of all slots.
 */
void vscsi_fetch_lists(struct vscsi_ring *ring)
{
	struct vscsi_command *cmd, *next;
	int err;

	list_for_each_entry(cmd, &ring->worker.queue, link)
		if (cmd->order.nr_lists)
			gather_lists(cmd);
	dom0_copy_flush(&ring->worker.copy);
	list_for_each_entry_safe(cmd, next, &ring->worker.queue, link) {
		if (!cmd->order.nr_lists)
			continue;
		err = vscsi_gathered(cmd) ?: vscsi_parse_segments(&cmd->order, cmd->segs);
		if (err)
			vscsi_refuse(cmd, err);
	}
	dom0_copy_reset(&ring->worker.copy);
}

/* ---- pages ---- */

/*
 * Return false if too few pages are free now. Pages become free when other commands are answered.
 */
bool vscsi_take_pages(struct vscsi_command *cmd)
{
	unsigned int nr = DIV_ROUND_UP(cmd->order.length, PAGE_SIZE);

	if (!dom0_pages_get(&cmd->ring->worker.pages, cmd->pages, nr))
		return false;
	cmd->nr_pages = nr;
	return true;
}

void vscsi_put_pages(struct vscsi_command *cmd)
{
	dom0_pages_put(&cmd->ring->worker.pages, cmd->pages, cmd->nr_pages);
	cmd->nr_pages = 0;
}

/* Return the first page of a command's data, NULL if there is none. */
const u8 *vscsi_first_data(const struct vscsi_command *cmd)
{
	return cmd->nr_pages ? page_address(cmd->pages[0]) : NULL;
}

/* ---- copies ---- */

static void add_copy(struct vscsi_command *cmd, grant_ref_t ref, unsigned int off, u32 at,
		     unsigned int length)
{
	struct vscsi_ring *ring = cmd->ring;
	struct page *page = cmd->pages[at / PAGE_SIZE];
	domid_t domid = ring->host->be->domid;

	if (vscsi_writes(cmd))
		dom0_copy_from_guest(&ring->worker.copy, domid, ref, off, page, at % PAGE_SIZE,
				     length);
	else
		dom0_copy_to_guest(&ring->worker.copy, domid, ref, off, page, at % PAGE_SIZE,
				   length);
}

/*
 * Add copies for @length bytes of a segment, which are at offset @at of the data. Neither side of a
 * copy may cross a page.
 */
static void add_segment(struct vscsi_command *cmd, const struct scsiif_request_segment *seg, u32 at,
			unsigned int length)
{
	unsigned int done, piece;

	for (done = 0; done < length; done += piece) {
		piece = min_t(unsigned int, length - done,
			      XEN_PAGE_SIZE - (at + done) % XEN_PAGE_SIZE);
		add_copy(cmd, seg->gref, seg->offset + done, at + done, piece);
	}
}

/*
 * Gather the copies of the first @bytes of a command's data. The caller has checked that the batch
 * has room.
 */
void vscsi_gather(struct vscsi_command *cmd, u32 bytes)
{
	unsigned int i, length;
	u32 at = 0;

	cmd->slot = dom0_copy_mark(&cmd->ring->worker.copy);
	for (i = 0; i < cmd->order.nr_segments && at < bytes; i++) {
		length = min_t(u32, cmd->segs[i].length, bytes - at);
		add_segment(cmd, &cmd->segs[i], at, length);
		at += length;
	}
	cmd->nr_copies = dom0_copy_mark(&cmd->ring->worker.copy) - cmd->slot;
}

/* Return 0 or the first error of a command's copies, once they have been flushed. */
int vscsi_gathered(const struct vscsi_command *cmd)
{
	unsigned int i;
	int err;

	for (i = 0; i < cmd->nr_copies; i++) {
		err = dom0_gnttab_errno(dom0_copy_status(&cmd->ring->worker.copy, cmd->slot + i));
		if (err)
			return err;
	}
	return 0;
}
