/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtual network card of a guest, as Dom0 sees it.
 *
 * The network device and its queue structures live from probe to remove. Rings, channels and
 * buffers exist while connected. Each queue has one NAPI instance that does all of its ring work,
 * in both directions: packets from the guest are copied and delivered; packets for the guest, which
 * ndo_start_xmit has gathered into a batch, are copied and answered. One hypercall for each batch.
 *
 * Names here follow the rings, which are named from the guest's side: tx is from the guest.
 * Counters are named as those of any interface: rx is from the guest. Limits say from-guest and
 * to-guest.
 */
#ifndef _VIF_H
#define _VIF_H

#include "counters.h"
#include "mcast.h"
#include "rx_ring.h"
#include "tx_protocol.h"

#include <dom0/bucket.h>
#include <dom0/copy.h>
#include <dom0/evtchn.h>
#include <dom0/ring_map.h>
#include <dom0/xenbus.h>
#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/interface/io/netif.h>

/* Data slots of one packet to the guest: what its stack takes as fragments. */
#define VIF_RX_SLOTS_MAX	(XEN_NETIF_NR_SLOTS_MIN - 1)

struct kobj_uevent_env;
struct vif;

/* A packet from the guest, from parsing until delivery. */
struct vif_tx_work {
	struct sk_buff *skb;
	u32 first_op;
	u16 nr_ops;
	u16 nr_requests;
	u16 flags;
	u16 gso_size;
	s16 status;	/* XEN_NETIF_RSP_*, for each of its requests */
	u8 gso_type;
	u8 is_extra;
};

/**
 * struct vif_tx - from the guest; all of it belongs to the queue's NAPI instance
 * @sring: shared with the guest
 * @reqs: private copies of the requests, at the same index as on the ring
 * @copied: index up to which requests have been copied from the ring
 * @parsed: index up to which they have been parsed
 * @rsp_prod: index up to which they have been answered
 * @limited: whether a limit holds requests back
 * @copy: gathered grant copies
 * @works: the packets of this round
 */
struct vif_tx {
	struct xen_netif_tx_sring *sring;
	struct xen_netif_tx_request *reqs;
	RING_IDX copied;
	RING_IDX parsed;
	RING_IDX rsp_prod;
	bool limited;
	struct dom0_copy copy;
	struct vif_tx_work *works;
};

/* What goes into a response on the ring to the guest. */
struct vif_rx_slot {
	u16 id;
	u16 flags;
	u16 len;
	u16 offset;	/* of the data in its page; in a slot of extra info: the headroom */
	u16 gso_size;
	u8 gso_type;
	u8 extra_type;	/* XEN_NETIF_EXTRA_TYPE_*, or 0 for data */
	u8 nr_ops;
};

/**
 * struct vif_rx_batch - packets on their way to the guest
 * @copy: the copies of their data
 * @nr_slots: how many slots of the ring they take
 * @nr_skbs: how many packets
 * @bytes: of all packets
 * @slots: the response for each slot, in the ring's order
 * @skbs: the packets; one that is shared may be here more than once
 */
struct vif_rx_batch {
	struct dom0_copy copy;
	unsigned int nr_slots;
	unsigned int nr_skbs;
	unsigned int bytes;
	struct vif_rx_slot slots[VIF_RING_SIZE];
	struct sk_buff *skbs[VIF_RING_SIZE];
};

/**
 * struct vif_rx - to the guest
 * @lock: what ndo_start_xmit and NAPI share: @running, @ring, @filling with all that is in it, and
 *	whether the stack's queue is stopped by us
 * @running: packets are taken
 * @headroom: bytes that the guest wants to have free before a packet; under @lock
 * @ring: the slots that the guest has posted
 * @filling: ndo_start_xmit puts packets in here; NAPI exchanges it for @spare
 * @spare: NAPI's; empty but while it sends the packets in there
 * @seen: the guest's producer in the last round; NAPI's
 * @waiting: bytes that the stack held when it was looked at last, 0 while it does not wait; under
 *	@lock
 * @work: runs NAPI from time to time while the stack waits for slots
 */
struct vif_rx {
	spinlock_t lock;	/* protects what ndo_start_xmit and NAPI share, as above */
	bool running;
	u16 headroom;
	struct vif_rx_ring ring;
	struct vif_rx_batch *filling;
	struct vif_rx_batch *spare;
	RING_IDX seen;
	unsigned long waiting;
	struct delayed_work work;
};

/* The ring with its slots. */
static inline struct xen_netif_rx_sring *vif_rx_sring(const struct vif_rx *rx)
{
	return (struct xen_netif_rx_sring *)rx->ring.sring;
}

static_assert(offsetof(struct xen_netif_rx_sring, ring) == sizeof(struct dom0_sring));

/**
 * struct vif_channel - an event channel of a queue
 * @q: the queue
 * @evtchn: the channel, or NULL
 * @fired: an event came since the last end of interrupt
 * @worked: a ring had something new since then; kept until an event comes that may have meant it,
 *	as NAPI often sees requests before their event arrives
 */
struct vif_channel {
	struct vif_queue *q;
	struct dom0_evtchn *evtchn;
	bool fired;
	bool worked;
};

/* As the guest's owner says it, and not as rings or interfaces are named. */
enum vif_direction {
	VIF_FROM_GUEST,
	VIF_TO_GUEST,
	VIF_NR_DIRECTIONS
};

enum vif_bucket {
	VIF_BYTES,
	VIF_PACKETS,
	VIF_XL_BYTES,		/* of the toolstack's "rate": from the guest only */
	VIF_NR_BUCKETS
};

/**
 * struct vif_limit - what may pass in one direction, for all queues together
 * @lock: protects the rest
 * @active: there is a limit; also read without the lock
 * @buckets: each must let a packet pass
 */
struct vif_limit {
	spinlock_t lock;	/* protects the rest */
	bool active;
	struct dom0_bucket buckets[VIF_NR_BUCKETS];
};

/**
 * struct vif_turn - when a queue's next packet may pass, in one direction
 * @q: the queue
 * @parts: what the next packet has taken from each bucket
 * @asked: when it first asked; 0 while it has not
 * @due: when it may pass
 * @timer: runs NAPI then
 *
 * Belongs to the context that lets packets pass in this direction.
 */
struct vif_turn {
	struct vif_queue *q;
	struct dom0_turn parts[VIF_NR_BUCKETS];
	u64 asked;
	u64 due;
	struct hrtimer timer;
};

struct vif_queue {
	struct vif *vif;
	unsigned int index;
	struct napi_struct napi;
	struct vif_channel channels[2];
	/* One and the same, where the frontend does not know split channels. */
	struct vif_channel *tx_channel;
	struct vif_channel *rx_channel;
	struct vif_tx tx;
	struct vif_rx rx;
	struct vif_turn turns[VIF_NR_DIRECTIONS];
	/* One writer each: NAPI, or who holds rx.lock. */
	u64 counters[VIF_NR_COUNTERS];
};

/**
 * struct vif - one device
 * @dev: the card in Dom0, vifD.N
 * @be: the device in xenstore
 * @domid: whose frontend it serves
 * @can_sg: the frontend takes packets of more than one slot; this and the next change under rtnl
 * @can_gso_tcpv4: and those that are left to it to cut into segments
 * @can_gso_tcpv6: the same of IPv6
 * @can_csum_ipv4: and those whose checksum is left to it
 * @can_csum_ipv6: the same of IPv6
 * @fatal_slots: a packet of so many slots is an attack: the frontend is not served any more
 * @limits: what may pass in each direction
 * @carrier_lock: the carrier is given, and taken from a stalled or unplugged card, under it;
 *	disconnecting takes it under rtnl, when no queue runs
 * @lock: held while queues are connected and disconnected, and by those who look into them
 * @num_queues: queues that are connected, 0 while disconnected; written under @lock and rtnl
 * @max_queues: queues that exist
 * @queues: @max_queues of them
 * @debugfs: the folder of the device
 * @running: the rings are worked on; changed under rtnl
 * @broken: the guest has broken the protocol; the rings are left alone
 * @link_down: the card is unplugged; written under @carrier_lock
 * @headroom: what each queue's headroom is to be; under rtnl
 * @wanted_mtu: what the MTU was before a frontend without feature-sg came, or 0; under rtnl
 * @mcast_filter: multicast packets pass to the guest only if it has named their address
 * @mcast_known: all addresses that the guest has named since it connected are in @mcast
 * @mcast_lock: taken by those who change @mcast
 * @mcast: the addresses
 * @hotplug: in the list that uevents look into
 * @script: what the toolstack wants udev to run, or NULL
 * @rx_notify: the frontend sends an event when it has filled slots that we asked for
 */
struct vif {
	struct net_device *dev;
	struct dom0_backend *be;
	domid_t domid;
	bool can_sg;
	bool can_gso_tcpv4;
	bool can_gso_tcpv6;
	bool can_csum_ipv4;
	bool can_csum_ipv6;
	bool rx_notify;
	bool running;
	bool broken;
	bool link_down;
	bool mcast_filter;
	bool mcast_known;
	unsigned int fatal_slots;
	u16 headroom;
	unsigned int wanted_mtu;
	struct vif_limit limits[VIF_NR_DIRECTIONS];
	spinlock_t mcast_lock;	/* orders changes of the addresses */
	struct vif_mcast mcast;
	spinlock_t carrier_lock;	/* orders changes of the carrier */
	struct mutex lock;	/* rings and channels, against readers */
	unsigned int num_queues;
	unsigned int max_queues;
	struct vif_queue *queues;
	struct dentry *debugfs;
	struct list_head hotplug;
	char *script;
};

/* The stack's side of a queue. */
static inline struct netdev_queue *vif_stack_queue(const struct vif_queue *q)
{
	return netdev_get_tx_queue(q->vif->dev, q->index);
}

/* Where a queue's rings and channels are, from xenstore. */
struct vif_queue_refs {
	grant_ref_t tx_ring;
	grant_ref_t rx_ring;
	evtchn_port_t tx_port;
	evtchn_port_t rx_port;
	bool split;
};

/* main.c */
extern bool vif_split_channels;
/* A device may have as many queues, whatever the parameter says. */
#define VIF_QUEUES_LIMIT	64U

extern unsigned int vif_max_queues;
extern unsigned int vif_drain_msecs;
extern unsigned int vif_stall_msecs;
extern unsigned int vif_fatal_slots;
extern unsigned int vif_max_waiting_mb;

/* netdev.c */
struct vif *vif_create(struct dom0_backend *be, unsigned int handle, unsigned int max_queues);
void vif_destroy(struct vif *vif);
int vif_up(struct vif *vif, unsigned int num_queues);
void vif_down(struct vif *vif);
void vif_set_headroom(struct vif *vif, unsigned int headroom);
void vif_break(struct vif *vif, const char *reason);

/* hotplug.c */
void vif_hotplug_add(struct vif *vif);
void vif_hotplug_remove(struct vif *vif);
int vif_hotplug_uevent(const struct xenbus_device *xdev, struct kobj_uevent_env *env);

/* limit.c */
void vif_limits_init(struct vif *vif);
void vif_limits_read_rate(struct vif *vif);
void vif_limits_read(struct vif *vif);
void vif_turns_init(struct vif_queue *q);
bool vif_turn_came(struct vif_queue *q, enum vif_direction dir, u32 len);
bool vif_turn_waits(const struct vif_queue *q, enum vif_direction dir);
void vif_turn_stop(struct vif_queue *q, enum vif_direction dir);

/* link.c */
void vif_link_carrier_on(struct vif *vif);
void vif_link_read(struct vif *vif);

/* mcast.c */
int vif_mcast_change(struct vif *vif, const struct vif_tx_packet *pkt);
bool vif_mcast_filtered(const struct vif *vif, const struct sk_buff *skb);
void vif_mcast_read(struct vif *vif);
void vif_mcast_start(struct vif *vif, unsigned int num_queues);

/* ethtool.c */
extern const struct ethtool_ops vif_ethtool_ops;

/* queue.c */
void vif_queue_init(struct vif_queue *q, struct vif *vif, unsigned int index);
int vif_queue_connect(struct vif_queue *q, const struct vif_queue_refs *refs);
void vif_queue_disconnect(struct vif_queue *q);
void vif_queue_start(struct vif_queue *q);
void vif_queue_stop(struct vif_queue *q);
void vif_queue_schedule(struct vif_queue *q);
void vif_queues_schedule(struct vif *vif);

/* tx.c */
int vif_tx_connect(struct vif_queue *q, grant_ref_t ref);
void vif_tx_disconnect(struct vif_queue *q);
void vif_tx_stop(struct vif_queue *q);
unsigned int vif_tx_poll(struct vif_queue *q, unsigned int budget);
bool vif_tx_rearm(struct vif_queue *q, RING_IDX copied);

/* rx.c */
int vif_rx_connect(struct vif_queue *q, grant_ref_t ref);
void vif_rx_disconnect(struct vif_queue *q);
void vif_rx_start(struct vif_queue *q);
void vif_rx_stop(struct vif_queue *q);
void vif_rx_set_headroom(struct vif_queue *q, unsigned int headroom);
void vif_rx_poll(struct vif_queue *q, int budget);
netdev_tx_t vif_start_xmit(struct sk_buff *skb, struct net_device *dev);
netdev_features_t vif_features_check(struct sk_buff *skb, struct net_device *dev,
				     netdev_features_t features);

/* rx_wait.c */
void vif_rx_init(struct vif_queue *q);
bool vif_rx_drained(const struct vif_queue *q);
bool vif_rx_crowded(struct vif_queue *q);
void vif_rx_forget_waiting(struct vif_rx *rx);
int vif_rx_wait(struct vif_queue *q, unsigned int need);
int vif_rx_hold(struct vif_queue *q);
int vif_rx_check(struct vif_queue *q);
void vif_rx_update_carrier(struct vif_queue *q);

/* debugfs.c */
void vif_debugfs_init(void);
void vif_debugfs_exit(void);
void vif_debugfs_add(struct vif *vif);
void vif_debugfs_remove(struct vif *vif);

/* xenbus.c */
extern const struct dom0_backend_driver vif_driver;

#endif
