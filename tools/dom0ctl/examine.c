// SPDX-License-Identifier: GPL-2.0
/* `dom0ctl doctor`: the findings on each device, and what to do. */
#include "command.h"
#include "facts.h"
#include "text.h"

static void print_patient(const struct device *dev)
{
	text_plain(stdout, dev->name);
	printf(" of domain %d (", dev->domid);
	text_plain(stdout, dev->domain);
	printf("): backend %s, frontend %s\n", device_state_name(dev->ours),
	       device_state_name(dev->theirs));
}

static void print_finding(const struct finding *finding)
{
	fputs("  ", stdout);
	text_plain(stdout, finding->problem);
	fputs("\n    ", stdout);
	text_plain(stdout, finding->advice);
	putchar('\n');
}

static unsigned int examine_device(const struct device *dev, struct xenstore *xs)
{
	struct finding findings[FINDINGS_MOST];
	unsigned int number, i;
	struct facts facts;

	facts_gather(&facts, dev, xs);
	number = doctor_examine(&facts, findings);
	if (number)
		print_patient(dev);
	for (i = 0; i < number; i++)
		print_finding(&findings[i]);
	return number;
}

static int examine_all(const struct devices *devices, struct xenstore *xs)
{
	unsigned int examined = 0, ill = 0;
	size_t i;

	for (i = 0; i < devices->number; i++) {
		if (!devices->all[i].type)
			continue;
		examined++;
		ill += examine_device(&devices->all[i], xs) > 0;
	}
	if (!ill)
		printf("%u disks and network cards, nothing wrong with them\n", examined);
	return ill ? EXIT_FINDINGS : 0;
}

static int examine_one(const struct device *dev, struct xenstore *xs)
{
	if (!dev->type)
		return command_trouble("%s is served by a program, which doctor cannot examine",
				       dev->name);
	if (examine_device(dev, xs))
		return EXIT_FINDINGS;
	text_plain(stdout, dev->name);
	puts(": nothing wrong with it");
	return 0;
}

int command_doctor(struct xenstore *xs, const struct options *options)
{
	const struct device *dev;
	struct devices devices;
	int code = EXIT_TROUBLE;

	if (command_devices(&devices, xs))
		return EXIT_TROUBLE;
	dev = options->device ? command_device(&devices, options) : NULL;
	if (dev)
		code = examine_one(dev, xs);
	else if (!options->device)
		code = examine_all(&devices, xs);
	device_free_all(&devices);
	return code;
}
