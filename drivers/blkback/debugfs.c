// SPDX-License-Identifier: GPL-2.0
/*
 * <debugfs>/dom0/blkback/<device>/rings: the state, the oldest request and the counters of each
 * ring. Beside it, latency: how long the requests of each ring took.
 */
#include "debugfs.h"
#include "request.h"
#include "ring.h"
#include "vbd.h"

#include <dom0/debugfs.h>
#include <linux/debugfs.h>
#include <linux/math64.h>
#include <linux/seq_file.h>

static struct dentry *root;

static const char * const counter_names[] = {
#define C(name) #name,
	BLK_COUNTERS(C)
#undef C
};

/* ---- rings ---- */

static const char * const state_names[] = {
	[BLK_STATE_QUEUED] = "queued",
	[BLK_STATE_LIMIT] = "limit",
	[BLK_STATE_RETRY] = "paged_out",
	[BLK_STATE_DISK] = "disk",
	[BLK_STATE_DONE] = "done",
};

static const char *op_name(u8 op)
{
	switch (op) {
	case BLKIF_OP_READ:
		return "read";
	case BLKIF_OP_WRITE:
		return "write";
	case BLKIF_OP_WRITE_BARRIER:
		return "barrier";
	case BLKIF_OP_FLUSH_DISKCACHE:
		return "flush";
	case BLKIF_OP_DISCARD:
		return "discard";
	default:
		return "invalid";
	}
}

/* Return the request that was taken first of those that are not answered, or NULL. */
static const struct blk_request *find_oldest(const struct blk_ring *ring, u64 *taken)
{
	const struct blk_request *oldest = NULL;
	unsigned int i;
	u64 when;

	for (i = 0; i < ring->slots; i++) {
		when = READ_ONCE(ring->requests[i].taken);
		if (when && (!oldest || when < *taken)) {
			oldest = &ring->requests[i];
			*taken = when;
		}
	}
	return oldest;
}

/*
 * Copy what is shown of the oldest request. Return false if there is none, or if it has been
 * answered meanwhile, and perhaps used again: then it is not old.
 */
static bool copy_oldest(const struct blk_ring *ring, struct blk_command *cmd, u8 *state,
			u64 *taken)
{
	const struct blk_request *req = find_oldest(ring, taken);

	if (!req)
		return false;
	/* Pairs with smp_store_release() in take_request(). */
	smp_rmb();
	*state = READ_ONCE(req->state);
	cmd->op = READ_ONCE(req->cmd.op);
	cmd->id = READ_ONCE(req->cmd.id);
	cmd->sector = READ_ONCE(req->cmd.sector);
	cmd->nr_sectors = READ_ONCE(req->cmd.nr_sectors);
	/* Pairs with the lock-free list by which complete_requests() hands the request back. */
	smp_rmb();
	return READ_ONCE(req->taken) == *taken;
}

static void show_oldest(struct seq_file *m, const struct blk_ring *ring)
{
	struct blk_command cmd;
	u64 taken;
	u8 state;

	if (!copy_oldest(ring, &cmd, &state, &taken))
		return;
	seq_printf(m, "  oldest_ms %llu\n", div_u64(blk_now() - taken, USEC_PER_MSEC));
	seq_printf(m, "  oldest_state %s\n", state_names[state]);
	seq_printf(m, "  oldest_op %s\n", op_name(cmd.op));
	seq_printf(m, "  oldest_sector %llu\n", cmd.sector);
	seq_printf(m, "  oldest_nr_sectors %llu\n", cmd.nr_sectors);
	seq_printf(m, "  oldest_id %llu\n", cmd.id);
}

/* All values may change while they are printed. */
static void show_ring(struct seq_file *m, struct blk_ring *ring)
{
	struct dom0_evtchn_stats events;
	unsigned int i;

	dom0_evtchn_stats(ring->ch, &events);
	seq_printf(m, "queue %u\n", ring->index);
	seq_printf(m, "  abi %s\n", ring->abi == BLK_ABI_64 ? "64" : "32");
	seq_printf(m, "  slots %u\n", ring->slots);
	seq_printf(m, "  req_prod %u\n", READ_ONCE(ring->shared->req_prod));
	seq_printf(m, "  req_cons %u\n", READ_ONCE(ring->worker.req_cons));
	seq_printf(m, "  rsp_prod %u\n", READ_ONCE(ring->finish.rsp_prod));
	seq_printf(m, "  in_flight %u\n", blk_ring_in_flight(ring));
	seq_printf(m, "  held %u\n", READ_ONCE(ring->held.nr));
	seq_printf(m, "  need_wakeup %u\n", READ_ONCE(ring->finish.need_wakeup));
	seq_printf(m, "  broken %u\n", READ_ONCE(ring->broken));
	show_oldest(m, ring);
	seq_printf(m, "  pages %u\n", READ_ONCE(ring->pool.size));
	seq_printf(m, "  pages_free %u\n", READ_ONCE(ring->pool.nr_free));
	seq_printf(m, "  persistent_grants %u\n",
		   ring->persistent ? blk_pgrants_count(ring->persistent) : 0);
	seq_printf(m, "  events %llu\n", events.events);
	seq_printf(m, "  events_spurious %llu\n", events.spurious);
	for (i = 0; i < BLK_NR_COUNTERS; i++)
		seq_printf(m, "  %s %llu\n", counter_names[i], READ_ONCE(ring->counters[i]));
}

static int rings_show(struct seq_file *m, void *unused)
{
	struct blk_vbd *vbd = m->private;
	unsigned int i;

	mutex_lock(&vbd->rings_lock);
	for (i = 0; i < vbd->nr_rings; i++)
		show_ring(m, vbd->rings[i]);
	mutex_unlock(&vbd->rings_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(rings);

/* ---- latency ---- */

static void show_bucket(struct seq_file *m, const struct blk_latency *latency, unsigned int bucket)
{
	u32 end = blk_latency_end(bucket);
	unsigned int class;

	if (end)
		seq_printf(m, "%10u", end);
	else
		seq_printf(m, "%10s", "inf");
	for (class = 0; class < BLK_NR_CLASSES; class++)
		seq_printf(m, " %12llu", READ_ONCE(latency->counts[class][bucket]));
	seq_putc(m, '\n');
}

static void show_histogram(struct seq_file *m, const struct blk_ring *ring)
{
	unsigned int bucket;

	seq_printf(m, "queue %u\n%10s", ring->index, "below_us");
#define C(name) seq_printf(m, " %12s", #name);
	BLK_CLASSES(C)
#undef C
	seq_putc(m, '\n');
	for (bucket = 0; bucket < BLK_LATENCY_BUCKETS; bucket++)
		show_bucket(m, &ring->finish.latency, bucket);
}

static int latency_show(struct seq_file *m, void *unused)
{
	struct blk_vbd *vbd = m->private;
	unsigned int i;

	mutex_lock(&vbd->rings_lock);
	for (i = 0; i < vbd->nr_rings; i++)
		show_histogram(m, vbd->rings[i]);
	mutex_unlock(&vbd->rings_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(latency);

/* ---- the device's folder ---- */

void blk_debugfs_add(struct blk_vbd *vbd)
{
	vbd->debugfs = debugfs_create_dir(vbd->be->name, root);
	debugfs_create_file("rings", 0400, vbd->debugfs, vbd, &rings_fops);
	debugfs_create_file("latency", 0400, vbd->debugfs, vbd, &latency_fops);
}

void blk_debugfs_remove(struct blk_vbd *vbd)
{
	debugfs_remove_recursive(vbd->debugfs);
}

void blk_debugfs_init(void)
{
	root = dom0_debugfs_dir("blkback");
}

void blk_debugfs_exit(void)
{
	debugfs_remove_recursive(root);
}
