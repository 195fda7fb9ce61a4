// SPDX-License-Identifier: GPL-2.0
/* `dom0ctl top`: the devices, sorted by the bytes that they transfer, printed again and again. */
#include "look.h"
#include "usage.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Seconds between two looks, unless --watch gives another number. */
#define TOP_SECONDS	2

struct place {
	size_t index;
	uint64_t bytes, operations;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *one = a, *other = b;

	if (one->bytes != other->bytes)
		return one->bytes > other->bytes ? -1 : 1;
	if (one->operations != other->operations)
		return one->operations > other->operations ? -1 : 1;
	return one->index < other->index ? -1 : one->index > other->index;
}

static size_t sort_devices(const struct look *look, struct place *places)
{
	size_t i, number = 0;

	for (i = 0; i < look->devices.number; i++) {
		struct usage usage;

		if (!look->devices.all[i].type)
			continue;
		device_use(&look->devices.all[i], &look->between[i], &usage);
		places[number++] = (struct place){
			i, usage.from_guest + usage.to_guest, usage.operations
		};
	}
	qsort(places, number, sizeof(*places), compare_places);
	return number;
}

/* Return how many devices the terminal has lines for. A file gets all. */
static size_t lines_left(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_row < 6)
		return (size_t)-1;
	return size.ws_row - 5u;
}

static int top_print(const struct look *look, const struct options *options)
{
	struct place *places = calloc(look->devices.number + 1, sizeof(*places));
	size_t *order = calloc(look->devices.number + 1, sizeof(*order)), number, i;
	int code = 0;

	(void)options;
	if (places && order) {
		number = sort_devices(look, places);
		for (i = 0; i < number; i++)
			order[i] = places[i].index;
		if (isatty(STDOUT_FILENO))
			fputs("\033[H\033[J", stdout);
		printf("dom0ctl top: %zu devices, %.1f s\n\n", number, look->seconds);
		usage_table(look, order, number < lines_left() ? number : lines_left());
	} else {
		code = command_trouble("out of memory");
	}
	free(places);
	free(order);
	return code;
}

int command_top(struct xenstore *xs, const struct options *options)
{
	struct options wanted = *options;

	if (!wanted.seconds)
		wanted.seconds = TOP_SECONDS;
	return look_each(xs, &wanted, top_print);
}
