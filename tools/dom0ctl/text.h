/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Output of text from other programs and guests. Guests write values in xenstore, which may hold
 * any byte. So nothing is printed raw: these functions write printable ASCII only.
 */
#ifndef _DOM0CTL_TEXT_H
#define _DOM0CTL_TEXT_H

#include <stddef.h>
#include <stdio.h>

/* Copy a text, and truncate it to @size. */
void text_copy(char *to, size_t size, const char *from);

/* Format a number of bytes for people, with one decimal and a letter: 1.5M. */
void text_bytes(char *to, size_t size, double bytes);

/*
 * Write text for terminals: a backslash is doubled, a byte that is not printable ASCII becomes
 * \xNN.
 */
void text_plain(FILE *out, const char *s);

/* Write a JSON string with its quotes. A byte that is not valid UTF-8 becomes U+FFFD. */
void text_json(FILE *out, const char *s);

/*
 * Write the value of a Prometheus label with its quotes: the plain text, escaped for that format.
 */
void text_label(FILE *out, const char *s);

/* Write the name of a Prometheus metric: letters, digits and underscores. */
void text_metric(FILE *out, const char *s);

#endif
