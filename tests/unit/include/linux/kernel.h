/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What pure driver code may use of the kernel, for user space: plain language helpers, no service.
 * The Makefile lets the other <linux/...> names of the list in user.mk resolve to this one file.
 */
#ifndef _TESTS_LINUX_KERNEL_H
#define _TESTS_LINUX_KERNEL_H

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <linux/limits.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Defined in kernel headers only, but strict parsers return it. */
#ifndef ENOTSUPP
#define ENOTSUPP 524
#endif

/* Annotations */
#define noinline __attribute__((noinline))
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define __maybe_unused __attribute__((unused))
#define __nonstring __attribute__((nonstring))
#define __must_check __attribute__((warn_unused_result))
#define __packed __attribute__((packed))
#define __aligned(n) __attribute__((aligned(n)))
#define __printf(a, b) __attribute__((format(printf, a, b)))
#define __init
#define __exit
#define __read_mostly
#define fallthrough __attribute__((fallthrough))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define EXPORT_SYMBOL_GPL(x) extern typeof(x) x
#define MODULE_LICENSE(x) _Static_assert(1, x)

/*
 * Memory order: most tests are one thread, but the compiler must not merge two reads of a ring
 * into one. interleave.h lets another actor go on before each access.
 */
#ifndef UNIT_ACCESS
#define UNIT_ACCESS() ((void)0)
#endif
#define READ_ONCE(x) ({ UNIT_ACCESS(); *(const volatile typeof(x) *)&(x); })
#define WRITE_ONCE(x, v) ({ UNIT_ACCESS(); *(volatile typeof(x) *)&(x) = (v); })
#define barrier() __asm__ __volatile__("" ::: "memory")
#define mb() __sync_synchronize()
#define rmb() mb()
#define wmb() mb()
#define virt_mb() mb()
#define virt_rmb() mb()
#define virt_wmb() mb()
#define smp_mb() mb()
#define smp_rmb() mb()
#define smp_wmb() mb()
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define virt_store_mb(var, value) do { WRITE_ONCE(var, value); mb(); } while (0)

/* As in the kernel, the message may be left out. */
#undef static_assert
#define static_assert(expr, ...) _Static_assert(expr, #expr)

/* Bugs: a warning or crash of the kernel ends the test. */
#define BUG() abort()
#define BUG_ON(x) assert(!(x))
#define WARN_ON(x) ({ int __bad = !!(x); assert(!__bad); __bad; })
#define WARN_ON_ONCE(x) WARN_ON(x)
#define BUILD_BUG_ON(x) _Static_assert(!(x), #x)
#define BUILD_BUG_ON_MSG(x, msg) _Static_assert(!(x), msg)

/* Arithmetic */
#define min(a, b) ({ typeof(a) __a = (a); typeof(b) __b = (b); __a < __b ? __a : __b; })
#define max(a, b) ({ typeof(a) __a = (a); typeof(b) __b = (b); __a > __b ? __a : __b; })
#define min_t(t, a, b) min((t)(a), (t)(b))
#define max_t(t, a, b) max((t)(a), (t)(b))
#define min3(a, b, c) min(min(a, b), c)
#define max3(a, b, c) max(max(a, b), c)
#define min_not_zero(a, b) (!(a) ? (b) : !(b) ? (a) : min(a, b))
#define clamp(v, lo, hi) min(max(v, lo), hi)
#define clamp_t(t, v, lo, hi) min_t(t, max_t(t, v, lo), hi)
#define swap(a, b) do { typeof(a) __t = (a); (a) = (b); (b) = __t; } while (0)
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define round_up(x, y) ((((x) - 1) | ((typeof(x))(y) - 1)) + 1)
#define round_down(x, y) ((x) & ~((typeof(x))(y) - 1))
#define roundup(x, y) (DIV_ROUND_UP(x, y) * (y))
#define rounddown(x, y) ((x) - (x) % (y))
#define ALIGN(x, a) round_up(x, a)
#define IS_ALIGNED(x, a) (!((x) & ((typeof(x))(a) - 1)))
#define abs_diff(a, b) \
	({ typeof(a) __a = (a); typeof(b) __b = (b); __a > __b ? __a - __b : __b - __a; })
#define div_u64(n, d) ((u64)(n) / (u32)(d))
#define div64_u64(n, d) ((u64)(n) / (u64)(d))
#define mul_u64_u32_div(a, b, c) ((u64)((__uint128_t)(a) * (b) / (c)))
#define mul_u64_u64_div_u64(a, b, c) ((u64)((__uint128_t)(a) * (b) / (c)))
#define check_add_overflow(a, b, d) __builtin_add_overflow(a, b, d)
#define check_sub_overflow(a, b, d) __builtin_sub_overflow(a, b, d)
#define check_mul_overflow(a, b, d) __builtin_mul_overflow(a, b, d)
#define upper_32_bits(n) ((u32)((u64)(n) >> 32))
#define lower_32_bits(n) ((u32)(n))

/* Bits */
#define BITS_PER_LONG __WORDSIZE
#define BITS_PER_BYTE CHAR_BIT
#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define GENMASK(h, l) ((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define is_power_of_2(n) ((n) != 0 && ((n) & ((n) - 1)) == 0)
#define ilog2(n) ((int)(sizeof(unsigned long long) * 8 - 1 - __builtin_clzll(n)))
#define fls(n) ((n) ? 32 - __builtin_clz(n) : 0)
#define fls64(n) ((n) ? 64 - __builtin_clzll(n) : 0)
#define __fls(n) ((unsigned long)(BITS_PER_LONG - 1 - __builtin_clzl(n)))
#define __ffs(n) ((unsigned long)__builtin_ctzl(n))
#define hweight32(n) ((unsigned int)__builtin_popcount(n))
#define roundup_pow_of_two(n) ((n) <= 1 ? 1UL : 1UL << fls64((n) - 1))
#define rounddown_pow_of_two(n) (1UL << ilog2(n))
#define BITS_TO_LONGS(n) DIV_ROUND_UP(n, BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

/* Pages and sectors */
#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)
#define XEN_PAGE_SHIFT 12
#define XEN_PAGE_SIZE (1UL << XEN_PAGE_SHIFT)
#define SECTOR_SHIFT 9
#define SECTOR_SIZE (1 << SECTOR_SHIFT)
#define SZ_1K 0x400
#define SZ_4K 0x1000
#define SZ_64K 0x10000
#define SZ_1M 0x100000
#define SZ_1G 0x40000000

/* Time */
#define time_after_eq(a, b) ((long)((unsigned long)(a) - (unsigned long)(b)) >= 0)
#define NSEC_PER_SEC 1000000000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_USEC 1000L
#define USEC_PER_SEC 1000000L
#define MSEC_PER_SEC 1000L
#define USEC_PER_MSEC 1000L

/* Structures */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, member) ((type *)((char *)(p) - offsetof(type, member)))
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define offsetofend(type, member) (offsetof(type, member) + sizeof_field(type, member))
#define struct_size(p, member, n) (sizeof(*(p)) + sizeof(*(p)->member) * (n))
#define array_index_nospec(i, n) ((i) < (n) ? (i) : 0)

/* Pointers that hold errors */
#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) ((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)
#define IS_ERR(p) IS_ERR_VALUE(p)
#define PTR_ERR(p) ((long)(p))
#define ERR_PTR(e) ((void *)(long)(e))

/* Byte order: both supported hosts are little-endian. */
#define cpu_to_le16(x) ((__le16)(x))
#define cpu_to_le32(x) ((__le32)(x))
#define cpu_to_le64(x) ((__le64)(x))
#define le16_to_cpu(x) ((u16)(x))
#define le32_to_cpu(x) ((u32)(x))
#define le64_to_cpu(x) ((u64)(x))
#define cpu_to_be16(x) ((__be16)__builtin_bswap16(x))
#define cpu_to_be32(x) ((__be32)__builtin_bswap32(x))
#define be16_to_cpu(x) __builtin_bswap16((u16)(x))
#define be32_to_cpu(x) __builtin_bswap32((u32)(x))

#define get_unaligned(p) ({ typeof(*(p)) __v; memcpy(&__v, p, sizeof(__v)); __v; })
#define get_unaligned_be16(p) be16_to_cpu(get_unaligned((const u16 *)(p)))
#define get_unaligned_be32(p) be32_to_cpu(get_unaligned((const u32 *)(p)))

/* Memory and text */
#define GFP_KERNEL 0U
#define GFP_ATOMIC 0U
#define GFP_KERNEL_ACCOUNT 0U
#define __GFP_NOWARN 0U
#define __GFP_RETRY_MAYFAIL 0U
#define kmalloc(n, flags) malloc(n)
#define kzalloc(n, flags) calloc(1, n)
#define kcalloc(n, size, flags) calloc(n, size)
#define kmalloc_array(n, size, flags) reallocarray(NULL, n, size)
#define kvmalloc_array(n, size, flags) reallocarray(NULL, n, size)
#define kvcalloc(n, size, flags) calloc(n, size)
#define kfree(p) free((void *)(p))
#define kvfree(p) free(p)
#define scnprintf(buf, size, ...) \
	({ int __n = snprintf(buf, size, __VA_ARGS__); \
	   (size_t)__n < (size_t)(size) ? __n : (int)(size) - 1; })

static inline ssize_t strscpy(char *to, const char *from, size_t size)
{
	size_t n = strnlen(from, size);

	if (!size)
		return -E2BIG;
	if (n == size)
		n--;
	memcpy(to, from, n);
	to[n] = '\0';
	return from[n] ? -E2BIG : (ssize_t)n;
}

/*
 * The kernel's strict number parser: an optional "+", at least one digit, one trailing newline,
 * nothing else.
 */
static inline int kstrtoull(const char *s, unsigned int base, unsigned long long *out)
{
	unsigned long long value;
	char *end;

	if (*s == '+')
		s++;
	if (!isxdigit((unsigned char)*s))
		return -EINVAL;
	errno = 0;
	value = strtoull(s, &end, (int)base);
	if (end == s)
		return -EINVAL;
	if (*end == '\n')
		end++;
	if (*end)
		return -EINVAL;
	if (errno)
		return -ERANGE;
	*out = value;
	return 0;
}

static inline int kstrtouint(const char *s, unsigned int base, unsigned int *out)
{
	unsigned long long value;
	int err = kstrtoull(s, base, &value);

	if (err)
		return err;
	if (value > UINT_MAX)
		return -ERANGE;
	*out = (unsigned int)value;
	return 0;
}

#define kstrtou32(s, base, out) kstrtouint(s, base, out)
#define kstrtou64(s, base, out) kstrtoull(s, base, out)

#endif
