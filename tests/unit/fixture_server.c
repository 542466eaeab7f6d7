/* SPDX-License-Identifier: ISC */
#include "fixture_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { REQUEST_MAX = 1 << 20 };

struct server {
	char path[108];
	int fd;
	pthread_t thread;
	server_answers *answers;
	void *context;
	atomic_bool stops;
	atomic_uint count;
	char request[REQUEST_MAX + 1];
};

bool
server_write(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		at += sent;
		len -= (size_t)sent;
	}
	return true;
}

bool
server_say(int fd, const char *text)
{
	return server_write(fd, text, strlen(text));
}

static size_t
body_length(const char *request)
{
	const char *header = strcasestr(request, "\r\nContent-Length: ");

	return header == NULL ? 0 : strtoul(header + 18, NULL, 10);
}

static void
serve(struct server *server, int fd)
{
	size_t len = 0;

	while (len < REQUEST_MAX) {
		ssize_t got = recv(fd, server->request + len, REQUEST_MAX - len, 0);
		const char *end;

		if (got <= 0)
			return;
		len += (size_t)got;
		server->request[len] = '\0';
		end = strstr(server->request, "\r\n\r\n");
		if (end == NULL)
			continue;
		end += 4;
		if (len - (size_t)(end - server->request) < body_length(server->request))
			continue;
		atomic_fetch_add(&server->count, 1);
		server->answers(server->context, fd, server->request, (const uint8_t *)end,
			len - (size_t)(end - server->request));
		return;
	}
}

static void *
run(void *context)
{
	struct server *server = context;

	for (;;) {
		int fd = accept(server->fd, NULL, NULL);

		if (fd < 0 || atomic_load(&server->stops)) {
			if (fd >= 0)
				close(fd);
			return NULL;
		}
		serve(server, fd);
		close(fd);
	}
}

struct server *
server_start(const char *path, server_answers *answers, void *context)
{
	struct server *server = calloc(1, sizeof *server);
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	assert_non_null(server);
	assert_true(strlen(path) < sizeof address.sun_path);
	strcpy(server->path, path);
	strcpy(address.sun_path, path);
	unlink(path);
	server->answers = answers;
	server->context = context;
	server->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(server->fd >= 0);
	assert_int_equal(bind(server->fd, (const struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(server->fd, 16), 0);
	assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
	return server;
}

void
server_stop(struct server *server)
{
	atomic_store(&server->stops, true);
	/* accept returns with an error on a socket that is shut down. */
	shutdown(server->fd, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->fd);
	unlink(server->path);
	free(server);
}

unsigned
server_count(const struct server *server)
{
	return atomic_load(&server->count);
}
