// SPDX-License-Identifier: GPL-2.0
/*
 * Parsing of addresses. Each number is checked against its maximum at every digit, so that it
 * cannot overflow.
 */
#include "address.h"

#include <linux/ctype.h>
#include <linux/kernel.h>

static const char *skip_blanks(const char *text)
{
	while (isspace(*text))
		text++;
	return text;
}

static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit |= 0x20;
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static const char *parse_hex(const char *text, u32 max, u32 *value)
{
	u64 number = 0;

	if (hex_value(*text) < 0)
		return NULL;
	for (; hex_value(*text) >= 0; text++) {
		number = number << 4 | hex_value(*text);
		if (number > max)
			return NULL;
	}
	*value = number;
	return text;
}

static const char *parse_part(const char *text, u32 max, s8 *part)
{
	u32 value;

	if (*text == '*') {
		*part = PCIBACK_ANY;
		return text + 1;
	}
	text = parse_hex(text, max, &value);
	if (text)
		*part = value;
	return text;
}

/* Parse "SS.F", which follows the bus. An asterisk for the slot requires one for the function. */
static const char *parse_device(const char *text, struct pciback_address *at)
{
	text = parse_part(text, PCIBACK_SLOTS - 1, &at->slot);
	if (!text || *text != '.')
		return NULL;
	text = parse_part(text + 1, PCIBACK_FUNCTIONS - 1, &at->func);
	return at->slot == PCIBACK_ANY && at->func != PCIBACK_ANY ? NULL : text;
}

static const char *parse_bus(const char *text, u32 domain, struct pciback_address *at)
{
	u32 bus;

	text = parse_hex(text, U8_MAX, &bus);
	if (!text || *text != ':')
		return NULL;
	at->domain = domain;
	at->bus = bus;
	return parse_device(text + 1, at);
}

/* The segment may be left out: then the text has one colon less. */
static const char *parse_address(const char *text, struct pciback_address *at)
{
	const char *rest;
	u32 domain;

	text = skip_blanks(text);
	rest = parse_hex(text, U16_MAX, &domain);
	rest = rest && *rest == ':' ? parse_bus(rest + 1, domain, at) : NULL;
	return rest ?: parse_bus(text, 0, at);
}

const char *pciback_address_parse(const char *text, struct pciback_address *at)
{
	text = parse_address(text, at);
	return text ? skip_blanks(text) : NULL;
}

const char *pciback_hide_parse(const char *text, struct pciback_address *at)
{
	text = skip_blanks(text);
	if (*text != '(')
		return NULL;
	text = pciback_address_parse(text + 1, at);
	return text && *text == ')' ? skip_blanks(text + 1) : NULL;
}

static const char *parse_quirk_register(const char *text, struct pciback_quirk *quirk)
{
	u32 offset, size, mask;

	text = parse_hex(text, 0xfff, &offset);
	if (!text || *text != ':')
		return NULL;
	text = parse_hex(text + 1, 4, &size);
	if (!text || *text != ':' || (size != 1 && size != 2 && size != 4) || offset % size)
		return NULL;
	text = parse_hex(text + 1, U32_MAX >> (32 - 8 * size), &mask);
	quirk->offset = offset;
	quirk->size = size;
	quirk->mask = text && mask ? mask : U32_MAX >> (32 - 8 * size);
	return text;
}

const char *pciback_quirk_parse(const char *text, struct pciback_quirk *quirk)
{
	text = parse_address(text, &quirk->at);
	if (!text || *text != '-' || quirk->at.slot == PCIBACK_ANY || quirk->at.func == PCIBACK_ANY)
		return NULL;
	text = parse_quirk_register(text + 1, quirk);
	return text ? skip_blanks(text) : NULL;
}
