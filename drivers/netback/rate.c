// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>

#include "rate.h"

/* Keeps bytes * nanoseconds and the sums with credit far from 64 bits. */
#define BYTES_MAX	BIT_ULL(40)
#define USEC_MAX	(3600ULL * USEC_PER_SEC)
#define PACKET_MAX	65536

/*
 * The timer of a queue that waits for credit fires late, by milliseconds when Dom0 is busy. The
 * credit that accrues meanwhile is not lost, however short the period is.
 */
#define BURST_MIN_NS	(10 * NSEC_PER_MSEC)

/* Decimal digits up to the character that ends them. */
static const char *parse_number(const char *text, char end, u64 max, u64 *val)
{
	u64 sum = 0;

	if (*text == end)
		return NULL;
	for (; *text != end; text++) {
		if (*text < '0' || *text > '9')
			return NULL;
		sum = sum * 10 + (*text - '0');
		if (sum > max)
			return NULL;
	}
	*val = sum;
	return text + 1;
}

/**
 * vif_rate_parse() - read "bytes,microseconds"
 * @text: the value of the key
 * @bytes: allowance of one period, 0 for no limit
 * @usec: length of a period, 1 microsecond to an hour; or 0 for no limit
 *
 * Return: 0 or -EINVAL, then nothing was stored.
 */
int vif_rate_parse(const char *text, u64 *bytes, u64 *usec)
{
	u64 b, u;

	text = parse_number(text, ',', BYTES_MAX, &b);
	if (!text || !parse_number(text, '\0', USEC_MAX, &u))
		return -EINVAL;
	*bytes = b;
	*usec = u;
	return 0;
}

/**
 * vif_rate_set() - set or lift the limit
 * @rate: the bucket, full afterwards
 * @bytes: as from vif_rate_parse()
 * @usec: as from vif_rate_parse()
 * @now_ns: the time
 */
void vif_rate_set(struct vif_rate *rate, u64 bytes, u64 usec, u64 now_ns)
{
	rate->bytes = usec ? bytes : 0;
	rate->period_ns = usec * NSEC_PER_USEC;
	rate->burst = rate->bytes;
	if (rate->bytes && rate->period_ns < BURST_MIN_NS)
		rate->burst = mul_u64_u64_div_u64(bytes, BURST_MIN_NS, rate->period_ns);
	rate->credit = rate->burst;
	rate->last_ns = now_ns;
}

/*
 * The bucket holds one period's allowance, or that of 10 ms if that is more. A debt is less than
 * the largest packet.
 */
static void refill(struct vif_rate *rate, u64 now_ns)
{
	u64 elapsed = now_ns - rate->last_ns;
	u64 gain;

	if (div64_u64(elapsed, rate->period_ns) > PACKET_MAX) {
		rate->credit = rate->burst;
		rate->last_ns = now_ns;
		return;
	}
	gain = mul_u64_u64_div_u64(elapsed, rate->bytes, rate->period_ns);
	rate->credit = min_t(s64, rate->credit + (s64)gain, rate->burst);
	/* What was too short for a whole byte counts the next time. */
	rate->last_ns += mul_u64_u64_div_u64(gain, rate->period_ns, rate->bytes);
}

/**
 * vif_rate_take() - ask to let a packet pass
 * @rate: the bucket
 * @now_ns: the time, never less than in the call before
 * @len: bytes of the packet, at most 65536
 *
 * A packet passes whenever there is any credit, so that no packet is too large to ever pass; what
 * it takes too much is paid back before the next.
 *
 * Return: 0 if it may pass, else the nanoseconds after which to ask again.
 */
u64 vif_rate_take(struct vif_rate *rate, u64 now_ns, u32 len)
{
	if (!rate->bytes)
		return 0;
	refill(rate, now_ns);
	if (rate->credit <= 0)
		return mul_u64_u64_div_u64(1 - rate->credit, rate->period_ns, rate->bytes) + 1;
	rate->credit -= len;
	return 0;
}
