// SPDX-License-Identifier: GPL-2.0
/* dm gsi DEVICE */
#include "dm.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void die(const char *what)
{
	perror(what);
	exit(1);
}

int open_node(const char *node)
{
	int fd = open(node, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(node);
	return fd;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && !strcmp(argv[1], "gsi"))
		return gsi(argv[2]);
	fprintf(stderr, "usage: dm gsi DEVICE\n");
	return 2;
}
