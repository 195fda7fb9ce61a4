/* SPDX-License-Identifier: GPL-2.0 */
/* Parameters of dom0-blkback, and the functions that no test of drivers/blkback/xenbus.c calls. */
#ifndef _TESTS_BLK_DEVICE_H
#define _TESTS_BLK_DEVICE_H

unsigned int blk_max_queues, blk_max_ring_page_order, blk_max_persistent_grants;
bool blk_feature_persistent;
const struct attribute_group *blk_attr_groups[1];

NOT_HERE(void, blk_barrier_init, struct blk_barrier *barrier)
NOT_HERE(void, blk_throttle_init, struct blk_throttle *throttle)
NOT_HERE(void, blk_throttle_read, struct blk_vbd *vbd)
NOT_HERE(void, blk_debugfs_add, struct blk_vbd *vbd)
NOT_HERE(void, blk_debugfs_remove, struct blk_vbd *vbd)
NOT_HERE(void, blk_counters_add, u64 *sum, const u64 *part)
NOT_HERE(void, blk_latency_add, struct blk_latency *sum, const struct blk_latency *part)
NOT_HERE(int, blk_frontend_read, struct blk_vbd *vbd, struct blk_frontend *front)
NOT_HERE(void, blk_pause_init, struct blk_pause *pause)
NOT_HERE(void, blk_cgroup_init, struct blk_cgroup *cgroup)
NOT_HERE(void, blk_cgroup_read, struct blk_vbd *vbd)
NOT_HERE(void, blk_cgroup_release, struct blk_vbd *vbd)
NOT_HERE(int, blk_vbd_measure, struct blk_vbd *vbd)
NOT_HERE(int, blk_vbd_flush_cache, struct blk_vbd *vbd)
NOT_HERE(bool, dom0_backend_leaving, const struct dom0_backend *be)
NOT_HERE(int, dom0_backend_watch, struct dom0_backend *be, unsigned int nr, enum dom0_side side,
	 const char *key)
NOT_HERE(void, dom0_backend_unwatch, struct dom0_backend *be, unsigned int nr)

#endif
