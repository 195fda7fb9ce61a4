// SPDX-License-Identifier: GPL-2.0
/* The definition of the module's tracepoints, which needs the structs of blkback.h. */
#include "blkback.h"

#define CREATE_TRACE_POINTS
#include <trace/events/dom0_blkback.h>
