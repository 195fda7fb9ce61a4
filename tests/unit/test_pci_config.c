// SPDX-License-Identifier: GPL-2.0
/* Configuration space as guests see it: drivers/pciback/config.c. The device is an array. */
#include "unit.h"

#include "drivers/pciback/config.c"

#define PM	0x40
#define MSI	0x50
#define MSIX	0x70
#define VPD	0x80
#define EXPRESS	0x90

#define BAR0	0xfebc0000u
#define BAR0_SIZE 0x4000u

static struct {
	u8 bytes[4096];
	unsigned int writes;
	unsigned int decodes;
	bool messages;		/* the kernel has enabled MSI or MSI-X */
	unsigned int masters;
	bool master;
	bool intx;
	unsigned int intx_calls;
	unsigned int power;
	unsigned int refused;
	int fail;
} device;

static struct pciback_config config;

static int device_read(void *data, unsigned int offset, unsigned int size, u32 *value)
{
	*value = 0;
	memcpy(value, device.bytes + offset, size);
	return device.fail;
}

static int device_write(void *data, unsigned int offset, unsigned int size, u32 value)
{
	memcpy(device.bytes + offset, &value, size);
	device.writes++;
	return 0;
}

/* A lost address must be restored before decoding is enabled: the device would decode address 0. */
static int device_decode(void *data)
{
	assert_int_not_equal(device.bytes[PCI_BASE_ADDRESS_0 + 2], 0);
	device.decodes++;
	device.bytes[PCI_COMMAND] |= COMMAND_DECODE;
	return device.fail;
}

static bool device_messages(void *data)
{
	return device.messages;
}

static void device_master(void *data, bool on)
{
	device.masters++;
	device.master = on;
	device.bytes[PCI_COMMAND] = (device.bytes[PCI_COMMAND] & ~PCI_COMMAND_MASTER) |
				    (on ? PCI_COMMAND_MASTER : 0);
}

static int device_invalidate(void *data, bool on)
{
	return on ? -EINVAL : 0;
}

static void device_intx(void *data, bool on)
{
	device.intx = on;
	device.intx_calls++;
}

static int device_power(void *data, unsigned int state)
{
	device.power = state;
	return 0;
}

static void device_refused(void *data, unsigned int offset, unsigned int size)
{
	device.refused++;
}

static const struct pciback_config_ops ops = {
	.read = device_read,
	.write = device_write,
	.decode = device_decode,
	.master = device_master,
	.invalidate = device_invalidate,
	.intx = device_intx,
	.messages = device_messages,
	.power = device_power,
	.refused = device_refused,
};

static void put(u16 offset, u8 size, u32 value)
{
	memcpy(device.bytes + offset, &value, size);
}

static u32 real(u16 offset, u8 size)
{
	u32 value = 0;

	memcpy(&value, device.bytes + offset, size);
	return value;
}

static void add(enum pciback_kind kind, u16 offset, u8 size, u32 writable, u32 value,
		u32 size_value)
{
	struct pciback_field field = {
		.kind = kind,
		.offset = offset,
		.size = size,
		.writable = writable,
		.value = value,
		.size_value = size_value,
	};

	assert_int_equal(pciback_config_add(&config, &field), 0);
}

static int setup(void **state)
{
	struct pciback_field power = {
		.kind = PCIBACK_POWER, .offset = PM + PCI_PM_CTRL, .size = 2,
		.writable = PCI_PM_CTRL_PME_STATUS | PCI_PM_CTRL_DATA_SEL_MASK,
		.clears = PCI_PM_CTRL_PME_STATUS,
	};
	struct pciback_field caps = {
		.kind = PCIBACK_PLAIN, .offset = PM + PCI_PM_PMC, .size = 2,
		.hidden = PCI_PM_CAP_PME_MASK,
	};

	memset(&device, 0, sizeof(device));
	memset(&config, 0, sizeof(config));
	config.ops = &ops;
	config.length = 256;
	put(PCI_BASE_ADDRESS_0, 4, BAR0 | PCI_BASE_ADDRESS_MEM_TYPE_64);
	put(PCI_VENDOR_ID, 4, 0xffffffff);
	add(PCIBACK_FIXED, PCI_VENDOR_ID, 2, 0, 0x8086, 0);
	add(PCIBACK_FIXED, PCI_DEVICE_ID, 2, 0, 0x10d3, 0);
	add(PCIBACK_COMMAND, PCI_COMMAND, 2, 0, 0, 0);
	add(PCIBACK_PLAIN, PCI_CACHE_LINE_SIZE, 1, 0xff, 0, 0);
	add(PCIBACK_PLAIN, PCI_LATENCY_TIMER, 1, 0, 0, 0);
	add(PCIBACK_BIST, PCI_BIST, 1, PCI_BIST_START, 0, 0);
	add(PCIBACK_BAR, PCI_BASE_ADDRESS_0, 4, (u32)PCI_BASE_ADDRESS_MEM_MASK,
	    BAR0 | PCI_BASE_ADDRESS_MEM_TYPE_64, -BAR0_SIZE | PCI_BASE_ADDRESS_MEM_TYPE_64);
	add(PCIBACK_BAR, PCI_BASE_ADDRESS_1, 4, U32_MAX, 0, U32_MAX);
	add(PCIBACK_BAR, PCI_ROM_ADDRESS, 4, (u32)PCI_ROM_ADDRESS_MASK, 0, 0);
	add(PCIBACK_FIXED, PCI_INTERRUPT_LINE, 1, 0, 20, 0);
	assert_int_equal(pciback_config_add(&config, &caps), 0);
	assert_int_equal(pciback_config_add(&config, &power), 0);
	add(PCIBACK_MSI, MSI + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_ENABLE, 0, 0);
	add(PCIBACK_MSIX, MSIX + PCI_MSIX_FLAGS, 2, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL,
	    0, 0);
	add(PCIBACK_VPD, VPD + PCI_VPD_ADDR, 2, 0, 0, 0);
	add(PCIBACK_PLAIN, VPD + PCI_VPD_DATA, 4, 0, 0, 0);
	return 0;
}

static u32 reads(u32 offset, u32 size)
{
	u32 value;

	assert_int_equal(pciback_config_read(&config, offset, size, &value), 0);
	return value;
}

static void writes(u32 offset, u32 size, u32 value)
{
	assert_int_equal(pciback_config_write(&config, offset, size, value), 0);
}

static void refuses(u32 offset, u32 size, u32 value, int err)
{
	unsigned int before = device.writes;

	assert_int_equal(pciback_config_write(&config, offset, size, value), err);
	assert_int_equal(device.writes, before);
}

/* ---- access ---- */

static void odd_accesses_are_refused(void **state)
{
	static const u32 bad[][2] = {
		{ 0, 0 }, { 0, 3 }, { 0, 8 }, { 1, 2 }, { 2, 4 }, { 256, 1 }, { 255, 2 },
		{ 4096, 4 }, { U32_MAX, 1 }, { U32_MAX - 3, 4 }, { 0, U32_MAX },
		{ 0x80000000, 4 },
	};
	unsigned int i;
	u32 value;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		value = 1;
		assert_int_equal(pciback_config_read(&config, bad[i][0], bad[i][1], &value),
				 -EINVAL);
		assert_int_equal(value, 0);
		refuses(bad[i][0], bad[i][1], 0, -EINVAL);
	}
}

static void extended_space_where_there_is_one(void **state)
{
	config.length = 4096;
	put(0xffc, 4, 0x12345678);
	assert_int_equal(reads(0xffc, 4), 0x12345678);
	refuses(0x1000, 4, 0, -EINVAL);
}

static void parts_are_put_together(void **state)
{
	assert_int_equal(reads(PCI_VENDOR_ID, 4), 0x10d38086);
	assert_int_equal(reads(PCI_DEVICE_ID, 2), 0x10d3);
	assert_int_equal(reads(PCI_DEVICE_ID + 1, 1), 0x10);
	put(PCI_INTERRUPT_PIN, 1, 3);
	assert_int_equal(reads(PCI_INTERRUPT_LINE, 4), 0x0314);
}

static void errors_of_the_device_are_told(void **state)
{
	u32 value = 1;

	device.fail = -EIO;
	assert_int_equal(pciback_config_read(&config, 0, 4, &value), -EIO);
	assert_int_equal(value, 0);
	assert_int_equal(pciback_config_write(&config, PCI_COMMAND, 2, PCI_COMMAND_MEMORY), -EIO);
	assert_int_equal(config.command, 0);
}

static void fields_do_not_overlap(void **state)
{
	struct pciback_field field = { .kind = PCIBACK_PLAIN, .offset = PCI_COMMAND, .size = 4 };

	assert_int_equal(pciback_config_add(&config, &field), -EEXIST);
	field.offset = PCI_BASE_ADDRESS_0;
	assert_int_equal(pciback_config_add(&config, &field), -EEXIST);
	field.offset = 0xa2;
	assert_int_equal(pciback_config_add(&config, &field), -EINVAL);
	field.offset = 256;
	assert_int_equal(pciback_config_add(&config, &field), -EINVAL);
	field.size = 1;
	for (field.offset = 0xa0; config.nr_fields < PCIBACK_FIELDS_MAX; field.offset++)
		assert_int_equal(pciback_config_add(&config, &field), 0);
	assert_int_equal(pciback_config_add(&config, &field), -ENOSPC);
}

/* ---- by advisory ---- */

/*
 * If a guest could disable the decoding of addresses, the next access by Xen or Dom0 could crash
 * the host.
 */
static void xsa_120_decoding_stays_on(void **state)
{
	writes(PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	assert_int_equal(device.decodes, 1);
	writes(PCI_COMMAND, 2, 0);
	assert_int_equal(reads(PCI_COMMAND, 2), 0);
	assert_int_equal(real(PCI_COMMAND, 2) & COMMAND_DECODE, COMMAND_DECODE);

	config.permissive = true;
	writes(PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	writes(PCI_COMMAND, 2, PCI_COMMAND_SPECIAL);
	assert_int_equal(real(PCI_COMMAND, 2) & COMMAND_DECODE, COMMAND_DECODE);
	assert_true(real(PCI_COMMAND, 2) & PCI_COMMAND_SPECIAL);
}

static void xsa_120_errors_and_intx_are_not_the_guests(void **state)
{
	config.permissive = true;
	writes(PCI_COMMAND, 2, PCI_COMMAND_SERR | PCI_COMMAND_PARITY | PCI_COMMAND_INTX_DISABLE);
	assert_int_equal(real(PCI_COMMAND, 2), 0);
	assert_int_equal(device.intx_calls, 0);
	assert_int_equal(reads(PCI_COMMAND, 2),
			 PCI_COMMAND_SERR | PCI_COMMAND_PARITY | PCI_COMMAND_INTX_DISABLE);
}

/* MSI that a guest enables by a write would send interrupts that have no handler. */
static void msi_is_enabled_by_ops_only(void **state)
{
	refuses(MSI + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_ENABLE, -EACCES);
	refuses(MSI, 4, PCI_MSI_FLAGS_ENABLE << 16, -EACCES);
	config.permissive = true;
	refuses(MSI + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_ENABLE, -EACCES);
	/* A guest that boots disables MSI even if it is off. */
	writes(MSI + PCI_MSI_FLAGS, 2, 0);
	assert_int_equal(device.writes, 0);
}

/* In XSA-128 and XSA-129 a guest could write MSI's data and mask registers. */
static void xsa_128_129_msi_registers_are_read_only(void **state)
{
	unsigned int offset;

	for (offset = MSI + PCI_MSI_ADDRESS_LO; offset < MSI + 0x18; offset += 4)
		writes(offset, 4, 0xfee00000);
	assert_int_equal(device.writes, 0);
	assert_int_equal(device.refused, 5);
}

static void msix_is_enabled_by_ops_only(void **state)
{
	refuses(MSIX + PCI_MSIX_FLAGS, 2, PCI_MSIX_FLAGS_ENABLE, -EACCES);
	refuses(MSIX + PCI_MSIX_FLAGS, 2, PCI_MSIX_FLAGS_MASKALL, -EACCES);
	writes(MSIX + PCI_MSIX_TABLE, 4, 0xffffffff);
	assert_int_equal(device.writes, 0);
}

/*
 * A register without a field is read-only, unless an administrator has made the device permissive.
 */
static void xsa_131_unknown_registers_are_read_only(void **state)
{
	writes(EXPRESS + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_BCR_FLR);
	writes(PCI_STATUS, 2, 0xffff);
	assert_int_equal(device.writes, 0);
	assert_int_equal(device.refused, 2);
	config.permissive = true;
	writes(EXPRESS + PCI_EXP_DEVCTL, 2, 0x2810);
	assert_int_equal(real(EXPRESS + PCI_EXP_DEVCTL, 2), 0x2810);
}

static void xsa_131_permissive_does_not_reach_fields(void **state)
{
	u8 before[256];

	config.permissive = true;
	memcpy(before, device.bytes, sizeof(before));
	writes(PCI_BASE_ADDRESS_0, 4, 0xe0000000);
	writes(PCI_LATENCY_TIMER, 1, 0xff);
	writes(PCI_INTERRUPT_LINE, 1, 9);
	writes(PM + PCI_PM_CTRL, 2, PCI_PM_CTRL_PME_ENABLE);
	writes(VPD + PCI_VPD_DATA, 4, 0xffffffff);
	assert_memory_equal(before, device.bytes, sizeof(before));
}

/* Only one of INTx, MSI and MSI-X is on at a time, even where a device model may enable them. */
static void xsa_157_one_kind_of_interrupt_at_a_time(void **state)
{
	config.interrupt_control = true;
	writes(MSI + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_ENABLE);
	refuses(MSIX + PCI_MSIX_FLAGS, 2, PCI_MSIX_FLAGS_ENABLE, -EACCES);
	writes(MSI + PCI_MSI_FLAGS, 2, 0);
	writes(MSIX + PCI_MSIX_FLAGS, 2, PCI_MSIX_FLAGS_ENABLE);
	refuses(MSI + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_ENABLE, -EACCES);
	refuses(MSI + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_QSIZE, -EACCES);
	writes(PCI_COMMAND, 2, PCI_COMMAND_INTX_DISABLE);
	assert_int_equal(device.intx_calls, 1);
	assert_false(device.intx);
}

/* The device may have reset itself since the guest disabled INTx. */
static void intx_is_disabled_again(void **state)
{
	config.interrupt_control = true;
	writes(PCI_COMMAND, 2, PCI_COMMAND_INTX_DISABLE);
	device.intx = true;
	writes(PCI_COMMAND, 1, 0);
	assert_int_equal(device.intx_calls, 1);
	writes(PCI_COMMAND, 2, PCI_COMMAND_INTX_DISABLE);
	assert_int_equal(device.intx_calls, 2);
	assert_false(device.intx);
}

/* An address that a guest chose could be that of another device or of Xen. */
static void xsa_337_addresses_do_not_move(void **state)
{
	writes(PCI_BASE_ADDRESS_0, 4, 0xfee00000);
	writes(PCI_BASE_ADDRESS_0 + 2, 2, 0x1234);
	writes(PCI_BASE_ADDRESS_1, 4, 1);
	writes(PCI_ROM_ADDRESS, 4, 0xfee00001);
	assert_int_equal(device.writes, 0);
	assert_int_equal(reads(PCI_BASE_ADDRESS_0, 4), BAR0 | PCI_BASE_ADDRESS_MEM_TYPE_64);
}

/*
 * A BAR to which no address is assigned may hold one in the device. Address 0 must not be written
 * to it: there is memory.
 */
static void bar_without_an_address_does_not_move(void **state)
{
	put(PCI_ROM_ADDRESS, 4, 0xfe000000);
	writes(PCI_ROM_ADDRESS, 4, 0);
	writes(PCI_ROM_ADDRESS, 4, (u32)PCI_ROM_ADDRESS_MASK);
	writes(PCI_ROM_ADDRESS, 4, 0);
	assert_int_equal(device.writes, 0);
	assert_int_equal(real(PCI_ROM_ADDRESS, 4), 0xfe000000);
	assert_int_equal(reads(PCI_ROM_ADDRESS, 4), 0);
	/* The upper half of an address may be 0, and is written. */
	put(PCI_BASE_ADDRESS_1, 4, 1);
	writes(PCI_BASE_ADDRESS_1, 4, 0);
	assert_int_equal(real(PCI_BASE_ADDRESS_1, 4), 0);
}

/* A device that resets itself loses its addresses. They are restored before it decodes again. */
static void addresses_that_are_lost_come_back(void **state)
{
	put(PCI_BASE_ADDRESS_0, 4, PCI_BASE_ADDRESS_MEM_TYPE_64);
	put(PCI_BASE_ADDRESS_1, 4, 7);
	put(PCI_ROM_ADDRESS, 4, 0);
	writes(PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	assert_int_equal(device.decodes, 1);
	assert_int_equal(real(PCI_BASE_ADDRESS_0, 4), BAR0 | PCI_BASE_ADDRESS_MEM_TYPE_64);
	assert_int_equal(real(PCI_BASE_ADDRESS_1, 4), 0);
	assert_int_equal(device.writes, 2);
	/* If an address cannot be restored, decoding stays off. */
	writes(PCI_COMMAND, 2, 0);
	device.fail = -EIO;
	assert_int_equal(pciback_config_write(&config, PCI_COMMAND, 2, PCI_COMMAND_MEMORY), -EIO);
	assert_int_equal(device.decodes, 1);
}

static const struct {
	u16 offset;
	u32 enable;
} messages[] = {
	{ MSI + PCI_MSI_FLAGS, PCI_MSI_FLAGS_ENABLE },
	{ MSIX + PCI_MSIX_FLAGS, PCI_MSIX_FLAGS_ENABLE },
};

/*
 * Xen masks interrupts in the device's memory. A device that sleeps or runs its self-test does not
 * respond there.
 */
static void device_stays_awake_while_messages_are_on(void **state)
{
	unsigned int i, power;

	for (i = 0; i < ARRAY_SIZE(messages); i++) {
		put(messages[i].offset, 2, messages[i].enable);
		assert_true(pciback_config_uses_messages(&config));
		device.power = 7;
		for (power = 1; power < 4; power++)
			writes(PM + PCI_PM_CTRL, 2, power);
		writes(PM + PCI_PM_CTRL, 1, 3);
		writes(PM, 4, 3);
		assert_int_equal(device.power, 7);
		writes(PM + PCI_PM_CTRL, 2, 0);
		assert_int_equal(device.power, 0);
		writes(PCI_BIST, 1, PCI_BIST_START);
		writes(PCI_CACHE_LINE_SIZE, 4, (u32)PCI_BIST_START << 24);
		assert_int_equal(device.writes, 0);

		put(messages[i].offset, 2, 0);
		writes(PM + PCI_PM_CTRL, 2, 3);
		assert_int_equal(device.power, 3);
	}
	assert_false(pciback_config_uses_messages(&config));
	writes(PCI_BIST, 1, PCI_BIST_START);
	assert_int_equal(real(PCI_BIST, 1), PCI_BIST_START);
	/* If the register cannot be read, messages count as enabled. */
	device.fail = -EIO;
	assert_true(pciback_config_uses_messages(&config));
}

/*
 * After a device has reset itself, its registers do not show what the kernel has enabled. A guest
 * with interrupt control must not change MSI or MSI-X meanwhile.
 */
static void messages_of_the_kernel_are_not_the_guests(void **state)
{
	unsigned int i;

	config.interrupt_control = true;
	device.messages = true;
	assert_true(pciback_config_uses_messages(&config));
	device.power = 7;
	writes(PM + PCI_PM_CTRL, 2, 3);
	assert_int_equal(device.power, 7);
	for (i = 0; i < ARRAY_SIZE(messages); i++) {
		put(messages[i].offset, 2, messages[i].enable);
		refuses(messages[i].offset, 2, 0, -EACCES);
		put(messages[i].offset, 2, 0);
		refuses(messages[i].offset, 2, messages[i].enable, -EACCES);
	}
}

static void messages_want_a_device_that_is_awake(void **state)
{
	unsigned int i;

	config.interrupt_control = true;
	for (i = 0; i < ARRAY_SIZE(messages); i++) {
		put(PM + PCI_PM_CTRL, 2, 3);
		refuses(messages[i].offset, 2, messages[i].enable, -EACCES);
		put(PM + PCI_PM_CTRL, 2, 0);
		put(PCI_BIST, 1, PCI_BIST_START);
		refuses(messages[i].offset, 2, messages[i].enable, -EACCES);
		put(PCI_BIST, 1, 0);
		writes(messages[i].offset, 2, messages[i].enable);
		writes(messages[i].offset, 2, 0);
	}
}

/* The guest has enabled MSI or MSI-X by itself, so the kernel does not disable it. */
static void messages_end_with_the_guest(void **state)
{
	unsigned int i;

	config.interrupt_control = true;
	for (i = 0; i < ARRAY_SIZE(messages); i++) {
		put(messages[i].offset, 2, 0x0180);
		writes(messages[i].offset, 2, 0x0180 | messages[i].enable);
		pciback_config_end_messages(&config);
		assert_int_equal(real(messages[i].offset, 2), 0x0180);
	}
	device.writes = 0;
	pciback_config_end_messages(&config);
	assert_int_equal(device.writes, 0);
}

/* ---- the rest ---- */

static void bars_are_sized(void **state)
{
	writes(PCI_BASE_ADDRESS_0, 4, U32_MAX);
	writes(PCI_BASE_ADDRESS_1, 4, U32_MAX);
	assert_int_equal(reads(PCI_BASE_ADDRESS_0, 4), -BAR0_SIZE | PCI_BASE_ADDRESS_MEM_TYPE_64);
	assert_int_equal(reads(PCI_BASE_ADDRESS_1, 4), U32_MAX);
	writes(PCI_BASE_ADDRESS_0, 4, BAR0 | PCI_BASE_ADDRESS_MEM_TYPE_64);
	writes(PCI_BASE_ADDRESS_1, 4, 0);
	assert_int_equal(reads(PCI_BASE_ADDRESS_0, 4), BAR0 | PCI_BASE_ADDRESS_MEM_TYPE_64);
	assert_int_equal(reads(PCI_BASE_ADDRESS_1, 4), 0);
	/* A device without a ROM shows the size 0. */
	writes(PCI_ROM_ADDRESS, 4, ~PCI_ROM_ADDRESS_ENABLE);
	assert_int_equal(reads(PCI_ROM_ADDRESS, 4), 0);
	assert_int_equal(device.writes, 0);
}

static void a_lost_address_is_given_again(void **state)
{
	put(PCI_BASE_ADDRESS_0, 4, PCI_BASE_ADDRESS_MEM_TYPE_64);
	writes(PCI_BASE_ADDRESS_0, 4, 0xe0000000 | PCI_BASE_ADDRESS_MEM_TYPE_64);
	assert_int_equal(device.writes, 0);
	writes(PCI_BASE_ADDRESS_0, 4, BAR0 | PCI_BASE_ADDRESS_MEM_TYPE_64);
	assert_int_equal(real(PCI_BASE_ADDRESS_0, 4), BAR0 | PCI_BASE_ADDRESS_MEM_TYPE_64);
}

static void mastering_follows_the_guest(void **state)
{
	writes(PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	assert_true(device.master);
	/* By one byte, and by four bytes that include the status register. */
	writes(PCI_COMMAND, 1, PCI_COMMAND_MEMORY);
	assert_false(device.master);
	writes(PCI_COMMAND, 4, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	assert_true(device.master);
	/* Decoding is disabled and enabled again. */
	writes(PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	writes(PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	assert_int_equal(reads(PCI_COMMAND, 2), PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	assert_int_equal(device.decodes, 4);
	/* A write of the other byte does not change it. */
	device.masters = 0;
	writes(PCI_COMMAND + 1, 1, 0);
	assert_int_equal(device.masters + device.decodes, 4);
}

/*
 * A device may reset itself at a change of its power state, or by a register. Its driver then
 * writes the same command again.
 */
static void device_that_has_reset_itself_works_again(void **state)
{
	writes(PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	put(PCI_COMMAND, 2, 0);
	put(PCI_BASE_ADDRESS_0, 4, PCI_BASE_ADDRESS_MEM_TYPE_64);
	writes(PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	assert_int_equal(real(PCI_BASE_ADDRESS_0, 4), BAR0 | PCI_BASE_ADDRESS_MEM_TYPE_64);
	assert_int_equal(real(PCI_COMMAND, 2), COMMAND_DECODE | PCI_COMMAND_MASTER);
	/* After a change of power, decoding may be on and bus mastering off. */
	put(PCI_COMMAND, 2, COMMAND_DECODE);
	writes(PCI_COMMAND, 2, reads(PCI_COMMAND, 2) | PCI_COMMAND_MASTER);
	assert_int_equal(real(PCI_COMMAND, 2), COMMAND_DECODE | PCI_COMMAND_MASTER);
}

static void invalidate_that_fails_is_not_shown(void **state)
{
	writes(PCI_COMMAND, 2, PCI_COMMAND_INVALIDATE | PCI_COMMAND_SERR);
	assert_int_equal(reads(PCI_COMMAND, 2), PCI_COMMAND_SERR);
}

static void pme_is_neither_shown_nor_enabled(void **state)
{
	put(PM + PCI_PM_PMC, 2, 0xffff);
	put(PM + PCI_PM_CTRL, 2, PCI_PM_CTRL_PME_STATUS);
	assert_int_equal(reads(PM + PCI_PM_PMC, 2), 0xffff & ~PCI_PM_CAP_PME_MASK);
	/* Status is cleared by writing 1 only. */
	writes(PM + PCI_PM_CTRL, 2, PCI_PM_CTRL_PME_ENABLE | 3);
	assert_int_equal(device.writes, 0);
	assert_int_equal(device.power, 3);
	writes(PM + PCI_PM_CTRL, 2, PCI_PM_CTRL_PME_STATUS);
	assert_int_equal(device.writes, 1);
	assert_int_equal(device.power, 0);
}

static void power_state_is_its_own_byte(void **state)
{
	device.power = 7;
	writes(PM + PCI_PM_CTRL + 1, 1, 0xff);
	assert_int_equal(device.power, 7);
	assert_int_equal(real(PM + PCI_PM_CTRL, 2),
			 PCI_PM_CTRL_DATA_SEL_MASK | PCI_PM_CTRL_PME_STATUS);
}

static void vpd_is_read_only(void **state)
{
	writes(VPD + PCI_VPD_ADDR, 2, 0x10);
	assert_int_equal(real(VPD + PCI_VPD_ADDR, 2), 0x10);
	refuses(VPD + PCI_VPD_ADDR, 2, PCI_VPD_ADDR_F, -EACCES);
	writes(VPD + PCI_VPD_DATA, 4, 0x1234);
	assert_int_equal(real(VPD + PCI_VPD_DATA, 4), 0);
}

static void a_reset_forgets_the_guest(void **state)
{
	writes(PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_SERR);
	writes(PCI_BASE_ADDRESS_0, 4, U32_MAX);
	pciback_config_reset(&config);
	assert_int_equal(reads(PCI_COMMAND, 2), 0);
	assert_int_equal(reads(PCI_BASE_ADDRESS_0, 4), BAR0 | PCI_BASE_ADDRESS_MEM_TYPE_64);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup(odd_accesses_are_refused, setup),
	cmocka_unit_test_setup(extended_space_where_there_is_one, setup),
	cmocka_unit_test_setup(parts_are_put_together, setup),
	cmocka_unit_test_setup(errors_of_the_device_are_told, setup),
	cmocka_unit_test_setup(fields_do_not_overlap, setup),
	cmocka_unit_test_setup(xsa_120_decoding_stays_on, setup),
	cmocka_unit_test_setup(xsa_120_errors_and_intx_are_not_the_guests, setup),
	cmocka_unit_test_setup(xsa_128_129_msi_registers_are_read_only, setup),
	cmocka_unit_test_setup(msi_is_enabled_by_ops_only, setup),
	cmocka_unit_test_setup(msix_is_enabled_by_ops_only, setup),
	cmocka_unit_test_setup(xsa_131_unknown_registers_are_read_only, setup),
	cmocka_unit_test_setup(xsa_131_permissive_does_not_reach_fields, setup),
	cmocka_unit_test_setup(xsa_157_one_kind_of_interrupt_at_a_time, setup),
	cmocka_unit_test_setup(intx_is_disabled_again, setup),
	cmocka_unit_test_setup(xsa_337_addresses_do_not_move, setup),
	cmocka_unit_test_setup(bar_without_an_address_does_not_move, setup),
	cmocka_unit_test_setup(device_stays_awake_while_messages_are_on, setup),
	cmocka_unit_test_setup(messages_end_with_the_guest, setup),
	cmocka_unit_test_setup(bars_are_sized, setup),
	cmocka_unit_test_setup(a_lost_address_is_given_again, setup),
	cmocka_unit_test_setup(mastering_follows_the_guest, setup),
	cmocka_unit_test_setup(device_that_has_reset_itself_works_again, setup),
	cmocka_unit_test_setup(addresses_that_are_lost_come_back, setup),
	cmocka_unit_test_setup(messages_of_the_kernel_are_not_the_guests, setup),
	cmocka_unit_test_setup(messages_want_a_device_that_is_awake, setup),
	cmocka_unit_test_setup(invalidate_that_fails_is_not_shown, setup),
	cmocka_unit_test_setup(pme_is_neither_shown_nor_enabled, setup),
	cmocka_unit_test_setup(power_state_is_its_own_byte, setup),
	cmocka_unit_test_setup(vpd_is_read_only, setup),
	cmocka_unit_test_setup(a_reset_forgets_the_guest, setup),
};

RUN_TESTS(tests)
