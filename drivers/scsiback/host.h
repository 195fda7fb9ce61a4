/* SPDX-License-Identifier: GPL-2.0 */
/* A virtual SCSI host of a guest. */
#ifndef _SCSIBACK_HOST_H
#define _SCSIBACK_HOST_H

#include "counters.h"

#include <dom0/xenbus.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/ratelimit_types.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct dentry;
struct vscsi_ring;

/* Commands of a unit in a minute that may be wrong. */
#define VSCSI_MISTAKES		64u

/**
 * struct vscsi_host - one virtual SCSI host
 * @be: the backend device
 * @luns_lock: protects @luns and @nr_luns
 * @luns: what its addresses stand for; the device's work changes it, the ring's worker looks
 * @nr_luns: how many there are
 * @lun_gone: woken when one has gone for which the device's work waits
 * @ring_lock: protects @ring against readers of debugfs; the device's work writes it
 * @ring: the ring while connected, or NULL
 * @management: how often its guest may ask for aborts and resets; the ring's worker uses it
 * @mistakes: how often its guest may be wrong; likewise, but for the burst
 * @paused_until: no requests are taken until then, in jiffies; likewise
 * @debugfs: the device's folder
 * @counters: see counters.h
 */
struct vscsi_host {
	struct dom0_backend *be;
	spinlock_t luns_lock;		/* @luns, @nr_luns */
	struct list_head luns;
	unsigned int nr_luns;
	wait_queue_head_t lun_gone;
	struct mutex ring_lock;		/* @ring */
	struct vscsi_ring *ring;
	struct ratelimit_state management;
	struct ratelimit_state mistakes;
	u64 paused_until;
	struct dentry *debugfs;
	u64 counters[VSCSI_NR_COUNTERS];
};

extern const struct dom0_backend_driver vscsi_driver;

#endif
