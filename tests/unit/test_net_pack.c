// SPDX-License-Identifier: GPL-2.0
/* How data is packed into fragments: drivers/netback/pack.h. */
#include "unit.h"

#include <stdlib.h>

#include "drivers/netback/pack.h"

#define MAX_PAGES	17

/* Packs pieces of the given lengths behind headroom; returns the number of copies. */
static unsigned int pack_behind(u32 headroom, const u32 *lens, unsigned int nr,
				struct vif_pack *pack, u32 max)
{
	unsigned int copies = 0;
	u32 total = 0, page_end = 0;
	unsigned int i;

	for (i = 0; i < nr; i++)
		total += lens[i];
	vif_pack_init(pack, headroom, total, max);

	for (i = 0; i < nr; i++) {
		u32 done, n;

		for (done = 0; done < lens[i]; done += n, copies++) {
			u32 pages = pack->pages;
			bool new_page;

			n = vif_pack_next(pack, lens[i] - done, &new_page);
			assert_in_range(n, 1, lens[i] - done);
			assert_int_equal(pack->pages, pages + new_page);
			/* A place begins at the end of the one before. Only page 0 has headroom. */
			if (new_page)
				page_end = pages ? 0 : headroom;
			page_end += n;
			assert_int_equal(pack->space, XEN_PAGE_SIZE - page_end);
		}
	}
	assert_int_equal(pack->left, 0);
	assert_true(pack->pages <= max);
	return copies;
}

static unsigned int pack_all(const u32 *lens, unsigned int nr, struct vif_pack *pack, u32 max)
{
	return pack_behind(0, lens, nr, pack, max);
}

static void small_pieces_share_a_page(void **state)
{
	const u32 lens[] = { 66, 1448, 1448, 1000 };
	struct vif_pack pack;

	assert_int_equal(pack_all(lens, 4, &pack, MAX_PAGES), 4);
	assert_int_equal(pack.pages, 1);
}

static void whole_pages_are_not_split(void **state)
{
	const u32 lens[] = { 66, 4096, 4096, 100 };
	struct vif_pack pack;

	assert_int_equal(pack_all(lens, 4, &pack, MAX_PAGES), 4);
	assert_int_equal(pack.pages, 4);
}

/* If there are only as many pages as the data needs, all are filled completely. */
static void dense_when_it_must_be(void **state)
{
	const u32 lens[] = { 66, 4096, 4096, 4030 };
	struct vif_pack pack;

	pack_all(lens, 4, &pack, 3);
	assert_int_equal(pack.pages, 3);
	assert_int_equal(pack.space, 0);
}

static void one_page_only(void **state)
{
	const u32 lens[] = { 1000, 1000, 1000, 1096 };
	struct vif_pack pack;

	assert_int_equal(pack_all(lens, 4, &pack, 1), 4);
	assert_int_equal(pack.pages, 1);
}

/* A frame of the usual size needs no second page, whatever its pieces are. */
static void a_frame_fits_behind_headroom(void **state)
{
	const u32 lens[] = { 66, 1000, VIF_FRAME_LEN - 1066 };
	struct vif_pack pack;

	assert_int_equal(vif_pack_pages(VIF_HEADROOM_MAX, VIF_FRAME_LEN), 1);
	assert_int_equal(vif_pack_pages(VIF_HEADROOM_MAX, VIF_FRAME_LEN + 1), 2);
	assert_int_equal(pack_behind(VIF_HEADROOM_MAX, lens, 3, &pack, 1), 3);
	assert_int_equal(pack.space, 0);
	assert_int_equal(pack_behind(VIF_HEADROOM_MAX, lens, 3, &pack, MAX_PAGES), 3);
	assert_int_equal(pack.pages, 1);
	assert_int_equal(pack_behind(256, lens, 3, &pack, MAX_PAGES), 3);
	assert_int_equal(pack.pages, 1);
}

/* The headroom counts as data, so it can leave too few pages for loose packing. */
static void dense_behind_headroom(void **state)
{
	const u32 lens[] = { 4096, 4096 - 256 };
	struct vif_pack pack;

	assert_int_equal(vif_pack_pages(256, lens[0] + lens[1]), 2);
	assert_int_equal(pack_behind(256, lens, 2, &pack, 2), 3);
	assert_int_equal(pack.pages, 2);
	assert_int_equal(pack.space, 0);
}

/* Any pieces fit into the pages that their total needs. Each page adds one copy at most. */
static void random_pieces(void **state)
{
	unsigned int round;

	srandom(1);
	for (round = 0; round < 20000; round++) {
		u32 lens[40], total = 0, len, headroom, max;
		unsigned int nr = 0, copies;
		struct vif_pack pack;

		while (nr < ARRAY_SIZE(lens)) {
			len = 1 + random() % (round % 2 ? 4096 : 300);
			if (total + len > (MAX_PAGES - 1) * XEN_PAGE_SIZE)
				break;
			total += len;
			lens[nr++] = len;
		}
		headroom = round % 3 ? random() % (VIF_HEADROOM_MAX + 1) : 0;
		max = vif_pack_pages(headroom, total) + random() % 2;
		copies = pack_behind(headroom, lens, nr, &pack, max);
		assert_true(copies <= nr + vif_pack_pages(headroom, total));
	}
}

/*
 * Packets from a guest, whose pieces fill pages badly: they use at most one page more than the data
 * needs. The whole pages of @stream are not split.
 */
static void loose_by_a_page_at_most(void **state)
{
	const u32 halves[] = {
		2049, 2049, 2049, 2049, 2049, 2049, 2049, 2049, 2049, 2049, 2049, 2049,
	};
	const u32 turns[] = { 1, 4096, 1, 4096, 1, 4096, 1, 4096, 1, 4096, 1, 4096, 1, 4096 };
	const u32 stream[] = { 3096, 4096, 4096, 4096, 4096, 4096, 4096, 4096, 4096, 1000 };
	struct vif_pack pack;

	pack_all(halves, 12, &pack, vif_pack_pages_max(12 * 2049));
	assert_int_equal(pack.pages, 8);
	pack_all(turns, 14, &pack, vif_pack_pages_max(7 * 4097));
	assert_int_equal(pack.pages, 9);
	assert_int_equal(pack_all(stream, 10, &pack,
				  vif_pack_pages_max(3096 + 8 * 4096 + 1000)), 10);
	assert_int_equal(pack.pages, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_pieces_share_a_page),
		cmocka_unit_test(whole_pages_are_not_split),
		cmocka_unit_test(dense_when_it_must_be),
		cmocka_unit_test(one_page_only),
		cmocka_unit_test(a_frame_fits_behind_headroom),
		cmocka_unit_test(dense_behind_headroom),
		cmocka_unit_test(loose_by_a_page_at_most),
		cmocka_unit_test(random_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
