/* SPDX-License-Identifier: GPL-2.0 */
/* Performance states of a processor. */
#ifndef _PM_PSTATES_H
#define _PM_PSTATES_H

struct pm_processor;

/* Read the states, hand them to the hypervisor, and note the result in @processor. */
void pm_pstates_upload(struct pm_processor *processor);

/*
 * Hand over the limit only, which firmware changes when a battery runs low or a machine gets hot.
 */
int pm_limit_upload(struct pm_processor *processor);

#endif
