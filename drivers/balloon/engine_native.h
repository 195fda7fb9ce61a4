/* SPDX-License-Identifier: GPL-2.0 */
/* A parameter of the native engine. */
#ifndef _DOM0_BALLOON_ENGINE_NATIVE_H
#define _DOM0_BALLOON_ENGINE_NATIVE_H

#include <linux/types.h>

/* Zero memory before it is given to the hypervisor. */
extern bool balloon_scrub_pages;

#endif
