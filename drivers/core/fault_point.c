// SPDX-License-Identifier: GPL-2.0
/*
 * Fault points, compiled for tests only. The first line that a test writes about a point adds it to
 * the table; points are never removed. Each line releases the threads that wait at the point, and
 * then applies to threads that reach it later.
 */
#include "fault_point.h"

#include <dom0/fault_point.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#define POINTS_MAX	16
#define NAME_SIZE	40
#define LINE_MAX	128

/* Below the times after which the kernel reports a hung task or a stuck CPU. */
#define SLEEP_MS_MAX	50000u
#define SPIN_MS_MAX	1000u

enum fault_kind { FAULT_OFF, FAULT_HOLD, FAULT_FAIL, FAULT_NOMEM, FAULT_MEM, FAULT_KINDS };

static const char *const kind_names[FAULT_KINDS] = {
	[FAULT_OFF] = "off",
	[FAULT_HOLD] = "hold",
	[FAULT_FAIL] = "fail",
	[FAULT_NOMEM] = "nomem",
	[FAULT_MEM] = "mem",
};

/**
 * struct fault_point - a point that a test has named
 * @name: its name
 * @kind: what happens to a thread that reaches the point
 * @value: FAULT_HOLD: most milliseconds to hold a thread; FAULT_FAIL: the errno; FAULT_NOMEM: which
 *         allocation of the thread fails; FAULT_MEM: the most allocations that a thread was short
 *         of that
 * @times: how often it may still happen, 0 for no limit
 * @round: number of the line that armed it; waiters of earlier rounds go on
 * @hits: how often it has happened in this round
 * @waiting: number of threads that are held
 */
struct fault_point {
	char name[NAME_SIZE];
	enum fault_kind kind;
	unsigned int value;
	unsigned int times;
	unsigned int round;
	unsigned int hits;
	unsigned int waiting;
};

static struct fault_point points[POINTS_MAX];
static unsigned int points_used;
static DEFINE_SPINLOCK(points_lock);	/* protects points, points_used */
static DECLARE_WAIT_QUEUE_HEAD(points_changed);

/* Set by the first line. Until then, a point costs one read and one branch. */
bool dom0_fault_points_armed;
EXPORT_SYMBOL_GPL(dom0_fault_points_armed);

static struct fault_point *point_find(const char *name)
{
	unsigned int i;

	lockdep_assert_held(&points_lock);
	for (i = 0; i < points_used; i++)
		if (!strcmp(points[i].name, name))
			return &points[i];
	return NULL;
}

/*
 * Make the @nth allocation of this thread fail, by the kernel's fault injection; 0 takes that back.
 * Return how many allocations the thread was short of a failure, 0 if it has happened.
 */
static unsigned int thread_starve(unsigned int nth)
{
	unsigned int left = 0;

#ifdef CONFIG_FAULT_INJECTION
	left = current->fail_nth;
	WRITE_ONCE(current->fail_nth, nth);
#endif
	return left;
}

static void point_wait(struct fault_point *point, unsigned int round, unsigned int ms,
		       bool may_sleep)
{
	ktime_t end = ktime_add_ms(ktime_get(), min(ms, SPIN_MS_MAX));

	if (may_sleep) {
		wait_event_idle_timeout(points_changed, READ_ONCE(point->round) != round,
					msecs_to_jiffies(min(ms, SLEEP_MS_MAX)));
		return;
	}
	while (READ_ONCE(point->round) == round && ktime_before(ktime_get(), end))
		udelay(1);
}

int dom0_fault_point_reached(const char *name, bool may_sleep)
{
	struct fault_point *point, armed = { };
	unsigned long flags;

	might_sleep_if(may_sleep);
	spin_lock_irqsave(&points_lock, flags);
	point = point_find(name);
	if (point && point->kind != FAULT_OFF) {
		point->hits++;
		point->waiting += point->kind == FAULT_HOLD;
		if (point->kind == FAULT_MEM)
			point->value = max(point->value, thread_starve(0));
		armed = *point;
		if (point->times && !--point->times)
			point->kind = FAULT_OFF;
	}
	spin_unlock_irqrestore(&points_lock, flags);

	if (armed.kind == FAULT_FAIL)
		return -(int)armed.value;
	if (armed.kind == FAULT_NOMEM)
		thread_starve(armed.value);
	if (armed.kind == FAULT_HOLD) {
		point_wait(point, armed.round, armed.value, may_sleep);
		spin_lock_irqsave(&points_lock, flags);
		point->waiting--;
		spin_unlock_irqrestore(&points_lock, flags);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(dom0_fault_point_reached);

static int point_arm(const char *name, enum fault_kind kind, unsigned int value,
		     unsigned int times)
{
	struct fault_point *point;

	spin_lock_irq(&points_lock);
	point = point_find(name);
	if (!point && points_used < POINTS_MAX) {
		point = &points[points_used++];
		strscpy(point->name, name, sizeof(point->name));
	}
	if (point) {
		point->kind = kind;
		point->value = value;
		point->times = times;
		point->hits = 0;
		WRITE_ONCE(point->round, point->round + 1);
	}
	spin_unlock_irq(&points_lock);
	if (!point)
		return -ENOSPC;
	WRITE_ONCE(dom0_fault_points_armed, true);
	wake_up_all(&points_changed);
	return 0;
}

/*
 * A line is "NAME hold MILLISECONDS [TIMES]", "NAME fail ERRNO [TIMES]", "NAME nomem NTH [TIMES]",
 * "NAME mem" or "NAME off".
 */
static int line_obey(const char *line)
{
	char name[NAME_SIZE], word[8];
	unsigned int value = 0, times = 0;
	int kind, words;

	words = sscanf(line, "%39s %7s %u %u", name, word, &value, &times);
	kind = words < 2 ? -EINVAL : match_string(kind_names, FAULT_KINDS, word);
	if (kind == FAULT_NOMEM && !IS_ENABLED(CONFIG_FAULT_INJECTION))
		return -EOPNOTSUPP;
	if (kind < 0 || value > SLEEP_MS_MAX || (kind == FAULT_FAIL && value > MAX_ERRNO) ||
	    (!value && kind != FAULT_OFF && kind != FAULT_MEM))
		return -EINVAL;
	return point_arm(name, kind, value, times);
}

static ssize_t points_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	char *line;
	int err;

	if (count > LINE_MAX)
		return -E2BIG;
	line = memdup_user_nul(buf, count);
	if (IS_ERR(line))
		return PTR_ERR(line);
	err = line_obey(line);
	kfree(line);
	return err ?: count;
}

static int points_show(struct seq_file *seq, void *unused)
{
	struct fault_point *point;

	spin_lock_irq(&points_lock);
	for (point = points; point < points + points_used; point++)
		seq_printf(seq, "%s %s %u hits %u waiting %u\n", point->name,
			   kind_names[point->kind], point->value, point->hits, point->waiting);
	spin_unlock_irq(&points_lock);
	return 0;
}

static int points_open(struct inode *inode, struct file *file)
{
	return single_open(file, points_show, NULL);
}

static const struct file_operations points_fops = {
	.owner = THIS_MODULE,
	.open = points_open,
	.read = seq_read,
	.write = points_write,
	.llseek = seq_lseek,
	.release = single_release,
};

void dom0_fault_points_debugfs(struct dentry *dir)
{
	debugfs_create_file("fault_points", 0600, dir, NULL, &points_fops);
}
