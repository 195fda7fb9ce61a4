/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration space that a guest sees of a device. Pure: compiled in user space by
 * tests/unit and tests/fuzz.
 *
 * Reads go to the device, but for what the table of fields says otherwise. Writes go nowhere, but
 * for what the table allows. So the guest can move no BAR, end no decoding of addresses while Xen
 * or Dom0 rely on it, and enable no interrupt behind their backs.
 */
#ifndef _DOM0_PCIBACK_CONFIG_H
#define _DOM0_PCIBACK_CONFIG_H

#include <linux/types.h>

#define PCIBACK_FIELDS_MAX	48

enum pciback_kind {
	PCIBACK_PLAIN,		/* the device's own register */
	PCIBACK_FIXED,		/* reads as a value of ours */
	PCIBACK_COMMAND,	/* decoding, bus mastering, INTx */
	PCIBACK_BAR,		/* an address that can be sized and not moved; also half of one */
	PCIBACK_BIST,		/* starts a self-test */
	PCIBACK_POWER,		/* control and status of power management */
	PCIBACK_VPD,		/* the address register of vital product data */
	PCIBACK_MSI,		/* message control of MSI */
	PCIBACK_MSIX,		/* of MSI-X */
};

/**
 * struct pciback_field - a register that is not merely read
 * @offset: in the configuration space
 * @size: 1, 2 or 4; @offset is a multiple of it
 * @kind: what it is
 * @sizing: a BAR that was written with all ones, and reads as its size now
 * @hidden: bits that read as 0
 * @writable: bits that a write changes in the device; the address bits of a BAR
 * @clears: those of them that are cleared by writing 1
 * @value: of PCIBACK_FIXED and PCIBACK_BAR
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
 * struct pciback_config_ops - the device behind it
 * @read: a register of the device; returns 0 or negative errno
 * @write: likewise
 * @decode: enable the device as a driver in Dom0 would, or let one that is enabled decode addresses
 *	again; it is never disabled
 * @master: let it use DMA, or not; it may be so already
 * @invalidate: let it use memory-write-and-invalidate, or not
 * @intx: let it raise INTx, or not
 * @messages: whether the kernel has MSI or MSI-X on
 * @power: change to this state, 0 to 3; the decoding of addresses is back when it is 0 again
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
 * @ops: the device behind it
 * @device: handed to them
 * @length: bytes of it, 256 or 4096
 * @command: PCI_COMMAND as the guest has written it
 * @permissive: the guest may write what no field covers, and more bits of PCI_COMMAND
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
 * Return: 0, -EEXIST if it overlaps another one, -ENOSPC, or -EINVAL if it is outside.
 */
int pciback_config_add(struct pciback_config *config, const struct pciback_field *field);

/**
 * pciback_config_reset() - be as for a guest that has not written anything yet
 * @config: the table
 */
void pciback_config_reset(struct pciback_config *config);

/**
 * pciback_config_uses_messages() - whether MSI or MSI-X is enabled in the device's registers
 * @config: the table
 *
 * What cannot be read is not proven to be off.
 */
bool pciback_config_uses_messages(struct pciback_config *config);

/**
 * pciback_config_end_messages() - disable both there, where the kernel has not enabled them
 * @config: the table
 */
void pciback_config_end_messages(struct pciback_config *config);

/**
 * pciback_config_read() - a guest reads
 * @config: the table
 * @offset: anything
 * @size: anything
 * @value: what it reads; 0 on error
 *
 * Return: 0, -EINVAL if @offset and @size make no sense, or an errno of the device.
 */
int pciback_config_read(struct pciback_config *config, u32 offset, u32 size, u32 *value);

/**
 * pciback_config_write() - a guest writes
 * @config: the table
 * @offset: anything
 * @size: anything
 * @value: what it writes; bits beyond @size are ignored
 *
 * What the table does not allow is dropped without an error, as real registers do.
 *
 * Return: 0, -EINVAL if @offset and @size make no sense, -EACCES if the guest must be told that it
 * may not, or an errno of the device.
 */
int pciback_config_write(struct pciback_config *config, u32 offset, u32 size, u32 value);

#endif
