// SPDX-License-Identifier: GPL-2.0
/*
 * Under any limit no more passes than is allowed, requests pass in order, and no number overflows.
 */
#include <linux/kernel.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/core/bucket.c"

/* In nanoseconds since boot, more than a century: only a sum of many waits gets there. */
#define CLOCK_MAX	BIT_ULL(62)

typedef unsigned __int128 wide;

static void expect(bool what)
{
	if (!what)
		abort();
}

/*
 * Check that no more has passed than the bucket held and has got since. A request that was larger
 * than the bucket may pass as well.
 */
static void check_sum(const struct dom0_bucket *bucket, u64 since_ns, wide passed, u32 largest)
{
	wide most = max_t(u64, bucket->burst, largest + (bucket->burst - bucket->enough));

	expect(passed <= (wide)bucket->rate.amount * since_ns / bucket->period_ns + most);
	expect(bucket->credit <= bucket->burst);
	expect(bucket->credit >= -DEBT_MAX);
}

static void take_things(struct dom0_bucket *bucket, u64 now, const uint8_t *data, size_t size)
{
	u64 begun = now, wait, last = 0;
	u32 n, pause, largest = 0;
	wide passed = 0;

	for (; size >= 9; data += 9, size -= 9) {
		memcpy(&pause, data, sizeof(pause));
		memcpy(&n, data + 4, sizeof(n));
		/* From nanoseconds to hours. */
		now += (u64)pause << data[8] % 16;
		largest = max(largest, n);
		passed += n;
		wait = dom0_bucket_take(bucket, now, n);
		if (!dom0_bucket_limits(bucket)) {
			expect(!wait);
			continue;
		}
		expect(wait <= WAIT_MAX);
		/* No clock of the kernel exceeds this value. */
		if (wait > WAIT_MAX / 2 || now > CLOCK_MAX)
			return;
		expect(now + wait >= last);
		last = now + wait;
		check_sum(bucket, last - begun, passed, largest);
		if (data[8] & 16)
			now = last;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dom0_bucket bucket = {}, before;
	struct dom0_rate rate;
	u32 now;

	if (size < sizeof(rate) + sizeof(now))
		return 0;
	memcpy(&rate, data, sizeof(rate));
	memcpy(&now, data + sizeof(rate), sizeof(now));
	/* Bits above those of the largest rate are rarely set by chance. */
	if (data[0] & 1) {
		rate.amount %= DOM0_RATE_MAX + 1;
		rate.period_us %= DOM0_RATE_PERIOD_MAX + 1;
		rate.burst %= DOM0_RATE_MAX + 1;
	}
	before = bucket;
	if (dom0_bucket_set(&bucket, &rate, now) < 0) {
		expect(!memcmp(&bucket, &before, sizeof(bucket)));
		return 0;
	}
	expect(rate.amount <= DOM0_RATE_MAX);
	take_things(&bucket, now, data + sizeof(rate) + sizeof(now),
		    size - sizeof(rate) - sizeof(now));
	return 0;
}
