// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/mcelog: machine checks, which the hypervisor handles, for user space to read.
 *
 * The hypervisor keeps reports and raises VIRQ_MCA. A work fetches them one by one, acknowledges
 * each, and appends its records to the log. mcelog(8) polls the device and reads the log.
 */
#include "log.h"
#include "record.h"

#include <dom0/device.h>
#include <dom0/hypercall.h>
#include <dom0/platform.h>
#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include <xen/events.h>

/* Reports that one run of the work fetches from one queue; the hypervisor keeps fewer. */
#define REPORTS_MAX	256

/* No computer has more processors. The bound is checked since the answer sizes an allocation. */
#define CPUS_MAX	4096

/* Buffers of the work. No other context uses them while it may run. */
struct mcelog_fetch {
	struct mc_info report;
	struct xen_mce records[MCELOG_BANKS_MAX];
	struct mcinfo_logical_cpu *cpus;
	unsigned int nr_cpus;
};

static struct mcelog_fetch fetch;
static int mcelog_irq;

static struct mcelog_log mcelog_log;
/* Protects mcelog_log. Never held over an access to user memory, which can take any time. */
static DEFINE_SPINLOCK(log_lock);
/* One reader at a time. Taken before log_lock. */
static DEFINE_MUTEX(read_lock);
static DECLARE_WAIT_QUEUE_HEAD(log_readers);

/* -1 while one process has the device to itself, else how many have it open. */
static atomic_t nr_open = ATOMIC_INIT(0);

static int mca_hypercall(struct xen_mc *call)
{
	call->interface_version = XEN_MCA_INTERFACE_VERSION;
	return dom0_hypercall(__HYPERVISOR_mca, (unsigned long)call, 0, 0, 0, 0);
}

/*
 * Ask for the processors: if @cpus is NULL only for their number, else for at most @nr of them. @nr
 * is set to the number.
 */
static int ask_cpus(struct mcinfo_logical_cpu *cpus, u32 *nr)
{
	struct xen_mc call = { .cmd = XEN_MC_physcpuinfo };
	int err;

	call.u.mc_physcpuinfo.ncpus = *nr;
	set_xen_guest_handle(call.u.mc_physcpuinfo.info, cpus);
	err = mca_hypercall(&call);
	*nr = call.u.mc_physcpuinfo.ncpus;
	return err;
}

/* Read the list of processors, since some may have been added. On an error the old list stays. */
static int fetch_cpus(void)
{
	struct mcinfo_logical_cpu *cpus;
	u32 room = 0, nr;
	int err = ask_cpus(NULL, &room);

	if (err)
		return err;
	if (!room || room > CPUS_MAX)
		return -ERANGE;
	cpus = kvcalloc(room, sizeof(*cpus), GFP_KERNEL);
	if (!cpus)
		return -ENOMEM;
	nr = room;
	err = ask_cpus(cpus, &nr);
	if (err) {
		kvfree(cpus);
		return err;
	}
	kvfree(fetch.cpus);
	fetch.cpus = cpus;
	fetch.nr_cpus = min(nr, room);
	return 0;
}

/*
 * Convert the report. If its processor is not known, read the list again: it may be new. If it is
 * offline already, make records without its details.
 */
static int convert_report(void)
{
	int nr = mcelog_convert(&fetch.report, fetch.cpus, fetch.nr_cpus, fetch.records);

	if (nr == -ENOENT && !fetch_cpus())
		nr = mcelog_convert(&fetch.report, fetch.cpus, fetch.nr_cpus, fetch.records);
	if (nr == -ENOENT)
		nr = mcelog_convert(&fetch.report, NULL, 0, fetch.records);
	return nr;
}

/*
 * Append records to the log, and also write them to the kernel's log, for systems without a reader
 * of the device.
 */
static void log_records(int nr)
{
	time64_t now = ktime_get_real_seconds();
	int i;

	for (i = 0; i < nr; i++) {
		fetch.records[i].time = now;
		pr_err_ratelimited(HW_ERR "processor %d, bank %u: status %#llx, address %#llx\n",
				   (int)fetch.records[i].extcpu, fetch.records[i].bank,
				   fetch.records[i].status, fetch.records[i].addr);
		spin_lock(&log_lock);
		mcelog_append(&mcelog_log, &fetch.records[i]);
		spin_unlock(&log_lock);
	}
}

/* Fetch one report of a queue. Return 1, 0 if the queue is empty, or an errno. */
static int fetch_report(u32 queue)
{
	struct xen_mc call = { .cmd = XEN_MC_fetch };
	int nr, err;

	call.u.mc_fetch.flags = queue;
	set_xen_guest_handle(call.u.mc_fetch.data, &fetch.report);
	err = mca_hypercall(&call);
	if (err)
		return err;
	if (call.u.mc_fetch.flags & XEN_MC_FETCHFAILED)
		return -EIO;
	if (call.u.mc_fetch.flags & XEN_MC_NODATA)
		return 0;

	nr = convert_report();
	if (nr < 0)
		pr_err_ratelimited(HW_ERR "cannot read a report: %d\n", nr);
	else
		log_records(nr);

	/*
	 * Acknowledge also a report that cannot be read, or the hypervisor would return it again.
	 */
	call.u.mc_fetch.flags = queue | XEN_MC_ACK;
	return mca_hypercall(&call) ?: 1;
}

/* Fetch the reports of a queue. Return true if more may be left. */
static bool fetch_queue(u32 queue)
{
	unsigned int i;
	int ret = 1;

	for (i = 0; i < REPORTS_MAX && ret > 0; i++)
		ret = fetch_report(queue);
	if (ret < 0)
		pr_err_ratelimited("cannot fetch the hypervisor's reports: %d\n", ret);
	return ret > 0;
}

static void fetch_reports(struct work_struct *work)
{
	bool more = fetch_queue(XEN_MC_URGENT);

	more |= fetch_queue(XEN_MC_NONURGENT);
	wake_up_interruptible(&log_readers);
	if (more)
		schedule_work(work);
}

static DECLARE_WORK(fetch_work, fetch_reports);

static irqreturn_t mcelog_interrupt(int irq, void *unused)
{
	schedule_work(&fetch_work);
	return IRQ_HANDLED;
}

static int mcelog_open(struct inode *inode, struct file *file)
{
	bool alone = file->f_flags & O_EXCL;

	if (alone ? atomic_cmpxchg(&nr_open, 0, -1) : !atomic_inc_unless_negative(&nr_open))
		return -EBUSY;
	/* The flag may be changed later, so keep for release what open has seen. */
	file->private_data = alone ? &nr_open : NULL;
	return nonseekable_open(inode, file);
}

static int mcelog_release(struct inode *inode, struct file *file)
{
	if (file->private_data)
		atomic_set(&nr_open, 0);
	else
		atomic_dec(&nr_open);
	return 0;
}

static unsigned int count_records(void)
{
	unsigned int nr;

	spin_lock(&log_lock);
	nr = mcelog_log.nr;
	spin_unlock(&log_lock);
	return nr;
}

/* Copy all records to user memory. They leave the log only after that. */
static ssize_t read_records(char __user *buf)
{
	/*
	 * These records do not move, so no lock is held: the work only appends, and only a reader
	 * drops.
	 */
	unsigned int nr = count_records();
	size_t size = nr * sizeof(*mcelog_log.entries);

	lockdep_assert_held(&read_lock);
	if (copy_to_user(buf, mcelog_log.entries, size))
		return -EFAULT;
	spin_lock(&log_lock);
	mcelog_drop(&mcelog_log, nr);
	spin_unlock(&log_lock);
	return size;
}

static ssize_t mcelog_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	ssize_t ret;

	/* A log that is read in pieces has never been supported. */
	if (count < sizeof(mcelog_log.entries))
		return -EINVAL;
	if (mutex_lock_interruptible(&read_lock))
		return -ERESTARTSYS;
	ret = read_records(buf);
	mutex_unlock(&read_lock);
	return ret;
}

static __poll_t mcelog_poll(struct file *file, poll_table *wait)
{
	poll_wait(file, &log_readers, wait);
	return count_records() ? EPOLLIN | EPOLLRDNORM : 0;
}

/* Clear the flags only when they have been copied to user memory. */
static long getclear_flags(int __user *user)
{
	u32 flags;

	spin_lock(&log_lock);
	flags = mcelog_log.flags;
	spin_unlock(&log_lock);
	if (put_user((int)flags, user))
		return -EFAULT;
	spin_lock(&log_lock);
	mcelog_log.flags &= ~flags;
	spin_unlock(&log_lock);
	return 0;
}

static long mcelog_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int __user *user = (int __user *)arg;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	switch (cmd) {
	case MCE_GET_RECORD_LEN:
		return put_user((int)sizeof(struct xen_mce), user);
	case MCE_GET_LOG_LEN:
		return put_user(XEN_MCE_LOG_LEN, user);
	case MCE_GETCLEAR_FLAGS:
		return getclear_flags(user);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations mcelog_fops = {
	.owner = THIS_MODULE,
	.open = mcelog_open,
	.release = mcelog_release,
	.read = mcelog_read,
	.poll = mcelog_poll,
	.unlocked_ioctl = mcelog_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice mcelog_device = {
	.minor = MISC_MCELOG_MINOR,
	.name = "mcelog",
	.mode = 0600,
	.fops = &mcelog_fops,
};

static int __init mcelog_init(void)
{
	int err;

	if (!dom0_platform()->initial) {
		pr_info("the hypervisor reports machine checks only to Dom0, and this is another domain\n");
		return -ENODEV;
	}
	if (IS_ENABLED(CONFIG_XEN_MCE_LOG)) {
		pr_err("this kernel has a driver of its own for the hypervisor's machine checks\n");
		return -EBUSY;
	}
	err = fetch_cpus();
	if (err) {
		pr_err("the hypervisor reports no machine checks to this Dom0: error %d\n",
		       -err);
		return err == -ENOSYS ? -ENODEV : err;
	}
	mcelog_irq = bind_virq_to_irqhandler(VIRQ_MCA, 0, mcelog_interrupt, 0, "mcelog", NULL);
	if (mcelog_irq < 0) {
		err = mcelog_irq;
		pr_err("cannot bind the hypervisor's machine check interrupt: error %d\n", -err);
		goto free_cpus;
	}
	/*
	 * Register the device last: a program that has it open pins the module only if init
	 * succeeds.
	 */
	err = dom0_device_register(&mcelog_device);
	if (err)
		goto unbind_irq;
	/* Fetch reports from before the module was loaded. */
	schedule_work(&fetch_work);
	return 0;

unbind_irq:
	unbind_from_irqhandler(mcelog_irq, NULL);
	cancel_work_sync(&fetch_work);
free_cpus:
	kvfree(fetch.cpus);
	return err;
}
module_init(mcelog_init);

static void __exit mcelog_exit(void)
{
	misc_deregister(&mcelog_device);
	unbind_from_irqhandler(mcelog_irq, NULL);
	cancel_work_sync(&fetch_work);
	kvfree(fetch.cpus);
}
module_exit(mcelog_exit);

MODULE_DESCRIPTION("Machine checks of the Xen hypervisor: /dev/mcelog");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
MODULE_ALIAS_MISCDEV(MISC_MCELOG_MINOR);
