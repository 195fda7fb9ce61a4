/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's integer types in user space; the system's own header supplies __u32, __le16 and
 * the like.
 */
#ifndef _TESTS_LINUX_TYPES_H
#define _TESTS_LINUX_TYPES_H

#include_next <linux/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef unsigned long long u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef long long s64;
typedef unsigned int gfp_t;
typedef struct {
	int counter;
} atomic_t;

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#ifndef __bitwise
#define __bitwise
#endif
#define __force
#define __iomem
#define __user
#define __percpu
#define __rcu
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)

#endif
