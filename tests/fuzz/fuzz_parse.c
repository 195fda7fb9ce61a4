// SPDX-License-Identifier: GPL-2.0
/*
 * Values from xenstore: an accepted value is what the C library reads, and only blanks may follow
 * it.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/kernel.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/xenbus/parse.c"

static void check_uint(const char *text, size_t len)
{
	char *copy = calloc(1, len + 1), *first, *end;
	u64 val;

	memcpy(copy, text, len);
	if (!dom0_parse_uint(text, len, 0, U64_MAX, &val)) {
		for (first = copy; isspace((unsigned char)*first); first++)
			;
		errno = 0;
		if (!isdigit((unsigned char)*first) ||
		    strtoull(first, &end, strncasecmp(first, "0x", 2) ? 10 : 16) != val || errno)
			abort();
		for (; end < copy + len; end++)
			if (*end && !isspace((unsigned char)*end))
				abort();
	}
	free(copy);
}

static void check_string(const char *text, size_t len)
{
	size_t size = len ? (unsigned char)text[0] : 0;
	char *buf = malloc(size + 1);
	size_t i;

	if (!dom0_parse_string(text, len, buf, size)) {
		if (strlen(buf) >= size || memcmp(buf, text, strlen(buf)))
			abort();
		for (i = strlen(buf); i < len; i++)
			if (text[i])
				abort();
		for (i = 0; buf[i]; i++)
			if ((unsigned char)buf[i] < ' ' || buf[i] == 0x7f)
				abort();
	}
	free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1);

	memcpy(text, data, len);
	check_uint(text, len);
	check_string(text, len);
	text[len] = '\0';
	dom0_parse_clean(text);
	if (dom0_parse_string(text, strlen(text), text, len + 1))
		abort();
	free(text);
	return 0;
}
