// SPDX-License-Identifier: GPL-2.0
/* A block frontend: connects, sends requests, and checks the responses. */
#include "blk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first id is one that no small number, zero or sign bit equals by chance. */
#define FIRST_ID 0x1234567800000001ull

/*
 * In a 32-bit guest's layout the four bytes before the id, which align it, are missing. So are
 * those behind a response.
 */
#define ABI32_GAP 4u
#define BODY offsetof(struct blkif_request, id)

void blk_open(struct blk *blk, unsigned int id)
{
	memset(blk, 0, sizeof(*blk));
	device_open(&blk->dev, "vbd", id);
	blk->next_id = FIRST_ID;
	blk->seed = 1;
	blk->id_mask = ~0ull;
}

static void blk_queue_alloc(struct blk_queue *queue, const struct blk_setup *setup)
{
	unsigned int count = 1u << setup->order;

	queue->pages = pages_alloc(0, count, setup->readonly_ring ? PAGES_READONLY : 0);
	ring_init(&queue->ring, page_at(queue->pages, 0), count * PAGE,
		  sizeof(union blk_request) - (setup->abi32 ? ABI32_GAP : 0));
	ring_start_at(&queue->ring, setup->start);
	if (setup->spoiled_ring)
		queue->ring.index[REQ_PROD] = queue->ring.size + 1;
	queue->port = evtchn_alloc(setup->foreign_port ? SOME_OTHER_DOMAIN : 0);
}

static void blk_queue_free(struct blk_queue *queue)
{
	evtchn_free(queue->port);
	ring_exit(&queue->ring);
	pages_check_guards(queue->pages, "a ring");
	pages_free(queue->pages);
}

static void blk_queue_put(struct blk *blk, unsigned int number)
{
	const struct blk_queue *queue = &blk->queue[number];
	const struct blk_setup *setup = &blk->setup;
	char prefix[16] = "", key[32];

	if (setup->queues)
		snprintf(prefix, sizeof(prefix), "queue-%u/", number);
	for (unsigned int i = 0;
	     (setup->order || setup->numbered) && i < queue->pages->count; i++) {
		snprintf(key, sizeof(key), "%sring-ref%u", prefix, i);
		device_put(&blk->dev, key, "%u",
			   page_gref(queue->pages, setup->same_page_twice ? 0 : i));
	}
	if (!setup->order && !setup->numbered) {
		snprintf(key, sizeof(key), "%sring-ref", prefix);
		device_put(&blk->dev, key, "%u", page_gref(queue->pages, 0));
	}
	snprintf(key, sizeof(key), "%sevent-channel", prefix);
	device_put(&blk->dev, key, "%u", setup->same_port ? blk->queue[0].port : queue->port);
}

void blk_offer(struct blk *blk, const struct blk_setup *setup)
{
	struct device *dev = &blk->dev;
	long max_queues;
	char mode[8] = "";

	blk->setup = *setup;
	dev->override = setup->override.key ? &blk->setup.override : NULL;
	device_reset(dev);
	device_text(dev, "mode", mode, sizeof(mode));
	blk->readonly = mode[0] == 'r';
	blk->data = pages_alloc(0, DATA_PAGES, PAGES_APART);
	blk->segments = pages_alloc(0, BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST, PAGES_APART);
	max_queues = device_number(dev, "multi-queue-max-queues");
	if (setup->queues > max_queues)
		skip("the backend offers %ld queues", max_queues);
	if (setup->queues < 0)
		blk->setup.queues = max_queues + 1;
	blk->queues = blk->setup.queues ? blk->setup.queues : 1;
	if (blk->queues > BLK_QUEUES)
		die("%u queues", blk->queues);
	for (unsigned int i = 0; i < blk->queues; i++) {
		blk_queue_alloc(&blk->queue[i], setup);
		blk_queue_put(blk, i);
	}
	if (setup->queues)
		device_put(dev, "multi-queue-num-queues", "%u", blk->queues);
	if (setup->order || setup->numbered)
		device_put(dev, "ring-page-order", "%u", setup->order);
	device_put(dev, "protocol", setup->abi32 ? "x86_32-abi" : "x86_64-abi");
	device_put(dev, "feature-persistent", "%d", setup->persistent);
	device_put_rest(dev);
	device_set_state(dev, XenbusStateInitialised);
}

void blk_connect(struct blk *blk, const struct blk_setup *setup)
{
	long sectors;

	blk_offer(blk, setup);
	device_wait_connected(&blk->dev);
	sectors = device_number(&blk->dev, "sectors");
	if (sectors < (long)PAGE_SECTORS * DATA_PAGES)
		die("a disk of %ld sectors", sectors);
	blk->sectors = sectors;
	device_set_state(&blk->dev, XenbusStateConnected);
}

static void blk_forget(struct blk *blk)
{
	blk->asked_count = 0;
	blk->unanswered = 0;
}

void blk_close(struct blk *blk)
{
	device_close(&blk->dev);
	grants_watch_leaks();
	for (unsigned int i = 0; i < blk->queues; i++)
		blk_queue_free(&blk->queue[i]);
	pages_check_guards(blk->data, "data");
	pages_check_guards(blk->segments, "indirect segments");
	pages_free(blk->data);
	pages_free(blk->segments);
	if (blk->strange)
		pages_free(blk->strange);
	blk->strange = NULL;
	grants_check_leaks();
	blk_forget(blk);
	blk->id_mask = ~0ull;
}

static struct blkif_request_segment blk_whole_page(const struct blk *blk, unsigned int page)
{
	return (struct blkif_request_segment) {
		.gref = page_gref(blk->data, page % DATA_PAGES), .last_sect = PAGE_SECTORS - 1,
	};
}

union blk_request blk_rw(struct blk *blk, uint8_t operation, uint64_t sector, unsigned int first,
			 unsigned int count)
{
	union blk_request request;

	memset(&request, 0, sizeof(request));
	request.rw.operation = operation;
	request.rw.nr_segments = count;
	request.rw.handle = blk->dev.id;
	request.rw.sector_number = sector;
	for (unsigned int i = 0; i < count && i < DIRECT_SEGMENTS; i++)
		request.rw.seg[i] = blk_whole_page(blk, first + i);
	return request;
}

struct blkif_request_segment *blk_segment(struct blk *blk, unsigned int i)
{
	struct blkif_request_segment *page = (void *)page_at(blk->segments, i / INDIRECT_PER_PAGE);

	return &page[i % INDIRECT_PER_PAGE];
}

union blk_request blk_indirect(struct blk *blk, uint8_t operation, uint64_t sector,
			       unsigned int count)
{
	unsigned int room = BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST * INDIRECT_PER_PAGE;
	union blk_request request;

	memset(&request, 0, sizeof(request));
	request.indirect.operation = BLKIF_OP_INDIRECT;
	request.indirect.indirect_op = operation;
	request.indirect.nr_segments = count;
	request.indirect.handle = blk->dev.id;
	request.indirect.sector_number = sector;
	for (unsigned int i = 0; i < BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST; i++)
		request.indirect.indirect_grefs[i] = page_gref(blk->segments, i);
	for (unsigned int i = 0; i < count && i < room; i++)
		*blk_segment(blk, i) = blk_whole_page(blk, i);
	return request;
}

void blk_ask_nothing(struct blk *blk, union blk_request *request)
{
	union blk_request packed = *request;

	if (blk->setup.abi32)
		memmove(packed.bytes + BODY - ABI32_GAP, packed.bytes + BODY,
			sizeof(packed) - BODY);
	ring_put(&blk->queue[0].ring, &packed, blk->queue[0].ring.stride);
}

void blk_ask(struct blk *blk, union blk_request *request, enum hope hope)
{
	if (blk->asked_count == BLK_ASKED)
		die("more than %u requests at a time", BLK_ASKED);
	if (!request->rw.id)
		request->rw.id = blk->next_id++;
	blk->asked[blk->asked_count++] = (struct blk_asked) { .id = request->rw.id, .hope = hope };
	blk->unanswered++;
	blk_ask_nothing(blk, request);
}

void blk_push(struct blk *blk)
{
	ring_publish(&blk->queue[0].ring);
	evtchn_notify(blk->queue[0].port);
}

/*
 * Padding may be zero, or bytes that the frontend itself had left there. Anything else is the
 * backend's own memory.
 */
static void blk_check_padding(const struct blkif_response *response, size_t size,
			      const uint8_t *asked)
{
	const uint8_t *bytes = (const uint8_t *)response;

	for (unsigned int i = offsetof(struct blkif_response, operation) + 1; i < size; i++) {
		if (i >= offsetof(struct blkif_response, status) &&
		    i < offsetof(struct blkif_response, status) + 2)
			continue;
		if (bytes[i] && bytes[i] != asked[i])
			wrong("byte %u of a response is 0x%02x", i, bytes[i]);
	}
}

static void blk_mark_answered(struct blk *blk, const struct blkif_response *response)
{
	for (unsigned int i = 0; i < blk->asked_count; i++) {
		struct blk_asked *asked = &blk->asked[i];

		if (asked->answered || (asked->id ^ response->id) & blk->id_mask)
			continue;
		asked->answered = true;
		asked->place = blk->answers++;
		asked->status = response->status;
		blk->unanswered--;
		blk->okay += response->status == BLKIF_RSP_OKAY;
		blk->error += response->status == BLKIF_RSP_ERROR;
		blk->unsupported += response->status == BLKIF_RSP_EOPNOTSUPP;
		return;
	}
	wrong("a response with the id %#" PRIx64 ", which no request has", response->id);
}

void blk_take(struct blk *blk)
{
	size_t size = sizeof(struct blkif_response) - (blk->setup.abi32 ? ABI32_GAP : 0);
	struct blkif_response response;
	const uint8_t *asked;

	while ((asked = ring_take(&blk->queue[0].ring, &response, size))) {
		blk_check_padding(&response, size, asked);
		blk_mark_answered(blk, &response);
	}
}

bool blk_stopped(struct blk *blk)
{
	unsigned int ends = STATES(Closing, Closed);

	return (1u << device_wait(&blk->dev, ends, PATIENCE)) & ends;
}

bool blk_still_answers(struct blk *blk)
{
	volatile uint32_t *produced = &blk->queue[0].ring.index[RSP_PROD];
	uint32_t before = *produced;

	sleep_ms(50);
	return *produced != before;
}

static void blk_compare_with_hopes(const struct blk *blk)
{
	for (unsigned int i = 0; i < blk->asked_count; i++) {
		const struct blk_asked *asked = &blk->asked[i];

		if (asked->hope == OKAY && asked->status != BLKIF_RSP_OKAY)
			wrong("request %u of %u answered with %d", i, blk->asked_count,
			      asked->status);
		if (asked->hope == ERROR && asked->status != BLKIF_RSP_ERROR &&
		    asked->status != BLKIF_RSP_EOPNOTSUPP)
			wrong("request %u of %u answered with %d, though it is bad", i,
			      blk->asked_count, asked->status);
	}
}

/*
 * Wait for all responses. Do not rely on an event for each, since some cases spoil rsp_event: a
 * short sleep finds responses without one. Check the device's state now and then, to stop waiting
 * for responses that will not come.
 */
bool blk_settle(struct blk *blk)
{
	uint64_t end = now_ms() + PATIENCE;
	unsigned int naps = 0;

	blk->queue[0].ring.index[RSP_EVENT] = blk->queue[0].ring.rsp + 1;
	blk_push(blk);
	for (;;) {
		blk_take(blk);
		if (!blk->unanswered)
			break;
		if (++naps % 16 == 0 && device_stopped(&blk->dev)) {
			blk_forget(blk);
			return false;
		}
		if (now_ms() > end) {
			wrong("%u of %u requests are not answered", blk->unanswered,
			      blk->asked_count);
			blk_forget(blk);
			return true;
		}
		evtchn_wait(5);
	}
	blk_compare_with_hopes(blk);
	blk_forget(blk);
	return true;
}

static void blk_fill(struct blk *blk, unsigned int first, unsigned int count, uint32_t seed)
{
	for (unsigned int i = 0; i < count; i++) {
		uint32_t *words = (uint32_t *)page_at(blk->data, first + i);

		for (unsigned int word = 0; word < PAGE / 4; word++)
			words[word] = (seed + i) * 2654435761u + word;
	}
}

/*
 * Write eleven pages from page 0 on, and read them back into those from page 11 on. The last
 * segment of the write is only a part of its page.
 */
void blk_good(struct blk *blk)
{
	const unsigned int count = DIRECT_SEGMENTS;
	union blk_request request;
	unsigned int good;

	if (!blk->readonly) {
		blk_fill(blk, 0, count, blk->seed++);
		request = blk_rw(blk, BLKIF_OP_WRITE, PAGE_SECTORS, 0, count);
		blk_ask(blk, &request, OKAY);
		if (!blk_settle(blk))
			wrong("stopped by a good write");
	}
	for (unsigned int i = 0; i < count; i++)
		memset(page_at(blk->data, count + i), 0xee, PAGE);
	request = blk_rw(blk, BLKIF_OP_READ, PAGE_SECTORS, count, count);
	request.rw.seg[count - 1].last_sect = 2;
	blk_ask(blk, &request, OKAY);
	if (!blk_settle(blk))
		wrong("stopped by a good read");
	good = (count - 1) * PAGE_SECTORS + 3;
	for (unsigned int sector = 0; sector < count * PAGE_SECTORS; sector++) {
		unsigned int page = sector / PAGE_SECTORS, offset = sector % PAGE_SECTORS * SECTOR;
		const uint8_t *read = page_at(blk->data, count + page) + offset;

		if (sector >= good && *read != 0xee)
			wrong("sector %u was read without a request for it", sector);
		if (sector < good && !blk->readonly &&
		    memcmp(page_at(blk->data, page) + offset, read, SECTOR))
			wrong("sector %u is not what was written", sector);
	}
}

#define STRANGE_BYTE 0x77

uint32_t blk_strange_gref(struct blk *blk, domid_t domain, unsigned int flags)
{
	blk->strange = pages_alloc(domain, 1, flags);
	memset(page_at(blk->strange, 0), STRANGE_BYTE, PAGE);
	return page_gref(blk->strange, 0);
}

void blk_check_strange(const struct blk *blk)
{
	for (unsigned int i = 0; blk->strange && i < PAGE; i++) {
		if (page_at(blk->strange, 0)[i] == STRANGE_BYTE)
			continue;
		wrong("a page that the backend must not write has changed at byte %u", i);
		return;
	}
}

void blk_behave(struct blk *blk)
{
	static const struct blk_setup plain;

	blk_connect(blk, &plain);
	blk_good(blk);
	blk_close(blk);
}
