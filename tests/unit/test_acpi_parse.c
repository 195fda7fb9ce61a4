// SPDX-License-Identifier: GPL-2.0
/* Power states in ACPI's packages, as firmware writes them: drivers/acpi-processor/parse.c. */
#include "unit.h"

#include "drivers/acpi-processor/parse.c"

#define INT(v)		{ .integer = { ACPI_TYPE_INTEGER, v } }
#define OBJECTS(...)	((union acpi_object[]) { __VA_ARGS__ })
#define PACKAGE(...)	{ .package = { ACPI_TYPE_PACKAGE, ARRAY_SIZE(OBJECTS(__VA_ARGS__)), \
			  OBJECTS(__VA_ARGS__) } }
#define BYTES(...)	{ .buffer = { ACPI_TYPE_BUFFER, sizeof((u8[]) { __VA_ARGS__ }), \
			  (u8[]) { __VA_ARGS__ } } }
#define SYSTEM_IO	ACPI_ADR_SPACE_SYSTEM_IO
#define FIXED_HARDWARE	ACPI_ADR_SPACE_FIXED_HARDWARE
#define HALT		BYTES(0x82, 12, 0, FIXED_HARDWARE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
#define MWAIT		BYTES(0x82, 12, 0, FIXED_HARDWARE, 1, 2, 1, 0x20, 0, 0, 0, 0, 0, 0, 0)
#define PORT		BYTES(0x82, 12, 0, SYSTEM_IO, 8, 0, 1, 0x14, 0x08, 0, 0, 0, 0, 0, 0)
#define NO_PORT		BYTES(0x82, 12, 0, SYSTEM_IO, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
#define SYSTEM_MEMORY	ACPI_ADR_SPACE_SYSTEM_MEMORY
#define MEMORY		BYTES(0x82, 12, 0, SYSTEM_MEMORY, 8, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0)
#define SHORT		BYTES(0x82, 12, 0, SYSTEM_IO, 8, 0, 1, 0x14, 0x08, 0, 0, 0, 0, 0)

static void idle_states_of_each_kind(void **state)
{
	union acpi_object cst = PACKAGE(INT(3),
		PACKAGE(HALT, INT(1), INT(1), INT(1000)),
		PACKAGE(PORT, INT(2), INT(50), INT(500)),
		PACKAGE(MWAIT, INT(3), INT(90), INT(U64_MAX)));
	struct xen_processor_cx states[PM_CSTATES_MAX];

	assert_int_equal(pm_parse_cst(&cst, states), 3);
	assert_int_equal(states[0].reg.space_id, ACPI_ADR_SPACE_FIXED_HARDWARE);
	assert_int_equal(states[0].reg.bit_width, 0);
	assert_int_equal(states[1].reg.space_id, ACPI_ADR_SPACE_SYSTEM_IO);
	assert_int_equal(states[1].reg.address, 0x814);
	assert_int_equal(states[1].type, 2);
	assert_int_equal(states[1].latency, 50);
	assert_int_equal(states[1].power, 500);
	assert_int_equal(states[2].reg.bit_width, 1);
	assert_int_equal(states[2].reg.bit_offset, 2);
	assert_int_equal(states[2].reg.address, 0x20);
	assert_int_equal(states[2].power, U32_MAX);
}

static void idle_states_without_sense(void **state)
{
	union acpi_object cst = PACKAGE(INT(99),
		PACKAGE(MEMORY, INT(2), INT(50), INT(500)),
		PACKAGE(NO_PORT, INT(2), INT(50), INT(500)),
		PACKAGE(SHORT, INT(2), INT(50), INT(500)),
		PACKAGE(PORT, INT(0), INT(50), INT(500)),
		PACKAGE(PORT, INT(4), INT(50), INT(500)),
		PACKAGE(PORT, INT(2), INT(U64_MAX), INT(500)),
		PACKAGE(PORT, INT(2), INT(50)),
		PACKAGE(PORT, INT(2), PORT, INT(500)),
		PACKAGE(INT(1), INT(2), INT(50), INT(500)),
		INT(7),
		PACKAGE(PORT, INT(2), INT(51), INT(500)));
	union acpi_object nothing = PACKAGE(INT(1)), number = INT(1);
	struct xen_processor_cx states[PM_CSTATES_MAX];

	assert_int_equal(pm_parse_cst(&cst, states), 1);
	assert_int_equal(states[0].latency, 51);
	assert_int_equal(pm_parse_cst(&nothing, states), -ENODATA);
	assert_int_equal(pm_parse_cst(&number, states), -ENODATA);
}

static void more_idle_states_than_room(void **state)
{
	union acpi_object one = PACKAGE(PORT, INT(2), INT(50), INT(500));
	union acpi_object elements[PM_CSTATES_MAX + 9];
	union acpi_object cst = {
		.package = { ACPI_TYPE_PACKAGE, ARRAY_SIZE(elements), elements },
	};
	struct xen_processor_cx *states = calloc(PM_CSTATES_MAX, sizeof(*states));
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(elements); i++)
		elements[i] = one;
	assert_int_equal(pm_parse_cst(&cst, states), PM_CSTATES_MAX);
	free(states);
}

static void performance_registers(void **state)
{
	union acpi_object pct = PACKAGE(PORT, PORT), short_pct = PACKAGE(PORT),
			  bad = PACKAGE(PORT, MEMORY);
	union acpi_object mixed = PACKAGE(PORT, MWAIT);
	struct xen_processor_performance perf = {};

	assert_int_equal(pm_parse_pct(&pct, &perf), 0);
	assert_int_equal(perf.control_register.space_id, ACPI_ADR_SPACE_SYSTEM_IO);
	assert_int_equal(perf.control_register.address, 0x814);
	assert_int_equal(perf.control_register.length, 12);
	assert_int_equal(perf.status_register.address, 0x814);
	assert_int_equal(pm_parse_pct(&mixed, &perf), -ENODATA);
	assert_int_equal(pm_parse_pct(&short_pct, &perf), -ENODATA);
	assert_int_equal(pm_parse_pct(&bad, &perf), -ENODATA);
}

static void performance_states(void **state)
{
	union acpi_object pss =
		PACKAGE(PACKAGE(INT(2000), INT(50000), INT(10), INT(11), INT(0x21), INT(0x22)),
			PACKAGE(INT(0), INT(1), INT(1), INT(1), INT(1), INT(1)),
			PACKAGE(INT(U32_MAX / 1000 + 1), INT(1), INT(1), INT(1), INT(1), INT(1)),
			PACKAGE(INT(1800), INT(1), INT(1), INT(1), INT(1)),
			PACKAGE(INT(1000), INT(30000), INT(10), INT(11), INT(0x31), INT(0x32)));
	union acpi_object none = PACKAGE(INT(1));
	struct xen_processor_px states[PM_PSTATES_MAX];

	assert_int_equal(pm_parse_pss(&pss, states), 2);
	assert_int_equal(states[0].core_frequency, 2000);
	assert_int_equal(states[0].bus_master_latency, 11);
	assert_int_equal(states[0].control, 0x21);
	assert_int_equal(states[1].core_frequency, 1000);
	assert_int_equal(states[1].status, 0x32);
	assert_int_equal(pm_parse_pss(&none, states), -ENODATA);
}

/* Firmware's limit counts all states, also those that the hypervisor does not get. */
static void limit_among_states_left_out(void **state)
{
	union acpi_object pss =
		PACKAGE(PACKAGE(INT(1800), INT(1), INT(1), INT(1), INT(1), INT(1)),
			PACKAGE(INT(0), INT(1), INT(1), INT(1), INT(1), INT(1)),
			PACKAGE(INT(1200), INT(1), INT(1), INT(1), INT(1), INT(1)),
			PACKAGE(INT(900), INT(1), INT(1), INT(1), INT(1), INT(1)),
			PACKAGE(INT(0), INT(1), INT(1), INT(1), INT(1), INT(1)));
	union acpi_object none = PACKAGE(INT(1)), number = INT(1);

	assert_int_equal(pm_parse_limit(&pss, 0), 0);
	assert_int_equal(pm_parse_limit(&pss, 1), 1);
	assert_int_equal(pm_parse_limit(&pss, 2), 1);
	assert_int_equal(pm_parse_limit(&pss, 3), 2);
	assert_int_equal(pm_parse_limit(&pss, 4), 2);
	/* Firmware has no such state, so there is no limit. */
	assert_int_equal(pm_parse_limit(&pss, 5), 0);
	assert_int_equal(pm_parse_limit(&pss, U64_MAX), 0);
	assert_int_equal(pm_parse_limit(&none, 0), 0);
	assert_int_equal(pm_parse_limit(&number, 3), 0);
}

static void domain_as_firmware_says(void **state)
{
	union acpi_object psd = PACKAGE(PACKAGE(INT(5), INT(0), INT(3), INT(0xfd), INT(4)));
	struct xen_processor_performance perf = {};

	pm_parse_psd(&psd, 7, &perf);
	assert_int_equal(perf.domain_info.domain, 3);
	assert_int_equal(perf.domain_info.num_processors, 4);
	assert_int_equal(perf.shared_type, PM_SHARED_ANY);
}

static void assert_own_domain(const union acpi_object *psd)
{
	struct xen_processor_performance perf = {};

	pm_parse_psd(psd, 7, &perf);
	assert_int_equal(perf.domain_info.num_entries, 5);
	assert_int_equal(perf.domain_info.domain, 0x80000007);
	assert_int_equal(perf.domain_info.num_processors, 1);
	assert_int_equal(perf.shared_type, PM_SHARED_ALL);
}

static void domain_of_its_own(void **state)
{
	union acpi_object empty = PACKAGE(INT(1));
	union acpi_object revision = PACKAGE(PACKAGE(INT(5), INT(1), INT(3), INT(0xfd), INT(4)));
	union acpi_object coordination =
		PACKAGE(PACKAGE(INT(5), INT(0), INT(3), INT(0xff), INT(4)));
	union acpi_object processors = PACKAGE(PACKAGE(INT(5), INT(0), INT(3), INT(0xfd), INT(0)));
	union acpi_object entries = PACKAGE(PACKAGE(INT(6), INT(0), INT(3), INT(0xfd), INT(4)));
	union acpi_object number =
		PACKAGE(PACKAGE(INT(5), INT(0), INT(0x80000000), INT(0xfd), INT(4)));

	assert_own_domain(NULL);
	assert_own_domain(&empty);
	assert_own_domain(&revision);
	assert_own_domain(&coordination);
	assert_own_domain(&processors);
	assert_own_domain(&entries);
	assert_own_domain(&number);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(idle_states_of_each_kind),
	cmocka_unit_test(idle_states_without_sense),
	cmocka_unit_test(more_idle_states_than_room),
	cmocka_unit_test(performance_registers),
	cmocka_unit_test(performance_states),
	cmocka_unit_test(limit_among_states_left_out),
	cmocka_unit_test(domain_as_firmware_says),
	cmocka_unit_test(domain_of_its_own),
};

RUN_TESTS(tests)
