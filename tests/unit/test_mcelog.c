// SPDX-License-Identifier: GPL-2.0
/* Reports of the hypervisor as records of the log: drivers/mcelog/record.c and log.c. */
#include "unit.h"

#include <string.h>

#include "drivers/mcelog/log.c"
#include "drivers/mcelog/record.c"

#define NR_CPUS_KNOWN	2

struct fixture {
	struct mc_info info;
	size_t used;
	struct mcinfo_logical_cpu cpus[NR_CPUS_KNOWN];
	struct xen_mce records[MCELOG_BANKS_MAX];
};

static void *add(struct fixture *f, u16 type, u16 size)
{
	struct mcinfo_common *entry = (void *)((u8 *)f->info.mi_data + f->used);

	entry->type = type;
	entry->size = size;
	f->used += size;
	f->info.mi_nentries++;
	return entry;
}

static void add_global(struct fixture *f, u32 apicid)
{
	struct mcinfo_global *global = add(f, MC_TYPE_GLOBAL, sizeof(*global));

	global->mc_apicid = apicid;
	global->mc_gstatus = 5;
}

static void add_bank(struct fixture *f, u16 nr)
{
	struct mcinfo_bank *bank = add(f, MC_TYPE_BANK, sizeof(*bank));

	bank->mc_bank = nr;
	bank->mc_status = 0x8000000000000000 + nr;
	bank->mc_addr = 0x1000 + nr;
	bank->mc_misc = 0x2000 + nr;
	bank->mc_tsc = 0x3000 + nr;
}

/* An AMD processor of family 0x17, model 0x31, stepping 2, as CPUID has it: 0x00830f12. */
static void setup(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->cpus[0] = (struct mcinfo_logical_cpu) { .mc_cpunr = 0, .mc_apicid = 8 };
	f->cpus[1] = (struct mcinfo_logical_cpu) {
		.mc_cpunr = 3, .mc_apicid = 9, .mc_chipid = 1, .mc_vendor = 2,
		.mc_vendorid = "AuthenticAMD", .mc_family = 0x17, .mc_model = 0x31, .mc_step = 2,
		.mc_nmsrvals = 2,
		.mc_msrvalues = { { MSR_IA32_MCG_CAP, 0x117 }, { MSR_AMD_PPIN, 0xabcd } },
	};
}

static int convert(struct fixture *f)
{
	return mcelog_convert(&f->info, f->cpus, NR_CPUS_KNOWN, f->records);
}

static void two_banks_of_one_processor(void **state)
{
	struct fixture f;

	setup(&f);
	add_global(&f, 9);
	add_bank(&f, 4);
	/* Fields that a later hypervisor may add, and fields that no record has. */
	add(&f, MC_TYPE_EXTENDED, sizeof(struct mcinfo_common) + 4);
	add(&f, 77, 40);
	add_bank(&f, 6);
	assert_int_equal(convert(&f), 2);
	assert_int_equal(f.records[0].bank, 4);
	assert_int_equal(f.records[1].bank, 6);
	assert_true(f.records[1].status == 0x8000000000000006);
	assert_true(f.records[1].addr == 0x1006 && f.records[1].misc == 0x2006 &&
		    f.records[1].tsc == 0x3006);
	assert_true(f.records[1].mcgstatus == 5 && f.records[1].mcgcap == 0x117 &&
		    f.records[1].ppin == 0xabcd);
	assert_true(f.records[1].apicid == 9 && f.records[1].socketid == 1 &&
		    f.records[1].cpuvendor == 2);
	assert_true(f.records[1].cpu == 3 && f.records[1].extcpu == 3 &&
		    f.records[1].finished == 1);
	assert_int_equal(f.records[1].cpuid, 0x00830f12);
}

static void report_without_a_bank(void **state)
{
	struct fixture f;

	setup(&f);
	add_global(&f, 9);
	assert_int_equal(convert(&f), 0);
}

static void processor_that_came_later(void **state)
{
	struct fixture f;

	setup(&f);
	add_global(&f, 10);
	add_bank(&f, 4);
	assert_int_equal(convert(&f), -ENOENT);
	/* The processor is offline already: only the report's own fields are known. */
	((struct mcinfo_global *)f.info.mi_data)->mc_socketid = 6;
	assert_int_equal(mcelog_convert(&f.info, NULL, 0, f.records), 1);
	assert_int_equal(f.records[0].apicid, 10);
	assert_int_equal(f.records[0].socketid, 6);
	assert_int_equal(f.records[0].extcpu, UINT32_MAX);
	assert_int_equal(f.records[0].cpuvendor, 0xff);
	assert_true(f.records[0].addr == 0x1004);
}

/* Xen's numbers of vendors are not Linux'. */
static void vendors_by_name(void **state)
{
	static const struct {
		const char *name;
		u8 number;
	} vendors[] = {
		{ "GenuineIntel", 0 }, { "AuthenticAMD", 2 }, { "HygonGenuine", 9 }, { "", 0xff },
		{ "GenuineIntelXYZW", 0xff },
	};
	struct fixture f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vendors); i++) {
		setup(&f);
		f.cpus[1].mc_vendor = 16;
		memset(f.cpus[1].mc_vendorid, 0, sizeof(f.cpus[1].mc_vendorid));
		memcpy(f.cpus[1].mc_vendorid, vendors[i].name, strlen(vendors[i].name));
		add_global(&f, 9);
		add_bank(&f, 0);
		assert_int_equal(convert(&f), 1);
		assert_int_equal(f.records[0].cpuvendor, vendors[i].number);
	}
}

static void report_without_a_processor(void **state)
{
	struct fixture f;

	setup(&f);
	assert_int_equal(convert(&f), -EINVAL);
	add_bank(&f, 4);
	add_global(&f, 9);
	assert_int_equal(convert(&f), -EINVAL);
}

static void entry_of_no_size(void **state)
{
	struct fixture f;

	setup(&f);
	add_global(&f, 9);
	add(&f, MC_TYPE_BANK, 0);
	f.info.mi_nentries = UINT32_MAX;
	assert_int_equal(convert(&f), -EINVAL);
}

static void entry_past_the_end(void **state)
{
	struct fixture f;

	setup(&f);
	add_global(&f, 9);
	add(&f, MC_TYPE_BANK, 0xfff8);
	assert_int_equal(convert(&f), -EINVAL);
}

static void more_entries_than_fit(void **state)
{
	struct fixture f;
	unsigned int i;

	setup(&f);
	add_global(&f, 9);
	for (i = 0; f.used + sizeof(struct mcinfo_bank) <= sizeof(f.info.mi_data); i++)
		add_bank(&f, i);
	assert_int_equal(convert(&f), i);
	assert_true(i <= MCELOG_BANKS_MAX);
	f.info.mi_nentries += 100;
	assert_int_equal(convert(&f), -EINVAL);
}

/* Each value that the hypervisor leaves unset reads 0, and counts are checked. */
static void more_registers_than_fit(void **state)
{
	struct fixture f;

	setup(&f);
	f.cpus[1].mc_nmsrvals = UINT32_MAX;
	add_global(&f, 9);
	add_bank(&f, 0);
	assert_int_equal(convert(&f), 1);
	assert_true(f.records[0].mcgcap == 0x117);
}

static void full_log_keeps_the_first(void **state)
{
	struct mcelog_log log = {};
	struct xen_mce record = {};
	unsigned int i;

	for (i = 0; i < XEN_MCE_LOG_LEN + 3; i++) {
		assert_int_equal(log.flags, i > XEN_MCE_LOG_LEN);
		record.status = i;
		mcelog_append(&log, &record);
	}
	assert_int_equal(log.nr, XEN_MCE_LOG_LEN);
	assert_int_equal(log.entries[XEN_MCE_LOG_LEN - 1].status, XEN_MCE_LOG_LEN - 1);
}

static void read_leaves_what_came_meanwhile(void **state)
{
	struct mcelog_log log = {};
	struct xen_mce record = {};
	unsigned int i;

	for (i = 0; i < 5; i++) {
		record.status = i;
		mcelog_append(&log, &record);
	}
	mcelog_drop(&log, 3);
	assert_int_equal(log.nr, 2);
	assert_int_equal(log.entries[0].status, 3);
	mcelog_drop(&log, 9);
	assert_int_equal(log.nr, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(two_banks_of_one_processor),
	cmocka_unit_test(report_without_a_bank),
	cmocka_unit_test(processor_that_came_later),
	cmocka_unit_test(vendors_by_name),
	cmocka_unit_test(report_without_a_processor),
	cmocka_unit_test(entry_of_no_size),
	cmocka_unit_test(entry_past_the_end),
	cmocka_unit_test(more_entries_than_fit),
	cmocka_unit_test(more_registers_than_fit),
	cmocka_unit_test(full_log_keeps_the_first),
	cmocka_unit_test(read_leaves_what_came_meanwhile),
};

RUN_TESTS(tests)
