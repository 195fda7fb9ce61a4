// SPDX-License-Identifier: GPL-2.0
/* Arithmetic on targets and floors. Pure: compiled in user space by tests/unit. */
#include "target.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#define MIB(n)	((u64)(n) << 10)
#define GIB(n)	((u64)(n) << 20)

/*
 * Parse decimal digits and nothing else, so that "12 MiB", "-1" or half of a number does not count
 * as a size. Return 0, -EINVAL if it is not a number, -ERANGE if it is more than any machine has.
 */
int balloon_target_parse(const char *text, size_t len, u64 *kib)
{
	u64 value = 0;
	size_t i;

	if (!len)
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
	for (i = 0; i < len; i++) {
		value = value * 10 + (text[i] - '0');
		if (value > TARGET_MAX_KIB)
			return -ERANGE;
	}
	*kib = value;
	return 0;
}

/* Return log2 of a unit in bytes, -1 if it is not a unit. */
static int unit_shift(char unit)
{
	switch (unit) {
	case 'k':
	case 'K':
		return 10;
	case 'm':
	case 'M':
		return 20;
	case 'g':
	case 'G':
		return 30;
	case 't':
	case 'T':
		return 40;
	default:
		return -1;
	}
}

/* Parse bytes, or a number with K, M, G or T. Round down to KiB. */
int balloon_target_parse_bytes(const char *text, size_t len, u64 *kib)
{
	int shift = len ? unit_shift(text[len - 1]) : -1;
	u64 value;
	int err;

	err = balloon_target_parse(text, shift < 0 ? len : len - 1, &value);
	if (err)
		return err;
	if (shift < 0) {
		*kib = value >> 10;
		return 0;
	}
	if (value > TARGET_MAX_KIB >> (shift - 10))
		return -ERANGE;
	*kib = value << (shift - 10);
	return 0;
}

enum target_verdict balloon_target_clamp(u64 *kib, const struct target_limits *limits)
{
	if (*kib < limits->floor) {
		*kib = limits->floor;
		return TARGET_RAISED;
	}
	if (*kib > limits->ceiling) {
		*kib = limits->ceiling;
		return TARGET_LOWERED;
	}
	return TARGET_ACCEPTED;
}

/*
 * An eighth of the memory, but at least 256 MiB, in which a small Dom0 with its toolstack lives,
 * and at most 4 GiB. A Dom0 that has little to begin with keeps three quarters of it.
 */
u64 balloon_target_auto_floor(u64 memory)
{
	u64 floor = clamp(memory / 8, MIB(256), GIB(4));

	return min(floor, memory / 4 * 3);
}

/*
 * Return the lowest limit that is set; a limit of 0 is not set. Without any, return what the kernel
 * knows of its memory. Never below the floor, so that at least one target is allowed.
 */
u64 balloon_target_ceiling(u64 floor, u64 static_max, u64 hypervisor_max, u64 known)
{
	u64 ceiling = U64_MAX;

	if (static_max)
		ceiling = static_max;
	if (hypervisor_max)
		ceiling = min(ceiling, hypervisor_max);
	if (ceiling == U64_MAX)
		ceiling = known;
	return max(floor, ceiling);
}

/*
 * Return for how many milliseconds the guard need not look: a balloon gives away at most 4 GiB in a
 * second, so a Dom0 far above its floor needs few checks.
 */
unsigned int balloon_target_guard_ms(u64 memory, u64 floor)
{
	u64 above = memory > floor ? memory - floor : 0;

	return clamp(above / (GIB(4) / 1000), 100ULL, 2000ULL);
}
