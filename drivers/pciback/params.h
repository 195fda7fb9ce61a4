/* SPDX-License-Identifier: GPL-2.0 */
/* The parameters of the module, and the queue on which it works. */
#ifndef _PCIBACK_PARAMS_H
#define _PCIBACK_PARAMS_H

#include <linux/types.h>

struct workqueue_struct;

extern struct workqueue_struct *pciback_queue;
extern bool pciback_passthrough;
extern bool pciback_permissive;

#endif
