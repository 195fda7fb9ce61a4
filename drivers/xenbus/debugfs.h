/* SPDX-License-Identifier: GPL-2.0 */
/* The devices' states in debugfs. */
#ifndef _DOM0_XENBUS_DEBUGFS_H
#define _DOM0_XENBUS_DEBUGFS_H

struct dentry;

void xenbus_debugfs_init(struct dentry *dir);

#endif
