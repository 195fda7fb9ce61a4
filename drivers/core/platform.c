// SPDX-License-Identifier: GPL-2.0
/* The facts about this domain, read from the kernel and the hypervisor at load. */
#include "platform.h"

#include <dom0/hypercall.h>
#include <dom0/platform.h>
#include <linux/export.h>
#include <linux/string.h>
#include <xen/features.h>
#include <xen/interface/version.h>
#include <xen/xen.h>

static struct dom0_platform platform __ro_after_init;

const struct dom0_platform *dom0_platform(void)
{
	return &platform;
}
EXPORT_SYMBOL_GPL(dom0_platform);

static enum dom0_domain_kind __init domain_kind(void)
{
	if (xen_pv_domain())
		return DOM0_DOMAIN_PV;
	return xen_pvh_domain() ? DOM0_DOMAIN_PVH : DOM0_DOMAIN_HVM;
}

int __init dom0_platform_init(void)
{
	long version = dom0_hypercall_version(XENVER_version, NULL);
	struct xen_extraversion extra = {};

	if (version < 0)
		return version;

	platform.kind = domain_kind();
	platform.initial = xen_initial_domain();
	platform.auto_translated = xen_feature(XENFEAT_auto_translated_physmap);
	platform.xen_major = version >> 16;
	platform.xen_minor = version & 0xffff;
	if (!dom0_hypercall_version(XENVER_extraversion, &extra))
		strscpy(platform.xen_extra, extra.extraversion, sizeof(platform.xen_extra));
	return 0;
}
