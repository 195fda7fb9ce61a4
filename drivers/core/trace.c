// SPDX-License-Identifier: GPL-2.0
/* The definition of the module's tracepoints. */
#define CREATE_TRACE_POINTS
#include <trace/events/dom0_core.h>
