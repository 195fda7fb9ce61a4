// SPDX-License-Identifier: GPL-2.0
/* The search of the ACPI namespace for processors. Two kinds of object stand for a processor. */
#include "processor.h"

#include <dom0/hypercall.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <xen/interface/platform.h>

#define PROCESSOR_DEVICE_HID	"ACPI0007"

/* The two ports that matter here are at offsets 4 and 5 of the block. */
#define POWER_BLOCK_BYTES	6

/* No computer has more. The bound is checked since the hypervisor's answer sizes an allocation. */
#define PROCESSORS_MAX	4096

/* ACPI ids of the processors that the hypervisor has, at the time of one search. */
struct pm_present {
	u32 *ids;
	u32 nr;
};

/* Protects pm_processors. Held while the namespace is read and states are handed over. */
DEFINE_MUTEX(pm_lock);
LIST_HEAD(pm_processors);

const union acpi_object *pm_evaluate(acpi_handle handle, const char *method,
				     struct acpi_buffer *buffer)
{
	*buffer = (struct acpi_buffer) { .length = ACPI_ALLOCATE_BUFFER };
	if (ACPI_FAILURE(acpi_evaluate_object(handle, (char *)method, NULL, buffer))) {
		kfree(buffer->pointer);
		buffer->pointer = NULL;
	}
	return buffer->pointer;
}

int pm_upload(const struct xenpf_set_processor_pminfo *info)
{
	struct xen_platform_op op = {
		.cmd = XENPF_set_processor_pminfo,
		.interface_version = XENPF_INTERFACE_VERSION,
		.u.set_pminfo = *info,
	};

	return dom0_hypercall(__HYPERVISOR_platform_op, (unsigned long)&op, 0, 0, 0, 0);
}

void pm_complain(const struct pm_processor *processor, const char *what, int result)
{
	if (result < 0 && result != -ENOSYS)
		pr_warn_ratelimited("processor %u: %s: error %d\n", processor->acpi_id, what,
				    -result);
}

static int ask_processor(struct xenpf_pcpuinfo *info, u32 number)
{
	struct xen_platform_op op = {
		.cmd = XENPF_get_cpuinfo,
		.interface_version = XENPF_INTERFACE_VERSION,
		.u.pcpu_info.xen_cpuid = number,
	};
	int err = dom0_hypercall(__HYPERVISOR_platform_op, (unsigned long)&op, 0, 0, 0, 0);

	*info = op.u.pcpu_info;
	return err;
}

/*
 * Read which processors the hypervisor has: firmware describes more. A hypercall returns only one.
 */
static int read_present(struct pm_present *present)
{
	struct xenpf_pcpuinfo info;
	u32 last, number;
	int err = ask_processor(&info, 0);

	if (err)
		return err;
	last = info.max_present;
	if (last >= PROCESSORS_MAX)
		return -ERANGE;
	present->ids = kvcalloc(last + 1, sizeof(*present->ids), GFP_KERNEL);
	if (!present->ids)
		return -ENOMEM;
	for (number = 0; number <= last; number++)
		if (!ask_processor(&info, number) && !(info.flags & XEN_PCPU_FLAGS_INVALID))
			present->ids[present->nr++] = info.acpi_id;
	return 0;
}

static bool is_among(const struct pm_present *present, u32 acpi_id)
{
	u32 i;

	for (i = 0; i < present->nr; i++)
		if (present->ids[i] == acpi_id)
			return true;
	return false;
}

static struct pm_processor *find_known(u32 acpi_id)
{
	struct pm_processor *processor;

	list_for_each_entry(processor, &pm_processors, entry)
		if (processor->acpi_id == acpi_id)
			return processor;
	return NULL;
}

static bool has_states(const struct pm_processor *processor)
{
	return processor->block || acpi_has_method(processor->handle, "_CST") ||
	       acpi_has_method(processor->handle, "_PCT");
}

/* Some firmware has both kinds of object for a processor: use the one that describes states. */
static void merge_processor(struct pm_processor *known, const struct pm_processor *other)
{
	if (known->notified || has_states(known) || !has_states(other))
		return;
	known->handle = other->handle;
	known->block = other->block;
}

/* Return whether the processor is present: firmware also describes empty sockets. */
static bool is_present(acpi_handle handle)
{
	unsigned long long status;

	if (ACPI_FAILURE(acpi_evaluate_integer(handle, "_STA", NULL, &status)))
		return true;
	return status & ACPI_STA_DEVICE_PRESENT;
}

static bool read_identity(struct pm_processor *processor)
{
	struct acpi_buffer buffer;
	const union acpi_object *object;
	unsigned long long uid;
	acpi_object_type type;

	if (ACPI_FAILURE(acpi_get_type(processor->handle, &type)))
		return false;
	if (type == ACPI_TYPE_DEVICE) {
		if (ACPI_FAILURE(acpi_evaluate_integer(processor->handle, METHOD_NAME__UID, NULL,
						       &uid)))
			return false;
		processor->acpi_id = uid;
		return uid <= U32_MAX;
	}
	object = pm_evaluate(processor->handle, NULL, &buffer);
	if (!object || object->type != ACPI_TYPE_PROCESSOR) {
		kfree(buffer.pointer);
		return false;
	}
	processor->acpi_id = object->processor.proc_id;
	if (object->processor.pblk_length >= POWER_BLOCK_BYTES)
		processor->block = object->processor.pblk_address;
	kfree(buffer.pointer);
	return true;
}

static acpi_status add_processor(acpi_handle handle, u32 level, void *context, void **unused)
{
	struct pm_processor *processor, *known;

	if (!is_present(handle))
		return AE_OK;
	processor = kzalloc(sizeof(*processor), GFP_KERNEL);
	if (!processor)
		return AE_NO_MEMORY;
	processor->handle = handle;
	if (!read_identity(processor))
		goto free_processor;
	known = find_known(processor->acpi_id);
	if (known)
		merge_processor(known, processor);
	if (known || !is_among(context, processor->acpi_id))
		goto free_processor;
	list_add_tail(&processor->entry, &pm_processors);
	return AE_OK;

free_processor:
	kfree(processor);
	return AE_OK;
}

static int search_namespace(struct pm_present *present)
{
	acpi_status status = acpi_walk_namespace(ACPI_TYPE_PROCESSOR, ACPI_ROOT_OBJECT,
						 ACPI_UINT32_MAX, add_processor, NULL, present,
						 NULL);

	if (ACPI_SUCCESS(status))
		status = acpi_get_devices(PROCESSOR_DEVICE_HID, add_processor, present, NULL);
	if (ACPI_FAILURE(status))
		return status == AE_NO_MEMORY ? -ENOMEM : -EIO;
	return list_empty(&pm_processors) ? -ENODEV : 0;
}

int pm_processors_find(void)
{
	struct pm_present present = {};
	int err;

	lockdep_assert_held(&pm_lock);
	err = read_present(&present) ?: search_namespace(&present);
	kvfree(present.ids);
	return err;
}

void pm_processors_free(void)
{
	struct pm_processor *processor, *next;

	list_for_each_entry_safe(processor, next, &pm_processors, entry) {
		list_del(&processor->entry);
		kfree(processor);
	}
}
