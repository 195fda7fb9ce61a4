/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Typed access to the two directories that a backend device has in xenstore: ours, and the
 * frontend's, in which nothing can be trusted.
 */
#ifndef _DOM0_XS_H
#define _DOM0_XS_H

#include <dom0/xenbus.h>
#include <linux/types.h>

struct dom0_rate;

/* Nodes that a batch of writes holds. */
#define DOM0_XS_BATCH_MAX	24

/**
 * dom0_xs_read_uint() - read an unsigned number
 * @be: the backend
 * @side: whose directory
 * @key: node below it, such as "ring-ref" or "queue-1/ring-ref"
 * @min: least value allowed
 * @max: greatest value allowed
 * @val: the value; untouched on error
 *
 * Decimal, or hexadecimal after "0x"; blanks and newlines around it and NULs at its end are
 * ignored. May sleep.
 *
 * Return: 0, -ENOENT if there is no such node, -EINVAL if it is no number, -ERANGE if it is outside
 * of [@min, @max], or another negative errno from xenstore.
 */
int dom0_xs_read_uint(struct dom0_backend *be, enum dom0_side side, const char *key, u64 min,
		      u64 max, u64 *val);

/**
 * dom0_xs_read_u32() - dom0_xs_read_uint() for 32 bits
 * @be: the backend
 * @side: whose directory
 * @key: node below it
 * @min: least value allowed
 * @max: greatest value allowed
 * @val: the value; untouched on error
 *
 * May sleep.
 *
 * Return: as dom0_xs_read_uint().
 */
int dom0_xs_read_u32(struct dom0_backend *be, enum dom0_side side, const char *key, u32 min,
		     u32 max, u32 *val);

/**
 * dom0_xs_read_flag() - read an optional boolean
 * @be: the backend
 * @side: whose directory
 * @key: node below it
 * @val: set to whether the node is there and is a number other than 0; false on error
 *
 * May sleep.
 *
 * Return: 0 (absent counts as false), -EINVAL if it is no number, -ERANGE if it does not fit, or
 * another negative errno from xenstore.
 */
int dom0_xs_read_flag(struct dom0_backend *be, enum dom0_side side, const char *key, bool *val);

/**
 * dom0_xs_read_list() - read unsigned numbers with commas between them
 * @be: the backend
 * @side: whose directory
 * @key: node below it
 * @vals: room for the numbers; of no meaning on error
 * @max: most numbers that there may be
 *
 * Each as dom0_xs_read_uint() takes it. May sleep.
 *
 * Return: how many there are, at least 1; -ENOENT, -EINVAL if one is no number or they are too
 * many, -ERANGE if one does not fit, or another negative errno from xenstore.
 */
int dom0_xs_read_list(struct dom0_backend *be, enum dom0_side side, const char *key, u64 *vals,
		      unsigned int max);

/**
 * dom0_xs_read_string() - read a text
 * @be: the backend
 * @side: whose directory
 * @key: node below it
 * @buf: filled with the text, NUL-terminated
 * @size: size of @buf in bytes
 *
 * NULs at its end are ignored; a text with another one or a control character is refused. May
 * sleep.
 *
 * Return: 0, -ENOENT, -E2BIG if it does not fit, -EINVAL, or another negative errno.
 */
int dom0_xs_read_string(struct dom0_backend *be, enum dom0_side side, const char *key, char *buf,
			size_t size);

/**
 * dom0_xs_read_limits() - read what the device may move in a second
 * @be: the backend
 * @names: of the limits: nodes below "limits" in our directory, such as "read-bytes"
 * @rates: room for as many; all zeros where there is no such node
 * @nr: how many, at most BITS_PER_LONG
 *
 * A node is "PER_SECOND" or "PER_SECOND,BURST", with numbers up to DOM0_RATE_MAX; without a burst
 * it is what comes in a tenth of a second. One that is not is told by dom0_backend_error(). May
 * sleep.
 *
 * Return: a bit for each limit that is now known, the first in bit 0. The others are to stay what
 * they were.
 */
unsigned long dom0_xs_read_limits(struct dom0_backend *be, const char * const *names,
				  struct dom0_rate *rates, unsigned int nr);

/**
 * dom0_xs_write() - write a node in our directory
 * @be: the backend
 * @key: node below it
 * @fmt: its value
 *
 * A directory that the toolstack has removed is not made anew. May sleep.
 *
 * Return: 0, -ENOENT if our directory is gone, -ENODEV if the device has left the bus, or another
 * negative errno.
 */
__printf(3, 4)
int dom0_xs_write(struct dom0_backend *be, const char *key, const char *fmt, ...);

/**
 * dom0_xs_step() - write a number in our directory, if it is still what it was
 * @be: the backend
 * @key: node below it, that the toolstack writes too
 * @from: the number that it has to be
 * @to: the number that it becomes
 *
 * In one transaction, so that nothing that the toolstack has written meanwhile is overwritten. May
 * sleep.
 *
 * Return: 0, -ESTALE if it is another number, none, or not there; -ENOENT if our directory is gone,
 * -ENODEV if the device has left the bus, or another negative errno.
 */
int dom0_xs_step(struct dom0_backend *be, const char *key, u32 from, u32 to);

/**
 * dom0_xs_remove() - remove a node from our directory
 * @be: the backend
 * @key: node below it
 *
 * May sleep.
 */
void dom0_xs_remove(struct dom0_backend *be, const char *key);

/**
 * dom0_xs_remove_orphan() - remove our directory if the frontend's domain is gone
 * @be: the backend
 *
 * For the types of devices whose directories a toolstack forgets. The bus takes the device away
 * then, as if the toolstack had removed it. May sleep.
 *
 * Return: 0, -EBUSY if there is still a domain, -ENOENT if our directory is gone, or another
 * negative errno.
 */
int dom0_xs_remove_orphan(struct dom0_backend *be);

/**
 * struct dom0_xs_node - a node of a batch
 * @key: below our directory
 * @value: its text, NULL if it is to be removed
 */
struct dom0_xs_node {
	const char *key;
	char *value;
};

/**
 * struct dom0_xs_batch - nodes of our directory that are written in one transaction
 * @be: whose directory
 * @nr: how many
 * @err: what went wrong while it was gathered
 * @nudge: see dom0_xs_add_nudge()
 * @nodes: the nodes
 *
 * On the caller's stack, between dom0_xs_begin() and dom0_xs_commit().
 */
struct dom0_xs_batch {
	struct dom0_backend *be;
	unsigned int nr;
	int err;
	bool nudge;
	struct dom0_xs_node nodes[DOM0_XS_BATCH_MAX];
};

/**
 * dom0_xs_begin() - start a batch of writes
 * @batch: the batch, of any content
 * @be: the backend
 *
 * Each batch that was begun ends with one dom0_xs_commit().
 */
void dom0_xs_begin(struct dom0_xs_batch *batch, struct dom0_backend *be);

/**
 * dom0_xs_add() - write a node with the batch
 * @batch: the batch
 * @key: node below our directory; a text that lives until dom0_xs_commit()
 * @fmt: its value
 *
 * What goes wrong is told by dom0_xs_commit(). May sleep.
 */
__printf(3, 4)
void dom0_xs_add(struct dom0_xs_batch *batch, const char *key, const char *fmt, ...);

/**
 * dom0_xs_add_removal() - remove a node with the batch
 * @batch: the batch
 * @key: node below our directory; a text that lives until dom0_xs_commit(). Need not exist
 */
void dom0_xs_add_removal(struct dom0_xs_batch *batch, const char *key);

/**
 * dom0_xs_add_nudge() - have a connected frontend look at what the batch writes
 * @batch: the batch
 *
 * Our state is written once more if it is Connected, in the same transaction, so that nothing that
 * the toolstack has written meanwhile is overwritten.
 */
void dom0_xs_add_nudge(struct dom0_xs_batch *batch);

/**
 * dom0_xs_commit() - write all nodes of a batch, or none
 * @batch: the batch; it is over, whatever the result
 *
 * A directory that the toolstack has removed is not made anew. May sleep.
 *
 * Return: 0, -ENOENT if our directory is gone, -ENODEV if the device has left the bus, -E2BIG if
 * the batch has more than DOM0_XS_BATCH_MAX nodes, or another negative errno.
 */
int dom0_xs_commit(struct dom0_xs_batch *batch);

#endif
