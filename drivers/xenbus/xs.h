/* SPDX-License-Identifier: GPL-2.0 */
/* Access to a device's nodes for dom0-xenbus itself; dom0/xs.h has the functions for drivers. */
#ifndef _DOM0_XENBUS_XS_H
#define _DOM0_XENBUS_XS_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/io/xenbus.h>

struct dom0_backend_core;

int dom0_xs_read_state(const char *dir, enum xenbus_state *state);
int dom0_xs_read_frontend(const char *dir, int *domid, const char **frontend);
int dom0_xs_find(const char *dir);
bool dom0_xs_is_gone(const char *dir);
bool dom0_xs_domain_is_gone(domid_t domid);
int dom0_xs_write_state(struct dom0_backend_core *core, enum xenbus_state from,
			enum xenbus_state to, bool holds, enum xenbus_state *found);
int dom0_xs_answer_closing(struct dom0_backend_core *core);

#endif
