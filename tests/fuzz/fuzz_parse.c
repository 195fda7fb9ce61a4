// SPDX-License-Identifier: GPL-2.0
/* Values from xenstore: whatever is accepted must be what printf would have written, but for zeros. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/kernel.h>

#include "drivers/xenbus/parse.c"

static void check_uint(const char *text, size_t len)
{
	char again[24];
	int n;
	u64 val;

	if (dom0_parse_uint(text, len, 0, U64_MAX, &val))
		return;
	while (len > 1 && *text == '0') {
		text++;
		len--;
	}
	n = snprintf(again, sizeof(again), "%" PRIu64, (uint64_t)val);
	if ((size_t)n != len || memcmp(again, text, len))
		abort();
}

static void check_string(const char *text, size_t len)
{
	size_t size = len ? (unsigned char)text[0] : 0;
	char *buf = malloc(size + 1);
	size_t i;

	if (!dom0_parse_string(text, len, buf, size)) {
		if (strlen(buf) != len || len >= size)
			abort();
		for (i = 0; i < len; i++)
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
