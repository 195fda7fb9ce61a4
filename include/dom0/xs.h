/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Typed access to the two xenstore directories of a backend device. One is ours. The other is the
 * frontend's, and nothing in it can be trusted.
 */
#ifndef _DOM0_XS_H
#define _DOM0_XS_H

#include <dom0/xenbus.h>
#include <linux/errno.h>
#include <linux/types.h>

struct dom0_rate;

/* Most nodes in one batch of writes. */
#define DOM0_XS_BATCH_MAX	24

/**
 * dom0_xs_failed() - check if xenstore has failed, and may succeed later
 * @err: 0 or negative errno of a function of this file
 *
 * The function has called dom0_backend_retry() then. Any context.
 *
 * Return: false if xenstore has answered: a node is missing, has a wrong value or must not be read,
 * or the device is gone.
 */
static inline bool dom0_xs_failed(int err)
{
	switch (err) {
	case 0:
	case -E2BIG:
	case -EACCES:
	case -EBUSY:
	case -EINVAL:
	case -ENODEV:
	case -ENOENT:
	case -ERANGE:
	case -ESTALE:
		return false;
	default:
		return err < 0;
	}
}

/**
 * dom0_xs_read_uint() - read an unsigned number
 * @be: the backend
 * @side: whose directory
 * @key: node below it, such as "ring-ref" or "queue-1/ring-ref"
 * @min: least value allowed
 * @max: greatest value allowed
 * @val: the value; untouched on error
 *
 * The value is decimal, or hexadecimal after "0x". Blanks and newlines around it and NULs at its
 * end are ignored. May sleep.
 *
 * Return: 0, -ENOENT if there is no such node, -EINVAL if it is not a number, -ERANGE if it is
 * outside of [@min, @max], or another negative errno from xenstore.
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
 * @val: set to true if the node exists and is a number other than 0, else to false
 *
 * May sleep.
 *
 * Return: 0, also if the node is absent; -EINVAL if the value is not a number, -ERANGE if it does
 * not fit, or another negative errno from xenstore.
 */
int dom0_xs_read_flag(struct dom0_backend *be, enum dom0_side side, const char *key, bool *val);

/**
 * dom0_xs_read_list() - read a list of unsigned numbers, separated by commas
 * @be: the backend
 * @side: whose directory
 * @key: node below it
 * @vals: room for @max numbers; undefined on error
 * @max: most numbers that are accepted
 *
 * The format of each number is that of dom0_xs_read_uint(). May sleep.
 *
 * Return: the count of numbers, at least 1; -EINVAL if an element is not a number or there are more
 * than @max, -ERANGE if a number does not fit into 64 bits; -ENOENT if there is no such node, or
 * another negative errno from xenstore.
 */
int dom0_xs_read_list(struct dom0_backend *be, enum dom0_side side, const char *key, u64 *vals,
		      unsigned int max);

/**
 * dom0_xs_read_string() - read a string
 * @be: the backend
 * @side: whose directory
 * @key: node below it
 * @buf: filled with the string, NUL-terminated
 * @size: size of @buf in bytes
 *
 * NULs at the end of the value are ignored. May sleep.
 *
 * Return: 0, -E2BIG if the value does not fit, -EINVAL if it contains a NUL or another control
 * character; -ENOENT if there is no such node, or another negative errno from xenstore.
 */
int dom0_xs_read_string(struct dom0_backend *be, enum dom0_side side, const char *key, char *buf,
			size_t size);

/**
 * dom0_xs_read_together() - read several nodes of one state of xenstore
 * @be: the backend
 * @read: reads by the dom0_xs_read_*() functions and @view, which it must not use later. It may be
 *	called several times. Returns 0 or negative errno; -EAGAIN to be called again at once
 * @data: for @read
 *
 * Use this where values belong together that the toolstack may replace meanwhile. May sleep.
 *
 * Return: 0 if @read has returned 0 and all that it has read is of one state. -ENODEV if the device
 * has left the bus. Else the error of @read, or another negative errno from xenstore: -EAGAIN if
 * the state has changed each time.
 */
int dom0_xs_read_together(struct dom0_backend *be,
			  int (*read)(struct dom0_backend *view, void *data),
			  void *data);

/**
 * dom0_xs_read_limits() - read the device's rate limits
 * @be: the backend
 * @names: names of the limits: nodes below "limits" in our directory, such as "read-bytes"
 * @rates: room for @nr rates; a rate is all zeros (no limit) where there is no such node
 * @nr: number of limits, at most BITS_PER_LONG
 *
 * A node is "PER_SECOND" or "PER_SECOND,BURST", with numbers up to DOM0_RATE_MAX. The default burst
 * is a tenth of a second's amount. Reports an invalid node by dom0_backend_error(). May sleep.
 *
 * Return: mask of the limits that were read or are absent, the first in bit 0. The caller keeps the
 * old value of the others.
 */
unsigned long dom0_xs_read_limits(struct dom0_backend *be, const char * const *names,
				  struct dom0_rate *rates, unsigned int nr);

/**
 * dom0_xs_write() - write a node in our directory
 * @be: the backend
 * @key: node below it
 * @fmt: format of the value
 *
 * Does not create our directory again if the toolstack has removed it. May sleep.
 *
 * Return: 0, -ENOENT if our directory is gone, -ENODEV if the device has left the bus, or another
 * negative errno.
 */
__printf(3, 4)
int dom0_xs_write(struct dom0_backend *be, const char *key, const char *fmt, ...);

/**
 * dom0_xs_step() - replace a number in our directory if it still has the expected value
 * @be: the backend
 * @key: node below our directory; the toolstack writes it too
 * @from: the expected value
 * @to: the new value
 *
 * Compares and writes in one transaction, so as not to overwrite a value that the toolstack has
 * just written. May sleep.
 *
 * Return: 0, -ESTALE if the node is absent, is not a number or has another value; -ENOENT if our
 * directory is gone, -ENODEV if the device has left the bus, or another negative errno.
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
 * For device types whose directories the toolstack leaves behind. The bus then removes the device,
 * as if the toolstack had removed the directory. May sleep.
 *
 * Return: 0, -EBUSY if the domain still exists, -ENOENT if our directory is gone, -ENODEV if the
 * device has left the bus, or another negative errno.
 */
int dom0_xs_remove_orphan(struct dom0_backend *be);

/* What a commit does with a node. */
enum dom0_xs_kind {
	DOM0_XS_WRITE,		/* write the value */
	DOM0_XS_REMOVE,		/* remove the node */
	DOM0_XS_EXPECT,		/* compare the text */
	DOM0_XS_EXPECT_NUMBER,	/* compare the number */
};

/**
 * struct dom0_xs_node - a node of a batch
 * @key: path below our directory
 * @kind: what the commit does with it
 * @value: value to write, which the commit frees
 * @text: value that it must have, or NULL if it must not exist
 * @number: value that it must have
 */
struct dom0_xs_node {
	const char *key;
	enum dom0_xs_kind kind;
	union {
		char *value;
		const char *text;
		u64 number;
	};
};

/**
 * struct dom0_xs_batch - nodes of our directory to write in one transaction
 * @be: the backend
 * @nr: number of nodes
 * @err: first error while nodes were gathered
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
 * @batch: the batch; need not be initialised
 * @be: the backend
 *
 * Each batch must end with one dom0_xs_commit(). Any context.
 */
void dom0_xs_begin(struct dom0_xs_batch *batch, struct dom0_backend *be);

/**
 * dom0_xs_add() - write a node with the batch
 * @batch: the batch
 * @key: node below our directory; the string must stay valid until dom0_xs_commit()
 * @fmt: format of the value
 *
 * dom0_xs_commit() returns any error. May sleep.
 */
__printf(3, 4)
void dom0_xs_add(struct dom0_xs_batch *batch, const char *key, const char *fmt, ...);

/**
 * dom0_xs_add_removal() - remove a node with the batch
 * @batch: the batch
 * @key: node below our directory, which need not exist; the string must stay valid until
 *	dom0_xs_commit()
 *
 * Any context.
 */
void dom0_xs_add_removal(struct dom0_xs_batch *batch, const char *key);

/**
 * dom0_xs_expect() - write the batch only if a node has not changed
 * @batch: the batch
 * @key: node below our directory
 * @text: the value that it must have, or NULL if it must not exist
 *
 * The commit compares in the transaction that writes, and returns -ESTALE if the value is another
 * one. Add this before a write of the same node. A batch may consist of such checks only. Both
 * strings must stay valid until dom0_xs_commit(). Any context.
 */
void dom0_xs_expect(struct dom0_xs_batch *batch, const char *key, const char *text);

/**
 * dom0_xs_expect_number() - dom0_xs_expect() for a number
 * @batch: the batch
 * @key: node below our directory
 * @number: the value that it must have, in any of the formats of dom0_xs_read_uint()
 *
 * Any context.
 */
void dom0_xs_expect_number(struct dom0_xs_batch *batch, const char *key, u64 number);

/**
 * dom0_xs_add_nudge() - make a connected frontend read what the batch writes
 * @batch: the batch
 *
 * The commit writes our state once more if it is Connected, which fires the frontend's watch. It
 * does so in the same transaction, so as not to overwrite a state that the toolstack has written.
 * Any context.
 */
void dom0_xs_add_nudge(struct dom0_xs_batch *batch);

/**
 * dom0_xs_commit() - write all nodes of a batch, or none
 * @batch: the batch; must not be used afterwards, whatever the result
 *
 * Does not create our directory again if the toolstack has removed it. May sleep.
 *
 * Return: 0, -ENOENT if our directory is gone, -ENODEV if the device has left the bus, or another
 * negative errno. -ESTALE says that a node is not as expected, -E2BIG that the batch has more than
 * DOM0_XS_BATCH_MAX nodes.
 */
int dom0_xs_commit(struct dom0_xs_batch *batch);

#endif
