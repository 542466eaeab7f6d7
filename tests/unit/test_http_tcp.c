/* SPDX-License-Identifier: ISC */
/* The daemon's HTTP over TCP and TLS: which names it has, who needs a token; and what is never opened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_http.h"

static char reply[HTTP_TALK_MAX];
static unsigned port;

/* With a listening socket of this address beside the Unix one. */
static void
start(const char *address, const char *const *names, size_t names_len)
{
	struct http_config config = http_fixture_config();
	int socket = http_tcp_socket(address, &port);

	config.inherited = &socket;
	config.inherited_len = 1;
	config.names = names;
	config.names_len = names_len;
	config.tls_cert = HTTP_CERT[0];
	config.tls_key = HTTP_KEY[0];
	http_start(&config);
}

static void
only_its_own_names_are_meant(void **state)
{
	static const char *const NAMES[] = { "licenses.hotel.example" };
	static const struct {
		const char *host;
		int status;
	} HOSTS[] = {
		{ "127.0.0.1", 200 },
		{ "127.0.0.1:7878", 200 },
		{ "127.0.0.2:80", 200 },
		{ "localhost", 200 },
		{ "LocalHost.:7878", 200 },
		{ "[::1]:7878", 200 },
		{ "[::ffff:127.0.0.1]", 200 },
		{ "licenses.hotel.example:443", 200 },
		{ "Licenses.Hotel.Example.", 200 },
		{ "", 421 },
		{ "evil.example", 421 },
		{ "localhost.evil.example", 421 },
		{ "evil.example:7878", 421 },
		{ "127.0.0.1.evil.example", 421 },
		{ "evil-localhost", 421 },
		{ "10.0.0.1", 421 },
		{ "0x7f000001", 421 },
		{ "127.1", 421 },
		{ "::1", 421 },
		{ "[::2]", 421 },
		{ "[::1", 421 },
		{ "[::1]x", 421 },
		{ "localhost:", 200 },
		{ "localhost:x", 421 },
		{ "localhost:7878:7878", 421 },
		{ "localhost:123456", 421 },
		{ ":7878", 421 },
		{ "localhost..", 421 },
		{ "user@localhost", 400 },
		{ "localhost, localhost", 400 },
	};
	char call[512];

	(void)state;
	start("127.0.0.1", NAMES, 1);
	for (size_t i = 0; i < sizeof HOSTS / sizeof *HOSTS; i++) {
		int status;

		snprintf(call, sizeof call, "GET /v1/echo HTTP/1.1\r\nHost: %s\r\n\r\n",
			HOSTS[i].host);
		status = http_talk_tcp(port, call, reply);
		if (status != HOSTS[i].status)
			fail_msg("Host: %s: %d in place of %d", HOSTS[i].host, status,
				HOSTS[i].status);
	}
	assert_int_equal(http_talk_tcp(port, "GET / HTTP/1.0\r\n\r\n", reply), 400);
	assert_int_equal(
		http_talk_tcp(port,
			"GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n",
			reply),
		403);
	assert_non_null(strstr(reply, "\"http_host\""));
}

static void
the_machine_has_its_name(void **state)
{
	char call[512], name[256] = "";

	(void)state;
	start("127.0.0.1", NULL, 0);
	assert_int_equal(gethostname(name, sizeof name - 1), 0);
	if (name[0] == '\0')
		skip();
	snprintf(call, sizeof call, "GET / HTTP/1.1\r\nHost: %s:7878\r\n\r\n", name);
	assert_int_equal(http_talk_tcp(port, call, reply), 200);
	name[strcspn(name, ".")] = '\0';
	snprintf(call, sizeof call, "GET / HTTP/1.1\r\nHost: %s.local\r\n\r\n", name);
	assert_int_equal(http_talk_tcp(port, call, reply), 200);
	snprintf(call, sizeof call, "GET / HTTP/1.1\r\nHost: %s.evil.example\r\n\r\n", name);
	assert_int_equal(http_talk_tcp(port, call, reply), 421);
}

static void
on_loopback_a_token_may_be_shown(void **state)
{
	static const struct {
		const char *authorization;
		int status;
	} SHOWN[] = {
		{ "", 200 },
		{ "Authorization: Bearer open-sesame\r\n", 200 },
		{ "authorization: bearer   open-sesame\r\n", 401 },
		{ "Authorization: Bearer open-sesam\r\n", 401 },
		{ "Authorization: Bearer open-sesame2\r\n", 401 },
		{ "Authorization: Bearer \r\n", 401 },
		{ "Authorization:\r\n", 401 },
		{ "Authorization: Basic open-sesame\r\n", 401 },
		{ "Authorization: open-sesame\r\n", 401 },
		{ "Authorization: Bearer open-sesame\r\nAuthorization: Bearer open-sesame\r\n",
			400 },
	};
	char call[512];

	(void)state;
	start("127.0.0.1", NULL, 0);
	for (size_t i = 0; i < sizeof SHOWN / sizeof *SHOWN; i++) {
		snprintf(call, sizeof call, "GET / HTTP/1.1\r\nHost: localhost\r\n%s\r\n",
			SHOWN[i].authorization);
		assert_int_equal(http_talk_tcp(port, call, reply), SHOWN[i].status);
		if (SHOWN[i].status == 401)
			assert_non_null(strstr(reply, "WWW-Authenticate: Bearer\r\n"));
	}
	assert_int_equal(
		http_talk_tcp(port, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", reply), 200);
	assert_non_null(strstr(reply, " local=0 loopback=1 token= "));
	assert_int_equal(http_talk_tcp(port,
				 "GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
				 "open-sesame\r\n\r\n",
				 reply),
		200);
	assert_non_null(strstr(reply, " token=reception "));
}

/* --- TLS, with curl as the client ---------------------------------------------------------------- */

struct curl {
	char file[40]; /* of the certificate that it trusts */
	int out;
	size_t len;
	pid_t child;
};

static struct curl
curl_begins(const char *cert, const char *authorization, const char *url)
{
	struct curl curl = { .file = "/tmp/skerry-test-cert-XXXXXX" };
	int made = mkstemp(curl.file), ends[2];

	assert_true(made >= 0);
	assert_int_equal(write(made, cert, strlen(cert)), strlen(cert));
	close(made);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	curl.child = fork();
	if (curl.child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execlp("curl", "curl", "-s", "-i", "--max-time", "20", "--noproxy", "*", "--cacert",
			curl.file, "-H", authorization, url, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	curl.out = ends[0];
	return curl;
}

/* A round of the server's, when there is something. False: curl has ended. */
static bool
curl_goes_on(struct curl *curl)
{
	struct pollfd wait[] = { { http_fd(http), POLLIN, 0 }, { curl->out, POLLIN, 0 } };
	ssize_t got;

	poll(wait, 2, http_timeout_ms(http));
	http_run(http);
	got = read(curl->out, reply + curl->len, sizeof reply - 1 - curl->len);
	curl->len += got > 0 ? (size_t)got : 0;
	return got != 0;
}

/* Its exit code; what it printed is in `reply`. */
static int
curl_ends(struct curl *curl)
{
	int status;

	while (curl_goes_on(curl))
		;
	reply[curl->len] = '\0';
	close(curl->out);
	assert_int_equal(waitpid(curl->child, &status, 0), curl->child);
	unlink(curl->file);
	http_rounds();
	return WEXITSTATUS(status);
}

static int
curl(const char *cert, const char *authorization, const char *url)
{
	struct curl child = curl_begins(cert, authorization, url);

	return curl_ends(&child);
}

static void
beyond_loopback_tls_and_a_token_are_needed(void **state)
{
	char url[64];

	(void)state;
	start("0.0.0.0", NULL, 0);
	snprintf(url, sizeof url, "https://127.0.0.1:%u/v1/echo", port);
	assert_int_equal(curl(HTTP_CERT[0], "Authorization: Bearer open-sesame", url), 0);
	assert_int_equal(http_status(reply), 200);
	assert_non_null(strstr(reply, " token=reception "));
	assert_int_equal(curl(HTTP_CERT[0], "X: y", url), 0);
	assert_int_equal(http_status(reply), 401);
	assert_int_equal(curl(HTTP_CERT[0], "Authorization: Bearer close-sesame", url), 0);
	assert_int_equal(http_status(reply), 401);
	/* Without TLS nothing is said. */
	assert_int_equal(
		http_talk_tcp(port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", reply), 0);
	assert_int_equal(served.calls, 1);
	/* And who never speaks goes, as anywhere. */
	http_clock_ms += HTTP_SLOW_S * 1000;
	http_rounds();
	assert_int_equal(http_timeout_ms(http), -1);
}

static void
a_certificate_changes_while_it_runs(void **state)
{
	struct http_counts counts;
	char url[64];
	int client;

	(void)state;
	start("0.0.0.0", NULL, 0);
	snprintf(url, sizeof url, "https://127.0.0.1:%u/v1/echo", port);
	client = http_connect_tcp(port);
	http_rounds();
	assert_int_equal(http_set_tls(http, "no PEM", HTTP_KEY[1]), SKERRY_ERR_ARGUMENT);
	assert_int_equal(http_set_tls(http, HTTP_CERT[1], HTTP_KEY[0]), SKERRY_ERR_ARGUMENT);
	assert_int_equal(curl(HTTP_CERT[0], "Authorization: Bearer open-sesame", url), 0);
	assert_int_equal(http_set_tls(http, HTTP_CERT[1], HTTP_KEY[1]), SKERRY_OK);
	http_rounds();
	http_count(http, &counts);
	assert_int_equal(counts.open, 0);
	assert_int_not_equal(curl(HTTP_CERT[0], "Authorization: Bearer open-sesame", url), 0);
	assert_int_equal(curl(HTTP_CERT[1], "Authorization: Bearer open-sesame", url), 0);
	assert_int_equal(http_status(reply), 200);
	close(client);
}

/* Whoever is connected stays, and nothing is opened anew. */
static void
the_same_certificate_again_changes_nothing(void **state)
{
	struct http_counts counts;
	size_t files;
	int client;

	(void)state;
	start("0.0.0.0", NULL, 0);
	client = http_connect_tcp(port);
	http_rounds();
	files = http_open_files();
	assert_int_equal(http_set_tls(http, HTTP_CERT[0], HTTP_KEY[0]), SKERRY_OK);
	http_rounds();
	http_count(http, &counts);
	assert_int_equal(counts.open, 1);
	assert_int_equal(http_open_files(), files);
	close(client);
}

/* A keeper that hangs does, and certificates may change many a time until it answers. */
static void
a_call_under_way_outlives_certificates(void **state)
{
	struct curl waits;
	char url[64];
	size_t files;

	(void)state;
	start("0.0.0.0", NULL, 0);
	files = http_open_files();
	snprintf(url, sizeof url, "https://127.0.0.1:%u/v1/later", port);
	waits = curl_begins(HTTP_CERT[0], "Authorization: Bearer open-sesame", url);
	while (served.later_len == 0)
		assert_true(curl_goes_on(&waits));
	for (size_t i = 1; i < 12; i++) {
		assert_int_equal(http_set_tls(http, HTTP_CERT[i % 2], HTTP_KEY[i % 2]), SKERRY_OK);
		http_rounds();
	}
	http_reply(served.later[0], &(struct http_reply){ .status = 204 });
	assert_int_equal(curl_ends(&waits), 0);
	assert_int_equal(http_status(reply), 204);
	/* What had the old ones is gone. */
	assert_int_equal(http_open_files(), files);
}

/* Without anybody to come by TLS there is nothing to open. */
static void
no_certificate_is_looked_at_on_loopback(void **state)
{
	size_t files;

	(void)state;
	start("127.0.0.1", NULL, 0);
	files = http_open_files();
	assert_int_equal(http_set_tls(http, HTTP_CERT[1], HTTP_KEY[1]), SKERRY_OK);
	assert_int_equal(http_open_files(), files);
}

/* --- what is not opened -------------------------------------------------------------------------- */

static void
each_wrong_way_of_listening_says_why(void **state)
{
	static const struct {
		const char *address;
		bool has_tls, has_tokens;
		enum skerry_err err;
		const char *says;
	} WAYS[] = {
		{ "0.0.0.0:0", false, true, SKERRY_ERR_ARGUMENT, "tls_cert" },
		{ "0.0.0.0:0", true, false, SKERRY_ERR_ARGUMENT, "skerry token add" },
		{ "0.0.0.0:0", true, true, SKERRY_OK, NULL },
		{ "127.0.0.1:0", false, false, SKERRY_OK, NULL },
		{ "127.9.9.9:0", false, false, SKERRY_OK, NULL },
		{ "localhost:7878", true, true, SKERRY_ERR_ARGUMENT, "is written as" },
		{ "127.0.0.1", true, true, SKERRY_ERR_ARGUMENT, "is written as" },
		{ "127.0.0.1:", true, true, SKERRY_ERR_ARGUMENT, "is written as" },
		{ "127.0.0.1:65536", true, true, SKERRY_ERR_ARGUMENT, "is written as" },
		{ "127.0.0.1:-1", true, true, SKERRY_ERR_ARGUMENT, "is written as" },
		{ "127.0.0.1:80x", true, true, SKERRY_ERR_ARGUMENT, "is written as" },
		{ ":7878", true, true, SKERRY_ERR_ARGUMENT, "is written as" },
		{ "::1:7878", true, true, SKERRY_ERR_ARGUMENT, "is written as" },
		{ "[::1]7878", true, true, SKERRY_ERR_ARGUMENT, "is written as" },
		{ "[127.0.0.1]:0", true, true, SKERRY_ERR_ARGUMENT, "is written as" },
		{ "192.0.2.1:0", true, true, SKERRY_ERR_ARGUMENT, "no such address" },
	};
	size_t before = http_open_files();

	(void)state;
	for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
		struct http_config config = http_fixture_config();
		struct http_failure failure = { NULL, NULL };

		config.address = WAYS[i].address;
		config.tls_cert = WAYS[i].has_tls ? HTTP_CERT[0] : NULL;
		config.tls_key = WAYS[i].has_tls ? HTTP_KEY[0] : NULL;
		if (!WAYS[i].has_tokens)
			config.is_token = NULL;
		assert_int_equal(http_open(&config, &http, &failure), WAYS[i].err);
		if (WAYS[i].err == SKERRY_OK) {
			http_close(http);
		} else {
			assert_string_equal(failure.subject, WAYS[i].address);
			assert_non_null(strstr(failure.message, WAYS[i].says));
		}
		http = NULL;
		assert_int_not_equal(access(http_socket_path, F_OK), 0);
		assert_int_equal(http_open_files(), before);
	}
}

static void
leave_dead_socket(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int dead = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(at.sun_path, http_socket_path, strlen(http_socket_path));
	assert_int_equal(bind(dead, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(dead, 1), 0);
	close(dead);
}

static void
a_socket_is_taken_over_from_the_dead_alone(void **state)
{
	struct http_config config = http_fixture_config();
	struct http_failure failure;
	struct http *second = NULL;
	struct stat is;
	int file;

	(void)state;
	http_start(&config);
	assert_int_equal(stat(http_socket_path, &is), 0);
	assert_int_equal(is.st_mode & 07777, 0660);
	assert_int_equal(http_open(&config, &second, &failure), SKERRY_ERR_FILE_EXISTS);
	assert_int_equal(http_talk("GET / HTTP/1.0\r\n\r\n", 18, reply, &(bool){ false }), 200);
	http_close(http);
	http = NULL;
	/* One was killed: its socket stays behind. */
	leave_dead_socket();
	http_start(&config);
	assert_int_equal(http_talk("GET / HTTP/1.0\r\n\r\n", 18, reply, &(bool){ false }), 200);
	http_close(http);
	http = NULL;
	/* Something else of that name stays. */
	file = open(http_socket_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	close(file);
	assert_int_equal(http_open(&config, &second, &failure), SKERRY_ERR_FILE_EXISTS);
	assert_int_equal(stat(http_socket_path, &is), 0);
	assert_true(S_ISREG(is.st_mode));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, http_setup, http_teardown)
	const struct CMUnitTest tests[] = {
		TEST(only_its_own_names_are_meant),
		TEST(the_machine_has_its_name),
		TEST(on_loopback_a_token_may_be_shown),
		TEST(beyond_loopback_tls_and_a_token_are_needed),
		TEST(a_certificate_changes_while_it_runs),
		TEST(the_same_certificate_again_changes_nothing),
		TEST(a_call_under_way_outlives_certificates),
		TEST(no_certificate_is_looked_at_on_loopback),
		TEST(each_wrong_way_of_listening_says_why),
		TEST(a_socket_is_taken_over_from_the_dead_alone),
	};

	return cmocka_run_group_tests_name("http_tcp", tests, NULL, NULL);
}
