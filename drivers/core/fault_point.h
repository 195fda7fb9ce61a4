/* SPDX-License-Identifier: GPL-2.0 */
/* Fault points in debugfs. */
#ifndef _DOM0_CORE_FAULT_POINT_H
#define _DOM0_CORE_FAULT_POINT_H

struct dentry;

#ifdef DOM0_FAULT_POINTS
void dom0_fault_points_debugfs(struct dentry *dir);
#else
static inline void dom0_fault_points_debugfs(struct dentry *dir)
{
}
#endif

#endif
