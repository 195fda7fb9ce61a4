/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values as they are in xenstore, where a guest may have written them. Pure: no kernel service.
 */
#ifndef _DOM0_XENBUS_PARSE_H
#define _DOM0_XENBUS_PARSE_H

#include <linux/types.h>

/**
 * dom0_parse_uint() - an unsigned number, decimal or, after "0x", hexadecimal
 * @text: the value, need not be terminated
 * @len: its length in bytes
 * @min: least value allowed
 * @max: greatest value allowed
 * @val: the number; untouched on error
 *
 * Blanks and newlines around it and NULs after it are ignored, as the kernel's own backends do; a
 * sign or anything else makes it no number. Leading zeros do not make it octal.
 *
 * Return: 0, -EINVAL if it is no number, -ERANGE if it is outside of [@min, @max].
 */
int dom0_parse_uint(const char *text, size_t len, u64 min, u64 max, u64 *val);

/**
 * dom0_parse_list() - unsigned numbers with commas between them
 * @text: the value, need not be terminated
 * @len: its length in bytes
 * @vals: room for the numbers; of no meaning on error
 * @max: most numbers that there may be
 *
 * Each as dom0_parse_uint() takes it.
 *
 * Return: how many there are, at least 1; -EINVAL if one is no number or they are too many; -ERANGE
 * if one does not fit into 64 bits.
 */
int dom0_parse_list(const char *text, size_t len, u64 *vals, unsigned int max);

/**
 * dom0_parse_string() - a text without control characters
 * @text: the value, need not be terminated
 * @len: its length in bytes
 * @buf: filled with the text, NUL-terminated; untouched on error
 * @size: size of @buf in bytes
 *
 * NULs at its end are not part of it.
 *
 * Return: 0, -EINVAL, or -E2BIG if it does not fit.
 */
int dom0_parse_string(const char *text, size_t len, char *buf, size_t size);

/**
 * dom0_parse_clean() - make a text harmless for a log
 * @text: NUL-terminated; control characters become question marks
 */
void dom0_parse_clean(char *text);

#endif
