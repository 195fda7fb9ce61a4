// SPDX-License-Identifier: GPL-2.0
/* How dom0ctl prints text that a guest may have written. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/dom0ctl/text.c"

static char *written_by(void (*write)(FILE *out, const char *s), const char *s)
{
	static char *text;
	size_t size;
	FILE *out;

	free(text);
	out = open_memstream(&text, &size);
	write(out, s);
	fclose(out);
	return text;
}

#define PLAIN(s)	written_by(text_plain, s)
#define JSON(s)		written_by(text_json, s)
#define LABEL(s)	written_by(text_label, s)

static void plain_text_is_itself(void **state)
{
	assert_string_equal(PLAIN("/dev/vg0/alice disk ~!"), "/dev/vg0/alice disk ~!");
	assert_string_equal(PLAIN(""), "");
	assert_string_equal(JSON("alice"), "\"alice\"");
	assert_string_equal(LABEL("alice"), "\"alice\"");
}

static void a_terminal_is_told_nothing(void **state)
{
	assert_string_equal(PLAIN("\033[2J\033]0;x\007"), "\\x1b[2J\\x1b]0;x\\x07");
	assert_string_equal(PLAIN("a\nb\tc\rd\177"), "a\\x0ab\\x09c\\x0dd\\x7f");
	/* The control characters above 0x80, as a byte and as UTF-8. */
	assert_string_equal(PLAIN("\x9b" "2J\xc2\x9b" "2J"), "\\x9b2J\\xc2\\x9b2J");
	assert_string_equal(PLAIN("\\x1b"), "\\\\x1b");
}

static void json_escapes(void **state)
{
	assert_string_equal(JSON("a\"b\\c"), "\"a\\\"b\\\\c\"");
	assert_string_equal(JSON("\n\001\177"), "\"\\u000a\\u0001\\u007f\"");
	assert_string_equal(JSON("\xc3\xa9\xe2\x82\xac"), "\"\\u00e9\\u20ac\"");
	assert_string_equal(JSON("\xf0\x9f\x98\x80"), "\"\\ud83d\\ude00\"");
	assert_string_equal(JSON("\xf4\x8f\xbf\xbf"), "\"\\udbff\\udfff\"");
}

/* Each invalid byte is replaced. Decoding starts again at the next one. */
static void json_of_what_is_no_utf8(void **state)
{
	assert_string_equal(JSON("\xff" "a"), "\"\\ufffda\"");
	assert_string_equal(JSON("\x80"), "\"\\ufffd\"");
	assert_string_equal(JSON("\xc3"), "\"\\ufffd\"");
	assert_string_equal(JSON("\xe2\x82"), "\"\\ufffd\\ufffd\"");
	assert_string_equal(JSON("\xc3\""), "\"\\ufffd\\\"\"");
	/* Overlong sequences: of a slash, and of a NUL. */
	assert_string_equal(JSON("\xc0\xaf"), "\"\\ufffd\\ufffd\"");
	assert_string_equal(JSON("\xe0\x80\x80"), "\"\\ufffd\\ufffd\\ufffd\"");
	/* A surrogate, and beyond the last character. */
	assert_string_equal(JSON("\xed\xa0\x80"), "\"\\ufffd\\ufffd\\ufffd\"");
	assert_string_equal(JSON("\xf4\x90\x80\x80"), "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
}

static void labels(void **state)
{
	assert_string_equal(LABEL("a\"b"), "\"a\\\"b\"");
	assert_string_equal(LABEL("a\\b"), "\"a\\\\\\\\b\"");
	assert_string_equal(LABEL("a\nb\xff"), "\"a\\\\x0ab\\\\xff\"");
	assert_string_equal(written_by(text_metric, "rx-x y\"{9"), "rx_x_y__9");
}

/* Every string of two bytes: the output is ASCII, and each quote in it follows a backslash. */
static void every_pair_of_bytes(void **state)
{
	unsigned int a, b;

	for (a = 1; a < 256; a++) {
		for (b = 0; b < 256; b++) {
			char s[] = { (char)a, (char)b, 0 };
			const char *out, *c;

			for (c = PLAIN(s); *c; c++)
				assert_in_range(*c, 0x20, 0x7e);
			out = JSON(s);
			for (c = out + 1; c[1]; c++) {
				assert_in_range(*c, 0x20, 0x7e);
				assert_true(*c != '"');
				c += *c == '\\';
			}
			assert_int_equal(*c, '"');
		}
	}
}

static void copies_end(void **state)
{
	char to[4];

	text_copy(to, sizeof(to), "abcdef");
	assert_string_equal(to, "abc");
	text_copy(to, sizeof(to), "");
	assert_string_equal(to, "");
}

static const char *bytes(double number)
{
	static char text[16];

	text_bytes(text, sizeof(text), number);
	return text;
}

static void numbers_of_bytes(void **state)
{
	assert_string_equal(bytes(0), "0");
	assert_string_equal(bytes(1023), "1023");
	assert_string_equal(bytes(1024), "1.0K");
	assert_string_equal(bytes(1536.0 * 1024), "1.5M");
	assert_string_equal(bytes(18446744073709551615.0), "16.0E");
	assert_string_equal(bytes(1e22), "8673.6E");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(plain_text_is_itself),
	cmocka_unit_test(a_terminal_is_told_nothing),
	cmocka_unit_test(json_escapes),
	cmocka_unit_test(json_of_what_is_no_utf8),
	cmocka_unit_test(labels),
	cmocka_unit_test(every_pair_of_bytes),
	cmocka_unit_test(copies_end),
	cmocka_unit_test(numbers_of_bytes),
};

RUN_TESTS(tests)
