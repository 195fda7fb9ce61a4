// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor runs the processors, but only Dom0 can read what firmware says about their idle
 * and performance states. This module reads it for each processor, hands it to the hypervisor, and
 * hands over changes when firmware notifies of them.
 */
#include "cstates.h"
#include "processor.h"
#include "pstates.h"

#include <acpi/processor.h>
#include <dom0/debugfs.h>
#include <dom0/platform.h>
#include <linux/debugfs.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/suspend.h>

/* ACPI notifications of a processor object. */
#define NOTIFY_LIMIT	0x80
#define NOTIFY_CSTATES	0x81

/* The answers to a notification, for _OST. */
#define OST_DONE	0
#define OST_FAILED	1

static struct dentry *debugfs_dir;

/* True between init and exit; protected by pm_lock. A parameter can be written before and after. */
static bool is_serving;

static void set_serving(bool serving)
{
	mutex_lock(&pm_lock);
	is_serving = serving;
	mutex_unlock(&pm_lock);
}

/* Runs in a work of ACPI. The handler is removed before the processor is freed. */
static void on_notify(acpi_handle handle, u32 event, void *context)
{
	struct pm_processor *processor = context;
	int err = 0;

	mutex_lock(&pm_lock);
	if (event == NOTIFY_LIMIT)
		err = pm_limit_upload(processor);
	else if (event == NOTIFY_CSTATES)
		pm_cstates_upload(processor);
	mutex_unlock(&pm_lock);
	/* Firmware may wait for the answer. */
	if (event == NOTIFY_LIMIT)
		acpi_evaluate_ost(handle, event, err ? OST_FAILED : OST_DONE, NULL);
}

static void notify_install(struct pm_processor *processor)
{
	if (!processor->notified)
		processor->notified = ACPI_SUCCESS(acpi_install_notify_handler(processor->handle,
									       ACPI_DEVICE_NOTIFY,
									       on_notify,
									       processor));
}

/*
 * With @anew, hand over performance states also if the hypervisor has some already. It never frees
 * states that are replaced, so do this only where it has forgotten them.
 */
static void upload_processor(struct pm_processor *processor, bool anew)
{
	/*
	 * Do this first, so that no later change by firmware is missed. The handler waits for
	 * pm_lock.
	 */
	notify_install(processor);
	pm_cstates_upload(processor);
	if (anew || !processor->has_pstates)
		pm_pstates_upload(processor);
	else
		pm_limit_upload(processor);
}

static int upload_all(bool anew)
{
	struct pm_processor *processor;
	unsigned int nr = 0, cstates = 0, pstates = 0;
	int err;

	lockdep_assert_held(&pm_lock);
	err = pm_processors_find();
	if (err) {
		pr_err("cannot read firmware's processors: error %d\n", -err);
		return err;
	}
	list_for_each_entry(processor, &pm_processors, entry) {
		upload_processor(processor, anew);
		nr++;
		cstates += processor->cstates > 0;
		pstates += processor->pstates > 0;
	}
	pr_info("%u processors, %u with idle states and %u with performance states for the hypervisor\n",
		nr, cstates, pstates);
	return 0;
}

/* Do nothing before init, when the parameter is on the command line, and after exit. */
static int upload_again(bool anew)
{
	int err = 0;

	mutex_lock(&pm_lock);
	if (is_serving)
		err = upload_all(anew);
	mutex_unlock(&pm_lock);
	return err;
}

/* In a suspend to memory the hypervisor loses the states. */
static int on_power_event(struct notifier_block *block, unsigned long event, void *unused)
{
	if (event == PM_POST_SUSPEND)
		upload_again(true);
	return NOTIFY_OK;
}

static struct notifier_block power_notifier = {
	.notifier_call = on_power_event,
};

static int upload_set(const char *text, const struct kernel_param *param)
{
	return upload_again(false);
}

static const struct kernel_param_ops upload_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = upload_set,
};
module_param_cb(upload, &upload_ops, NULL, 0200);
MODULE_PARM_DESC(upload, "Write to read firmware again, for processors that were plugged in");

static void show_count(struct seq_file *seq, const char *name, int result)
{
	if (result < 0)
		seq_printf(seq, " %s error %d", name, -result);
	else
		seq_printf(seq, " %s %d", name, result);
}

static int processors_show(struct seq_file *seq, void *unused)
{
	struct pm_processor *processor;

	seq_puts(seq, "version 1\n");
	mutex_lock(&pm_lock);
	list_for_each_entry(processor, &pm_processors, entry) {
		seq_printf(seq, "processor %u", processor->acpi_id);
		show_count(seq, "idle_states", processor->cstates);
		show_count(seq, "performance_states", processor->pstates);
		seq_printf(seq, " limit %u\n", processor->limit);
	}
	mutex_unlock(&pm_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(processors);

static void notify_remove_all(void)
{
	struct pm_processor *processor;

	/*
	 * Do not hold pm_lock: the removal waits for a running handler, which takes it. The list
	 * does not change any more.
	 */
	list_for_each_entry(processor, &pm_processors, entry)
		if (processor->notified)
			acpi_remove_notify_handler(processor->handle, ACPI_DEVICE_NOTIFY,
						   on_notify);
}

static int __init acpi_processor_init(void)
{
	int err;

	if (!dom0_platform()->initial) {
		pr_info("only Dom0 reads the tables of firmware, and this is another domain\n");
		return -ENODEV;
	}
	if (acpi_disabled)
		return -ENODEV;
	mutex_lock(&pm_lock);
	err = upload_all(true);
	is_serving = !err;
	mutex_unlock(&pm_lock);
	if (err)
		goto free_processors;
	err = register_pm_notifier(&power_notifier);
	if (err)
		goto free_processors;
	debugfs_dir = dom0_debugfs_dir("acpi-processor");
	debugfs_create_file("processors", 0444, debugfs_dir, NULL, &processors_fops);
	return 0;

free_processors:
	set_serving(false);
	notify_remove_all();
	pm_processors_free();
	return err;
}
module_init(acpi_processor_init);

static void __exit acpi_processor_exit(void)
{
	debugfs_remove_recursive(debugfs_dir);
	unregister_pm_notifier(&power_notifier);
	set_serving(false);
	notify_remove_all();
	pm_processors_free();
}
module_exit(acpi_processor_exit);

MODULE_DESCRIPTION("Idle and performance states of all processors, for the Xen hypervisor");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
