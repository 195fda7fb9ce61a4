// SPDX-License-Identifier: GPL-2.0
/*
 * Parse a slot of the ring into a checked order, and make a response from an outcome. No state is
 * kept here. Pure: compiled in user space by tests/unit.
 */
#include "protocol.h"

#include <dom0/ring.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

/* Requests and responses have the same size, also those of 32-bit frontends. */
#define SLOT_SIZE		252

/* The two formats of sense data, each for the current or an earlier command: 70h to 73h. */
#define SENSE_FORMAT_MASK	0x7c
#define SENSE_FORMAT		0x70
#define SENSE_HEAD		8
#define SENSE_LENGTH_AT		7

/* The bit that tells the formats apart, and the byte in which each has its sense key. */
#define SENSE_DESCRIPTORS	0x02
#define SENSE_KEY_AT(format)	((format) & SENSE_DESCRIPTORS ? 1 : 2)
#define SENSE_KEY_MASK		0x0f

/* Sense data of the first format, with the additional sense code for an invalid command. */
#define SENSE_SIZE		18
#define SENSE_CODE_AT		12
#define INVALID_OPCODE		0x20

/* The service action, in commands that have one. */
#define SERVICE_ACTION(cdb)	((cdb)[1] & 0x1f)
#define PRI_READ_FULL_STATUS	0x03
#define PRO_PREEMPT_AND_ABORT	0x05
#define PRO_REGISTER_AND_MOVE	0x07

/* In the data of PERSISTENT RESERVE OUT: names of ports follow. */
#define PRO_FLAGS_AT		20
#define PRO_SPEC_I_PT		0x08

/* In a flush: answer before the flush is done. */
#define SYNC_IMMED		0x02

/* The data of UNMAP: a header, which says how many bytes of descriptors follow it. */
#define UNMAP_HEADER		8
#define UNMAP_FOLLOWING(data)	((data)[2] << 8 | (data)[3])

/* Opcodes that have no name in some kernels, or another one. */
#define RESERVE_SHORT		0x16
#define RELEASE_SHORT		0x17
#define WRITE_ATOMIC		0x9c

static_assert(sizeof(struct vscsiif_request) == SLOT_SIZE);
static_assert(sizeof(struct vscsiif_response) == SLOT_SIZE);
static_assert(sizeof(struct dom0_sring) + VSCSI_SLOTS * SLOT_SIZE <= VSCSIIF_PAGE_SIZE);
static_assert(sizeof(struct dom0_sring) + 2 * VSCSI_SLOTS * SLOT_SIZE > VSCSIIF_PAGE_SIZE);

static size_t slot_offset(RING_IDX index)
{
	return sizeof(struct dom0_sring) + index % VSCSI_SLOTS * SLOT_SIZE;
}

void vscsi_fetch(const void *sring, RING_IDX index, struct vscsiif_request *req)
{
	dom0_ring_copy(req, sring + slot_offset(index), sizeof(*req));
}

void vscsi_respond(void *sring, RING_IDX index, const struct vscsiif_response *rsp)
{
	memcpy(sring + slot_offset(index), rsp, sizeof(*rsp));
}

/* ---- the command ---- */

enum effect {
	EFFECT_UNKNOWN,		/* not known: left to the unit */
	EFFECT_NONE,		/* transfers no data, and changes nothing */
	EFFECT_STATE,		/* transfers no data, and changes the unit for all its initiators */
	EFFECT_GIVES,		/* returns data, and changes no stored data */
	EFFECT_TAKES,		/* takes data */
	EFFECT_REFUSED,
};

/*
 * The effect of each opcode. All commands that the target core carries out by itself are listed. It
 * does not check the direction that it is given, and runs a write without data as well.
 *
 * Refused are commands that harm others or the target core. The COPY commands name units
 * themselves, also those of other guests. A command of variable length has more bytes than a slot,
 * and the target core would copy as many as the command says. A COMPARE AND WRITE that fails before
 * it has begun, for instance after a reset, is finished twice by the target core.
 *
 * Some opcodes have another meaning for devices that are not disks. SEEK(6) is not listed: for a
 * tape it is SET CAPACITY, which erases the tape.
 */
static const u8 effects[256] = {
	[TEST_UNIT_READY]		= EFFECT_NONE,
	[REZERO_UNIT]			= EFFECT_NONE,
	[SEEK_10]			= EFFECT_NONE,
	[VERIFY]			= EFFECT_NONE,
	[VERIFY_12]			= EFFECT_NONE,
	[VERIFY_16]			= EFFECT_NONE,
	[SYNCHRONIZE_CACHE]		= EFFECT_NONE,
	[SYNCHRONIZE_CACHE_16]		= EFFECT_NONE,

	[START_STOP]			= EFFECT_STATE,
	[ALLOW_MEDIUM_REMOVAL]		= EFFECT_STATE,
	[RESERVE_SHORT]			= EFFECT_STATE,
	[RESERVE_10]			= EFFECT_STATE,
	[RELEASE_SHORT]			= EFFECT_STATE,
	[RELEASE_10]			= EFFECT_STATE,

	[REQUEST_SENSE]			= EFFECT_GIVES,
	[READ_BLOCK_LIMITS]		= EFFECT_GIVES,
	[INQUIRY]			= EFFECT_GIVES,
	[MODE_SENSE]			= EFFECT_GIVES,
	[MODE_SENSE_10]			= EFFECT_GIVES,
	[RECEIVE_DIAGNOSTIC]		= EFFECT_GIVES,
	[LOG_SENSE]			= EFFECT_GIVES,
	[READ_CAPACITY]			= EFFECT_GIVES,
	[SERVICE_ACTION_IN_16]		= EFFECT_GIVES,
	[READ_6]			= EFFECT_GIVES,
	[READ_10]			= EFFECT_GIVES,
	[READ_12]			= EFFECT_GIVES,
	[READ_16]			= EFFECT_GIVES,
	[READ_BUFFER]			= EFFECT_GIVES,
	[READ_TOC]			= EFFECT_GIVES,
	[READ_ELEMENT_STATUS]		= EFFECT_GIVES,
	[READ_ATTRIBUTE]		= EFFECT_GIVES,
	[PERSISTENT_RESERVE_IN]		= EFFECT_GIVES,
	[REPORT_LUNS]			= EFFECT_GIVES,
	[SECURITY_PROTOCOL_IN]		= EFFECT_GIVES,
	[MAINTENANCE_IN]		= EFFECT_GIVES,

	[FORMAT_UNIT]			= EFFECT_TAKES,
	[REASSIGN_BLOCKS]		= EFFECT_TAKES,
	[MODE_SELECT]			= EFFECT_TAKES,
	[MODE_SELECT_10]		= EFFECT_TAKES,
	[SEND_DIAGNOSTIC]		= EFFECT_TAKES,
	[LOG_SELECT]			= EFFECT_TAKES,
	[WRITE_6]			= EFFECT_TAKES,
	[WRITE_10]			= EFFECT_TAKES,
	[WRITE_12]			= EFFECT_TAKES,
	[WRITE_16]			= EFFECT_TAKES,
	[WRITE_VERIFY]			= EFFECT_TAKES,
	[WRITE_VERIFY_12]		= EFFECT_TAKES,
	[WRITE_VERIFY_16]		= EFFECT_TAKES,
	[WRITE_ATOMIC]			= EFFECT_TAKES,
	[WRITE_SAME]			= EFFECT_TAKES,
	[WRITE_SAME_16]			= EFFECT_TAKES,
	[WRITE_LONG]			= EFFECT_TAKES,
	[WRITE_BUFFER]			= EFFECT_TAKES,
	[WRITE_ATTRIBUTE]		= EFFECT_TAKES,
	[UNMAP]				= EFFECT_TAKES,
	[PERSISTENT_RESERVE_OUT]	= EFFECT_TAKES,
	[SECURITY_PROTOCOL_OUT]		= EFFECT_TAKES,
	[MAINTENANCE_OUT]		= EFFECT_TAKES,

	[COPY]				= EFFECT_REFUSED,
	[COMPARE]			= EFFECT_REFUSED,
	[COPY_VERIFY]			= EFFECT_REFUSED,
	[EXTENDED_COPY]			= EFFECT_REFUSED,
	[RECEIVE_COPY_RESULTS]		= EFFECT_REFUSED,
	[COMPARE_AND_WRITE]		= EFFECT_REFUSED,
	[VARIABLE_LENGTH_CMD]		= EFFECT_REFUSED,
};

static enum effect effect_of(const u8 *cdb)
{
	/* For a CD these opcodes are SEND KEY and REPORT KEY, with the opposite directions. */
	if ((cdb[0] == MAINTENANCE_IN || cdb[0] == MAINTENANCE_OUT) && !SERVICE_ACTION(cdb))
		return EFFECT_UNKNOWN;
	return effects[cdb[0]];
}

bool vscsi_only_looks(const struct vscsi_order *order)
{
	enum effect effect = effect_of(order->cdb);

	return effect == EFFECT_NONE || effect == EFFECT_GIVES;
}

static bool has_no_data(enum effect effect)
{
	return effect == EFFECT_NONE || effect == EFFECT_STATE;
}

static int parse_cdb(const struct vscsiif_request *req, struct vscsi_order *order)
{
	if (req->cmd_len > sizeof(order->cdb))
		return -EINVAL;
	memcpy(order->cdb, req->cmnd, req->cmd_len);
	return effect_of(order->cdb) == EFFECT_REFUSED ? -EPERM : 0;
}

/*
 * A frontend may send a command that takes data without any, and call it one without data. For the
 * target core it is still a write.
 *
 * A command that transfers no data gets no pages. The target core would report pages as filled, and
 * the guest would get what was in them before.
 */
static int parse_direction(const struct vscsiif_request *req, struct vscsi_order *order)
{
	enum effect effect = effect_of(order->cdb);

	switch (req->sc_data_direction) {
	case VSCSI_TO_DEVICE:
		order->direction = VSCSI_TO_DEVICE;
		return effect == EFFECT_GIVES ? -EINVAL : 0;
	case VSCSI_FROM_DEVICE:
		order->direction = has_no_data(effect) ? VSCSI_NO_DATA : VSCSI_FROM_DEVICE;
		return effect == EFFECT_TAKES ? -EINVAL : 0;
	case VSCSI_NO_DATA:
		order->direction = effect == EFFECT_TAKES ? VSCSI_TO_DEVICE : VSCSI_NO_DATA;
		return 0;
	default:
		return -EINVAL;
	}
}

/* ---- the segments ---- */

static bool is_in_page(const struct scsiif_request_segment *seg)
{
	return seg->offset + seg->length <= VSCSIIF_PAGE_SIZE;
}

/* @nr is at most VSCSI_SEGMENTS_MAX, so that the sum is at most VSCSI_DATA_MAX. */
static int sum_segments(const struct scsiif_request_segment *segs, unsigned int nr, u32 *sum)
{
	unsigned int i;

	*sum = 0;
	for (i = 0; i < nr; i++) {
		if (!is_in_page(&segs[i]))
			return -EINVAL;
		*sum += segs[i].length;
	}
	return 0;
}

static int parse_slot(const struct vscsiif_request *req, struct vscsi_order *order)
{
	if (req->nr_segments > VSCSI_DIRECT_MAX)
		return -EINVAL;
	order->nr_segments = req->nr_segments;
	return sum_segments(req->seg, order->nr_segments, &order->length);
}

static int parse_lists(const struct vscsiif_request *req, struct vscsi_order *order)
{
	const unsigned int size = sizeof(struct scsiif_request_segment);
	unsigned int i, nr = req->nr_segments & ~VSCSIIF_SG_GRANT;
	u32 bytes;

	if (!nr || nr > VSCSI_DIRECT_MAX || sum_segments(req->seg, nr, &bytes))
		return -EINVAL;
	for (i = 0; i < nr; i++)
		if (req->seg[i].length % size)
			return -EINVAL;
	if (!bytes || bytes > VSCSI_SEGMENTS_MAX * size)
		return -EINVAL;
	order->nr_lists = nr;
	order->nr_segments = bytes / size;
	return 0;
}

int vscsi_parse_segments(struct vscsi_order *order, const struct scsiif_request_segment *segs)
{
	order->nr_lists = 0;
	return sum_segments(segs, order->nr_segments, &order->length);
}

static int parse_data(const struct vscsiif_request *req, struct vscsi_order *order)
{
	/* Ignore the segments: there is no data to transfer. */
	if (req->sc_data_direction == VSCSI_NO_DATA || order->direction == VSCSI_NO_DATA)
		return 0;
	if (req->nr_segments & VSCSIIF_SG_GRANT)
		return parse_lists(req, order);
	return parse_slot(req, order);
}

int vscsi_parse(const struct vscsiif_request *req, struct vscsi_order *order)
{
	*order = (struct vscsi_order){
		.rqid = req->rqid,
		.ref_rqid = req->ref_rqid,
		.act = req->act,
		.direction = VSCSI_NO_DATA,
		.address = {
			.channel = req->channel,
			.target = req->id,
			.lun = req->lun,
		},
	};

	switch (req->act) {
	case VSCSIIF_ACT_SCSI_CDB:
		return parse_cdb(req, order) ?: parse_direction(req, order) ?:
		       parse_data(req, order);
	case VSCSIIF_ACT_SCSI_ABORT:
	case VSCSIIF_ACT_SCSI_RESET:
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

/* ---- the answer ---- */

s32 vscsi_result(unsigned int host, u8 status)
{
	return host << 16 | status;
}

static bool is_management(u8 act)
{
	return act == VSCSIIF_ACT_SCSI_ABORT || act == VSCSIIF_ACT_SCSI_RESET;
}

s32 vscsi_refusal(u8 act, int err)
{
	if (is_management(act))
		return XEN_VSCSIIF_RSLT_RESET_FAILED;

	switch (err) {
	case -EPERM:
		return vscsi_result(XEN_VSCSIIF_RSLT_HOST_OK, SAM_STAT_CHECK_CONDITION);
	case -ENODEV:
		return vscsi_result(XEN_VSCSIIF_RSLT_HOST_NO_CONNECT, 0);
	case -ECANCELED:
		return vscsi_result(XEN_VSCSIIF_RSLT_HOST_RESET, 0);
	case -EAGAIN:
		return vscsi_result(XEN_VSCSIIF_RSLT_HOST_REQUEUE, 0);
	default:
		return vscsi_result(XEN_VSCSIIF_RSLT_HOST_ERROR, 0);
	}
}

u8 vscsi_sense_length(const u8 *sense)
{
	if ((sense[0] & SENSE_FORMAT_MASK) != SENSE_FORMAT)
		return 0;
	return min(SENSE_HEAD + sense[SENSE_LENGTH_AT], VSCSIIF_SENSE_BUFFERSIZE);
}

u8 vscsi_refusal_sense(int err, u8 *sense)
{
	if (err != -EPERM)
		return 0;
	memset(sense, 0, VSCSIIF_SENSE_BUFFERSIZE);
	sense[0] = SENSE_FORMAT;
	sense[SENSE_KEY_AT(SENSE_FORMAT)] = ILLEGAL_REQUEST;
	sense[SENSE_LENGTH_AT] = SENSE_SIZE - SENSE_HEAD;
	sense[SENSE_CODE_AT] = INVALID_OPCODE;
	return SENSE_SIZE;
}

/* Return whether the sense key is only information: nothing is wrong, a tape ends for instance. */
static bool sense_is_information(const u8 *sense)
{
	switch (sense[SENSE_KEY_AT(sense[0])] & SENSE_KEY_MASK) {
	case NO_SENSE:
	case RECOVERED_ERROR:
	case UNIT_ATTENTION:
	case BLANK_CHECK:
	case VOLUME_OVERFLOW:
		return true;
	default:
		return false;
	}
}

static bool is_reservation(const u8 *cdb)
{
	switch (cdb[0]) {
	case RESERVE_SHORT:
	case RESERVE_10:
	case RELEASE_SHORT:
	case RELEASE_10:
	case PERSISTENT_RESERVE_IN:
	case PERSISTENT_RESERVE_OUT:
		return true;
	default:
		return false;
	}
}

bool vscsi_is_mistake(const struct vscsi_order *order, u8 status, const u8 *sense, bool passed_on)
{
	switch (status) {
	case SAM_STAT_GOOD:
	case SAM_STAT_CONDITION_MET:
	case SAM_STAT_BUSY:
	case SAM_STAT_TASK_SET_FULL:
	case SAM_STAT_TASK_ABORTED:
		return false;
	case SAM_STAT_RESERVATION_CONFLICT:
		return is_reservation(order->cdb);
	case SAM_STAT_CHECK_CONDITION:
		return !passed_on && (!vscsi_sense_length(sense) || !sense_is_information(sense));
	default:
		return true;
	}
}

void vscsi_clear_immed(u8 *cdb)
{
	if (cdb[0] == SYNCHRONIZE_CACHE || cdb[0] == SYNCHRONIZE_CACHE_16)
		cdb[1] &= ~SYNC_IMMED;
}

static bool names_ports(const struct vscsi_order *order, const u8 *data)
{
	return SERVICE_ACTION(order->cdb) == PRO_REGISTER_AND_MOVE ||
	       (order->length > PRO_FLAGS_AT && data[PRO_FLAGS_AT] & PRO_SPEC_I_PT);
}

bool vscsi_is_unsafe_reservation(const struct vscsi_order *order, const u8 *data)
{
	return order->cdb[0] == PERSISTENT_RESERVE_OUT &&
	       (SERVICE_ACTION(order->cdb) == PRO_PREEMPT_AND_ABORT || names_ports(order, data));
}

bool vscsi_protection_fits(u32 protection, u32 per_block, u32 data, u32 block)
{
	return data && protection == data / block * per_block;
}

bool vscsi_tells_log(const struct vscsi_order *order, const u8 *data)
{
	const u8 *cdb = order->cdb;

	switch (cdb[0]) {
	case PERSISTENT_RESERVE_OUT:
		return true;
	case PERSISTENT_RESERVE_IN:
		return SERVICE_ACTION(cdb) == PRI_READ_FULL_STATUS;
	case UNMAP:
		return order->length >= UNMAP_HEADER &&
		       UNMAP_FOLLOWING(data) > order->length - UNMAP_HEADER;
	default:
		return false;
	}
}
