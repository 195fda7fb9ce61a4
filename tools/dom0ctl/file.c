// SPDX-License-Identifier: GPL-2.0
/* Paths are given as a format. Files are read whole, up to a maximum size. */
#include "file.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No file of interest is larger. */
#define FILE_MOST	(4u << 20)

/* Read until the end or until the buffer is full: a seq_file returns one page at a time. */
static ssize_t read_fd(int fd, char *text, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t got = read(fd, text + length, size - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		length += (size_t)got;
	}
	return (ssize_t)length;
}

static ssize_t read_path(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -1;
	length = read_fd(fd, text, size - 1);
	close(fd);
	text[length < 0 ? 0 : length] = '\0';
	return length;
}

bool file_read(char *text, size_t size, const char *fmt, ...)
{
	char path[PATH_MAX];
	ssize_t length;

	FORMAT_PATH(path, fmt);
	text[0] = '\0';
	length = read_path(path, text, size);
	if (length > 0 && text[length - 1] == '\n')
		text[length - 1] = '\0';
	return length >= 0;
}

char *file_read_all(const char *fmt, ...)
{
	char path[PATH_MAX];
	size_t size;

	FORMAT_PATH(path, fmt);
	for (size = 1u << 14; size <= FILE_MOST; size *= 4) {
		char *text = malloc(size);
		ssize_t length = text ? read_path(path, text, size) : -1;

		if (length >= 0 && (size_t)length < size - 1)
			return text;
		free(text);
		if (length < 0)
			return NULL;
	}
	return NULL;
}

bool file_number(uint64_t *number, const char *fmt, ...)
{
	char path[PATH_MAX], text[32], *end;

	FORMAT_PATH(path, fmt);
	if (read_path(path, text, sizeof(text)) <= 0 || text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return !errno && (*end == '\n' || !*end);
}

bool file_link(char *name, size_t size, const char *fmt, ...)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t length;
	char *last;

	FORMAT_PATH(path, fmt);
	name[0] = '\0';
	length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0)
		return false;
	target[length] = '\0';
	last = strrchr(target, '/');
	text_copy(name, size, last ? last + 1 : target);
	return true;
}

bool file_exists(const char *fmt, ...)
{
	char path[PATH_MAX];

	FORMAT_PATH(path, fmt);
	return !access(path, F_OK);
}
