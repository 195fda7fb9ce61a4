// SPDX-License-Identifier: GPL-2.0
/* The definition of the module's tracepoints, which needs a request's structs. */
#include "request.h"
#include "ring.h"
#include "vbd.h"

#define CREATE_TRACE_POINTS
#include <trace/events/dom0_blkback.h>
