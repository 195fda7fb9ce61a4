// SPDX-License-Identifier: GPL-2.0
/* What a SCSI frontend may do wrong: one named case for each. */
#include "scsi.h"

#include <string.h>

/* Opcodes, and what a refused one is answered with. */
#define INQUIRY 0x12
#define COPY 0x18
#define SYNCHRONIZE_CACHE 0x35
#define COPY_AND_VERIFY 0x3a
#define WRITE_SAME_10 0x41
#define UNMAP 0x42
#define MODE_SELECT_10 0x55
#define PERSISTENT_RESERVE_IN 0x5e
#define PERSISTENT_RESERVE_OUT 0x5f
#define VARIABLE_LENGTH 0x7f
#define EXTENDED_COPY 0x83
#define RECEIVE_COPY_RESULTS 0x84
#define READ_16 0x88
#define COMPARE_AND_WRITE 0x89
#define WRITE_16 0x8a
#define SYNCHRONIZE_CACHE_16 0x91
#define WRITE_SAME_16 0x93
#define REPORT_LUNS 0xa0
#define CHECK_CONDITION 2
#define INVALID_OPCODE 0x20
#define INVALID_FIELD 0x24

/* Service actions of PERSISTENT_RESERVE_OUT, and fields of reads, writes and flushes. */
#define REGISTER 0x00
#define RESERVE 0x01
#define CLEAR 0x03
#define PREEMPT_AND_ABORT 0x05
#define REGISTER_AND_MOVE 0x07
#define PROTECT_UNCHECKED 0x60
#define IMMED 0x02

/* Of PERSISTENT_RESERVE_OUT's data. */
#define SPEC_I_PT 0x08

/* ---- the ring ---- */

static void run_producer(struct scsi *scsi, long distance)
{
	scsi->ring.index[REQ_PROD] = scsi->ring.req + distance;
	evtchn_notify(scsi->port);
}

static void run_indices_overwritten(struct scsi *scsi, long rounds)
{
	for (long i = 0; i < rounds; i++) {
		struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

		scsi_ask(scsi, &request, OKAY);
		scsi->ring.index[REQ_EVENT] = random_u32();
		scsi->ring.index[RSP_EVENT] = random_u32();
		scsi_settle(scsi);
	}
}

/* ---- what a request says ---- */

static void run_actions(struct scsi *scsi, __attribute__((unused)) long unused)
{
	for (unsigned int act = 0; act < 256; act++) {
		struct vscsiif_request request = scsi_rw(scsi, true, 0, 0, 1);

		if (act >= VSCSIIF_ACT_SCSI_CDB && act <= VSCSIIF_ACT_SCSI_RESET)
			continue;
		request.act = act;
		scsi_ask(scsi, &request, ERROR);
	}
}

static void run_directions(struct scsi *scsi, __attribute__((unused)) long unused)
{
	for (unsigned int direction = 0; direction < 256; direction++) {
		struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

		if (direction >= 1 && direction <= 3)
			continue;
		request.sc_data_direction = direction;
		scsi_ask(scsi, &request, ERROR);
	}
}

static void run_command_length(struct scsi *scsi, long length)
{
	struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

	request.cmd_len = length;
	scsi_ask(scsi, &request, ERROR);
}

static void run_variable_length(struct scsi *scsi, long length)
{
	struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

	memset(request.cmnd, 0, sizeof(request.cmnd));
	request.cmd_len = sizeof(request.cmnd);
	request.cmnd[0] = 0x7f;
	request.cmnd[7] = length;
	scsi_ask(scsi, &request, ERROR);
}

static void run_operations(struct scsi *scsi, long write)
{
	for (unsigned int operation = 0; operation < 256; operation++) {
		struct vscsiif_request request = scsi_rw(scsi, write, 0, 0, 1);

		request.cmnd[0] = operation;
		request.cmd_len = sizeof(request.cmnd);
		scsi_ask(scsi, &request, ANY);
	}
}

static void run_addresses(struct scsi *scsi, __attribute__((unused)) long unused)
{
	for (unsigned int i = 0; i < 48; i++) {
		struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);
		/* None is that of the slow unit. */
		uint16_t value = 2u << i % 15;

		request.channel = i < 16 ? value : 0;
		request.id = i >= 16 && i < 32 ? value : 0;
		request.lun = i >= 32 ? value : 0;
		scsi_ask(scsi, &request, ERROR);
	}
}

static void run_same_id(struct scsi *scsi, long count)
{
	while (count--) {
		struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 4);

		request.rqid = 7;
		scsi_ask(scsi, &request, OKAY);
	}
}

/* The rest of the page must stay what it is. */
static void run_more_than_room(struct scsi *scsi, long count)
{
	memset(page_at(scsi->data, 0), 0xee, PAGE);
	while (count--) {
		struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

		request.seg[0].length = SCSI_BLOCK;
		scsi_ask(scsi, &request, ANY);
	}
	scsi_settle(scsi);
	for (unsigned int i = SCSI_BLOCK; i < PAGE; i++)
		if (page_at(scsi->data, 0)[i] != 0xee) {
			wrong("byte %u was written, though there was room for %u", i, SCSI_BLOCK);
			break;
		}
}

static void run_less_than_room(struct scsi *scsi, long write)
{
	struct vscsiif_request request = scsi_rw(scsi, write, 0, 0, 4);

	request.cmnd[8] = 1;
	scsi_ask(scsi, &request, write ? ERROR : OKAY);
}

/* Less room than a block, or than a whole number of them: the disk must not be asked. */
static void run_part_of_block(struct scsi *scsi, long length)
{
	for (unsigned int write = 0; write < 2; write++)
		for (unsigned int blocks = 0; blocks < 4; blocks++) {
			struct vscsiif_request request = scsi_rw(scsi, write, 0, 0, 1);

			request.cmnd[8] = blocks;
			request.seg[0].length = length;
			/* A read of nothing is a good one, and so is one of a block into more room. */
			scsi_ask(scsi, &request, ANY);
			request.id = SCSI_SLOW_UNIT;
			scsi_ask(scsi, &request, ANY);
		}
	scsi_settle(scsi);
	for (unsigned int id = 0; id <= SCSI_SLOW_UNIT; id++) {
		struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

		request.id = id;
		request.cmnd[8] = 2;
		request.seg[0].length = length;
		scsi_ask(scsi, &request, ERROR);
	}
}

/* ---- what a command does, against the direction of its data ---- */

static struct vscsiif_request operation(struct scsi *scsi, uint8_t opcode, uint8_t direction)
{
	struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

	memset(request.cmnd, 0, sizeof(request.cmnd));
	request.cmd_len = sizeof(request.cmnd);
	request.cmnd[0] = opcode;
	request.sc_data_direction = direction;
	return request;
}

static void run_wrong_way(struct scsi *scsi, long direction)
{
	static const uint8_t takes[] = {
		WRITE_10, WRITE_16, WRITE_SAME_10, WRITE_SAME_16, UNMAP, PERSISTENT_RESERVE_OUT, MODE_SELECT_10,
	}, gives[] = { READ_10, READ_16, INQUIRY, REPORT_LUNS, PERSISTENT_RESERVE_IN };
	const uint8_t *opcodes = direction == TO_DEVICE ? gives : takes;
	unsigned int count = direction == TO_DEVICE ? sizeof(gives) : sizeof(takes);

	for (unsigned int i = 0; i < count; i++)
		for (unsigned int unit = 0; unit <= SCSI_SLOW_UNIT; unit++) {
			struct vscsiif_request request = operation(scsi, opcodes[i], direction);

			request.id = unit;
			/* One block, or 24 bytes, wherever the command has its count. */
			request.cmnd[8] = request.cmnd[13] = 1;
			scsi_ask(scsi, &request, ERROR);
			scsi_settle(scsi);
		}
}

static void ask_invalid(struct scsi *scsi, struct vscsiif_request *request, uint8_t what)
{
	scsi_ask(scsi, request, ERROR);
	scsi_settle(scsi);
	if (scsi->last.rslt != CHECK_CONDITION || scsi->last.sense_len != 18 ||
	    scsi->last.sense_buffer[12] != what)
		wrong("answered with %#x, and %u bytes of sense", scsi->last.rslt,
		      scsi->last.sense_len);
}

/* They name other units by themselves, are longer than a slot, or are not safe behind a reset. */
static void run_for_no_guest(struct scsi *scsi, long opcode)
{
	for (unsigned int direction = TO_DEVICE; direction <= NO_DATA; direction++) {
		struct vscsiif_request request = operation(scsi, opcode, direction);

		ask_invalid(scsi, &request, INVALID_OPCODE);
	}
}

/* A reservation command with its 24 bytes: the key that there is, and the one that there shall be. */
static struct vscsiif_request reserve(struct scsi *scsi, uint8_t action, uint8_t key, uint8_t new_key)
{
	struct vscsiif_request request = operation(scsi, PERSISTENT_RESERVE_OUT, TO_DEVICE);
	unsigned char *list = page_at(scsi->data, 0);

	request.cmd_len = 10;
	request.cmnd[1] = action;
	request.cmnd[2] = 1;
	request.cmnd[8] = request.seg[0].length = 24;
	memset(list, 0, 24);
	list[7] = key;
	list[15] = new_key;
	return request;
}

/* A guest that takes its own reservation away: the unit would wait for the command in hand. */
static void run_preempt_and_abort(struct scsi *scsi, __attribute__((unused)) long unused)
{
	struct vscsiif_request request = reserve(scsi, REGISTER, 0, 7);

	/* It is done, though said to have failed if Dom0 has no folder to remember it in. */
	scsi_ask(scsi, &request, ANY);
	scsi_settle(scsi);
	request = reserve(scsi, RESERVE, 7, 0);
	scsi_ask(scsi, &request, OKAY);
	scsi_settle(scsi);
	request = reserve(scsi, PREEMPT_AND_ABORT, 7, 7);
	ask_invalid(scsi, &request, INVALID_FIELD);
	request = reserve(scsi, CLEAR, 7, 0);
	scsi_ask(scsi, &request, OKAY);
	scsi_settle(scsi);
}

/* A name that has no end, in the data of a command that names other initiators. */
static void run_reserve_for_others(struct scsi *scsi, long action)
{
	struct vscsiif_request request = scsi_rw(scsi, true, 0, 0, 2);
	unsigned char *list = page_at(scsi->data, 0);

	memset(request.cmnd, 0, sizeof(request.cmnd));
	request.cmnd[0] = PERSISTENT_RESERVE_OUT;
	request.cmnd[1] = action;
	request.cmnd[7] = 2 * PAGE >> 8;
	memset(list, 'A', PAGE);
	memset(page_at(scsi->data, 1), 'A', PAGE);
	memset(list, 0, 24);
	list[15] = 7;
	list[20] = SPEC_I_PT;
	list[26] = (2 * PAGE - 28) >> 8;
	list[27] = (2 * PAGE - 28) & 0xff;
	/* By the format of iSCSI. */
	list[28] = 0x45;
	ask_invalid(scsi, &request, INVALID_FIELD);
}

/* It is the slow unit's writes that take a second, and so its flushes. */
static void run_flush_at_once(struct scsi *scsi, __attribute__((unused)) long unused)
{
	static const uint8_t opcodes[] = { SYNCHRONIZE_CACHE, SYNCHRONIZE_CACHE_16 };

	for (unsigned int i = 0; i < sizeof(opcodes); i++) {
		struct vscsiif_request request = operation(scsi, opcodes[i], NO_DATA);
		uint64_t begin;

		request.id = SCSI_SLOW_UNIT;
		/* The first command is told news. */
		scsi_ask(scsi, &request, ANY);
		scsi_settle(scsi);
		request.rqid = 0;
		request.cmnd[1] = IMMED;
		begin = now_ms();
		scsi_ask(scsi, &request, OKAY);
		scsi_settle(scsi);
		if (now_ms() - begin < 500)
			wrong("a flush was answered before it can be done");
	}
}

/* Without room for what the command is about. With the bits the unit believes the command alone. */
static void run_protected(struct scsi *scsi, long room)
{
	static const uint8_t opcodes[] = { READ_10, READ_16, WRITE_10, WRITE_16, WRITE_SAME_16 };
	struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

	request.lun = SCSI_PROTECTED_LUN;
	/* The first command is told news. */
	scsi_ask(scsi, &request, ANY);
	scsi_settle(scsi);
	request.rqid = 0;
	scsi_ask(scsi, &request, OKAY);
	for (unsigned int i = 0; i < sizeof(opcodes); i++) {
		request = operation(scsi, opcodes[i], opcodes[i] == READ_10 || opcodes[i] == READ_16 ?
				    FROM_DEVICE : TO_DEVICE);
		request.lun = SCSI_PROTECTED_LUN;
		request.cmnd[1] = PROTECT_UNCHECKED;
		request.cmnd[8] = request.cmnd[13] = 8;
		request.seg[0].length = room;
		if (!room)
			request.sc_data_direction = NO_DATA;
		scsi_ask(scsi, &request, ERROR);
	}
}

/* Of no blocks, the unit would have to get room for no protection information. */
static void run_protected_nothing(struct scsi *scsi, long room)
{
	static const uint8_t opcodes[] = { READ_10, READ_16, WRITE_10, WRITE_16 };
	struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

	request.lun = SCSI_PROTECTED_LUN;
	/* The first command is told news. */
	scsi_ask(scsi, &request, ANY);
	scsi_settle(scsi);
	for (unsigned int i = 0; i < sizeof(opcodes); i++) {
		request = operation(scsi, opcodes[i], opcodes[i] == READ_10 || opcodes[i] == READ_16 ?
				    FROM_DEVICE : TO_DEVICE);
		request.lun = SCSI_PROTECTED_LUN;
		request.seg[0].length = room;
		if (!room)
			request.sc_data_direction = NO_DATA;
		scsi_ask(scsi, &request, ERROR);
	}
	scsi_settle(scsi);
	request = scsi_rw(scsi, false, 0, 0, 1);
	request.lun = SCSI_PROTECTED_LUN;
	scsi_ask(scsi, &request, OKAY);
}

/* More mistakes than a host is allowed: each is answered, and the host goes on after a pause. */
static void run_mistakes(struct scsi *scsi, long count)
{
	while (count--) {
		struct vscsiif_request request = scsi_rw(scsi, false, 0xfffffff0, 0, 1);

		scsi_ask(scsi, &request, ERROR);
	}
}

/* The backend's own disk is writable: only the unit is not. */
static void run_read_only(struct scsi *scsi, __attribute__((unused)) long unused)
{
	static const uint8_t writes[] = {
		WRITE_10, WRITE_16, WRITE_SAME_10, WRITE_SAME_16, UNMAP,
	};
	struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

	request.id = SCSI_SLOW_UNIT;
	request.lun = SCSI_READ_ONLY_LUN;
	/* The first command is told news. */
	scsi_ask(scsi, &request, ANY);
	scsi_settle(scsi);
	request.rqid = 0;
	scsi_ask(scsi, &request, OKAY);
	for (unsigned int i = 0; i < sizeof(writes); i++)
		for (unsigned int direction = TO_DEVICE; direction <= NO_DATA; direction++) {
			request = operation(scsi, writes[i], direction);
			request.id = SCSI_SLOW_UNIT;
			request.lun = SCSI_READ_ONLY_LUN;
			request.seg[0].length = SCSI_BLOCK;
			request.cmnd[8] = request.cmnd[13] = writes[i] == UNMAP ? 24 : 1;
			scsi_ask(scsi, &request, ERROR);
		}
}

/* ---- segments ---- */

static void run_segments(struct scsi *scsi, long count)
{
	struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

	request.nr_segments = count;
	scsi_ask(scsi, &request, ERROR);
}

static void run_segment(struct scsi *scsi, long offset_length)
{
	for (unsigned int write = 0; write < 2; write++) {
		struct vscsiif_request request = scsi_rw(scsi, write, 0, 0, 3);

		request.seg[1].offset = offset_length >> 16;
		request.seg[1].length = offset_length;
		scsi_ask(scsi, &request, ERROR);
	}
}

/* As bad in the middle of a request as anywhere. */
static void ask_with_gref(struct scsi *scsi, uint32_t gref, enum hope write)
{
	struct vscsiif_request request;

	request = scsi_rw(scsi, false, 64, 0, 5);
	request.seg[3].gref = gref;
	scsi_ask(scsi, &request, ERROR);
	request = scsi_rw(scsi, true, 64, 0, 5);
	request.seg[3].gref = gref;
	scsi_ask(scsi, &request, write);
	request = scsi_listed(scsi, false, 64, 0, 100);
	scsi_segment(scsi, 77)->gref = gref;
	scsi_ask(scsi, &request, ERROR);
	/* The list is one for all that are on their way. */
	scsi_settle(scsi);
}

static void run_gref_never(struct scsi *scsi, __attribute__((unused)) long unused)
{
	ask_with_gref(scsi, gref_never(), ERROR);
}

static void run_gref_revoked(struct scsi *scsi, __attribute__((unused)) long unused)
{
	ask_with_gref(scsi, gref_revoked(), ERROR);
}

static void run_gref_wild(struct scsi *scsi, long times)
{
	while (times--)
		ask_with_gref(scsi, gref_wild(), ERROR);
}

static void run_gref_readonly(struct scsi *scsi, __attribute__((unused)) long unused)
{
	ask_with_gref(scsi, scsi_strange_gref(scsi, 0, PAGES_READONLY), OKAY);
}

static void run_gref_of_another_domain(struct scsi *scsi, __attribute__((unused)) long unused)
{
	ask_with_gref(scsi, scsi_strange_gref(scsi, SOME_OTHER_DOMAIN, 0), ERROR);
}

/* ---- lists ---- */

static void run_list_gref(struct scsi *scsi, __attribute__((unused)) long unused)
{
	struct vscsiif_request request = scsi_listed(scsi, false, 0, 0, 100);

	request.seg[0].gref = gref_never();
	scsi_ask(scsi, &request, ERROR);
	scsi_settle(scsi);
	request = scsi_listed(scsi, true, 0, 0, 100);
	request.seg[0].gref = gref_revoked();
	scsi_ask(scsi, &request, ERROR);
}

static void run_list(struct scsi *scsi, long offset_length)
{
	struct vscsiif_request request = scsi_listed(scsi, false, 0, 0, 100);

	request.seg[0].offset = offset_length >> 16;
	request.seg[0].length = offset_length;
	scsi_ask(scsi, &request, ERROR);
}

static void run_lists(struct scsi *scsi, long count)
{
	struct vscsiif_request request = scsi_listed(scsi, false, 0, 0, 100);

	for (unsigned int i = 0; i < SCSI_DIRECT; i++)
		request.seg[i] = request.seg[0];
	request.nr_segments = VSCSIIF_SG_GRANT | count;
	scsi_ask(scsi, &request, ERROR);
}

static void run_listed_segment(struct scsi *scsi, long offset_length)
{
	struct vscsiif_request request = scsi_listed(scsi, true, 0, 0, 100);

	scsi_segment(scsi, 99)->offset = offset_length >> 16;
	scsi_segment(scsi, 99)->length = offset_length;
	scsi_ask(scsi, &request, ERROR);
}

static void run_list_of_itself(struct scsi *scsi, __attribute__((unused)) long unused)
{
	struct vscsiif_request request = scsi_listed(scsi, true, 0, 0, 100);

	for (unsigned int i = 0; i < 100; i++)
		scsi_segment(scsi, i)->gref = request.seg[0].gref;
	scsi_ask(scsi, &request, OKAY);
}

/* ---- aborts and resets ---- */

static void run_abort_unknown(struct scsi *scsi, long times)
{
	while (times--) {
		struct vscsiif_request request = scsi_manage(VSCSIIF_ACT_SCSI_ABORT, random_u32());

		scsi_ask(scsi, &request, ERROR);
	}
}

/* Whether it comes too late is a matter of luck; each is answered once in any case. */
static void run_abort_known(struct scsi *scsi, long times)
{
	while (times--) {
		struct vscsiif_request request = scsi_rw(scsi, true, 0, 0, SCSI_DIRECT);
		struct vscsiif_request abort;

		scsi_ask(scsi, &request, ANY);
		abort = scsi_manage(VSCSIIF_ACT_SCSI_ABORT, request.rqid);
		scsi_ask(scsi, &abort, ANY);
		if (times % 4 == 0)
			scsi_settle(scsi);
	}
}

static void run_resets(struct scsi *scsi, long times)
{
	while (times--) {
		struct vscsiif_request request;

		for (unsigned int i = 0; i < SCSI_SLOTS - 1; i++) {
			request = scsi_rw(scsi, i % 2, 64 * i, i, SCSI_DIRECT);
			scsi_ask(scsi, &request, ANY);
		}
		request = scsi_manage(VSCSIIF_ACT_SCSI_RESET, 0);
		scsi_ask(scsi, &request, ANY);
		scsi_settle(scsi);
		/* The unit tells of it once. */
		request = scsi_rw(scsi, false, 0, 0, 1);
		scsi_ask(scsi, &request, ANY);
		scsi_settle(scsi);
	}
}

/* A command that its unit takes time for. It is answered first, and as one that was not done. */
static void run_stop_running(struct scsi *scsi, long act)
{
	struct vscsiif_request request = scsi_rw(scsi, true, 0, 0, 4), stop;

	/* Other cases may have used up what the host is allowed in 10 seconds, on other connections. */
	sleep_ms(10500);
	request.id = SCSI_SLOW_UNIT;
	scsi_ask(scsi, &request, ANY);
	scsi_push(scsi);
	sleep_ms(150);
	stop = scsi_manage(act, request.rqid);
	stop.id = SCSI_SLOW_UNIT;
	scsi_ask(scsi, &stop, OKAY);
	scsi_settle(scsi);
	if (scsi->asked[0].response.rslt != SCSI_HOST(XEN_VSCSIIF_RSLT_HOST_RESET))
		wrong("the command was answered with %#x", scsi->asked[0].response.rslt);
	if (scsi->asked[0].place > scsi->asked[1].place)
		wrong("the command was answered behind what stopped it");
}

/* ---- more of them than a backend may have room for ---- */

/* Of each way in which a request can be refused, more than commands, tags or pages there are. */
static void run_many_bad(struct scsi *scsi, long times)
{
	uint32_t never = gref_never();

	for (long i = 0; i < times; i++) {
		struct vscsiif_request request = scsi_rw(scsi, i & 1, 0, 0, SCSI_DIRECT);

		switch (i % 5) {
		case 0:
			request.act = 99;
			break;
		case 1:
			request.lun = 99;
			break;
		case 2:
			request.seg[25].gref = never;
			break;
		case 3:
			request.nr_segments = 100;
			break;
		case 4:
			request.nr_segments = VSCSIIF_SG_GRANT | 1;
			request.seg[0].gref = never;
			request.seg[0].length = 800;
			break;
		}
		scsi_ask(scsi, &request, ERROR);
	}
}

/* All slots with requests of the largest size: more pages than the backend keeps. */
static void run_large(struct scsi *scsi, long rounds)
{
	while (rounds--)
		for (unsigned int i = 0; i < SCSI_SLOTS; i++) {
			struct vscsiif_request request = scsi_listed(scsi, false, 256 * i, 0, 128);

			scsi_ask(scsi, &request, OKAY);
		}
}

/* A reference stands for a page of ours or for none, but never for a guard: that is granted too. */
static void mutate(struct vscsiif_request *request)
{
	uint8_t *bytes = (uint8_t *)request;
	struct scsiif_request_segment *seg;

	for (unsigned int changes = 1 + random_below(4); changes; changes--) {
		seg = &request->seg[random_below(random_once_in(2) ? 2 : SCSI_DIRECT)];
		switch (random_below(5)) {
		case 0:
			seg->gref = gref_wild();
			break;
		case 1:
			seg->offset = random_edge();
			break;
		case 2:
			seg->length = random_edge();
			break;
		default:
			bytes[random_below(offsetof(struct vscsiif_request, seg))] = random_u32();
			break;
		}
	}
}

static void run_random(struct scsi *scsi, long count)
{
	while (count--) {
		struct vscsiif_request request = random_once_in(2) ?
			scsi_rw(scsi, random_once_in(2), random_below(4096), 0, 1 + random_below(26)) :
			scsi_listed(scsi, random_once_in(2), random_below(4096), 0, 1 + random_below(128));

		mutate(&request);
		request.rqid = 0;
		scsi_ask(scsi, &request, ANY);
		if (random_once_in(4))
			scsi_settle(scsi);
	}
}

#define AT(offset, length) ((long)(offset) << 16 | (length))

const struct scsi_case scsi_case_table[] = {
	{ "producer-beyond-ring", STOPPED, run_producer, SCSI_SLOTS + 1 },
	{ "producer-far-away", STOPPED, run_producer, 0x7fffffff },
	{ "producer-backwards", STOPPED, run_producer, -1 },
	{ "indices-overwritten", ANSWERED, run_indices_overwritten, 20 },
	{ "unknown-actions", ANSWERED, run_actions },
	{ "unknown-directions", ANSWERED, run_directions },
	{ "command-length-17", ANSWERED, run_command_length, 17 },
	{ "command-length-255", ANSWERED, run_command_length, 255 },
	{ "variable-length-9", ANSWERED, run_variable_length, 9 },
	{ "variable-length-255", ANSWERED, run_variable_length, 255 },
	{ "operations-that-read", ANSWERED, run_operations, false },
	{ "operations-that-write", ANSWERED, run_operations, true },
	{ "unknown-units", ANSWERED, run_addresses },
	{ "same-id", ANSWERED, run_same_id, 40 },
	{ "more-than-room", ANSWERED, run_more_than_room, 100 },
	{ "read-less-than-room", ANSWERED, run_less_than_room, false },
	{ "write-less-than-room", ANSWERED, run_less_than_room, true },
	{ "room-for-100-bytes", ANSWERED, run_part_of_block, 100 },
	{ "room-for-513-bytes", ANSWERED, run_part_of_block, 513 },
	{ "reads-that-send", ANSWERED, run_wrong_way, TO_DEVICE },
	{ "writes-that-receive", ANSWERED, run_wrong_way, FROM_DEVICE },
	{ "writes-without-data", ANSWERED, run_wrong_way, NO_DATA },
	{ "copy", ANSWERED, run_for_no_guest, COPY },
	{ "copy-and-verify", ANSWERED, run_for_no_guest, COPY_AND_VERIFY },
	{ "extended-copy", ANSWERED, run_for_no_guest, EXTENDED_COPY },
	{ "copy-results", ANSWERED, run_for_no_guest, RECEIVE_COPY_RESULTS },
	{ "any-length", ANSWERED, run_for_no_guest, VARIABLE_LENGTH },
	{ "compare-and-write", ANSWERED, run_for_no_guest, COMPARE_AND_WRITE },
	{ "preempt-and-abort", ANSWERED, run_preempt_and_abort },
	{ "reserve-for-others", ANSWERED, run_reserve_for_others, REGISTER },
	{ "register-and-move", ANSWERED, run_reserve_for_others, REGISTER_AND_MOVE },
	{ "flush-at-once", ANSWERED, run_flush_at_once },
	{ "protected-without-room", ANSWERED, run_protected, 0 },
	{ "protected-with-little-room", ANSWERED, run_protected, SCSI_BLOCK },
	{ "protected-nothing", ANSWERED, run_protected_nothing, 0 },
	{ "protected-nothing-with-room", ANSWERED, run_protected_nothing, SCSI_BLOCK },
	{ "read-only", ANSWERED, run_read_only },
	{ "mistakes", ANSWERED, run_mistakes, 300 },
	{ "segments-27", ANSWERED, run_segments, 27 },
	{ "segments-127", ANSWERED, run_segments, 127 },
	{ "segment-longer-than-page", ANSWERED, run_segment, AT(0, PAGE + 1) },
	{ "segment-of-65535", ANSWERED, run_segment, AT(0, 65535) },
	{ "segment-across-page", ANSWERED, run_segment, AT(1, PAGE) },
	{ "segment-behind-page", ANSWERED, run_segment, AT(65535, 65535) },
	{ "gref-never", ANSWERED, run_gref_never },
	{ "gref-revoked", ANSWERED, run_gref_revoked },
	{ "gref-wild", ANSWERED, run_gref_wild, 30 },
	{ "gref-readonly", ANSWERED, run_gref_readonly },
	{ "gref-of-another-domain", ANSWERED, run_gref_of_another_domain },
	{ "list-gref", ANSWERED, run_list_gref },
	{ "list-of-part-of-segment", ANSWERED, run_list, AT(0, 804) },
	{ "list-across-page", ANSWERED, run_list, AT(PAGE - 8, 16) },
	{ "list-of-nothing", ANSWERED, run_list, AT(0, 0) },
	{ "list-of-129", ANSWERED, run_list, AT(0, 129 * 8) },
	{ "list-of-512", ANSWERED, run_list, AT(0, PAGE) },
	{ "no-lists", ANSWERED, run_lists, 0 },
	{ "lists-2", ANSWERED, run_lists, 2 },
	{ "lists-26", ANSWERED, run_lists, 26 },
	{ "lists-27", ANSWERED, run_lists, 27 },
	{ "lists-127", ANSWERED, run_lists, 127 },
	{ "listed-segment-across-page", ANSWERED, run_listed_segment, AT(1, PAGE) },
	{ "listed-segment-of-65535", ANSWERED, run_listed_segment, AT(65535, 65535) },
	{ "list-of-itself", ANSWERED, run_list_of_itself },
	{ "abort-unknown", ANSWERED, run_abort_unknown, 100 },
	{ "abort-known", ANSWERED, run_abort_known, 40 },
	{ "resets", ANSWERED, run_resets, 5 },
	{ "abort-running", ANSWERED, run_stop_running, VSCSIIF_ACT_SCSI_ABORT },
	{ "reset-running", ANSWERED, run_stop_running, VSCSIIF_ACT_SCSI_RESET },
	{ "many-bad", ANSWERED, run_many_bad, 1000 },
	{ "large", ANSWERED, run_large, 4 },
	{ "random", ANSWERED, run_random, 2000 },
};

const unsigned int scsi_case_count = sizeof(scsi_case_table) / sizeof(scsi_case_table[0]);
