// SPDX-License-Identifier: GPL-2.0
/*
 * Idle states of a processor: those of _CST, or else the two that the ports of its power block
 * stand for. C1, which halts the processor, needs no description by firmware.
 */
#include "cstates.h"
#include "parse.h"
#include "processor.h"

#include <acpi/processor.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/slab.h>

/* With a latency above this, firmware says that it does not support the state. */
#define C2_MICROSECONDS_MAX	100
#define C3_MICROSECONDS_MAX	1000

static void fill_port(struct xen_processor_cx *state, u8 type, u32 port, u32 latency)
{
	*state = (struct xen_processor_cx) {
		.reg.space_id = ACPI_ADR_SPACE_SYSTEM_IO,
		.reg.bit_width = 8,
		.reg.access_size = 1,
		.reg.address = port,
		.type = type,
		.latency = latency,
	};
}

static int read_power_block(const struct pm_processor *processor, struct xen_processor_cx *states)
{
	u16 c2 = acpi_gbl_FADT.c2_latency, c3 = acpi_gbl_FADT.c3_latency;
	int nr = 0;

	if (!processor->block)
		return 0;
	if (c2 <= C2_MICROSECONDS_MAX)
		fill_port(&states[nr++], ACPI_STATE_C2, processor->block + 4, c2);
	if (c3 <= C3_MICROSECONDS_MAX)
		fill_port(&states[nr++], ACPI_STATE_C3, processor->block + 5, c3);
	return nr;
}

/* Set what the hypervisor has to do about DMA that runs while a processor sleeps. */
static void fill_flags(struct xen_processor_flags *power, bool has_cst)
{
	struct acpi_processor_flags flags = {};

	flags.bm_control = acpi_gbl_FADT.pm2_control_block && acpi_gbl_FADT.pm2_control_length;
	acpi_processor_power_init_bm_check(&flags, 0);
	power->bm_control = flags.bm_control;
	power->bm_check = flags.bm_check;
	power->has_cst = has_cst;
	power->power_setup_done = 1;
}

/* Read the idle states. Return their number, or -ENODATA if _CST has none that can be read. */
static int read_cstates(const struct pm_processor *processor, struct xen_processor_cx *states,
			bool *has_cst)
{
	struct acpi_buffer buffer;
	const union acpi_object *cst = pm_evaluate(processor->handle, "_CST", &buffer);
	int nr = cst ? pm_parse_cst(cst, states) : read_power_block(processor, states);

	*has_cst = cst;
	kfree(buffer.pointer);
	return nr;
}

static int upload_cstates(const struct pm_processor *processor, struct xen_processor_cx *states)
{
	struct xenpf_set_processor_pminfo info = {
		.id = processor->acpi_id,
		.type = XEN_PM_CX,
	};
	bool has_cst;
	int nr = read_cstates(processor, states, &has_cst);

	if (nr <= 0)
		return nr;
	info.power.count = nr;
	fill_flags(&info.power.flags, has_cst);
	set_xen_guest_handle(info.power.states, states);
	return pm_upload(&info) ?: nr;
}

void pm_cstates_upload(struct pm_processor *processor)
{
	struct xen_processor_cx *states;

	lockdep_assert_held(&pm_lock);
	states = kcalloc(PM_CSTATES_MAX, sizeof(*states), GFP_KERNEL);
	processor->cstates = states ? upload_cstates(processor, states) : -ENOMEM;
	kfree(states);
	pm_complain(processor, "idle states", processor->cstates);
}
