// SPDX-License-Identifier: GPL-2.0
/*
 * hostile blk|net list                        names the cases and what is expected
 * hostile blk|net DEVICE CASE|all             DEVICE as in device/vbd/DEVICE, such as 51712
 * hostile blk|net DEVICE random SEED COUNT    that many random requests
 * hostile blk|net DEVICE cycle COUNT          connects, does one good thing, closes; so often
 *
 * One line for each case: "pass|fail NAME: what the backend did". Exit code 0 if all passed, 1 if
 * one failed, 2 for a wrong command line.
 */
#include "hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(void)
{
	fprintf(stderr, "usage: hostile blk|net list\n"
			"       hostile blk|net DEVICE CASE|all\n"
			"       hostile blk|net DEVICE random SEED COUNT\n"
			"       hostile blk|net DEVICE cycle COUNT\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const struct kind *const kinds[] = { &blk_kind, &net_kind };
	const struct kind *kind = NULL;
	unsigned int id;

	for (size_t i = 0; argc > 2 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(argv[1], kinds[i]->type))
			kind = kinds[i];
	if (!kind)
		return usage();
	if (argc == 3 && !strcmp(argv[2], "list")) {
		kind->list();
		return 0;
	}
	if (argc < 4)
		return usage();
	xs_open();
	evtchn_open();
	id = strtoul(argv[2], NULL, 10);
	if (argc == 6 && !strcmp(argv[3], "random"))
		return !!kind->random(id, strtoull(argv[4], NULL, 0), strtoul(argv[5], NULL, 0));
	if (argc == 5 && !strcmp(argv[3], "cycle"))
		return !!kind->cycle(id, strtoul(argv[4], NULL, 0));
	return argc == 4 ? !!kind->run(id, argv[3]) : usage();
}
