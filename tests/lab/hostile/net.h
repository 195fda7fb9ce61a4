/* SPDX-License-Identifier: GPL-2.0 */
/* A network frontend: connects, sends slots, receives, and checks the responses. */
#ifndef NET_H
#define NET_H

#include "hostile.h"

#include <xen/io/netif.h>

#define NET_QUEUES 17
#define NET_SLOTS 256
#define FRAME_PAGES 24
#define BUFFER_PAGES 64
#define LEGAL_SLOTS 18
#define ETH_HEADER 14u
#define ETH_MIN 60u
#define NET_HASH_KEY 40
#define NET_HASH_MAPPING 128
#define NET_HEAD 128

/* How a frontend presents itself. */
struct net_setup {
	struct override override;
	int queues;		/* 0: without the keys of several queues; -1: one too many */
	bool split_channels;
	bool foreign_port;	/* an event channel for another domain */
	uint32_t start;		/* of the rings' indices */
	bool readonly_rings;
	bool spoiled_tx, spoiled_rx;	/* more requests than slots from the start */
	bool control;			/* with a control ring */
	bool readonly_control, spoiled_control;
};

struct net_asked {
	uint16_t id;
	enum hope hope;
	bool answered;
	int16_t status;
};

struct net_queue {
	struct ring tx, rx;
	struct pages *tx_page, *rx_page;
	uint32_t tx_port, rx_port;
	struct pages *buffers;
	bool posted[NET_SLOTS];	/* by id, which is the number of a buffer or beyond */
	/* The frame that is being received: its head, its hash, and which slots follow. */
	uint8_t head[NET_HEAD];
	unsigned int head_length;
	struct netif_extra_info hash;
	bool hashed, extra_follows, data_follows;
};

struct net_control {
	struct ring ring;
	struct pages *page, *data;
	uint32_t port;
};

/* The settings that were requested, to check received frames. */
struct net_hash {
	bool watched;			/* check received frames */
	uint8_t flags;
	uint8_t key[NET_HASH_KEY];
	uint32_t mapping[NET_HASH_MAPPING];
	unsigned int size;
	unsigned int seen[4];		/* frames with a hash, by its type */
	unsigned int plain;		/* frames without one */
	unsigned int queues;		/* bits of the queues in which frames with a hash came */
};

struct net {
	struct device dev;
	struct net_setup setup;
	struct net_queue queue[NET_QUEUES];
	unsigned int queues;
	struct pages *frames;
	struct net_control control;
	struct net_hash hash;
	struct pages *strange;		/* granted in another way, if a case needs it */
	uint8_t mac[6];
	uint8_t peer[6];		/* the sender of the reply to our ARP request */
	uint16_t next_id;
	struct net_asked asked[NET_SLOTS];
	unsigned int asked_count;
	bool blind;			/* responses are only counted */
	unsigned int nulls_due;		/* extra slots whose empty responses have not come */
	bool repost; /* a filled buffer goes back to the ring */
	unsigned int received, receive_errors;
	bool arp_answered;
	unsigned int heard[256];	/* frames for 01:00:5e:01:01:xx */
	unsigned int heard_broadcast;	/* broadcasts */
	unsigned int okay, error;	/* responses since the case began to misbehave */
};

/* ---- net.c ---- */

void net_open(struct net *net, unsigned int id);
/* Publishes rings and keys and becomes Connected. */
void net_offer(struct net *net, const struct net_setup *setup);
/* The same, and waits until the backend is Connected as well. */
void net_connect(struct net *net, const struct net_setup *setup);
/*
 * Closes the device unless it is closed, ends all grants, and checks that guard pages are
 * unchanged.
 */
void net_close(struct net *net);

/* Puts a slot on the transmit ring of queue 0. */
void net_slot(struct net *net, uint32_t gref, uint16_t offset, uint16_t size, uint16_t flags,
	      enum hope hope);
/* The same for a frame's page. */
void net_frame_slot(struct net *net, unsigned int page, uint16_t offset, uint16_t size,
		    uint16_t flags, enum hope hope);
void net_extra(struct net *net, const struct netif_extra_info *extra);
void net_push(struct net *net);
/* Takes the transmit responses and received frames from the rings. */
void net_take(struct net *net);
bool net_still_answers(struct net *net);
/*
 * Pushes, waits until all slots are answered or the device has stopped, compares the statuses with
 * those expected, and forgets the slots. Returns false if the device has stopped.
 */
bool net_settle(struct net *net);
/* Sends @count valid frames, as many at once as fit. */
void net_send_pings(struct net *net, long count);
/* Waits until the device has stopped. */
bool net_stopped(struct net *net);
/* Connects, exchanges valid frames, closes. */
void net_behave(struct net *net);

/* Posts a page for receiving; the id is BUFFER_PAGES or greater for pages that are no buffers. */
void net_post(struct net_queue *queue, uint16_t id, uint32_t gref);
void net_post_all(struct net *net);
unsigned int net_posted(const struct net_queue *queue);
/*
 * Sends an ARP request and receives the reply. Dom0 then knows our address for at least 15 seconds.
 */
void net_good(struct net *net);

/* ---- net_control.c ---- */

void net_control_alloc(struct net *net);
void net_control_free(struct net *net);
void net_control_put(struct net *net, uint16_t type, uint32_t a, uint32_t b, uint32_t c);
void net_control_push(struct net *net);
/* Waits for the next response; false if the device has stopped, or none comes. */
bool net_control_take(struct net *net, struct xen_netif_ctrl_response *response);
/* Puts a request, pushes it and takes its response. Returns the status. */
uint32_t net_control_ask(struct net *net, uint16_t type, uint32_t a, uint32_t b, uint32_t c,
			 uint32_t *data);
/* Checks the hash of a received frame, or that it has none, and the queue in which it came. */
void net_hash_look(struct net *net, unsigned int queue, const uint8_t *frame, unsigned int length,
		   const struct netif_extra_info *extra);

/* ---- frame.c: each fills a frame's page and returns the length ---- */

unsigned int frame_plain(const struct net *net, unsigned int page, unsigned int length);
unsigned int frame_arp(const struct net *net, unsigned int page);
unsigned int frame_arp_reply(const struct net *net, unsigned int page);
unsigned int frame_ping(const struct net *net, unsigned int page, unsigned int payload);
unsigned int frame_tcp(const struct net *net, unsigned int page, unsigned int payload);
unsigned int frame_tcp_routed(const struct net *net, unsigned int page, unsigned int payload,
			      uint16_t ip_length);
unsigned int frame_tcp_segment(const struct net *net, unsigned int page, unsigned int payload,
			       unsigned int number);
unsigned int frame_tcp6(const struct net *net, unsigned int page, unsigned int payload);
unsigned int frame_udp(const struct net *net, unsigned int page, uint16_t port,
		       unsigned int payload);
/* Checks a received frame. */
bool frame_is_arp_reply(const uint8_t *frame, unsigned int length, uint8_t *sender);

/* ---- net_race.c ---- */

enum net_toggle {
	NET_TOGGLE_SIZE, NET_TOGGLE_OFFSET, NET_TOGGLE_FLAGS, NET_TOGGLE_GREF, NET_TOGGLE_EXTRA,
};

#define NET_RACE(toggle, slots) ((long)(toggle) << 32 | (slots))

void net_run_race(struct net *net, long toggle_slots);
/* Events come all the time while the device connects and closes. */
void net_run_events_while_flapping(struct net *net, long times);

#endif
