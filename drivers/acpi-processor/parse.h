/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conversion of a processor's power states from firmware's description to the hypervisor's
 * structures. Pure: works on objects that ACPICA has evaluated, and trusts none of their types,
 * counts and sizes.
 */
#ifndef _PM_PARSE_H
#define _PM_PARSE_H

#include <linux/acpi.h>
#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/platform.h>

/* More states than any processor has; further ones are left out. */
#define PM_CSTATES_MAX	16
#define PM_PSTATES_MAX	256

/**
 * pm_parse_cst() - read idle states
 * @cst: what _CST returned
 * @states: room for PM_CSTATES_MAX
 *
 * A state that is not valid is left out.
 *
 * Return: number of states, at least 1, or -ENODATA.
 */
int pm_parse_cst(const union acpi_object *cst, struct xen_processor_cx *states);

/**
 * pm_parse_pct() - read the registers that set and show the performance state
 * @pct: what _PCT returned
 * @perf: its registers are set
 *
 * Return: 0 or -ENODATA.
 */
int pm_parse_pct(const union acpi_object *pct, struct xen_processor_performance *perf);

/**
 * pm_parse_pss() - read performance states
 * @pss: what _PSS returned
 * @states: room for PM_PSTATES_MAX
 *
 * A state whose frequency is not possible is left out.
 *
 * Return: number of states, at least 1, or -ENODATA.
 */
int pm_parse_pss(const union acpi_object *pss, struct xen_processor_px *states);

/**
 * pm_parse_limit() - find the fastest state of pm_parse_pss() that is allowed
 * @pss: what _PSS returned
 * @limit: what _PPC returned, which counts firmware's states
 *
 * Return: its index, 0 where @limit is none of firmware's states.
 */
u32 pm_parse_limit(const union acpi_object *pss, u64 limit);

/**
 * pm_parse_psd() - read which processors change their frequency together
 * @psd: what _PSD returned, or NULL where firmware has none
 * @acpi_id: the processor's; without a usable @psd it is a domain of its own
 * @perf: its domain and type are set
 */
void pm_parse_psd(const union acpi_object *psd, u32 acpi_id,
		  struct xen_processor_performance *perf);

#endif
