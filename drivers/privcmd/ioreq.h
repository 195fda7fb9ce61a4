/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's access to a device, as Xen writes it into a page that it shares with the device model.
 * Pure: compiled in user space by tests/unit.
 *
 * The guest chooses address, data and size. Xen owns a slot in the states NONE and RESP_READY, the
 * device model in READY and INPROCESS.
 */
#ifndef _DOM0_PRIVCMD_IOREQ_H
#define _DOM0_PRIVCMD_IOREQ_H

#include <linux/types.h>

/* Bits of ioreq_slot.bits. */
#define IOREQ_BITS_STATE	0x0f
#define IOREQ_BITS_INDIRECT	0x10	/* data is an address in guest memory */
#define IOREQ_BITS_READ		0x20

/* The states. */
#define IOREQ_IS_READY		1
#define IOREQ_IS_INPROCESS	2
#define IOREQ_IS_RESP_READY	3

#define IOREQ_KIND_COPY		1	/* an access to memory */

/* The register of a virtio-mmio device to which a driver writes the number of a queue. */
#define IOREQ_QUEUE_NOTIFY	0x50

/**
 * struct ioreq_slot - the access of a virtual CPU: Xen's struct ioreq, its bit fields as a byte
 * @addr: guest physical address
 * @data: value to write
 * @count: repetitions of a string instruction
 * @size: 1, 2, 4 or 8 bytes
 * @eport: Xen's end of the event channel
 * @pad: unused
 * @bits: state and flags
 * @kind: kind of access
 */
struct ioreq_slot {
	u64 addr;
	u64 data;
	u32 count;
	u32 size;
	u32 eport;
	u16 pad;
	u8 bits;
	u8 kind;
};

/**
 * struct ioreq_write - a private copy of a write that waits for its answer
 * @addr: guest physical address
 * @data: value
 * @size: bytes
 * @bits: the slot's bits when it was read
 */
struct ioreq_write {
	u64 addr;
	u64 data;
	u32 size;
	u8 bits;
};

/* Copy a single write to memory that waits in the slot. False if it waits for no such write. */
bool privcmd_ioreq_read(const struct ioreq_slot *slot, struct ioreq_write *write);

/* Return the slot's bits in another state. */
static inline u8 ioreq_bits(u8 bits, u8 state)
{
	return (bits & ~IOREQ_BITS_STATE) | state;
}

/* Lists of a server's ioeventfds: a write is compared with those of one list. */
#define IOREQ_LISTS_ORDER	8

/* Return the list of queue @vq of the device at @base; a write has the address of its register. */
unsigned int privcmd_ioreq_list(u64 base, u32 vq);
unsigned int privcmd_ioreq_write_list(const struct ioreq_write *write);

/* True if the write notifies queue @vq of the virtio-mmio device at @base. */
bool privcmd_ioreq_notifies(const struct ioreq_write *write, u64 base, u32 size, u32 vq);

#endif
