/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/xen/hypercall: memory for the arguments of hypercalls. */
#ifndef _DOM0_PRIVCMD_BUFFER_H
#define _DOM0_PRIVCMD_BUFFER_H

struct miscdevice;

extern struct miscdevice privcmd_buffer_device;

#endif
