/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ports that have had an event and have not been read yet, oldest first. Pure: no lock, no
 * allocation.
 */
#ifndef _DOM0_EVTCHN_PORT_RING_H
#define _DOM0_EVTCHN_PORT_RING_H

#include <linux/compiler.h>
#include <linux/types.h>

/**
 * struct port_ring - a queue of ports
 * @ports: @size slots
 * @size: a power of two, or 0
 * @prod: ports ever put in; the slot is this modulo @size
 * @cons: ports ever taken out
 * @overflow: a port did not fit; stays until the ring is cleared
 */
struct port_ring {
	u32 *ports;
	u32 size;
	u32 prod;
	u32 cons;
	bool overflow;
};

/* True if a reader would have to wait. A look without a lock may be old, but never tears. */
static inline bool port_ring_idle(const struct port_ring *ring)
{
	return READ_ONCE(ring->prod) == READ_ONCE(ring->cons) && !READ_ONCE(ring->overflow);
}

/* Appends a port, or notes that it did not fit. True if readers that wait have a reason to look. */
bool evtchn_port_ring_push(struct port_ring *ring, u32 port);

/* Copies the oldest ports, at most max, and leaves them in the ring; returns how many. */
u32 evtchn_port_ring_peek(const struct port_ring *ring, u32 *ports, u32 max);

/* Drops the oldest ports, which peek has returned. */
void evtchn_port_ring_skip(struct port_ring *ring, u32 nr);

/* Takes a port out wherever it is. */
void evtchn_port_ring_drop(struct port_ring *ring, u32 port);

/* Empties the ring and forgets an overflow. */
void evtchn_port_ring_clear(struct port_ring *ring);

/* How many slots a ring with room for so many ports must have, at least as many as it has now. */
u32 evtchn_port_ring_room(const struct port_ring *ring, u32 nr);

/* Moves to other slots, at least as many as before. Returns the old ones, which are free now. */
u32 *evtchn_port_ring_move(struct port_ring *ring, u32 *ports, u32 size);

#endif
