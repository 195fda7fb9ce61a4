/* SPDX-License-Identifier: GPL-2.0 */
/* The sysfs files of the kernel's own balloon. No effect with CONFIG_XEN_BALLOON. */
#ifndef _DOM0_BALLOON_XEN_MEMORY_H
#define _DOM0_BALLOON_XEN_MEMORY_H

int balloon_xen_memory_init(void);
void balloon_xen_memory_exit(void);

#endif
