// SPDX-License-Identifier: GPL-2.0
/*
 * The list of all instances. A node may have several: an instance lives on after the bus has
 * unbound its device, and the bus may bind the device again meanwhile. They are served one after
 * the other.
 */
#include "backend.h"
#include "backend_list.h"

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/wait.h>

/* Oldest first, including those that the bus has already unbound. */
static LIST_HEAD(backends);
static DEFINE_MUTEX(backends_lock);
static DECLARE_WAIT_QUEUE_HEAD(backends_changed);

void dom0_backends_add(struct dom0_backend_core *core)
{
	mutex_lock(&backends_lock);
	list_add_tail(&core->link, &backends);
	mutex_unlock(&backends_lock);
}

static bool is_oldest(struct dom0_backend_core *core)
{
	struct dom0_backend_core *other;

	lockdep_assert_held(&backends_lock);
	list_for_each_entry(other, &backends, link)
		if (!strcmp(other->be.node, core->be.node))
			return other == core;
	return true;
}

/* A driver never sees two instances of one node: the newer starts after the older is gone. */
bool dom0_backends_may_start(struct dom0_backend_core *core)
{
	bool may;

	mutex_lock(&backends_lock);
	may = is_oldest(core);
	mutex_unlock(&backends_lock);
	return may;
}

static bool has_others(struct dom0_backend_core *core)
{
	struct dom0_backend_core *other;

	lockdep_assert_held(&backends_lock);
	list_for_each_entry(other, &backends, link)
		if (other != core && !strcmp(other->be.node, core->be.node))
			return true;
	return false;
}

static void leave_backends_locked(struct dom0_backend_core *core)
{
	struct dom0_backend_core *other;

	lockdep_assert_held(&backends_lock);
	list_del(&core->link);
	list_for_each_entry(other, &backends, link)
		if (!strcmp(other->be.node, core->be.node))
			dom0_backend_event(other, EVENT_START);
	wake_up_all(&backends_changed);
}

void dom0_backends_leave(struct dom0_backend_core *core)
{
	mutex_lock(&backends_lock);
	leave_backends_locked(core);
	mutex_unlock(&backends_lock);
}

/*
 * Leave the list if the node has another instance; the last one answers the toolstack. Check and
 * leave under one lock, or the last two instances might each rely on the other.
 */
bool dom0_backends_leave_to_others(struct dom0_backend_core *core)
{
	bool others;

	mutex_lock(&backends_lock);
	others = has_others(core);
	if (others)
		leave_backends_locked(core);
	mutex_unlock(&backends_lock);
	return others;
}

/*
 * Queue the last run of an instance. The run that sees EVENT_GONE frees the instance. It may start
 * as soon as the bit is set, if another event has queued it. It takes backends_lock before it
 * frees, so hold that lock here.
 */
void dom0_backends_send_gone(struct dom0_backend_core *core)
{
	mutex_lock(&backends_lock);
	dom0_backend_event(core, EVENT_GONE);
	mutex_unlock(&backends_lock);
}

static bool driver_has_backends(const struct dom0_backend_driver *driver)
{
	struct dom0_backend_core *core;
	bool found = false;

	mutex_lock(&backends_lock);
	list_for_each_entry(core, &backends, link)
		found |= core->be.driver == driver;
	mutex_unlock(&backends_lock);
	return found;
}

void dom0_backends_wait_gone(const struct dom0_backend_driver *driver)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	add_wait_queue(&backends_changed, &wait);
	/* Not wait_event(): its condition must not sleep, and this one takes a mutex. */
	while (driver_has_backends(driver))
		wait_woken(&wait, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
	remove_wait_queue(&backends_changed, &wait);
}

void dom0_backends_for_each(void (*show)(struct dom0_backend_core *core, void *data), void *data)
{
	struct dom0_backend_core *core;

	mutex_lock(&backends_lock);
	list_for_each_entry(core, &backends, link)
		show(core, data);
	mutex_unlock(&backends_lock);
}
