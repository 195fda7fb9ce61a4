// SPDX-License-Identifier: GPL-2.0
/*
 * How dom0ctl asks an interface for its counters: the driver may be another one by the second
 * question, and the kernel writes as many names and values as that driver has.
 */
#include "unit.h"

#include <linux/ethtool.h>
#include <net/if.h>
#include <stdarg.h>
#include <sys/ioctl.h>

static int fake_ioctl(int fd, unsigned long request, ...);

#define ioctl fake_ioctl
#include "tools/dom0ctl/counters.c"
#include "tools/dom0ctl/ethtool.c"
#include "tools/dom0ctl/text.c"
#undef ioctl

static unsigned int said, written;	/* numbers of counters */

static void write_names(struct ethtool_gstrings *names)
{
	unsigned int i;

	names->len = written;
	for (i = 0; i < written; i++)
		snprintf((char *)names->data + i * ETH_GSTRING_LEN, ETH_GSTRING_LEN, "c%u", i);
}

static void write_values(struct ethtool_stats *values)
{
	unsigned int i;

	values->n_stats = written;
	for (i = 0; i < written; i++)
		values->data[i] = 100 + i;
}

static int fake_ioctl(int fd, unsigned long request, ...)
{
	struct ethtool_sset_info *info;
	struct ifreq *ifreq;
	va_list args;

	va_start(args, request);
	ifreq = va_arg(args, struct ifreq *);
	va_end(args);
	assert_int_equal(request, SIOCETHTOOL);
	assert_string_equal(ifreq->ifr_name, "vif1.0");
	info = (struct ethtool_sset_info *)ifreq->ifr_data;
	if (info->cmd == ETHTOOL_GSSET_INFO)
		info->data[0] = said;
	else if (info->cmd == ETHTOOL_GSTRINGS)
		write_names((struct ethtool_gstrings *)ifreq->ifr_data);
	else
		write_values((struct ethtool_stats *)ifreq->ifr_data);
	return 0;
}

static struct counters asked(unsigned int first, unsigned int then)
{
	struct counters counters = { 0 };

	said = first;
	written = then;
	ethtool_count("vif1.0", &counters);
	return counters;
}

static void counters_are_read(void **state)
{
	struct counters c = asked(3, 3);

	assert_int_equal(c.number, 3);
	assert_int_equal(counters_value(&c, "c2"), 102);
}

static void driver_has_more_by_the_second_question(void **state)
{
	struct counters c = asked(3, 5);

	assert_int_equal(c.number, 3);
	assert_int_equal(counters_value(&c, "c2"), 102);
	c = asked(1, STATS_MOST);
	assert_int_equal(c.number, 1);
}

static void driver_has_fewer_by_the_second_question(void **state)
{
	struct counters c = asked(3, 1);

	assert_int_equal(c.number, 1);
	assert_int_equal(counters_value(&c, "c0"), 100);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(counters_are_read),
	cmocka_unit_test(driver_has_more_by_the_second_question),
	cmocka_unit_test(driver_has_fewer_by_the_second_question),
};

RUN_TESTS(tests)
