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

/* Mistakes that a guest may make in a minute, for each of its units. */
#define VSCSI_MISTAKES		64u

/**
 * struct vscsi_host - one virtual SCSI host
 * @be: the backend device
 * @luns_lock: protects @luns and @nr_luns
 * @luns: its units; the device's work changes the list, the ring's worker, a work item, reads it
 * @nr_luns: number of @luns
 * @lun_gone: woken when a unit is freed for which the device's work waits
 * @ring_lock: protects @ring against readers of debugfs; the device's work writes it
 * @ring: the ring while connected, or NULL
 * @management: limits aborts and resets of the guest; the ring's worker uses it
 * @mistakes: limits mistakes of the guest; the ring's worker uses it, lun.c sets its burst
 * @paused_until: no requests are taken until then, in jiffies; the ring's worker uses it
 * @debugfs: the device's folder
 * @counters: written by the ring's worker, see counters.h
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

#endif
