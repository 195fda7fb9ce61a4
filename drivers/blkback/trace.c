// SPDX-License-Identifier: GPL-2.0
/* Define the module's tracepoints, which use the structs below. */
#include "request.h"
#include "ring.h"
#include "vbd.h"

#define CREATE_TRACE_POINTS
#include <trace/events/dom0_blkback.h>
