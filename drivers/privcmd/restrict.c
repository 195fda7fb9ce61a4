// SPDX-License-Identifier: GPL-2.0
/*
 * The domains that a file may reach. In Dom0 it may reach all, until its owner restricts it. In any
 * other domain (a device model's), it may reach only the domain that xenstore names as target. So a
 * process that has become root there cannot reach further than the domain was meant to.
 */
#include "file.h"
#include "restrict.h"

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

static bool unrestricted;
module_param(unrestricted, bool, 0);
MODULE_PARM_DESC(unrestricted, "Do not restrict files to the target domain when this is not Dom0");

static DECLARE_COMPLETION(target_known);
static domid_t target = DOMID_INVALID;	/* stable once target_known is complete */

long privcmd_restrict(struct privcmd_file *priv, void __user *arg)
{
	domid_t domid, old;

	if (copy_from_user(&domid, arg, sizeof(domid)))
		return -EFAULT;
	old = cmpxchg(&priv->restricted_to, DOMID_INVALID, domid);
	return old == DOMID_INVALID || old == domid ? 0 : -EINVAL;
}

int privcmd_restrict_initial(domid_t *domid)
{
	if (wait_for_completion_interruptible(&target_known))
		return -EINTR;
	*domid = target;
	return 0;
}

static int read_target(struct notifier_block *notifier, unsigned long event, void *data)
{
	unsigned int domid = xenbus_read_unsigned("target", "", DOMID_IDLE);

	/* Use a domain that never exists: allowing none is safer than allowing all. */
	if (domid >= DOMID_FIRST_RESERVED) {
		pr_err("xenstore names no target domain: nothing can be reached\n");
		domid = DOMID_IDLE;
	}
	target = domid;
	complete_all(&target_known);
	return NOTIFY_DONE;
}

static struct notifier_block xenstore_notifier = {
	.notifier_call = read_target,
};

static bool wants_restriction(void)
{
	if (xen_initial_domain())
		return false;
	if (!unrestricted)
		return true;
	if (!security_locked_down(LOCKDOWN_XEN_USER_ACTIONS))
		return false;
	pr_warn("the kernel is locked down: parameter unrestricted has no effect\n");
	return true;
}

/* The notifier is called at once if xenstore is already up. */
void __init privcmd_restrict_init(void)
{
	if (wants_restriction())
		register_xenstore_notifier(&xenstore_notifier);
	else
		complete_all(&target_known);
}

void privcmd_restrict_exit(void)
{
	unregister_xenstore_notifier(&xenstore_notifier);
}
