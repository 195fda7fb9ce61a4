/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kind of Xen domain this kernel runs in. Decided once, when dom0-core loads; constant
 * afterwards.
 */
#ifndef _DOM0_PLATFORM_H
#define _DOM0_PLATFORM_H

#include <linux/types.h>

enum dom0_domain_kind {
	DOM0_DOMAIN_PV,
	DOM0_DOMAIN_PVH,
	DOM0_DOMAIN_HVM,
};

/**
 * struct dom0_platform - facts about this domain and its hypervisor
 * @kind: how this domain is virtualised
 * @initial: true in Dom0, false in a driver domain
 * @auto_translated: the hypervisor translates guest-physical addresses (PVH, HVM), so this kernel
 *	has no p2m that a grant mapping would change
 * @xen_major: hypervisor version, for example 4
 * @xen_minor: for example 17
 * @xen_extra: for example ".5", NUL-terminated
 */
struct dom0_platform {
	enum dom0_domain_kind kind;
	bool initial;
	bool auto_translated;
	u16 xen_major;
	u16 xen_minor;
	char xen_extra[16];
};

/**
 * dom0_platform() - get the facts about this domain
 *
 * dom0-core loads on Xen only, so a module that links to this symbol also loads on Xen only. Any
 * context.
 *
 * Return: the facts, never NULL, constant for the life of the module.
 */
const struct dom0_platform *dom0_platform(void);

#endif
