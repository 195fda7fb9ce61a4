// SPDX-License-Identifier: GPL-2.0
/*
 * The command line of the hostile frontends:
 *
 *   hostile blk|net|scsi list                 names the cases and what is expected
 *   hostile blk|net|scsi DEVICE CASE...|all   DEVICE as in device/vbd/DEVICE, such as 51712
 *   hostile blk|net|scsi DEVICE cycle COUNT   COUNT times: connects, sends one request, closes
 *   hostile random KIND SEED COUNT [DEVICE]   valid requests, many of them changed at one place;
 *                                             KIND is blk, blk32, blk-indirect, net-tx, net-rx
 *                                             or xenstore
 *   hostile latency FILE SECONDS              how long verified I/O takes, beside hostile guests
 *   hostile sum DEVICE                        the example backend
 *   hostile pci DEVICE                        a PCI device that has MSI and MSI-X: all cases
 *
 * One line for each case: "pass|fail NAME: what the backend did". Exit code 0 if all passed, 1 if
 * one failed, 2 for a wrong command line. The same seed gives the same requests.
 */
#include "hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(void)
{
	fprintf(stderr, "usage: hostile blk|net|scsi list\n"
			"       hostile blk|net|scsi DEVICE CASE...|all\n"
			"       hostile blk|net|scsi DEVICE cycle COUNT\n"
			"       hostile random KIND SEED COUNT [DEVICE]\n"
			"       hostile latency FILE SECONDS\n"
			"       hostile sum DEVICE\n"
			"       hostile pci DEVICE\n");
	return 2;
}

static void open_xen(void)
{
	xs_open();
	evtchn_open();
}

static int run_random(int argc, char **argv)
{
	unsigned int id = argc == 6 ? strtoul(argv[5], NULL, 10) : 0;

	open_xen();
	return !random_by_name(argv[2], strtoull(argv[3], NULL, 0), strtoull(argv[4], NULL, 0),
			       argc == 6 ? &id : NULL);
}

static int run_kind(const struct kind *kind, int argc, char **argv)
{
	unsigned int id;
	int failed = 0;

	if (argc == 3 && !strcmp(argv[2], "list")) {
		kind->list();
		return 0;
	}
	if (argc < 4)
		return usage();
	open_xen();
	id = strtoul(argv[2], NULL, 10);
	if (argc == 5 && !strcmp(argv[3], "cycle"))
		return !!kind->cycle(id, strtoul(argv[4], NULL, 0));
	for (int i = 3; i < argc; i++)
		failed += kind->run(id, argv[i]);
	return !!failed;
}

int main(int argc, char **argv)
{
	static const struct kind *const kinds[] = { &blk_kind, &net_kind, &scsi_kind };

	if (argc == 4 && !strcmp(argv[1], "latency"))
		return !latency(argv[2], strtoul(argv[3], NULL, 10));
	if (argc == 3 && !strcmp(argv[1], "sum")) {
		open_xen();
		return !sum_example(strtoul(argv[2], NULL, 10));
	}
	if (argc == 3 && !strcmp(argv[1], "pci")) {
		open_xen();
		return !pci_hostile(strtoul(argv[2], NULL, 10));
	}
	if ((argc == 5 || argc == 6) && !strcmp(argv[1], "random"))
		return run_random(argc, argv);
	for (size_t i = 0; argc > 2 && i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(argv[1], kinds[i]->type))
			return run_kind(kinds[i], argc, argv);
	return usage();
}
