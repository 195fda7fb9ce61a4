/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One debugfs tree for all modules: <debugfs>/dom0/<module>/...
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
 * Return: the result of debugfs_create_dir(). As always in debugfs, callers need not check it.
 */
struct dentry *dom0_debugfs_dir(const char *name);

#endif
