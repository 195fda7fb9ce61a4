// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting while the guest has posted too few slots. The stack's queue is stopped. After
 * vif_rx_drain_timeout_msecs its packets are dropped. After vif_rx_stall_timeout_msecs the carrier
 * is turned off, if the frontend has feature-rx-notify. Both times run from @stopped_at of the
 * ring. A delayed work checks them when no event comes. The queue is also stopped while a limit
 * holds back its next packet.
 *
 * The stack limits its queues by the number of packets, which may have 60 bytes or 64 KiB. So the
 * packets that wait for guests have a limit in bytes as well, for all devices together. Packets
 * beyond it are dropped at once, whether they wait for slots or for a limit.
 */
#include "pack.h"
#include "params.h"
#include "queue.h"
#include "rx_wait.h"
#include "share.h"
#include "vif.h"

#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <net/sch_generic.h>

/*
 * How often to check a queue that waits: the frontend may send no event for new slots, and the
 * stack goes on to enqueue packets.
 */
#define RECHECK_MSECS	30

/*
 * Most memory that a packet of a guest pins besides its data: the page of its head, the unused rest
 * of its last page, the unused parts of the pages before, and the structure that describes it. The
 * pages are single ones (pages.c), and a packet opens few more than its data fills (pack.h).
 *
 * The driver sees only the count and the bytes of what waits in the stack. Packets of Dom0's own
 * programs and of other network cards are charged alike, but may pin more: their senders choose
 * the memory.
 */
#define PACKET_EXTRA	(SKB_DATA_ALIGN(sizeof(struct sk_buff)) + (2 + VIF_PACK_SLACK) * PAGE_SIZE)

/* Memory of packets that wait for guests: the sum of @backlog over all queues of all devices. */
static atomic_long_t total_backlog;

static u64 backlog_limit(void)
{
	u64 mb = READ_ONCE(vif_max_waiting_mb);

	return mb ? mb * SZ_1M : (u64)totalram_pages() / 16 * PAGE_SIZE;
}

static void set_backlog(struct vif_rx *rx, unsigned long bytes)
{
	lockdep_assert_held(&rx->lock);
	atomic_long_add(bytes - rx->backlog, &total_backlog);
	WRITE_ONCE(rx->backlog, bytes);
}

/* The stack's queue runs again or stops: its packets do not count as waiting any more. */
void vif_rx_clear_backlog(struct vif_rx *rx)
{
	if (unlikely(rx->backlog))
		set_backlog(rx, 0);
}

/*
 * Return the memory of the packets that the stack holds for the queue. Queues that share a queueing
 * discipline each count all of its packets. The sums over all CPUs may be less than 0 while one CPU
 * enqueues and another dequeues.
 */
static unsigned long stack_backlog(const struct vif_queue *q)
{
	u32 packets, bytes;

	rcu_read_lock();
	qdisc_qstats_qlen_backlog(rcu_dereference(vif_stack_queue(q)->qdisc), &packets, &bytes);
	rcu_read_unlock();
	return max_t(s32, bytes, 0) + max_t(s32, packets, 0) * PACKET_EXTRA;
}

/* Measure the backlog. Return true if it exceeds the queue's share: then packets are dropped. */
bool vif_rx_backlog_full(struct vif_queue *q)
{
	set_backlog(&q->rx, stack_backlog(q));
	return vif_share_exceeded(backlog_limit(), atomic_long_read(&total_backlog), q->rx.backlog);
}

/* Return true if the stack has waited for so long that its packets are dropped. */
bool vif_rx_drain_expired(const struct vif_queue *q)
{
	return vif_rx_ring_waited(&q->rx.ring, msecs_to_jiffies(vif_rx_drain_timeout_msecs),
				  jiffies);
}

static bool waited_too_long(const struct vif_queue *q, unsigned int more_msecs)
{
	/* Each round of NAPI asks, but few find that the stack waits at all. */
	if (likely(!READ_ONCE(q->rx.ring.stopped_at)))
		return false;
	return q->vif->features.rx_notify && vif_rx_stall_timeout_msecs &&
	       vif_rx_ring_waited(&q->rx.ring,
				  msecs_to_jiffies(vif_rx_stall_timeout_msecs) +
				  msecs_to_jiffies(more_msecs), jiffies);
}

/* Return true if the stack has waited for so long that the carrier goes off. Needs no lock. */
static bool queue_stalled(const struct vif_queue *q)
{
	return waited_too_long(q, 0);
}

/*
 * The guest has slots, but too few for the packet with which the stall began. That packet has been
 * dropped, and without a carrier no smaller one comes. So end the stall after some more time.
 */
static bool stall_expired(const struct vif_queue *q, int avail)
{
	return avail > 0 && waited_too_long(q, vif_rx_drain_timeout_msecs);
}

/* Turn the carrier on if the card is plugged in and no queue is stalled, else off. */
void vif_rx_update_carrier(struct vif_queue *q)
{
	struct vif *vif = q->vif;
	unsigned int i;
	bool stalled;

	if (likely(queue_stalled(q) != netif_carrier_ok(vif->dev)))
		return;
	spin_lock(&vif->link.carrier_lock);
	stalled = vif->link.down;
	for (i = 0; i < vif->num_queues; i++)
		stalled |= queue_stalled(&vif->queues[i]);
	if (!stalled) {
		netif_carrier_on(vif->dev);
	} else if (netif_carrier_ok(vif->dev)) {
		netif_carrier_off(vif->dev);
		q->counters[VIF_tx_stalls]++;
	}
	spin_unlock(&vif->link.carrier_lock);
}

/*
 * Check less often once packets are dropped, as none wait then. This needs a frontend that sends an
 * event for new slots.
 */
static unsigned long recheck_delay(const struct vif_queue *q)
{
	if (q->vif->features.rx_notify && vif_rx_drain_expired(q))
		return HZ;
	return msecs_to_jiffies(RECHECK_MSECS);
}

static void slot_timer_expired(struct work_struct *work)
{
	struct vif_queue *q = container_of(to_delayed_work(work), struct vif_queue, rx.slot_timer);

	vif_queue_schedule(q);
}

/* Stop the stack until @need slots are free, if too few are. Return as vif_rx_ring_wait(). */
int vif_rx_wait(struct vif_queue *q, unsigned int need)
{
	struct vif_rx *rx = &q->rx;
	int avail;

	lockdep_assert_held(&rx->lock);
	netif_tx_stop_queue(vif_stack_queue(q));
	avail = vif_rx_ring_wait(&rx->ring, need, jiffies);
	if (avail < 0 || avail >= need) {
		netif_tx_start_queue(vif_stack_queue(q));
		return avail;
	}
	q->counters[VIF_tx_ring_full]++;
	queue_delayed_work(system_percpu_wq, &rx->slot_timer, msecs_to_jiffies(RECHECK_MSECS));
	return avail;
}

/* A limit holds a packet back. Return -EBUSY to keep it in the stack, or -ENOBUFS to drop it. */
int vif_rx_hold(struct vif_queue *q)
{
	lockdep_assert_held(&q->rx.lock);
	if (vif_rx_backlog_full(q)) {
		q->counters[VIF_tx_backlog_full]++;
		return -ENOBUFS;
	}
	netif_tx_stop_queue(vif_stack_queue(q));
	queue_delayed_work(system_percpu_wq, &q->rx.slot_timer, msecs_to_jiffies(RECHECK_MSECS));
	return -EBUSY;
}

/* Check the slots, in NAPI. Wake the stack if enough are free, or if it must drop its packets. */
int vif_rx_check(struct vif_queue *q)
{
	struct vif_rx *rx = &q->rx;
	struct vif_rx_ring *ring = &rx->ring;
	bool full = false, go;
	int avail;

	lockdep_assert_held(&rx->lock);
	avail = vif_rx_ring_recheck(ring);
	if (avail < 0)
		return avail;
	if (stall_expired(q, avail))
		vif_rx_ring_end_wait(ring);
	go = !ring->stopped_at && !vif_turn_waits(q, VIF_TO_GUEST);
	if (go)
		vif_rx_clear_backlog(rx);
	else if (queue_delayed_work(system_percpu_wq, &rx->slot_timer, recheck_delay(q)))
		full = vif_rx_backlog_full(q);
	if (netif_tx_queue_stopped(vif_stack_queue(q)) &&
	    (go || full || vif_rx_drain_expired(q)))
		netif_tx_wake_queue(vif_stack_queue(q));
	return avail;
}

/* Called once, when the device is created. */
void vif_rx_init(struct vif_queue *q)
{
	spin_lock_init(&q->rx.lock);
	INIT_DELAYED_WORK(&q->rx.slot_timer, slot_timer_expired);
}
