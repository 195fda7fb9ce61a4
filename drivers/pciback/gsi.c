// SPDX-License-Identifier: GPL-2.0
/*
 * The global system interrupt of a seized device's line, by ACPI's routing tables (_PRT).
 *
 * The kernel has the same number in a form that depends on the kind of Dom0, and exports no
 * function for it before 6.13. So each call walks the tables anew, and keeps no state.
 */
#include "address.h"
#include "device.h"

#include <dom0/pciback.h>
#include <linux/acpi.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/pci.h>
#include <linux/slab.h>

static acpi_status take_first_irq(struct acpi_resource *resource, void *data)
{
	int *gsi = data;

	if (resource->type == ACPI_RESOURCE_TYPE_IRQ && resource->data.irq.interrupt_count)
		*gsi = resource->data.irq.interrupts[0];
	else if (resource->type == ACPI_RESOURCE_TYPE_EXTENDED_IRQ &&
		 resource->data.extended_irq.interrupt_count)
		*gsi = resource->data.extended_irq.interrupts[0];
	else
		return AE_OK;
	return AE_CTRL_TERMINATE;
}

/* Return the interrupt to which firmware or the kernel has set a link device. */
static int link_gsi(acpi_handle bridge, char *name)
{
	acpi_handle link;
	int gsi = 0;

	if (ACPI_FAILURE(acpi_get_handle(bridge, name, &link)))
		return -ENOENT;
	acpi_walk_resources(link, METHOD_NAME__CRS, take_first_irq, &gsi);
	/* A link that is not set says 0. */
	return gsi ?: -ENOENT;
}

/* With alternative routing-IDs, the bits of the slot belong to the function. */
static unsigned int slot_of(const struct pci_dev *pdev)
{
	return pci_ari_enabled(pdev->bus) ? 0 : PCI_SLOT(pdev->devfn);
}

static const struct acpi_pci_routing_table *
find_route(const struct acpi_pci_routing_table *route, unsigned int slot, u8 pin)
{
	for (; route->length; route = (const void *)route + route->length)
		if ((route->address >> 16 & 0xffff) == slot && route->pin + 1 == pin)
			return route;
	return NULL;
}

/* Look a device's pin up in the table of the bridge above it. */
static int gsi_on_bus(struct pci_dev *pdev, u8 pin)
{
	struct acpi_buffer table = { ACPI_ALLOCATE_BUFFER, NULL };
	acpi_handle bridge = pdev->bus->bridge ? ACPI_HANDLE(pdev->bus->bridge) : NULL;
	const struct acpi_pci_routing_table *route;
	int gsi = -ENOENT;

	if (!bridge || ACPI_FAILURE(acpi_get_irq_routing_table(bridge, &table)))
		goto free_table;
	route = find_route(table.pointer, slot_of(pdev), pin);
	if (route)
		gsi = route->source[0] ? link_gsi(bridge, (char *)route->source) :
					 route->source_index;
free_table:
	kfree(table.pointer);
	return gsi;
}

/* A bridge without a table connects the lines of its devices to its own, in turn. */
static int find_gsi(struct pci_dev *pdev)
{
	u8 pin = pdev->pin;
	int gsi;

	if (!pin)
		return -ENOENT;
	for (;;) {
		gsi = gsi_on_bus(pdev, pin);
		if (gsi != -ENOENT || !pdev->bus->self)
			return gsi;
		pin = (pin - 1 + slot_of(pdev)) % 4 + 1;
		pdev = pdev->bus->self;
	}
}

int dom0_pciback_gsi(u32 sbdf)
{
	struct pciback_address at = {
		.domain = sbdf >> 16,
		.bus = PCI_BUS_NUM(sbdf),
		.slot = PCI_SLOT(sbdf),
		.func = PCI_FUNC(sbdf),
	};
	struct pciback_device *device = pciback_device_find(&at);
	int gsi;

	if (!device)
		return -ENODEV;
	gsi = find_gsi(device->pdev);
	pciback_device_put(device);
	return gsi;
}
EXPORT_SYMBOL_GPL(dom0_pciback_gsi);
