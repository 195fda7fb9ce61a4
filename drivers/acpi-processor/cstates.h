/* SPDX-License-Identifier: GPL-2.0 */
/* Idle states of a processor. */
#ifndef _PM_CSTATES_H
#define _PM_CSTATES_H

struct pm_processor;

/* Read the states, hand them to the hypervisor, and note the result in @processor. */
void pm_cstates_upload(struct pm_processor *processor);

#endif
