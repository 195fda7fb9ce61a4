// SPDX-License-Identifier: GPL-2.0
/* <debugfs>/dom0/xenbus/devices, see Documentation/ABI/debugfs-dom0-xenbus. */
#include "backend.h"
#include "backend_list.h"
#include "debugfs.h"

#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/timekeeping.h>

static const char * const event_names[EVENT_COUNT] = {
	[EVENT_FRONTEND]	= "frontend",
	[EVENT_OWN]		= "own",
	[EVENT_REBORN]		= "reborn",
	[EVENT_WATCH]		= "watch",
	[EVENT_BREAK]		= "break",
	[EVENT_START]		= "start",
	[EVENT_RETRY]		= "retry",
	[EVENT_GONE]		= "gone",
};

/* A new event needs a name above, and a line in Documentation/ABI. */
static_assert(EVENT_COUNT == 8);

static void show_device(struct dom0_backend_core *core, void *data)
{
	unsigned long events = READ_ONCE(core->events);
	const char *separator = " ";
	struct seq_file *m = data;
	unsigned int bit;

	seq_printf(m, "%s %s %s %s %lld", core->be.name, core->be.driver->name,
		   dom0_state_name(READ_ONCE(core->machine.state)),
		   dom0_state_name(READ_ONCE(core->machine.otherend_state)),
		   ktime_get_seconds() - READ_ONCE(core->since));
	for_each_set_bit(bit, &events, EVENT_COUNT) {
		seq_printf(m, "%s%s", separator, event_names[bit]);
		separator = ",";
	}
	seq_printf(m, "%s %u\n", events ? "" : " -", READ_ONCE(core->postponed));
}

static int devices_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "# device driver backend frontend seconds pending postponed\n");
	dom0_backends_for_each(show_device, m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(devices);

void xenbus_debugfs_init(struct dentry *dir)
{
	debugfs_create_file("devices", 0400, dir, NULL, &devices_fops);
}
