/* SPDX-License-Identifier: ISC */
#include "fixture_http.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_tree.h"

struct http_served served;
struct http *http;
char http_socket_path[128];
int64_t http_clock_ms;

static char folder[TREE_PATH_MAX];
static int folder_fd = -1;
static struct http_kept *kept;

const char *const HTTP_CERT[2] = {
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBmjCCAUGgAwIBAgIUSBmgbnDgR63nWa22JHtIFXoAi1AwCgYIKoZIzj0EAwIw\n"
	"FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE0NDI1M1oYDzIxMjYxMDI5\n"
	"MTQ0MjUzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
	"PQMBBwNCAATZmPkiDhmcc0NHO1SQo6gkhGCKB3cRcZtpXpXG4EFlprKkb4Xkf9Bh\n"
	"WthnuuXsDYUn2OXeacNoN/PuQ6ZiE31Mo28wbTAdBgNVHQ4EFgQUvfKh4O0jR9rc\n"
	"1wATqWwZJwg3/28wHwYDVR0jBBgwFoAUvfKh4O0jR9rc1wATqWwZJwg3/28wDwYD\n"
	"VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI\n"
	"zj0EAwIDRwAwRAIgTqu1+TXF6O7YmvttNDNXpDrgpqOpsHMHcWIIIXaYlrYCIDEY\n"
	"jgPcgfz7RSIa7DljpdJGT/gIC/+fCgFGIfuDwh+H\n"
	"-----END CERTIFICATE-----\n",
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBmjCCAUGgAwIBAgIUQgqyljQKWUjp3g1LeCRhKRyaIpowCgYIKoZIzj0EAwIw\n"
	"FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE0NDI1M1oYDzIxMjYxMDI5\n"
	"MTQ0MjUzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
	"PQMBBwNCAAQhzNMBGUhPiSw0BCwbw0CNILoIVehDBeZsiUO1ugB/XpsNM7wxl3ft\n"
	"FBmwrQ/dcsY8Kqlyl9w1w3mFg4WUzarZo28wbTAdBgNVHQ4EFgQUzPa+mNzDNu4u\n"
	"rfpceWA5pd1FyNkwHwYDVR0jBBgwFoAUzPa+mNzDNu4urfpceWA5pd1FyNkwDwYD\n"
	"VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI\n"
	"zj0EAwIDRwAwRAIgFPgvQ2NZF4WMJD8fT/JyRio2R0uMSeGcKplO7rfYlw0CIDcn\n"
	"axLU4wuUjT+Ft0UnQ/r4naBmT6Uh1v9ESCPHPZ5F\n"
	"-----END CERTIFICATE-----\n",
};
const char *const HTTP_KEY[2] = {
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguZ8euz528cjBzcA8\n"
	"NVwiHVBzEknrXtQ1swSPQtnj/GqhRANCAATZmPkiDhmcc0NHO1SQo6gkhGCKB3cR\n"
	"cZtpXpXG4EFlprKkb4Xkf9BhWthnuuXsDYUn2OXeacNoN/PuQ6ZiE31M\n"
	"-----END PRIVATE KEY-----\n",
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkRfJusGT4BSjdBbG\n"
	"PUKX7ce0EgWTvwrIVrLZJ9XsrV+hRANCAAQhzNMBGUhPiSw0BCwbw0CNILoIVehD\n"
	"BeZsiUO1ugB/XpsNM7wxl3ftFBmwrQ/dcsY8Kqlyl9w1w3mFg4WUzarZ\n"
	"-----END PRIVATE KEY-----\n",
};

static int64_t
standing_clock(void)
{
	return http_clock_ms;
}

static bool
know_token(void *context, const char *token, char ret_name[64])
{
	(void)context;
	if (strcmp(token, "open-sesame") != 0)
		return false;
	memcpy(ret_name, "reception", 10);
	return true;
}

static bool
spools_import(void *context, enum http_method method, const char *path)
{
	(void)context;
	return method == HTTP_POST && strcmp(path, "/v1/import") == 0;
}

static void
tell(struct http_call *call)
{
	static const char *const METHODS[] = { "", "GET", "PUT", "POST", "DELETE", "OTHER" };
	static char text[8192];
	struct http_reply reply = { .status = 200, .format = HTTP_TEXT, .body = text };
	int len = snprintf(text, sizeof text, "%s ", METHODS[call->method]);

	for (size_t i = 0; i < call->segments_len; i++)
		len += snprintf(text + len, sizeof text - (size_t)len, "%s%s", i > 0 ? "|" : "",
			call->segments[i]);
	for (size_t i = 0; i < call->args_len; i++)
		len += snprintf(text + len, sizeof text - (size_t)len, " %s=%s", call->args[i].name,
			call->args[i].value);
	len += snprintf(text + len, sizeof text - (size_t)len,
		" body=%zu format=%d language=%s secret=%s local=%d loopback=%d token=%s "
		"target=%s\n",
		call->body_len, (int)call->format, call->language,
		call->seat_secret != NULL ? call->seat_secret : "-", call->peer.local,
		call->peer.loopback, call->peer.token, call->target);
	reply.body_len = (size_t)len;
	http_reply(call, &reply);
}

static void
serve(void *context, struct http_call *call)
{
	(void)context;
	served.calls++;
	if (call->spooled >= 0) {
		assert_null(call->body);
		assert_true(read(call->spooled, served.spooled, sizeof served.spooled) > 0);
	}
	if (call->segments_len == 2 && strcmp(call->segments[1], "kept") == 0) {
		http_reply_kept(call, kept);
	} else if (call->segments_len == 2 && strcmp(call->segments[1], "later") == 0) {
		assert_true(served.later_len < SERVED_LATER_MAX);
		served.later[served.later_len++] = call;
	} else {
		tell(call);
	}
}

static void
refused(void *context, const struct http_call *call, int status, enum skerry_err err)
{
	(void)context;
	served.refused++;
	served.refused_status = status;
	served.refused_err = err;
	served.refused_uid = call->peer.local ? call->peer.uid : (uid_t)-1;
	snprintf(served.refused_target, sizeof served.refused_target, "%s", call->target);
}

struct http_config
http_fixture_config(void)
{
	struct http_config config = {
		.socket = http_socket_path,
		.socket_group = (gid_t)-1,
		.spool_directory = folder_fd,
		.is_token = know_token,
		.spools = spools_import,
		.serve = serve,
		.refused = refused,
		.clock_ms = standing_clock,
	};

	return config;
}

void
http_start(const struct http_config *config)
{
	struct http_failure failure;

	memset(&served, 0, sizeof served);
	assert_int_equal(http_open(config, &http, &failure), SKERRY_OK);
}

int
http_setup(void **state)
{
	static const struct http_reply KEPT = {
		.status = 200, .body = "{\"ok\":true}\n", .body_len = 12
	};

	(void)state;
	tree_make(folder);
	folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(folder_fd >= 0);
	snprintf(http_socket_path, sizeof http_socket_path, "%s/s", folder);
	http_clock_ms = 1000000;
	kept = http_keep(&KEPT);
	assert_non_null(kept);
	http = NULL;
	return 0;
}

int
http_teardown(void **state)
{
	(void)state;
	http_close(http);
	http = NULL;
	http_let_go(kept);
	close(folder_fd);
	tree_remove(folder);
	return 0;
}

int
http_tcp_socket(const char *address, unsigned *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof at;

	assert_true(made >= 0);
	assert_int_equal(inet_pton(AF_INET, address, &at.sin_addr), 1);
	assert_int_equal(bind(made, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(made, 16), 0);
	assert_int_equal(getsockname(made, (struct sockaddr *)&at, &len), 0);
	*ret_port = ntohs(at.sin_port);
	return made;
}

void
http_rounds(void)
{
	struct pollfd ready = { http_fd(http), POLLIN, 0 };
	int quiet = 0;

	/* What one round leaves for the next is there at once; nothing here waits. */
	while (quiet < 3) {
		http_run(http);
		quiet = poll(&ready, 1, 0) > 0 || http_timeout_ms(http) == 0 ? 0 : quiet + 1;
	}
}

int
http_connect(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(client >= 0);
	memcpy(at.sun_path, http_socket_path, strlen(http_socket_path));
	assert_int_equal(connect(client, (struct sockaddr *)&at, sizeof at), 0);
	return client;
}

int
http_connect_tcp(unsigned port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(client >= 0);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(client, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(fcntl(client, F_SETFL, O_NONBLOCK), 0);
	return client;
}

size_t
http_say(int client, const char *bytes, size_t bytes_len, char ret_reply[HTTP_TALK_MAX],
	bool *ret_closed)
{
	size_t sent = 0, got = 0;
	bool moved = true;

	*ret_closed = false;
	while (moved && !*ret_closed) {
		ssize_t n = sent < bytes_len
				    ? send(client, bytes + sent, bytes_len - sent, MSG_NOSIGNAL)
				    : 0;

		moved = n > 0;
		if (n > 0)
			sent += (size_t)n;
		http_rounds();
		n = recv(client, ret_reply + got, HTTP_TALK_MAX - 1 - got, 0);
		*ret_closed = n == 0 || (n < 0 && errno != EAGAIN);
		if (n > 0) {
			moved = true;
			got += (size_t)n;
		}
	}
	ret_reply[got] = '\0';
	return got;
}

int
http_status(const char *reply)
{
	int status = 0;

	return sscanf(reply, "HTTP/1.%*1[01] %3d ", &status) == 1 ? status : 0;
}

int
http_talk(const char *bytes, size_t bytes_len, char ret_reply[HTTP_TALK_MAX], bool *ret_closed)
{
	int client = http_connect();

	http_say(client, bytes, bytes_len, ret_reply, ret_closed);
	close(client);
	http_rounds();
	return http_status(ret_reply);
}

int
http_talk_tcp(unsigned port, const char *text, char ret_reply[HTTP_TALK_MAX])
{
	int client = http_connect_tcp(port);
	bool closed;

	http_say(client, text, strlen(text), ret_reply, &closed);
	close(client);
	http_rounds();
	return http_status(ret_reply);
}

size_t
http_open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t len = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		len++;
	closedir(dir);
	return len;
}
