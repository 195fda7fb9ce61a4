// SPDX-License-Identifier: GPL-2.0
/* A frontend's directory, and the backend at its other end. */
#include "hostile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void path_of(char *path, size_t size, const char *folder, const char *key)
{
	if (snprintf(path, size, "%s/%s", folder, key) >= (int)size)
		die("path too long: %s/%s", folder, key);
}

void device_open(struct device *dev, const char *type, unsigned int id)
{
	char path[300];

	memset(dev, 0, sizeof(*dev));
	dev->type = type;
	dev->id = id;
	snprintf(dev->front, sizeof(dev->front), "device/%s/%u", type, id);
	path_of(path, sizeof(path), dev->front, "backend");
	if (xs_read(path, dev->back, sizeof(dev->back)) < 0)
		die("no such device: %s", dev->front);
	path_of(path, sizeof(path), dev->back, "state");
	xs_watch(path);
}

long device_number(const struct device *dev, const char *key)
{
	char value[32], *end;
	long number;

	if (!device_text(dev, key, value, sizeof(value)))
		return -1;
	number = strtol(value, &end, 10);
	return *value && !*end ? number : -1;
}

bool device_text(const struct device *dev, const char *key, char *buf, size_t size)
{
	char path[300];

	path_of(path, sizeof(path), dev->back, key);
	return xs_read(path, buf, size) >= 0;
}

enum xenbus_state device_state(const struct device *dev)
{
	long state = device_number(dev, "state");

	return state < 0 ? XenbusStateUnknown : (enum xenbus_state)state;
}

bool device_stopped(const struct device *dev)
{
	return (1u << device_state(dev)) & STATES(Closing, Closed);
}

enum xenbus_state device_wait(const struct device *dev, unsigned int mask, unsigned int ms)
{
	uint64_t end = now_ms() + ms;

	for (;;) {
		enum xenbus_state state = device_state(dev);
		uint64_t now = now_ms();

		if ((1u << state) & mask || now >= end)
			return state;
		xs_wait(end - now);
	}
}

/* The backend may refuse at once: do not wait for it then. */
void device_wait_connected(const struct device *dev)
{
	unsigned int ends = STATES(Closing, Closed) | 1u << XenbusStateConnected;

	if (device_wait(dev, ends, PATIENCE) != XenbusStateConnected)
		die("the backend does not connect, its state is %d", device_state(dev));
}

static void write_key(struct device *dev, const char *key, const void *value, size_t len)
{
	char path[300];
	int err;

	path_of(path, sizeof(path), dev->front, key);
	err = xs_write(path, value, len);
	/* A refusal by xenstore's own limit counts like one by the backend. */
	if (err == -E2BIG || err == -ENOSPC)
		note("xenstore itself refuses %zu bytes", len);
	else if (err)
		die("writing %s: %s", path, strerror(-err));
}

void device_set_state(struct device *dev, enum xenbus_state state)
{
	char value[16];

	write_key(dev, "state", value, snprintf(value, sizeof(value), "%d", (int)state));
}

static void put(struct device *dev, const char *key, const void *value, size_t len)
{
	unsigned int i = 0;

	while (i < dev->key_count && strcmp(dev->keys[i], key))
		i++;
	if (i == KEYS)
		die("more than %u keys", KEYS);
	if (i == dev->key_count)
		snprintf(dev->keys[dev->key_count++], sizeof(dev->keys[0]), "%s", key);
	write_key(dev, key, value, len);
}

static void put_override(struct device *dev)
{
	const struct override *override = dev->override;

	dev->overridden = true;
	if (override->value)
		put(dev, override->key, override->value,
		    override->len ? override->len : strlen(override->value));
}

void device_put(struct device *dev, const char *key, const char *fmt, ...)
{
	char value[128];
	va_list args;
	int len;

	if (dev->override && !strcmp(key, dev->override->key)) {
		put_override(dev);
		return;
	}
	va_start(args, fmt);
	len = vsnprintf(value, sizeof(value), fmt, args);
	va_end(args);
	put(dev, key, value, len);
}

void device_put_rest(struct device *dev)
{
	if (dev->override && !dev->overridden)
		put_override(dev);
}

void device_close(struct device *dev)
{
	char path[300];

	if (dev->closed)
		return;
	device_set_state(dev, XenbusStateClosing);
	if (!((1u << device_wait(dev, STATES(Closing, Closed), PATIENCE)) &
	      STATES(Closing, Closed)))
		wrong("the backend does not begin to close, its state is %d", device_state(dev));
	device_set_state(dev, XenbusStateClosed);
	if (device_wait(dev, 1u << XenbusStateClosed, PATIENCE) != XenbusStateClosed)
		wrong("the backend does not close, its state is %d", device_state(dev));
	while (dev->key_count) {
		path_of(path, sizeof(path), dev->front, dev->keys[--dev->key_count]);
		xs_remove(path);
	}
	dev->override = NULL;
	dev->overridden = false;
	dev->closed = true;
}

static void reason_path(const struct device *dev, char *path, size_t size)
{
	static const char dom0[] = "/local/domain/0/";

	snprintf(path, size, "%serror/%s/error", dom0, dev->back + strlen(dom0));
}

void device_forget_reason(const struct device *dev)
{
	char path[300];

	reason_path(dev, path, sizeof(path));
	xs_remove(path);
}

void device_note_reason(const struct device *dev)
{
	char path[300], reason[600];
	int len;

	reason_path(dev, path, sizeof(path));
	len = xs_read(path, reason, sizeof(reason));
	if (len > 0)
		note("\"%s\"", reason);
	else
		wrong("no reason to be read: %s", strerror(-len));
}

void device_calm_down(const struct device *dev)
{
	enum xenbus_state before, state = device_state(dev);

	do {
		before = state;
		sleep_ms(500);
		state = device_state(dev);
	} while (state != before);
}

/* Write an invalid state, or one that a frontend never has. */
void device_put_odd_state(struct device *dev, long which)
{
	static const char *const texts[ODD_STATES] = {
		"", "0", "7", "8", "9", "255", "-1", "text", "4294967300",
	};

	write_key(dev, "state", texts[which], strlen(texts[which]));
	device_calm_down(dev);
}

void device_connect_again(struct device *dev, long times)
{
	while (times--) {
		device_set_state(dev, XenbusStateInitialised);
		device_set_state(dev, XenbusStateConnected);
	}
}

void device_flap(struct device *dev, long pause_ms)
{
	for (int from = XenbusStateInitialising; from <= XenbusStateReconfigured; from++)
		for (int to = XenbusStateInitialising; to <= XenbusStateReconfigured; to++) {
			device_set_state(dev, from);
			sleep_ms(pause_ms);
			device_set_state(dev, to);
			sleep_ms(pause_ms);
		}
	device_calm_down(dev);
}

void device_hammer(struct device *dev, long times)
{
	static const enum xenbus_state states[] = {
		XenbusStateConnected, XenbusStateReconfiguring, XenbusStateInitialised,
	};

	while (times--)
		device_set_state(dev, states[times % 3]);
	device_set_state(dev, XenbusStateConnected);
	device_calm_down(dev);
}

void device_hurry(struct device *dev, long times)
{
	while (times--) {
		device_set_state(dev, XenbusStateInitialising);
		device_set_state(dev, XenbusStateInitialised);
		device_set_state(dev, XenbusStateConnected);
		device_set_state(dev, XenbusStateClosing);
		if (times & 1)
			device_set_state(dev, XenbusStateClosed);
	}
	device_calm_down(dev);
}

/* Close a device that an earlier run has left open, so that it can be opened again. */
void device_reset(struct device *dev)
{
	unsigned int fresh = STATES(InitWait, Closed);

	if (!((1u << device_state(dev)) & fresh))
		device_close(dev);
	dev->closed = false;
	device_set_state(dev, XenbusStateInitialising);
	if (device_wait(dev, 1u << XenbusStateInitWait, PATIENCE) != XenbusStateInitWait)
		die("the backend does not get ready, its state is %d", device_state(dev));
}
