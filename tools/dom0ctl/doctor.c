// SPDX-License-Identifier: GPL-2.0
/*
 * One function for each rule; the table at the end has them in the order in which they are tried.
 */
#include "doctor.h"
#include "base.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BUS "/sys/bus/xen-backend"

/* States as in Xen's public header io/xenbus.h. */
enum {
	INITIALISING = 1,
	INIT_WAIT,
	INITIALISED,
	CONNECTED,
	CLOSING,
	CLOSED,
	RECONFIGURED = 8,
};

/* A request of this age is a finding. */
#define OLDEST_MS	30000

#define AGAIN		"then detach the device and attach it again."
#define HOTPLUG_LOG	"/var/log/xen/xen-hotplug.log"

__printf(2, 3)
static void say_problem(struct finding *finding, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(finding->problem, sizeof(finding->problem), fmt, args);
	va_end(args);
}

__printf(2, 3)
static bool say_advice(struct finding *finding, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(finding->advice, sizeof(finding->advice), fmt, args);
	va_end(args);
	return true;
}

static bool is_connected(const struct facts *f)
{
	return f->ours == CONNECTED && f->theirs == CONNECTED;
}

static bool is_bound(const struct facts *f)
{
	return f->on_bus && f->module[0];
}

static bool domain_is_gone(const struct facts *f, struct finding *finding)
{
	if (f->domain_there)
		return false;
	say_problem(finding, "Domain %d is gone, and its device is still in xenstore.", f->domid);
	return say_advice(finding, "If it stays, remove it: xenstore-rm %s", f->path);
}

static bool there_is_no_bus(const struct facts *f, struct finding *finding)
{
	if (f->bus_there)
		return false;
	say_problem(finding, "This kernel has no bus for backends, since no backend is loaded.");
	return say_advice(finding, "Load the driver: modprobe %s", f->ours_module);
}

static bool is_not_on_bus(const struct facts *f, struct finding *finding)
{
	if (!f->bus_there || f->on_bus)
		return false;
	say_problem(finding, "The kernel has not taken the device up from xenstore.");
	return say_advice(finding, "Look for the reason in the log: dmesg | grep xenbus");
}

static bool no_module_is_loaded(const struct facts *f, struct finding *finding)
{
	if (!f->on_bus || f->module[0] || f->ours_loaded || f->kernels_loaded)
		return false;
	say_problem(finding, "No driver for it is loaded, neither %s nor %s.", f->ours_module,
		    f->kernels_module);
	return say_advice(finding, "Load the driver: modprobe %s", f->ours_module);
}

static bool driver_let_go(const struct facts *f, struct finding *finding)
{
	const char *module = f->ours_loaded ? f->ours_module : f->kernels_module;

	if (!f->on_bus || f->module[0] || !(f->ours_loaded || f->kernels_loaded))
		return false;
	say_problem(finding, "%s is loaded and does not have the device: unbound, or refused.",
		    module);
	return say_advice(finding, "Read dmesg, then bind it: echo %s > " BUS "/drivers/%s%s/bind",
			  f->name, f->ours_loaded ? "dom0-" : "", f->kind);
}

static bool other_module_has_it(const struct facts *f, struct finding *finding)
{
	if (!is_bound(f) || strcmp(f->module, f->kernels_module) || !f->ours_loaded)
		return false;
	say_problem(finding, "The kernel's %s has the device, though %s is loaded: it came first.",
		    f->kernels_module, f->ours_module);
	return say_advice(finding, "Shut its guests down, run rmmod %s, start them again.",
			  f->kernels_module);
}

static bool disk_is_missing(const struct facts *f)
{
	return is_bound(f) && !is_connected(f) && f->disk[0] && !f->disk_there;
}

static bool there_is_no_disk(const struct facts *f, struct finding *finding)
{
	if (!disk_is_missing(f))
		return false;
	say_problem(finding, "The disk %s does not exist.", f->disk);
	return say_advice(finding, "Make it, or correct the guest's configuration; " AGAIN);
}

static bool there_is_no_block_device(const struct facts *f, struct finding *finding)
{
	if (!is_bound(f) || is_connected(f) || disk_is_missing(f) ||
	    !f->number[0] || f->number_there)
		return false;
	say_problem(finding, "There is no block device with the number %s, which xenstore names.",
		    f->number);
	return say_advice(finding, "Find out what became of the disk; " AGAIN);
}

static bool bridge_is_missing(const struct facts *f)
{
	return is_bound(f) && !is_connected(f) && f->bridge[0] &&
	       !f->bridge_there && strcmp(f->hotplug, "connected");
}

static bool there_is_no_bridge(const struct facts *f, struct finding *finding)
{
	if (!bridge_is_missing(f))
		return false;
	say_problem(finding, "The bridge %s does not exist.", f->bridge);
	return say_advice(finding, "Make it (ip link add %s type bridge) or name another; " AGAIN,
			  f->bridge);
}

static const char *script_name(const struct facts *f)
{
	return f->script[0] ? f->script : "(xenstore does not say which)";
}

static bool script_failed(const struct facts *f, struct finding *finding)
{
	if (!is_bound(f) || is_connected(f) || strcmp(f->hotplug, "error"))
		return false;
	say_problem(finding, "The hotplug script %s failed: %s", script_name(f),
		    f->hotplug_error[0] ? f->hotplug_error : "it gave no reason.");
	return say_advice(finding, "Mend that; its log is " HOTPLUG_LOG "; " AGAIN);
}

/* Does not apply to a script that must fail: another rule says what is missing. */
static bool script_is_silent(const struct facts *f, struct finding *finding)
{
	if (!is_bound(f) || !f->script_needed || f->hotplug[0] ||
	    disk_is_missing(f) || bridge_is_missing(f))
		return false;
	if (f->ours != INIT_WAIT && f->ours != INITIALISED)
		return false;
	say_problem(finding, "The hotplug script %s has not answered: there is no hotplug-status.",
		    script_name(f));
	return say_advice(finding, "Look into " HOTPLUG_LOG "; " AGAIN);
}

/* An old error stays in xenstore, and does not matter once the device works. */
static bool backend_says_why(const struct facts *f, struct finding *finding)
{
	if (is_connected(f) || !f->error[0])
		return false;
	say_problem(finding, "The backend has left an error in xenstore: %s", f->error);
	return say_advice(finding, "More may be in the log: dmesg | grep %s", f->name);
}

static bool frontend_is_missing(const struct facts *f, struct finding *finding)
{
	if (f->frontend_there)
		return false;
	say_problem(finding, "The guest's half of the device is missing in xenstore.");
	return say_advice(finding, "Detach the device and attach it again.");
}

static bool frontend_makes_no_sense(const struct facts *f, struct finding *finding)
{
	if (!f->frontend_there || (f->theirs > 0 && f->theirs <= RECONFIGURED))
		return false;
	say_problem(finding, "The guest has written no state that makes sense.");
	return say_advice(finding, "Its driver is broken: read the node with dom0ctl show %s",
			  f->name);
}

static bool frontend_has_not_begun(const struct facts *f, struct finding *finding)
{
	if (!is_bound(f) || f->theirs != INITIALISING || f->ours != INIT_WAIT)
		return false;
	say_problem(finding, "The guest's driver has not begun: the frontend is Initialising.");
	return say_advice(finding, "See if it is paused (xl list), or has no driver: xl console %d",
			  f->domid);
}

static bool frontend_has_closed(const struct facts *f, struct finding *finding)
{
	if (!f->online || f->theirs != CLOSED || f->ours != CLOSED)
		return false;
	say_problem(finding, "Both ends are Closed: the guest has given the device up.");
	return say_advice(finding, "It works again when the guest loads its driver anew.");
}

static bool frontend_does_not_let_go(const struct facts *f, struct finding *finding)
{
	if (f->ours != CLOSING || f->theirs != CONNECTED)
		return false;
	say_problem(finding, "It is to be detached, and the guest does not let go of it.");
	return say_advice(finding, "Let the guest stop using it; xl's --force does not ask.");
}

static bool interface_is_in_no_bridge(const struct facts *f, struct finding *finding)
{
	if (!is_connected(f) || !f->bridge[0] || !f->interface[0] || f->in_bridge)
		return false;
	say_problem(finding, "Its interface %s is in no bridge, but should be in %s.",
		    f->interface, f->bridge);
	return say_advice(finding, "Put it there: ip link set %s master %s", f->interface,
			  f->bridge);
}

/* Advice on a request, by its state in dom0-blkback. */
static bool advise_on_request(const struct facts *f, struct finding *finding)
{
	const char *state = f->oldest.state;

	if (!strcmp(state, "disk"))
		return say_advice(finding, "The disk %s has not answered it: dmesg, dmsetup info",
				  f->disk[0] ? f->disk : f->number);
	if (!strcmp(state, "limit"))
		return say_advice(finding, "It waits for a limit: dom0ctl limits %s", f->name);
	if (!strcmp(state, "paged_out"))
		return say_advice(finding, "It waits for memory of the guest that is paged out.");
	return say_advice(finding, "It is %s in the driver: dom0ctl show %s, and dmesg", state,
			  f->name);
}

static bool request_takes_long(const struct facts *f, struct finding *finding)
{
	const struct oldest *oldest = &f->oldest;

	if (oldest->ms < OLDEST_MS)
		return false;
	say_problem(finding, "Its oldest request is %" PRIu64
		    " s old: %s of %" PRIu64 " sectors at %" PRIu64 ", queue %u, state %s.",
		    oldest->ms / 1000, oldest->op, oldest->nr_sectors, oldest->sector,
		    oldest->queue, oldest->state);
	return advise_on_request(f, finding);
}

/* The two ends are still connecting, or stuck for a reason that no rule knows. */
static bool connection_is_under_way(const struct facts *f, struct finding *finding)
{
	bool closing = f->ours >= CLOSING || f->theirs == CLOSING || f->theirs == CLOSED;

	if (is_connected(f) || (closing && f->ours <= CLOSED))
		return false;
	say_problem(finding, "It is not connected, for no reason that this program knows.");
	return say_advice(finding, "Look once more in a moment; if it stays so: dmesg | grep %s",
			  f->name);
}

typedef bool (*doctor_rule)(const struct facts *facts, struct finding *finding);

/* Causes come before effects. The first FINDINGS_MOST findings are kept. */
static const doctor_rule rules[] = {
	there_is_no_bus,
	is_not_on_bus,
	no_module_is_loaded,
	driver_let_go,
	other_module_has_it,
	there_is_no_disk,
	there_is_no_block_device,
	there_is_no_bridge,
	script_failed,
	script_is_silent,
	backend_says_why,
	frontend_is_missing,
	frontend_makes_no_sense,
	frontend_has_not_begun,
	frontend_has_closed,
	frontend_does_not_let_go,
	interface_is_in_no_bridge,
	request_takes_long,
};

unsigned int doctor_examine(const struct facts *facts, struct finding findings[FINDINGS_MOST])
{
	unsigned int number = 0;
	size_t i;

	if (domain_is_gone(facts, &findings[0]))
		return 1;
	for (i = 0; i < ARRAY_SIZE(rules) && number < FINDINGS_MOST; i++)
		number += rules[i](facts, &findings[number]);
	if (!number)
		number += connection_is_under_way(facts, &findings[0]);
	return number;
}
