// SPDX-License-Identifier: GPL-2.0
/*
 * <debugfs>/dom0/scsiback/<device>/ring: what the ring is doing.
 */
#include "debugfs.h"
#include "host.h"
#include "ring.h"

#include <dom0/debugfs.h>
#include <dom0/evtchn.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>

static struct dentry *root;

static const char * const counter_names[] = {
#define C(name) #name,
	VSCSI_COUNTERS(C)
#undef C
};

/* All of it may change while it is printed. */
static void show_scsi_ring(struct seq_file *m, struct vscsi_ring *ring)
{
	struct dom0_evtchn_stats events;

	dom0_evtchn_stats(ring->ch, &events);
	seq_printf(m, "req_prod %u\n", READ_ONCE(ring->shared->req_prod));
	seq_printf(m, "req_cons %u\n", READ_ONCE(ring->worker.req_cons));
	seq_printf(m, "rsp_prod %u\n", READ_ONCE(ring->worker.rsp_prod));
	seq_printf(m, "in_flight %u\n",
		   READ_ONCE(ring->worker.req_cons) - READ_ONCE(ring->worker.rsp_prod));
	seq_printf(m, "broken %u\n", READ_ONCE(ring->broken));
	seq_printf(m, "pages %u\n", READ_ONCE(ring->worker.pages.size));
	seq_printf(m, "pages_free %u\n", READ_ONCE(ring->worker.pages.nr_free));
	seq_printf(m, "events %llu\n", events.events);
	seq_printf(m, "events_spurious %llu\n", events.spurious);
}

static int ring_show(struct seq_file *m, void *unused)
{
	struct vscsi_host *host = m->private;
	unsigned int i;

	mutex_lock(&host->ring_lock);
	if (host->ring)
		show_scsi_ring(m, host->ring);
	mutex_unlock(&host->ring_lock);
	for (i = 0; i < VSCSI_NR_COUNTERS; i++)
		seq_printf(m, "%s %llu\n", counter_names[i], READ_ONCE(host->counters[i]));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ring);

void vscsi_debugfs_add(struct vscsi_host *host)
{
	host->debugfs = debugfs_create_dir(host->be->name, root);
	debugfs_create_file("ring", 0400, host->debugfs, host, &ring_fops);
}

void vscsi_debugfs_remove(struct vscsi_host *host)
{
	debugfs_remove_recursive(host->debugfs);
}

void vscsi_debugfs_init(void)
{
	root = dom0_debugfs_dir("scsiback");
}

void vscsi_debugfs_exit(void)
{
	debugfs_remove_recursive(root);
}
