// SPDX-License-Identifier: GPL-2.0
/*
 * Any sequence of a backend's steps on a ring, with an honest frontend or not. Requests that wait
 * are counted correctly or refused, and an honest frontend gets its events.
 */
#include <dom0/ring.h>
#include <linux/kernel.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The indices in 64 bits, which do not wrap in practice. */
struct model {
	struct dom0_sring sring;
	RING_IDX cons, rsp, published;
	u64 prod64, cons64, rsp64, published64;
	unsigned int size;
	bool honest;
};

static void expect(bool what)
{
	if (!what)
		abort();
}

/* Produce as many requests as an honest frontend may, or any number. */
static void produce(struct model *m, u8 arg)
{
	u64 room = m->published64 + m->size - m->prod64;
	u32 step = m->honest ? min_t(u64, arg, room) : (u32)(s8)arg * (arg & 1 ? 1 : 0x1000001U);

	m->prod64 += (s32)step;
	m->sring.req_prod += step;
}

static bool legal(const struct model *m)
{
	RING_IDX ahead = m->sring.req_prod - m->cons;

	return ahead <= m->size - (m->cons64 - m->rsp64);
}

static void consume(struct model *m, u8 arg)
{
	int n = dom0_ring_unconsumed(&m->sring, m->cons, &m->rsp, m->size);

	expect((n >= 0) == legal(m));
	expect(!m->honest || n == (int)(m->prod64 - m->cons64));
	if (n < 0)
		return;
	expect((RING_IDX)n == m->sring.req_prod - m->cons && n <= m->size);
	n = min_t(int, n, arg);
	m->cons += n;
	m->cons64 += n;
}

static void answer(struct model *m, u8 arg)
{
	u64 n = min_t(u64, arg, m->cons64 - m->rsp64);

	m->rsp += n;
	m->rsp64 += n;
}

/* The frontend wants an event at the index that it wrote, and gets one when that is passed. */
static void push(struct model *m, u8 arg)
{
	bool wanted = false;
	u64 at;

	m->sring.rsp_event = m->published + (s8)arg;
	for (at = m->published64 + 1; at <= m->rsp64; at++)
		wanted |= m->sring.rsp_event == (RING_IDX)(m->published + (at - m->published64));
	expect(dom0_ring_push(&m->sring, m->published, m->rsp) == wanted);
	expect(m->sring.rsp_prod == m->rsp);
	m->published = m->rsp;
	m->published64 = m->rsp64;
}

static void sleep(struct model *m)
{
	int n = dom0_ring_final_check(&m->sring, m->cons, &m->rsp, m->size);

	expect(m->sring.req_event == m->cons + 1);
	expect(!m->honest || n == (int)(m->prod64 - m->cons64));
}

static void act(struct model *m, u8 what, u8 arg)
{
	switch (what % 5) {
	case 0:
		produce(m, arg);
		break;
	case 1:
		consume(m, arg);
		break;
	case 2:
		answer(m, arg);
		break;
	case 3:
		push(m, arg);
		break;
	default:
		sleep(m);
	}
	expect(m->rsp64 <= m->cons64 && m->cons64 - m->rsp64 <= m->size);
}

/* A request is copied whole, and nothing behind it. */
static void check_copy(const uint8_t *data, size_t size)
{
	u32 from[28] = {}, to[29];
	size_t words = size ? data[0] % 29 : 0;

	memcpy(from, data, min(size, sizeof(from)));
	memset(to, 0x5a, sizeof(to));
	dom0_ring_copy(to, from, words * 4);
	expect(!memcmp(to, from, words * 4) && to[words] == 0x5a5a5a5a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model m = {};
	RING_IDX start, ahead;

	check_copy(data, size);
	if (size < 10)
		return 0;
	m.honest = data[0] & 1;
	m.size = 1U << data[1] % 10;
	memcpy(&start, data + 2, 4);
	memcpy(&ahead, data + 6, 4);
	if (m.honest)
		ahead %= m.size + 1;
	m.sring.rsp_prod = start;
	m.sring.req_prod = start + ahead;
	expect(!dom0_ring_attach(&m.sring, m.size, &m.cons) == (ahead <= m.size));
	expect(m.cons == start);
	m.published = m.cons;
	m.rsp = m.published;
	m.prod64 = ahead;
	for (data += 10, size -= 10; size >= 2; data += 2, size -= 2)
		act(&m, data[0], data[1]);
	return 0;
}
