// SPDX-License-Identifier: GPL-2.0
/*
 * Write barriers. All requests that the frontend produced before a barrier are finished first, on
 * every ring of the device. No request behind it is started before the barrier is over.
 *
 * A ring whose next request is a barrier adds its claim to the device's list. The first claim is
 * the barrier that is carried out. Each other ring takes what its frontend has produced by then,
 * finishes it, and reports that it is quiet. A ring that has come to a barrier of its own is quiet
 * as well: the frontend has waited for neither of the two, so either may be first.
 *
 * Rings take requests only after all rings of the device have joined. A ring that takes no more,
 * since it is broken or the device disconnects, is not waited for: what is left on it comes later.
 *
 * The worker of a ring, a kernel thread, only ever holds back its own ring. Nothing here sleeps.
 */
#include "barrier.h"
#include "request.h"
#include "ring.h"
#include "vbd.h"

void blk_barrier_init(struct blk_barrier *barrier)
{
	spin_lock_init(&barrier->lock);
	INIT_LIST_HEAD(&barrier->rings);
	INIT_LIST_HEAD(&barrier->claims);
}

static void kick_all(struct blk_barrier *barrier)
{
	struct blk_ring *ring;

	lockdep_assert_held(&barrier->lock);
	list_for_each_entry(ring, &barrier->rings, barrier.link)
		blk_ring_kick(ring, BLK_WORK_LOOK);
}

/* Let the first claim begin, if there is one. */
static void next_claim(struct blk_barrier *barrier)
{
	lockdep_assert_held(&barrier->lock);
	/* Pairs with blk_barrier_limit(): a ring that sees the number sees earlier requests, */
	smp_store_release(&barrier->number, barrier->number + 1);
	/* and a ring that sees the owner sees the number. */
	smp_store_release(&barrier->owner,
			  list_first_entry_or_null(&barrier->claims, struct blk_ring,
						   barrier.claim));
	kick_all(barrier);
}

/* Take part in barriers. Called before the ring's worker may run. */
void blk_barrier_join(struct blk_ring *ring)
{
	struct blk_barrier *barrier = &ring->vbd->barrier;

	spin_lock(&barrier->lock);
	list_add_tail(&ring->barrier.link, &barrier->rings);
	ring->barrier.quiet = barrier->number - 1;
	ring->barrier.held_for = barrier->number - 1;
	spin_unlock(&barrier->lock);
}

/* Called when the ring's worker has ended: barriers do not wait for this ring any more. */
void blk_barrier_leave(struct blk_ring *ring)
{
	struct blk_barrier *barrier = &ring->vbd->barrier;

	spin_lock(&barrier->lock);
	list_del(&ring->barrier.link);
	kick_all(barrier);
	spin_unlock(&barrier->lock);
}

static struct blk_request *first_queued(struct blk_ring *ring)
{
	return list_first_entry_or_null(&ring->worker.queue, struct blk_request, link);
}

static bool at_barrier(struct blk_ring *ring)
{
	const struct blk_request *first = first_queued(ring);

	return first && blk_request_is_barrier(first);
}

/* Whether all requests that the ring has taken are answered, except those in the queue. */
static bool only_queue_left(const struct blk_ring *ring)
{
	const struct list_head *link;
	unsigned int queued = 0;

	list_for_each(link, &ring->worker.queue)
		queued++;
	return blk_ring_in_flight(ring) == queued;
}

static bool others_are_quiet(const struct blk_barrier *barrier)
{
	const struct blk_ring *ring;

	list_for_each_entry(ring, &barrier->rings, barrier.link)
		if (ring != barrier->owner && ring->barrier.quiet != barrier->number)
			return false;
	return true;
}

/* Claim a turn for the barrier at the head of the queue. Return true if it may begin. */
static bool may_begin(struct blk_ring *ring)
{
	struct blk_barrier *barrier = &ring->vbd->barrier;
	bool may;

	if (!only_queue_left(ring))
		return false;

	spin_lock(&barrier->lock);
	if (list_empty(&ring->barrier.claim)) {
		list_add_tail(&ring->barrier.claim, &barrier->claims);
		if (!barrier->owner)
			next_claim(barrier);
	}
	may = barrier->owner == ring && others_are_quiet(barrier);
	spin_unlock(&barrier->lock);
	return may;
}

/*
 * Whether the ring has come to a barrier that is not over, so that other rings hold back for it.
 * Needs no lock: only the ring's worker adds and removes its claim.
 */
bool blk_barrier_claimed(const struct blk_ring *ring)
{
	return !list_empty(&ring->barrier.claim);
}

/*
 * Whether the ring's own barriers let the head of the queue be started. A barrier that has begun
 * and was put off comes to the head again.
 */
bool blk_barrier_permits(struct blk_ring *ring)
{
	if (ring->barrier.begun)
		return first_queued(ring) == ring->barrier.begun;
	if (!at_barrier(ring))
		return true;
	if (!may_begin(ring))
		return false;
	ring->barrier.begun = first_queued(ring);
	return true;
}

/* End the ring's barrier, which has been answered, and let the next claim begin. */
void blk_barrier_over(struct blk_ring *ring)
{
	struct blk_barrier *barrier = &ring->vbd->barrier;

	ring->barrier.begun = NULL;
	spin_lock(&barrier->lock);
	list_del_init(&ring->barrier.claim);
	next_claim(barrier);
	spin_unlock(&barrier->lock);
}

/*
 * Hold back from now on: the ring takes the requests that its frontend has produced by now, but no
 * later ones.
 */
static void hold_back_for(struct blk_ring *ring, unsigned int number)
{
	int nr = dom0_ring_unconsumed(ring->shared, ring->worker.req_cons,
				      &ring->finish.rsp_prod_pvt, ring->slots);

	ring->barrier.held_for = number;
	ring->barrier.end = ring->worker.req_cons + max(nr, 0);
}

/*
 * Return how many of @available requests may be taken while another ring has its barrier. The
 * requests that were there when this ring began to hold back must still be there: the barrier waits
 * for them.
 */
unsigned int blk_barrier_limit(struct blk_ring *ring, unsigned int available)
{
	struct blk_barrier *barrier = &ring->vbd->barrier;
	unsigned int number, wanted;
	struct blk_ring *owner;

	/* Pairs with next_claim(). */
	owner = smp_load_acquire(&barrier->owner);
	if (likely(!owner) || owner == ring)
		return available;

	/*
	 * If the barrier ends meanwhile, this ring is woken and looks again. The number may be that
	 * of the next barrier already, so read the ring's index after it. Pairs with next_claim().
	 */
	number = smp_load_acquire(&barrier->number);
	if (ring->barrier.held_for != number) {
		hold_back_for(ring, number);
		return min_t(unsigned int, available, ring->barrier.end - ring->worker.req_cons);
	}
	wanted = ring->barrier.end - ring->worker.req_cons;
	if (available < wanted) {
		blk_ring_break(ring, "request producer index went backwards");
		return 0;
	}
	return wanted;
}

/*
 * Whether the ring has taken all requests before the barrier. One that takes no more is not waited
 * for.
 */
static bool has_taken_all(const struct blk_ring *ring)
{
	return ring->worker.req_cons == ring->barrier.end || ring->broken ||
	       READ_ONCE(ring->stopping) || blk_pause_number(ring);
}

static bool is_quiet(struct blk_ring *ring)
{
	if (!only_queue_left(ring))
		return false;
	return list_empty(&ring->worker.queue) ? has_taken_all(ring) : at_barrier(ring);
}

/*
 * If another ring has its barrier, tell it when this ring is quiet. Return false if it is not yet.
 */
bool blk_barrier_report(struct blk_ring *ring)
{
	struct blk_barrier *barrier = &ring->vbd->barrier;

	if (likely(!READ_ONCE(barrier->owner)))
		return true;

	spin_lock(&barrier->lock);
	if (barrier->owner && barrier->owner != ring && ring->barrier.quiet != barrier->number) {
		if (ring->barrier.held_for != barrier->number)
			hold_back_for(ring, barrier->number);
		if (!is_quiet(ring)) {
			spin_unlock(&barrier->lock);
			return false;
		}
		ring->barrier.quiet = barrier->number;
		blk_ring_kick(barrier->owner, BLK_WORK_LOOK);
	}
	spin_unlock(&barrier->lock);
	return true;
}
