// SPDX-License-Identifier: GPL-2.0
/*
 * The root of the debugfs tree. Other modules unload before this one, so their folders are gone
 * when the root is removed.
 */
#include "debugfs.h"
#include "evtchn.h"
#include "fault_point.h"
#include "hypercall.h"

#include <dom0/debugfs.h>
#include <linux/debugfs.h>
#include <linux/export.h>

static struct dentry *root;

struct dentry *dom0_debugfs_dir(const char *name)
{
	return debugfs_create_dir(name, root);
}
EXPORT_SYMBOL_GPL(dom0_debugfs_dir);

void __init dom0_debugfs_init(void)
{
	struct dentry *dir;

	root = debugfs_create_dir("dom0", NULL);
	dir = dom0_debugfs_dir("core");
	dom0_hypercall_debugfs(dir);
	dom0_evtchn_debugfs(dir);
	dom0_fault_points_debugfs(root);
}

void dom0_debugfs_exit(void)
{
	debugfs_remove_recursive(root);
}
