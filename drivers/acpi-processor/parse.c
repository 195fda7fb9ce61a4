// SPDX-License-Identifier: GPL-2.0
/* Convert ACPI packages to the hypervisor's structures. */
#include "parse.h"

#include <linux/errno.h>
#include <linux/kernel.h>

#define REGISTER_TAG	0x82

/* A generic register descriptor, as ACPI packs it into bytes. */
struct pm_register {
	u8 tag;
	__le16 length;
	u8 space_id;
	u8 bit_width;
	u8 bit_offset;
	u8 access_size;
	__le64 address;
} __packed;

/* Number of entries in a _PSD of revision 0. */
#define PSD_ENTRIES	5

/* Domains of processors that firmware puts into none. Firmware's own numbers are lower. */
#define PSD_OWN_DOMAINS	0x80000000u

/* Who changes the frequency of a domain, in ACPI's numbers. */
enum psd_coordination {
	PSD_SOFTWARE_ALL = 0xfc,	/* software, on each processor of the domain */
	PSD_SOFTWARE_ANY = 0xfd,	/* software, on one of them */
	PSD_HARDWARE = 0xfe,
};

/* The same in the hypervisor's numbers. */
enum pm_shared {
	PM_SHARED_HARDWARE = 1,
	PM_SHARED_ALL = 2,
	PM_SHARED_ANY = 3,
};

static const union acpi_object *package_at(const union acpi_object *object, u32 i)
{
	if (object->type != ACPI_TYPE_PACKAGE || i >= object->package.count)
		return NULL;
	return &object->package.elements[i];
}

/* Read @nr numbers of a package, from element @first on. */
static bool package_numbers(const union acpi_object *object, u32 first, u64 *numbers, u32 nr)
{
	const union acpi_object *element;
	u32 i;

	for (i = 0; i < nr; i++) {
		element = package_at(object, first + i);
		if (!element || element->type != ACPI_TYPE_INTEGER)
			return false;
		numbers[i] = element->integer.value;
	}
	return true;
}

/* Return the register if the hypervisor can use it: an I/O port, or one of the processor itself. */
static const struct pm_register *register_of(const union acpi_object *object)
{
	const struct pm_register *reg;

	if (!object || object->type != ACPI_TYPE_BUFFER || object->buffer.length < sizeof(*reg))
		return NULL;
	reg = (const void *)object->buffer.pointer;
	if (reg->tag != REGISTER_TAG)
		return NULL;
	switch (reg->space_id) {
	case ACPI_ADR_SPACE_FIXED_HARDWARE:
		return reg;
	case ACPI_ADR_SPACE_SYSTEM_IO:
		return reg->address ? reg : NULL;
	default:
		return NULL;
	}
}

static bool parse_cstate(const union acpi_object *object, struct xen_processor_cx *state)
{
	const struct pm_register *reg = register_of(package_at(object, 0));
	u64 numbers[3];		/* type, latency, power */

	if (!reg || !package_numbers(object, 1, numbers, ARRAY_SIZE(numbers)))
		return false;
	if (numbers[0] < ACPI_STATE_C1 || numbers[0] > ACPI_STATE_C3 || numbers[1] > U32_MAX)
		return false;
	*state = (struct xen_processor_cx) {
		.reg.space_id = reg->space_id,
		.reg.bit_width = reg->bit_width,
		.reg.bit_offset = reg->bit_offset,
		.reg.access_size = reg->access_size,
		.reg.address = le64_to_cpu(reg->address),
		.type = numbers[0],
		.latency = numbers[1],
		.power = min_t(u64, numbers[2], U32_MAX),
	};
	return true;
}

int pm_parse_cst(const union acpi_object *cst, struct xen_processor_cx *states)
{
	const union acpi_object *element;
	u32 i, nr = 0;

	/* Skip the first element: it is a count, and the package has its own. */
	for (i = 1; nr < PM_CSTATES_MAX && (element = package_at(cst, i)); i++)
		if (parse_cstate(element, &states[nr]))
			nr++;
	return nr ?: -ENODATA;
}

static bool parse_register(const union acpi_object *object, struct xen_pct_register *dest)
{
	const struct pm_register *reg = register_of(object);

	if (!reg)
		return false;
	*dest = (struct xen_pct_register) {
		.descriptor = reg->tag,
		.length = le16_to_cpu(reg->length),
		.space_id = reg->space_id,
		.bit_width = reg->bit_width,
		.bit_offset = reg->bit_offset,
		.reserved = reg->access_size,
		.address = le64_to_cpu(reg->address),
	};
	return true;
}

int pm_parse_pct(const union acpi_object *pct, struct xen_processor_performance *perf)
{
	if (!parse_register(package_at(pct, 0), &perf->control_register) ||
	    !parse_register(package_at(pct, 1), &perf->status_register))
		return -ENODATA;
	/* The hypervisor accesses both in the same way. */
	return perf->control_register.space_id == perf->status_register.space_id ? 0 : -ENODATA;
}

static bool parse_pstate(const union acpi_object *object, struct xen_processor_px *state)
{
	u64 numbers[6];

	if (!package_numbers(object, 0, numbers, ARRAY_SIZE(numbers)))
		return false;
	/* The hypervisor has the frequency in kHz, in 32 bits. */
	if (!numbers[0] || numbers[0] > U32_MAX / 1000)
		return false;
	*state = (struct xen_processor_px) {
		.core_frequency = numbers[0],
		.power = numbers[1],
		.transition_latency = numbers[2],
		.bus_master_latency = numbers[3],
		.control = numbers[4],
		.status = numbers[5],
	};
	return true;
}

int pm_parse_pss(const union acpi_object *pss, struct xen_processor_px *states)
{
	const union acpi_object *element;
	u32 i, nr = 0;

	for (i = 0; nr < PM_PSTATES_MAX && (element = package_at(pss, i)); i++)
		if (parse_pstate(element, &states[nr]))
			nr++;
	return nr ?: -ENODATA;
}

u32 pm_parse_limit(const union acpi_object *pss, u64 limit)
{
	const union acpi_object *element;
	struct xen_processor_px state;
	u32 i, faster = 0, nr = 0;

	for (i = 0; nr < PM_PSTATES_MAX && (element = package_at(pss, i)); i++)
		if (parse_pstate(element, &state)) {
			nr++;
			faster += i < limit;
		}
	/* The slowest is always allowed. */
	return limit >= i || !nr ? 0 : min(faster, nr - 1);
}

static u32 shared_type(u64 coordination)
{
	switch (coordination) {
	case PSD_SOFTWARE_ANY:
		return PM_SHARED_ANY;
	case PSD_HARDWARE:
		return PM_SHARED_HARDWARE;
	default:
		return PM_SHARED_ALL;
	}
}

static bool parse_domain(const union acpi_object *psd, struct xen_psd_package *domain)
{
	u64 numbers[PSD_ENTRIES];
	const union acpi_object *element = psd ? package_at(psd, 0) : NULL;

	if (!element || !package_numbers(element, 0, numbers, ARRAY_SIZE(numbers)))
		return false;
	*domain = (struct xen_psd_package) {
		.num_entries = numbers[0],
		.revision = numbers[1],
		.domain = numbers[2],
		.coord_type = numbers[3],
		.num_processors = numbers[4],
	};
	return domain->num_entries == PSD_ENTRIES && !domain->revision && domain->num_processors &&
	       domain->domain < PSD_OWN_DOMAINS &&
	       domain->coord_type >= PSD_SOFTWARE_ALL &&
	       domain->coord_type <= PSD_HARDWARE;
}

void pm_parse_psd(const union acpi_object *psd, u32 acpi_id, struct xen_processor_performance *perf)
{
	if (!parse_domain(psd, &perf->domain_info))
		perf->domain_info = (struct xen_psd_package) {
			.num_entries = PSD_ENTRIES,
			.domain = PSD_OWN_DOMAINS | acpi_id,
			.coord_type = PSD_SOFTWARE_ALL,
			.num_processors = 1,
		};
	perf->shared_type = shared_type(perf->domain_info.coord_type);
}
