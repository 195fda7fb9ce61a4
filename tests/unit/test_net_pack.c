// SPDX-License-Identifier: GPL-2.0
#include "unit.h"

#include <stdlib.h>

#include "drivers/netback/pack.h"

#define MAX_PAGES	17

/* Packs pieces of the given lengths; the number of copies that it took. */
static unsigned int pack_all(const u32 *lens, unsigned int nr, struct vif_pack *pack, u32 max)
{
	unsigned int copies = 0;
	u32 total = 0, page_end = 0;
	unsigned int i;

	for (i = 0; i < nr; i++)
		total += lens[i];
	vif_pack_init(pack, total, max);

	for (i = 0; i < nr; i++) {
		u32 done, n;

		for (done = 0; done < lens[i]; done += n, copies++) {
			u32 pages = pack->pages;
			bool fresh;

			n = vif_pack_next(pack, lens[i] - done, &fresh);
			assert_in_range(n, 1, lens[i] - done);
			assert_int_equal(pack->pages, pages + fresh);
			/* The place begins where the one before it ended. */
			page_end = (fresh ? 0 : page_end) + n;
			assert_int_equal(pack->room, XEN_PAGE_SIZE - page_end);
		}
	}
	assert_int_equal(pack->left, 0);
	assert_true(pack->pages <= max);
	return copies;
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

/* Where pages are short, all are filled to the brim. */
static void dense_when_it_must_be(void **state)
{
	const u32 lens[] = { 66, 4096, 4096, 4030 };
	struct vif_pack pack;

	pack_all(lens, 4, &pack, 3);
	assert_int_equal(pack.pages, 3);
	assert_int_equal(pack.room, 0);
}

static void one_page_only(void **state)
{
	const u32 lens[] = { 1000, 1000, 1000, 1096 };
	struct vif_pack pack;

	assert_int_equal(pack_all(lens, 4, &pack, 1), 4);
	assert_int_equal(pack.pages, 1);
}

/* Any pieces at all fit, as long as they fit densely; and never in more copies than that takes. */
static void random_pieces(void **state)
{
	unsigned int round;

	srandom(1);
	for (round = 0; round < 20000; round++) {
		u32 lens[40], total = 0, len;
		unsigned int nr = 0, copies;
		struct vif_pack pack;

		while (nr < ARRAY_SIZE(lens)) {
			len = 1 + random() % (round % 2 ? 4096 : 300);
			if (total + len > MAX_PAGES * XEN_PAGE_SIZE)
				break;
			total += len;
			lens[nr++] = len;
		}
		copies = pack_all(lens, nr, &pack, MAX_PAGES);
		assert_true(copies <= nr + DIV_ROUND_UP(total, XEN_PAGE_SIZE));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_pieces_share_a_page),
		cmocka_unit_test(whole_pages_are_not_split),
		cmocka_unit_test(dense_when_it_must_be),
		cmocka_unit_test(one_page_only),
		cmocka_unit_test(random_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
