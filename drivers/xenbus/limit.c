// SPDX-License-Identifier: GPL-2.0
/*
 * Rate limits of a device: nodes that the toolstack writes below "limits" in our directory. Disks
 * and network cards use the same format.
 */
#include <dom0/bucket.h>
#include <dom0/xenbus.h>
#include <dom0/xs.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/time64.h>

#define KEY_SIZE	48

/* The burst of a limit without one: a tenth of a second's amount. */
static u64 default_burst(u64 amount)
{
	return div_u64(amount, 10);
}

static int read_limit(struct dom0_backend *be, const char *name, struct dom0_rate *rate)
{
	char key[KEY_SIZE];
	u64 numbers[2];
	int nr;

	*rate = (struct dom0_rate) {};
	snprintf(key, sizeof(key), "limits/%s", name);
	nr = dom0_xs_read_list(be, DOM0_SIDE_BACKEND, key, numbers, 2);
	if (nr == -ENOENT || (nr > 0 && !numbers[0]))
		return 0;
	if (nr == 1)
		numbers[1] = default_burst(numbers[0]);
	if (nr > 0 && (numbers[0] > DOM0_RATE_MAX || numbers[1] > DOM0_RATE_MAX))
		nr = -ERANGE;
	if (nr == -EINVAL || nr == -ERANGE)
		dom0_backend_error(be, nr,
				   "%s is not of the form PER_SECOND or PER_SECOND,BURST with numbers up to %llu",
				   key, DOM0_RATE_MAX);
	else if (nr < 0)
		dom0_backend_error(be, nr, "cannot read %s", key);
	if (nr < 0)
		return nr;
	rate->amount = numbers[0];
	rate->period_us = USEC_PER_SEC;
	rate->burst = numbers[1];
	return 0;
}

/* One read of "limits" saves a device without limits one read for each limit. */
static bool has_limits(struct dom0_backend *be)
{
	char text[2];

	return dom0_xs_read_string(be, DOM0_SIDE_BACKEND, "limits", text, sizeof(text)) != -ENOENT;
}

unsigned long dom0_xs_read_limits(struct dom0_backend *be, const char * const *names,
				  struct dom0_rate *rates, unsigned int nr)
{
	unsigned long known = 0;
	bool some = has_limits(be);
	unsigned int i;

	for (i = 0; i < nr; i++) {
		rates[i] = (struct dom0_rate) {};
		if (!some || !read_limit(be, names[i], &rates[i]))
			known |= BIT(i);
	}
	return known;
}
EXPORT_SYMBOL_GPL(dom0_xs_read_limits);
