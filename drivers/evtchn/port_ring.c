// SPDX-License-Identifier: GPL-2.0
/*
 * A queue of ports. All functions that change it run under evtchn_user.ring_lock. Pure: compiled in
 * user space by tests/unit.
 */
#include "port_ring.h"

#include <linux/compiler.h>
#include <linux/kernel.h>

#define SIZE_MIN	64

static u32 port_ring_used(const struct port_ring *ring)
{
	return ring->prod - ring->cons;
}

static u32 *port_ring_slot(const struct port_ring *ring, u32 index)
{
	return &ring->ports[index & (ring->size - 1)];
}

bool evtchn_port_ring_push(struct port_ring *ring, u32 port)
{
	bool idle = port_ring_idle(ring);

	if (port_ring_used(ring) == ring->size) {
		bool news = !ring->overflow;

		WRITE_ONCE(ring->overflow, true);
		return news;
	}
	*port_ring_slot(ring, ring->prod) = port;
	WRITE_ONCE(ring->prod, ring->prod + 1);
	return idle;
}

u32 evtchn_port_ring_peek(const struct port_ring *ring, u32 *ports, u32 max)
{
	u32 nr = min(port_ring_used(ring), max);
	u32 i;

	for (i = 0; i < nr; i++)
		ports[i] = *port_ring_slot(ring, ring->cons + i);
	return nr;
}

void evtchn_port_ring_skip(struct port_ring *ring, u32 nr)
{
	WRITE_ONCE(ring->cons, ring->cons + nr);
}

/* May move prod back, so the caller holds evtchn_user.read_lock to keep readers away. */
void evtchn_port_ring_drop(struct port_ring *ring, u32 port)
{
	u32 i, to = ring->cons;

	for (i = ring->cons; i != ring->prod; i++)
		if (*port_ring_slot(ring, i) != port)
			*port_ring_slot(ring, to++) = *port_ring_slot(ring, i);
	WRITE_ONCE(ring->prod, to);
}

void evtchn_port_ring_clear(struct port_ring *ring)
{
	WRITE_ONCE(ring->cons, ring->prod);
	WRITE_ONCE(ring->overflow, false);
}

u32 evtchn_port_ring_room(const struct port_ring *ring, u32 nr)
{
	u32 size = max_t(u32, ring->size, SIZE_MIN);

	while (size < nr)
		size *= 2;
	return size;
}

u32 *evtchn_port_ring_move(struct port_ring *ring, u32 *ports, u32 size)
{
	u32 *old = ring->ports;
	u32 i;

	for (i = ring->cons; i != ring->prod; i++)
		ports[i & (size - 1)] = *port_ring_slot(ring, i);
	ring->ports = ports;
	ring->size = size;
	return old;
}
