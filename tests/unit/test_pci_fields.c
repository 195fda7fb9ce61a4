// SPDX-License-Identifier: GPL-2.0
/*
 * What a real device keeps while its guest puts it to sleep: drivers/pciback/fields.c over a
 * simulated kernel. The device is an array. Its return to D0 resets it.
 */
#include "unit.h"

#include <linux/pci_regs.h>

/* ---- the kernel ---- */

#define HZ 250
#define time_after(a, b) ((long)((b) - (a)) < 0)
#define __force

#define IORESOURCE_IO		0x100
#define IORESOURCE_MEM_64	0x100000
#define IORESOURCE_DISABLED	0x10000000
#define IORESOURCE_UNSET	0x20000000
#define IORESOURCE_BUSY		0x80000000
#define PCI_REGION_FLAG_MASK	0xf
#define PCI_ROM_RESOURCE	6
#define PCI_D0			0

typedef int pci_power_t;

static unsigned long jiffies;

struct resource {
	u64 start, end;
	unsigned long flags;
};

struct pci_dev {
	u16 vendor, device;
	unsigned int irq, cfg_size;
	int current_state;
	bool msi_enabled, msix_enabled, enabled, state_saved;
	struct resource resource[PCI_ROM_RESOURCE + 1];
};

#define PM	0x40
#define EXPRESS	0x60
#define BAR	0xfebc0000u

static struct {
	u8 bytes[256], saved[256];
	bool silent;
} real;

static u32 get(unsigned int offset, unsigned int size)
{
	u32 value = 0;

	memcpy(&value, real.bytes + offset, size);
	return value;
}

static void put(unsigned int offset, unsigned int size, u32 value)
{
	memcpy(real.bytes + offset, &value, size);
}

#define pci_read_config_dword(pdev, offset, value) ((void)(pdev), *(value) = get(offset, 4), 0)
#define pci_read_config_word(pdev, offset, value) ((void)(pdev), *(value) = get(offset, 2), 0)
#define pci_read_config_byte(pdev, offset, value) ((void)(pdev), *(value) = get(offset, 1), 0)
#define pci_write_config_dword(pdev, offset, value) ((void)(pdev), put(offset, 4, value), 0)
#define pci_write_config_word(pdev, offset, value) ((void)(pdev), put(offset, 2, value), 0)
#define pci_write_config_byte(pdev, offset, value) ((void)(pdev), put(offset, 1, value), 0)
#define pcibios_err_to_errno(err) (-(err))
#define resource_size(res) ((res)->end - (res)->start + 1)
#define pci_find_capability(pdev, cap) ((cap) == PCI_CAP_ID_PM ? PM : 0)
#define pci_pme_active(pdev, on) ((void)(pdev))
#define pci_device_is_present(pdev) (!real.silent)
#define pci_is_enabled(pdev) ((pdev)->enabled)
#define pci_set_mwi(pdev) 0
#define pci_clear_mwi(pdev) ((void)(pdev))
#define pci_info(pdev, ...) ((void)(pdev))

static void set_command(u16 bits, bool on)
{
	put(PCI_COMMAND, 2, (get(PCI_COMMAND, 2) & ~bits) | (on ? bits : 0));
}

#define pci_intx(pdev, on) ((void)(pdev), set_command(PCI_COMMAND_INTX_DISABLE, !(on)))
#define pci_set_master(pdev) ((void)(pdev), set_command(PCI_COMMAND_MASTER, true))
#define pci_clear_master(pdev) ((void)(pdev), set_command(PCI_COMMAND_MASTER, false))

static int pci_enable_device(struct pci_dev *pdev)
{
	pdev->enabled = true;
	set_command(PCI_COMMAND_MEMORY, true);
	return 0;
}

/* A device without No_Soft_Reset loses its registers. The kernel restores the BARs only. */
static int pci_set_power_state(struct pci_dev *pdev, pci_power_t state)
{
	if (pdev->current_state == 3 && !state) {
		put(PCI_COMMAND, 2, 0);
		put(EXPRESS + PCI_EXP_DEVCTL, 2, 0);
	}
	pdev->current_state = state;
	return 0;
}

static int pci_save_state(struct pci_dev *pdev)
{
	/* Registers of a sleeping device that are lost must not be taken for those to restore. */
	assert_int_equal(pdev->current_state, PCI_D0);
	memcpy(real.saved, real.bytes, sizeof(real.saved));
	pdev->state_saved = true;
	return 0;
}

static void pci_restore_state(struct pci_dev *pdev)
{
	assert_int_equal(pdev->current_state, PCI_D0);
	if (pdev->state_saved)
		memcpy(real.bytes, real.saved, sizeof(real.bytes));
	pdev->state_saved = false;
}

/* ---- the parts of the driver ---- */

#include "no_pciback.h"
#include "drivers/pciback/config.c"

struct pciback_device {
	struct pci_dev *pdev;
	struct pciback_config config;
	struct {
		unsigned int irq;
	} intx;
	u16 decoding;
	bool enable_failed, write_logged;
	unsigned int decodes;
	unsigned long decoding_since;
};

static const bool pciback_permissive;

#define pciback_intx_may_raise(device) ((device)->pdev->enabled)

static int pciback_fields_init(struct pciback_device *device);

#include "drivers/pciback/fields.c"

static struct pci_dev pdev;
static struct pciback_device device;

static void writes(u32 offset, u32 value)
{
	assert_int_equal(pciback_config_write(&device.config, offset, 2, value), 0);
}

static int setup(void **state)
{
	memset(&real, 0, sizeof(real));
	memset(&device, 0, sizeof(device));
	jiffies = 1000000;
	pdev = (struct pci_dev){ .cfg_size = 256 };
	pdev.resource[0] = (struct resource){ BAR, BAR + 0xfff, 0x200 };
	device.pdev = &pdev;
	put(PCI_BASE_ADDRESS_0, 4, BAR);
	put(EXPRESS + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_PAYLOAD_256B);
	assert_int_equal(pciback_fields_init(&device), 0);
	writes(PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	return 0;
}

/* The guest cannot write these registers. */
static void device_has_its_registers_after_its_sleep(void **state)
{
	u16 command = get(PCI_COMMAND, 2);
	unsigned int i;

	assert_int_equal(command, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	for (i = 0; i < 2; i++) {
		writes(PM + PCI_PM_CTRL, 3);
		assert_int_equal(pdev.current_state, 3);
		writes(PM + PCI_PM_CTRL, 3);
		writes(PM + PCI_PM_CTRL, 0);
		assert_int_equal(get(EXPRESS + PCI_EXP_DEVCTL, 2), PCI_EXP_DEVCTL_PAYLOAD_256B);
		assert_int_equal(get(PCI_COMMAND, 2), command);
	}
	/* It is awake already. Nothing older is restored. */
	put(EXPRESS + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_PAYLOAD_512B);
	writes(PM + PCI_PM_CTRL, 0);
	assert_int_equal(get(EXPRESS + PCI_EXP_DEVCTL, 2), PCI_EXP_DEVCTL_PAYLOAD_512B);
}

/* What was changed while the device slept stays, such as the end of intx.c's mask. */
static void intx_stays_on_after_a_sleep(void **state)
{
	pci_intx(&pdev, false);
	writes(PM + PCI_PM_CTRL, 3);
	pci_intx(&pdev, true);
	writes(PM + PCI_PM_CTRL, 0);
	assert_int_equal(get(PCI_COMMAND, 2), PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

/* The device was taken from one frontend while it slept, and the next one wakes it. */
static void dma_and_intx_stay_off_after_a_sleep(void **state)
{
	writes(PM + PCI_PM_CTRL, 3);
	pci_clear_master(&pdev);
	pci_intx(&pdev, false);
	writes(PM + PCI_PM_CTRL, 0);
	assert_int_equal(get(PCI_COMMAND, 2), PCI_COMMAND_MEMORY | PCI_COMMAND_INTX_DISABLE);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup(device_has_its_registers_after_its_sleep, setup),
	cmocka_unit_test_setup(dma_and_intx_stay_off_after_a_sleep, setup),
	cmocka_unit_test_setup(intx_stays_on_after_a_sleep, setup),
};

RUN_TESTS(tests)
