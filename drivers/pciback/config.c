// SPDX-License-Identifier: GPL-2.0
/*
 * Reads and writes of a guest. Each access is looked up in the table. The part of it that overlaps
 * a field is shifted, so that its bit 0 is the field's bit 0.
 */
#include "config.h"

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/pci_regs.h>

#define COMMAND_DECODE	(PCI_COMMAND_IO | PCI_COMMAND_MEMORY)

/*
 * Bits of PCI_COMMAND that a guest reads from the device. The others read as the guest has written
 * them.
 */
#define COMMAND_SHOWN	(PCI_COMMAND_MASTER | PCI_COMMAND_SPECIAL | PCI_COMMAND_INVALIDATE | \
			 PCI_COMMAND_VGA_PALETTE | PCI_COMMAND_WAIT | PCI_COMMAND_FAST_BACK)

/* Bits of PCI_COMMAND that a guest in permissive mode writes to the device directly. */
#define COMMAND_PERMISSIVE (PCI_COMMAND_SPECIAL | PCI_COMMAND_VGA_PALETTE | PCI_COMMAND_WAIT | \
			    PCI_COMMAND_FAST_BACK)

static u32 size_mask(unsigned int size)
{
	return U32_MAX >> (32 - 8 * size);
}

static bool is_access(const struct pciback_config *config, u32 offset, u32 size)
{
	return (size == 1 || size == 2 || size == 4) && offset < config->length &&
	       !(offset % size);
}

static bool do_overlap(const struct pciback_field *field, u32 offset, u32 size)
{
	return offset < field->offset + field->size && field->offset < offset + size;
}

/* Convert bits of the register at offset @from to bits of the register at offset @to. */
static u32 shift_bits(u32 bits, u32 from, u32 to)
{
	return from > to ? bits << 8 * (from - to) : bits >> 8 * (to - from);
}

int pciback_config_add(struct pciback_config *config, const struct pciback_field *field)
{
	unsigned int i;

	if (!is_access(config, field->offset, field->size))
		return -EINVAL;
	for (i = 0; i < config->nr_fields; i++)
		if (do_overlap(&config->fields[i], field->offset, field->size))
			return -EEXIST;
	if (config->nr_fields == PCIBACK_FIELDS_MAX)
		return -ENOSPC;
	config->fields[config->nr_fields++] = *field;
	return 0;
}

void pciback_config_reset(struct pciback_config *config)
{
	unsigned int i;

	config->command = 0;
	for (i = 0; i < config->nr_fields; i++)
		config->fields[i].sizing = false;
}

/* ---- reads ---- */

static u32 bar_value(const struct pciback_field *field)
{
	return field->sizing ? field->size_value : field->value;
}

/* Return the mask of the bits that are not read from the device, and their values in @value. */
static u32 own_bits(const struct pciback_config *config, const struct pciback_field *field,
		    u32 *value)
{
	switch (field->kind) {
	case PCIBACK_FIXED:
		*value = field->value;
		return size_mask(field->size);
	case PCIBACK_BAR:
		*value = bar_value(field);
		return size_mask(field->size);
	case PCIBACK_COMMAND:
		*value = config->command & ~COMMAND_SHOWN;
		return size_mask(field->size) & ~COMMAND_SHOWN;
	default:
		*value = 0;
		return field->hidden;
	}
}

int pciback_config_read(struct pciback_config *config, u32 offset, u32 size, u32 *value)
{
	const struct pciback_field *field;
	u32 raw, own, own_value;
	unsigned int i;
	int err;

	*value = 0;
	if (!is_access(config, offset, size))
		return -EINVAL;
	err = config->ops->read(config->device, offset, size, &raw);
	if (err)
		return err;
	for (i = 0; i < config->nr_fields; i++) {
		field = &config->fields[i];
		if (!do_overlap(field, offset, size))
			continue;
		own = own_bits(config, field, &own_value);
		own = shift_bits(own, field->offset, offset);
		raw = (raw & ~own) | (shift_bits(own_value, field->offset, offset) & own);
	}
	*value = raw & size_mask(size);
	return 0;
}

/* ---- writes ---- */

/* A part of a write: the bits of a field that are written, and their values. */
struct part {
	u32 mask;
	u32 value;
};

static int read_field(struct pciback_config *config, const struct pciback_field *field, u32 *value)
{
	return config->ops->read(config->device, field->offset, field->size, value);
}

static int write_field(struct pciback_config *config, const struct pciback_field *field, u32 value)
{
	return config->ops->write(config->device, field->offset, field->size, value);
}

/*
 * Write only the bits that the guest may write; the others get their old values. Bits that writing
 * 1 clears are written as 0, unless the guest writes 1.
 */
static int write_plain(struct pciback_config *config, const struct pciback_field *field,
		       const struct part *part)
{
	u32 allowed = field->writable & part->mask, old, new;
	int err;

	if (!allowed)
		return 0;
	err = read_field(config, field, &old);
	if (err)
		return err;
	new = (old & ~allowed & ~field->clears) | (part->value & allowed);
	if (new == (old & ~field->clears))
		return 0;
	return write_field(config, field, new);
}

static int write_permissive(struct pciback_config *config, const struct pciback_field *field,
			    u16 command)
{
	u32 old, new;
	int err = read_field(config, field, &old);

	if (err)
		return err;
	new = (old & ~COMMAND_PERMISSIVE) | (command & COMMAND_PERMISSIVE);
	return new == old ? 0 : write_field(config, field, new);
}

/* Return @command, without the bit if memory-write-and-invalidate cannot be enabled. */
static u16 try_invalidate(struct pciback_config *config, u16 command)
{
	bool on = command & PCI_COMMAND_INVALIDATE;

	return config->ops->invalidate(config->device, on) ? command & ~PCI_COMMAND_INVALIDATE :
							     command;
}

/*
 * Without an address from Dom0, both values of a BAR are 0. Address 0 must not be written to it
 * then.
 */
static bool bar_has_address(const struct pciback_field *field)
{
	return field->value || field->size_value;
}

/*
 * Restore the BARs of a device that has reset itself: without its addresses it would decode those
 * of other devices. Skip the ROM, whose BAR has a decode bit of its own.
 */
static int restore_bars(struct pciback_config *config)
{
	const struct pciback_field *field;
	int err = 0;
	unsigned int i;
	u32 real;

	for (i = 0; i < config->nr_fields && !err; i++) {
		field = &config->fields[i];
		if (field->kind != PCIBACK_BAR || field->offset == PCI_ROM_ADDRESS ||
		    !bar_has_address(field))
			continue;
		err = read_field(config, field, &real);
		if (!err && ((real ^ field->value) & field->writable))
			err = write_field(config, field, field->value);
	}
	return err;
}

/*
 * The device's decode bits are set when the guest sets one of them, and stay set. Xen accesses the
 * device's memory to mask an interrupt, and a device that does not answer can bring the machine
 * down.
 *
 * A device may have reset itself. So a write that sets a decode bit always restores BARs and decode
 * bits. A write of the lower byte always sets or clears bus mastering, and one of the upper byte
 * INTx.
 */
static int write_command(struct pciback_config *config, const struct pciback_field *field,
			 const struct part *part)
{
	u16 command = (config->command & ~part->mask) | (part->value & part->mask);
	u16 changed = config->command ^ command;
	int err;

	if (part->value & COMMAND_DECODE) {
		err = restore_bars(config) ?: config->ops->decode(config->device);
		if (err)
			return err;
	}
	if (part->mask & PCI_COMMAND_MASTER)
		config->ops->master(config->device, command & PCI_COMMAND_MASTER);
	if (changed & PCI_COMMAND_INVALIDATE)
		command = try_invalidate(config, command);
	if ((part->mask & PCI_COMMAND_INTX_DISABLE) && READ_ONCE(config->interrupt_control))
		config->ops->intx(config->device, !(command & PCI_COMMAND_INTX_DISABLE));
	config->command = command;
	return READ_ONCE(config->permissive) ? write_permissive(config, field, command) : 0;
}

/*
 * All ones ask for the size. The BAR's own address is written if the device has lost it, for
 * instance by resetting itself. Any other address is dropped.
 */
static int write_bar(struct pciback_config *config, struct pciback_field *field,
		     const struct part *part)
{
	u32 new = (bar_value(field) & ~part->mask) | (part->value & part->mask), real;
	int err;

	field->sizing = (new | ~field->writable) == U32_MAX;
	if (field->sizing || new != field->value || !bar_has_address(field))
		return 0;
	err = read_field(config, field, &real);
	if (err || real == field->value)
		return err;
	return write_field(config, field, field->value);
}

static u32 enable_bit(enum pciback_kind kind)
{
	return kind == PCIBACK_MSI ? PCI_MSI_FLAGS_ENABLE : PCI_MSIX_FLAGS_ENABLE;
}

static bool is_enabled(struct pciback_config *config, enum pciback_kind kind)
{
	const struct pciback_field *field;
	unsigned int i;
	u32 flags;

	for (i = 0; i < config->nr_fields; i++) {
		field = &config->fields[i];
		if (field->kind == kind)
			return read_field(config, field, &flags) || (flags & enable_bit(kind));
	}
	return false;
}

/*
 * Ask the kernel as well as the registers. In a device that has reset itself they read as disabled,
 * while Xen still has its interrupts enabled.
 */
bool pciback_config_uses_messages(struct pciback_config *config)
{
	return config->ops->messages(config->device) || is_enabled(config, PCIBACK_MSI) ||
	       is_enabled(config, PCIBACK_MSIX);
}

void pciback_config_end_messages(struct pciback_config *config)
{
	const struct pciback_field *field;
	unsigned int i;
	u32 flags;

	for (i = 0; i < config->nr_fields; i++) {
		field = &config->fields[i];
		if ((field->kind == PCIBACK_MSI || field->kind == PCIBACK_MSIX) &&
		    !read_field(config, field, &flags) && (flags & enable_bit(field->kind)))
			write_field(config, field, flags & ~enable_bit(field->kind));
	}
}

/*
 * Drop the start of a self-test while MSI or MSI-X is enabled. Xen accesses the device's memory at
 * any time to mask an interrupt, so the device may neither sleep nor test itself.
 */
static int write_bist(struct pciback_config *config, const struct pciback_field *field,
		      const struct part *part)
{
	if (!(part->value & PCI_BIST_START) || pciback_config_uses_messages(config))
		return 0;
	return write_plain(config, field, part);
}

static bool may_power(struct pciback_config *config, unsigned int state)
{
	return !state || !pciback_config_uses_messages(config);
}

static int write_power(struct pciback_config *config, const struct pciback_field *field,
		       const struct part *part)
{
	unsigned int state = part->value & PCI_PM_CTRL_STATE_MASK;
	int err = write_plain(config, field, part);

	if (err || !(part->mask & PCI_PM_CTRL_STATE_MASK) || !may_power(config, state))
		return err;
	return config->ops->power(config->device, state);
}

/* Refuse an address with the flag set: it would start a write to the device's VPD storage. */
static int write_vpd(struct pciback_config *config, const struct pciback_field *field,
		     const struct part *part)
{
	u32 old, new;
	int err = read_field(config, field, &old);

	if (err)
		return err;
	new = (old & ~part->mask) | (part->value & part->mask);
	return new & PCI_VPD_ADDR_F ? -EACCES : write_field(config, field, new);
}

/* ---- message-signalled interrupts ---- */

/* Return whether the device is in D0 and no self-test runs. */
static bool is_awake(struct pciback_config *config)
{
	const struct pciback_field *field;
	unsigned int i;
	u32 value, busy;

	for (i = 0; i < config->nr_fields; i++) {
		field = &config->fields[i];
		busy = field->kind == PCIBACK_POWER ? PCI_PM_CTRL_STATE_MASK :
		       field->kind == PCIBACK_BIST ? PCI_BIST_START : 0;
		if (busy && (read_field(config, field, &value) || (value & busy)))
			return false;
	}
	return true;
}

static bool can_enable(struct pciback_config *config, enum pciback_kind kind)
{
	return is_awake(config) && !is_enabled(config, kind == PCIBACK_MSI ? PCIBACK_MSIX :
								       PCIBACK_MSI);
}

/*
 * Frontends enable MSI and MSI-X by an op, since only the kernel can bind them. A device model
 * writes the registers itself. It needs interrupt_control for that, and may change nothing while
 * the kernel has MSI or MSI-X enabled.
 */
static int write_msi(struct pciback_config *config, const struct pciback_field *field,
		     const struct part *part)
{
	u32 enable = enable_bit(field->kind), old, new;
	int err = read_field(config, field, &old);

	if (err)
		return err;
	new = (old & ~part->mask) | (part->value & part->mask);
	if (new == old)
		return 0;
	if (!READ_ONCE(config->interrupt_control) || config->ops->messages(config->device) ||
	    ((new ^ old) & ~field->writable))
		return -EACCES;
	if ((new & ~old & enable) && !can_enable(config, field->kind))
		return -EACCES;
	return write_field(config, field, new);
}

static int write_part(struct pciback_config *config, struct pciback_field *field,
		      const struct part *part)
{
	switch (field->kind) {
	case PCIBACK_PLAIN:
		return write_plain(config, field, part);
	case PCIBACK_COMMAND:
		return write_command(config, field, part);
	case PCIBACK_BAR:
		return write_bar(config, field, part);
	case PCIBACK_BIST:
		return write_bist(config, field, part);
	case PCIBACK_POWER:
		return write_power(config, field, part);
	case PCIBACK_VPD:
		return write_vpd(config, field, part);
	case PCIBACK_MSI:
	case PCIBACK_MSIX:
		return write_msi(config, field, part);
	default:
		return 0;
	}
}

static int write_uncovered(struct pciback_config *config, u32 offset, u32 size, u32 value)
{
	if (READ_ONCE(config->permissive))
		return config->ops->write(config->device, offset, size, value);
	config->ops->refused(config->device, offset, size);
	return 0;
}

int pciback_config_write(struct pciback_config *config, u32 offset, u32 size, u32 value)
{
	struct pciback_field *field;
	bool covered = false;
	struct part part;
	unsigned int i;
	int err = 0;

	if (!is_access(config, offset, size))
		return -EINVAL;
	value &= size_mask(size);
	for (i = 0; i < config->nr_fields && !err; i++) {
		field = &config->fields[i];
		if (!do_overlap(field, offset, size))
			continue;
		covered = true;
		part.mask = shift_bits(size_mask(size), offset, field->offset) &
			    size_mask(field->size);
		part.value = shift_bits(value, offset, field->offset) & part.mask;
		err = write_part(config, field, &part);
	}
	return covered ? err : write_uncovered(config, offset, size, value);
}
