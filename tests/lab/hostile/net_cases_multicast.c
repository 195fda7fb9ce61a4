// SPDX-License-Identifier: GPL-2.0
/*
 * Network cards: multicast control. A program in Dom0 has to send to 239.1.1.1, to 239.1.1.2 and to
 * the broadcast address all the time, as 282-net-multicast does.
 */
#include "cases.h"
#include "net_cases.h"

#define MCAST_ADD XEN_NETIF_EXTRA_TYPE_MCAST_ADD
#define MCAST_DEL XEN_NETIF_EXTRA_TYPE_MCAST_DEL
#define REQUEST "request-multicast-control"
#define MOST 64

/* Packets for 239.1.1.LAST go to 01:00:5e:01:01:LAST. */
static void change(struct net *net, uint8_t type, uint8_t last, enum hope hope)
{
	struct netif_extra_info info = {
		.type = type, .u.mcast.addr = { 1, 0, 0x5e, 1, 1, last },
	};

	net_frame_slot(net, 1, 0, 0, NETTXF_extra_info, hope);
	net_extra(net, &info);
}

static void change_now(struct net *net, uint8_t type, uint8_t last)
{
	change(net, type, last, OKAY);
	if (!net_settle(net))
		wrong("stopped by a change of the addresses");
}

static void listen(struct net *net, unsigned int ms)
{
	uint64_t end = now_ms() + ms;

	net_take(net);
	net->heard[1] = 0;
	net->heard[2] = 0;
	net->heard_broadcast = 0;
	while (now_ms() < end) {
		evtchn_wait(20);
		net_take(net);
	}
}

/* Wait so long that one of the packets, which are sent all the time, must come. */
static bool hears(struct net *net, uint8_t last)
{
	for (unsigned int i = 0; i < 30; i++) {
		listen(net, 500);
		if (net->heard[last])
			return true;
	}
	return false;
}

/* Packets in flight may still come. After them, none may. */
static bool hears_no_more(struct net *net, uint8_t last)
{
	for (unsigned int i = 0; i < 15; i++) {
		listen(net, 1000);
		if (!net->heard[last])
			return true;
	}
	return false;
}

static void must_be_flooded(struct net *net)
{
	if (device_number(&net->dev, "feature-multicast-control") != 1)
		skip("this backend has no multicast control");
	if (!hears(net, 1) || !hears(net, 2))
		skip("no multicast comes");
}

/* The frontend has requested the filter, and has added no address. */
static void use_filter(struct net *net)
{
	if (!hears_no_more(net, 1) || !hears_no_more(net, 2))
		wrong("multicast packets come without a request for them");
	if (!net->heard_broadcast)
		wrong("no broadcast comes");
	change_now(net, MCAST_ADD, 1);
	if (!hears(net, 1))
		wrong("an address was added, but its packets do not come");
	if (net->heard[2])
		wrong("packets for an address that was not added come");
	change_now(net, MCAST_DEL, 1);
	if (!hears_no_more(net, 1))
		wrong("an address was removed, but its packets still come");
}

static void ask_later(struct net *net)
{
	/* Addresses that are added before the filter is requested count. */
	change_now(net, MCAST_ADD, 2);
	device_put(&net->dev, REQUEST, "1");
	if (!hears_no_more(net, 1))
		wrong("the requested filter does not work");
	if (!hears(net, 2))
		wrong("packets for an address that was added before do not come");
	change_now(net, MCAST_DEL, 2);
}

static void run_filter(struct net *net, long at_start)
{
	static const struct net_setup asking = { OVERRIDE(REQUEST, "1") };

	must_be_flooded(net);
	if (at_start) {
		net_close(net);
		net_connect(net, &asking);
	} else {
		ask_later(net);
	}
	use_filter(net);
	if (at_start)
		return;
	device_put(&net->dev, REQUEST, "0");
	if (!hears(net, 1) || !hears(net, 2))
		wrong("the filter stays after its request was withdrawn");
}

/*
 * Add as many addresses as are allowed, one more, one of them again, and one that is no multicast
 * address.
 */
static void run_full(struct net *net, long most)
{
	struct netif_extra_info info = { .type = MCAST_ADD, .u.mcast.addr = { 2, 0, 0, 0, 0, 1 } };

	/* The in-tree driver accepts an address that is not multicast, and the same one twice. */
	net_frame_slot(net, 1, 0, 0, NETTXF_extra_info, ANY);
	net_extra(net, &info);
	for (long i = 0; i < most; i++)
		change(net, MCAST_ADD, i, OKAY);
	change(net, MCAST_ADD, most, ERROR);
	change(net, MCAST_ADD, 5, ANY);
	change(net, MCAST_DEL, 5, OKAY);
	change(net, MCAST_ADD, most, OKAY);
	net_settle(net);
}

/* Change the request for the filter as fast as xenstore allows. */
static void run_flapping(struct net *net, long times)
{
	static const char *const values[] = { "1", "0", "x", "" };

	for (long i = 0; i < times; i++)
		device_put(&net->dev, REQUEST, "%s", values[i % 4]);
	device_put(&net->dev, REQUEST, "0");
}

const struct net_case net_multicast_cases[] = {
	{ "multicast-filter-at-start", ANSWERED, run_filter, true },
	{ "multicast-filter-at-any-time", ANSWERED, run_filter, false },
	{ "multicast-64-and-one-more", ANSWERED, run_full, MOST },
	{ "multicast-request-flapping", ANSWERED, run_flapping, 300 },
	{ "multicast-request-letters", ANSWERED, NULL, 0, { OVERRIDE(REQUEST, "abc") } },
	END_OF_CASES
};
