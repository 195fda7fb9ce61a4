// SPDX-License-Identifier: GPL-2.0
/*
 * Dom0's side of a guest's agent; agent.c says what stands in xenstore.
 *
 *   order DOMID ready SECONDS          waits until the agent is there
 *   order DOMID send COMMAND           gives the order and does not wait
 *   order DOMID run SECONDS COMMAND    waits for the end, prints the output, exits with its code
 *
 * Exit code 253: the domain is gone. 254: nothing came in time.
 */
#include "../hostile/hostile.h"
#include "fatal.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <xen/io/xs_wire.h>

enum { GONE = 253, LATE = 254 };

static char home[64];

static const char *path_of(const char *key)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", home, key);
	return path;
}

static unsigned long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * 1000000ull + ts.tv_nsec / 1000;
}

/* The time is a number that grows, also for a guest that moves and takes its agent along. */
static unsigned long long send_order(const char *command)
{
	static char order[XENSTORE_PAYLOAD_MAX];
	unsigned long long number = now();
	int len = snprintf(order, sizeof(order), "%llu %s", number, command);
	int err;

	if (len >= (int)sizeof(order))
		die("order: a command of %zu bytes is too long", strlen(command));
	err = xs_write(path_of("data/order"), order, len);
	if (err)
		die("order: %s: %s", path_of("data/order"), strerror(-err));
	return number;
}

static bool domain_gone(void)
{
	char value[2];

	return xs_read(home, value, sizeof(value)) == -ENOENT;
}

/* A watch fires once when it is set, and when its key goes away. */
static int wait_for_key(const char *key, unsigned long seconds,
			bool (*fulfilled)(const char *value, void *arg), void *arg)
{
	unsigned long long end = now() + seconds * 1000000ull, time;
	char value[64];

	xs_watch(path_of(key));
	while ((time = now()) < end) {
		xs_wait((end - time) / 1000 + 1);
		if (xs_read(path_of(key), value, sizeof(value)) >= 0 && fulfilled(value, arg))
			return 0;
		if (domain_gone())
			return GONE;
	}
	return LATE;
}

static bool any_value(const char *value, void *arg)
{
	(void)value;
	(void)arg;
	return true;
}

struct result {
	unsigned long long number;
	int code;
	unsigned int chunks;
};

static bool result_is_ours(const char *value, void *arg)
{
	struct result *result = arg;
	unsigned long long number;

	return sscanf(value, "%llu %d %u", &number, &result->code, &result->chunks) == 3 &&
	       number == result->number;
}

static void print_output(unsigned int chunks)
{
	static char chunk[XENSTORE_PAYLOAD_MAX + 1];
	char key[32];

	for (unsigned int i = 0; i < chunks; i++) {
		int len;

		snprintf(key, sizeof(key), "data/out/%u", i);
		len = xs_read(path_of(key), chunk, sizeof(chunk));
		if (len < 0)
			die("order: %s: %s", path_of(key), strerror(-len));
		fwrite(chunk, 1, len, stdout);
	}
}

static int run_order(unsigned long seconds, const char *command)
{
	struct result result = { .number = send_order(command) };
	int code = wait_for_key("data/result", seconds, result_is_ours, &result);

	if (code)
		return code;
	print_output(result.chunks);
	return result.code;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 3 ? argv[2] : "";

	xs_open();
	snprintf(home, sizeof(home), "/local/domain/%s", argc > 1 ? argv[1] : "");
	if (!strcmp(verb, "ready") && argc == 4)
		return wait_for_key("data/ready", strtoul(argv[3], NULL, 10), any_value, NULL);
	if (!strcmp(verb, "send") && argc == 4)
		return send_order(argv[3]) ? 0 : 1;
	if (!strcmp(verb, "run") && argc == 5)
		return run_order(strtoul(argv[3], NULL, 10), argv[4]);
	fputs("order DOMID ready SECONDS | send COMMAND | run SECONDS COMMAND\n", stderr);
	return 2;
}
