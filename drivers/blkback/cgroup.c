// SPDX-License-Identifier: GPL-2.0
/*
 * The block cgroup that a disk's I/O is charged to. The toolstack names one of the hierarchy of
 * version 2 in "cgroup", and may change it at any time. Without that node it is the root.
 *
 * Each worker, a kernel thread, looks at it in each round, and enters the one that is named now.
 * The block layer charges a bio to the cgroup that the worker is in when it prepares the bio. So a
 * change waits for nothing, and cannot fail: bios in flight end in the cgroup where they began.
 */
#include "cgroup.h"
#include "ring.h"
#include "vbd.h"

#include <dom0/xs.h>
#include <linux/cgroup.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/kthread.h>

/* The longest path, with its end. */
#define CGROUP_PATH_SIZE	256

void blk_cgroup_init(struct blk_cgroup *cgroup)
{
	spin_lock_init(&cgroup->lock);
}

/* Return a reference to the I/O state of a cgroup, or of the nearest one above it that has any. */
static struct cgroup_subsys_state *get_css(const char *path)
{
#if IS_ENABLED(CONFIG_BLK_CGROUP)
	struct cgroup *cgroup = cgroup_get_from_path(path);
	struct cgroup_subsys_state *css;

	if (IS_ERR(cgroup))
		return ERR_CAST(cgroup);
	css = cgroup_get_e_css(cgroup, &io_cgrp_subsys);
	cgroup_put(cgroup);
	return css;
#else
	return ERR_PTR(-EOPNOTSUPP);
#endif
}

static void put_css(struct cgroup_subsys_state *css)
{
	if (css)
		css_put(css);
}

/* Return a reference to what the toolstack has named, or NULL for the root. */
static struct cgroup_subsys_state *named_css(struct blk_vbd *vbd)
{
	char path[CGROUP_PATH_SIZE];
	int err = dom0_xs_read_string(vbd->be, DOM0_SIDE_BACKEND, "cgroup", path, sizeof(path));
	struct cgroup_subsys_state *css;

	if (err == -ENOENT)
		return NULL;
	/* This is called again. */
	if (dom0_xs_failed(err))
		return ERR_PTR(err);
	css = err ? ERR_PTR(err) : get_css(path);
	if (IS_ERR(css))
		dom0_backend_error(vbd->be, PTR_ERR(css), "cgroup names no cgroup of version 2");
	return css;
}

/*
 * Read which cgroup is named, on the device's queue. If it is none, the old one stays. Idle workers
 * have a round too: a cgroup that was removed lives until they have left it.
 */
void blk_cgroup_read(struct blk_vbd *vbd)
{
	struct cgroup_subsys_state *css = named_css(vbd);
	struct cgroup_subsys_state *old = vbd->cgroup.css;
	unsigned int i;

	if (IS_ERR(css))
		return;
	spin_lock(&vbd->cgroup.lock);
	WRITE_ONCE(vbd->cgroup.css, css);
	spin_unlock(&vbd->cgroup.lock);
	put_css(old);
	if (css == old)
		return;
	for (i = 0; i < vbd->nr_rings; i++)
		blk_ring_kick(vbd->rings[i], BLK_WORK_LOOK);
}

/* Drop the reference, when no worker exists any more. */
void blk_cgroup_release(struct blk_vbd *vbd)
{
	put_css(vbd->cgroup.css);
	vbd->cgroup.css = NULL;
}

/*
 * Called by a worker: enter the cgroup that is named now. The thread keeps a reference of its own,
 * so the address of the one that it is in is not used again for another one.
 */
void blk_cgroup_follow(struct blk_ring *ring)
{
	struct blk_cgroup *cgroup = &ring->vbd->cgroup;

	if (likely(READ_ONCE(cgroup->css) == ring->worker.css))
		return;
	spin_lock(&cgroup->lock);
	ring->worker.css = cgroup->css;
	kthread_associate_blkcg(cgroup->css);
	spin_unlock(&cgroup->lock);
}

/* Called by a worker before it ends. */
void blk_cgroup_leave(struct blk_ring *ring)
{
	ring->worker.css = NULL;
	kthread_associate_blkcg(NULL);
}
