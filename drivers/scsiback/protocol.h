/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The requests of a frontend to a SCSI host: how to parse and to check them. Pure: uses no kernel
 * service, compiles in user space.
 *
 * A slot is copied out of the shared ring exactly once (vscsi_fetch()). Everything after that uses
 * only the private copy, because the guest may rewrite the slot at any time.
 */
#ifndef _SCSIBACK_PROTOCOL_H
#define _SCSIBACK_PROTOCOL_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/ring.h>
#include <xen/interface/io/vscsiif.h>

/* Slots of a ring, which has one page. */
#define VSCSI_SLOTS		16

/* Segments of a request: as many as a Linux frontend ever uses. */
#define VSCSI_SEGMENTS_MAX	128

/* Segments in the slot itself: of data, or of lists of such segments. */
#define VSCSI_DIRECT_MAX	VSCSIIF_SG_TABLESIZE

#define VSCSI_DATA_MAX		(VSCSI_SEGMENTS_MAX * VSCSIIF_PAGE_SIZE)

/* Values of vscsiif_request.sc_data_direction. */
enum vscsi_direction {
	VSCSI_TO_DEVICE = 1,
	VSCSI_FROM_DEVICE = 2,
	VSCSI_NO_DATA = 3,
};

/* The address of a unit, as the guest numbers the units of this host. */
struct vscsi_address {
	u16 channel;
	u16 target;
	u16 lun;
};

/**
 * struct vscsi_order - one parsed request; all of it is checked when @nr_lists is 0
 * @rqid: the frontend's id of the request, echoed in the response
 * @ref_rqid: for an abort: id of the request to abort
 * @address: address of the unit
 * @act: VSCSIIF_ACT_SCSI_CDB, _ABORT or _RESET; for a refused request whatever the frontend wrote
 * @direction: enum vscsi_direction; a command that takes data is VSCSI_TO_DEVICE also without any
 * @nr_lists: lists of segments that are still to be fetched
 * @nr_segments: segments of data, 0 to VSCSI_SEGMENTS_MAX; those in the lists included
 * @length: bytes of data
 * @cdb: the command, zeroes behind its end
 */
struct vscsi_order {
	u16 rqid;
	u16 ref_rqid;
	struct vscsi_address address;
	u8 act;
	u8 direction;
	u8 nr_lists;
	u16 nr_segments;
	u32 length;
	u8 cdb[VSCSIIF_MAX_COMMAND_SIZE];
};

/**
 * vscsi_fetch() - copy a request out of shared memory
 * @sring: the shared page
 * @index: of the request
 * @req: private copy; each byte of the slot is read once
 */
void vscsi_fetch(const void *sring, RING_IDX index, struct vscsiif_request *req);

/**
 * vscsi_parse() - check a request
 * @req: private copy
 * @order: filled in; @order->rqid and @order->act also on error, for the response
 *
 * @req->seg begins with the segments of data, or with those of lists if @order->nr_lists is set.
 *
 * Return: 0, or why it is refused: -EOPNOTSUPP for the action, -EPERM for a command that no guest
 * may use, -EINVAL.
 */
int vscsi_parse(const struct vscsiif_request *req, struct vscsi_order *order);

/**
 * vscsi_parse_segments() - check the segments that were fetched from lists
 * @order: from vscsi_parse(), with @nr_lists set
 * @segs: @order->nr_segments of them, private memory
 *
 * Return: as vscsi_parse().
 */
int vscsi_parse_segments(struct vscsi_order *order, const struct scsiif_request_segment *segs);

/**
 * vscsi_only_looks() - whether a read-only unit may carry out a command
 * @order: from vscsi_parse(), with VSCSIIF_ACT_SCSI_CDB
 *
 * Return: true if the command certainly changes neither stored data nor the unit's state. A unit
 * that is stopped or reserved would fail the commands of all other initiators.
 */
bool vscsi_only_looks(const struct vscsi_order *order);

/**
 * vscsi_result() - make the result for a response
 * @host: XEN_VSCSIIF_RSLT_HOST_*
 * @status: the unit's own SCSI status
 *
 * Return: for vscsiif_response.rslt.
 */
s32 vscsi_result(unsigned int host, u8 status);

/**
 * vscsi_refusal() - make the result for a request that was not carried out
 * @act: of the request
 * @err: negative errno
 *
 * Return: for vscsiif_response.rslt.
 */
s32 vscsi_refusal(u8 act, int err);

/**
 * vscsi_refusal_sense() - make the sense data that goes with a refusal
 * @err: negative errno
 * @sense: VSCSIIF_SENSE_BUFFERSIZE bytes, filled in if there are any
 *
 * Return: bytes of sense data, 0 if there are none.
 */
u8 vscsi_refusal_sense(int err, u8 *sense);

/**
 * vscsi_sense_length() - compute the length of sense data
 * @sense: VSCSIIF_SENSE_BUFFERSIZE bytes
 *
 * Return: 0 if it is no sense data, else up to VSCSIIF_SENSE_BUFFERSIZE.
 */
u8 vscsi_sense_length(const u8 *sense);

/**
 * vscsi_is_mistake() - whether the target core may have written a line to the log for a command
 * @order: the command
 * @status: the unit's SCSI status
 * @sense: VSCSIIF_SENSE_BUFFERSIZE bytes
 * @passed_on: the sense data is that of a device to which the command was passed on
 *
 * Sense data of a device to which commands are passed on never counts: the target core does not log
 * it. An honest guest may get it often, from a failing disk or a drive without a medium.
 *
 * These are no mistakes either: a command that succeeded, one that the unit had no room for, one
 * whose sense data is only information, and one that failed because of another guest.
 *
 * Return: true if so.
 */
bool vscsi_is_mistake(const struct vscsi_order *order, u8 status, const u8 *sense, bool passed_on);

/**
 * vscsi_clear_immed() - clear IMMED, so that a flush of a disk's cache is answered when it is done
 * @cdb: a disk's command
 */
void vscsi_clear_immed(u8 *cdb);

/**
 * vscsi_is_unsafe_reservation() - whether the target core must not carry out a reservation command
 * @order: the command
 * @data: first page of its data, which came from the guest; unused if there is none
 *
 * Some of these commands name ports of initiators in their data. Some versions of the target core
 * read beyond the data when they look for the end of a name. For PREEMPT AND ABORT the target core
 * would wait for its own queue in a work of that queue, and never start a command again.
 *
 * Return: true if so. A device to which such commands are passed on checks them itself.
 */
bool vscsi_is_unsafe_reservation(const struct vscsi_order *order, const u8 *data);

/**
 * vscsi_protection_fits() - whether the amount of protection information fits a command's data
 * @protection: bytes of it, which the target core computes from the count of blocks in the command
 * @per_block: bytes of protection information for each block
 * @data: bytes of data, at most VSCSI_DATA_MAX
 * @block: bytes of a block
 *
 * The target core multiplies the count of blocks in 32 bits. With a large count the product
 * overflows, and may stand for little data and much protection information.
 *
 * Return: true if so; false without data, since the target core must not be asked to allocate none.
 */
bool vscsi_protection_fits(u32 protection, u32 per_block, u32 data, u32 block);

/**
 * vscsi_tells_log() - whether the target core may write a line to the log whatever the outcome is
 * @order: the command
 * @data: first page of its data, which came from the guest; unused if there is none
 *
 * Return: true if so.
 */
bool vscsi_tells_log(const struct vscsi_order *order, const u8 *data);

/**
 * vscsi_respond() - put a response into its slot
 * @sring: the shared page
 * @index: of the response
 * @rsp: the response
 */
void vscsi_respond(void *sring, RING_IDX index, const struct vscsiif_response *rsp);

#endif
