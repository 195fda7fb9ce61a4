// SPDX-License-Identifier: GPL-2.0
/* Each rule with the facts of a healthy device, of which one thing is changed. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "tools/dom0ctl/doctor.c"

static struct facts healthy(void)
{
	return (struct facts){
		.domid = 3, .ours = CONNECTED, .theirs = CONNECTED, .online = true,
		.domain_there = true, .frontend_there = true, .bus_there = true, .on_bus = true,
		.ours_loaded = true, .script_needed = true, .hotplug = "connected",
	};
}

static struct facts disk(void)
{
	struct facts f = healthy();

	strcpy(f.name, "vbd-3-51712");
	strcpy(f.kind, "vbd");
	strcpy(f.path, "backend/vbd/3/51712");
	strcpy(f.module, "dom0-blkback");
	f.ours_module = "dom0-blkback";
	f.kernels_module = "xen-blkback";
	strcpy(f.script, "/etc/xen/scripts/block");
	strcpy(f.disk, "/dev/vg0/alice");
	strcpy(f.number, "fd:0");
	f.disk_there = true;
	f.number_there = true;
	return f;
}

static struct facts card(void)
{
	struct facts f = healthy();

	strcpy(f.name, "vif-3-0");
	strcpy(f.kind, "vif");
	strcpy(f.path, "backend/vif/3/0");
	strcpy(f.module, "dom0-netback");
	f.ours_module = "dom0-netback";
	f.kernels_module = "xen-netback";
	strcpy(f.script, "/etc/xen/scripts/vif-bridge");
	strcpy(f.bridge, "xenbr0");
	f.bridge_there = true;
	strcpy(f.interface, "vif3.0");
	f.in_bridge = true;
	return f;
}

/* A device whose backend waits for its frontend's ring. */
static struct facts waiting(struct facts f)
{
	f.ours = INIT_WAIT;
	f.theirs = INITIALISED;
	return f;
}

static void nothing(const struct facts *f)
{
	struct finding findings[FINDINGS_MOST];
	unsigned int number = doctor_examine(f, findings);

	if (number)
		print_message("%s\n", findings[0].problem);
	assert_int_equal(number, 0);
}

/* One finding and no other. */
static void only(const struct facts *f, const char *problem, const char *advice)
{
	struct finding findings[FINDINGS_MOST];
	unsigned int number = doctor_examine(f, findings);

	assert_int_equal(number, 1);
	if (!strstr(findings[0].problem, problem) || !strstr(findings[0].advice, advice))
		print_message("%s\n%s\n", findings[0].problem, findings[0].advice);
	assert_non_null(strstr(findings[0].problem, problem));
	assert_non_null(strstr(findings[0].advice, advice));
}

static void a_healthy_device(void **state)
{
	struct facts f = disk();

	nothing(&f);
	f = card();
	nothing(&f);
	/* A device of the in-tree driver, while ours is not loaded. */
	f.ours_loaded = false;
	f.kernels_loaded = true;
	strcpy(f.module, "xen-netback");
	nothing(&f);
	/* A healthy device has only old errors. */
	strcpy(f.error, "2 opening");
	nothing(&f);
	f = disk();
	f.disk_there = false;
	nothing(&f);
	/* A device that is being removed. */
	f = card();
	f.online = false;
	f.ours = CLOSED;
	f.theirs = CLOSED;
	nothing(&f);
}

static void a_domain_that_is_gone(void **state)
{
	struct facts f = waiting(disk());

	f.domain_there = false;
	f.frontend_there = false;
	f.theirs = -1;
	f.disk_there = false;
	only(&f, "Domain 3 is gone", "xenstore-rm backend/vbd/3/51712");
}

static void drivers(void **state)
{
	struct facts f = waiting(disk());

	f.ours = INITIALISING;
	f.module[0] = '\0';
	f.ours_loaded = false;
	only(&f, "neither dom0-blkback nor xen-blkback", "modprobe dom0-blkback");
	f.ours_loaded = true;
	only(&f, "dom0-blkback is loaded and does not have",
	     "echo vbd-3-51712 > /sys/bus/xen-backend/drivers/dom0-vbd/bind");
	f.ours_loaded = false;
	f.kernels_loaded = true;
	only(&f, "xen-blkback is loaded and does not have", "drivers/vbd/bind");
	f.on_bus = false;
	only(&f, "has not taken the device up", "dmesg");
	f.bus_there = false;
	only(&f, "no bus for backends", "modprobe dom0-blkback");
}

static void the_other_module_came_first(void **state)
{
	struct facts f = disk();

	strcpy(f.module, "xen-blkback");
	f.kernels_loaded = true;
	only(&f, "The kernel's xen-blkback has the device", "run rmmod xen-blkback,");
}

static void disks(void **state)
{
	struct facts f = waiting(disk());

	f.disk_there = false;
	only(&f, "The disk /dev/vg0/alice does not exist.", "configuration");
	/* In this case a hotplug script without a status is not reported. */
	f.hotplug[0] = '\0';
	only(&f, "The disk /dev/vg0/alice does not exist.", "configuration");
	f = waiting(disk());
	f.number_there = false;
	only(&f, "number fd:0", "became of the disk");
}

static void bridges(void **state)
{
	struct facts f = waiting(card());

	f.theirs = CONNECTED;
	f.hotplug[0] = '\0';
	f.bridge_there = false;
	f.in_bridge = false;
	only(&f, "The bridge xenbr0 does not exist.", "ip link add xenbr0 type bridge");
	f = card();
	f.in_bridge = false;
	only(&f, "vif3.0 is in no bridge", "ip link set vif3.0 master xenbr0");
	/* Routed, or by another script. */
	f.bridge[0] = '\0';
	nothing(&f);
}

static void scripts(void **state)
{
	struct facts f = waiting(card());

	f.theirs = CONNECTED;
	f.hotplug[0] = '\0';
	only(&f, "vif-bridge has not answered", "xen-hotplug.log");
	strcpy(f.hotplug, "error");
	strcpy(f.hotplug_error, "no such bridge");
	only(&f, "failed: no such bridge", "xen-hotplug.log");
	f.hotplug_error[0] = '\0';
	only(&f, "it gave no reason", "xen-hotplug.log");
	f = waiting(disk());
	f.hotplug[0] = '\0';
	f.script[0] = '\0';
	only(&f, "(xenstore does not say which) has not answered", "xen-hotplug.log");
	/* The backend needs only the disk's number, and has it. */
	f.script_needed = false;
	only(&f, "for no reason that this program knows", "dmesg");
}

static void the_error_node(void **state)
{
	struct facts f = waiting(disk());

	strcpy(f.error, "22 ring-ref is no number");
	only(&f, "22 ring-ref is no number", "dmesg | grep vbd-3-51712");
}

static void frontends(void **state)
{
	struct facts f = waiting(disk());

	f.theirs = INITIALISING;
	only(&f, "the frontend is Initialising", "xl console 3");
	f.theirs = -1;
	only(&f, "no state that makes sense", "dom0ctl show vbd-3-51712");
	f.theirs = 9;
	only(&f, "no state that makes sense", "dom0ctl show vbd-3-51712");
	f.theirs = -1;
	f.frontend_there = false;
	only(&f, "half of the device is missing", "attach it again");
	f = disk();
	f.ours = CLOSED;
	f.theirs = CLOSED;
	only(&f, "given the device up", "loads its driver");
	f.ours = CLOSING;
	f.theirs = CONNECTED;
	only(&f, "does not let go", "--force");
}

static void old_requests(void **state)
{
	struct facts f = disk();

	f.oldest = (struct oldest){
		.ms = 29999, .queue = 1, .state = "disk", .op = "write", .sector = 2048,
		.nr_sectors = 8,
	};
	nothing(&f);
	f.oldest.ms = 45012;
	only(&f, "45 s old: write of 8 sectors at 2048, queue 1, state disk.",
	     "The disk /dev/vg0/alice has not");
	f.disk[0] = '\0';
	only(&f, "45 s old", "The disk fd:0 has not");
	strcpy(f.oldest.state, "limit");
	only(&f, "state limit", "dom0ctl limits vbd-3-51712");
	strcpy(f.oldest.state, "paged_out");
	only(&f, "state paged_out", "memory of the guest");
	strcpy(f.oldest.state, "queued");
	only(&f, "state queued", "dom0ctl show vbd-3-51712");
}

/* Each pair of states gives one finding, unless both are connected or one is closing. */
static void every_pair_of_states(void **state)
{
	struct finding findings[FINDINGS_MOST];
	struct facts f = disk();

	for (f.ours = -1; f.ours < 12; f.ours++) {
		for (f.theirs = -1; f.theirs < 12; f.theirs++) {
			unsigned int number = doctor_examine(&f, findings);
			bool closing = f.ours >= CLOSING || f.theirs == CLOSING ||
				       f.theirs == CLOSED;

			if (f.ours == CONNECTED && f.theirs == CONNECTED)
				assert_int_equal(number, 0);
			else if (!closing)
				assert_int_equal(number, 1);
			assert_in_range(number, 0, 2);
		}
	}
}

/* More findings than there is room for, with the longest texts. */
static void all_at_once(void **state)
{
	struct finding findings[FINDINGS_MOST];
	struct facts f = waiting(card());
	unsigned int number, i;

	memset(f.hotplug_error, 'x', sizeof(f.hotplug_error) - 1);
	memset(f.error, 'x', sizeof(f.error) - 1);
	memset(f.disk, 'x', sizeof(f.disk) - 1);
	memset(f.script, 'x', sizeof(f.script) - 1);
	memset(f.bridge, 'x', sizeof(f.bridge) - 1);
	strcpy(f.hotplug, "error");
	strcpy(f.module, "xen-netback");
	f.bridge_there = false;
	f.frontend_there = false;
	f.theirs = INITIALISING;
	number = doctor_examine(&f, findings);
	assert_int_equal(number, 7);
	for (i = 0; i < number; i++) {
		assert_in_range(strlen(findings[i].problem), 1, sizeof(findings[i].problem) - 1);
		assert_in_range(strlen(findings[i].advice), 1, sizeof(findings[i].advice) - 1);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_healthy_device),
	cmocka_unit_test(a_domain_that_is_gone),
	cmocka_unit_test(drivers),
	cmocka_unit_test(the_other_module_came_first),
	cmocka_unit_test(disks),
	cmocka_unit_test(bridges),
	cmocka_unit_test(scripts),
	cmocka_unit_test(the_error_node),
	cmocka_unit_test(frontends),
	cmocka_unit_test(old_requests),
	cmocka_unit_test(every_pair_of_states),
	cmocka_unit_test(all_at_once),
};

RUN_TESTS(tests)
