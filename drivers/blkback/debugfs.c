// SPDX-License-Identifier: GPL-2.0
/*
 * <debugfs>/dom0/blkback/<device>/rings: the state and counters of each ring. Beside it, latency:
 * how long the requests of each ring took.
 */
#include "debugfs.h"
#include "ring.h"
#include "vbd.h"

#include <dom0/debugfs.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>

static struct dentry *root;

static const char * const counter_names[] = {
#define C(name) #name,
	BLK_COUNTERS(C)
#undef C
};

/* ---- rings ---- */

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
	seq_printf(m, "  req_cons %u\n", READ_ONCE(ring->req_cons));
	seq_printf(m, "  rsp_prod %u\n", READ_ONCE(ring->finish.rsp_prod));
	seq_printf(m, "  in_flight %u\n", blk_ring_in_flight(ring));
	seq_printf(m, "  held %u\n", READ_ONCE(ring->held.nr));
	seq_printf(m, "  need_wakeup %u\n", READ_ONCE(ring->finish.need_wakeup));
	seq_printf(m, "  broken %u\n", READ_ONCE(ring->broken));
	seq_printf(m, "  pages %u\n", READ_ONCE(ring->pool.size));
	seq_printf(m, "  pages_free %u\n", READ_ONCE(ring->pool.nr_free));
	seq_printf(m, "  persistent_grants %u\n",
		   ring->persistent ? dom0_pgrants_count(ring->persistent) : 0);
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
