// SPDX-License-Identifier: GPL-2.0
/* The keys of each kind of device, and their values as the drivers read them. */
#include "limit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* DOM0_RATE_MAX of include/dom0/bucket.h. */
#define RATE_MAX	(UINT64_C(1) << 40)

#define BLANKS		" \t\n\v\f\r"

static const struct {
	const char *device_kind;
	struct limit_kind limits[LIMIT_MOST];
} kinds[] = {
	{ "vbd", {
		{ "read-bytes", "bytes read", true },
		{ "read-ops", "reads", false },
		{ "write-bytes", "bytes written", true },
		{ "write-ops", "writes, flushes, write barriers and discards", false },
	} },
	{ "vif", {
		{ "from-guest-bytes", "bytes that the guest sends", true },
		{ "from-guest-packets", "packets that the guest sends", false },
		{ "to-guest-bytes", "bytes sent to the guest", true },
		{ "to-guest-packets", "packets sent to the guest", false },
	} },
};

const struct limit_kind *limit_kinds(const char *device_kind)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(kinds[i].device_kind, device_kind))
			return kinds[i].limits;
	}
	return NULL;
}

/* Return the power of 2 of a unit's letter, 0 if it is no unit. */
static unsigned int unit_shift(char letter)
{
	switch (letter) {
	case 'K':
		return 10;
	case 'M':
		return 20;
	case 'G':
		return 30;
	}
	return 0;
}

static bool is_hexadecimal(const char *text)
{
	return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

/*
 * Parse a number, and move @text behind it, to the comma or the end. Skip blanks around the number.
 */
static int parse_number(const char **text, bool units, uint64_t *number)
{
	const char *at = *text + strspn(*text, BLANKS), *digits = "0123456789";
	unsigned int shift;
	int base = 10;

	if (is_hexadecimal(at)) {
		at += 2;
		digits = "0123456789abcdefABCDEF";
		base = 16;
	}
	if (!strspn(at, digits))
		return -EINVAL;
	*number = strtoull(at, NULL, base);
	at += strspn(at, digits);
	shift = units ? unit_shift(*at) : 0;
	at += shift > 0;
	at += strspn(at, BLANKS);
	if (*at && *at != ',')
		return -EINVAL;
	if (*number > RATE_MAX >> shift)
		return -ERANGE;
	*number <<= shift;
	*text = at;
	return 0;
}

int limit_parse(struct limit *limit, const char *text, bool units)
{
	int err;

	*limit = (struct limit){ 0 };
	err = parse_number(&text, units, &limit->per_second);
	if (!err && *text) {
		text++;
		limit->has_burst = true;
		err = parse_number(&text, units, &limit->burst);
	}
	return err || !*text ? err : -EINVAL;
}

void limit_format(char text[LIMIT_SIZE], const struct limit *limit)
{
	if (limit->has_burst)
		snprintf(text, LIMIT_SIZE, "%" PRIu64 ",%" PRIu64, limit->per_second,
			 limit->burst);
	else
		snprintf(text, LIMIT_SIZE, "%" PRIu64, limit->per_second);
}
