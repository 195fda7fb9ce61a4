// SPDX-License-Identifier: GPL-2.0
/*
 * What a slot of an ioreq page says. The slot is shared with Xen, and with a device model that may
 * write anything into it. Pure: compiled in user space by tests/unit.
 */
#include "ioreq.h"

#include <linux/compiler.h>
#include <linux/hash.h>
#include <linux/kernel.h>

/* The lower half of the value is the number of the queue. */
#define QUEUE_MASK	0xffff

bool privcmd_ioreq_read(const struct ioreq_slot *slot, struct ioreq_write *write)
{
	/* Xen has written all other members before it makes the slot ready. */
	u8 bits = smp_load_acquire(&slot->bits);

	if ((bits & IOREQ_BITS_STATE) != IOREQ_IS_READY)
		return false;
	if (bits & (IOREQ_BITS_INDIRECT | IOREQ_BITS_READ))
		return false;
	if (READ_ONCE(slot->kind) != IOREQ_KIND_COPY || READ_ONCE(slot->count) != 1)
		return false;
	write->bits = bits;
	write->addr = READ_ONCE(slot->addr);
	write->data = READ_ONCE(slot->data);
	write->size = READ_ONCE(slot->size);
	return true;
}

/* Devices are a power of two apart, and queues are numbered from 0: spread both over all lists. */
unsigned int privcmd_ioreq_list(u64 base, u32 vq)
{
	return hash_32(hash_64(base, 32) ^ vq, IOREQ_LISTS_ORDER);
}

unsigned int privcmd_ioreq_write_list(const struct ioreq_write *write)
{
	return privcmd_ioreq_list(write->addr - IOREQ_QUEUE_NOTIFY, write->data & QUEUE_MASK);
}

bool privcmd_ioreq_notifies(const struct ioreq_write *write, u64 base, u32 size, u32 vq)
{
	return write->addr == base + IOREQ_QUEUE_NOTIFY && write->size == size &&
	       (write->data & QUEUE_MASK) == vq;
}
