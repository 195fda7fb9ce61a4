// SPDX-License-Identifier: GPL-2.0
/* Requests to /dev/mcelog. Its log is empty: no machine check reaches Xen in the emulator. */
#define _GNU_SOURCE
#include "abi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LOG_LEN		32
#define GET_RECORD_LEN	_IOR('M', 1, int)
#define GET_LOG_LEN	_IOR('M', 2, int)
#define GETCLEAR_FLAGS	_IOR('M', 3, int)

/* As in <xen/interface/xen-mca.h>, which mcelog(8) has a copy of. */
struct record {
	uint64_t status, misc, addr, mcgstatus, ip, tsc, time;
	uint8_t cpuvendor, inject_flags;
	uint16_t pad;
	uint32_t cpuid;
	uint8_t cs, bank, cpu, finished;
	uint32_t extcpu, socketid, apicid;
	uint64_t mcgcap, synd, ipid, ppin;
};

static void answer_ioctl(int fd, unsigned int cmd, const char *what)
{
	int value = -1;
	int ret = ioctl(fd, cmd, &value);

	answer_value(ret ? ret : value, what);
}

static void opening_questions(void)
{
	int first = answer(open("/dev/mcelog", O_RDONLY), "open");
	int second = answer(open("/dev/mcelog", O_RDONLY), "open twice");
	int alone = answer(open("/dev/mcelog", O_RDONLY | O_EXCL), "open alone beside others");

	close(second);
	close(first);
	alone = answer(open("/dev/mcelog", O_RDONLY | O_EXCL), "open alone");
	answer(open("/dev/mcelog", O_RDONLY), "open beside one alone");
	close(alone);
	close(answer(open("/dev/mcelog", O_RDONLY), "open after one alone"));
}

static void empty_questions(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	struct record records[LOG_LEN];

	answer_ioctl(fd, GET_RECORD_LEN, "record length");
	answer_ioctl(fd, GET_LOG_LEN, "log length");
	answer_ioctl(fd, GETCLEAR_FLAGS, "flags");
	answer_ioctl(fd, _IOR('M', 4, int), "unknown request");
	answer(ioctl(fd, GET_LOG_LEN, bad_page()), "log length to a bad page");
	answer_value(poll(&pollfd, 1, 0), "poll of an empty log");
	answer_value(read(fd, records, sizeof(records)), "read an empty log");
	answer_value(read(fd, records, sizeof(*records)), "read too little");
	answer(lseek(fd, 0, SEEK_SET), "seek");
}

void mcelog_questions(void)
{
	int fd;

	ask("mcelog");
	opening_questions();
	fd = open("/dev/mcelog", O_RDONLY);
	if (fd >= 0)
		empty_questions(fd);
	close(fd);
}
