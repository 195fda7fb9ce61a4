/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xenstore, through the kernel's /dev/xen/xenbus. Paths that do not begin with a slash are
 * below this domain's own directory, /local/domain/0 in Dom0.
 */
#ifndef _DOM0CTL_XENSTORE_H
#define _DOM0CTL_XENSTORE_H

#include "base.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xenstore {
	int fd;
	uint32_t last_id;
	uint32_t transaction;	/* 0 for none */
};

/* Names in a directory, one after the other, each with its NUL; an empty list has size 0. */
struct xenstore_names {
	char *text;
	size_t size;
};

#define xenstore_for_each(name, names) \
	for ((name) = (names)->text; (name) < (names)->text + (names)->size; \
	     (name) += strlen(name) + 1)

/* Return 0 or a negative errno, like all functions here. */
int xenstore_open(struct xenstore *xs);
void xenstore_close(struct xenstore *xs);

/*
 * Read the value of a node. A guest may have written it: it ends at its first NUL, and is truncated
 * to the buffer.
 */
__printf(4, 5)
int xenstore_read(struct xenstore *xs, char *value, size_t size, const char *fmt, ...);

/*
 * Read a value that is a decimal number of at most 9 digits and nothing else. Return -1 for any
 * other.
 */
__printf(2, 3)
int xenstore_number(struct xenstore *xs, const char *fmt, ...);

/* List a directory. Free the names by xenstore_free(). */
__printf(3, 4)
int xenstore_list(struct xenstore *xs, struct xenstore_names *names, const char *fmt, ...);
void xenstore_free(struct xenstore_names *names);

__printf(3, 4)
int xenstore_write(struct xenstore *xs, const char *value, const char *fmt, ...);

/* Remove a node. It is no error if the node does not exist. */
__printf(2, 3)
int xenstore_remove(struct xenstore *xs, const char *fmt, ...);

/*
 * Begin a transaction: all writes until xenstore_end() take effect together, or none does.
 * xenstore_end() returns -EAGAIN if another client has changed meanwhile what was read or written;
 * then do all of it again.
 */
int xenstore_begin(struct xenstore *xs);
int xenstore_end(struct xenstore *xs, bool commit);

/* Parse a number of 1 to 9 digits. Return -1 for any other text. */
int xenstore_parse_number(const char *text);

#endif
