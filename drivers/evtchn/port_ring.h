/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue of ports with unread events, oldest first. Pure: no lock, no allocation.
 */
#ifndef _DOM0_EVTCHN_PORT_RING_H
#define _DOM0_EVTCHN_PORT_RING_H

#include <linux/compiler.h>
#include <linux/types.h>

/**
 * struct port_ring - a queue of ports
 * @ports: @size slots
 * @size: a power of two, or 0
 * @prod: number of ports added so far; the next slot is @prod modulo @size
 * @cons: number of ports removed so far
 * @overflow: a port did not fit; stays until the ring is cleared
 */
struct port_ring {
	u32 *ports;
	u32 size;
	u32 prod;
	u32 cons;
	bool overflow;
};

/* True if a reader has to wait. Without the lock, the result may be out of date. */
static inline bool port_ring_idle(const struct port_ring *ring)
{
	return READ_ONCE(ring->prod) == READ_ONCE(ring->cons) && !READ_ONCE(ring->overflow);
}

/* Append a port, or set overflow if the ring is full. Returns true if readers must be woken. */
bool evtchn_port_ring_push(struct port_ring *ring, u32 port);

/* Copy up to max of the oldest ports, and leave them in the ring. Returns their number. */
u32 evtchn_port_ring_peek(const struct port_ring *ring, u32 *ports, u32 max);

/* Remove the nr oldest ports, which peek has returned. */
void evtchn_port_ring_skip(struct port_ring *ring, u32 nr);

/* Remove a port from any place in the ring. */
void evtchn_port_ring_drop(struct port_ring *ring, u32 port);

/* Empty the ring, and clear overflow. */
void evtchn_port_ring_clear(struct port_ring *ring);

/* Return the size that a ring needs for nr ports, at least its size now. */
u32 evtchn_port_ring_room(const struct port_ring *ring, u32 nr);

/* Move the ring to new slots, at least as many as before. Returns the old slots, for the caller. */
u32 *evtchn_port_ring_move(struct port_ring *ring, u32 *ports, u32 size);

#endif
