/* SPDX-License-Identifier: ISC */
#include "hello.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verifier/daemon/http/http.h"

/* As long as the answer of a check. */
static const char BODY[] =
	"{\"feature\":\"channel_manager\",\"ok\":true,\"access\":\"full\",\"state\":\"active\"}\n";

static enum MHD_Result
answer(void *response, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *body, size_t *body_len, void **con_cls)
{
	static int seen;

	(void)url;
	(void)method;
	(void)version;
	(void)body;
	(void)body_len;
	/* The first of two: the header has come. */
	if (*con_cls == NULL) {
		*con_cls = &seen;
		return MHD_YES;
	}
	*con_cls = NULL;
	return MHD_queue_response(connection, MHD_HTTP_OK, response);
}

static int
say_hello(uint16_t port)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		sizeof BODY - 1, (void *)BODY, MHD_RESPMEM_PERSISTENT);
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct MHD_Daemon *daemon;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	MHD_add_response_header(response, "Content-Type", "application/json");
	daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, port, NULL, NULL, answer, response,
		MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_END);
	if (daemon == NULL)
		return 2;
	for (;;)
		pause();
}

static void
serve(void *kept, struct http_call *call)
{
	http_reply_kept(call, kept);
}

static int
serve_kept(const char *port)
{
	const struct http_reply reply = {
		.status = 200, .body = BODY, .body_len = sizeof BODY - 1
	};
	char address[32];
	struct http_config config = { .address = address, .spool_directory = -1, .serve = serve };
	struct http_failure failure;
	struct pollfd ready = { .events = POLLIN };
	struct http *http;

	config.context = http_keep(&reply);
	snprintf(address, sizeof address, "127.0.0.1:%s", port);
	if (http_open(&config, &http, &failure) != SKERRY_OK) {
		fprintf(stderr, "hello: %s: %s\n", failure.subject, failure.message);
		return 2;
	}
	for (ready.fd = http_fd(http);;) {
		poll(&ready, 1, http_timeout_ms(http));
		http_run(http);
	}
}

int
hello_bench(int argc, char **argv)
{
	if (argc == 3)
		return say_hello((uint16_t)strtoul(argv[2], NULL, 10));
	if (argc == 4 && strcmp(argv[3], "kept") == 0)
		return serve_kept(argv[2]);
	fputs("bench hello PORT [kept]\n", stderr);
	return 2;
}
