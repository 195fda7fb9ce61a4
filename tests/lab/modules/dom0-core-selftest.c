// SPDX-License-Identifier: GPL-2.0
/*
 * Tests dom0-core against the real hypervisor: this domain is its own guest. The peer is a port of
 * this domain that acts as the frontend. It can be bound to again whenever our end is closed. The
 * module loads if all checks passed.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <dom0/evtchn.h>
#include <dom0/fault_point.h>
#include <dom0/hypercall.h>
#include <dom0/multicall.h>
#include <dom0/platform.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <xen/events.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/version.h>
#include <xen/xenbus.h>

#define UNKNOWN_HYPERCALL	63
#define UNKNOWN_COMMAND		9999
#define NO_SUCH_DOMAIN		0x7000
#define STORM_ROUNDS		300

static unsigned int failures;

static void core_complain(int line, const char *what)
{
	pr_err("line %d: check failed: %s\n", line, what);
	failures++;
}

#define check(condition) \
	do { \
		if (!(condition)) \
			core_complain(__LINE__, #condition); \
	} while (0)

/* Wait for up to a second for @condition, and return whether it is true. */
#define soon(condition) ({ \
	unsigned long end = jiffies + 10 * HZ; \
	while (!(condition) && time_before(jiffies, end)) \
		usleep_range(50, 100); \
	(condition); \
})

static long our_version(void)
{
	return dom0_platform()->xen_major << 16 | dom0_platform()->xen_minor;
}

static void test_hypercalls(void)
{
	struct gnttab_query_size size = { .dom = DOMID_SELF };
	int bad_port = -1;

	check(our_version() >= 4 << 16);
	check(dom0_hypercall_version(XENVER_version, NULL) == our_version());
	check(dom0_hypercall(UNKNOWN_HYPERCALL, 0, 0, 0, 0, 0) == -ENOSYS);
	check(dom0_hypercall(UINT_MAX >> 1, 0, 0, 0, 0, 0) == -ENOSYS);
	check(dom0_hypercall_evtchn(EVTCHNOP_unmask, &bad_port) == -EINVAL);
	check(!dom0_hypercall_grant(GNTTABOP_query_size, &size, 1));
	check(size.status == GNTST_okay && size.nr_frames);
	check(dom0_hypercall_grant(UNKNOWN_COMMAND, &size, 1) < 0);
}

/* Test arguments three and four. Only PV has a harmless hypercall that uses them. */
static void test_arguments(void)
{
	unsigned int done = 77;

	if (dom0_platform()->kind != DOM0_DOMAIN_PV)
		return;
	check(!dom0_hypercall(__HYPERVISOR_mmu_update, 0, 0, (unsigned long)&done, DOMID_SELF, 0));
	check(done == 0);
	check(dom0_hypercall(__HYPERVISOR_mmu_update, 0, 0, 0, NO_SUCH_DOMAIN, 0) == -ESRCH);
}

static void test_multicall(void)
{
	struct dom0_multicall mc = { };

	dom0_multicall_exit(&mc);
	check(dom0_multicall_init(&mc, 0) == -EINVAL);
	check(dom0_multicall_init(&mc, 4097) == -EINVAL);
	check(!dom0_multicall_init(&mc, 2));
	check(!dom0_multicall_flush(&mc));
	check(dom0_multicall_add(&mc, __HYPERVISOR_xen_version, XENVER_version, 0, 0, 0, 0) == 0);
	check(dom0_multicall_add(&mc, UNKNOWN_HYPERCALL, 0, 0, 0, 0, 0) == 1);
	check(dom0_multicall_add(&mc, UNKNOWN_HYPERCALL, 0, 0, 0, 0, 0) == -ENOSPC);
	check(!dom0_multicall_flush(&mc));
	check(dom0_multicall_result(&mc, 0) == our_version());
	check(dom0_multicall_result(&mc, 1) == -ENOSYS);
	dom0_multicall_reset(&mc);
	check(dom0_multicall_add(&mc, __HYPERVISOR_xen_version, XENVER_version, 0, 0, 0, 0) == 0);
	dom0_multicall_exit(&mc);
}

/* The other end of the channel. */
struct peer {
	evtchn_port_t port;
	int irq;
	unsigned int events;
};

static irqreturn_t peer_event(int irq, void *data)
{
	struct peer *peer = data;

	WRITE_ONCE(peer->events, peer->events + 1);
	return IRQ_HANDLED;
}

static int peer_init(struct peer *peer)
{
	struct evtchn_alloc_unbound alloc = { .dom = DOMID_SELF, .remote_dom = DOMID_SELF };
	int err = dom0_hypercall_evtchn(EVTCHNOP_alloc_unbound, &alloc);

	if (err)
		return err;
	peer->port = alloc.port;
	peer->irq = bind_evtchn_to_irqhandler(alloc.port, peer_event, 0, "selftest-peer", peer);
	return min(peer->irq, 0);
}

static void peer_send(struct peer *peer)
{
	notify_remote_via_irq(peer->irq);
}

/* The kernel needs a device for a channel, for its domain and its statistics. */
static struct xenbus_device device = { .otherend_id = DOMID_SELF };

#define ALIVE	0xa11fe

struct owner {
	unsigned int alive;
	unsigned int events;
};

static void owner_event(void *data)
{
	struct owner *owner = data;

	check(READ_ONCE(owner->alive) == ALIVE);
	WRITE_ONCE(owner->events, owner->events + 1);
}

static struct dom0_evtchn *bind_peer(struct peer *peer, struct owner *owner)
{
	return dom0_evtchn_bind(&device, peer->port, "core-selftest", owner_event, owner);
}

static u64 events_of(struct dom0_evtchn *ch)
{
	struct dom0_evtchn_stats stats;

	dom0_evtchn_stats(ch, &stats);
	return stats.events;
}

static u64 spurious_of(struct dom0_evtchn *ch)
{
	struct dom0_evtchn_stats stats;

	dom0_evtchn_stats(ch, &stats);
	return stats.spurious;
}

/*
 * Binding counts as an event, for those that the peer may have sent before. It does not count as
 * spurious, even if the peer had sent none.
 */
static void test_events(struct peer *peer, struct dom0_evtchn *ch)
{
	unsigned int i;

	check(soon(events_of(ch) == 1));
	for (i = 0; i < 10; i++)
		peer_send(peer);
	msleep(20);
	check(events_of(ch) == 1);
	check(dom0_evtchn_eoi(ch, false));
	check(soon(events_of(ch) == 2));
	check(dom0_evtchn_eoi(ch, true));
	for (i = 0; i < 10; i++)
		check(!dom0_evtchn_eoi(ch, false));
	check(spurious_of(ch) == 0 && !atomic_read(&device.spurious_events));
	msleep(20);
	check(events_of(ch) == 2);
}

static void test_notify(struct peer *peer, struct dom0_evtchn *ch)
{
	struct dom0_evtchn_stats stats;
	unsigned int before = READ_ONCE(peer->events);

	dom0_evtchn_notify(ch);
	check(soon(READ_ONCE(peer->events) == before + 1));
	dom0_evtchn_stats(ch, &stats);
	check(stats.notifies == 1);
}

static void test_throttle(struct peer *peer, struct dom0_evtchn *ch)
{
	u64 before = events_of(ch);
	unsigned int i;

	for (i = 1; i <= 5; i++) {
		peer_send(peer);
		check(soon(events_of(ch) == before + i));
		dom0_evtchn_eoi(ch, false);
	}
	check(spurious_of(ch) == 5);
	check(atomic_read(&device.spurious_events) == 5);
	check(atomic_read(&device.jiffies_eoi_delayed));
}

static void test_quiesce(struct peer *peer, struct dom0_evtchn *ch)
{
	u64 before;

	dom0_evtchn_quiesce(ch);
	before = events_of(ch);
	peer_send(peer);
	dom0_evtchn_eoi(ch, true);
	dom0_evtchn_notify(ch);
	dom0_evtchn_quiesce(ch);
	peer_send(peer);
	msleep(20);
	check(events_of(ch) == before);
}

static void test_channel(struct peer *peer)
{
	struct owner owner = { .alive = ALIVE };
	struct dom0_evtchn *ch = bind_peer(peer, &owner);

	check(!IS_ERR(ch));
	if (IS_ERR(ch))
		return;
	check(dom0_evtchn_irq(ch));
	check(IS_ERR(bind_peer(peer, &owner)));
	test_events(peer, ch);
	test_notify(peer, ch);
	test_throttle(peer, ch);
	test_quiesce(peer, ch);
	check(events_of(ch) == owner.events);
	dom0_evtchn_unbind(ch);
	dom0_evtchn_unbind(NULL);
	dom0_evtchn_quiesce(NULL);
	check(!atomic_read(&device.event_channels));
}

static int storm_peer(void *data)
{
	while (!kthread_should_stop()) {
		peer_send(data);
		cond_resched();
	}
	return 0;
}

/*
 * Bind and unbind a channel while events keep coming: its owner may be freed right after the
 * unbind.
 */
static void storm_round(struct peer *peer, unsigned int round)
{
	struct owner owner = { .alive = ALIVE };
	struct dom0_evtchn *ch = bind_peer(peer, &owner);
	unsigned int i;

	check(!IS_ERR(ch));
	if (IS_ERR(ch))
		return;
	check(soon(events_of(ch)));
	for (i = 0; i < round % 16; i++)
		dom0_evtchn_eoi(ch, round & 1);
	if (round & 2)
		dom0_evtchn_quiesce(ch);
	if (round & 4)
		dom0_evtchn_eoi(ch, true);
	dom0_evtchn_unbind(ch);
	WRITE_ONCE(owner.alive, 0);
}

static void test_storm(struct peer *peer)
{
	struct task_struct *task = kthread_run(storm_peer, peer, "core-selftest-storm");
	unsigned int round;

	check(!IS_ERR(task));
	if (IS_ERR(task))
		return;
	for (round = 0; round < STORM_ROUNDS && !failures; round++)
		storm_round(peer, round);
	kthread_stop(task);
}

static void test_channels(void)
{
	struct owner owner = { .alive = ALIVE };
	struct peer peer = { };
	int err = peer_init(&peer);

	check(!err);
	if (err)
		return;
	check(IS_ERR(dom0_evtchn_bind(&device, 100000, "core-selftest", owner_event, &owner)));
	test_channel(&peer);
	test_storm(&peer);
	unbind_from_irqhandler(peer.irq, &peer);
	/* The kernel may still be using the device for an event that came late. */
	synchronize_rcu();
}

/* The scenario delays this module or makes it fail at these points. */
static int test_fault_points(void)
{
	int err = dom0_fault_point("core_selftest");

	if (err)
		return err;
	check(!dom0_fault_point("core_selftest_other"));
	preempt_disable();
	check(dom0_fault_point_atomic("core_selftest_atomic") == -ENOSPC);
	check(!dom0_fault_point_atomic("core_selftest_spin"));
	preempt_enable();
	return 0;
}

static int __init core_selftest_init(void)
{
	int err = test_fault_points();

	if (err)
		return err;
	test_hypercalls();
	test_arguments();
	test_multicall();
	test_channels();
	pr_info("%s\n", failures ? "failed" : "passed");
	return failures ? -EIO : 0;
}
module_init(core_selftest_init);

static void __exit core_selftest_exit(void)
{
}
module_exit(core_selftest_exit);

MODULE_DESCRIPTION("Tests dom0-core on the running hypervisor");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
