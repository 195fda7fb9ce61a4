/* SPDX-License-Identifier: GPL-2.0 */
/* The commands, and the options of the command line. */
#ifndef _DOM0CTL_COMMAND_H
#define _DOM0CTL_COMMAND_H

#include "device.h"

enum format {
	FORMAT_TABLE,
	FORMAT_JSON,
	FORMAT_PROMETHEUS,
};

/* Exit codes besides 0: doctor has findings; the command has failed. */
#define EXIT_FINDINGS	1
#define EXIT_TROUBLE	2

struct options {
	enum format format;
	unsigned int seconds;	/* from one look to the next, 0 for a single look */
	unsigned int rounds;	/* 0: until it is interrupted */
	const char *device;	/* or NULL */
	char **words;		/* those after the device */
	unsigned int number;
};

/* Each returns an exit code, and has printed a message on failure. */
int command_list(struct xenstore *xs, const struct options *options);
int command_show(struct xenstore *xs, const struct options *options);
int command_stat(struct xenstore *xs, const struct options *options);
int command_top(struct xenstore *xs, const struct options *options);
int command_doctor(struct xenstore *xs, const struct options *options);
int command_limits(struct xenstore *xs, const struct options *options);
int command_trace(struct xenstore *xs, const struct options *options);

/* Print "dom0ctl: " and the text, escaped. Return EXIT_TROUBLE. */
__printf(1, 2)
int command_trouble(const char *fmt, ...);

/* Find all devices. Return 0, or EXIT_TROUBLE after a message. */
int command_devices(struct devices *devices, struct xenstore *xs);

/* Return the device that was asked for, or NULL after a message. */
const struct device *command_device(const struct devices *devices, const struct options *options);

#endif
