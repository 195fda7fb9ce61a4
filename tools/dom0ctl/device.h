/* SPDX-License-Identifier: GPL-2.0 */
/* A backend device of this domain, put together from xenstore and sysfs. */
#ifndef _DOM0CTL_DEVICE_H
#define _DOM0CTL_DEVICE_H

#include "counters.h"
#include "xenstore.h"

#include <net/if.h>
#include <stdio.h>

struct device;

/* The use of a device, in terms that fit both disks and network cards. */
struct usage {
	uint64_t operations;
	uint64_t from_guest;
	uint64_t to_guest;
	uint64_t failed;
	bool failed_known;	/* some drivers do not count failures */
	uint64_t events;
	uint64_t spurious;
	uint64_t p50, p99;	/* of the latency; see latency_percentile() */
};

/* What differs between the kinds of devices. */
struct device_kind {
	const char *kind;
	const char *ours;	/* our module, and the module of the kernel tree */
	const char *kernels;
	const char *lacks;	/* what the kernel tree's driver does not count */
	/* Fill in what is behind the device, its queues and its network interface. */
	void (*look)(struct device *dev, struct xenstore *xs);
	void (*count)(const struct device *dev, struct counters *counters);
	void (*use)(const struct counters *counters, struct usage *usage);
	/* Return the driver's text about its rings, or NULL. The caller frees it. */
	char *(*rings)(const struct device *dev);
};

struct device {
	const struct device_kind *type;	/* NULL if a program in user space serves it */
	char name[64];			/* vbd-3-51712 */
	char kind[24];
	char number[32];		/* 51712 */
	int domid;
	char domain[64];		/* its name */
	char path[128];			/* backend/vbd/3/51712 */
	char frontend[128];		/* /local/domain/3/device/vbd/51712 */
	int ours;			/* states as in xenstore, -1 for none */
	int theirs;
	bool on_bus;
	char driver[32];
	char module[32];
	char behind[1024];
	char interface[IFNAMSIZ];
	unsigned int queues;		/* 0 while not connected */
};

struct devices {
	struct device *all;
	size_t number;
};

extern const struct device_kind blk_kind, net_kind;

/*
 * Find all devices, sorted by domain, kind and number. Return 0 or a negative errno. Free them by
 * device_free_all().
 */
int device_find_all(struct devices *devices, struct xenstore *xs);
void device_free_all(struct devices *devices);

/* Find a device by its own name or that of its network interface. */
const struct device *device_named(const struct devices *devices, const char *name);

/* Read the counters of a device: those of any device, and those of its kind. */
void device_count(const struct device *dev, struct counters *counters);
void device_use(const struct device *dev, const struct counters *counters, struct usage *usage);

/* "Connected", or "-" if there is no state. */
const char *device_state_name(int state);

/* Return whether one of our modules serves the device. */
bool device_is_ours(const struct device *dev);

/* Return the number of queues that a connected frontend has asked for. */
unsigned int device_queues_asked(const struct device *dev, struct xenstore *xs);

#endif
