// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a slot of a SCSI host's ring, and as lists of segments. An accepted request stays
 * inside its pages, and within the maximum of data.
 */
#include <stdint.h>
#include <stdlib.h>

#include "drivers/scsiback/protocol.c"

struct input {
	struct vscsiif_request req;
	struct scsiif_request_segment segs[VSCSI_SEGMENTS_MAX];
	u8 sense[VSCSIIF_SENSE_BUFFERSIZE];
};

static void check_segments(const struct vscsi_order *order,
			   const struct scsiif_request_segment *segs)
{
	u32 sum = 0;
	unsigned int i;

	for (i = 0; i < order->nr_segments; i++) {
		assert(segs[i].offset + segs[i].length <= VSCSIIF_PAGE_SIZE);
		sum += segs[i].length;
	}
	assert(sum == order->length);
	assert(order->length <= VSCSI_DATA_MAX);
}

static void check_lists(const struct vscsi_order *order, const struct vscsiif_request *req)
{
	unsigned int i, sum = 0;

	assert(order->nr_lists <= VSCSI_DIRECT_MAX);
	for (i = 0; i < order->nr_lists; i++) {
		assert(req->seg[i].offset + req->seg[i].length <= VSCSIIF_PAGE_SIZE);
		sum += req->seg[i].length;
	}
	assert(sum == order->nr_segments * sizeof(*req->seg));
	assert(order->nr_segments && order->nr_segments <= VSCSI_SEGMENTS_MAX);
}

/* Check the directions of some common commands without the driver's table. */
static void check_direction(const struct vscsi_order *order)
{
	switch (order->cdb[0]) {
	case READ_10:
	case INQUIRY:
		assert(order->direction != VSCSI_TO_DEVICE);
		assert(vscsi_only_looks(order));
		break;
	case WRITE_10:
	case WRITE_SAME_16:
	case UNMAP:
		assert(order->direction == VSCSI_TO_DEVICE);
		assert(!vscsi_only_looks(order));
		break;
	case VERIFY:
		assert(order->direction != VSCSI_FROM_DEVICE);
		break;
	case VARIABLE_LENGTH_CMD:
	case EXTENDED_COPY:
	case COMPARE_AND_WRITE:
		assert(0);
	}
}

static void check_order(const struct vscsi_order *order)
{
	if (order->act != VSCSIIF_ACT_SCSI_CDB) {
		assert(order->act == VSCSIIF_ACT_SCSI_ABORT ||
		       order->act == VSCSIIF_ACT_SCSI_RESET);
		assert(!order->nr_segments && !order->nr_lists);
	}
	if (order->direction == VSCSI_NO_DATA)
		assert(!order->nr_segments && !order->nr_lists && !order->length);
	if (order->act == VSCSIIF_ACT_SCSI_CDB)
		check_direction(order);
}

/* With data of exactly the command's length, nothing behind its end is read. */
static void check_log(const struct vscsi_order *order, const uint8_t *data, size_t size)
{
	uint8_t *copy;

	if (size < order->length)
		return;
	copy = malloc(order->length);
	memcpy(copy, data, order->length);
	vscsi_tells_log(order, copy);
	if (!vscsi_is_unsafe_reservation(order, copy))
		assert(order->cdb[0] != PERSISTENT_RESERVE_OUT || (order->cdb[1] & 0x1f) != 5);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {};
	struct vscsi_order order;

	memcpy(&in, data, min(size, sizeof(in)));
	assert(vscsi_sense_length(in.sense) <= VSCSIIF_SENSE_BUFFERSIZE);
	if (vscsi_parse(&in.req, &order))
		return 0;
	assert(!vscsi_is_mistake(&order, SAM_STAT_GOOD, in.sense, false));
	check_order(&order);
	if (!order.nr_lists) {
		assert(order.nr_segments <= VSCSI_DIRECT_MAX);
		check_segments(&order, in.req.seg);
		check_log(&order, data, size);
		return 0;
	}
	check_lists(&order, &in.req);
	if (!vscsi_parse_segments(&order, in.segs))
		check_segments(&order, in.segs);
	return 0;
}
