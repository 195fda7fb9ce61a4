// SPDX-License-Identifier: GPL-2.0
/* Checks of text that a guest may have written. Pure: compiled in user space by tests/unit. */
#include "parse.h"

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>

/* Bytes above 0x7f are left alone: a path may be UTF-8. */
static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Return the value of a digit, or UINT_MAX if @c is not a digit. */
static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return UINT_MAX;
}

static size_t strip_nuls(const char *text, size_t len)
{
	while (len && !text[len - 1])
		len--;
	return len;
}

/* Strip blanks from both ends, and the NUL that some frontends write as part of the value. */
static void strip_number(const char **text, size_t *len)
{
	*len = strip_nuls(*text, *len);
	while (*len && is_blank((*text)[*len - 1]))
		(*len)--;
	while (*len && is_blank(**text)) {
		(*text)++;
		(*len)--;
	}
}

static unsigned int strip_prefix(const char **text, size_t *len)
{
	if (*len < 2 || (*text)[0] != '0' || ((*text)[1] != 'x' && (*text)[1] != 'X'))
		return 10;
	*text += 2;
	*len -= 2;
	return 16;
}

int dom0_parse_uint(const char *text, size_t len, u64 min, u64 max, u64 *val)
{
	bool overflow = false;
	unsigned int base;
	u64 sum = 0;
	size_t i;

	strip_number(&text, &len);
	base = strip_prefix(&text, &len);
	if (!len)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		unsigned int digit = digit_value(text[i]);

		if (digit >= base)
			return -EINVAL;
		if (sum > (U64_MAX - digit) / base)
			overflow = true;
		else
			sum = sum * base + digit;
	}
	if (overflow || sum < min || sum > max)
		return -ERANGE;
	*val = sum;
	return 0;
}

int dom0_parse_list(const char *text, size_t len, u64 *vals, unsigned int max)
{
	unsigned int nr = 0;
	const char *comma;
	size_t part;
	int err;

	while (nr < max) {
		comma = memchr(text, ',', len);
		part = comma ? comma - text : len;
		err = dom0_parse_uint(text, part, 0, U64_MAX, &vals[nr]);
		if (err)
			return err;
		nr++;
		if (!comma)
			return nr;
		text += part + 1;
		len -= part + 1;
	}
	return -EINVAL;
}

int dom0_parse_string(const char *text, size_t len, char *buf, size_t size)
{
	size_t i;

	len = strip_nuls(text, len);
	for (i = 0; i < len; i++)
		if (is_control(text[i]))
			return -EINVAL;
	if (len >= size)
		return -E2BIG;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return 0;
}

/* A terminal may take bytes from 0x80 for control characters, such as 0x9b for "ESC [". */
void dom0_parse_clean(char *text)
{
	for (; *text; text++)
		if (is_control(*text) || (unsigned char)*text > 0x7e)
			*text = '?';
}
