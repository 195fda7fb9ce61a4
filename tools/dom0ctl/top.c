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

/*
 * Lines of the screen that are not for devices: the title, an empty one, the heads, two notes on
 * what drivers do not count, and the cursor's.
 */
#define OTHER_LINES	6u

/* Return the size of the terminal. A file has no limits: all lines, and 0 columns. */
static void screen_size(size_t *lines, size_t *columns)
{
	struct winsize size;
	bool known = !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);

	*lines = known && size.ws_row > OTHER_LINES ? size.ws_row - OTHER_LINES : (size_t)-1;
	*columns = known ? size.ws_col : 0;
}

static int top_print(const struct look *look, const struct options *options)
{
	struct place *places = calloc(look->devices.number + 1, sizeof(*places));
	size_t *order = calloc(look->devices.number + 1, sizeof(*order));
	size_t number, lines, columns, i;
	int code = 0;

	(void)options;
	if (places && order) {
		number = sort_devices(look, places);
		for (i = 0; i < number; i++)
			order[i] = places[i].index;
		if (isatty(STDOUT_FILENO))
			fputs("\033[H\033[J", stdout);
		printf("dom0ctl top: %zu devices, %.1f s\n\n", number, look->seconds);
		screen_size(&lines, &columns);
		usage_table(look, order, number < lines ? number : lines, columns);
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
