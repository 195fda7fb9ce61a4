/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of the kernel that files of drivers/blkback need, for more than one test. Include this
 * before them. A test moves the clocks itself.
 */
#ifndef _TESTS_BLK_KERNEL_H
#define _TESTS_BLK_KERNEL_H

#include <linux/list.h>
#include <linux/types.h>

typedef s64 ktime_t;
typedef struct {
	long counter;
} atomic_long_t;
typedef struct {
	int unused;
} spinlock_t;
typedef struct {
	int unused;
} wait_queue_head_t;
typedef unsigned int blk_opf_t;

struct device;

struct mutex {
	int unused;
};

struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

struct timer_list {
	unsigned long expires;	/* 0 while it is not pending */
};

enum hrtimer_restart { HRTIMER_NORESTART };
struct hrtimer {
	ktime_t at;	/* 0 while it does not run */
	enum hrtimer_restart (*function)(struct hrtimer *timer);
};

struct tasklet_struct {
	int unused;
};

struct page {
	struct list_head lru;
	u8 bytes[4096];
};

struct bio_vec {
	struct page *bv_page;
	unsigned int bv_len, bv_offset;
};

struct bio {
	blk_opf_t bi_opf;
	unsigned short bi_vcnt, bi_max_vecs;
	struct {
		u64 bi_sector;
		unsigned int bi_size;
	} bi_iter;
};

static unsigned long __maybe_unused jiffies = 1000;
static u64 __maybe_unused now_ns = 1;

#define HZ 250
#define NUMA_NO_NODE (-1)
#define ____cacheline_aligned_in_smp
#define time_before(a, b) (!time_after_eq(a, b))
#define ktime_get_ns() now_ns
#define init_waitqueue_head(queue) ((void)(queue))
#define wake_up(queue) ((void)(queue))
#define page_private(page) 0UL
#define lockdep_assert_held(lock) ((void)(lock))
#define set_bit(nr, bits) ((void)(*(bits) |= BIT(nr)))

/* A function that the files name, and that no test of them calls. */
#define NOT_HERE(type, name, ...) type name(__VA_ARGS__) { fail(); abort(); }

#endif
