// SPDX-License-Identifier: GPL-2.0
/* A look owns its devices and its counters, from look_take() to look_end(). */
#include "look.h"

#include <stdlib.h>
#include <time.h>

static double clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* For a new device nothing has been seen before: compare its counters with themselves. */
static const struct counters *counters_before(const struct look *before, const struct device *dev,
					      const struct counters *now)
{
	const struct device *old = before ? device_named(&before->devices, dev->name) : NULL;

	return old ? &before->counted[old - before->devices.all] : now;
}

int look_take(struct look *look, struct xenstore *xs, const struct look *before)
{
	size_t i;

	*look = (struct look){ 0 };
	if (command_devices(&look->devices, xs))
		return EXIT_TROUBLE;
	look->counted = calloc(look->devices.number + 1, sizeof(*look->counted));
	look->between = calloc(look->devices.number + 1, sizeof(*look->between));
	if (!look->counted || !look->between)
		return command_trouble("out of memory");
	look->when = clock_now();
	look->seconds = before ? look->when - before->when : 0;
	for (i = 0; i < look->devices.number; i++) {
		const struct device *dev = &look->devices.all[i];
		const struct counters *old;

		device_count(dev, &look->counted[i]);
		old = counters_before(before, dev, &look->counted[i]);
		counters_between(old, &look->counted[i], &look->between[i]);
		latency_between(&old->latency, &look->counted[i].latency,
				&look->between[i].latency);
	}
	return 0;
}

void look_end(struct look *look)
{
	device_free_all(&look->devices);
	free(look->counted);
	free(look->between);
	*look = (struct look){ 0 };
}

static void look_wait(unsigned int seconds)
{
	struct timespec left = { .tv_sec = seconds };

	while (nanosleep(&left, &left))
		;
}

int look_each(struct xenstore *xs, const struct options *options,
	      int (*print)(const struct look *look, const struct options *options))
{
	struct look before, look;
	unsigned int round = 0;
	int code = look_take(&before, xs, NULL);

	if (!code && !options->seconds)
		code = print(&before, options);
	while (!code && options->seconds && (!options->rounds || round++ < options->rounds)) {
		look_wait(options->seconds);
		code = look_take(&look, xs, &before);
		if (!code)
			code = print(&look, options);
		look_end(&before);
		before = look;
		fflush(stdout);
		if (ferror(stdout))
			break;
	}
	look_end(&before);
	return code;
}
