// SPDX-License-Identifier: GPL-2.0
/*
 * The control ring of a network frontend, and the hash of received frames, computed independently
 * of the driver.
 */
#include "net.h"

#include <string.h>

#define REQUEST_BYTES sizeof(struct xen_netif_ctrl_request)

void net_control_alloc(struct net *net)
{
	struct net_control *control = &net->control;

	control->page = pages_alloc(0, 1, net->setup.readonly_control ? PAGES_READONLY : 0);
	control->data = pages_alloc(0, 1, PAGES_READONLY);
	ring_init(&control->ring, page_at(control->page, 0), PAGE, REQUEST_BYTES);
	ring_start_at(&control->ring, net->setup.start);
	if (net->setup.spoiled_control)
		control->ring.index[REQ_PROD] = net->setup.start + control->ring.size + 1;
	control->port = evtchn_alloc(0);
	device_put(&net->dev, "ctrl-ring-ref", "%u", page_gref(control->page, 0));
	device_put(&net->dev, "event-channel-ctrl", "%u", control->port);
}

void net_control_free(struct net *net)
{
	struct net_control *control = &net->control;

	evtchn_free(control->port);
	ring_exit(&control->ring);
	pages_check_guards(control->page, "the control ring");
	pages_check_guards(control->data, "data of the control ring");
	pages_free(control->page);
	pages_free(control->data);
}

/* ---- requests ---- */

void net_control_put(struct net *net, uint16_t type, uint32_t a, uint32_t b, uint32_t c)
{
	struct xen_netif_ctrl_request request = {
		.id = net->next_id++, .type = type, .data = { a, b, c },
	};

	ring_put(&net->control.ring, &request, sizeof(request));
}

void net_control_push(struct net *net)
{
	ring_publish(&net->control.ring);
	evtchn_notify(net->control.port);
}

/* Takes the next response, which has to answer the oldest request on the ring. */
static bool take_answer(struct net *net, struct xen_netif_ctrl_response *response)
{
	struct xen_netif_ctrl_request asked;
	const uint8_t *slot;

	slot = ring_take(&net->control.ring, response, sizeof(*response));
	if (!slot)
		return false;
	/*
	 * The protocol allows responses in any order. Existing backends answer in the ring's order.
	 */
	memcpy(&asked, slot, sizeof(asked));
	if (response->id != asked.id || response->type != asked.type)
		wrong("asked with id %u and type %u, answered with %u and %u", asked.id, asked.type,
		      response->id, response->type);
	return true;
}

bool net_control_take(struct net *net, struct xen_netif_ctrl_response *response)
{
	uint64_t end = now_ms() + PATIENCE;
	unsigned int naps = 0;

	net->control.ring.index[RSP_EVENT] = net->control.ring.rsp + 1;
	while (!take_answer(net, response)) {
		if (++naps % 16 == 0 && device_stopped(&net->dev))
			return false;
		if (now_ms() > end) {
			wrong("a request on the control ring is not answered");
			return false;
		}
		evtchn_wait(5);
		net_take(net);
	}
	return true;
}

uint32_t net_control_ask(struct net *net, uint16_t type, uint32_t a, uint32_t b, uint32_t c,
			 uint32_t *data)
{
	struct xen_netif_ctrl_response response = { .status = -1 };

	net_control_put(net, type, a, b, c);
	net_control_push(net);
	if (!net_control_take(net, &response))
		wrong("no answer to a request of type %u", type);
	if (data)
		*data = response.data;
	return response.status;
}

/* ---- the hash ---- */

#define IP_AT ETH_HEADER

static uint32_t key_window(const uint8_t *key, unsigned int bit)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < 8; i++)
		bytes = bytes << 8 | (bit / 8 + i < NET_HASH_KEY ? key[bit / 8 + i] : 0);
	return bytes << bit % 8 >> 32;
}

static uint32_t toeplitz(const uint8_t *key, const uint8_t *input, unsigned int length)
{
	uint32_t value = 0;

	for (unsigned int bit = 0; bit < length * 8; bit++)
		if (input[bit / 8] & 0x80 >> bit % 8)
			value ^= key_window(key, bit);
	return value;
}

/* Collects what is hashed; returns how many bytes, and 0 if the frame has no hash. */
static unsigned int hash_input(const uint8_t *frame, unsigned int length, uint8_t flags,
			       uint8_t *input, uint8_t *type)
{
	const uint8_t *ip = frame + IP_AT;
	bool four = frame[12] == 0x08 && frame[13] == 0 && length >= IP_AT + 20;
	bool six = frame[12] == 0x86 && frame[13] == 0xdd && length >= IP_AT + 40;
	unsigned int addresses = four ? 8 : 32, header = four ? (ip[0] & 15) * 4 : 40;
	bool fragment = four && ((ip[6] & 0x3f) || ip[7]);
	bool tcp = ip[four ? 9 : 6] == 6 && !fragment && length >= IP_AT + header + 4;

	if (!four && !six)
		return 0;
	memcpy(input, ip + (four ? 12 : 8), addresses);
	memcpy(input + addresses, ip + header, 4);
	*type = (four ? _XEN_NETIF_CTRL_HASH_TYPE_IPV4 : _XEN_NETIF_CTRL_HASH_TYPE_IPV6) + tcp;
	if (tcp && flags & 1 << *type)
		return addresses + 4;
	*type -= tcp;
	return flags & 1 << *type ? addresses : 0;
}

static void compare_hash(const struct net *net, uint8_t type, uint32_t value,
			 const struct netif_extra_info *extra)
{
	const uint8_t *v = extra->u.hash.value;
	uint32_t got = v[0] | v[1] << 8 | v[2] << 16 | (uint32_t)v[3] << 24;

	if (extra->u.hash.algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ)
		wrong("a hash of algorithm %u", extra->u.hash.algorithm);
	if (extra->u.hash.type != type || got != value)
		wrong("a hash of type %u and value %08x, not %u and %08x, of %u queues",
		      extra->u.hash.type, got, type, value, net->queues);
}

static unsigned int queue_of(const struct net *net, uint32_t value)
{
	const struct net_hash *hash = &net->hash;

	return hash->size ? hash->mapping[value % hash->size] : value % net->queues;
}

void net_hash_look(struct net *net, unsigned int queue, const uint8_t *frame, unsigned int length,
		   const struct netif_extra_info *extra)
{
	struct net_hash *hash = &net->hash;
	uint8_t input[64], type = 0;
	unsigned int bytes = hash_input(frame, length, hash->flags, input, &type);
	uint32_t value = toeplitz(hash->key, input, bytes);

	if (!hash->watched || !length)
		return;
	if (!bytes || !extra) {
		if (extra)
			wrong("a hash with a frame that has none");
		if (bytes)
			wrong("no hash with a frame of type %u", type);
		hash->plain++;
		return;
	}
	compare_hash(net, type, value, extra);
	if (queue != queue_of(net, value))
		wrong("a frame of hash %08x in queue %u, not %u", value, queue,
		      queue_of(net, value));
	hash->seen[type]++;
	hash->queues |= 1u << queue;
}
