// SPDX-License-Identifier: GPL-2.0
/*
 * xenstore read|write|rm|exists|watch [-R] PATH [VALUE], or xenstore-read ... by its name: the few
 * uses that the lab's agent has for Xen's own program, where Debian has that for no guest of this kind.
 */
#include "../hostile/hostile.h"
#include "fatal.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <xen/io/xs_wire.h>

static int read_path(const char *path)
{
	static char value[XENSTORE_PAYLOAD_MAX + 1];
	int len = xs_read(path, value, sizeof(value));

	if (len < 0)
		die("%s: %s", path, strerror(-len));
	puts(value);
	return 0;
}

static int watch_path(const char *path)
{
	xs_watch(path);
	for (;;) {
		if (!xs_wait(INT_MAX))
			continue;
		puts(path);
		/* Nobody reads any more: then there is nobody to watch for. */
		if (fflush(stdout))
			return 1;
	}
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	char value[64];

	if (!strncmp(name, "xenstore-", 9))
		name += 9;
	else if (argc > 1)
		name = argv[1], argc--, argv++;
	if (argc > 1 && !strcmp(argv[1], "-R"))
		argc--, argv++;
	xs_open();
	if (!strcmp(name, "read") && argc == 2)
		return read_path(argv[1]);
	if (!strcmp(name, "write") && argc == 3)
		return xs_write(argv[1], argv[2], strlen(argv[2])) < 0;
	if (!strcmp(name, "rm") && argc == 2)
		return xs_remove(argv[1]) < 0;
	if (!strcmp(name, "exists") && argc == 2)
		return xs_read(argv[1], value, sizeof(value)) == -ENOENT;
	if (!strcmp(name, "watch") && argc == 2)
		return watch_path(argv[1]);
	fputs("xenstore read|write|rm|exists|watch [-R] PATH [VALUE]\n", stderr);
	return 2;
}
