// SPDX-License-Identifier: GPL-2.0
/*
 * xenstore read|write|rm|exists|watch [-R|--] ARGUMENT..., or xenstore-read ... by its name: what
 * the lab asks of Xen's own program, which the emulator takes twice as long to start.
 *
 *   read PATH...          write PATH VALUE ... (in one go)
 *   rm PATH...            exists PATH
 *   watch PATH
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

static int remove_path(const char *path)
{
	int err = xs_remove(path);

	if (err)
		die("%s: %s", path, strerror(-err));
	return 0;
}

static int write_pairs(int argc, char **argv)
{
	int err = argc > 2 ? xs_transaction_start() : 0;

	for (int i = 0; i < argc && !err; i += 2)
		err = xs_write(argv[i], argv[i + 1], strlen(argv[i + 1]));
	/* One that is not ended ends with this program, and has no effect. */
	if (!err && argc > 2)
		err = xs_transaction_end();
	if (err && err != -EAGAIN)
		die("%s: %s", argv[0], strerror(-err));
	return err;
}

static int write_values(int argc, char **argv)
{
	int err;

	do {
		err = write_pairs(argc, argv);
	} while (err == -EAGAIN);
	return err;
}

static int watch_path(const char *path)
{
	xs_watch(path);
	for (;;) {
		if (!xs_wait(INT_MAX))
			continue;
		puts(path);
		/* The reader has gone. */
		if (fflush(stdout))
			return 1;
	}
}

static int each(int (*action)(const char *path), int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		action(argv[i]);
	return 0;
}

static int path_exists(const char *path)
{
	static char value[XENSTORE_PAYLOAD_MAX + 1];

	return xs_read(path, value, sizeof(value)) >= 0 ? 0 : 1;
}

static int run(const char *verb, int argc, char **argv)
{
	if (!strcmp(verb, "read") && argc)
		return each(read_path, argc, argv);
	if (!strcmp(verb, "write") && argc && argc % 2 == 0)
		return write_values(argc, argv);
	if (!strcmp(verb, "rm") && argc)
		return each(remove_path, argc, argv);
	if (!strcmp(verb, "exists") && argc == 1)
		return path_exists(argv[0]);
	if (!strcmp(verb, "watch") && argc == 1)
		return watch_path(argv[0]);
	fputs("xenstore read|write|rm|exists|watch [-R|--] ARGUMENT...\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const char *verb = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];

	argc--, argv++;
	if (!strncmp(verb, "xenstore-", 9))
		verb += 9;
	else if (argc)
		verb = argv[0], argc--, argv++;
	if (argc && (!strcmp(argv[0], "-R") || !strcmp(argv[0], "--")))
		argc--, argv++;
	xs_open();
	return run(verb, argc, argv);
}
