// SPDX-License-Identifier: GPL-2.0
#include "blkback.h"

#define CREATE_TRACE_POINTS
#include <trace/events/dom0_blkback.h>
