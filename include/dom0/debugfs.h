/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One debugfs tree for the whole set: <debugfs>/dom0/<module>/...
 */
#ifndef _DOM0_DEBUGFS_H
#define _DOM0_DEBUGFS_H

struct dentry;

/**
 * dom0_debugfs_dir() - make a module's folder under dom0/
 * @name: short module name, for example "blkback"
 *
 * May sleep. Remove it with debugfs_remove_recursive().
 *
 * Return: what debugfs_create_dir() returned; as with all of debugfs, errors need no check.
 */
struct dentry *dom0_debugfs_dir(const char *name);

#endif
