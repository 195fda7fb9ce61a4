// SPDX-License-Identifier: GPL-2.0
/*
 * Files of the driver in sysfs, with the names and the formats that toolstacks know. What is
 * written to one begins with an address, see pciback_address_parse().
 */
#include "device.h"
#include "driver.h"
#include "sysfs.h"

#include <linux/device.h>
#include <linux/string.h>

/* ---- which devices to take ---- */

/* -EINVAL if there is anything behind the address. */
static int parse_line(const char *buf, struct pciback_address *at)
{
	const char *rest = pciback_address_parse(buf, at);

	return rest && !*rest ? 0 : -EINVAL;
}

static ssize_t new_slot_store(struct device_driver *driver, const char *buf, size_t count)
{
	struct pciback_address at;

	return (parse_line(buf, &at) ?: pciback_slot_add(&at)) ?: count;
}
static DRIVER_ATTR_WO(new_slot);

static ssize_t remove_slot_store(struct device_driver *driver, const char *buf, size_t count)
{
	struct pciback_address at;

	return (parse_line(buf, &at) ?: pciback_slot_remove(&at)) ?: count;
}
static DRIVER_ATTR_WO(remove_slot);

static ssize_t slots_show(struct device_driver *driver, char *buf)
{
	return pciback_slots_print(buf);
}
static DRIVER_ATTR_RO(slots);

/* ---- what is done to one of them ---- */

static struct pciback_device *find_device(const char *buf)
{
	struct pciback_device *device;
	struct pciback_address at;

	if (parse_line(buf, &at))
		return ERR_PTR(-EINVAL);
	device = pciback_device_find(&at);
	return device ?: ERR_PTR(-ENODEV);
}

static ssize_t change_device(const char *buf, size_t count,
			     int (*change)(struct pciback_device *device))
{
	struct pciback_device *device = find_device(buf);
	int err;

	if (IS_ERR(device))
		return PTR_ERR(device);
	err = change(device);
	pciback_device_put(device);
	return err ?: count;
}

static ssize_t print_devices(char *buf, bool (*shown)(const struct pciback_device *device))
{
	struct pciback_device *device;
	ssize_t len = 0;

	mutex_lock(&pciback_lock);
	list_for_each_entry(device, &pciback_devices, link)
		if (shown(device))
			len += sysfs_emit_at(buf, len, "%s\n", pci_name(device->pdev));
	mutex_unlock(&pciback_lock);
	return len;
}

static int make_permissive(struct pciback_device *device)
{
	if (!READ_ONCE(device->config.permissive))
		pci_warn(device->pdev,
			 "permissive: a guest may write registers of it that can harm the machine\n");
	WRITE_ONCE(device->config.permissive, true);
	return 0;
}

static bool is_permissive(const struct pciback_device *device)
{
	return READ_ONCE(device->config.permissive);
}

static ssize_t permissive_store(struct device_driver *driver, const char *buf, size_t count)
{
	return change_device(buf, count, make_permissive);
}

static ssize_t permissive_show(struct device_driver *driver, char *buf)
{
	return print_devices(buf, is_permissive);
}
static DRIVER_ATTR_RW(permissive);

static int allow_interrupts(struct pciback_device *device)
{
	WRITE_ONCE(device->config.interrupt_control, true);
	return 0;
}

static bool has_interrupts_allowed(const struct pciback_device *device)
{
	return READ_ONCE(device->config.interrupt_control);
}

static ssize_t allow_interrupt_control_store(struct device_driver *driver, const char *buf,
					     size_t count)
{
	return change_device(buf, count, allow_interrupts);
}

static ssize_t allow_interrupt_control_show(struct device_driver *driver, char *buf)
{
	return print_devices(buf, has_interrupts_allowed);
}
static DRIVER_ATTR_RW(allow_interrupt_control);

static ssize_t do_flr_store(struct device_driver *driver, const char *buf, size_t count)
{
	return change_device(buf, count, pciback_device_reset);
}
static DRIVER_ATTR_WO(do_flr);

/* ---- handlers of interrupt lines ---- */

static ssize_t irq_handlers_show(struct device_driver *driver, char *buf)
{
	struct pciback_device *device;
	ssize_t len = 0;

	mutex_lock(&pciback_lock);
	list_for_each_entry(device, &pciback_devices, link)
		len += sysfs_emit_at(buf, len, "%s:%s:%sing:%lu\n", pci_name(device->pdev),
				     READ_ONCE(device->intx.on) ? "on" : "off",
				     READ_ONCE(device->intx.acks) ? "ack" : "not ack",
				     READ_ONCE(device->intx.handled));
	mutex_unlock(&pciback_lock);
	return len;
}
static DRIVER_ATTR_RO(irq_handlers);

static int toggle_acks(struct pciback_device *device)
{
	mutex_lock(&device->lock);
	WRITE_ONCE(device->intx.acks, device->intx.on && !device->intx.acks);
	mutex_unlock(&device->lock);
	return 0;
}

static ssize_t irq_handler_state_store(struct device_driver *driver, const char *buf, size_t count)
{
	return change_device(buf, count, toggle_acks);
}
static DRIVER_ATTR_WO(irq_handler_state);

/* ---- registers that an administrator opens ---- */

static int add_quirk(const struct pciback_quirk *quirk)
{
	struct pciback_field field = {
		.offset = quirk->offset,
		.size = quirk->size,
		.kind = PCIBACK_PLAIN,
		.writable = quirk->mask,
	};
	struct pciback_device *device = pciback_device_find(&quirk->at);
	int err;

	if (!device)
		return -ENODEV;
	mutex_lock(&device->lock);
	err = pciback_config_add(&device->config, &field);
	mutex_unlock(&device->lock);
	if (!err)
		pci_warn(device->pdev, "a guest may write register 0x%x of it (quirk)\n",
			 field.offset);
	pciback_device_put(device);
	return err;
}

static ssize_t quirks_store(struct device_driver *driver, const char *buf, size_t count)
{
	struct pciback_quirk quirk;
	const char *rest = pciback_quirk_parse(buf, &quirk);

	if (!rest || *rest)
		return -EINVAL;
	return add_quirk(&quirk) ?: count;
}

static ssize_t print_fields(struct pciback_device *device, char *buf, ssize_t len)
{
	const struct pci_dev *pdev = device->pdev;
	unsigned int i;

	len += sysfs_emit_at(buf, len, "%02x:%02x.%01x\n\t%04x:%04x:%04x:%04x\n",
			     pdev->bus->number, PCI_SLOT(pdev->devfn), PCI_FUNC(pdev->devfn),
			     pdev->vendor, pdev->device, pdev->subsystem_vendor,
			     pdev->subsystem_device);
	mutex_lock(&device->lock);
	for (i = 0; i < device->config.nr_fields; i++)
		len += sysfs_emit_at(buf, len, "\t\t%08x:%01x:%08x\n",
				     device->config.fields[i].offset, device->config.fields[i].size,
				     device->config.fields[i].writable);
	mutex_unlock(&device->lock);
	return len;
}

/* Return a device with a reference, NULL behind the last one. */
static struct pciback_device *nth_device(unsigned int nr)
{
	struct pciback_device *device, *found = NULL;

	mutex_lock(&pciback_lock);
	list_for_each_entry(device, &pciback_devices, link) {
		if (nr--)
			continue;
		kref_get(&device->ref);
		found = device;
		break;
	}
	mutex_unlock(&pciback_lock);
	return found;
}

/* An op may hold device->lock for a minute. */
static ssize_t quirks_show(struct device_driver *driver, char *buf)
{
	struct pciback_device *device;
	unsigned int i;
	ssize_t len = 0;

	for (i = 0; (device = nth_device(i)); i++) {
		len = print_fields(device, buf, len);
		pciback_device_put(device);
	}
	return len;
}
static DRIVER_ATTR_RW(quirks);

static struct attribute *driver_attrs[] = {
	&driver_attr_new_slot.attr,
	&driver_attr_remove_slot.attr,
	&driver_attr_slots.attr,
	&driver_attr_permissive.attr,
	&driver_attr_allow_interrupt_control.attr,
	&driver_attr_do_flr.attr,
	&driver_attr_irq_handlers.attr,
	&driver_attr_irq_handler_state.attr,
	&driver_attr_quirks.attr,
	NULL
};

static const struct attribute_group driver_group = {
	.attrs = driver_attrs,
};

const struct attribute_group *pciback_driver_groups[] = {
	&driver_group,
	NULL
};
