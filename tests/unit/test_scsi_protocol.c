// SPDX-License-Identifier: GPL-2.0
/* Which requests of a frontend a SCSI host accepts: drivers/scsiback/protocol.c. */
#include "unit.h"

#include "drivers/scsiback/protocol.c"

#define PAGE	VSCSIIF_PAGE_SIZE

static struct vscsi_order order;

static struct vscsiif_request read_10(unsigned int nr)
{
	struct vscsiif_request req = {
		.rqid = 7,
		.act = VSCSIIF_ACT_SCSI_CDB,
		.cmd_len = 10,
		.cmnd = { READ_10 },
		.channel = 1,
		.id = 2,
		.lun = 3,
		.sc_data_direction = VSCSI_FROM_DEVICE,
		.nr_segments = nr,
	};
	unsigned int i;

	for (i = 0; i < VSCSI_DIRECT_MAX; i++)
		req.seg[i] = (struct scsiif_request_segment){ .gref = 100 + i, .length = PAGE };
	return req;
}

/* A request with two lists, which have @nr segments in all. */
static struct vscsiif_request by_lists(unsigned int nr)
{
	struct vscsiif_request req = read_10(VSCSIIF_SG_GRANT | 2);

	req.seg[0].length = nr / 2 * sizeof(*req.seg);
	req.seg[1].length = (nr - nr / 2) * sizeof(*req.seg);
	return req;
}

static int parse(struct vscsiif_request req)
{
	return vscsi_parse(&req, &order);
}

/* ---- what is allowed ---- */

static void commands_with_data(void **state)
{
	struct vscsiif_request req = read_10(2);

	assert_int_equal(parse(req), 0);
	assert_int_equal(order.rqid, 7);
	assert_int_equal(order.act, VSCSIIF_ACT_SCSI_CDB);
	assert_int_equal(order.address.channel, 1);
	assert_int_equal(order.address.target, 2);
	assert_int_equal(order.address.lun, 3);
	assert_int_equal(order.direction, VSCSI_FROM_DEVICE);
	assert_int_equal(order.nr_segments, 2);
	assert_int_equal(order.nr_lists, 0);
	assert_int_equal(order.length, 2 * PAGE);
	assert_int_equal(order.cdb[0], READ_10);

	req = read_10(VSCSI_DIRECT_MAX);
	req.cmnd[0] = WRITE_10;
	req.sc_data_direction = VSCSI_TO_DEVICE;
	req.seg[3] = (struct scsiif_request_segment){ .offset = 512, .length = 1024 };
	assert_int_equal(parse(req), 0);
	assert_int_equal(order.direction, VSCSI_TO_DEVICE);
	assert_int_equal(order.length, (VSCSI_DIRECT_MAX - 1) * PAGE + 1024);

	assert_int_equal(parse(read_10(0)), 0);
	assert_int_equal(order.length, 0);
}

static void commands_without_data(void **state)
{
	struct vscsiif_request req = read_10(5);

	req.cmnd[0] = TEST_UNIT_READY;
	req.cmd_len = 6;
	req.sc_data_direction = VSCSI_NO_DATA;
	req.seg[0].length = 65535;
	assert_int_equal(parse(req), 0);
	assert_int_equal(order.nr_segments, 0);
	assert_int_equal(order.nr_lists, 0);
	assert_int_equal(order.length, 0);

	req.nr_segments = 255;
	assert_int_equal(parse(req), 0);
	assert_int_equal(order.length, 0);
}

static void bytes_behind_the_command(void **state)
{
	struct vscsiif_request req = read_10(1);

	memset(req.cmnd, 0xff, sizeof(req.cmnd));
	req.cmnd[0] = READ_10;
	assert_int_equal(parse(req), 0);
	assert_int_equal(order.cdb[9], 0xff);
	assert_int_equal(order.cdb[10], 0);
	assert_int_equal(order.cdb[15], 0);
}

static void lists_of_segments(void **state)
{
	struct scsiif_request_segment segs[VSCSI_SEGMENTS_MAX] = {};
	unsigned int i;

	assert_int_equal(parse(by_lists(VSCSI_SEGMENTS_MAX)), 0);
	assert_int_equal(order.nr_lists, 2);
	assert_int_equal(order.nr_segments, VSCSI_SEGMENTS_MAX);
	assert_int_equal(order.length, 0);

	for (i = 0; i < VSCSI_SEGMENTS_MAX; i++)
		segs[i] = (struct scsiif_request_segment){ .length = PAGE };
	assert_int_equal(vscsi_parse_segments(&order, segs), 0);
	assert_int_equal(order.nr_lists, 0);
	assert_int_equal(order.length, VSCSI_DATA_MAX);

	segs[100].offset = 1;
	assert_int_equal(parse(by_lists(VSCSI_SEGMENTS_MAX)), 0);
	assert_int_equal(vscsi_parse_segments(&order, segs), -EINVAL);
	/* Entries behind the last segment are not read. */
	assert_int_equal(parse(by_lists(100)), 0);
	assert_int_equal(vscsi_parse_segments(&order, segs), 0);
}

static void aborts_and_resets(void **state)
{
	struct vscsiif_request req = read_10(255);

	req.act = VSCSIIF_ACT_SCSI_ABORT;
	req.cmd_len = 255;
	req.sc_data_direction = 99;
	req.ref_rqid = 5;
	assert_int_equal(parse(req), 0);
	assert_int_equal(order.ref_rqid, 5);
	assert_int_equal(order.nr_segments, 0);
	assert_int_equal(order.direction, VSCSI_NO_DATA);
	req.act = VSCSIIF_ACT_SCSI_RESET;
	assert_int_equal(parse(req), 0);
}

/* ---- what is not ---- */

static void unknown_actions(void **state)
{
	struct vscsiif_request req = read_10(1);
	unsigned int act;

	for (act = 0; act < 256; act++) {
		if (act >= VSCSIIF_ACT_SCSI_CDB && act <= VSCSIIF_ACT_SCSI_RESET)
			continue;
		req.act = act;
		assert_int_equal(parse(req), -EOPNOTSUPP);
		assert_int_equal(order.rqid, 7);
	}
}

static void directions(void **state)
{
	struct vscsiif_request req = read_10(1);

	req.sc_data_direction = 0;
	assert_int_equal(parse(req), -EINVAL);
	req.sc_data_direction = 4;
	assert_int_equal(parse(req), -EINVAL);
}

static void lengths_of_commands(void **state)
{
	struct vscsiif_request req = read_10(1);

	req.cmd_len = 17;
	assert_int_equal(parse(req), -EINVAL);
	req.cmd_len = 255;
	assert_int_equal(parse(req), -EINVAL);
}

/* ---- the direction of the command against that of the request ---- */

static int parse_as(u8 opcode, u8 direction)
{
	struct vscsiif_request req = read_10(1);

	req.cmd_len = 16;
	memset(req.cmnd, 0, sizeof(req.cmnd));
	req.cmnd[0] = opcode;
	req.cmnd[1] = 0x0a;
	req.sc_data_direction = direction;
	return parse(req);
}

static void commands_that_take_data(void **state)
{
	static const u8 opcodes[] = {
		0x04, 0x07, 0x0a, 0x15, 0x1d, 0x2a, 0x2e, 0x3b, 0x3f, 0x41, 0x42, 0x4c, 0x55, 0x5f,
		0x8a, 0x8d, 0x8e, 0x93, 0x9c, 0xa4, 0xaa, 0xae, 0xb5,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
		assert_int_equal(parse_as(opcodes[i], VSCSI_FROM_DEVICE), -EINVAL);
		assert_int_equal(parse_as(opcodes[i], VSCSI_TO_DEVICE), 0);
		assert_int_equal(order.length, PAGE);
		assert_false(vscsi_only_looks(&order));
		/* The unit has to know that it is a write. */
		assert_int_equal(parse_as(opcodes[i], VSCSI_NO_DATA), 0);
		assert_int_equal(order.direction, VSCSI_TO_DEVICE);
		assert_int_equal(order.length, 0);
		assert_int_equal(order.nr_segments, 0);
	}
}

static void commands_that_give_data(void **state)
{
	static const u8 opcodes[] = {
		0x03, 0x05, 0x08, 0x12, 0x1a, 0x1c, 0x25, 0x28, 0x3c, 0x43, 0x4d, 0x5a, 0x5e, 0x88,
		0x8c, 0x9e, 0xa0, 0xa2, 0xa3, 0xa8, 0xb8,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
		assert_int_equal(parse_as(opcodes[i], VSCSI_TO_DEVICE), -EINVAL);
		assert_int_equal(parse_as(opcodes[i], VSCSI_FROM_DEVICE), 0);
		assert_true(vscsi_only_looks(&order));
		assert_int_equal(parse_as(opcodes[i], VSCSI_NO_DATA), 0);
		assert_int_equal(order.direction, VSCSI_NO_DATA);
	}
}

/* A guest that may only read a unit must not stop or reserve it while others use it. */
static void commands_that_change_the_unit(void **state)
{
	static const u8 opcodes[] = { 0x16, 0x17, 0x1b, 0x1e, 0x56, 0x57 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
		assert_int_equal(parse_as(opcodes[i], VSCSI_FROM_DEVICE), 0);
		assert_int_equal(order.direction, VSCSI_NO_DATA);
		assert_false(vscsi_only_looks(&order));
		assert_int_equal(parse_as(opcodes[i], VSCSI_NO_DATA), 0);
		assert_int_equal(order.direction, VSCSI_NO_DATA);
		assert_false(vscsi_only_looks(&order));
	}
}

static void commands_not_in_the_table(void **state)
{
	/*
	 * Two of a vendor; ATA PASS-THROUGH(16); SEEK(6) of a disk, which is SET CAPACITY of a
	 * tape.
	 */
	static const u8 opcodes[] = { 0xc0, 0xff, 0x85, 0x0b };
	struct vscsiif_request req = read_10(1);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
		assert_int_equal(parse_as(opcodes[i], VSCSI_TO_DEVICE), 0);
		assert_int_equal(parse_as(opcodes[i], VSCSI_FROM_DEVICE), 0);
		assert_false(vscsi_only_looks(&order));
	}
	/* REPORT KEY of a CD drive. */
	req.cmnd[0] = 0xa4;
	assert_int_equal(parse(req), 0);
	assert_false(vscsi_only_looks(&order));
	assert_int_equal(parse_as(0x00, VSCSI_NO_DATA), 0);
	assert_true(vscsi_only_looks(&order));
}

static void commands_for_no_guest(void **state)
{
	static const u8 opcodes[] = { 0x18, 0x39, 0x3a, 0x7f, 0x83, 0x84, 0x89 };
	u8 sense[VSCSIIF_SENSE_BUFFERSIZE];
	unsigned int i, direction;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++)
		for (direction = VSCSI_TO_DEVICE; direction <= VSCSI_NO_DATA; direction++)
			assert_int_equal(parse_as(opcodes[i], direction), -EPERM);
	assert_int_equal(vscsi_refusal(VSCSIIF_ACT_SCSI_CDB, -EPERM), 2);
	assert_int_equal(vscsi_refusal_sense(-EINVAL, sense), 0);
	memset(sense, 0xee, sizeof(sense));
	assert_int_equal(vscsi_refusal_sense(-EPERM, sense), 18);
	assert_int_equal(vscsi_sense_length(sense), 18);
	assert_int_equal(sense[2], 5);
	assert_int_equal(sense[12], 0x20);
	assert_int_equal(sense[17], 0);
}

/* Commands that move no data are accepted, with a buffer of any size. */
static void commands_that_move_no_data(void **state)
{
	static const u8 opcodes[] = { 0x00, 0x01, 0x1b, 0x1e, 0x2b, 0x2f, 0x35, 0x8f, 0x91 };
	struct vscsiif_request req = by_lists(100);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
		assert_int_equal(parse_as(opcodes[i], VSCSI_FROM_DEVICE), 0);
		assert_int_equal(order.direction, VSCSI_NO_DATA);
		assert_int_equal(order.length, 0);
		assert_int_equal(order.nr_segments, 0);
		/* A VERIFY may carry the data to compare. */
		assert_int_equal(parse_as(opcodes[i], VSCSI_TO_DEVICE), 0);
		assert_int_equal(order.length, PAGE);
	}
	req.cmnd[0] = 0x2f;
	assert_int_equal(parse(req), 0);
	assert_int_equal(order.nr_lists, 0);
	assert_int_equal(order.nr_segments, 0);
}

static void too_many_segments(void **state)
{
	assert_int_equal(parse(read_10(VSCSI_DIRECT_MAX + 1)), -EINVAL);
	assert_int_equal(parse(read_10(127)), -EINVAL);
	assert_int_equal(parse(read_10(VSCSIIF_SG_GRANT)), -EINVAL);
	assert_int_equal(parse(read_10(VSCSIIF_SG_GRANT | 27)), -EINVAL);
	assert_int_equal(parse(by_lists(0)), -EINVAL);
	assert_int_equal(parse(by_lists(VSCSI_SEGMENTS_MAX + 1)), -EINVAL);
}

static void segments_outside_their_page(void **state)
{
	struct vscsiif_request req = read_10(2);

	req.seg[1].length = PAGE + 1;
	assert_int_equal(parse(req), -EINVAL);
	req.seg[1].length = 65535;
	req.seg[1].offset = 65535;
	assert_int_equal(parse(req), -EINVAL);
	req.seg[1].length = 1;
	req.seg[1].offset = PAGE;
	assert_int_equal(parse(req), -EINVAL);
	req.seg[1].length = 0;
	assert_int_equal(parse(req), 0);
}

static void lists_outside_their_page(void **state)
{
	struct vscsiif_request req = by_lists(4);

	req.seg[1].offset = PAGE - 8;
	assert_int_equal(parse(req), -EINVAL);
	req = by_lists(4);
	req.seg[0].length += 4;
	assert_int_equal(parse(req), -EINVAL);
	/* Even if the sum of both lengths is right. */
	req.seg[1].length -= 4;
	assert_int_equal(parse(req), -EINVAL);
}

/* ---- the ring, and answers ---- */

static void slots_of_the_ring(void **state)
{
	u8 *page = calloc(1, PAGE);
	struct vscsiif_request req = read_10(26), copy;
	struct vscsiif_response rsp = { .rqid = 9, .rslt = 0x2002 };

	memcpy(page + 64 + 15 * 252, &req, sizeof(req));
	vscsi_fetch(page, 0xffffffff, &copy);
	assert_memory_equal(&copy, &req, sizeof(req));
	vscsi_respond(page, 31, &rsp);
	assert_memory_equal(page + 64 + 15 * 252, &rsp, sizeof(rsp));
	free(page);
}

static void results(void **state)
{
	assert_int_equal(vscsi_result(XEN_VSCSIIF_RSLT_HOST_OK, 2), 2);
	assert_int_equal(vscsi_result(XEN_VSCSIIF_RSLT_HOST_RESET, 0x40), 0x80040);
	assert_int_equal(vscsi_refusal(VSCSIIF_ACT_SCSI_CDB, -ENODEV), 0x10000);
	assert_int_equal(vscsi_refusal(VSCSIIF_ACT_SCSI_CDB, -EINVAL), 0x70000);
	assert_int_equal(vscsi_refusal(VSCSIIF_ACT_SCSI_CDB, -ECANCELED), 0x80000);
	assert_int_equal(vscsi_refusal(VSCSIIF_ACT_SCSI_CDB, -EAGAIN), 0xd0000);
	assert_int_equal(vscsi_refusal(VSCSIIF_ACT_SCSI_ABORT, -ENODEV), 0x2003);
	assert_int_equal(vscsi_refusal(VSCSIIF_ACT_SCSI_RESET, -EBUSY), 0x2003);
	assert_int_equal(vscsi_refusal(4, -EOPNOTSUPP), 0x70000);
}

static void lengths_of_sense_data(void **state)
{
	u8 sense[VSCSIIF_SENSE_BUFFERSIZE] = {};

	assert_int_equal(vscsi_sense_length(sense), 0);
	sense[0] = 0x70;
	sense[7] = 10;
	assert_int_equal(vscsi_sense_length(sense), 18);
	sense[0] = 0x72;
	sense[7] = 255;
	assert_int_equal(vscsi_sense_length(sense), VSCSIIF_SENSE_BUFFERSIZE);
	/* The highest bit says that the information field is valid. */
	sense[0] = 0xf0;
	assert_int_equal(vscsi_sense_length(sense), VSCSIIF_SENSE_BUFFERSIZE);
	sense[0] = 0x74;
	assert_int_equal(vscsi_sense_length(sense), 0);
}

static bool is_mistake_with_key(u8 key)
{
	u8 fixed[VSCSIIF_SENSE_BUFFERSIZE] = { [0] = 0x70, [1] = 5, [2] = 0xe0 | key };
	u8 descriptors[VSCSIIF_SENSE_BUFFERSIZE] = { [0] = 0x72, [1] = key, [2] = 5 };
	struct vscsi_order read = { .cdb = { 0x28 } };

	assert_int_equal(vscsi_is_mistake(&read, 2, fixed, false),
			 vscsi_is_mistake(&read, 2, descriptors, false));
	return vscsi_is_mistake(&read, 2, fixed, false);
}

static bool conflict_is_mistake(u8 opcode)
{
	u8 sense[VSCSIIF_SENSE_BUFFERSIZE] = {};
	struct vscsi_order asked = { .cdb = { opcode } };

	return vscsi_is_mistake(&asked, 0x18, sense, false);
}

static void what_counts_as_a_mistake(void **state)
{
	u8 sense[VSCSIIF_SENSE_BUFFERSIZE] = {};
	struct vscsi_order read = { .cdb = { 0x28 } }, asked;

	/* Good, condition met, busy, queue full, aborted by another guest. */
	assert_false(vscsi_is_mistake(&read, 0x00, sense, false));
	assert_false(vscsi_is_mistake(&read, 0x04, sense, false));
	assert_false(vscsi_is_mistake(&read, 0x08, sense, false));
	assert_false(vscsi_is_mistake(&read, 0x28, sense, false));
	assert_false(vscsi_is_mistake(&read, 0x40, sense, false));
	/* A check condition without sense data. */
	assert_true(vscsi_is_mistake(&read, 0x02, sense, false));
	/*
	 * Another guest has reserved the unit. Only a command about reservations is a mistake then.
	 */
	assert_false(conflict_is_mistake(0x28));
	assert_false(conflict_is_mistake(0x00));
	assert_true(conflict_is_mistake(0x16));
	assert_true(conflict_is_mistake(0x17));
	assert_true(conflict_is_mistake(0x56));
	assert_true(conflict_is_mistake(0x57));
	assert_true(conflict_is_mistake(0x5e));
	assert_true(conflict_is_mistake(0x5f));
	/* Not ready, illegal request, write protected, aborted command, miscompare. */
	assert_true(is_mistake_with_key(2));
	assert_true(is_mistake_with_key(5));
	assert_true(is_mistake_with_key(7));
	assert_true(is_mistake_with_key(11));
	assert_true(is_mistake_with_key(14));
	/* Sense data of a device to which the command was passed on does not count. */
	sense[0] = 0x70;
	sense[2] = 3;
	assert_true(vscsi_is_mistake(&read, 0x02, sense, false));
	assert_false(vscsi_is_mistake(&read, 0x02, sense, true));
	/* The target core keeps the reservations of such a device, so a conflict counts. */
	asked = (struct vscsi_order){ .cdb = { 0x16 } };
	assert_true(vscsi_is_mistake(&asked, 0x18, sense, true));
	/*
	 * No sense (as for a filemark), recovered error, unit attention, blank check, volume
	 * overflow.
	 */
	assert_false(is_mistake_with_key(0));
	assert_false(is_mistake_with_key(1));
	assert_false(is_mistake_with_key(6));
	assert_false(is_mistake_with_key(8));
	assert_false(is_mistake_with_key(13));
}

static void what_is_logged_though_done(void **state)
{
	struct vscsi_order asked = { .cdb = { 0x42 }, .length = 24 };
	u8 data[24] = { [1] = 22, [3] = 16 };

	assert_false(vscsi_tells_log(&asked, data));
	/* More descriptors than there is data. */
	data[3] = 17;
	assert_true(vscsi_tells_log(&asked, data));
	data[2] = 255;
	asked.length = 8;
	assert_true(vscsi_tells_log(&asked, data));
	asked.length = 7;
	assert_false(vscsi_tells_log(&asked, data));
	asked.length = 0;
	assert_false(vscsi_tells_log(&asked, NULL));

	asked = (struct vscsi_order){ .cdb = { 0x5e, 0x00 } };
	assert_false(vscsi_tells_log(&asked, NULL));
	asked.cdb[1] = 0xe3;
	assert_true(vscsi_tells_log(&asked, NULL));
	asked.cdb[0] = 0x5f;
	assert_true(vscsi_tells_log(&asked, NULL));
	asked.cdb[0] = 0x28;
	assert_false(vscsi_tells_log(&asked, NULL));
}

static void protection_information(void **state)
{
	assert_true(vscsi_protection_fits(8, 8, 512, 512));
	assert_true(vscsi_protection_fits(1024 * 8, 8, VSCSI_DATA_MAX, 512));
	assert_true(vscsi_protection_fits(128 * 8, 8, VSCSI_DATA_MAX, 4096));
	/* No blocks. */
	assert_false(vscsi_protection_fits(0, 8, 0, 512));
	/* In 32 bits, the size of 800001h blocks of 512 bytes overflows to 512 bytes. */
	assert_false(vscsi_protection_fits(0x800001u * 8, 8, 0x800001u * 512, 512));
	assert_false(vscsi_protection_fits(0x800000u * 8, 8, 0x800000u * 512, 512));
	/* For more or fewer blocks than the data has. */
	assert_false(vscsi_protection_fits(16, 8, 512, 512));
	assert_false(vscsi_protection_fits(8, 8, 1024, 512));
}

static void flushes(void **state)
{
	u8 short_one[] = { 0x35, 0xff, 0xff }, long_one[] = { 0x91, 0x06, 0xff };
	u8 read[] = { 0x28, 0xff, 0xff };

	vscsi_clear_immed(short_one);
	assert_int_equal(short_one[1], 0xfd);
	assert_int_equal(short_one[2], 0xff);
	vscsi_clear_immed(long_one);
	assert_int_equal(long_one[1], 0x04);
	vscsi_clear_immed(read);
	assert_int_equal(read[1], 0xff);
}

static void reservations_that_are_not_safe(void **state)
{
	struct vscsi_order asked = { .cdb = { 0x5f }, .length = 28 };
	u8 data[28] = { [20] = 0xf7 };
	unsigned int action;

	for (action = 0; action < 256; action++) {
		asked.cdb[1] = action;
		assert_int_equal(vscsi_is_unsafe_reservation(&asked, data),
				 action % 32 == 5 || action % 32 == 7);
	}
	asked.cdb[1] = 0;
	data[20] = 0x08;
	assert_true(vscsi_is_unsafe_reservation(&asked, data));
	asked.cdb[1] = 0x66;
	assert_true(vscsi_is_unsafe_reservation(&asked, data));
	/* With just enough data for that byte, and with less. */
	asked.length = 21;
	assert_true(vscsi_is_unsafe_reservation(&asked, data));
	asked.length = 20;
	assert_false(vscsi_is_unsafe_reservation(&asked, data));
	asked.length = 0;
	assert_false(vscsi_is_unsafe_reservation(&asked, NULL));
	asked.cdb[1] = 5;
	assert_true(vscsi_is_unsafe_reservation(&asked, NULL));
	/* The same bytes in another command. */
	asked = (struct vscsi_order){ .cdb = { 0x2a, 0x05 }, .length = 28 };
	assert_false(vscsi_is_unsafe_reservation(&asked, data));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(commands_with_data),
	cmocka_unit_test(commands_without_data),
	cmocka_unit_test(bytes_behind_the_command),
	cmocka_unit_test(lists_of_segments),
	cmocka_unit_test(aborts_and_resets),
	cmocka_unit_test(unknown_actions),
	cmocka_unit_test(directions),
	cmocka_unit_test(lengths_of_commands),
	cmocka_unit_test(commands_that_take_data),
	cmocka_unit_test(commands_that_give_data),
	cmocka_unit_test(commands_that_change_the_unit),
	cmocka_unit_test(commands_not_in_the_table),
	cmocka_unit_test(commands_for_no_guest),
	cmocka_unit_test(commands_that_move_no_data),
	cmocka_unit_test(too_many_segments),
	cmocka_unit_test(segments_outside_their_page),
	cmocka_unit_test(lists_outside_their_page),
	cmocka_unit_test(slots_of_the_ring),
	cmocka_unit_test(results),
	cmocka_unit_test(lengths_of_sense_data),
	cmocka_unit_test(what_counts_as_a_mistake),
	cmocka_unit_test(what_is_logged_though_done),
	cmocka_unit_test(protection_information),
	cmocka_unit_test(flushes),
	cmocka_unit_test(reservations_that_are_not_safe),
};

RUN_TESTS(tests)
