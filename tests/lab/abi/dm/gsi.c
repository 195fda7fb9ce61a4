// SPDX-License-Identifier: GPL-2.0
/* Prints the interrupt line of a PCI device (DDDD:BB:SS.F), or the error. */
#include "dm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int gsi(const char *device)
{
	struct privcmd_pcidev_get_gsi arg = {};
	unsigned int segment, bus, slot, function;
	int privcmd = open_node("/dev/xen/privcmd");

	if (ioctl(privcmd, IOCTL_PRIVCMD_PCIDEV_GET_GSI, NULL) != -1 || errno != EFAULT) {
		printf("NULL is taken\n");
		return 1;
	}
	if (sscanf(device, "%x:%x:%x.%x", &segment, &bus, &slot, &function) != 4) {
		fprintf(stderr, "no device: %s\n", device);
		return 2;
	}
	arg.sbdf = segment << 16 | bus << 8 | slot << 3 | function;
	if (ioctl(privcmd, IOCTL_PRIVCMD_PCIDEV_GET_GSI, &arg))
		printf("%s\n", strerrorname_np(errno));
	else
		printf("%u\n", arg.gsi);
	return 0;
}
