// SPDX-License-Identifier: GPL-2.0
/*
 * The handler for the interrupt line of a device that a guest uses. If a device of Dom0 shares the
 * line, Xen delivers the guest's interrupts to Dom0 as well. The kernel disables a line whose
 * interrupts no handler claims, and Dom0's device would fail with it. So this handler claims them.
 */
#include "device.h"
#include "intx.h"
#include "params.h"

#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/workqueue.h>
#include <xen/events.h>

/* After so many interrupts, ask Xen whether another domain still has the line. */
#define ASK_INTERVAL	1000

/*
 * How often to ask whether the guest of a masked device has bound its interrupt. The device raises
 * its line ASK_INTERVAL times in this time at most.
 */
#define LOOK_MSECS	100

static void look_later(struct pciback_intx *intx)
{
	queue_delayed_work(pciback_queue, &intx->look, msecs_to_jiffies(LOOK_MSECS));
}

/*
 * No other domain has bound the line: the guest has died, or has not bound it yet. Then no driver
 * serves the device. Mask it, or the line would keep this CPU busy.
 *
 * If another device raises the line, its own driver serves it. An old device that cannot be masked
 * is not claimed for any longer, and the kernel disables the line in the end.
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
 * Return the pirq of an interrupt, 0 if it has none: the line of a device may be connected to
 * nothing. xen_pirq_from_irq() must not be called for such an interrupt.
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

	WRITE_ONCE(intx->acks, true);
	err = request_irq(intx->irq, claim_interrupt, IRQF_SHARED, intx->name, device);
	if (err && !device->interrupts_logged) {
		pci_warn(device->pdev,
			 "cannot register a handler for interrupt %u: error %d; INTx stays disabled\n",
			 intx->irq, err);
		device->interrupts_logged = true;
	}
	/*
	 * Do not retry before the device is given to a guest again: the kernel logs each failure.
	 */
	intx->failed = err;
	WRITE_ONCE(intx->on, !err);
}

/* Free the handler. intx->masked stays: a device with MSI may go back to its line. */
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
 * End the guest's use of the line. Disable INTx first: if a device raises its line and no handler
 * is left, the kernel disables the line, for Dom0's devices as well. What enables the device next
 * enables INTx, too.
 */
void pciback_intx_end(struct pciback_device *device)
{
	pci_intx(device->pdev, false);
	pciback_intx_stop(device);
	WRITE_ONCE(device->intx.masked, false);
	/*
	 * The work may already wait for device->lock. It then finds the device not masked, and does
	 * nothing.
	 */
	cancel_delayed_work(&device->intx.look);
}

/*
 * Whether INTx may be enabled in the device. No handler is registered before the device is enabled.
 */
bool pciback_intx_may_raise(const struct pciback_device *device)
{
	return pci_is_enabled(device->pdev) && !device->intx.failed &&
	       !READ_ONCE(device->intx.masked);
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
 * Whether to check again later: no handler is registered, no domain has bound the line, or the
 * device does not answer. After a reset it gets its old PCI_COMMAND back, with INTx disabled.
 */
static bool must_stay_masked(struct pciback_device *device)
{
	return device->resetting || !device->intx.on || xen_test_irq_shared(device->intx.irq) ||
	       !pci_device_is_present(device->pdev);
}

/*
 * Nothing reports that the guest has bound its interrupt, so ask Xen as long as the device is
 * masked. Ops of the guest do not unmask the device: each op would allow ASK_INTERVAL more
 * interrupts.
 */
void pciback_intx_look(struct work_struct *work)
{
	struct pciback_intx *intx = container_of(to_delayed_work(work), struct pciback_intx, look);
	struct pciback_device *device = container_of(intx, struct pciback_device, intx);

	mutex_lock(&device->lock);
	if (READ_ONCE(intx->masked)) {
		if (must_stay_masked(device))
			look_later(intx);
		else
			unmask_device(device);
	}
	mutex_unlock(&device->lock);
}

/* Register the handler, if the device is enabled and its line is known. */
void pciback_intx_start(struct pciback_device *device)
{
	const struct pciback_intx *intx = &device->intx;

	lockdep_assert_held(&device->lock);
	if (intx->irq && pci_is_enabled(device->pdev) && !intx->on && !intx->failed)
		start_claiming(device);
}

/*
 * Disable MSI and MSI-X. The kernel then enables INTx before it frees the vectors, which may take
 * many hypercalls. @raise says whether a handler is registered for that time. If not, INTx stays
 * disabled: the kernel does not change it in a device with this flag.
 */
void pciback_intx_end_messages(struct pciback_device *device, bool raise)
{
	struct pci_dev *pdev = device->pdev;
	pci_dev_flags_t flags = pdev->dev_flags;

	lockdep_assert_held(&device->lock);
	if (!raise)
		pdev->dev_flags |= PCI_DEV_FLAGS_MSI_INTX_DISABLE_BUG;
	if (pdev->msix_enabled)
		pci_disable_msix(pdev);
	if (pdev->msi_enabled)
		pci_disable_msi(pdev);
	pdev->dev_flags = flags;
}

/*
 * Register or free the handler, after an op that may have enabled the device, or have changed MSI
 * or MSI-X. Such an op may also have enabled INTx: a device that returns to D0 may reset itself.
 */
void pciback_intx_update(struct pciback_device *device)
{
	struct pci_dev *pdev = device->pdev;
	bool messages = pdev->msi_enabled || pdev->msix_enabled;

	lockdep_assert_held(&device->lock);
	if (!messages)
		pciback_intx_start(device);
	if (!messages && !pciback_intx_may_raise(device))
		pci_intx(pdev, false);
	if (messages || !pci_is_enabled(pdev))
		pciback_intx_stop(device);
}
