// SPDX-License-Identifier: GPL-2.0
/*
 * A pause of all rings of a device. The workers, which are kernel threads, take no more requests,
 * and report when all that they have taken are answered. Then the device's work may replace the
 * disk and its bounds. The rings stay mapped and nothing is allocated, so a pause cannot fail.
 *
 * Each pause has a number of its own, which the workers report. So a report about an earlier pause,
 * from a worker that was interrupted meanwhile, is not taken for one about this pause.
 */
#include "pause.h"
#include "ring.h"
#include "vbd.h"

#include <asm/barrier.h>
#include <linux/spinlock.h>

void blk_pause_init(struct blk_pause *pause)
{
	init_waitqueue_head(&pause->wait);
}

static void kick_workers(struct blk_vbd *vbd)
{
	unsigned int i;

	for (i = 0; i < vbd->nr_rings; i++)
		blk_ring_kick(vbd->rings[i], BLK_WORK_LOOK);
}

static bool rings_are_quiet(const struct blk_vbd *vbd)
{
	unsigned int i;

	for (i = 0; i < vbd->nr_rings; i++)
		/* Pairs with blk_pause_report(). */
		if (smp_load_acquire(&vbd->rings[i]->quiet) != vbd->pause.last)
			return false;
	return true;
}

/*
 * Begin a pause, and wait until no request is in flight, however long the disk takes. Requests that
 * wait for a limit are started at once. If the device is not connected, nothing has to be done.
 */
void blk_pause_begin(struct blk_vbd *vbd)
{
	struct blk_pause *pause = &vbd->pause;

	/* 0 is no pause. */
	if (!++pause->last)
		pause->last = 1;
	/* Pairs with blk_pause_number(). */
	smp_store_release(&pause->number, pause->last);
	kick_workers(vbd);
	wait_event_idle(pause->wait, rings_are_quiet(vbd));
}

/* End a pause. The workers see all that the device's work has written in it. */
void blk_pause_end(struct blk_vbd *vbd)
{
	/* Pairs with blk_pause_number(). */
	smp_store_release(&vbd->pause.number, 0);
	kick_workers(vbd);
}

/* Return the number of the pause that is in effect, or 0. */
unsigned int blk_pause_number(const struct blk_ring *ring)
{
	/* Pairs with blk_pause_begin() and blk_pause_end(). */
	return smp_load_acquire(&ring->vbd->pause.number);
}

/*
 * Called by the worker in a round in which it has taken nothing because of pause @number. If no
 * request is in flight, report that. Return false if there is one.
 */
bool blk_pause_report(struct blk_ring *ring, unsigned int number)
{
	bool quiet;

	if (ring->quiet == number)
		return true;
	/* The tasklet answers under this lock. What it has read of the disk, it has read before. */
	spin_lock_bh(&ring->finish.lock);
	quiet = !blk_ring_in_flight(ring);
	spin_unlock_bh(&ring->finish.lock);
	if (!quiet)
		return false;
	/* Pairs with rings_are_quiet(). */
	smp_store_release(&ring->quiet, number);
	wake_up(&ring->vbd->pause.wait);
	return true;
}
