// SPDX-License-Identifier: GPL-2.0
/*
 * xenstore, by its wire format. Requests use one handle and watches another, so that no event comes
 * between a request and its answer.
 */
#include "hostile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include <xen/io/xs_wire.h>

struct message {
	struct xsd_sockmsg head;
	char body[XENSTORE_PAYLOAD_MAX + 1];
};

static int question_fd = -1;
static int watch_fd = -1;
/* The transaction of all requests; 0 if there is none. */
static uint32_t transaction;

/* A child opens its own handles: with its parent's, answers could go to either. */
void xs_open(void)
{
	if (question_fd >= 0)
		close(question_fd);
	if (watch_fd >= 0)
		close(watch_fd);
	question_fd = open("/dev/xen/xenbus", O_RDWR | O_CLOEXEC);
	watch_fd = open("/dev/xen/xenbus", O_RDWR | O_CLOEXEC);
	if (question_fd < 0 || watch_fd < 0)
		die("/dev/xen/xenbus: %s", strerror(errno));
}

static void get_bytes(int fd, void *buf, size_t len)
{
	while (len) {
		ssize_t done = read(fd, buf, len);

		if (done <= 0)
			die("reading from xenstore: %s", strerror(errno));
		buf = (char *)buf + done;
		len -= done;
	}
}

static void get_message(int fd, struct message *message)
{
	get_bytes(fd, &message->head, sizeof(message->head));
	if (message->head.len > XENSTORE_PAYLOAD_MAX)
		die("xenstore sends %u bytes", message->head.len);
	get_bytes(fd, message->body, message->head.len);
	message->body[message->head.len] = 0;
}

static int errno_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(xsd_errors); i++)
		if (!strcmp(name, xsd_errors[i].errstring))
			return xsd_errors[i].errnum;
	return EIO;
}

/* Write a message in one piece: the kernel takes a header alone as the first half of it. */
static int xs_ask(int fd, unsigned int type, const char *path, const void *tail, size_t tail_len,
		  struct message *answer)
{
	size_t path_len = strlen(path) + 1;
	char buf[XENSTORE_PAYLOAD_MAX];
	struct xsd_sockmsg head = {
		.type = type, .tx_id = transaction, .len = path_len + tail_len,
	};

	if (sizeof(head) + head.len > sizeof(buf))
		return -E2BIG;
	memcpy(buf, &head, sizeof(head));
	memcpy(buf + sizeof(head), path, path_len);
	if (tail_len)
		memcpy(buf + sizeof(head) + path_len, tail, tail_len);
	if (write(fd, buf, sizeof(head) + head.len) < 0)
		return -errno;
	get_message(fd, answer);
	return answer->head.type == XS_ERROR ? -errno_of(answer->body) : 0;
}

int xs_read(const char *path, char *buf, size_t size)
{
	struct message answer;
	int err = xs_ask(question_fd, XS_READ, path, NULL, 0, &answer);

	if (err)
		return err;
	if ((size_t)answer.head.len >= size)
		return -E2BIG;
	memcpy(buf, answer.body, answer.head.len + 1);
	return answer.head.len;
}

int xs_write(const char *path, const void *value, size_t len)
{
	struct message answer;

	return xs_ask(question_fd, XS_WRITE, path, value, len, &answer);
}

int xs_remove(const char *path)
{
	struct message answer;

	return xs_ask(question_fd, XS_RM, path, NULL, 0, &answer);
}

int xs_transaction_start(void)
{
	struct message answer;
	int err = xs_ask(question_fd, XS_TRANSACTION_START, "", NULL, 0, &answer);

	if (!err)
		transaction = strtoul(answer.body, NULL, 10);
	return err;
}

int xs_transaction_end(void)
{
	struct message answer;
	int err = xs_ask(question_fd, XS_TRANSACTION_END, "T", NULL, 0, &answer);

	transaction = 0;
	return err;
}

void xs_watch(const char *path)
{
	struct message answer;
	int err = xs_ask(watch_fd, XS_WATCH, path, "t", 2, &answer);

	if (err)
		die("watching %s: %s", path, strerror(-err));
}

bool xs_wait(unsigned int ms)
{
	struct pollfd poll_fd = { .fd = watch_fd, .events = POLLIN };
	struct message event;
	bool fired = false;

	while (poll(&poll_fd, 1, fired ? 0 : ms) > 0) {
		get_message(watch_fd, &event);
		fired = true;
	}
	return fired;
}
