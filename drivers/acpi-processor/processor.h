/* SPDX-License-Identifier: GPL-2.0 */
/* The processors that firmware describes, also those on which Dom0 does not run. */
#ifndef _PM_PROCESSOR_H
#define _PM_PROCESSOR_H

#include <linux/acpi.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

/**
 * struct pm_processor - one processor, protected by pm_lock
 * @entry: in pm_processors, in the order in which they were found
 * @handle: its object in the ACPI namespace
 * @acpi_id: ACPI id, by which the hypervisor knows it
 * @block: I/O port of its power registers, or 0
 * @cstates: idle states that the hypervisor has taken, 0 if there are none, or an errno
 * @pstates: the same for performance states
 * @has_pstates: the hypervisor has performance states of it, perhaps from an earlier upload
 * @limit: the fastest performance state that firmware allows at the moment
 * @notified: our notify handler is installed
 */
struct pm_processor {
	struct list_head entry;
	acpi_handle handle;
	u32 acpi_id;
	u32 block;
	int cstates;
	int pstates;
	u32 limit;
	bool has_pstates;
	bool notified;
};

extern struct mutex pm_lock;
extern struct list_head pm_processors;

/* Add the processors that are not known yet: all the first time, later those plugged in since. */
int pm_processors_find(void);
void pm_processors_free(void);

/* Evaluate a method without arguments. Return NULL on failure. The caller frees buffer->pointer. */
const union acpi_object *pm_evaluate(acpi_handle handle, const char *method,
				     struct acpi_buffer *buffer);

struct xenpf_set_processor_pminfo;

/* Hand a set of states to the hypervisor. Return -ENOSYS if it does not manage such states. */
int pm_upload(const struct xenpf_set_processor_pminfo *info);

/* Log an error that an administrator should know of. */
void pm_complain(const struct pm_processor *processor, const char *what, int result);

#endif
