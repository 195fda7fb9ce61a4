// SPDX-License-Identifier: GPL-2.0
/* Network cards: events while packets are in flight. */
#include "net_cases.h"

static void run_net_flood_of_bad(struct net *net, long count)
{
	for (long i = 0; i < count; i++) {
		net_frame_slot(net, 1, 0, frame_plain(net, 1, 13), 0, ERROR);
		if (net->asked_count == 64)
			net_settle(net);
	}
}

static void run_net_event_storm(struct net *net, long count)
{
	while (count--) {
		evtchn_notify(net->queue[0].tx_port);
		if (net->queue[0].rx_port != net->queue[0].tx_port)
			evtchn_notify(net->queue[0].rx_port);
	}
}

static void run_net_close_in_flight(struct net *net, long count)
{
	unsigned int length = frame_ping(net, 1, 1400);

	while (count--)
		net_frame_slot(net, 1, 0, length, 0, ANY);
	net_push(net);
	device_close(&net->dev);
	net_take(net);
	if (net_still_answers(net))
		wrong("responses after Closed");
}

const struct net_case net_time_cases[] = {
	{ "xsa-43-flood-of-bad-frames", ANSWERED, run_net_flood_of_bad, 3000 },
	{ "xsa-332-event-storm", ANSWERED, run_net_event_storm, 20000 },
	{ "xsa-332-event-storm-split", ANSWERED, run_net_event_storm, 10000,
		{ .split_channels = true } },
	{ "xsa-155-size-toggle", SURVIVED, net_run_race, NET_RACE(NET_TOGGLE_SIZE, 3000) },
	{ "xsa-155-offset-toggle", SURVIVED, net_run_race, NET_RACE(NET_TOGGLE_OFFSET, 3000) },
	{ "xsa-155-flags-toggle", SURVIVED, net_run_race, NET_RACE(NET_TOGGLE_FLAGS, 3000) },
	{ "xsa-155-gref-toggle", SURVIVED, net_run_race, NET_RACE(NET_TOGGLE_GREF, 3000) },
	{ "xsa-155-gso-size-toggle", SURVIVED, net_run_race, NET_RACE(NET_TOGGLE_EXTRA, 3000) },
	{ "xsa-331-events-while-flapping", SURVIVED, net_run_events_while_flapping, 100 },
	{ "close-in-flight", SURVIVED, run_net_close_in_flight, 250 },
	END_OF_CASES
};
