// SPDX-License-Identifier: GPL-2.0
/* Escapes for people, JSON and Prometheus. The input may hold any byte but NUL. */
#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

void text_copy(char *to, size_t size, const char *from)
{
	size_t length = strnlen(from, size - 1);

	memcpy(to, from, length);
	to[length] = '\0';
}

void text_bytes(char *to, size_t size, double bytes)
{
	static const char units[] = "KMGTPE";
	unsigned int i = 0;

	if (bytes < 1024) {
		snprintf(to, size, "%.0f", bytes);
		return;
	}
	for (bytes /= 1024; bytes >= 1024 && units[i + 1]; i++)
		bytes /= 1024;
	snprintf(to, size, "%.1f%c", bytes, units[i]);
}

static bool is_printable(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

void text_plain(FILE *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '\\')
			fputs("\\\\", out);
		else if (is_printable(c))
			putc(c, out);
		else
			fprintf(out, "\\x%02x", c);
	}
}

void text_label(FILE *out, const char *s)
{
	putc('"', out);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '\\')
			fputs("\\\\\\\\", out);
		else if (c == '"')
			fputs("\\\"", out);
		else if (is_printable(c))
			putc(c, out);
		else
			fprintf(out, "\\\\x%02x", c);
	}
	putc('"', out);
}

void text_metric(FILE *out, const char *s)
{
	for (; *s; s++) {
		bool letter = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z');
		bool digit = *s >= '0' && *s <= '9';

		putc(letter || digit ? *s : '_', out);
	}
}

/* Return a character's length by its first byte; 0 for a byte that begins no character. */
static unsigned int utf8_length(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c < 0xc0)
		return 0;
	if (c < 0xe0)
		return 2;
	return c < 0xf0 ? 3 : c < 0xf8 ? 4 : 0;
}

/*
 * Decode the character at @s. Returns its length, or 0 if there is none in the shortest form. It
 * does not look beyond the end of the string, whose NUL continues no sequence.
 */
static unsigned int utf8_decode(const char *s, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)*s;
	unsigned int length = utf8_length(c), i;

	*code = length < 2 ? c : c & (0x7fu >> length);
	for (i = 1; i < length; i++) {
		c = (unsigned char)s[i];
		if ((c & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (c & 0x3f);
	}
	if (*code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000) || *code < least[length])
		return 0;
	return length;
}

static void json_code(FILE *out, uint32_t code)
{
	if (code == '"' || code == '\\')
		fprintf(out, "\\%c", (int)code);
	else if (code >= 0x20 && code < 0x7f)
		putc((int)code, out);
	else if (code < 0x10000)
		fprintf(out, "\\u%04x", (unsigned int)code);
	else
		fprintf(out, "\\u%04x\\u%04x", (unsigned int)(0xd7c0 + (code >> 10)),
			(unsigned int)(0xdc00 + (code & 0x3ff)));
}

void text_json(FILE *out, const char *s)
{
	putc('"', out);
	while (*s) {
		uint32_t code;
		unsigned int length = utf8_decode(s, &code);

		json_code(out, length ? code : 0xfffd);
		s += length ? length : 1;
	}
	putc('"', out);
}
