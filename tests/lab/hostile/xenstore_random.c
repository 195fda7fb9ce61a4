// SPDX-License-Identifier: GPL-2.0
/*
 * Any value in any key that a frontend has, including its state, in any order. Now and then the
 * device goes through a complete connection, which has to work.
 */
#include "blk.h"

#include <stdio.h>
#include <string.h>

#define VALUES_PER_CONNECTION 200

static const char *const key_names[] = {
	"state", "state", "state", "ring-ref", "ring-ref0", "ring-ref1", "ring-page-order",
	"event-channel", "multi-queue-num-queues", "queue-0/ring-ref", "queue-0/event-channel",
	"queue-1/ring-ref", "protocol", "feature-persistent", "queue-0", "nonsense",
};

static const char *const values[] = {
	"", "0", "1", "2", "4", "8", "16", "255", "-1", "+1", " 1", "1 ", "0x10", "1e3", "007",
	"65535", "2147483648", "4294967295", "4294967296", "18446744073709551616", "abc",
	"x86_64-abi", "x86_32-abi", "%s%n%s%n", "\001\002\n", "\377\376", "1\n",
};

static size_t random_value(char *buf, size_t size)
{
	const char *text = values[random_below(ARRAY_SIZE(values))];

	switch (random_below(8)) {
	case 0:
		return snprintf(buf, size, "%u", random_u32());
	case 1:
		memset(buf, random_u32(), size);
		return random_below(size);
	default:
		return snprintf(buf, size, "%s", text);
	}
}

static void path_of_key(const struct blk *blk, const char *key, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", blk->dev.front, key);
}

static void write_value(struct blk *blk)
{
	const char *key = key_names[random_below(ARRAY_SIZE(key_names))];
	char path[128], value[2000];
	size_t len = random_value(value, sizeof(value));

	path_of_key(blk, key, path, sizeof(path));
	if (!strcmp(key, "state") && !random_once_in(4))
		len = snprintf(value, sizeof(value), "%u", random_below(9));
	if (random_once_in(8) && strcmp(key, "state"))
		xs_remove(path);
	else
		xs_write(path, value, len);
}

static void clean_up(struct blk *blk)
{
	char path[128];

	device_set_state(&blk->dev, XenbusStateClosing);
	device_set_state(&blk->dev, XenbusStateClosed);
	for (size_t i = 0; i < ARRAY_SIZE(key_names); i++) {
		path_of_key(blk, key_names[i], path, sizeof(path));
		if (strcmp(key_names[i], "state"))
			xs_remove(path);
	}
	device_calm_down(&blk->dev);
}

static void run_values(unsigned int id, uint64_t count, struct random_run *run)
{
	struct blk blk;

	blk_open(&blk, id);
	while (run->asked < count) {
		for (unsigned int i = 0; i < VALUES_PER_CONNECTION && run->asked < count; i++) {
			write_value(&blk);
			run->asked++;
			run->mutated++;
		}
		clean_up(&blk);
		blk_behave(&blk);
		run->stops++;
	}
	run->okay = blk.okay;
}

const struct random_kind random_xenstore = { "xenstore", 51712, run_values };
