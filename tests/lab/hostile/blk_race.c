// SPDX-License-Identifier: GPL-2.0
/*
 * A second virtual CPU rewrites requests while the backend reads them, or sends events while the
 * backend connects and disconnects.
 */
#include "blk.h"

#include <string.h>

struct race {
	struct blk *blk;
	enum blk_toggle toggle;
	uint32_t other_gref;
	volatile unsigned int turns;
	volatile bool stop;
};

static void toggle_segment(struct race *race, volatile struct blkif_request_segment *segment,
			   uint32_t gref, unsigned int turn)
{
	if (race->toggle == BLK_TOGGLE_GREF || race->toggle == BLK_TOGGLE_INDIRECT_GREF) {
		segment->gref = turn & 1 ? race->other_gref : gref;
	} else {
		segment->first_sect = turn & 1 ? 255 : 0;
		segment->last_sect = turn & 2 ? 255 : 7;
	}
}

static void toggle_request(struct race *race, volatile union blk_request *request, unsigned int i,
			   unsigned int turn)
{
	static const uint8_t operations[] = {
		BLKIF_OP_READ, BLKIF_OP_INDIRECT, BLKIF_OP_DISCARD, 255,
	};

	switch (race->toggle) {
	case BLK_TOGGLE_PRODUCER:
		break;
	case BLK_TOGGLE_SEGMENTS:
		request->rw.nr_segments = turn & 1 ? 255 : 1;
		break;
	case BLK_TOGGLE_OPERATION:
		request->rw.operation = operations[turn % 4];
		break;
	case BLK_TOGGLE_SECTOR_NUMBER:
		request->rw.sector_number = turn & 1 ? ~0ull : 0;
		break;
	case BLK_TOGGLE_INDIRECT_SEGMENTS:
		request->indirect.nr_segments = turn & 1 ? 65535 : 16;
		break;
	default:
		toggle_segment(race, &request->rw.seg[0], page_gref(race->blk->data, i), turn);
	}
}

static void *blk_toggle_all_the_time(void *arg)
{
	struct race *race = arg;
	struct blk *blk = race->blk;
	struct ring *ring = &blk->queue[0].ring;
	bool in_page = race->toggle == BLK_TOGGLE_INDIRECT_SECTORS ||
		       race->toggle == BLK_TOGGLE_INDIRECT_GREF;

	for (unsigned int turn = 0; !race->stop; turn++) {
		if (race->toggle == BLK_TOGGLE_PRODUCER)
			ring->index[REQ_PROD] = __atomic_load_n(&ring->req, __ATOMIC_ACQUIRE) +
						(turn & 1 ? 1u << 31 : 0);
		for (unsigned int i = 0; i < ring->size && !in_page; i++)
			toggle_request(race, (void *)(ring->slots + i * ring->stride), i, turn);
		for (unsigned int i = 0; i < 16 && in_page; i++)
			toggle_segment(race, blk_segment(blk, i), page_gref(blk->data, i), turn);
		race->turns++;
	}
	return NULL;
}

/*
 * The response's id is where the request had its operation and its number of segments, which are
 * being rewritten: half of the id is unusable. If the operation becomes an indirect one, the
 * reference of the indirect page must not be one of ours by chance.
 */
static void blk_ask_raced(struct blk *blk, const struct race *race, unsigned int i)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, i, 1);

	if (race->toggle >= BLK_TOGGLE_INDIRECT_SEGMENTS)
		request = blk_indirect(blk, BLKIF_OP_READ, 0, 16);
	else
		memset(request.bytes + offsetof(struct blkif_request, seg[0].last_sect) + 1, 0xff,
		       2);
	request.rw.id = blk->next_id++ << 32;
	blk_ask(blk, &request, ANY);
}

void blk_run_race(struct blk *blk, long toggle_requests)
{
	struct race race = { .blk = blk, .toggle = toggle_requests >> 32 };
	unsigned int left = toggle_requests;
	struct ring *ring = &blk->queue[0].ring;
	bool lives = true;
	pthread_t thread;

	race.other_gref = blk_strange_gref(blk, 0, PAGES_READONLY);
	ring->racing = true;
	blk->id_mask = ~0xffffffffull;
	thread = run_on_other_cpu(blk_toggle_all_the_time, &race);
	while (left && lives) {
		for (unsigned int i = 0; i < ring->size && left; i++, left--)
			blk_ask_raced(blk, &race, i);
		lives = blk_settle(blk);
	}
	race.stop = true;
	pthread_join(thread, NULL);
	note("%u rounds of rewriting meanwhile", race.turns);
	if (!race.turns)
		wrong("nothing was rewritten");
	blk_check_strange(blk);
	ring->racing = false;
	blk->id_mask = ~0ull;
}

/* No event is sent for ring 1: the backend reads it because ring 0 has a barrier. */
static void *produce_to_and_fro(void *arg)
{
	struct race *race = arg;
	struct ring *other = &race->blk->queue[1].ring;

	for (; !race->stop; race->turns++)
		other->index[REQ_PROD] = other->req + !(race->turns & 3);
	other->index[REQ_PROD] = other->req;
	return NULL;
}

static bool barrier_is_answered(struct blk *blk)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_WRITE_BARRIER, 0, 0, 0);
	uint64_t end = now_ms() + 300;

	blk_ask(blk, &request, ANY);
	blk_push(blk);
	while (blk->unanswered && now_ms() < end && !device_stopped(&blk->dev)) {
		evtchn_wait(5);
		blk_take(blk);
	}
	return !blk->unanswered;
}

/*
 * A barrier may wait for a request that the producer no longer announces. Closing must not wait for
 * it.
 */
void blk_run_barrier_to_and_fro(struct blk *blk, long rounds)
{
	struct blk_setup setup = blk->setup;
	unsigned int left;

	while (rounds--) {
		struct race race = { .blk = blk };
		pthread_t thread = run_on_other_cpu(produce_to_and_fro, &race);

		for (left = 20; left && barrier_is_answered(blk); left--)
			;
		race.stop = true;
		pthread_join(thread, NULL);
		if (!race.turns)
			wrong("nothing was rewritten");
		blk_close(blk);
		blk_connect(blk, &setup);
	}
}

struct notifier {
	uint32_t port;
	volatile bool stop;
};

static void *blk_notify_all_the_time(void *arg)
{
	struct notifier *notifier = arg;

	while (!notifier->stop)
		evtchn_notify(notifier->port);
	return NULL;
}

/* Events come all the time while the device is connected and closed. */
void blk_run_events_while_flapping(struct blk *blk, long times)
{
	struct notifier notifier = { .port = blk->queue[0].port };
	pthread_t thread;

	if (pthread_create(&thread, NULL, blk_notify_all_the_time, &notifier))
		die("no thread");
	device_hurry(&blk->dev, times);
	notifier.stop = true;
	pthread_join(thread, NULL);
}

void blk_run_leave_with_full_ring(struct blk *blk, long times)
{
	struct blk_setup setup = blk->setup;
	union blk_request request;

	while (times--) {
		for (unsigned int i = 0; i < blk->queue[0].ring.size; i++) {
			request = blk_rw(blk, BLKIF_OP_READ, i, 0, DIRECT_SEGMENTS);
			blk_ask(blk, &request, ANY);
		}
		blk_push(blk);
		/* Let the backend take the requests. */
		sleep_ms(200);
		blk_close(blk);
		blk_connect(blk, &setup);
	}
}
