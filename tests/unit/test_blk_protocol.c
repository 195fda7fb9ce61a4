// SPDX-License-Identifier: GPL-2.0
/* Which requests of a frontend are valid: drivers/blkback/protocol.c. */
#include "unit.h"

#include "drivers/blkback/protocol.c"

#define DISK_SECTORS	1000

static const struct blk_bounds disk = {
	.nr_sectors = DISK_SECTORS,
	.block_sectors = 1,
	.discard = true,
};

static const struct blk_bounds disk_4k = { .nr_sectors = DISK_SECTORS, .block_sectors = 8 };
static const struct blk_bounds disk_512e = {
	.nr_sectors = DISK_SECTORS, .block_sectors = 8, .small_sectors = true,
};

static const struct blk_bounds disk_ro = {
	.nr_sectors = DISK_SECTORS, .block_sectors = 1, .readonly = true, .discard = true,
};

static struct blk_command cmd;
static struct blk_segment segs[BLK_DIRECT_MAX];

/* A slot in the layout of this machine, as the kernel's own frontend would write it. */
static struct blkif_request rw(u8 op, u64 sector, unsigned int nr)
{
	struct blkif_request req = { .operation = op };
	unsigned int i;

	req.u.rw.nr_segments = nr;
	req.u.rw.handle = 51712;
	req.u.rw.id = 0x1122334455667788;
	req.u.rw.sector_number = sector;
	for (i = 0; i < min_t(unsigned int, nr, BLK_DIRECT_MAX); i++)
		req.u.rw.seg[i] = (struct blkif_request_segment){
			.gref = 100 + i, .first_sect = 0, .last_sect = 7,
		};
	return req;
}

static struct blkif_request discard(u64 sector, u64 nr, u8 flag)
{
	struct blkif_request req = { .operation = BLKIF_OP_DISCARD };

	req.u.discard.flag = flag;
	req.u.discard.id = 5;
	req.u.discard.sector_number = sector;
	req.u.discard.nr_sectors = nr;
	return req;
}

static struct blkif_request indirect(u8 op, u16 nr)
{
	struct blkif_request req = { .operation = BLKIF_OP_INDIRECT };

	req.u.indirect.indirect_op = op;
	req.u.indirect.nr_segments = nr;
	req.u.indirect.id = 6;
	req.u.indirect.sector_number = 16;
	req.u.indirect.handle = 51712;
	req.u.indirect.indirect_grefs[0] = 77;
	return req;
}

static int parse_on(const struct blk_bounds *bounds, struct blkif_request req)
{
	return blk_parse(BLK_ABI_64, &req, bounds, &cmd, segs);
}

static int parse(struct blkif_request req)
{
	return parse_on(&disk, req);
}

/* ---- what is allowed ---- */

static void reads_and_writes(void **state)
{
	assert_int_equal(parse(rw(BLKIF_OP_READ, 8, 2)), 0);
	assert_int_equal(cmd.op, BLKIF_OP_READ);
	assert_true(cmd.id == 0x1122334455667788);
	assert_int_equal(cmd.sector, 8);
	assert_int_equal(cmd.nr_sectors, 16);
	assert_int_equal(cmd.nr_segments, 2);
	assert_int_equal(segs[1].ref, 101);
	assert_int_equal(blk_segment_sectors(&segs[1]), 8);
	assert_false(cmd.indirect);

	assert_int_equal(parse(rw(BLKIF_OP_WRITE, 0, BLK_DIRECT_MAX)), 0);
	assert_int_equal(cmd.nr_sectors, 8 * BLK_DIRECT_MAX);
}

static void flush_with_and_without_data(void **state)
{
	assert_int_equal(parse(rw(BLKIF_OP_FLUSH_DISKCACHE, ~0ULL, 0)), 0);
	assert_int_equal(cmd.nr_sectors, 0);
	assert_int_equal(parse_on(&disk_ro, rw(BLKIF_OP_FLUSH_DISKCACHE, 0, 0)), 0);
	assert_int_equal(parse(rw(BLKIF_OP_FLUSH_DISKCACHE, 0, 1)), 0);
	assert_int_equal(cmd.nr_sectors, 8);
	assert_int_equal(parse(rw(BLKIF_OP_FLUSH_DISKCACHE, DISK_SECTORS, 1)), -ERANGE);
}

static void parts_of_a_page(void **state)
{
	struct blkif_request req = rw(BLKIF_OP_READ, 3, 1);

	req.u.rw.seg[0].first_sect = 3;
	req.u.rw.seg[0].last_sect = 3;
	assert_int_equal(parse(req), 0);
	assert_int_equal(cmd.nr_sectors, 1);
}

/*
 * The same request in the layout of a 32-bit frontend: fields after the first four bytes begin four
 * bytes earlier.
 */
static void layout_of_32_bits(void **state)
{
	struct blkif_request req = rw(BLKIF_OP_WRITE, 24, 11), head = indirect(BLKIF_OP_READ, 200);
	u8 shared[BLK_SLOT_SIZE_32];

	memcpy(shared, &req, 4);
	memcpy(shared + 4, (u8 *)&req + 8, sizeof(shared) - 4);
	assert_int_equal(blk_parse(BLK_ABI_32, shared, &disk, &cmd, segs), 0);
	assert_true(cmd.id == 0x1122334455667788);
	assert_int_equal(cmd.sector, 24);
	assert_int_equal(cmd.nr_segments, 11);
	assert_int_equal(segs[10].ref, 110);
	assert_int_equal(segs[10].last_sect, 7);

	memcpy(shared, &head, 4);
	memcpy(shared + 4, (u8 *)&head + 8, sizeof(shared) - 4);
	assert_int_equal(blk_parse(BLK_ABI_32, shared, &disk, &cmd, segs), 0);
	assert_int_equal(cmd.nr_segments, 200);
	assert_int_equal(cmd.indirect_ref, 77);
	assert_int_equal(cmd.sector, 16);
}

/* A 64-bit frontend that claims to be a 32-bit one harms itself only. */
static void wrong_layout_is_just_a_bad_request(void **state)
{
	struct blkif_request req = rw(BLKIF_OP_WRITE, 24, 11);

	assert_int_not_equal(blk_parse(BLK_ABI_32, &req, &disk, &cmd, segs), 0);
}

static void protocol_names(void **state)
{
	enum blk_abi abi = 99;
	char text[4097];

	assert_true(blk_abi_from_name("x86_64-abi", &abi));
	assert_int_equal(abi, BLK_ABI_64);
	assert_true(blk_abi_from_name("x86_32-abi", &abi));
	assert_int_equal(abi, BLK_ABI_32);
	assert_false(blk_abi_from_name("", &abi));
	assert_false(blk_abi_from_name("x86_64-ab", &abi));
	assert_false(blk_abi_from_name("x86_64-abi ", &abi));
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	assert_false(blk_abi_from_name(text, &abi));
}

/* ---- operations ---- */

static void unknown_operations(void **state)
{
	unsigned int op;

	for (op = 0; op <= 255; op++) {
		if (op == BLKIF_OP_READ || op == BLKIF_OP_WRITE || op == BLKIF_OP_DISCARD ||
		    op == BLKIF_OP_WRITE_BARRIER || op == BLKIF_OP_FLUSH_DISKCACHE ||
		    op == BLKIF_OP_INDIRECT)
			continue;
		assert_int_equal(parse(rw(op, 0, 1)), -EOPNOTSUPP);
		assert_int_equal(cmd.op, op);
		assert_true(cmd.id == 0x1122334455667788);
	}
}

static void barrier_with_and_without_data(void **state)
{
	assert_int_equal(parse(rw(BLKIF_OP_WRITE_BARRIER, ~0ULL, 0)), 0);
	assert_int_equal(cmd.op, BLKIF_OP_WRITE_BARRIER);
	assert_int_equal(cmd.nr_sectors, 0);
	assert_int_equal(parse_on(&disk_ro, rw(BLKIF_OP_WRITE_BARRIER, 0, 0)), 0);
	assert_int_equal(parse_on(&disk_ro, rw(BLKIF_OP_WRITE_BARRIER, 0, 1)), -EROFS);
	assert_int_equal(parse(rw(BLKIF_OP_WRITE_BARRIER, 8, BLK_DIRECT_MAX)), 0);
	assert_int_equal(cmd.nr_sectors, 8 * BLK_DIRECT_MAX);
	assert_int_equal(segs[10].ref, 110);
	assert_int_equal(parse(rw(BLKIF_OP_WRITE_BARRIER, 8, BLK_DIRECT_MAX + 1)), -EINVAL);
	assert_int_equal(parse(rw(BLKIF_OP_WRITE_BARRIER, DISK_SECTORS, 1)), -ERANGE);
}

static void inner_operations(void **state)
{
	unsigned int op;

	for (op = 0; op <= 255; op++)
		assert_int_equal(parse(indirect(op, 20)),
				 op == BLKIF_OP_READ || op == BLKIF_OP_WRITE ? 0 : -EOPNOTSUPP);
}

static void read_only_disk(void **state)
{
	assert_int_equal(parse_on(&disk_ro, rw(BLKIF_OP_READ, 0, 1)), 0);
	assert_int_equal(parse_on(&disk_ro, rw(BLKIF_OP_WRITE, 0, 1)), -EROFS);
	assert_int_equal(parse_on(&disk_ro, rw(BLKIF_OP_FLUSH_DISKCACHE, 0, 1)), -EROFS);
	assert_int_equal(parse_on(&disk_ro, indirect(BLKIF_OP_WRITE, 20)), -EROFS);
	assert_int_equal(parse_on(&disk_ro, discard(0, 8, 0)), -EROFS);
}

/* ---- segments ---- */

static void segment_counts(void **state)
{
	unsigned int nr;

	assert_int_equal(parse(rw(BLKIF_OP_READ, 0, 0)), -EINVAL);
	assert_int_equal(parse(rw(BLKIF_OP_WRITE, 0, 0)), -EINVAL);
	for (nr = BLK_DIRECT_MAX + 1; nr <= 255; nr++) {
		assert_int_equal(parse(rw(BLKIF_OP_READ, 0, nr)), -EINVAL);
		assert_int_equal(parse(rw(BLKIF_OP_FLUSH_DISKCACHE, 0, nr)), -EINVAL);
		assert_int_equal(cmd.nr_segments, 0);
	}
}

static void indirect_segment_counts(void **state)
{
	unsigned int nr;

	assert_int_equal(parse(indirect(BLKIF_OP_READ, 0)), -EINVAL);
	for (nr = 1; nr <= BLK_INDIRECT_MAX; nr++)
		assert_int_equal(parse(indirect(BLKIF_OP_READ, nr)), 0);
	for (; nr <= 65535; nr++)
		assert_int_equal(parse(indirect(BLKIF_OP_READ, nr)), -EINVAL);
	assert_int_equal(cmd.nr_segments, 0);
}

static void sectors_of_a_segment(void **state)
{
	struct blkif_request req = rw(BLKIF_OP_READ, 0, 2);
	unsigned int first, last;

	for (first = 0; first <= 255; first++) {
		for (last = 0; last <= 255; last++) {
			req.u.rw.seg[1].first_sect = first;
			req.u.rw.seg[1].last_sect = last;
			assert_int_equal(parse(req), first <= last && last < 8 ? 0 : -EINVAL);
		}
	}
}

static void large_blocks(void **state)
{
	struct blkif_request req = rw(BLKIF_OP_READ, 8, 1);

	assert_int_equal(parse_on(&disk_4k, req), 0);
	req.u.rw.sector_number = 9;
	assert_int_equal(parse_on(&disk_4k, req), -EINVAL);
	req.u.rw.sector_number = 8;
	req.u.rw.seg[0].last_sect = 6;
	assert_int_equal(parse_on(&disk_4k, req), -EINVAL);
	assert_int_equal(parse_on(&disk_4k, rw(BLKIF_OP_READ, 8, 2)), 0);
	assert_int_equal(cmd.span_pages, 0);
}

/* A guest's buffer may begin at any sector of a page. Then page boundaries split its blocks. */
static void blocks_cut_into_segments(void **state)
{
	struct blkif_request req = rw(BLKIF_OP_WRITE, 8, 3);

	req.u.rw.seg[0].first_sect = 5;
	req.u.rw.seg[2].last_sect = 4;
	assert_int_equal(parse_on(&disk_4k, req), 0);
	assert_int_equal(cmd.nr_sectors, 16);
	assert_int_equal(cmd.span_pages, 2);
	req.operation = BLKIF_OP_READ;
	assert_int_equal(parse_on(&disk_4k, req), 0);
	assert_int_equal(cmd.span_pages, 2);
	req.u.rw.sector_number = DISK_SECTORS - 8;
	assert_int_equal(parse_on(&disk_4k, req), -ERANGE);
	req.u.rw.sector_number = 9;
	assert_int_equal(parse_on(&disk_4k, req), -EINVAL);
	req.u.rw.sector_number = 8;
	req.u.rw.seg[2].last_sect = 5;
	assert_int_equal(parse_on(&disk_4k, req), -EINVAL);
}

/* Where the frontend knows smaller blocks, parts of blocks can be read, but not written. */
static void parts_of_blocks(void **state)
{
	struct blk_bounds disk_2k = disk_512e;
	struct blkif_request req = rw(BLKIF_OP_READ, 15, 1);
	u8 ops[] = { BLKIF_OP_WRITE, BLKIF_OP_WRITE_BARRIER, BLKIF_OP_FLUSH_DISKCACHE };
	unsigned int i;

	assert_int_equal(parse_on(&disk_512e, req), 0);
	assert_int_equal(cmd.span_pages, 2);
	req.u.rw.seg[0].last_sect = 0;
	assert_int_equal(parse_on(&disk_512e, req), 0);
	assert_int_equal(cmd.span_pages, 1);
	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		req.operation = ops[i];
		assert_int_equal(parse_on(&disk_512e, req), -EINVAL);
	}
	assert_int_equal(parse_on(&disk_512e, rw(BLKIF_OP_WRITE, 9, 1)), -EINVAL);
	assert_int_equal(parse_on(&disk_512e, rw(BLKIF_OP_WRITE, 8, 1)), 0);
	assert_int_equal(cmd.span_pages, 0);
	assert_int_equal(parse_on(&disk_512e, rw(BLKIF_OP_READ, DISK_SECTORS - 7, 1)), -ERANGE);

	disk_2k.block_sectors = 4;
	assert_int_equal(parse_on(&disk_2k, rw(BLKIF_OP_READ, 11, 1)), 0);
	assert_int_equal(cmd.span_pages, 2);
	assert_int_equal(parse_on(&disk_2k, rw(BLKIF_OP_READ, 12, 1)), 0);
	assert_int_equal(cmd.span_pages, 0);
}

/* The span of the largest request may need more pages than a ring always has. */
static void largest_span(void **state)
{
	struct blk_bounds large = disk_512e;
	struct blk_segment list[BLK_INDIRECT_MAX];
	unsigned int i;

	large.nr_sectors = 1 << 20;
	for (i = 0; i < BLK_INDIRECT_MAX; i++)
		list[i] = (struct blk_segment){ .ref = i, .last_sect = 7 };
	assert_int_equal(parse_on(&large, indirect(BLKIF_OP_READ, BLK_INDIRECT_MAX)), 0);
	cmd.sector = 17;
	assert_int_equal(blk_parse_indirect(&cmd, &large, list), -EINVAL);
	list[BLK_INDIRECT_MAX - 1].last_sect = 6;
	assert_int_equal(blk_parse_indirect(&cmd, &large, list), 0);
	assert_int_equal(cmd.span_pages, BLK_INDIRECT_MAX);
}

/* A guest's buffer for O_DIRECT may begin at any sector of a page. */
static void blocks_anywhere_in_a_page(void **state)
{
	struct blk_bounds disk_2k = { .nr_sectors = DISK_SECTORS, .block_sectors = 4 };
	struct blkif_request req = rw(BLKIF_OP_READ, 8, 1);

	req.u.rw.seg[0].first_sect = 1;
	req.u.rw.seg[0].last_sect = 4;
	assert_int_equal(parse_on(&disk_2k, req), 0);
	assert_int_equal(parse_on(&disk_4k, req), -EINVAL);
	req.u.rw.seg[0].last_sect = 5;
	assert_int_equal(parse_on(&disk_2k, req), -EINVAL);
}

/* ---- the end of the disk ---- */

static void end_of_disk(void **state)
{
	assert_int_equal(parse(rw(BLKIF_OP_READ, DISK_SECTORS - 8, 1)), 0);
	assert_int_equal(parse(rw(BLKIF_OP_READ, DISK_SECTORS - 7, 1)), -ERANGE);
	assert_int_equal(parse(rw(BLKIF_OP_READ, DISK_SECTORS, 1)), -ERANGE);
	assert_int_equal(parse(rw(BLKIF_OP_READ, DISK_SECTORS + 1, 1)), -ERANGE);
	assert_int_equal(parse(rw(BLKIF_OP_READ, ~0ULL, 1)), -ERANGE);
	assert_int_equal(parse(rw(BLKIF_OP_READ, ~0ULL - 7, 1)), -ERANGE);
	assert_int_equal(parse(rw(BLKIF_OP_READ, 1ULL << 63, 11)), -ERANGE);
	/* Bytes would overflow where sectors do not. */
	assert_int_equal(parse(rw(BLKIF_OP_READ, 1ULL << 55, 1)), -ERANGE);
}

static void disk_that_shrinks(void **state)
{
	struct blk_bounds shrunk = disk;

	assert_int_equal(parse_on(&shrunk, rw(BLKIF_OP_WRITE, 500, 1)), 0);
	shrunk.nr_sectors = 504;
	assert_int_equal(parse_on(&shrunk, rw(BLKIF_OP_WRITE, 500, 1)), -ERANGE);
	shrunk.nr_sectors = 0;
	assert_int_equal(parse_on(&shrunk, rw(BLKIF_OP_WRITE, 0, 1)), -ERANGE);
}

static void drive_without_a_medium(void **state)
{
	struct blk_bounds empty = disk;

	empty.empty = true;
	assert_int_equal(parse_on(&empty, rw(BLKIF_OP_READ, 0, 1)), -ENOMEDIUM);
	assert_int_equal(parse_on(&empty, rw(BLKIF_OP_FLUSH_DISKCACHE, 0, 0)), -ENOMEDIUM);
	assert_int_equal(parse_on(&empty, discard(0, 8, 0)), -ENOMEDIUM);
	assert_int_equal(parse_on(&empty, indirect(BLKIF_OP_READ, 1)), -ENOMEDIUM);
	assert_true(cmd.id == 6);
	assert_int_equal(cmd.op, BLKIF_OP_READ);
	assert_int_equal(blk_status(-ENOMEDIUM), BLKIF_RSP_ERROR);
}

static void discards(void **state)
{
	struct blk_bounds none = disk, secure = disk, blocks = disk_4k;

	none.discard = false;
	secure.secure_discard = true;
	blocks.discard = true;
	assert_int_equal(parse(discard(0, DISK_SECTORS, 0)), 0);
	assert_int_equal(cmd.nr_sectors, DISK_SECTORS);
	assert_int_equal(parse(discard(0, DISK_SECTORS + 1, 0)), -ERANGE);
	assert_int_equal(parse(discard(8, ~0ULL, 0)), -ERANGE);
	assert_int_equal(parse(discard(~0ULL, 2, 0)), -ERANGE);
	assert_int_equal(parse(discard(DISK_SECTORS, 1, 0)), -ERANGE);
	assert_int_equal(parse(discard(0, 0, 0)), -EINVAL);
	assert_int_equal(parse_on(&none, discard(0, 8, 0)), -EOPNOTSUPP);
	assert_int_equal(parse_on(&blocks, discard(4, 8, 0)), -EINVAL);
	assert_int_equal(parse_on(&blocks, discard(8, 4, 0)), -EINVAL);
	assert_int_equal(parse(discard(0, 8, BLKIF_DISCARD_SECURE)), 0);
	assert_false(cmd.secure);
	assert_int_equal(parse_on(&secure, discard(0, 8, BLKIF_DISCARD_SECURE)), 0);
	assert_true(cmd.secure);
	assert_int_equal(parse_on(&secure, discard(0, 8, 0xfe)), 0);
	assert_false(cmd.secure);
}

/* ---- indirect segments ---- */

static void indirect_segments(void **state)
{
	struct blk_segment list[BLK_INDIRECT_MAX];
	struct blk_bounds large = { .nr_sectors = 1 << 20, .block_sectors = 1 };
	unsigned int i;

	for (i = 0; i < BLK_INDIRECT_MAX; i++)
		list[i] = (struct blk_segment){ .ref = i, .last_sect = 7 };

	assert_int_equal(parse_on(&large, indirect(BLKIF_OP_READ, BLK_INDIRECT_MAX)), 0);
	assert_true(cmd.indirect);
	assert_int_equal(cmd.op, BLKIF_OP_READ);
	assert_int_equal(cmd.indirect_ref, 77);
	assert_int_equal(blk_parse_indirect(&cmd, &large, list), 0);
	assert_false(cmd.indirect);
	assert_int_equal(cmd.nr_sectors, 8 * BLK_INDIRECT_MAX);

	/* Past the end of a small disk. */
	assert_int_equal(parse(indirect(BLKIF_OP_READ, BLK_INDIRECT_MAX)), 0);
	assert_int_equal(blk_parse_indirect(&cmd, &disk, list), -ERANGE);

	/* Only the last segment is invalid. */
	list[BLK_INDIRECT_MAX - 1].last_sect = 8;
	assert_int_equal(parse_on(&large, indirect(BLKIF_OP_READ, BLK_INDIRECT_MAX)), 0);
	assert_int_equal(blk_parse_indirect(&cmd, &large, list), -EINVAL);
	/* Segments beyond the count are not checked. */
	assert_int_equal(parse_on(&large, indirect(BLKIF_OP_READ, BLK_INDIRECT_MAX - 1)), 0);
	assert_int_equal(blk_parse_indirect(&cmd, &large, list), 0);
}

/* ---- the ring ---- */

static void sizes_of_rings(void **state)
{
	unsigned int order;

	assert_int_equal(blk_slot_size(BLK_ABI_64), 112);
	assert_int_equal(blk_slot_size(BLK_ABI_32), 108);
	for (order = 0; order <= 4; order++) {
		unsigned int slots = blk_ring_slots(1 << order);

		assert_int_equal(slots, 32 << order);
		assert_true(64 + slots * blk_slot_size(BLK_ABI_64) <= 4096U << order);
	}
}

/* ---- responses ---- */

static void responses(void **state)
{
	u8 shared[32];

	memset(shared, 0xaa, sizeof(shared));
	blk_response_write(BLK_ABI_64, shared, 0x0102030405060708, 3, -2);
	assert_memory_equal(shared, "\x08\x07\x06\x05\x04\x03\x02\x01\x03\x00\xfe\xff\0\0\0\0", 16);
	assert_int_equal(shared[16], 0xaa);

	memset(shared, 0xaa, sizeof(shared));
	blk_response_write(BLK_ABI_32, shared, 0x0102030405060708, 3, 0);
	assert_memory_equal(shared, "\x08\x07\x06\x05\x04\x03\x02\x01\x03\x00\x00\x00", 12);
	assert_int_equal(shared[12], 0xaa);
}

static void statuses(void **state)
{
	assert_int_equal(blk_status(0), BLKIF_RSP_OKAY);
	assert_int_equal(blk_status(-EOPNOTSUPP), BLKIF_RSP_EOPNOTSUPP);
	assert_int_equal(blk_status(-EIO), BLKIF_RSP_ERROR);
	assert_int_equal(blk_status(-EINVAL), BLKIF_RSP_ERROR);
	assert_int_equal(blk_status(-EROFS), BLKIF_RSP_ERROR);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(reads_and_writes),
	cmocka_unit_test(flush_with_and_without_data),
	cmocka_unit_test(parts_of_a_page),
	cmocka_unit_test(layout_of_32_bits),
	cmocka_unit_test(wrong_layout_is_just_a_bad_request),
	cmocka_unit_test(protocol_names),
	cmocka_unit_test(unknown_operations),
	cmocka_unit_test(barrier_with_and_without_data),
	cmocka_unit_test(inner_operations),
	cmocka_unit_test(read_only_disk),
	cmocka_unit_test(segment_counts),
	cmocka_unit_test(indirect_segment_counts),
	cmocka_unit_test(sectors_of_a_segment),
	cmocka_unit_test(large_blocks),
	cmocka_unit_test(blocks_cut_into_segments),
	cmocka_unit_test(parts_of_blocks),
	cmocka_unit_test(largest_span),
	cmocka_unit_test(blocks_anywhere_in_a_page),
	cmocka_unit_test(end_of_disk),
	cmocka_unit_test(disk_that_shrinks),
	cmocka_unit_test(drive_without_a_medium),
	cmocka_unit_test(discards),
	cmocka_unit_test(indirect_segments),
	cmocka_unit_test(sizes_of_rings),
	cmocka_unit_test(responses),
	cmocka_unit_test(statuses),
};

RUN_TESTS(tests)
