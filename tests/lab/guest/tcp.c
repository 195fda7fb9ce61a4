// SPDX-License-Identifier: GPL-2.0
/*
 * tcp send ADDRESS PORT: stdin to a connection, tried for a minute. tcp receive PORT: one
 * connection to stdout.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int die(const char *what)
{
	perror(what);
	exit(1);
}

static int connect_to(const struct sockaddr_in *peer)
{
	for (int tries = 0; tries < 600; tries++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (connect(fd, (const struct sockaddr *)peer, sizeof(*peer)) == 0)
			return fd;
		close(fd);
		usleep(100000);
	}
	return die("connect");
}

static int accept_one(const struct sockaddr_in *here)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1, fd;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(listener, (const struct sockaddr *)here, sizeof(*here)) || listen(listener, 1))
		die("listen");
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		die("accept");
	close(listener);
	return fd;
}

static void pump(int from, int to)
{
	static char buffer[1 << 18];
	ssize_t got;

	while ((got = read(from, buffer, sizeof(buffer))) > 0) {
		for (ssize_t done = 0, n; done < got; done += n) {
			n = write(to, buffer + done, got - done);
			if (n <= 0)
				die("write");
		}
	}
	if (got < 0)
		die("read");
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };

	if (argc == 4 && !strcmp(argv[1], "send") && inet_aton(argv[2], &address.sin_addr)) {
		address.sin_port = htons(atoi(argv[3]));
		pump(STDIN_FILENO, connect_to(&address));
	} else if (argc == 3 && !strcmp(argv[1], "receive")) {
		address.sin_port = htons(atoi(argv[2]));
		pump(accept_one(&address), STDOUT_FILENO);
	} else {
		fputs("tcp send ADDRESS PORT | tcp receive PORT\n", stderr);
		return 2;
	}
	return 0;
}
