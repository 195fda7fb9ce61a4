/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration space that a guest sees of a device. Pure: compiled in user space by tests/unit
 * and tests/fuzz.
 *
 * Reads go to the device, except where the table of fields says otherwise. Writes are dropped,
 * except where the table allows them. So by default a guest cannot move a BAR, cannot end the
 * decoding of addresses on which Xen or Dom0 rely, and cannot enable an interrupt without them.
 */
#ifndef _DOM0_PCIBACK_CONFIG_H
#define _DOM0_PCIBACK_CONFIG_H

#include <linux/types.h>

#define PCIBACK_FIELDS_MAX	48

enum pciback_kind {
	PCIBACK_PLAIN,		/* the device's own register */
	PCIBACK_FIXED,		/* reads as the value in the table */
	PCIBACK_COMMAND,	/* decoding, bus mastering, INTx */
	PCIBACK_BAR,		/* a BAR, or half of a 64-bit one: can be sized, not moved */
	PCIBACK_BIST,		/* starts a self-test */
	PCIBACK_POWER,		/* control and status of power management */
	PCIBACK_VPD,		/* the address register of vital product data */
	PCIBACK_MSI,		/* message control of MSI */
	PCIBACK_MSIX,		/* of MSI-X */
};

/**
 * struct pciback_field - a register with a rule of its own for reads or writes
 * @offset: in the configuration space
 * @size: 1, 2 or 4; @offset is a multiple of it
 * @kind: the rule, enum pciback_kind
 * @sizing: all ones were written to this BAR, so that it reads as @size_value
 * @hidden: bits that read as 0
 * @writable: bits that a write changes in the device; the address bits of a BAR
 * @clears: bits that are cleared by writing 1
 * @value: what PCIBACK_FIXED and PCIBACK_BAR read as
 * @size_value: what a BAR reads as when it is sized
 */
struct pciback_field {
	u16 offset;
	u8 size;
	u8 kind;
	bool sizing;
	u32 hidden;
	u32 writable;
	u32 clears;
	u32 value;
	u32 size_value;
};

/**
 * struct pciback_config_ops - access to the real device
 * @read: read a register; returns 0 or negative errno
 * @write: write a register; returns 0 or negative errno
 * @decode: enable the device as a driver in Dom0 would; if it is enabled already, set its decode
 *	bits again
 * @master: enable or disable bus mastering, that is DMA; it may be so already
 * @invalidate: enable or disable memory-write-and-invalidate
 * @intx: enable or disable INTx
 * @messages: whether the kernel has enabled MSI or MSI-X
 * @power: change to power state 0 to 3; a return to state 0 restores the registers
 * @refused: a write was dropped
 */
struct pciback_config_ops {
	int (*read)(void *device, unsigned int offset, unsigned int size, u32 *value);
	int (*write)(void *device, unsigned int offset, unsigned int size, u32 value);
	int (*decode)(void *device);
	void (*master)(void *device, bool on);
	int (*invalidate)(void *device, bool on);
	void (*intx)(void *device, bool on);
	bool (*messages)(void *device);
	int (*power)(void *device, unsigned int state);
	void (*refused)(void *device, unsigned int offset, unsigned int size);
};

/**
 * struct pciback_config - what a guest sees of a device
 * @ops: access to the real device
 * @device: the first argument of each of @ops
 * @length: size of the configuration space in bytes, 256 or 4096
 * @command: PCI_COMMAND as the guest has written it
 * @permissive: the guest may write registers that no field covers, and more bits of PCI_COMMAND
 * @interrupt_control: the guest may disable INTx, and enable one of INTx, MSI and MSI-X
 * @nr_fields: fields in use
 * @fields: in no order; no two overlap
 *
 * The caller serialises all calls for one device; the two booleans may change at any time.
 */
struct pciback_config {
	const struct pciback_config_ops *ops;
	void *device;
	unsigned int length;
	u16 command;
	bool permissive;
	bool interrupt_control;
	unsigned int nr_fields;
	struct pciback_field fields[PCIBACK_FIELDS_MAX];
};

/**
 * pciback_config_add() - add a field to the table
 * @config: the table
 * @field: copied
 *
 * Return: 0, -EEXIST if it overlaps another one, -ENOSPC, or -EINVAL for its offset or size.
 */
int pciback_config_add(struct pciback_config *config, const struct pciback_field *field);

/**
 * pciback_config_reset() - forget what a guest has written
 * @config: the table
 */
void pciback_config_reset(struct pciback_config *config);

/**
 * pciback_config_uses_messages() - whether MSI or MSI-X is enabled, by the kernel or in a register
 * @config: the table
 *
 * A register that cannot be read counts as enabled.
 */
bool pciback_config_uses_messages(struct pciback_config *config);

/**
 * pciback_config_end_messages() - clear the enable bits of MSI and MSI-X in the device's registers
 * @config: the table
 *
 * The kernel must have disabled its own before: this is for those that a guest has enabled.
 */
void pciback_config_end_messages(struct pciback_config *config);

/**
 * pciback_config_read() - serve a read of a guest
 * @config: the table
 * @offset: as the guest gave it, not checked
 * @size: as the guest gave it, not checked
 * @value: what it reads; 0 on error
 *
 * Return: 0, -EINVAL if @offset or @size is not valid, or an errno of the device.
 */
int pciback_config_read(struct pciback_config *config, u32 offset, u32 size, u32 *value);

/**
 * pciback_config_write() - serve a write of a guest
 * @config: the table
 * @offset: as the guest gave it, not checked
 * @size: as the guest gave it, not checked
 * @value: what it writes; bits beyond @size are ignored
 *
 * A write that the table does not allow is dropped without an error, as by a real register.
 *
 * Return: 0, -EINVAL if @offset or @size is not valid, -EACCES for a refusal that the guest has to
 * know of, or an errno of the device.
 */
int pciback_config_write(struct pciback_config *config, u32 offset, u32 size, u32 value);

#endif
