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

/* 0 or a negative errno, as of all functions here. */
int xenstore_open(struct xenstore *xs);
void xenstore_close(struct xenstore *xs);

/*
 * The value of a node. A guest may have written it: it ends at its first NUL, and
 * what does not fit into the buffer is cut off.
 */
__printf(4, 5)
int xenstore_read(struct xenstore *xs, char *value, size_t size, const char *fmt, ...);

/* A value that is a decimal number of at most 9 digits and nothing else; -1 for any other. */
__printf(2, 3)
int xenstore_number(struct xenstore *xs, const char *fmt, ...);

/* xenstore_free() the names. */
__printf(3, 4)
int xenstore_list(struct xenstore *xs, struct xenstore_names *names, const char *fmt, ...);
void xenstore_free(struct xenstore_names *names);

__printf(3, 4)
int xenstore_write(struct xenstore *xs, const char *value, const char *fmt, ...);

/* One that is not there need not be removed. */
__printf(2, 3)
int xenstore_remove(struct xenstore *xs, const char *fmt, ...);

/*
 * All from here to xenstore_end() is done at once, or not at all. -EAGAIN at its end: another
 * changed meanwhile what we have read or written, so it is to be done anew.
 */
int xenstore_begin(struct xenstore *xs);
int xenstore_end(struct xenstore *xs, bool commit);

/* -1 unless the text is 1 to 9 digits. */
int xenstore_parse_number(const char *text);

#endif
