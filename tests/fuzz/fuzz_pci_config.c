// SPDX-License-Identifier: GPL-2.0
/*
 * Any accesses of a guest to a configuration space. Decoding stays on, no address moves, no
 * interrupt is enabled, PME stays off, and registers that no field covers do not change. A BAR
 * reads as its value or its size.
 */
#include <linux/kernel.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/pciback/config.c"

#define LENGTH	256
#define PM	0x40
#define MSI	0x50
#define MSIX	0x70
#define VPD	0x80
#define BAR	0xfebc0004u
#define BAR_SIZE 0xffffc004u

static u8 device[LENGTH];

static void check(bool good)
{
	if (!good)
		abort();
}

static u32 real(unsigned int offset, unsigned int size)
{
	u32 value = 0;

	memcpy(&value, device + offset, size);
	return value;
}

static int device_read(void *data, unsigned int offset, unsigned int size, u32 *value)
{
	check(offset + size <= LENGTH);
	*value = real(offset, size);
	return 0;
}

static int device_write(void *data, unsigned int offset, unsigned int size, u32 value)
{
	check(offset + size <= LENGTH && !(size < 4 && value >> 8 * size));
	memcpy(device + offset, &value, size);
	return 0;
}

static int device_decode(void *data)
{
	device[PCI_COMMAND] |= COMMAND_DECODE;
	return 0;
}

static bool device_messages(void *data)
{
	return false;
}

static void device_master(void *data, bool on)
{
	device[PCI_COMMAND] = (device[PCI_COMMAND] & ~PCI_COMMAND_MASTER) |
			      (on ? PCI_COMMAND_MASTER : 0);
}

static int device_invalidate(void *data, bool on)
{
	return on ? -EINVAL : 0;
}

static void device_intx(void *data, bool on)
{
	abort();
}

static int device_power(void *data, unsigned int state)
{
	check(state <= 3);
	return 0;
}

static void device_refused(void *data, unsigned int offset, unsigned int size)
{
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

static const struct pciback_field fields[] = {
	{ .kind = PCIBACK_FIXED, .offset = PCI_VENDOR_ID, .size = 2, .value = 0x8086 },
	{ .kind = PCIBACK_FIXED, .offset = PCI_DEVICE_ID, .size = 2, .value = 0x10d3 },
	{ .kind = PCIBACK_COMMAND, .offset = PCI_COMMAND, .size = 2 },
	{ .kind = PCIBACK_PLAIN, .offset = PCI_CACHE_LINE_SIZE, .size = 1, .writable = 0xff },
	{ .kind = PCIBACK_PLAIN, .offset = PCI_LATENCY_TIMER, .size = 1 },
	{ .kind = PCIBACK_BIST, .offset = PCI_BIST, .size = 1, .writable = PCI_BIST_START },
	{ .kind = PCIBACK_BAR, .offset = PCI_BASE_ADDRESS_0, .size = 4, .writable = 0xfffffff0,
	  .value = BAR, .size_value = BAR_SIZE },
	{ .kind = PCIBACK_BAR, .offset = PCI_BASE_ADDRESS_1, .size = 4, .writable = 0xffffffff,
	  .size_value = 0xffffffff },
	{ .kind = PCIBACK_FIXED, .offset = PCI_INTERRUPT_LINE, .size = 1, .value = 20 },
	{ .kind = PCIBACK_PLAIN, .offset = PM + PCI_PM_PMC, .size = 2,
	  .hidden = PCI_PM_CAP_PME_MASK },
	{ .kind = PCIBACK_POWER, .offset = PM + PCI_PM_CTRL, .size = 2,
	  .writable = PCI_PM_CTRL_PME_STATUS | PCI_PM_CTRL_DATA_SEL_MASK,
	  .clears = PCI_PM_CTRL_PME_STATUS },
	{ .kind = PCIBACK_MSI, .offset = MSI + PCI_MSI_FLAGS, .size = 2,
	  .writable = PCI_MSI_FLAGS_ENABLE },
	{ .kind = PCIBACK_MSIX, .offset = MSIX + PCI_MSIX_FLAGS, .size = 2,
	  .writable = PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL },
	{ .kind = PCIBACK_VPD, .offset = VPD + PCI_VPD_ADDR, .size = 2 },
	{ .kind = PCIBACK_PLAIN, .offset = VPD + PCI_VPD_DATA, .size = 4 },
};

/* What no guest may change. */
static void check_device(bool decodes)
{
	unsigned int offset;

	check(!decodes || (device[PCI_COMMAND] & COMMAND_DECODE) == COMMAND_DECODE);
	check(!(real(PCI_COMMAND, 2) &
		(PCI_COMMAND_SERR | PCI_COMMAND_PARITY | PCI_COMMAND_INTX_DISABLE)));
	check(real(PCI_BASE_ADDRESS_0, 4) == BAR && !real(PCI_BASE_ADDRESS_1, 4));
	check(!real(MSI + PCI_MSI_FLAGS, 2) && !real(MSIX + PCI_MSIX_FLAGS, 2));
	check(!(real(PM + PCI_PM_CTRL, 2) & (PCI_PM_CTRL_PME_ENABLE | PCI_PM_CTRL_STATE_MASK)));
	check(!(real(VPD + PCI_VPD_ADDR, 2) & PCI_VPD_ADDR_F) && !real(VPD + PCI_VPD_DATA, 4));
	for (offset = 0x90; offset < LENGTH; offset++)
		check(!device[offset]);
}

static void check_guest(struct pciback_config *config)
{
	u32 value;

	check(!pciback_config_read(config, PCI_BASE_ADDRESS_0, 4, &value) &&
	      (value == BAR || value == BAR_SIZE));
	check(!pciback_config_read(config, PCI_VENDOR_ID, 4, &value) && value == 0x10d38086);
}

struct access {
	u16 offset;
	u8 how;		/* bit 7: offset and size are odd; bits 0 to 2: size; bit 3: write */
	u8 pad;
	u32 value;
};

static int do_access(struct pciback_config *config, const struct access *access)
{
	u32 offset = access->offset % LENGTH, size = 1u << access->how % 3, value;

	if (access->how & 0x80) {
		offset = access->offset * 0x10001u;
		size = access->value;
	}
	if (access->how & 8)
		return pciback_config_write(config, offset, size, access->value);
	return pciback_config_read(config, offset, size, &value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pciback_config config = { .ops = &ops, .length = LENGTH };
	struct access access;
	bool decodes = false;
	unsigned int i;

	memset(device, 0, sizeof(device));
	device_write(NULL, PCI_BASE_ADDRESS_0, 4, BAR);
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		check(!pciback_config_add(&config, &fields[i]));
	for (; len >= sizeof(access); data += sizeof(access), len -= sizeof(access)) {
		memcpy(&access, data, sizeof(access));
		do_access(&config, &access);
		decodes |= device[PCI_COMMAND] & COMMAND_DECODE;
		check_device(decodes);
		check_guest(&config);
	}
	return 0;
}
