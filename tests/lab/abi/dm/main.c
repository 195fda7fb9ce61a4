// SPDX-License-Identifier: GPL-2.0
/* dm gsi DEVICE | dm questions DOMID | dm stale DOMID | dm moved DOMID | dm bell DOMID ADDRESS */
#include "dm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	domid_t domid = argc > 2 ? atoi(argv[2]) : 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && !strcmp(argv[1], "gsi"))
		return gsi(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "questions"))
		return questions(domid);
	if (argc == 3 && !strcmp(argv[1], "stale"))
		return stale(domid);
	if (argc == 3 && !strcmp(argv[1], "moved"))
		return moved(domid);
	if (argc == 4 && !strcmp(argv[1], "bell"))
		return bell(domid, strtoull(argv[3], NULL, 0));
	fputs("usage: dm gsi DEVICE | dm questions DOMID | dm stale DOMID | ", stderr);
	fputs("dm moved DOMID | dm bell DOMID ADDRESS\n", stderr);
	return 2;
}
