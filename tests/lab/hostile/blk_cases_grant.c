// SPDX-License-Identifier: GPL-2.0
/* Block devices: which pages a request may name. */
#include "blk_cases.h"

#include <stdio.h>
#include <string.h>

/* ---- grants ---- */

enum blk_bad_gref { ALL_ONES, NEVER, REVOKED, READ_ONLY, OF_ANOTHER };

static uint32_t blk_bad_gref(struct blk *blk, enum blk_bad_gref kind)
{
	switch (kind) {
	case NEVER:
		return gref_never();
	case REVOKED:
		return gref_revoked();
	case READ_ONLY:
		return blk_strange_gref(blk, 0, PAGES_READONLY);
	case OF_ANOTHER:
		return blk_strange_gref(blk, SOME_OTHER_DOMAIN, 0);
	case ALL_ONES:
		break;
	}
	return ~0u;
}

#define GREF(kind, place) ((kind) << 16 | (place))

static void run_blk_bad_gref(struct blk *blk, long kind_place)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, 0, DIRECT_SEGMENTS);

	request.rw.seg[kind_place & 0xffff].gref = blk_bad_gref(blk, kind_place >> 16);
	blk_ask(blk, &request, ERROR);
	blk_settle(blk);
	blk_check_strange(blk);
}

static void run_bad_gref_indirect(struct blk *blk, long kind_place)
{
	union blk_request request = blk_indirect(blk, BLKIF_OP_READ, 0, 256);

	blk_segment(blk, kind_place & 0xffff)->gref = blk_bad_gref(blk, kind_place >> 16);
	blk_ask(blk, &request, ERROR);
	blk_settle(blk);
	blk_check_strange(blk);
}

static void run_bad_indirect_page(struct blk *blk, long kind)
{
	union blk_request request = blk_indirect(blk, BLKIF_OP_READ, 0, 20);

	request.indirect.indirect_grefs[0] = blk_bad_gref(blk, kind);
	blk_ask(blk, &request, ERROR);
	blk_settle(blk);
	blk_check_strange(blk);
}

static void run_all_grefs_bad(struct blk *blk, long kind)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_WRITE, 0, 0, DIRECT_SEGMENTS);
	uint32_t gref = blk_bad_gref(blk, kind);

	for (unsigned int i = 0; i < DIRECT_SEGMENTS; i++)
		request.rw.seg[i].gref = gref;
	blk_ask(blk, &request, ERROR);
}

/*
 * A full ring of writes, every third of them bad, then reads: only the good writes have reached the
 * disk.
 */
static void run_blk_good_and_bad(struct blk *blk, long count)
{
	union blk_request request;

	for (long i = 0; i < count; i++)
		memset(page_at(blk->data, i), 0, PAGE);
	request = blk_indirect(blk, BLKIF_OP_WRITE, 0, count);
	blk_ask(blk, &request, OKAY);
	blk_settle(blk);
	for (long i = 0; i < count; i++) {
		memset(page_at(blk->data, i), i + 1, PAGE);
		request = blk_rw(blk, BLKIF_OP_WRITE, i * PAGE_SECTORS, i, 1);
		if (i % 3 == 1)
			request.rw.seg[0].gref = ~0u;
		blk_ask(blk, &request, i % 3 == 1 ? ERROR : OKAY);
	}
	blk_settle(blk);
	for (long i = 0; i < count; i++)
		memset(page_at(blk->data, i), 0xee, PAGE);
	request = blk_indirect(blk, BLKIF_OP_READ, 0, count);
	blk_ask(blk, &request, OKAY);
	blk_settle(blk);
	for (long i = 0; i < count; i++)
		if (*page_at(blk->data, i) != (i % 3 == 1 ? 0 : i + 1))
			wrong("page %ld holds %u", i, *page_at(blk->data, i));
}

/* A page of data that no good request names, so the backend has not mapped it yet. */
#define FRESH_PAGE (DATA_PAGES - 1)

/* All segments of the request name that page. */
static union blk_request read_into_one_page(struct blk *blk, unsigned int count)
{
	union blk_request request = blk_indirect(blk, BLKIF_OP_READ, 0, count);

	for (unsigned int i = 0; i < count; i++)
		blk_segment(blk, i)->gref = page_gref(blk->data, FRESH_PAGE);
	return request;
}

/*
 * Two references of one frame, written to adjacent sectors. The disk must hold the frame's data for
 * each reference, and no data from behind the frame.
 */
static void run_same_gref(struct blk *blk, long count)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_WRITE, 0, 0, count);

	for (unsigned int i = 0; i < PAGE; i++)
		page_at(blk->data, 0)[i] = i * 7;
	for (long i = 1; i < count; i++)
		request.rw.seg[i].gref = request.rw.seg[0].gref;
	blk_ask(blk, &request, OKAY);
	blk_settle(blk);
	request = blk_rw(blk, BLKIF_OP_READ, 0, 1, count);
	blk_ask(blk, &request, OKAY);
	blk_settle(blk);
	for (long i = 1; i <= count; i++)
		if (memcmp(page_at(blk->data, i), page_at(blk->data, 0), PAGE))
			wrong("page %ld on the disk is no copy of the frame", i);
	request = blk_rw(blk, BLKIF_OP_READ, 0, 0, count);
	for (long i = 1; i < count; i++)
		request.rw.seg[i].gref = request.rw.seg[0].gref;
	blk_ask(blk, &request, OKAY);
	request = read_into_one_page(blk, 256);
	blk_ask(blk, &request, OKAY);
}

/* The lab attaches xvda and xvdb: the one that this case was not started for. */
#define OTHER_DISK(id) ((id) ^ 16)

/*
 * Xen maps a page 128 times at most. A backend may map the same reference once for each segment of
 * a request. Then too few mappings are left for a ring of another disk that contains this page. Xen
 * refuses that page of the ring, and maps the others. None of them may stay mapped.
 */
static void run_ring_page_in_use(struct blk *blk, long rounds)
{
	struct blk_setup setup = { .order = 4 };
	union blk_request request;
	struct blk other;
	char gref[16];

	snprintf(gref, sizeof(gref), "%u", page_gref(blk->data, FRESH_PAGE));
	setup.override = (struct override) { "ring-ref0", gref };
	blk_open(&other, OTHER_DISK(blk->dev.id));
	while (rounds--) {
		request = read_into_one_page(blk, 127);
		blk_ask(blk, &request, OKAY);
		blk_settle(blk);
		/* The indices of a ring that has not been used. */
		memset(page_at(blk->data, FRESH_PAGE), 0, PAGE);
		blk_connect(&other, &setup);
		blk_close(&other);
	}
}

/*
 * References that the backend keeps mapped, and one that is bad: the good ones have to stay usable.
 */
static void run_kept_and_bad(struct blk *blk, long rounds)
{
	for (long i = 0; i < rounds; i++) {
		union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, 0, DIRECT_SEGMENTS);

		blk_ask(blk, &request, OKAY);
		request.rw.id = 0;
		request.rw.seg[i % DIRECT_SEGMENTS].gref = ~0u;
		blk_ask(blk, &request, ERROR);
		if (blk->asked_count == 16)
			blk_settle(blk);
	}
}

/*
 * More bad requests than a backend has room for at a time. A good one must still find room
 * afterwards.
 */
static void run_bad_then_good(struct blk *blk, long count)
{
	union blk_request request;

	for (long i = 0; i < count; i++) {
		request = blk_rw(blk, BLKIF_OP_WRITE, 0, 0, 1);
		request.rw.seg[0].gref = ~0u;
		blk_ask(blk, &request, ERROR);
		if (blk->asked_count == blk->queue[0].ring.size)
			blk_settle(blk);
	}
	blk_settle(blk);
}

/*
 * Reference 0 is the console's page, which Dom0 may access. A write to it affects only this
 * guest.
 */
static void run_gref_0(struct blk *blk, long operation)
{
	union blk_request request = blk_rw(blk, operation, 0, 0, 1);

	request.rw.seg[0].gref = 0;
	blk_ask(blk, &request, ANY);
}

/* The same page in many requests at a time. */
static void run_gref_in_flight_twice(struct blk *blk, long requests)
{
	for (long i = 0; i < requests; i++) {
		union blk_request request = blk_rw(blk, BLKIF_OP_READ, i * PAGE_SECTORS, 0, 1);

		blk_ask(blk, &request, OKAY);
	}
}

/*
 * Name the ring as the page of segments: the backend then finds requests where it expects segments.
 */
static void run_ring_as_indirect(struct blk *blk, long segments)
{
	union blk_request request = blk_indirect(blk, BLKIF_OP_READ, 0, segments);

	request.indirect.indirect_grefs[0] = page_gref(blk->queue[0].pages, 0);
	blk_ask(blk, &request, ANY);
}

/* Name the ring as a page of data: the disk's data overwrites indices and requests. */
static void run_blk_ring_as_data(struct blk *blk, long operation)
{
	union blk_request request = blk_rw(blk, operation, 0, 0, 1);

	request.rw.seg[0].gref = page_gref(blk->queue[0].pages, 0);
	blk_ask_nothing(blk, &request);
	blk_push(blk);
	sleep_ms(200);
}

static void run_revoked_in_flight(struct blk *blk, long rounds)
{
	for (long i = 0; i < rounds; i++) {
		struct pages *pages = pages_alloc(0, 1, 0);
		union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, 0, DIRECT_SEGMENTS);

		request.rw.seg[5].gref = page_gref(pages, 0);
		blk_ask(blk, &request, ANY);
		blk_push(blk);
		pages_free(pages);
		blk_settle(blk);
	}
}

/* More pages than a backend keeps mapped. */
static void run_many_pages(struct blk *blk, long rounds)
{
	for (long round = 0; round < rounds; round++) {
		struct pages *pages = pages_alloc(0, 256, 0);
		union blk_request request = blk_indirect(blk, BLKIF_OP_READ, 0, 256);

		for (unsigned int i = 0; i < 256; i++)
			blk_segment(blk, i)->gref = page_gref(pages, i);
		blk_ask(blk, &request, OKAY);
		blk_settle(blk);
		pages_free(pages);
	}
}

#define BAD_GREFS(word, kind) \
	{ "xsa-361-gref-" word "-first", ANSWERED, run_blk_bad_gref, GREF(kind, 0) }, \
	{ "xsa-361-gref-" word "-middle", ANSWERED, run_blk_bad_gref, GREF(kind, 5) }, \
	{ "xsa-361-gref-" word "-last", ANSWERED, run_blk_bad_gref, GREF(kind, 10) }, \
	{ "xsa-361-gref-" word "-persistent", ANSWERED, run_blk_bad_gref, GREF(kind, 5), \
	  PERSISTENT }, \
	{ "xsa-361-gref-" word "-indirect-page", ANSWERED, run_bad_indirect_page, kind }, \
	{ "xsa-361-gref-" word "-all", ANSWERED, run_all_grefs_bad, kind }

const struct blk_case blk_grant_cases[] = {
	BAD_GREFS("all-ones", ALL_ONES),
	BAD_GREFS("never", NEVER),
	BAD_GREFS("revoked", REVOKED),
	BAD_GREFS("of-another", OF_ANOTHER),
	{ "gref-readonly-first", ANSWERED, run_blk_bad_gref, GREF(READ_ONLY, 0) },
	{ "gref-readonly-middle", ANSWERED, run_blk_bad_gref, GREF(READ_ONLY, 5) },
	{ "gref-readonly-last", ANSWERED, run_blk_bad_gref, GREF(READ_ONLY, 10) },
	{ "gref-readonly-persistent", ANSWERED, run_blk_bad_gref, GREF(READ_ONLY, 5), PERSISTENT },
	{ "xsa-365-indirect-gref-0", ANSWERED, run_bad_gref_indirect, GREF(ALL_ONES, 0) },
	{ "xsa-365-indirect-gref-10", ANSWERED, run_bad_gref_indirect, GREF(ALL_ONES, 10) },
	{ "xsa-365-indirect-gref-11", ANSWERED, run_bad_gref_indirect, GREF(ALL_ONES, 11) },
	{ "xsa-365-indirect-gref-12", ANSWERED, run_bad_gref_indirect, GREF(ALL_ONES, 12) },
	{ "xsa-365-indirect-gref-255", ANSWERED, run_bad_gref_indirect, GREF(ALL_ONES, 255) },
	{ "xsa-365-indirect-gref-128-persistent", ANSWERED, run_bad_gref_indirect, GREF(NEVER, 128),
		PERSISTENT },
	{ "grefs-good-and-bad", ANSWERED, run_blk_good_and_bad, 32 },
	{ "grefs-good-and-bad-persistent", ANSWERED, run_blk_good_and_bad, 32, PERSISTENT },
	{ "xsa-229-one-frame-twice", ANSWERED, run_same_gref, DIRECT_SEGMENTS },
	{ "xsa-229-one-frame-twice-persistent", ANSWERED, run_same_gref, DIRECT_SEGMENTS,
		PERSISTENT },
	{ "ring-page-in-use", ANSWERED, run_ring_page_in_use, 100, PERSISTENT },
	{ "xsa-371-kept-and-bad", ANSWERED, run_kept_and_bad, 1000, PERSISTENT },
	{ "cve-2026-72085-bad-then-good", ANSWERED, run_bad_then_good, 600 },
	{ "cve-2026-72085-bad-then-good-persistent", ANSWERED, run_bad_then_good, 600, PERSISTENT },
	{ "gref-0", ANSWERED, run_gref_0, BLKIF_OP_WRITE },
	{ "gref-in-many-requests", ANSWERED, run_gref_in_flight_twice, 32 },
	{ "gref-in-many-requests-persistent", ANSWERED, run_gref_in_flight_twice, 32, PERSISTENT },
	{ "ring-as-indirect-page", ANSWERED, run_ring_as_indirect, 4 },
	{ "grefs-revoked-in-flight", ANSWERED, run_revoked_in_flight, 50 },
	{ "grefs-revoked-in-flight-persistent", ANSWERED, run_revoked_in_flight, 50, PERSISTENT },
	{ "grefs-more-than-kept", ANSWERED, run_many_pages, 5, PERSISTENT },
	{ "ring-as-data-read", SURVIVED, run_blk_ring_as_data, BLKIF_OP_READ },
	{ "ring-as-data-write", SURVIVED, run_blk_ring_as_data, BLKIF_OP_WRITE },
	END_OF_CASES
};
