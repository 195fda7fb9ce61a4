// SPDX-License-Identifier: GPL-2.0
/* dom0ctl: shows what this domain's backends do. Of a device it changes only limits. */
#include "command.h"
#include "text.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef VERSION
#define VERSION "unknown"
#endif

enum {
	TAKES_DEVICE	= 1 << 0,
	NEEDS_DEVICE	= 1 << 1,
	TAKES_FORMAT	= 1 << 2,
	TAKES_WATCH	= 1 << 3,
	TAKES_WORDS	= 1 << 4,
};

struct command {
	const char *name;
	const char *words;
	const char *help;
	unsigned int takes;
	int (*run)(struct xenstore *xs, const struct options *options);
};

static const struct command commands[] = {
	{ "list", "[--json|--prometheus]", "all devices, their states and what is behind them",
	  TAKES_FORMAT, command_list },
	{ "stat", "[DEVICE] [--watch S] [--count N] [--json|--prometheus]",
	  "counters, or what happens in a second",
	  TAKES_DEVICE | TAKES_FORMAT | TAKES_WATCH, command_stat },
	{ "top", "[--watch S] [--count N]", "the devices by what they move",
	  TAKES_WATCH, command_top },
	{ "doctor", "[DEVICE]", "why devices wait, and what to do about it",
	  TAKES_DEVICE, command_doctor },
	{ "limits", "[DEVICE [KEY=PER_SECOND[,BURST]...]] [--json|--prometheus]",
	  "what devices may move in a second, or set it for one; KEY=none removes it",
	  TAKES_DEVICE | TAKES_FORMAT | TAKES_WORDS, command_limits },
	{ "trace", "DEVICE|on|off", "what our modules do for a device, as it happens",
	  TAKES_DEVICE | NEEDS_DEVICE, command_trace },
	{ "show", "DEVICE", "everything that is known of one device",
	  TAKES_DEVICE | NEEDS_DEVICE, command_show },
};

int command_trouble(const char *fmt, ...)
{
	char text[2048];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fputs("dom0ctl: ", stderr);
	text_plain(stderr, text);
	putc('\n', stderr);
	return EXIT_TROUBLE;
}

int command_devices(struct devices *devices, struct xenstore *xs)
{
	int err = device_find_all(devices, xs);

	return err ? command_trouble("cannot read xenstore: %s", strerror(-err)) : 0;
}

const struct device *command_device(const struct devices *devices, const struct options *options)
{
	const struct device *dev = device_named(devices, options->device);

	if (!dev)
		command_trouble("no device %s: `dom0ctl list` shows them all", options->device);
	return dev;
}

static void print_help(FILE *out)
{
	size_t i;

	fputs("usage: dom0ctl COMMAND [DEVICE] [OPTIONS]\n\n", out);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  %s %s\n          %s\n", commands[i].name, commands[i].words,
			commands[i].help);
	fputs("\nDEVICE is a name that `dom0ctl list` shows, such as vbd-3-51712,\n"
	      "or a network interface, such as vif3.0. `man 8 dom0ctl` has the rest.\n", out);
}

static const struct command *command_named(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

/* Parse a number from 1 to the seconds of a day. Return 0 for anything else. */
static unsigned int parse_count(const char *text)
{
	int number = xenstore_parse_number(text);

	return number > 0 && number <= 86400 ? (unsigned int)number : 0;
}

/*
 * Take an option. Return the flag that the command must have for it, 0 if the option is not valid.
 */
static unsigned int take_option(int option, struct options *options)
{
	switch (option) {
	case 'j':
		options->format = FORMAT_JSON;
		return TAKES_FORMAT;
	case 'p':
		options->format = FORMAT_PROMETHEUS;
		return TAKES_FORMAT;
	case 'w':
		options->seconds = parse_count(optarg);
		return options->seconds ? TAKES_WATCH : 0;
	case 'n':
		options->rounds = parse_count(optarg);
		return options->rounds ? TAKES_WATCH : 0;
	}
	return 0;
}

static int parse_options(const struct command *command, struct options *options,
			 int argc, char **argv)
{
	static const struct option known[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "prometheus", no_argument, NULL, 'p' },
		{ "watch", required_argument, NULL, 'w' },
		{ "count", required_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "jpw:n:", known, NULL)) >= 0) {
		unsigned int needs = take_option(option, options);

		if (!needs || !(command->takes & needs))
			return command_trouble("%s: cannot do that with %s", command->name,
					       argv[optind - 1]);
	}
	if (optind < argc && (command->takes & TAKES_DEVICE))
		options->device = argv[optind++];
	if (command->takes & TAKES_WORDS) {
		options->words = argv + optind;
		options->number = (unsigned int)(argc - optind);
		return 0;
	}
	if (optind < argc)
		return command_trouble("%s: unknown argument %s", command->name, argv[optind]);
	if (!options->device && (command->takes & NEEDS_DEVICE))
		return command_trouble("usage: dom0ctl %s %s", command->name, command->words);
	return 0;
}

static int open_xenstore(struct xenstore *xs)
{
	int err = xenstore_open(xs);

	if (err == -ENOENT || err == -ENODEV || err == -ENXIO)
		return command_trouble("no xenstore: not on Xen, or xenstored does not run");
	return err ? command_trouble("cannot open /dev/xen/xenbus: %s", strerror(-err)) : 0;
}

static int run_command(const struct command *command, const struct options *options)
{
	struct xenstore xs;
	int code;

	if (geteuid())
		return command_trouble("only root can read what dom0ctl shows");
	if (open_xenstore(&xs))
		return EXIT_TROUBLE;
	code = command->run(&xs, options);
	xenstore_close(&xs);
	if (fflush(stdout) || ferror(stdout))
		return command_trouble("cannot write: %s", strerror(errno));
	return code;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	const struct command *command = command_named(word);
	struct options options = { 0 };

	if (!strcmp(word, "--help") || !strcmp(word, "help") || !strcmp(word, "-h")) {
		print_help(stdout);
		return 0;
	}
	if (!strcmp(word, "--version") || !strcmp(word, "-V")) {
		puts("dom0ctl " VERSION);
		return 0;
	}
	if (!command) {
		print_help(stderr);
		return EXIT_TROUBLE;
	}
	if (parse_options(command, &options, argc - 1, argv + 1))
		return EXIT_TROUBLE;
	return run_command(command, &options);
}
