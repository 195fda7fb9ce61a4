// SPDX-License-Identifier: GPL-2.0
/*
 * A second virtual CPU rewrites slots while the backend reads them, or sends events while the
 * backend connects and disconnects.
 */
#include "net.h"

#define CSUM (NETTXF_csum_blank | NETTXF_data_validated)

struct race {
	struct net *net;
	enum net_toggle toggle;
	uint32_t gref, other_gref;
	volatile unsigned int turns;
	volatile bool stop;
};

static void toggle_slot(const struct race *race, volatile struct netif_tx_request *request,
			unsigned int turn)
{
	volatile struct netif_extra_info *info = (void *)request;

	switch (race->toggle) {
	case NET_TOGGLE_SIZE:
		request->size = turn & 1 ? PAGE : turn & 2 ? 0 : ETH_MIN;
		break;
	case NET_TOGGLE_OFFSET:
		request->offset = turn & 1 ? PAGE - 1 : 0;
		break;
	case NET_TOGGLE_FLAGS:
		request->flags = turn & 1 ? NETTXF_more_data : turn & 2 ? CSUM : 0;
		break;
	case NET_TOGGLE_GREF:
		request->gref = turn & 1 ? race->other_gref : race->gref;
		break;
	case NET_TOGGLE_EXTRA:
		info->u.gso.size = turn & 1 ? 0 : 1448;
		break;
	}
}

static void *net_toggle_all_the_time(void *arg)
{
	struct race *race = arg;
	struct ring *ring = &race->net->queue[0].tx;

	for (unsigned int turn = 0; !race->stop; turn++) {
		for (unsigned int i = 0; i < ring->size; i++)
			if (race->toggle != NET_TOGGLE_EXTRA || i & 1)
				toggle_slot(race, (void *)(ring->slots + i * ring->stride), turn);
		race->turns++;
	}
	return NULL;
}

static void net_ask_raced(struct net *net, enum net_toggle toggle)
{
	struct netif_extra_info info = { .type = XEN_NETIF_EXTRA_TYPE_GSO };

	if (toggle != NET_TOGGLE_EXTRA) {
		net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), 0, ANY);
		return;
	}
	info.u.gso.type = XEN_NETIF_GSO_TYPE_TCPV4;
	info.u.gso.size = 1448;
	net_frame_slot(net, 1, 0, frame_tcp(net, 1, 3000), NETTXF_extra_info | CSUM, ANY);
	net_extra(net, &info);
}

/* Wait until the ring has room for more. Return false if the device has stopped. */
static bool keep_up(struct net *net)
{
	uint64_t end = now_ms() + PATIENCE;

	net->asked_count = 0;
	while (now_ms() < end) {
		net_take(net);
		if (device_stopped(&net->dev))
			return false;
		if (ring_unanswered(&net->queue[0].tx) <= NET_SLOTS / 4)
			return true;
		evtchn_wait(5);
	}
	wrong("%u slots are not answered", ring_unanswered(&net->queue[0].tx));
	return false;
}

/*
 * Race as long as the device works. The last frames end a chain that was left open. Return how many
 * slots are left.
 */
static unsigned int race_on(struct net *net, enum net_toggle toggle, unsigned int left)
{
	struct race race = {
		.net = net, .toggle = toggle, .gref = page_gref(net->frames, 1), .other_gref = ~0u,
	};
	bool lives = true;
	pthread_t thread;

	net->queue[0].tx.racing = true;
	net->blind = true;
	thread = run_on_other_cpu(net_toggle_all_the_time, &race);
	while (lives && left) {
		for (unsigned int i = 0; i < 32 && left; i++, left--)
			net_ask_raced(net, toggle);
		net_push(net);
		lives = keep_up(net);
	}
	race.stop = true;
	pthread_join(thread, NULL);
	for (unsigned int i = 0; i < 4 && lives; i++)
		net_frame_slot(net, 1, 0, frame_plain(net, 1, ETH_MIN), 0, ANY);
	if (lives)
		net_settle(net);
	if (!race.turns)
		wrong("nothing was rewritten");
	net->queue[0].tx.racing = false;
	net->blind = false;
	return left;
}

#define RACE_STOPS 12

void net_run_race(struct net *net, long toggle_slots)
{
	unsigned int left = toggle_slots, stops = 0;

	while ((left = race_on(net, toggle_slots >> 32, left)) && stops < RACE_STOPS) {
		stops++;
		net_close(net);
		net_connect(net, &net->setup);
	}
	note("stopped %u times", stops);
}

struct notifier {
	uint32_t port;
	volatile bool stop;
};

static void *net_notify_all_the_time(void *arg)
{
	struct notifier *notifier = arg;

	while (!notifier->stop)
		evtchn_notify(notifier->port);
	return NULL;
}

/* Events come all the time while the device is connected and closed. */
void net_run_events_while_flapping(struct net *net, long times)
{
	struct notifier notifier = { .port = net->queue[0].tx_port };
	pthread_t thread;

	if (pthread_create(&thread, NULL, net_notify_all_the_time, &notifier))
		die("no thread");
	device_hurry(&net->dev, times);
	notifier.stop = true;
	pthread_join(thread, NULL);
}
