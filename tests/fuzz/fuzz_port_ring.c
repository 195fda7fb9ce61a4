// SPDX-License-Identifier: GPL-2.0
/* Any sequence of events, reads, unbinds and growth: the ring agrees with a plain queue. */
#include <linux/compiler.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/evtchn/port_ring.c"

#define SLOTS_MAX	1024

struct model {
	u32 ports[SLOTS_MAX];
	u32 nr;
	bool overflow;
};

static void expect(bool what)
{
	if (!what)
		abort();
}

static void push(struct port_ring *ring, struct model *model, u32 port)
{
	bool idle = !model->nr && !model->overflow;
	bool news = evtchn_port_ring_push(ring, port);

	if (model->nr == ring->size) {
		expect(news == !model->overflow);
		model->overflow = true;
	} else {
		expect(news == idle);
		model->ports[model->nr++] = port;
	}
}

static void take(struct port_ring *ring, struct model *model, u32 max)
{
	u32 out[256];
	u32 nr = evtchn_port_ring_peek(ring, out, max);

	expect(nr == min(model->nr, max));
	expect(!memcmp(out, model->ports, nr * sizeof(*out)));
	evtchn_port_ring_skip(ring, nr);
	model->nr -= nr;
	memmove(model->ports, model->ports + nr, model->nr * sizeof(*out));
}

static void drop(struct port_ring *ring, struct model *model, u32 port)
{
	u32 i, to = 0;

	evtchn_port_ring_drop(ring, port);
	for (i = 0; i < model->nr; i++)
		if (model->ports[i] != port)
			model->ports[to++] = model->ports[i];
	model->nr = to;
}

static void grow(struct port_ring *ring, u32 nr)
{
	u32 size = evtchn_port_ring_room(ring, nr);

	expect(size >= nr && size >= ring->size && !(size & (size - 1)));
	if (size <= SLOTS_MAX)
		free(evtchn_port_ring_move(ring, calloc(size, sizeof(u32)), size));
}

static void act(struct port_ring *ring, struct model *model, u8 what, u8 arg)
{
	unsigned int i;

	switch (what % 8) {
	case 0:
		take(ring, model, arg);
		break;
	case 1:
		drop(ring, model, arg % 16);
		break;
	case 2:
		grow(ring, arg * 4);
		break;
	case 3:
		evtchn_port_ring_clear(ring);
		model->nr = 0;
		model->overflow = false;
		break;
	default:
		for (i = 0; i <= what / 8; i++)
			push(ring, model, (arg + i) % 16);
	}
	expect(port_ring_idle(ring) == (!model->nr && !model->overflow));
	expect(ring->prod - ring->cons == model->nr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct port_ring ring = {};
	struct model model = {};

	if (size < 4)
		return 0;
	/* The indices run for as long as the file is open: they wrap. */
	memcpy(&ring.prod, data, sizeof(ring.prod));
	ring.cons = ring.prod;
	grow(&ring, 1);
	for (data += 4, size -= 4; size >= 2; data += 2, size -= 2)
		act(&ring, &model, data[0], data[1]);
	free(ring.ports);
	return 0;
}
