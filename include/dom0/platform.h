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
 * @auto_translated: guest-physical addresses are translated by the hypervisor (PVH, HVM), so that
 *	mapping a grant changes no p2m of ours
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
 * dom0_platform() - the facts about this domain
 *
 * dom0-core does not load where there is no Xen, so that a module which links to this symbol runs
 * on Xen. Any context.
 *
 * Return: the facts, never NULL, constant for the life of the module.
 */
const struct dom0_platform *dom0_platform(void);

#endif
