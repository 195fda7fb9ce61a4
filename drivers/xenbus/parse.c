// SPDX-License-Identifier: GPL-2.0
#include "parse.h"

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>

/* Bytes above 0x7f are left alone: a path may be UTF-8. */
static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

int dom0_parse_uint(const char *text, size_t len, u64 min, u64 max, u64 *val)
{
	bool overflow = false;
	u64 sum = 0;
	size_t i;

	if (!len)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		u64 digit = (u64)(text[i] - '0');

		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
		if (sum > (U64_MAX - digit) / 10)
			overflow = true;
		else
			sum = sum * 10 + digit;
	}
	if (overflow || sum < min || sum > max)
		return -ERANGE;
	*val = sum;
	return 0;
}

int dom0_parse_string(const char *text, size_t len, char *buf, size_t size)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (is_control(text[i]))
			return -EINVAL;
	if (len >= size)
		return -E2BIG;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return 0;
}

void dom0_parse_clean(char *text)
{
	for (; *text; text++)
		if (is_control(*text))
			*text = '?';
}
