// SPDX-License-Identifier: GPL-2.0
/* Commands that no guest may send, or not with this direction or length of data. */
#include "scsi.h"

#include <string.h>

/* Opcodes, and the response to a refused one. */
#define INQUIRY 0x12
#define RESERVE_6 0x16
#define RELEASE_6 0x17
#define COPY 0x18
#define START_STOP 0x1b
#define ALLOW_MEDIUM_REMOVAL 0x1e
#define SYNCHRONIZE_CACHE 0x35
#define COPY_AND_VERIFY 0x3a
#define WRITE_SAME_10 0x41
#define UNMAP 0x42
#define MODE_SELECT_10 0x55
#define RESERVE_10 0x56
#define RELEASE_10 0x57
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

/* A flag in the data of PERSISTENT_RESERVE_OUT. */
#define SPEC_I_PT 0x08

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
		WRITE_10, WRITE_16, WRITE_SAME_10, WRITE_SAME_16, UNMAP, PERSISTENT_RESERVE_OUT,
		MODE_SELECT_10,
	}, gives[] = { READ_10, READ_16, INQUIRY, REPORT_LUNS, PERSISTENT_RESERVE_IN };
	const uint8_t *opcodes = direction == TO_DEVICE ? gives : takes;
	unsigned int count = direction == TO_DEVICE ? sizeof(gives) : sizeof(takes);

	for (unsigned int i = 0; i < count; i++)
		for (unsigned int unit = 0; unit <= SCSI_SLOW_UNIT; unit++) {
			struct vscsiif_request request = operation(scsi, opcodes[i], direction);

			request.id = unit;
			/* One block, or 24 bytes, wherever the command has its count. */
			request.cmnd[8] = 1;
			request.cmnd[13] = 1;
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

/* These commands name other units, are longer than a slot, or are not safe after a reset. */
static void run_for_no_guest(struct scsi *scsi, long opcode)
{
	for (unsigned int direction = TO_DEVICE; direction <= NO_DATA; direction++) {
		struct vscsiif_request request = operation(scsi, opcode, direction);

		ask_invalid(scsi, &request, INVALID_OPCODE);
	}
}

/* A reservation command with its 24 bytes: the present key and the new key. */
static struct vscsiif_request reserve(struct scsi *scsi, uint8_t action, uint8_t key,
				      uint8_t new_key)
{
	struct vscsiif_request request = operation(scsi, PERSISTENT_RESERVE_OUT, TO_DEVICE);
	unsigned char *list = page_at(scsi->data, 0);

	request.cmd_len = 10;
	request.cmnd[1] = action;
	request.cmnd[2] = 1;
	request.cmnd[8] = 24;
	request.seg[0].length = 24;
	memset(list, 0, 24);
	list[7] = key;
	list[15] = new_key;
	return request;
}

/* A guest preempts its own reservation: the unit would wait for the present command. */
static void run_preempt_and_abort(struct scsi *scsi, __attribute__((unused)) long unused)
{
	struct vscsiif_request request = reserve(scsi, REGISTER, 0, 7);

	/*
	 * The command is carried out, but reported as failed if Dom0 has no folder to store the
	 * state in.
	 */
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

/* A name without an end, in the data of a command that names other initiators. */
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

/* Writes of the slow unit take a second, and so do its flushes. */
static void run_flush_at_once(struct scsi *scsi, __attribute__((unused)) long unused)
{
	static const uint8_t opcodes[] = { SYNCHRONIZE_CACHE, SYNCHRONIZE_CACHE_16 };

	for (unsigned int i = 0; i < sizeof(opcodes); i++) {
		struct vscsiif_request request = operation(scsi, opcodes[i], NO_DATA);
		uint64_t begin;

		request.id = SCSI_SLOW_UNIT;
		/* The first command may fail with a unit attention. */
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

/*
 * Too little data for the command. With the protection bits the unit would use the length in the
 * command alone.
 */
static void run_protected(struct scsi *scsi, long room)
{
	static const uint8_t opcodes[] = { READ_10, READ_16, WRITE_10, WRITE_16, WRITE_SAME_16 };
	struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

	request.lun = SCSI_PROTECTED_LUN;
	/* The first command may fail with a unit attention. */
	scsi_ask(scsi, &request, ANY);
	scsi_settle(scsi);
	request.rqid = 0;
	scsi_ask(scsi, &request, OKAY);
	for (unsigned int i = 0; i < sizeof(opcodes); i++) {
		request = operation(scsi, opcodes[i],
				    opcodes[i] == READ_10 || opcodes[i] == READ_16 ? FROM_DEVICE :
										     TO_DEVICE);
		request.lun = SCSI_PROTECTED_LUN;
		request.cmnd[1] = PROTECT_UNCHECKED;
		request.cmnd[8] = 8;
		request.cmnd[13] = 8;
		request.seg[0].length = room;
		if (!room)
			request.sc_data_direction = NO_DATA;
		scsi_ask(scsi, &request, ERROR);
	}
}

/* A count of 0 blocks: the unit would have to allocate no protection information. */
static void run_protected_nothing(struct scsi *scsi, long room)
{
	static const uint8_t opcodes[] = { READ_10, READ_16, WRITE_10, WRITE_16 };
	struct vscsiif_request request = scsi_rw(scsi, false, 0, 0, 1);

	request.lun = SCSI_PROTECTED_LUN;
	/* The first command may fail with a unit attention. */
	scsi_ask(scsi, &request, ANY);
	scsi_settle(scsi);
	for (unsigned int i = 0; i < sizeof(opcodes); i++) {
		request = operation(scsi, opcodes[i],
				    opcodes[i] == READ_10 || opcodes[i] == READ_16 ? FROM_DEVICE :
										     TO_DEVICE);
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

/* The unit stays reserved until the host disconnects. */
static void run_reserve(struct scsi *scsi, __attribute__((unused)) long unused)
{
	struct vscsiif_request request = operation(scsi, RESERVE_6, NO_DATA);

	scsi_ask(scsi, &request, OKAY);
}

static void ask_read_only(struct scsi *scsi, struct vscsiif_request request, enum hope hope)
{
	request.id = SCSI_SLOW_UNIT;
	request.lun = SCSI_READ_ONLY_LUN;
	scsi_ask(scsi, &request, hope);
}

static void read_read_only(struct scsi *scsi, enum hope hope)
{
	ask_read_only(scsi, scsi_rw(scsi, false, 0, 0, 1), hope);
}

/*
 * The disk is writable in Dom0: only the unit is read-only. No command may change the unit for
 * other guests either.
 */
static void run_read_only(struct scsi *scsi, __attribute__((unused)) long unused)
{
	static const uint8_t writes[] = {
		WRITE_10, WRITE_16, WRITE_SAME_10, WRITE_SAME_16, UNMAP, RESERVE_6, RESERVE_10,
		RELEASE_6, RELEASE_10, START_STOP, ALLOW_MEDIUM_REMOVAL,
	};

	/* The first command may fail with a unit attention. */
	read_read_only(scsi, ANY);
	scsi_settle(scsi);
	read_read_only(scsi, OKAY);
	for (unsigned int i = 0; i < sizeof(writes); i++)
		for (unsigned int direction = TO_DEVICE; direction <= NO_DATA; direction++) {
			struct vscsiif_request request = operation(scsi, writes[i], direction);

			request.seg[0].length = SCSI_BLOCK;
			request.cmnd[13] = writes[i] == UNMAP ? 24 : 1;
			request.cmnd[8] = request.cmnd[13];
			ask_read_only(scsi, request, ERROR);
		}
}

/*
 * A reset is answered after the guest's own commands. The unit is not reset, since others use it as
 * well: there is no unit attention.
 */
static void run_read_only_resets(struct scsi *scsi, long times)
{
	/* The host's allowance is for 10 seconds. */
	sleep_ms(10500);
	read_read_only(scsi, ANY);
	scsi_settle(scsi);
	while (times--) {
		for (unsigned int i = 0; i < SCSI_SLOTS - 1; i++)
			read_read_only(scsi, ANY);
		ask_read_only(scsi, scsi_manage(VSCSIIF_ACT_SCSI_RESET, 0), OKAY);
		scsi_settle(scsi);
		for (unsigned int i = 0; i < SCSI_SLOTS - 1; i++)
			if (scsi->asked[i].place > scsi->asked[SCSI_SLOTS - 1].place)
				wrong("a command was answered after the reset");
		read_read_only(scsi, OKAY);
		scsi_settle(scsi);
	}
}

const struct scsi_case scsi_command_cases[] = {
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
	{ "reserve", ANSWERED, run_reserve },
	{ "read-only", ANSWERED, run_read_only },
	{ "read-only-resets", ANSWERED, run_read_only_resets, 20 },
	{ "mistakes", ANSWERED, run_mistakes, 300 },
	SCSI_END_OF_CASES
};
