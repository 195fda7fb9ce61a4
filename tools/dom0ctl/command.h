/* SPDX-License-Identifier: GPL-2.0 */
/* The commands, and what the command line asks of them. */
#ifndef _DOM0CTL_COMMAND_H
#define _DOM0CTL_COMMAND_H

#include "device.h"

enum format {
	FORMAT_TABLE,
	FORMAT_JSON,
	FORMAT_PROMETHEUS,
};

/* Exit codes: all is well, something is to be said (doctor), it could not be done. */
#define EXIT_FINDINGS	1
#define EXIT_TROUBLE	2

struct options {
	enum format format;
	unsigned int seconds;	/* between two looks, 0 for one look */
	unsigned int rounds;	/* 0: until it is interrupted */
	const char *device;	/* or NULL */
	char **words;		/* those after the device */
	unsigned int number;
};

/* Each returns an exit code, and has said what is wrong. */
int command_list(struct xenstore *xs, const struct options *options);
int command_show(struct xenstore *xs, const struct options *options);
int command_stat(struct xenstore *xs, const struct options *options);
int command_top(struct xenstore *xs, const struct options *options);
int command_doctor(struct xenstore *xs, const struct options *options);
int command_limits(struct xenstore *xs, const struct options *options);
int command_trace(struct xenstore *xs, const struct options *options);

/* "dom0ctl: " and the text, escaped; returns EXIT_TROUBLE. */
__printf(1, 2)
int command_trouble(const char *fmt, ...);

/* All devices, or a message and EXIT_TROUBLE. */
int command_devices(struct devices *devices, struct xenstore *xs);

/* The device that was asked for, or NULL and a message. */
const struct device *command_device(const struct devices *devices, const struct options *options);

#endif
