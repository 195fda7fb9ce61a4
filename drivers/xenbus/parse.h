/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parsers of xenstore values, which a guest may have written. Pure: no kernel service.
 */
#ifndef _DOM0_XENBUS_PARSE_H
#define _DOM0_XENBUS_PARSE_H

#include <linux/types.h>

/**
 * dom0_parse_uint() - parse an unsigned number, decimal or, after "0x", hexadecimal
 * @text: the value, need not be terminated
 * @len: its length in bytes
 * @min: least value allowed
 * @max: greatest value allowed
 * @val: the number; untouched on error
 *
 * Ignores blanks and newlines around the number and NULs after it, as the kernel's own backends do.
 * A sign or any other character is an error. Leading zeros do not mean octal.
 *
 * Return: 0, -EINVAL if @text is not a number, -ERANGE if it is outside of [@min, @max].
 */
int dom0_parse_uint(const char *text, size_t len, u64 min, u64 max, u64 *val);

/**
 * dom0_parse_list() - parse a list of unsigned numbers, separated by commas
 * @text: the value, need not be terminated
 * @len: its length in bytes
 * @vals: room for @max numbers; undefined on error
 * @max: most numbers that are accepted
 *
 * The format of each number is that of dom0_parse_uint().
 *
 * Return: the count of numbers, at least 1; -EINVAL if an element is not a number or there are more
 * than @max; -ERANGE if a number does not fit into 64 bits.
 */
int dom0_parse_list(const char *text, size_t len, u64 *vals, unsigned int max);

/**
 * dom0_parse_string() - copy a text, and check that it has no control characters
 * @text: the value, need not be terminated
 * @len: its length in bytes
 * @buf: filled with the text, NUL-terminated; untouched on error
 * @size: size of @buf in bytes
 *
 * NULs at the end of the value are not part of the text.
 *
 * Return: 0, -EINVAL if there is a control character, or -E2BIG if the text does not fit.
 */
int dom0_parse_string(const char *text, size_t len, char *buf, size_t size);

/**
 * dom0_parse_clean() - make a text safe to log
 * @text: NUL-terminated; all but printable ASCII becomes question marks
 */
void dom0_parse_clean(char *text);

#endif
