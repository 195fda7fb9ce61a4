/* SPDX-License-Identifier: GPL-2.0 */
/* The list of event channels in debugfs. */
#ifndef _DOM0_CORE_EVTCHN_H
#define _DOM0_CORE_EVTCHN_H

struct dentry;

void dom0_evtchn_debugfs(struct dentry *dir);

#endif
