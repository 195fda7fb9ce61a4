// SPDX-License-Identifier: GPL-2.0
/*
 * Data whose segments are not whole blocks: each byte of a request arrives at its place in the
 * guest or on the disk, and the disk gets whole blocks only.
 */
#include "unit.h"
#include "blk_kernel.h"

#include <stdlib.h>

#include "drivers/blkback/protocol.c"
#include "drivers/blkback/data_span.c"

#define DISK_SECTORS	4096

static struct page pool[BLK_INDIRECT_MAX];
static u8 guest[BLK_INDIRECT_MAX][4096];
static u8 disk[DISK_SECTORS << BLK_SECTOR_SHIFT];
static struct blk_segment segs[BLK_INDIRECT_MAX];
static struct bio_vec vecs[BLK_INDIRECT_MAX];
static struct dom0_backend backend;
static struct blk_vbd vbd = { .be = &backend, .bounds = { .nr_sectors = DISK_SECTORS } };
static struct gnttab_copy copies[BLK_BATCH_OPS];
static struct blk_ring ring = {
	.vbd = &vbd, .worker.copy = { .ops = copies, .max = BLK_BATCH_OPS },
};

static struct blk_request req = { .ring = &ring, .segs = segs, .vecs = vecs };

bool blk_pool_get(struct blk_pool *from, struct list_head *pages, unsigned int nr)
{
	unsigned int i;

	assert_true(nr <= ARRAY_SIZE(pool));
	INIT_LIST_HEAD(pages);
	for (i = 0; i < nr; i++)
		list_add_tail(&pool[i].lru, pages);
	return true;
}

void blk_pool_put(struct blk_pool *to, struct list_head *pages, unsigned int nr)
{
}

void blk_request_add_page(struct blk_request *to, const struct blk_segment *seg, struct page *page)
{
	to->vecs[to->bio.bi_vcnt++] = (struct bio_vec){
		.bv_page = page,
		.bv_len = blk_segment_sectors(seg) << BLK_SECTOR_SHIFT,
		.bv_offset = seg->first_sect << BLK_SECTOR_SHIFT,
	};
}

static unsigned int count_copy(struct dom0_copy *batch, unsigned int guest_off, unsigned int off,
			       unsigned int len)
{
	assert_true(len && guest_off + len <= 4096 && off + len <= 4096);
	assert_true(batch->nr < batch->max);
	return batch->nr++;
}

unsigned int dom0_copy_from_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
				  unsigned int src_off, struct page *page, unsigned int dst_off,
				  unsigned int len)
{
	memcpy(page->bytes + dst_off, guest[ref] + src_off, len);
	return count_copy(batch, src_off, dst_off, len);
}

unsigned int dom0_copy_to_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
				unsigned int dst_off, struct page *page, unsigned int src_off,
				unsigned int len)
{
	memcpy(guest[ref] + dst_off, page->bytes + src_off, len);
	return count_copy(batch, dst_off, src_off, len);
}

int dom0_gnttab_errno(int status)
{
	return status;
}

/* ---- a request, and the disk ---- */

static void fill(u8 *bytes, size_t size)
{
	while (size--)
		*bytes++ = rand();
}

/* Make segments of any sectors. Return whether the driver accepts them and makes a span of them. */
static bool make_request(u8 op, u64 sector, unsigned int nr)
{
	unsigned int i;

	req.cmd = (struct blk_command){ .op = op, .sector = sector, .nr_segments = nr };
	for (i = 0; i < nr; i++) {
		segs[i].ref = i;
		segs[i].first_sect = rand() % 8;
		segs[i].last_sect = segs[i].first_sect + rand() % (8 - segs[i].first_sect);
	}
	return !blk_parse_indirect(&req.cmd, &vbd.bounds, segs) && req.cmd.span_pages;
}

/* Do what the disk does with the bio. It takes whole blocks only. */
static void do_bio(void)
{
	unsigned int block = vbd.bounds.block_sectors << BLK_SECTOR_SHIFT, i, sum = 0;
	u8 *at = disk + (req.bio.bi_iter.bi_sector << BLK_SECTOR_SHIFT);

	assert_int_equal(req.bio.bi_vcnt, req.cmd.span_pages);
	assert_int_equal((at - disk) % block, 0);
	for (i = 0; i < req.bio.bi_vcnt; i++) {
		const struct bio_vec *vec = &vecs[i];

		assert_int_equal(vec->bv_len % block, 0);
		if (req.cmd.op == BLKIF_OP_READ)
			memcpy(vec->bv_page->bytes + vec->bv_offset, at + sum, vec->bv_len);
		else
			memcpy(at + sum, vec->bv_page->bytes + vec->bv_offset, vec->bv_len);
		sum += vec->bv_len;
	}
	assert_int_equal(sum, req.bio.bi_iter.bi_size);
	assert_true(at + sum <= disk + sizeof(disk));
}

static void prepare(void)
{
	ring.worker.copy.nr = 0;
	req.bio = (struct bio){ 0 };
	assert_true(blk_data_span.prepare(&ring, &req));
	assert_int_equal(blk_data_span.prepare_done(&ring, &req), 0);
	assert_true(ring.worker.copy.nr <= blk_request_copies(&req));
}

/* Compare the guest's segments with the disk, from the request's first sector on. */
static void same_on_disk(void)
{
	u8 *at = disk + (req.cmd.sector << BLK_SECTOR_SHIFT);
	unsigned int i;

	for (i = 0; i < req.cmd.nr_segments; i++) {
		unsigned int len = blk_segment_sectors(&segs[i]) << BLK_SECTOR_SHIFT;

		assert_memory_equal(guest[i] + (segs[i].first_sect << BLK_SECTOR_SHIFT), at, len);
		at += len;
	}
}

static unsigned int random_size(void)
{
	return 1 + rand() % (rand() % 8 ? 6 : BLK_INDIRECT_MAX);
}

static void reads_of_any_sectors(void **state)
{
	static u8 before[BLK_INDIRECT_MAX][4096];
	unsigned int round, done = 0, i;

	vbd.bounds.small_sectors = true;
	for (round = 0; round < 20000 && done < 1000; round++) {
		vbd.bounds.block_sectors = 2 << rand() % 3;
		if (!make_request(BLKIF_OP_READ, rand() % 64, random_size()))
			continue;
		fill(disk, 2 << 20);
		memset(guest, 0xee, sizeof(guest));
		memcpy(before, guest, sizeof(before));
		prepare();
		assert_int_equal(ring.worker.copy.nr, 0);
		do_bio();
		blk_data_span.finish(&ring.worker.copy, &req);
		assert_true(ring.worker.copy.nr <= blk_request_copies(&req));
		same_on_disk();
		for (i = 0; i < req.cmd.nr_segments; i++)
			assert_memory_equal(guest[i], before[i],
					    segs[i].first_sect << BLK_SECTOR_SHIFT);
		done++;
	}
	assert_true(done > 100);
}

static void writes_of_whole_blocks(void **state)
{
	static u8 before[sizeof(disk)];
	unsigned int round, done = 0;
	size_t first, end;

	vbd.bounds.small_sectors = false;
	for (round = 0; round < 200000 && done < 200; round++) {
		vbd.bounds.block_sectors = 2 << rand() % 3;
		if (!make_request(BLKIF_OP_WRITE, rand() % 64, random_size()))
			continue;
		fill(guest[0], req.cmd.nr_segments * sizeof(guest[0]));
		memcpy(before, disk, sizeof(disk));
		prepare();
		do_bio();
		same_on_disk();
		first = req.cmd.sector << BLK_SECTOR_SHIFT;
		end = first + (req.cmd.nr_sectors << BLK_SECTOR_SHIFT);
		assert_memory_equal(disk, before, first);
		assert_memory_equal(disk + end, before + end, sizeof(disk) - end);
		done++;
	}
	assert_true(done > 100);
}

/* One copy that fails, here the last one, fails the request. */
static void failed_copy(void **state)
{
	vbd.bounds.block_sectors = 8;
	vbd.bounds.small_sectors = true;
	assert_true(make_request(BLKIF_OP_READ, 9, 11));
	prepare();
	blk_data_span.finish(&ring.worker.copy, &req);
	assert_int_equal(blk_data_span.finish_done(&ring.worker.copy, &req), 0);
	copies[ring.worker.copy.nr - 1].status = -EAGAIN;
	assert_int_equal(blk_data_span.finish_done(&ring.worker.copy, &req), -EAGAIN);
	copies[ring.worker.copy.nr - 1].status = 0;
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(reads_of_any_sectors),
	cmocka_unit_test(writes_of_whole_blocks),
	cmocka_unit_test(failed_copy),
};

RUN_TESTS(tests)
