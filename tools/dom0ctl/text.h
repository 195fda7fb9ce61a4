/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text that others wrote, on its way out. Values in xenstore are written by guests and may hold any
 * byte, so nothing that is printed comes out raw: what these functions write is printable ASCII.
 */
#ifndef _DOM0CTL_TEXT_H
#define _DOM0CTL_TEXT_H

#include <stddef.h>
#include <stdio.h>

/* Copy, and cut off what does not fit. */
void text_copy(char *to, size_t size, const char *from);

/* A number of bytes with a digit behind the point and a letter, for people: 1.5M. */
void text_bytes(char *to, size_t size, double bytes);

/* For people and terminals: a backslash is doubled, what is not printable ASCII becomes \xNN. */
void text_plain(FILE *out, const char *s);

/* A JSON string with its quotes; a byte that is no UTF-8 becomes U+FFFD. */
void text_json(FILE *out, const char *s);

/* The value of a Prometheus label with its quotes: the plain text, escaped for that format. */
void text_label(FILE *out, const char *s);

/* A name for a Prometheus metric: letters, digits and underscores. */
void text_metric(FILE *out, const char *s);

#endif
