// SPDX-License-Identifier: GPL-2.0
/* The counters of all CPUs, summed up for debugfs. */
#include "counters.h"

#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>

static const char *const counter_names[] = {
#define C(name) #name,
	GNTTAB_COUNTERS(C)
#undef C
};

DEFINE_PER_CPU(s64[GNTTAB_NR_COUNTERS], gnttab_counters);

/*
 * One CPU may increment a counter that another CPU decrements later. So only the sum over all CPUs
 * is meaningful, including CPUs that are offline now.
 */
static s64 counter_sum(enum gnttab_counter counter)
{
	s64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(gnttab_counters, cpu)[counter]);
	return sum;
}

static int counters_show(struct seq_file *seq, void *unused)
{
	enum gnttab_counter counter;

	for (counter = 0; counter < GNTTAB_NR_COUNTERS; counter++)
		seq_printf(seq, "%s %lld\n", counter_names[counter], counter_sum(counter));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

void gnttab_counters_init(struct dentry *dir)
{
	debugfs_create_file("counters", 0444, dir, NULL, &counters_fops);
}
