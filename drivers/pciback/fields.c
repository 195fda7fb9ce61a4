// SPDX-License-Identifier: GPL-2.0
/* The table of fields of a real device, and access to that device. */
#include "device.h"
#include "fields.h"
#include "params.h"

#include <linux/jiffies.h>

/* ---- the device ---- */

static int to_errno(int err)
{
	return err > 0 ? pcibios_err_to_errno(err) : err;
}

static int read_device(void *data, unsigned int offset, unsigned int size, u32 *value)
{
	struct pciback_device *device = data;
	struct pci_dev *pdev = device->pdev;
	u16 word;
	u8 byte;
	int err;

	if (size == 4)
		return to_errno(pci_read_config_dword(pdev, offset, value));
	if (size == 2) {
		err = pci_read_config_word(pdev, offset, &word);
		*value = word;
	} else {
		err = pci_read_config_byte(pdev, offset, &byte);
		*value = byte;
	}
	return to_errno(err);
}

static int write_device(void *data, unsigned int offset, unsigned int size, u32 value)
{
	struct pciback_device *device = data;
	struct pci_dev *pdev = device->pdev;

	if (size == 4)
		return to_errno(pci_write_config_dword(pdev, offset, value));
	if (size == 2)
		return to_errno(pci_write_config_word(pdev, offset, value));
	return to_errno(pci_write_config_byte(pdev, offset, value));
}

static void keep_decoding(struct pciback_device *device)
{
	u16 command;

	if (!pci_read_config_word(device->pdev, PCI_COMMAND, &command))
		device->decoding = command & (PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
}

static int restore_decoding(struct pciback_device *device)
{
	u16 command;
	int err = pci_read_config_word(device->pdev, PCI_COMMAND, &command);

	if (!err && (command & device->decoding) != device->decoding)
		err = pci_write_config_word(device->pdev, PCI_COMMAND, command | device->decoding);
	return to_errno(err);
}

/*
 * Each attempt to enable a device is two lines of the kernel in the log. A device is disabled when
 * its frontend disconnects. So a frontend that connects again and again may have it enabled
 * DECODES_MAX times in DECODES_INTERVAL.
 */
#define DECODES_MAX		8
#define DECODES_INTERVAL	(60 * HZ)

static bool may_decode(struct pciback_device *device)
{
	if (device->enable_failed)
		return false;
	if (time_after(jiffies, device->decoding_since + DECODES_INTERVAL))
		device->decodes = 0;
	if (device->decodes == DECODES_MAX)
		return false;
	if (!device->decodes++)
		device->decoding_since = jiffies;
	return true;
}

/* After a failure, do not try again before the device is given to a guest again. */
static int decode_device(void *data)
{
	struct pciback_device *device = data;
	int err;

	if (!pci_device_is_present(device->pdev))
		return -ENODEV;
	if (pci_is_enabled(device->pdev))
		return restore_decoding(device);
	if (!may_decode(device))
		return -EIO;
	err = pci_enable_device(device->pdev);
	device->enable_failed = err;
	if (!err)
		keep_decoding(device);
	return err;
}

static void master_device(void *data, bool on)
{
	struct pciback_device *device = data;

	if (on)
		pci_set_master(device->pdev);
	else
		pci_clear_master(device->pdev);
}

static int invalidate_device(void *data, bool on)
{
	struct pciback_device *device = data;

	if (on)
		return pci_set_mwi(device->pdev);
	pci_clear_mwi(device->pdev);
	return 0;
}

/* A device that intx.c has masked stays masked until its guest has bound the interrupt. */
static void intx_device(void *data, bool on)
{
	struct pciback_device *device = data;

	pci_intx(device->pdev, on && pciback_intx_may_raise(device));
}

static bool has_messages(void *data)
{
	const struct pciback_device *device = data;

	return device->pdev->msi_enabled || device->pdev->msix_enabled;
}

/*
 * Restore what was saved when the device left D0. DMA and INTx may have been enabled or disabled
 * while it slept; @command is its PCI_COMMAND from then.
 */
static void restore_registers(struct pci_dev *pdev, u16 command)
{
	pci_restore_state(pdev);
	if (command & PCI_COMMAND_MASTER)
		pci_set_master(pdev);
	else
		pci_clear_master(pdev);
	pci_intx(pdev, !(command & PCI_COMMAND_INTX_DISABLE));
}

/*
 * A return to D0 may reset the device, so restore its registers. The guest itself cannot write all
 * of them, such as the payload size of PCI Express, which has to be that of the bus.
 */
static int wake_device(struct pciback_device *device)
{
	struct pci_dev *pdev = device->pdev;
	bool slept = pdev->current_state != PCI_D0;
	u16 command;
	int err = to_errno(pci_read_config_word(pdev, PCI_COMMAND, &command));

	if (!err)
		err = pci_set_power_state(pdev, PCI_D0);
	if (err)
		return err;
	if (slept && pdev->current_state == PCI_D0)
		restore_registers(pdev, command);
	return restore_decoding(device);
}

/*
 * A sleeping device does not answer accesses to its memory. Only its guest makes any then: Xen does
 * so only while MSI or MSI-X is enabled, and those devices may not sleep.
 */
static int power_device(void *data, unsigned int state)
{
	struct pciback_device *device = data;
	struct pci_dev *pdev = device->pdev;

	/* The kernel would log each attempt. */
	if (!pci_device_is_present(pdev))
		return -ENODEV;
	if (!state)
		return wake_device(device);
	if (pdev->current_state == PCI_D0) {
		keep_decoding(device);
		pci_save_state(pdev);
	}
	return pci_set_power_state(pdev, (__force pci_power_t)state);
}

static void write_refused(void *data, unsigned int offset, unsigned int size)
{
	struct pciback_device *device = data;

	if (device->write_logged)
		return;
	device->write_logged = true;
	pci_info(device->pdev,
		 "a guest's write to register 0x%x (%u bytes) was dropped; further ones are not logged; if the guest's driver does not work, see permissive in the manual\n",
		 offset, size);
}

static const struct pciback_config_ops device_ops = {
	.read = read_device,
	.write = write_device,
	.decode = decode_device,
	.master = master_device,
	.invalidate = invalidate_device,
	.intx = intx_device,
	.messages = has_messages,
	.power = power_device,
	.refused = write_refused,
};

/* ---- the header ---- */

static int add_fixed(struct pciback_device *device, u16 offset, u8 size, u32 value)
{
	struct pciback_field field = {
		.offset = offset,
		.size = size,
		.kind = PCIBACK_FIXED,
		.value = value,
	};

	return pciback_config_add(&device->config, &field);
}

static int add_field(struct pciback_device *device, enum pciback_kind kind, u16 offset, u8 size,
		     u32 writable)
{
	struct pciback_field field = {
		.offset = offset,
		.size = size,
		.kind = kind,
		.writable = writable,
	};

	return pciback_config_add(&device->config, &field);
}

/* Take vendor and device ID from the kernel: a virtual function reads as all ones there. */
static int add_header(struct pciback_device *device)
{
	struct pci_dev *pdev = device->pdev;

	return add_fixed(device, PCI_VENDOR_ID, 2, pdev->vendor) ?:
	       add_fixed(device, PCI_DEVICE_ID, 2, pdev->device) ?:
	       add_field(device, PCIBACK_COMMAND, PCI_COMMAND, 2, 0) ?:
	       add_field(device, PCIBACK_PLAIN, PCI_CACHE_LINE_SIZE, 1, 0xff) ?:
	       add_field(device, PCIBACK_PLAIN, PCI_LATENCY_TIMER, 1, 0) ?:
	       add_field(device, PCIBACK_BIST, PCI_BIST, 1, PCI_BIST_START) ?:
	       add_fixed(device, PCI_INTERRUPT_LINE, 1, device->intx.irq & 0xff) ?:
	       add_field(device, PCIBACK_PLAIN, PCI_INTERRUPT_PIN, 1, 0);
}

static bool is_upper_half(const struct pci_dev *pdev, unsigned int bar)
{
	return bar && bar < PCI_STD_NUM_BARS && (pdev->resource[bar - 1].flags & IORESOURCE_MEM_64);
}

static bool has_address(const struct resource *res)
{
	return res->flags &&
	       !(res->flags & (IORESOURCE_DISABLED | IORESOURCE_UNSET | IORESOURCE_BUSY));
}

/* The address is the one that Dom0 has given the device: guests see machine addresses. */
static int add_bar(struct pciback_device *device, unsigned int bar, u16 offset, u32 address)
{
	const struct resource *res = &device->pdev->resource[bar];
	struct pciback_field field = {
		.offset = offset,
		.size = 4,
		.kind = PCIBACK_BAR,
		.writable = address,
	};

	if (is_upper_half(device->pdev, bar)) {
		res--;
		field.writable = U32_MAX;
		if (has_address(res)) {
			field.value = upper_32_bits(res->start);
			field.size_value = upper_32_bits(-(u64)resource_size(res));
		}
	} else if (has_address(res)) {
		field.value = lower_32_bits(res->start) | (res->flags & PCI_REGION_FLAG_MASK);
		field.size_value = lower_32_bits(-(u64)resource_size(res)) |
				   (res->flags & PCI_REGION_FLAG_MASK);
	}
	return pciback_config_add(&device->config, &field);
}

static int add_bars(struct pciback_device *device)
{
	unsigned int bar;
	u32 address;
	int err = 0;

	for (bar = 0; bar < PCI_STD_NUM_BARS && !err; bar++) {
		address = device->pdev->resource[bar].flags & IORESOURCE_IO ?
			  (u32)PCI_BASE_ADDRESS_IO_MASK : (u32)PCI_BASE_ADDRESS_MEM_MASK;
		err = add_bar(device, bar, PCI_BASE_ADDRESS_0 + 4 * bar, address);
	}
	return err ?: add_bar(device, PCI_ROM_RESOURCE, PCI_ROM_ADDRESS, (u32)PCI_ROM_ADDRESS_MASK);
}

/* ---- capabilities ---- */

/* Hide PME from the guest and disable it: it is a line that devices share. */
static int add_power(struct pciback_device *device, u8 cap)
{
	struct pciback_field caps = {
		.offset = cap + PCI_PM_PMC,
		.size = 2,
		.kind = PCIBACK_PLAIN,
		.hidden = PCI_PM_CAP_PME_MASK,
	};
	struct pciback_field control = {
		.offset = cap + PCI_PM_CTRL,
		.size = 2,
		.kind = PCIBACK_POWER,
		.writable = PCI_PM_CTRL_PME_STATUS | PCI_PM_CTRL_DATA_SEL_MASK,
		.clears = PCI_PM_CTRL_PME_STATUS,
	};

	pci_pme_active(device->pdev, false);
	return pciback_config_add(&device->config, &caps) ?:
	       pciback_config_add(&device->config, &control) ?:
	       add_field(device, PCIBACK_PLAIN, cap + PCI_PM_PPB_EXTENSIONS, 2, 0);
}

static int add_vpd(struct pciback_device *device, u8 cap)
{
	return add_field(device, PCIBACK_VPD, cap + PCI_VPD_ADDR, 2, 0) ?:
	       add_field(device, PCIBACK_PLAIN, cap + PCI_VPD_DATA, 4, 0);
}

/*
 * Address, data and mask of MSI belong to Xen. These fields keep a guest from writing them, also in
 * permissive mode.
 */
static int add_msi(struct pciback_device *device, u8 cap)
{
	u16 flags;
	bool is_64bit;
	int err = pci_read_config_word(device->pdev, cap + PCI_MSI_FLAGS, &flags);

	if (err)
		return to_errno(err);
	is_64bit = flags & PCI_MSI_FLAGS_64BIT;
	err = add_field(device, PCIBACK_MSI, cap + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_ENABLE) ?:
	      add_field(device, PCIBACK_PLAIN, cap + PCI_MSI_ADDRESS_LO, 4, 0) ?:
	      add_field(device, PCIBACK_PLAIN,
			cap + (is_64bit ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32), 2, 0);
	if (!err && is_64bit)
		err = add_field(device, PCIBACK_PLAIN, cap + PCI_MSI_ADDRESS_HI, 4, 0);
	if (!err && (flags & PCI_MSI_FLAGS_MASKBIT))
		err = add_field(device, PCIBACK_PLAIN,
				cap + (is_64bit ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32), 4, 0);
	return err;
}

static int add_msix(struct pciback_device *device, u8 cap)
{
	return add_field(device, PCIBACK_MSIX, cap + PCI_MSIX_FLAGS, 2,
			 PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
}

static const struct capability {
	u8 id;
	int (*add)(struct pciback_device *device, u8 cap);
} capabilities[] = {
	{ PCI_CAP_ID_PM, add_power },
	{ PCI_CAP_ID_VPD, add_vpd },
	{ PCI_CAP_ID_MSI, add_msi },
	{ PCI_CAP_ID_MSIX, add_msix },
};

static int add_capabilities(struct pciback_device *device)
{
	unsigned int i;
	int err = 0;
	u8 cap;

	for (i = 0; i < ARRAY_SIZE(capabilities) && !err; i++) {
		cap = pci_find_capability(device->pdev, capabilities[i].id);
		if (cap)
			err = add_field(device, PCIBACK_PLAIN, cap, 2, 0) ?:
			      capabilities[i].add(device, cap);
	}
	return err;
}

int pciback_fields_init(struct pciback_device *device)
{
	device->config.ops = &device_ops;
	device->config.device = device;
	device->config.length = device->pdev->cfg_size;
	device->config.permissive = pciback_permissive;
	return add_header(device) ?: add_bars(device) ?: add_capabilities(device);
}
