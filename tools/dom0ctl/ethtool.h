/* SPDX-License-Identifier: GPL-2.0 */
/* What a network driver counts for `ethtool -S`. */
#ifndef _DOM0CTL_ETHTOOL_H
#define _DOM0CTL_ETHTOOL_H

#include "counters.h"

/* Add the driver's sums; not what it says of each queue, nor a name that is there already. */
void ethtool_count(const char *interface, struct counters *counters);

#endif
