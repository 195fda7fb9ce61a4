// SPDX-License-Identifier: GPL-2.0
/*
 * The ops of a frontend: access to registers, and the setup of interrupts, which only the kernel
 * can bind for a guest. All functions here work on a private copy of the op.
 */
#include "bus.h"
#include "device.h"
#include "guest.h"
#include "intx.h"
#include "op.h"

#include <dom0/memory.h>
#include <linux/jiffies.h>
#include <linux/nospec.h>
#include <linux/slab.h>

/*
 * The kernel logs each failure to enable message-signalled interrupts. After FAILURES_MAX failures,
 * refuse to try again until FAILURES_INTERVAL has passed since the first one.
 */
#define FAILURES_MAX		8
#define FAILURES_INTERVAL	(60 * HZ)

static s32 pciif_error(int err)
{
	switch (err) {
	case 0:
		return XEN_PCI_ERR_success;
	case -EINVAL:
		return XEN_PCI_ERR_invalid_offset;
	case -EACCES:
	case -EPERM:
		return XEN_PCI_ERR_access_denied;
	default:
		return XEN_PCI_ERR_op_failed;
	}
}

static s32 read_config(struct pciback_device *device, struct xen_pci_op *op)
{
	return pciif_error(pciback_config_read(&device->config, op->offset, op->size,
					       &op->value));
}

/* The write may have enabled the device, and its interrupt line with it: update the handler. */
static s32 write_config(struct pciback_device *device, struct xen_pci_op *op)
{
	int err = pciback_config_write(&device->config, op->offset, op->size, op->value);

	pciback_intx_update(device);
	return pciif_error(err);
}

/* ---- message-signalled interrupts ---- */

/* A device in a self-test may not answer when Xen accesses its memory to mask an interrupt. */
static bool is_testing(struct pci_dev *pdev)
{
	u8 bist;

	return pci_read_config_byte(pdev, PCI_BIST, &bist) || (bist & PCI_BIST_START);
}

static bool may_enable(struct pciback_device *device)
{
	if (time_after(jiffies, device->failing_since + FAILURES_INTERVAL))
		device->failures = 0;
	return device->failures < FAILURES_MAX && !is_testing(device->pdev) &&
	       !pciback_config_uses_messages(&device->config);
}

static s32 enable_failed(struct pciback_device *device, const char *what, int err)
{
	if (!device->failures++)
		device->failing_since = jiffies;
	/* Log this once: a guest may repeat the op without end. */
	if (!device->interrupts_logged)
		pci_warn(device->pdev, "cannot enable %s for a guest: error %d\n", what, err);
	device->interrupts_logged = true;
	return XEN_PCI_ERR_op_failed;
}

static s32 enable_msi(struct pciback_device *device, struct xen_pci_op *op)
{
	int err;

	op->value = 0;
	if (!may_enable(device))
		return XEN_PCI_ERR_op_failed;
	err = pci_enable_msi(device->pdev);
	if (err)
		return enable_failed(device, "MSI", err);
	/* INTx is disabled only now, so the handler was needed until here. */
	pciback_intx_stop(device);
	op->value = pciback_intx_pirq(device->pdev->irq);
	return XEN_PCI_ERR_success;
}

/*
 * Disable both. Linux frontends send disable_msi for MSI-X as well, since their kernel has
 * forgotten by then which one was enabled. They also send it when neither is.
 */
static s32 disable_messages(struct pciback_device *device, struct xen_pci_op *op)
{
	pciback_intx_start(device);
	pciback_intx_end_messages(device, pciback_intx_may_raise(device));
	pciback_intx_update(device);
	op->value = device->intx.pirq;
	return XEN_PCI_ERR_success;
}

/* The MSI-X table is in the memory of the device, or in that of its physical function. */
static bool decodes_memory(struct pci_dev *pdev)
{
	u16 command;

	return !pci_read_config_word(pci_physfn(pdev), PCI_COMMAND, &command) &&
	       (command & PCI_COMMAND_MEMORY);
}

static int bind_vectors(struct pciback_device *device, struct xen_pci_op *op)
{
	struct msix_entry *entries = kcalloc(op->value, sizeof(*entries), DOM0_GUEST_GFP);
	unsigned int i;
	int err;

	if (!entries)
		return -ENOMEM;
	for (i = 0; i < op->value; i++)
		entries[i].entry = op->msix_entries[i].entry;
	err = pci_enable_msix_exact(device->pdev, entries, op->value);
	for (i = 0; i < op->value && !err; i++)
		op->msix_entries[i].vector = pciback_intx_pirq(entries[i].vector);
	kfree(entries);
	return err;
}

/* op->value is the number of vectors. In the answer, 0 says that all of them are enabled. */
static s32 enable_msix(struct pciback_device *device, struct xen_pci_op *op)
{
	struct pci_dev *pdev = device->pdev;
	int err;

	if (!op->value || op->value > SH_INFO_MAX_VEC ||
	    (int)op->value > pci_msix_vec_count(pdev) || !decodes_memory(pdev) ||
	    !may_enable(device))
		return XEN_PCI_ERR_op_failed;
	err = bind_vectors(device, op);
	if (err)
		return enable_failed(device, "MSI-X", err);
	pciback_intx_stop(device);
	op->value = 0;
	return XEN_PCI_ERR_success;
}

/* ---- ops ---- */

typedef s32 (*op_fn)(struct pciback_device *device, struct xen_pci_op *op);

static const op_fn op_fns[] = {
	[XEN_PCI_OP_conf_read] = read_config,
	[XEN_PCI_OP_conf_write] = write_config,
	[XEN_PCI_OP_enable_msi] = enable_msi,
	[XEN_PCI_OP_disable_msi] = disable_messages,
	[XEN_PCI_OP_enable_msix] = enable_msix,
	[XEN_PCI_OP_disable_msix] = disable_messages,
};

static s32 serve_device(struct pciback_device *device, struct xen_pci_op *op)
{
	s32 err = XEN_PCI_ERR_op_failed;

	mutex_lock(&device->lock);
	if (!device->resetting)
		err = op_fns[array_index_nospec(op->cmd, ARRAY_SIZE(op_fns))](device, op);
	mutex_unlock(&device->lock);
	return err;
}

/* Serve an op: set its error and its results. */
void pciback_op_serve(struct pciback_guest *guest, struct xen_pci_op *op)
{
	struct pciback_device *device;

	mutex_lock(&guest->lock);
	device = pciback_bus_find(guest, op->domain, op->bus, op->devfn);
	if (!device)
		op->err = XEN_PCI_ERR_dev_not_found;
	else if (op->cmd >= ARRAY_SIZE(op_fns))
		op->err = XEN_PCI_ERR_not_implemented;
	else
		op->err = serve_device(device, op);
	mutex_unlock(&guest->lock);
}
