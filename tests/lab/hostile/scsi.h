/* SPDX-License-Identifier: GPL-2.0 */
/* A SCSI frontend: connects, sends requests, and checks the responses. */
#ifndef SCSI_H
#define SCSI_H

#include "hostile.h"

#include <xen/io/vscsiif.h>

/*
 * The host has units at 0:0:0; at 0:0:1, with protection information; at 0:1:0, which is slow; and
 * at 0:1:1, which is read-only.
 */
#define SCSI_BLOCK 512u
#define SCSI_SLOW_UNIT 1
#define SCSI_READ_ONLY_LUN 1
#define SCSI_PROTECTED_LUN 1

#define SCSI_SLOTS 16u
#define SCSI_DATA_PAGES 160u
#define SCSI_LIST_PAGES 4u
#define SCSI_PER_LIST (PAGE / sizeof(struct scsiif_request_segment))
#define SCSI_DIRECT VSCSIIF_SG_TABLESIZE

#define READ_10 0x28
#define WRITE_10 0x2a
#define TO_DEVICE 1
#define FROM_DEVICE 2
#define NO_DATA 3

/* The result of a command that has not reached a unit. */
#define SCSI_HOST(host) ((host) << 16)
#define RESET_SUCCESS 0x2002
#define RESET_FAILED 0x2003

struct scsi_asked {
	uint16_t rqid;
	enum hope hope;
	bool answered;
	unsigned int place;	/* its position among all responses */
	struct vscsiif_response response;
};

struct scsi {
	struct device dev;
	struct pages *ring_page, *data, *lists, *strange;
	struct ring ring;
	uint32_t port;
	uint16_t next_id;
	struct scsi_asked asked[SCSI_SLOTS];
	unsigned int asked_count, unanswered, answers;
	unsigned int okay, error;
	uint32_t seed;
	struct vscsiif_response last;
};

void scsi_open(struct scsi *scsi, unsigned int id);
void scsi_connect(struct scsi *scsi);
/* Closes the device, ends all grants, and checks that guard pages are unchanged. */
void scsi_close(struct scsi *scsi);

/* A read or write of whole pages by READ(10) or WRITE(10), beginning at data page "first". */
struct vscsiif_request scsi_rw(struct scsi *scsi, bool write, uint32_t block, unsigned int first,
			       unsigned int count);
/* The same with its segments in lists. */
struct vscsiif_request scsi_listed(struct scsi *scsi, bool write, uint32_t block,
				   unsigned int first, unsigned int count);
struct scsiif_request_segment *scsi_segment(struct scsi *scsi, unsigned int i);
struct vscsiif_request scsi_manage(uint8_t act, uint16_t ref_rqid);

/* Puts a request on the ring. If the ring is full, pushes and settles it first. */
void scsi_ask(struct scsi *scsi, struct vscsiif_request *request, enum hope hope);
void scsi_push(struct scsi *scsi);
/*
 * Waits until all requests are answered, compares the statuses with those expected, and forgets the
 * requests. Returns false if the device has stopped.
 */
bool scsi_settle(struct scsi *scsi);
/* Writes, reads back in two ways, and compares. */
void scsi_good(struct scsi *scsi);

/* Grants a page to @domain by @flags, and fills it with a pattern. */
uint32_t scsi_strange_gref(struct scsi *scsi, domid_t domain, unsigned int flags);
void scsi_check_strange(const struct scsi *scsi);

/* One case. @run misbehaves on a connected host, and gets @arg; hostile.h explains @expect. */
struct scsi_case {
	const char *name;
	enum expect expect;	/* ANSWERED or STOPPED */
	void (*run)(struct scsi *scsi, long arg);
	long arg;
};

/* Behind the last case of each table. */
#define SCSI_END_OF_CASES { NULL }

/* scsi_cases_ring.c, scsi_cases_command.c */
extern const struct scsi_case scsi_ring_cases[];
extern const struct scsi_case scsi_command_cases[];

#endif
