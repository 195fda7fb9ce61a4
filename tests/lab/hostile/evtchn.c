// SPDX-License-Identifier: GPL-2.0
/* Event channels, all on one handle. */
#include "hostile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <xen/evtchn.h>

static int event_fd = -1;

void evtchn_open(void)
{
	if (event_fd >= 0)
		close(event_fd);
	event_fd = open("/dev/xen/evtchn", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (event_fd < 0)
		die("/dev/xen/evtchn: %s", strerror(errno));
}

uint32_t evtchn_alloc(domid_t domain)
{
	struct ioctl_evtchn_bind_unbound_port arg = { .remote_domain = domain };
	int port = ioctl(event_fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &arg);

	if (port < 0)
		die("allocating an event channel: %s", strerror(errno));
	return port;
}

void evtchn_free(uint32_t port)
{
	struct ioctl_evtchn_unbind arg = { .port = port };

	if (ioctl(event_fd, IOCTL_EVTCHN_UNBIND, &arg))
		die("freeing event channel %u: %s", port, strerror(errno));
}

/* The other end may be gone by now. This is not an error of the test. */
void evtchn_notify(uint32_t port)
{
	struct ioctl_evtchn_notify arg = { .port = port };

	ioctl(event_fd, IOCTL_EVTCHN_NOTIFY, &arg);
}

bool evtchn_wait(unsigned int ms)
{
	struct pollfd poll_fd = { .fd = event_fd, .events = POLLIN };
	uint32_t ports[64];
	ssize_t len;

	if (poll(&poll_fd, 1, ms) <= 0)
		return false;
	/* A port stays masked until it is written back. */
	while ((len = read(event_fd, ports, sizeof(ports))) > 0)
		if (write(event_fd, ports, len) != len)
			die("unmasking event channels: %s", strerror(errno));
	return true;
}
