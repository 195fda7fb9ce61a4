// SPDX-License-Identifier: GPL-2.0
/*
 * The rate limits of a card, which the toolstack sets in xenstore. A packet over a limit waits
 * where it is: on the ring, or in the network stack.
 *
 * All queues of a card share the limit of a direction. The first packet of each queue takes its
 * tokens at once, and learns when it may pass. The packets behind it take theirs after it.
 */
#include "limit.h"
#include "queue.h"
#include "vif.h"

#include <dom0/bucket_timer.h>
#include <dom0/xs.h>
#include <linux/ktime.h>
#include <linux/string.h>

static const struct {
	enum vif_counter waits, usecs;
} turn_counters[] = {
	[VIF_FROM_GUEST] = { VIF_rx_rate_waits, VIF_rx_rate_usecs },
	[VIF_TO_GUEST] = { VIF_tx_rate_waits, VIF_tx_rate_usecs },
};

/* ---- a queue's turn ---- */

static enum hrtimer_restart turn_timer_expired(struct hrtimer *timer)
{
	struct vif_turn *turn = container_of(timer, struct vif_turn, timer);

	napi_schedule(&turn->q->napi);
	return HRTIMER_NORESTART;
}

/* Called once, when the device is created. */
void vif_turns_init(struct vif_queue *q)
{
	unsigned int i;

	for (i = 0; i < VIF_NR_DIRECTIONS; i++) {
		q->turns[i].q = q;
		hrtimer_setup(&q->turns[i].timer, turn_timer_expired, CLOCK_MONOTONIC,
			      HRTIMER_MODE_ABS);
	}
}

static u32 bucket_tokens(enum vif_bucket bucket, u32 len)
{
	return bucket == VIF_PACKETS ? 1 : len;
}

static u64 take_tokens(struct vif_limit *limit, struct vif_turn *turn, u64 now, u32 len)
{
	u64 due = now;
	unsigned int i;

	lockdep_assert_held(&limit->lock);
	for (i = 0; i < VIF_NR_BUCKETS; i++)
		due = max(due, dom0_bucket_turn(&limit->buckets[i], &turn->parts[i], now,
						bucket_tokens(i, len)));
	return due;
}

/* Interrupts must be off: netpoll may send a packet in an interrupt handler. */
static void update_turn(struct vif_queue *q, enum vif_direction dir, u64 now, u32 len)
{
	struct vif_limit *limit = &q->vif->limits[dir];
	struct vif_turn *turn = &q->turns[dir];
	unsigned long flags;

	spin_lock_irqsave(&limit->lock, flags);
	turn->due = take_tokens(limit, turn, now, len);
	spin_unlock_irqrestore(&limit->lock, flags);
	if (turn->asked)
		return;
	turn->asked = now;
	/* Count now, not when the packet passes: it may wait for hours. */
	q->counters[turn_counters[dir].waits] += turn->due > now;
}

/* Count a wait that has ended at the time @end. */
static void finish_turn(struct vif_queue *q, enum vif_direction dir, u64 end)
{
	struct vif_turn *turn = &q->turns[dir];

	q->counters[turn_counters[dir].usecs] += div_u64(end - turn->asked, NSEC_PER_USEC);
	turn->asked = 0;
}

static void clear_turn(struct vif_turn *turn)
{
	memset(turn->parts, 0, sizeof(turn->parts));
	turn->asked = 0;
}

/* Not inline: vif_turn_may_pass() would save registers that its common case does not use. */
static noinline bool ask_turn(struct vif_queue *q, enum vif_direction dir, u32 len)
{
	struct vif_turn *turn = &q->turns[dir];
	u64 now = ktime_get_ns();

	/* The packet that waited may have been dropped since, and this one may come much later. */
	if (turn->asked && now >= turn->due)
		finish_turn(q, dir, turn->due);
	update_turn(q, dir, now, len);
	if (now < turn->due) {
		dom0_bucket_timer(&turn->timer, turn->due, now);
		return false;
	}
	finish_turn(q, dir, now);
	clear_turn(turn);
	return true;
}

/* Return true if a queue's next packet, of @len bytes, may pass. If not, NAPI runs when it may. */
bool vif_turn_may_pass(struct vif_queue *q, enum vif_direction dir, u32 len)
{
	/* A packet that waited when the limit was lifted ends its wait in ask_turn(). */
	if (likely(!READ_ONCE(q->vif->limits[dir].active) && !q->turns[dir].asked))
		return true;
	return ask_turn(q, dir, len);
}

/* Take the tokens of a packet that may pass now. If it may not, take none and return false. */
static bool take_at_once(struct vif_limit *limit, u64 now, u32 len)
{
	unsigned int i;

	lockdep_assert_held(&limit->lock);
	for (i = 0; i < VIF_NR_BUCKETS; i++) {
		struct dom0_bucket trial = limit->buckets[i];

		if (dom0_bucket_take(&trial, now, bucket_tokens(i, len)))
			return false;
	}
	for (i = 0; i < VIF_NR_BUCKETS; i++)
		dom0_bucket_take(&limit->buckets[i], now, bucket_tokens(i, len));
	return true;
}

/*
 * Return true if a packet that never waits may pass now. It leaves the turn alone: a packet that
 * waits has taken its tokens already, so this one passes only if there are tokens for both.
 */
bool vif_limit_allows(struct vif_queue *q, enum vif_direction dir, u32 len)
{
	struct vif_limit *limit = &q->vif->limits[dir];
	unsigned long flags;
	bool allowed;

	if (likely(!READ_ONCE(limit->active)))
		return true;
	spin_lock_irqsave(&limit->lock, flags);
	allowed = take_at_once(limit, ktime_get_ns(), len);
	spin_unlock_irqrestore(&limit->lock, flags);
	return allowed;
}

static bool turn_is_stale(const struct vif_limit *limit, const struct vif_turn *turn)
{
	unsigned int i;

	for (i = 0; i < VIF_NR_BUCKETS; i++)
		if (dom0_turn_is_old(&limit->buckets[i], &turn->parts[i]))
			return true;
	return false;
}

/* Return true if a packet waits for the limit as it is now. */
bool vif_turn_waits(const struct vif_queue *q, enum vif_direction dir)
{
	const struct vif_limit *limit = &q->vif->limits[dir];
	const struct vif_turn *turn = &q->turns[dir];

	return READ_ONCE(limit->active) && turn->asked && !turn_is_stale(limit, turn) &&
	       ktime_get_ns() < turn->due;
}

/* Neither NAPI nor ndo_start_xmit uses the turn any more. */
void vif_turn_stop(struct vif_queue *q, enum vif_direction dir)
{
	hrtimer_cancel(&q->turns[dir].timer);
	clear_turn(&q->turns[dir]);
}

/* ---- the limits ---- */

void vif_limits_init(struct vif *vif)
{
	unsigned int i;

	for (i = 0; i < VIF_NR_DIRECTIONS; i++)
		spin_lock_init(&vif->limits[i].lock);
}

/* Read xl's key, "bytes,microseconds". Without a key, or with a period of 0, there is no limit. */
static int read_rate(struct vif *vif, struct dom0_rate *rate)
{
	u64 numbers[2];
	int nr = dom0_xs_read_list(vif->be, DOM0_SIDE_BACKEND, "rate", numbers, 2);

	*rate = (struct dom0_rate) {};
	if (nr == -ENOENT || (nr == 2 && !numbers[1]))
		return 0;
	if (nr < 2)
		return nr < 0 ? nr : -EINVAL;
	*rate = (struct dom0_rate) {
		.amount = numbers[0], .period_us = numbers[1], .burst = numbers[0],
	};
	return 0;
}

static bool has_limit(const struct vif_limit *limit)
{
	unsigned int i;

	for (i = 0; i < VIF_NR_BUCKETS; i++)
		if (dom0_bucket_limits(&limit->buckets[i]))
			return true;
	return false;
}

static int set_bucket(struct vif *vif, enum vif_direction dir, enum vif_bucket bucket,
		      const struct dom0_rate *rate)
{
	struct vif_limit *limit = &vif->limits[dir];
	int err;

	spin_lock_irq(&limit->lock);
	err = dom0_bucket_set(&limit->buckets[bucket], rate, ktime_get_ns());
	WRITE_ONCE(limit->active, has_limit(limit));
	spin_unlock_irq(&limit->lock);
	return min(err, 0);
}

/* Read xl's limit. An invalid value is reported and changes nothing. Runs in the device's work. */
void vif_limits_read_rate(struct vif *vif)
{
	struct dom0_rate rate;
	int err;

	err = read_rate(vif, &rate) ?: set_bucket(vif, VIF_FROM_GUEST, VIF_XL_BYTES, &rate);
	if (err == -EINVAL || err == -ERANGE)
		dom0_backend_error(vif->be, err,
				   "rate is not of the form bytes,microseconds, or out of range");
	else if (err)
		dom0_backend_error(vif->be, err, "cannot read rate");
	else
		vif_queues_schedule(vif);
}

static const struct {
	enum vif_direction dir;
	enum vif_bucket bucket;
} limits[] = {
	{ VIF_FROM_GUEST, VIF_BYTES },
	{ VIF_FROM_GUEST, VIF_PACKETS },
	{ VIF_TO_GUEST, VIF_BYTES },
	{ VIF_TO_GUEST, VIF_PACKETS },
};

static const char * const limit_names[] = {
	"from-guest-bytes", "from-guest-packets", "to-guest-bytes", "to-guest-packets",
};

static_assert(ARRAY_SIZE(limits) == ARRAY_SIZE(limit_names));

/* Read the limits of packets and bytes, likewise. */
void vif_limits_read(struct vif *vif)
{
	struct dom0_rate rates[ARRAY_SIZE(limits)];
	unsigned long known;
	unsigned int i;

	known = dom0_xs_read_limits(vif->be, limit_names, rates, ARRAY_SIZE(limits));
	for (i = 0; i < ARRAY_SIZE(limits); i++)
		if (known & BIT(i))
			set_bucket(vif, limits[i].dir, limits[i].bucket, &rates[i]);
	vif_queues_schedule(vif);
}
