// SPDX-License-Identifier: GPL-2.0
/* Performance states of a processor: registers, states, limit and domain, handed over together. */
#include "parse.h"
#include "processor.h"
#include "pstates.h"

#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/slab.h>

/* Without _PPC all states are allowed. */
static u32 read_ppc_limit(const struct pm_processor *processor, const union acpi_object *pss)
{
	unsigned long long limit;

	if (ACPI_FAILURE(acpi_evaluate_integer(processor->handle, "_PPC", NULL, &limit)))
		return 0;
	return pm_parse_limit(pss, limit);
}

static int read_registers(const struct pm_processor *processor,
			  struct xen_processor_performance *perf)
{
	struct acpi_buffer buffer;
	const union acpi_object *pct = pm_evaluate(processor->handle, "_PCT", &buffer);
	int err = pct ? pm_parse_pct(pct, perf) : -ENOENT;

	kfree(buffer.pointer);
	return err;
}

/* Read the states. Return their number, and in @limit the index of the fastest that is allowed. */
static int read_pstates(const struct pm_processor *processor, struct xen_processor_px *states,
			u32 *limit)
{
	struct acpi_buffer buffer;
	const union acpi_object *pss = pm_evaluate(processor->handle, "_PSS", &buffer);
	int nr = -ENODATA;

	if (pss) {
		nr = pm_parse_pss(pss, states);
		*limit = read_ppc_limit(processor, pss);
	}
	kfree(buffer.pointer);
	return nr;
}

static void read_domain(const struct pm_processor *processor,
			struct xen_processor_performance *perf)
{
	struct acpi_buffer buffer;

	pm_parse_psd(pm_evaluate(processor->handle, "_PSD", &buffer), processor->acpi_id, perf);
	kfree(buffer.pointer);
}

/* Return how many states the hypervisor has taken, 0 if firmware has none, or an errno. */
static int upload_states(struct pm_processor *processor, struct xen_processor_px *states)
{
	struct xenpf_set_processor_pminfo info = {
		.id = processor->acpi_id,
		.type = XEN_PM_PX,
		.perf.flags = XEN_PX_PCT | XEN_PX_PSS | XEN_PX_PPC | XEN_PX_PSD,
	};
	int nr, err = read_registers(processor, &info.perf);

	if (err)
		return err == -ENOENT ? 0 : err;
	nr = read_pstates(processor, states, &info.perf.platform_limit);
	/* The hypervisor takes two states or more: with one there is nothing to choose. */
	if (nr < 2)
		return nr < 0 ? nr : 0;
	read_domain(processor, &info.perf);
	info.perf.state_count = nr;
	set_xen_guest_handle(info.perf.states, states);
	err = pm_upload(&info);
	if (err)
		return err;
	processor->limit = info.perf.platform_limit;
	processor->has_pstates = true;
	return nr;
}

void pm_pstates_upload(struct pm_processor *processor)
{
	struct xen_processor_px *states;

	lockdep_assert_held(&pm_lock);
	states = kcalloc(PM_PSTATES_MAX, sizeof(*states), GFP_KERNEL);
	processor->pstates = states ? upload_states(processor, states) : -ENOMEM;
	kfree(states);
	pm_complain(processor, "performance states", processor->pstates);
}

static int upload_limit(struct pm_processor *processor)
{
	struct xenpf_set_processor_pminfo info = {
		.id = processor->acpi_id,
		.type = XEN_PM_PX,
		.perf.flags = XEN_PX_PPC,
	};
	struct acpi_buffer buffer;
	const union acpi_object *pss = pm_evaluate(processor->handle, "_PSS", &buffer);
	int err = -ENODATA;

	if (pss) {
		info.perf.platform_limit = read_ppc_limit(processor, pss);
		err = pm_upload(&info);
	}
	kfree(buffer.pointer);
	if (!err)
		processor->limit = info.perf.platform_limit;
	return err;
}

int pm_limit_upload(struct pm_processor *processor)
{
	int err;

	lockdep_assert_held(&pm_lock);
	/* The hypervisor has no states to which the limit could apply. */
	if (!processor->has_pstates)
		return -ENODEV;
	err = upload_limit(processor);
	pm_complain(processor, "limit", err);
	return err;
}
