// SPDX-License-Identifier: GPL-2.0
/* Invalid requests, segments and lists, aborts and resets: one named case for each. */
#include "scsi.h"

#include <string.h>

/* ---- the ring ---- */

static void run_scsi_producer(struct scsi *scsi, long distance)
{
	scsi->ring.index[REQ_PROD] = scsi->ring.req + distance;
	evtchn_notify(scsi->port);
}

static void run_scsi_indices_overwritten(struct scsi *scsi, long rounds)
{
	for (long i = 0; i < rounds; i++) {
		struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

		scsi_ask(scsi, &request, OKAY);
		scsi->ring.index[REQ_EVENT] = random_u32();
		scsi->ring.index[RSP_EVENT] = random_u32();
		scsi_settle(scsi);
	}
}

/* ---- fields ---- */

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
		/* None of these is the address of the slow unit. */
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

/* The rest of the page must not change. */
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

/* Less data than a block, or not a whole number of blocks: the disk must not be asked. */
static void run_part_of_block(struct scsi *scsi, long length)
{
	for (unsigned int write = 0; write < 2; write++)
		for (unsigned int blocks = 0; blocks < 4; blocks++) {
			struct vscsiif_request request = scsi_rw(scsi, write, 0, 0, 1);

			request.cmnd[8] = blocks;
			request.seg[0].length = length;
			/*
			 * A read of 0 blocks is valid, and so is a read of one block into more
			 * room.
			 */
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

/* ---- segments ---- */

static void run_scsi_segments(struct scsi *scsi, long count)
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

/* A bad reference in the middle of a request fails the request. */
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
	/* All requests in flight share the list. */
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

/* The abort may come too late by chance. Each request is answered once in any case. */
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
		/* The unit reports it once, as a unit attention. */
		request = scsi_rw(scsi, false, 0, 0, 1);
		scsi_ask(scsi, &request, ANY);
		scsi_settle(scsi);
	}
}

/*
 * A command that takes its unit some time. It is answered before the abort or reset, as not done.
 */
static void run_stop_running(struct scsi *scsi, long act)
{
	struct vscsiif_request request = scsi_rw(scsi, true, 0, 0, 4), stop;

	/*
	 * Other cases may have used up the host's allowance for 10 seconds, on other connections.
	 */
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
		wrong("the command was answered after the abort or reset");
}

/* ---- more of them than a backend may have room for ---- */

/* Requests that are refused in each possible way, more than there are commands, tags or pages. */
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

/*
 * A changed reference names a page of ours or no grant, but never a guard page, which is granted
 * too.
 */
static void scsi_mutate(struct vscsiif_request *request)
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

static void run_scsi_random(struct scsi *scsi, long count)
{
	while (count--) {
		struct vscsiif_request request =
			random_once_in(2) ?
			scsi_rw(scsi, random_once_in(2), random_below(4096), 0,
				1 + random_below(26)) :
			scsi_listed(scsi, random_once_in(2), random_below(4096), 0,
				    1 + random_below(128));

		scsi_mutate(&request);
		request.rqid = 0;
		scsi_ask(scsi, &request, ANY);
		if (random_once_in(4))
			scsi_settle(scsi);
	}
}

#define AT(offset, length) ((long)(offset) << 16 | (length))

const struct scsi_case scsi_ring_cases[] = {
	{ "producer-beyond-ring", STOPPED, run_scsi_producer, SCSI_SLOTS + 1 },
	{ "producer-far-away", STOPPED, run_scsi_producer, 0x7fffffff },
	{ "producer-backwards", STOPPED, run_scsi_producer, -1 },
	{ "indices-overwritten", ANSWERED, run_scsi_indices_overwritten, 20 },
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
	{ "segments-27", ANSWERED, run_scsi_segments, 27 },
	{ "segments-127", ANSWERED, run_scsi_segments, 127 },
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
	{ "random", ANSWERED, run_scsi_random, 2000 },
	SCSI_END_OF_CASES
};
