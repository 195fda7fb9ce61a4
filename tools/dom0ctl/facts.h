/* SPDX-License-Identifier: GPL-2.0 */
/* Facts about a device from xenstore, sysfs and /dev, for the doctor. */
#ifndef _DOM0CTL_FACTS_H
#define _DOM0CTL_FACTS_H

#include "device.h"
#include "doctor.h"

/* Gather the facts about a device, whose kind must be known. */
void facts_gather(struct facts *facts, const struct device *dev, struct xenstore *xs);

#endif
