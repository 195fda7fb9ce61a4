/* SPDX-License-Identifier: GPL-2.0 */
/* Requests of a disk, from the ring to the response. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dom0_blkback

#if !defined(_TRACE_DOM0_BLKBACK_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_DOM0_BLKBACK_H

#include <linux/tracepoint.h>

struct blk_request;

/* An operation by the name that it has in debugfs; another value as a number. */
#define show_blk_op(op)						\
	__print_symbolic(op,					\
		{ BLKIF_OP_READ, "read" },			\
		{ BLKIF_OP_WRITE, "write" },			\
		{ BLKIF_OP_WRITE_BARRIER, "barrier" },		\
		{ BLKIF_OP_FLUSH_DISKCACHE, "flush" },		\
		{ BLKIF_OP_DISCARD, "discard" })

DECLARE_EVENT_CLASS(blk_request,
	TP_PROTO(const struct blk_request *req, int err),
	TP_ARGS(req, err),
	TP_STRUCT__entry(
		__string(dev, req->ring->vbd->be->name)
		__field(unsigned int, queue)
		__field(u64, id)
		__field(u64, sector)
		__field(u64, nr_sectors)
		__field(unsigned int, segments)
		__field(u8, op)
		__field(int, err)
	),
	TP_fast_assign(
		dom0_assign_str(dev, req->ring->vbd->be->name);
		__entry->queue = req->ring->index;
		__entry->id = req->cmd.id;
		__entry->sector = req->cmd.sector;
		__entry->nr_sectors = req->cmd.nr_sectors;
		__entry->segments = req->cmd.nr_segments;
		__entry->op = req->cmd.op;
		__entry->err = err;
	),
	TP_printk("%s q%u id=%llu op=%s sector=%llu+%llu segments=%u err=%d", __get_str(dev),
		  __entry->queue, __entry->id, show_blk_op(__entry->op), __entry->sector,
		  __entry->nr_sectors, __entry->segments, __entry->err)
);

/* The request was taken off the ring. The sectors of an indirect request are not counted yet. */
DEFINE_EVENT(blk_request, blk_request_take,
	TP_PROTO(const struct blk_request *req, int err),
	TP_ARGS(req, err)
);

/*
 * The request's data was copied or mapped: copied to the guest after a read, before the request is
 * sent to the disk otherwise.
 */
TRACE_EVENT(blk_request_data,
	TP_PROTO(const struct blk_request *req, const char *how),
	TP_ARGS(req, how),
	TP_STRUCT__entry(
		__string(dev, req->ring->vbd->be->name)
		__field(unsigned int, queue)
		__field(u64, id)
		__field(unsigned int, segments)
		__field(u8, op)
		__string(how, how)
	),
	TP_fast_assign(
		dom0_assign_str(dev, req->ring->vbd->be->name);
		__entry->queue = req->ring->index;
		__entry->id = req->cmd.id;
		__entry->segments = req->cmd.nr_segments;
		__entry->op = req->cmd.op;
		dom0_assign_str(how, how);
	),
	TP_printk("%s q%u id=%llu op=%s segments=%u how=%s", __get_str(dev), __entry->queue,
		  __entry->id, show_blk_op(__entry->op), __entry->segments, __get_str(how))
);

/*
 * Each time that a request begins to wait: for a limit of the disk ("limit"), or since a page of
 * the guest is paged out ("paged_out").
 */
TRACE_EVENT(blk_request_wait,
	TP_PROTO(const struct blk_request *req, const char *why),
	TP_ARGS(req, why),
	TP_STRUCT__entry(
		__string(dev, req->ring->vbd->be->name)
		__field(unsigned int, queue)
		__field(u64, id)
		__field(u8, op)
		__string(why, why)
	),
	TP_fast_assign(
		dom0_assign_str(dev, req->ring->vbd->be->name);
		__entry->queue = req->ring->index;
		__entry->id = req->cmd.id;
		__entry->op = req->cmd.op;
		dom0_assign_str(why, why);
	),
	TP_printk("%s q%u id=%llu op=%s why=%s", __get_str(dev), __entry->queue, __entry->id,
		  show_blk_op(__entry->op), __get_str(why))
);

/* The request was sent to the disk. */
DEFINE_EVENT(blk_request, blk_request_start,
	TP_PROTO(const struct blk_request *req, int err),
	TP_ARGS(req, err)
);

/* The request was answered. */
DEFINE_EVENT(blk_request, blk_request_complete,
	TP_PROTO(const struct blk_request *req, int err),
	TP_ARGS(req, err)
);

/* The request violates the protocol, and will be answered with an error. */
DEFINE_EVENT(blk_request, blk_request_reject,
	TP_PROTO(const struct blk_request *req, int err),
	TP_ARGS(req, err)
);

#endif

#include <trace/define_trace.h>
