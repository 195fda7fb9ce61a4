/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a device waits: rules that turn facts into sentences. Nothing is looked up here, so that a
 * test can try each rule with facts of its own.
 */
#ifndef _DOM0CTL_DOCTOR_H
#define _DOM0CTL_DOCTOR_H

#include "oldest.h"

#include <stdbool.h>

struct facts {
	char name[64];			/* vbd-3-51712 */
	char kind[24];
	char path[128];			/* its directory in xenstore */
	int domid;
	int ours, theirs;		/* states as in xenstore, -1 for none or an invalid one */
	bool online;			/* the toolstack has not detached it */
	bool domain_there;
	bool frontend_there;		/* the guest's directory in xenstore */

	bool bus_there;			/* the kernel has the bus xen-backend */
	bool on_bus;
	char module[32];		/* the module that serves it, or "" */
	const char *ours_module;	/* modules for this kind: ours, and the kernel tree's */
	const char *kernels_module;
	bool ours_loaded, kernels_loaded;

	bool script_needed;		/* the backend waits for the hotplug script's answer */
	char script[256];
	char hotplug[32];		/* hotplug-status, or "" */
	char hotplug_error[512];
	char error[512];		/* the text of the error node, or "" */

	char disk[1024];		/* a path that ought to exist, or "" */
	bool disk_there;
	char number[24];		/* the block device's "major:minor", or "" */
	bool number_there;

	struct oldest oldest;		/* its oldest request, if the driver shows it */

	char bridge[64];		/* the bridge for vif-bridge, or "" */
	bool bridge_there;
	char interface[32];
	bool in_bridge;
};

struct finding {
	char problem[1200];
	char advice[1200];
};

#define FINDINGS_MOST	8

/* Return the number of findings, 0 for a healthy device. Causes come before effects. */
unsigned int doctor_examine(const struct facts *facts, struct finding findings[FINDINGS_MOST]);

#endif
