// SPDX-License-Identifier: GPL-2.0
/*
 * The agent of a guest: obeys the orders that Dom0 writes to the guest's folder in xenstore.
 *
 *   data/order   "NUMBER COMMAND"            a shell command, at most 4000 bytes
 *   data/result  "NUMBER EXIT-CODE CHUNKS"   written when it has ended; its output stands in
 *                                            data/out/0 ... data/out/CHUNKS-1
 *
 * Numbers grow; an order whose number is not greater than the last one's has been obeyed. It is a
 * program, not a script: each process that a guest starts costs the emulator dear.
 */
#include "../hostile/hostile.h"
#include "fatal.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xen/io/xs_wire.h>

#define OUTPUT "/tmp/output"
/* A domain's entries in xenstore may hold 2048 bytes. */
#define CHUNK 1900

static void become_command(const char *command)
{
	int output = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int null = open("/dev/null", O_RDONLY);

	if (output < 0 || null < 0 || chdir("/tmp"))
		die("/tmp or /dev/null is missing");
	dup2(null, 0);
	dup2(output, 1);
	dup2(output, 2);
	close(null);
	close(output);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	die("no shell");
}

static int run_command(const char *command)
{
	int status;
	pid_t child = fork();

	if (!child)
		become_command(command);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		die("cannot start a command");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static unsigned int write_output(void)
{
	FILE *output = fopen(OUTPUT, "r");
	char path[32], chunk[CHUNK];
	unsigned int count = 0;
	size_t len;

	while (output && (len = fread(chunk, 1, CHUNK, output))) {
		snprintf(path, sizeof(path), "data/out/%u", count);
		if (xs_write(path, chunk, len))
			break;
		count++;
	}
	if (output)
		fclose(output);
	return count;
}

static void write_result(unsigned long long number, int code)
{
	char result[64];
	unsigned int chunks = write_output();
	int len = snprintf(result, sizeof(result), "%llu %d %u", number, code, chunks);

	if (xs_write("data/result", result, len))
		die("cannot write data/result");
}

/* What an agent before this one has obeyed, in a guest whose kernel was started anew. */
static unsigned long long last_number(void)
{
	char result[64];

	return xs_read("data/result", result, sizeof(result)) > 0 ? strtoull(result, NULL, 10) : 0;
}

int main(void)
{
	static char order[XENSTORE_PAYLOAD_MAX + 1];
	unsigned long long done, number;
	char *command;

	xs_open();
	xs_watch("data/order");
	done = last_number();
	for (;;) {
		xs_wait(INT_MAX);
		if (xs_read("data/order", order, sizeof(order)) < 0)
			continue;
		number = strtoull(order, &command, 10);
		if (number <= done || *command != ' ')
			continue;
		done = number;
		write_result(number, run_command(command + 1));
	}
}
