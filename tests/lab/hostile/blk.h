/* SPDX-License-Identifier: GPL-2.0 */
/* A block frontend: connects, sends requests, and checks the responses. */
#ifndef BLK_H
#define BLK_H

#include "hostile.h"

#include <xen/io/blkif.h>

#define SECTOR 512u
#define PAGE_SECTORS (PAGE / SECTOR)
#define DATA_PAGES 44
#define BLK_QUEUES 17
#define DIRECT_SEGMENTS BLKIF_MAX_SEGMENTS_PER_REQUEST
#define INDIRECT_PER_PAGE (PAGE / sizeof(struct blkif_request_segment))

union blk_request {
	uint8_t bytes[sizeof(struct blkif_request)];
	struct blkif_request rw;
	struct blkif_request_discard discard;
	struct blkif_request_indirect indirect;
};

/* How a frontend presents itself. */
struct blk_setup {
	struct override override;
	unsigned int order;	/* of the ring, in pages */
	int queues;		/* 0: without the keys of several queues; -1: one too many */
	bool persistent;
	bool foreign_port;	/* an event channel for another domain */
	bool same_port;		/* one for all queues */
	uint32_t start;		/* of the ring's indices */
	bool abi32;		/* the layout of a 32-bit guest */
	bool readonly_ring;
	bool same_page_twice;
	bool numbered;		/* one page, with the keys of several: ring-page-order, ring-ref0 */
	bool spoiled_ring;	/* more requests than slots from the start */
};

struct blk_asked {
	uint64_t id;
	enum hope hope;
	bool answered;
	unsigned int place;	/* its position among all responses */
	int16_t status;
};

struct blk_queue {
	struct ring ring;
	struct pages *pages;
	uint32_t port;
};

#define BLK_ASKED 512

struct blk {
	struct device dev;
	struct blk_setup setup;
	struct blk_queue queue[BLK_QUEUES];
	unsigned int queues;
	struct pages *data;
	struct pages *segments;	/* what an indirect request points to */
	struct pages *strange;	/* granted in another way, if a case needs it */
	uint64_t sectors;
	bool readonly;
	uint64_t next_id;
	struct blk_asked asked[BLK_ASKED];
	unsigned int asked_count;
	unsigned int unanswered;
	unsigned int answers;
	unsigned int okay, error, unsupported;	/* responses since the case began to misbehave */
	uint64_t id_mask;
	uint32_t seed;
};

void blk_open(struct blk *blk, unsigned int id);
/* Publishes rings and keys and becomes Initialised. */
void blk_offer(struct blk *blk, const struct blk_setup *setup);
/* The same, and waits until the backend is Connected. */
void blk_connect(struct blk *blk, const struct blk_setup *setup);
/*
 * Closes the device unless it is closed, ends all grants, and checks that guard pages are
 * unchanged.
 */
void blk_close(struct blk *blk);

/* A read or write of whole pages, beginning at data page "first". */
union blk_request blk_rw(struct blk *blk, uint8_t operation, uint64_t sector, unsigned int first,
			 unsigned int count);
/* The same by way of an indirect request; the pages repeat if there are too few. */
union blk_request blk_indirect(struct blk *blk, uint8_t operation, uint64_t sector,
			       unsigned int count);
struct blkif_request_segment *blk_segment(struct blk *blk, unsigned int i);

/* Puts a request on queue 0; its id is the next one unless it has one. */
void blk_ask(struct blk *blk, union blk_request *request, enum hope hope);
/* Puts it on the ring, but expects no response. */
void blk_ask_nothing(struct blk *blk, union blk_request *request);
void blk_push(struct blk *blk);
/* Takes the responses from the ring, and checks each. */
void blk_take(struct blk *blk);
/* Returns whether responses still come. Once the device has stopped, none may come. */
bool blk_still_answers(struct blk *blk);
/*
 * Pushes, waits until all requests are answered or the device has stopped, compares the statuses
 * with those expected, and forgets the requests. Returns false if the device has stopped.
 */
bool blk_settle(struct blk *blk);
/* Waits until the device has stopped. */
bool blk_stopped(struct blk *blk);
/* Writes, reads back and compares; on a read-only disk it reads. */
void blk_good(struct blk *blk);

/* Connects, does valid I/O, closes. */
void blk_behave(struct blk *blk);

/* Grants a page to @domain by @flags, and fills it with a pattern. */
uint32_t blk_strange_gref(struct blk *blk, domid_t domain, unsigned int flags);
/* Checks that the page still has its pattern. */
void blk_check_strange(const struct blk *blk);

/* ---- blk_race.c ---- */

/* The field that a second CPU changes. The last three are those of an indirect request. */
enum blk_toggle {
	BLK_TOGGLE_PRODUCER, BLK_TOGGLE_SEGMENTS, BLK_TOGGLE_OPERATION, BLK_TOGGLE_SECTORS,
	BLK_TOGGLE_GREF, BLK_TOGGLE_SECTOR_NUMBER, BLK_TOGGLE_INDIRECT_SEGMENTS,
	BLK_TOGGLE_INDIRECT_SECTORS, BLK_TOGGLE_INDIRECT_GREF,
};

#define BLK_RACE(toggle, requests) ((long)(toggle) << 32 | (requests))

void blk_run_race(struct blk *blk, long toggle_requests);
/*
 * A ring's producer changes back and forth, while a barrier of another ring waits for the requests
 * that it announces.
 */
void blk_run_barrier_to_and_fro(struct blk *blk, long rounds);
/* Events come all the time while the device connects and closes. */
void blk_run_events_while_flapping(struct blk *blk, long times);

/*
 * Fills the ring with large reads and closes, this many times. Requests that a limit holds back
 * must not pass because of that.
 */
void blk_run_leave_with_full_ring(struct blk *blk, long times);

#endif
