// SPDX-License-Identifier: GPL-2.0
/* One shared ring, from the frontend's side. */
#include "hostile.h"

#include <stdlib.h>
#include <string.h>

#define HEADER 64
/* Fills the bytes of a slot that the request does not use. */
#define FILL_BYTE 0xa5

void ring_init(struct ring *ring, void *shared, size_t bytes, unsigned int stride)
{
	memset(shared, 0, HEADER);
	memset((uint8_t *)shared + HEADER, FILL_BYTE, bytes - HEADER);
	memset(ring, 0, sizeof(*ring));
	ring->index = shared;
	ring->slots = (uint8_t *)shared + HEADER;
	ring->stride = stride;
	ring->size = 1;
	while (ring->size * 2 * stride <= bytes - HEADER)
		ring->size *= 2;
	ring->asked = malloc(ring->size * stride);
	ring->index[REQ_EVENT] = 1;
	ring->index[RSP_EVENT] = 1;
}

void ring_start_at(struct ring *ring, uint32_t index)
{
	ring->index[REQ_PROD] = index;
	ring->index[RSP_PROD] = index;
	ring->index[REQ_EVENT] = index + 1;
	ring->index[RSP_EVENT] = index + 1;
	ring->req = index;
	ring->rsp = index;
}

void ring_exit(struct ring *ring)
{
	free(ring->asked);
}

static unsigned int slot_offset(const struct ring *ring, uint32_t index)
{
	return (index & (ring->size - 1)) * ring->stride;
}

void ring_put(struct ring *ring, const void *request, size_t bytes)
{
	unsigned int offset = slot_offset(ring, ring->req);

	memset(ring->asked + offset, FILL_BYTE, ring->stride);
	memcpy(ring->asked + offset, request, bytes);
	memcpy((uint8_t *)ring->slots + offset, ring->asked + offset, ring->stride);
	__atomic_store_n(&ring->req, ring->req + 1, __ATOMIC_RELEASE);
}

void ring_publish(struct ring *ring)
{
	__atomic_store_n(&ring->index[REQ_PROD], ring->req, __ATOMIC_SEQ_CST);
}

const uint8_t *ring_take(struct ring *ring, void *response, size_t bytes)
{
	uint32_t produced = __atomic_load_n(&ring->index[RSP_PROD], __ATOMIC_ACQUIRE);
	unsigned int offset = slot_offset(ring, ring->rsp);
	const uint8_t *slot = (const uint8_t *)ring->slots + offset;

	if (produced == ring->rsp)
		return NULL;
	if (produced - ring->rsp > ring_unanswered(ring)) {
		wrong("%u responses for %u requests", produced - ring->rsp, ring_unanswered(ring));
		return NULL;
	}
	ring->rsp++;
	memcpy(response, slot, bytes);
	if (!ring->racing &&
	    memcmp(slot + bytes, ring->asked + offset + bytes, ring->stride - bytes))
		wrong("bytes behind a response were written");
	return ring->asked + offset;
}

unsigned int ring_unanswered(const struct ring *ring)
{
	return ring->req - ring->rsp;
}
