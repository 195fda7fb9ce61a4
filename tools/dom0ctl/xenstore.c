// SPDX-License-Identifier: GPL-2.0
/*
 * The wire protocol: a header of four words, then a payload. Only one request is pending at a time,
 * so the next answer with its number belongs to it.
 */
#include "xenstore.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* From Xen's public header io/xs_wire.h. */
#define WIRE_DIRECTORY		1
#define WIRE_READ		2
#define WIRE_TRANSACTION_START	6
#define WIRE_TRANSACTION_END	7
#define WIRE_WRITE		11
#define WIRE_RM			13
#define WIRE_ERROR		16
#define WIRE_DIRECTORY_PART	22
#define WIRE_PAYLOAD_MAX	4096

/* How long to wait for an answer of xenstored. */
#define ANSWER_MS		10000

/* A larger directory is refused. */
#define LIST_MOST		(16u << 20)

struct wire_header {
	uint32_t type, id, transaction, length;
};

int xenstore_open(struct xenstore *xs)
{
	xs->last_id = 0;
	xs->transaction = 0;
	xs->fd = open("/dev/xen/xenbus", O_RDWR | O_CLOEXEC);
	if (xs->fd < 0)
		xs->fd = open("/proc/xen/xenbus", O_RDWR | O_CLOEXEC);
	return xs->fd < 0 ? -errno : 0;
}

void xenstore_close(struct xenstore *xs)
{
	if (xs->fd >= 0)
		close(xs->fd);
	xs->fd = -1;
}

static int wire_write(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size) {
		ssize_t done = write(fd, at, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		at += done;
		size -= (size_t)done;
	}
	return 0;
}

static int wire_read(int fd, void *data, size_t size)
{
	char *at = data;

	while (size) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t got;

		if (!poll(&wait, 1, ANSWER_MS))
			return -ETIMEDOUT;
		got = read(fd, at, size);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0)
			return got ? -errno : -EPIPE;
		at += got;
		size -= (size_t)got;
	}
	return 0;
}

static int wire_errno(const char *name)
{
	static const struct {
		const char *name;
		int error;
	} known[] = {
		{ "ENOENT", ENOENT }, { "EACCES", EACCES }, { "E2BIG", E2BIG },
		{ "EINVAL", EINVAL }, { "ENOSYS", ENOSYS }, { "EAGAIN", EAGAIN },
		{ "ENOMEM", ENOMEM },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (!strcmp(name, known[i].name))
			return -known[i].error;
	}
	return -EIO;
}

/* Read the answer's payload, and put a NUL behind it. Return its length. */
static int wire_answer(struct xenstore *xs, char payload[WIRE_PAYLOAD_MAX + 1])
{
	struct wire_header header;
	int err;

	do {
		err = wire_read(xs->fd, &header, sizeof(header));
		if (err)
			return err;
		if (header.length > WIRE_PAYLOAD_MAX)
			return -EPROTO;
		err = wire_read(xs->fd, payload, header.length);
		if (err)
			return err;
	} while (header.id != xs->last_id);
	payload[header.length] = '\0';
	return header.type == WIRE_ERROR ? wire_errno(payload) : (int)header.length;
}

/*
 * Send a request and read its answer. After a failure the position in the stream is not known, so
 * nothing is asked any more.
 */
static int wire_ask(struct xenstore *xs, uint32_t type, const char *question, size_t size,
		    char payload[WIRE_PAYLOAD_MAX + 1])
{
	char message[sizeof(struct wire_header) + WIRE_PAYLOAD_MAX];
	struct wire_header header = {
		.type = type, .id = ++xs->last_id, .transaction = xs->transaction,
		.length = (uint32_t)size,
	};
	int length;

	if (xs->fd < 0)
		return -EPIPE;
	if (size > WIRE_PAYLOAD_MAX)
		return -ENAMETOOLONG;
	memcpy(message, &header, sizeof(header));
	memcpy(message + sizeof(header), question, size);
	length = wire_write(xs->fd, message, sizeof(header) + size);
	if (!length)
		length = wire_answer(xs, payload);
	if (length == -ETIMEDOUT || length == -EPROTO || length == -EPIPE)
		xenstore_close(xs);
	return length;
}

int xenstore_read(struct xenstore *xs, char *value, size_t size, const char *fmt, ...)
{
	char path[1024], payload[WIRE_PAYLOAD_MAX + 1];
	int length;

	FORMAT_PATH(path, fmt);
	value[0] = '\0';
	length = wire_ask(xs, WIRE_READ, path, strlen(path) + 1, payload);
	if (length < 0)
		return length;
	snprintf(value, size, "%s", payload);
	return 0;
}

int xenstore_parse_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits && digits < 10 && !text[digits] ? atoi(text) : -1;
}

int xenstore_number(struct xenstore *xs, const char *fmt, ...)
{
	char path[1024], value[16];

	FORMAT_PATH(path, fmt);
	if (xenstore_read(xs, value, sizeof(value), "%s", path))
		return -1;
	return xenstore_parse_number(value);
}

static int names_add(struct xenstore_names *names, const char *text, size_t size)
{
	char *more;

	if (names->size + size + 1 > LIST_MOST)
		return -E2BIG;
	more = realloc(names->text, names->size + size + 1);
	if (!more)
		return -ENOMEM;
	names->text = more;
	memcpy(more + names->size, text, size);
	names->size += size;
	/* Terminate a last name that came without its NUL. */
	more[names->size] = '\0';
	if (names->size && more[names->size - 1])
		names->size++;
	return 0;
}

/*
 * Read a directory that does not fit into one answer. It comes in parts: the directory's
 * generation, then names. An empty name follows the last one. Begin again if the directory changes
 * meanwhile.
 */
static int list_in_parts(struct xenstore *xs, struct xenstore_names *names, const char *path)
{
	char question[1100], payload[WIRE_PAYLOAD_MAX + 1], generation[32] = "";
	size_t offset = 0;

	for (;;) {
		int size = snprintf(question, sizeof(question), "%s%c%zu", path, 0, offset);
		int length = wire_ask(xs, WIRE_DIRECTORY_PART, question, (size_t)size + 1, payload);
		size_t skip = strlen(payload) + 1, part;
		int err;

		if (length < 0)
			return length;
		if (skip > (size_t)length)
			return -EPROTO;
		if (offset && strcmp(generation, payload))
			return -EAGAIN;
		snprintf(generation, sizeof(generation), "%.31s", payload);
		part = (size_t)length - skip;
		offset += part;
		if (part && !payload[length - 1] && (part == 1 || !payload[length - 2]))
			return names_add(names, payload + skip, part - 1);
		if (!part)
			return 0;
		err = names_add(names, payload + skip, part);
		if (err)
			return err;
	}
}

int xenstore_list(struct xenstore *xs, struct xenstore_names *names, const char *fmt, ...)
{
	char path[1024], payload[WIRE_PAYLOAD_MAX + 1];
	int length, tries;

	FORMAT_PATH(path, fmt);
	*names = (struct xenstore_names){ 0 };
	length = wire_ask(xs, WIRE_DIRECTORY, path, strlen(path) + 1, payload);
	if (length >= 0)
		return names_add(names, payload, (size_t)length);
	for (tries = 0; tries < 8 && (length == -E2BIG || length == -EAGAIN); tries++) {
		names->size = 0;
		length = list_in_parts(xs, names, path);
	}
	if (length)
		xenstore_free(names);
	return length;
}

void xenstore_free(struct xenstore_names *names)
{
	free(names->text);
	*names = (struct xenstore_names){ 0 };
}

int xenstore_write(struct xenstore *xs, const char *value, const char *fmt, ...)
{
	char path[1024], question[WIRE_PAYLOAD_MAX], payload[WIRE_PAYLOAD_MAX + 1];
	int size, length;

	FORMAT_PATH(path, fmt);
	size = snprintf(question, sizeof(question), "%s%c%s", path, 0, value);
	if (size >= (int)sizeof(question))
		return -ENAMETOOLONG;
	length = wire_ask(xs, WIRE_WRITE, question, (size_t)size, payload);
	return length < 0 ? length : 0;
}

int xenstore_remove(struct xenstore *xs, const char *fmt, ...)
{
	char path[1024], payload[WIRE_PAYLOAD_MAX + 1];
	int length;

	FORMAT_PATH(path, fmt);
	length = wire_ask(xs, WIRE_RM, path, strlen(path) + 1, payload);
	return length < 0 && length != -ENOENT ? length : 0;
}

int xenstore_begin(struct xenstore *xs)
{
	char payload[WIRE_PAYLOAD_MAX + 1];
	int length = wire_ask(xs, WIRE_TRANSACTION_START, "", 1, payload);

	if (length < 0)
		return length;
	xs->transaction = (uint32_t)strtoul(payload, NULL, 10);
	return xs->transaction ? 0 : -EPROTO;
}

int xenstore_end(struct xenstore *xs, bool commit)
{
	char payload[WIRE_PAYLOAD_MAX + 1];
	int length = wire_ask(xs, WIRE_TRANSACTION_END, commit ? "T" : "F", 2, payload);

	xs->transaction = 0;
	return length < 0 ? length : 0;
}
