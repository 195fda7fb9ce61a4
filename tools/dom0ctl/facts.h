/* SPDX-License-Identifier: GPL-2.0 */
/* What xenstore, sysfs and /dev say of a device, for the doctor. */
#ifndef _DOM0CTL_FACTS_H
#define _DOM0CTL_FACTS_H

#include "device.h"
#include "doctor.h"

/* Of a device whose kind is known. */
void facts_gather(struct facts *facts, const struct device *dev, struct xenstore *xs);

#endif
