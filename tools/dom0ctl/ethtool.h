/* SPDX-License-Identifier: GPL-2.0 */
/* The counters that a network driver has for `ethtool -S`. */
#ifndef _DOM0CTL_ETHTOOL_H
#define _DOM0CTL_ETHTOOL_H

#include "counters.h"

/* Add the driver's sums. Skip counters of single queues, and names that exist already. */
void ethtool_count(const char *interface, struct counters *counters);

#endif
