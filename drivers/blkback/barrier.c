// SPDX-License-Identifier: GPL-2.0
/*
 * Write barriers: all that the frontend has asked for before one is done first, on every ring of
 * the device, and nothing that comes behind it is begun before it is over.
 *
 * A ring whose next request is a barrier claims its turn. The claim at the front of the list is the
 * barrier that is carried out: each other ring takes what its frontend has produced up to then,
 * finishes it, and says that it is quiet. A ring that has come to a barrier of its own is quiet as
 * well: the frontend has waited for neither of the two, so their order is free.
 *
 * Each worker only ever holds itself back. Nothing here sleeps.
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

/* The claim at the front, if there is one, begins. */
static void next_claim(struct blk_barrier *barrier)
{
	lockdep_assert_held(&barrier->lock);
	/* Pairs with blk_barrier_limit(): what was produced before is seen with the number, */
	smp_store_release(&barrier->number, barrier->number + 1);
	/* and the number with the owner. */
	smp_store_release(&barrier->owner,
			  list_first_entry_or_null(&barrier->claims, struct blk_ring,
						   barrier.claim));
	kick_all(barrier);
}

/* Before the ring's worker may run. */
void blk_barrier_join(struct blk_ring *ring)
{
	struct blk_barrier *barrier = &ring->vbd->barrier;

	spin_lock(&barrier->lock);
	list_add_tail(&ring->barrier.link, &barrier->rings);
	ring->barrier.quiet = barrier->number - 1;
	ring->barrier.number = barrier->number - 1;
	spin_unlock(&barrier->lock);
}

/* When the ring's worker has ended: a barrier does not wait for this ring any more. */
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
	return list_first_entry_or_null(&ring->queue, struct blk_request, link);
}

static bool at_barrier(struct blk_ring *ring)
{
	const struct blk_request *first = first_queued(ring);

	return first && blk_request_is_barrier(first);
}

/* All that the ring has taken is answered, but for what is in the queue. */
static bool only_queue_left(const struct blk_ring *ring)
{
	const struct list_head *link;
	unsigned int queued = 0;

	list_for_each(link, &ring->queue)
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

/* Whether the barrier at the head of the queue may begin. */
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
 * Whether the ring has come to a barrier for which the others hold back, and it is not over. Only
 * the ring's worker makes it come and go.
 */
bool blk_barrier_claimed(const struct blk_ring *ring)
{
	return !list_empty(&ring->barrier.claim);
}

/*
 * Whether the ring's own barriers let the head of the queue be started. A barrier that was begun
 * and put off comes to the head once more.
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

/* The barrier that was begun has been answered. */
void blk_barrier_over(struct blk_ring *ring)
{
	struct blk_barrier *barrier = &ring->vbd->barrier;

	ring->barrier.begun = NULL;
	spin_lock(&barrier->lock);
	list_del_init(&ring->barrier.claim);
	next_claim(barrier);
	spin_unlock(&barrier->lock);
}

/* What the frontend has produced when the barrier begins is taken, more is not. */
static void hold_back_for(struct blk_ring *ring, unsigned int number)
{
	int nr = dom0_ring_unconsumed(ring->shared, ring->cons, &ring->finish.answered,
				      ring->slots);

	ring->barrier.number = number;
	ring->barrier.end = ring->cons + max(nr, 0);
}

/*
 * How many requests may be taken, of @available, while another ring has its barrier. What the
 * frontend had produced when the ring began to hold back must still be there: the barrier waits
 * for it.
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
	 * If it is over meanwhile, this ring is woken, and looks once more. The number may be the
	 * next one's already: the ring is to be looked at after it. Pairs with next_claim().
	 */
	number = smp_load_acquire(&barrier->number);
	if (ring->barrier.number != number) {
		hold_back_for(ring, number);
		return min_t(unsigned int, available, ring->barrier.end - ring->cons);
	}
	wanted = ring->barrier.end - ring->cons;
	if (available < wanted) {
		blk_ring_break(ring, "request producer index went backwards");
		return 0;
	}
	return wanted;
}

/* Of a ring that takes nothing more, nothing more is waited for. */
static bool has_taken_all(const struct blk_ring *ring)
{
	return ring->cons == ring->barrier.end || ring->broken || READ_ONCE(ring->stopping);
}

static bool is_quiet(struct blk_ring *ring)
{
	if (!only_queue_left(ring))
		return false;
	return list_empty(&ring->queue) ? has_taken_all(ring) : at_barrier(ring);
}

/*
 * Tells the owner of the barrier, if another ring has one, when this ring is quiet. Returns false
 * if it is not yet.
 */
bool blk_barrier_report(struct blk_ring *ring)
{
	struct blk_barrier *barrier = &ring->vbd->barrier;

	if (likely(!READ_ONCE(barrier->owner)))
		return true;

	spin_lock(&barrier->lock);
	if (barrier->owner && barrier->owner != ring && ring->barrier.quiet != barrier->number) {
		if (ring->barrier.number != barrier->number)
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
