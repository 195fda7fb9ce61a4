/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Token bucket for the "rate" key of a vif. Pure; the owner serialises.
 */
#ifndef _VIF_RATE_H
#define _VIF_RATE_H

#include <linux/types.h>

/**
 * struct vif_rate - bytes that may pass
 * @bytes: allowance of one period; 0 for no limit
 * @period_ns: length of a period, not 0
 * @burst: the most that @credit can be
 * @credit: bytes that may pass now; negative after a packet that was larger than what was left
 * @last_ns: when @credit was last brought up to date
 */
struct vif_rate {
	u64 bytes;
	u64 period_ns;
	s64 burst;
	s64 credit;
	u64 last_ns;
};

int vif_rate_parse(const char *text, u64 *bytes, u64 *usec);
void vif_rate_set(struct vif_rate *rate, u64 bytes, u64 usec, u64 now_ns);
u64 vif_rate_take(struct vif_rate *rate, u64 now_ns, u32 len);

#endif
