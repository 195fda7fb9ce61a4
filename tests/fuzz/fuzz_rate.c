// SPDX-License-Identifier: GPL-2.0
/* Any text as a limit; and under any limit no more passes than was allowed, and waiting helps. */
#include <linux/kernel.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/netback/rate.c"

static void expect(bool what)
{
	if (!what)
		abort();
}

/* The allowance since the start, with the bucket that was full then, and the last packet's debt. */
static void check_sum(const struct vif_rate *rate, u64 since_ns, unsigned __int128 passed)
{
	unsigned __int128 allowed = (unsigned __int128)rate->bytes * since_ns / rate->period_ns;

	expect(passed <= allowed + rate->burst + PACKET_MAX);
	expect(rate->credit <= rate->burst);
	expect(rate->credit >= -(s64)PACKET_MAX);
}

static void take_packets(struct vif_rate *rate, u64 now, const uint8_t *data, size_t size)
{
	unsigned __int128 passed = 0;
	u64 begun = now, wait;
	u32 len, pause;

	for (; size >= 7; data += 7, size -= 7) {
		memcpy(&pause, data, sizeof(pause));
		len = data[4] | data[5] << 8;
		/* From nanoseconds to hours. */
		now += (u64)pause << data[6] % 16;
		wait = vif_rate_take(rate, now, len);
		if (!rate->bytes) {
			expect(!wait);
			continue;
		}
		if (wait) {
			now += wait;
			expect(!vif_rate_take(rate, now, len));
		}
		passed += len;
		check_sum(rate, now - begun, passed);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	u64 bytes = 0, usec = 0, now = 0;
	struct vif_rate rate;
	char text[48] = "";
	size_t len;

	if (!size)
		return 0;
	len = min_t(size_t, data[0] % sizeof(text), size - 1);
	memcpy(text, data + 1, len);
	data += 1 + len;
	size -= 1 + len;
	if (vif_rate_parse(text, &bytes, &usec)) {
		expect(!bytes && !usec);
		return 0;
	}
	expect(bytes <= BYTES_MAX && usec <= USEC_MAX);
	if (size < 4)
		return 0;
	memcpy(&now, data, 4);
	vif_rate_set(&rate, bytes, usec, now);
	take_packets(&rate, now, data + 4, size - 4);
	return 0;
}
