// SPDX-License-Identifier: GPL-2.0
/*
 * `dom0ctl trace`: the trace events of our modules. It uses an instance of tracefs of its own, so
 * that other tracing is not disturbed. This instance is all that the program ever creates.
 */
#include "command.h"
#include "file.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

/* The instance of `trace on`. */
#define LASTING	"dom0ctl"

/* Milliseconds between two looks for new events. */
#define LOOK_MS	100

struct trace_event {
	const char *event;
	const char *kind;	/* kind of device that has this event, NULL for any */
	const char *field;	/* holds the name of the device, or of its interface */
	bool interface;
};

static const struct trace_event events[] = {
	{ "dom0_xenbus/dom0_backend_state", NULL, "device", false },
	{ "dom0_xenbus/dom0_backend_error", NULL, "device", false },
	{ "dom0_blkback/blk_request_take", "vbd", "dev", false },
	{ "dom0_blkback/blk_request_data", "vbd", "dev", false },
	{ "dom0_blkback/blk_request_wait", "vbd", "dev", false },
	{ "dom0_blkback/blk_request_start", "vbd", "dev", false },
	{ "dom0_blkback/blk_request_complete", "vbd", "dev", false },
	{ "dom0_blkback/blk_request_reject", "vbd", "dev", false },
	{ "dom0_netback/vif_tx_batch", "vif", "name", true },
	{ "dom0_netback/vif_rx_batch", "vif", "name", true },
};

struct instance {
	char path[128];
};

/*
 * Return a descriptor that becomes readable when the user, or a closed terminal or pipe, ends the
 * program.
 */
static int catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		sigaddset(&set, numbers[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static const char *find_tracefs(void)
{
	static const char * const places[] = { "/sys/kernel/tracing", DEBUGFS "/tracing" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (file_exists("%s/instances", places[i]))
			return places[i];
	}
	return NULL;
}

__printf(2, 3)
static int trace_write(const char *text, const char *fmt, ...)
{
	char path[PATH_MAX];
	ssize_t done;
	int fd;

	FORMAT_PATH(path, fmt);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	done = write(fd, text, strlen(text));
	done = done < 0 ? -errno : 0;
	close(fd);
	return (int)done;
}

static int instance_make(struct instance *instance, const char *name)
{
	const char *place = find_tracefs();

	if (!place)
		return command_trouble("tracefs is not mounted on /sys/kernel/tracing");
	if (!file_exists("%s/events/dom0_xenbus", place))
		return command_trouble("only our modules have trace events, and none is loaded");
	snprintf(instance->path, sizeof(instance->path), "%s/instances/%s", place, name);
	if (mkdir(instance->path, 0700) && errno != EEXIST)
		return command_trouble("cannot make %s: %s", instance->path, strerror(errno));
	return 0;
}

static int instance_remove(const struct instance *instance)
{
	if (!rmdir(instance->path))
		return 0;
	return command_trouble("cannot remove %s: %s", instance->path, strerror(errno));
}

/* Enable an event, for @dev only if it is not NULL. A module that is not loaded has no events. */
static int event_enable(const struct instance *instance, const struct trace_event *event,
			const struct device *dev)
{
	char filter[256];
	int err = 0;

	if (!file_exists("%s/events/%s", instance->path, event->event))
		return 0;
	if (dev) {
		snprintf(filter, sizeof(filter), "%s == \"%s\"", event->field,
			 event->interface ? dev->interface : dev->name);
		err = trace_write(filter, "%s/events/%s/filter", instance->path, event->event);
	}
	if (!err)
		err = trace_write("1", "%s/events/%s/enable", instance->path, event->event);
	return err ? command_trouble("cannot trace %s: %s", event->event, strerror(-err)) : 0;
}

static int events_enable(const struct instance *instance, const struct device *dev)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		if (dev && events[i].kind && strcmp(events[i].kind, dev->kind))
			continue;
		if (event_enable(instance, &events[i], dev))
			return EXIT_TROUBLE;
	}
	return 0;
}

/* Escape the text: an error's text may have come from xenstore. */
static void print_text(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		const char one[] = { text[i], '\0' };

		if (text[i] == '\n')
			putchar('\n');
		else
			text_plain(stdout, one);
	}
	fflush(stdout);
}

/*
 * Print events until a signal comes, or the reader of the output goes. Events wake a poll only when
 * they fill half of the buffer, so look for them at intervals.
 */
static void print_events(int pipe, int signals)
{
	struct pollfd wait = { .fd = signals, .events = POLLIN };
	char text[4096];

	while (!ferror(stdout) && !poll(&wait, 1, LOOK_MS)) {
		ssize_t size = read(pipe, text, sizeof(text));

		if (size < 0 && errno != EAGAIN)
			break;
		if (size > 0)
			print_text(text, (size_t)size);
	}
}

static int follow_events(const struct instance *instance, int signals)
{
	char path[256];
	int pipe;

	snprintf(path, sizeof(path), "%s/trace_pipe", instance->path);
	pipe = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (pipe < 0 || signals < 0)
		return command_trouble("cannot read %s: %s", path, strerror(errno));
	print_events(pipe, signals);
	close(pipe);
	return 0;
}

static int trace_device(const struct device *dev)
{
	struct instance instance;
	int code, signals;
	char name[32];

	if (!device_is_ours(dev))
		return command_trouble("%s: only our modules have trace events", dev->name);
	snprintf(name, sizeof(name), LASTING "-%d", getpid());
	if (instance_make(&instance, name))
		return EXIT_TROUBLE;
	signals = catch_signals();
	code = events_enable(&instance, dev);
	if (!code)
		code = follow_events(&instance, signals);
	return instance_remove(&instance) ? EXIT_TROUBLE : code;
}

static int trace_on(void)
{
	struct instance instance;

	if (instance_make(&instance, LASTING) || events_enable(&instance, NULL))
		return EXIT_TROUBLE;
	printf("cat %s/trace_pipe shows the events; dom0ctl trace off ends it\n", instance.path);
	return 0;
}

static int trace_off(void)
{
	struct instance instance;
	const char *place = find_tracefs();

	snprintf(instance.path, sizeof(instance.path), "%s/instances/" LASTING, place ? place : "");
	if (!place || !file_exists("%s", instance.path)) {
		puts("nothing is traced");
		return 0;
	}
	return instance_remove(&instance);
}

int command_trace(struct xenstore *xs, const struct options *options)
{
	const struct device *dev;
	struct devices devices;
	int code = EXIT_TROUBLE;

	if (!strcmp(options->device, "on"))
		return trace_on();
	if (!strcmp(options->device, "off"))
		return trace_off();
	if (command_devices(&devices, xs))
		return EXIT_TROUBLE;
	dev = command_device(&devices, options);
	if (dev)
		code = trace_device(dev);
	device_free_all(&devices);
	return code;
}
