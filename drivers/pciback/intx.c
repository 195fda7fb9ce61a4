// SPDX-License-Identifier: GPL-2.0
/*
 * The interrupt line of a device, while its guest uses it. Where Dom0 uses the same line for a
 * device of its own, Xen sends it the guest's interrupts as well; a line that no handler claims is
 * disabled by the kernel, and Dom0's device with it. So we claim them.
 */
#include "device.h"
#include "intx.h"
#include "params.h"

#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/workqueue.h>
#include <xen/events.h>

/* After so many interrupts we ask Xen whether claiming them is of any use. */
#define ASK_INTERVAL	1000

/* A masked device raises its line ASK_INTERVAL times in this time at most. */
#define LOOK_MSECS	100

static void look_later(struct pciback_intx *intx)
{
	queue_delayed_work(pciback_queue, &intx->look, msecs_to_jiffies(LOOK_MSECS));
}

/*
 * No other domain has the line, as when a guest dies or has not bound it yet, and no driver calms
 * the device: mask it, or the line would keep this CPU busy. If it is another device that raises
 * the line, that has a driver. An old device that cannot be masked is left to the kernel, which
 * disables the line in the end.
 */
static void silence_device(struct pciback_device *device)
{
	if (pci_check_and_mask_intx(device->pdev)) {
		WRITE_ONCE(device->intx.masked, true);
		look_later(&device->intx);
	} else if (device->pdev->broken_intx_masking) {
		WRITE_ONCE(device->intx.acks, false);
	}
}

static irqreturn_t claim_interrupt(int irq, void *data)
{
	struct pciback_device *device = data;
	struct pciback_intx *intx = &device->intx;

	if (!READ_ONCE(intx->acks))
		return IRQ_NONE;
	WRITE_ONCE(intx->handled, intx->handled + 1);
	if (!(intx->handled % ASK_INTERVAL) && xen_test_irq_shared(irq))
		silence_device(device);
	return IRQ_HANDLED;
}

/*
 * The number of an interrupt in Xen, 0 for one that Xen knows nothing of: a device may have a line
 * that is connected to nothing. xen_pirq_from_irq() must not be asked for any other.
 */
u32 pciback_intx_pirq(unsigned int irq)
{
	const struct irq_chip *chip = irq_get_chip(irq);
	int pirq;

	if (!chip || !chip->name || strcmp(chip->name, "xen-pirq"))
		return 0;
	pirq = xen_pirq_from_irq(irq);
	return max(pirq, 0);
}

/* The device is enabled: its line is known. */
void pciback_intx_init(struct pciback_device *device)
{
	struct pciback_intx *intx = &device->intx;

	intx->pirq = pciback_intx_pirq(device->pdev->irq);
	intx->irq = intx->pirq ? device->pdev->irq : 0;
	snprintf(intx->name, sizeof(intx->name), "pciback[%s]", pci_name(device->pdev));
}

static void start_claiming(struct pciback_device *device)
{
	struct pciback_intx *intx = &device->intx;
	int err;

	/* The end of MSI has let it raise its line again. */
	if (READ_ONCE(intx->masked))
		pci_intx(device->pdev, false);
	WRITE_ONCE(intx->acks, true);
	err = request_irq(intx->irq, claim_interrupt, IRQF_SHARED, intx->name, device);
	if (err && !device->told_interrupts) {
		pci_warn(device->pdev, "no handler for interrupt %u: error %d\n", intx->irq, err);
		device->told_interrupts = true;
	}
	/* Not again before the device is given anew: the kernel logs each failure. */
	intx->failed = err;
	WRITE_ONCE(intx->on, !err);
}

/* A device that is masked stays so: with MSI it has no line, and may have one again. */
void pciback_intx_stop(struct pciback_device *device)
{
	struct pciback_intx *intx = &device->intx;

	lockdep_assert_held(&device->lock);
	if (intx->on)
		free_irq(intx->irq, device);
	WRITE_ONCE(intx->on, false);
	WRITE_ONCE(intx->acks, false);
}

/*
 * The guest's use ends: a device that raised its line from now on would do so until the kernel
 * disabled it, for Dom0's devices as well. Who enables the device next enables that, too.
 */
void pciback_intx_end(struct pciback_device *device)
{
	pci_intx(device->pdev, false);
	pciback_intx_stop(device);
	WRITE_ONCE(device->intx.masked, false);
	/* It may run, and wait for our lock: it does nothing then. */
	cancel_delayed_work(&device->intx.look);
}

static void unmask_device(struct pciback_device *device)
{
	const struct pciback_config *config = &device->config;
	bool disabled = READ_ONCE(config->interrupt_control) &&
			(config->command & PCI_COMMAND_INTX_DISABLE);

	lockdep_assert_held(&device->lock);
	WRITE_ONCE(device->intx.masked, false);
	pci_intx(device->pdev, !disabled);
}

/*
 * Nothing tells us that the guest has bound its interrupt: we ask, as long as the device is masked.
 * A guest's ops do not unmask it, or each would be good for ASK_INTERVAL interrupts.
 */
void pciback_intx_look(struct work_struct *work)
{
	struct pciback_intx *intx = container_of(to_delayed_work(work), struct pciback_intx, look);
	struct pciback_device *device = container_of(intx, struct pciback_device, intx);

	mutex_lock(&device->lock);
	if (READ_ONCE(intx->masked) && (!intx->on || xen_test_irq_shared(intx->irq)))
		look_later(intx);
	else if (READ_ONCE(intx->masked))
		unmask_device(device);
	mutex_unlock(&device->lock);
}

/* After what may have changed it: the guest has enabled the device, or its MSIs. */
void pciback_intx_update(struct pciback_device *device)
{
	struct pci_dev *pdev = device->pdev;
	bool used = device->intx.irq && pci_is_enabled(pdev) && !pdev->msi_enabled &&
		    !pdev->msix_enabled;

	lockdep_assert_held(&device->lock);
	if (used && !device->intx.on && !device->intx.failed)
		start_claiming(device);
	else if (!used)
		pciback_intx_stop(device);
}
