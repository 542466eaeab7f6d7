/* SPDX-License-Identifier: ISC */
#include "http_client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	REQUEST_HEAD_MAX = HTTP_CLIENT_TARGET_MAX + 1024,
	FILE_CHUNK = 65536,
	FULL_QUEUE_MS = 5 /* between two tries at a socket whose queue is full */
};

/* One call under way. */
struct talk {
	const struct http_client_call *call;
	int fd;
	int wait_ms;
	int64_t deadline_ms;
	char head[REQUEST_HEAD_MAX];
	size_t head_len;
	uint8_t in[HTTP_RESPONSE_MAX];
	size_t in_len;
	uid_t server;
};

/* --- time ------------------------------------------------------------------------------------ */

static int64_t
now_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
wait_anew(struct talk *talk)
{
	talk->deadline_ms = now_ms() + talk->wait_ms;
}

/* Until the socket is ready for one of `events`, which it returns. NO_DAEMON when time is up. */
static enum skerry_err
wait_for(const struct talk *talk, short events, short *ret_events)
{
	for (;;) {
		struct pollfd poll_fd = { .fd = talk->fd, .events = events };
		int64_t left_ms = talk->deadline_ms - now_ms();
		int ready = left_ms <= 0 ? 0 : poll(&poll_fd, 1, (int)left_ms);

		if (ready > 0) {
			*ret_events = poll_fd.revents;
			return SKERRY_OK;
		}
		if (ready == 0) {
			errno = ETIMEDOUT;
			return SKERRY_ERR_NO_DAEMON;
		}
		if (errno != EINTR)
			return SKERRY_ERR_IO;
	}
}

/* --- the request's head ---------------------------------------------------------------------- */

/* Text that goes into a line: visible, and with blanks in between where `blanks`. */
static bool
is_line(const char *text, bool blanks)
{
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < ' ' || byte == 0x7f || (byte == ' ' && !blanks))
			return false;
	}
	return true;
}

static bool
put(struct talk *talk, const char *name, const char *between, const char *value, const char *end)
{
	size_t room = sizeof talk->head - talk->head_len;
	int len;

	if (!is_line(name, false) || !is_line(value, between[0] == ':'))
		return false;
	len = snprintf(talk->head + talk->head_len, room, "%s%s%s%s", name, between, value, end);
	if (len < 0 || (size_t)len >= room)
		return false;
	talk->head_len += (size_t)len;
	return true;
}

static bool
put_header(struct talk *talk, const char *name, const char *value)
{
	return value == NULL || put(talk, name, ": ", value, "\r\n");
}

static bool
write_head(struct talk *talk)
{
	const struct http_client_call *call = talk->call;
	char length[24] = "";
	/* A call that may carry a body says that it has none. */
	bool has_length = call->body_len > 0 || strcmp(call->method, "GET") != 0;

	snprintf(length, sizeof length, "%zu", call->body_len);
	return call->method[0] != '\0' && call->target[0] == '/' &&
	       put(talk, call->method, " ", call->target, " HTTP/1.1\r\n") &&
	       put_header(talk, "Host", "localhost") && put_header(talk, "Connection", "close") &&
	       put_header(talk, "Accept", call->accept) &&
	       put_header(talk, "Accept-Language", call->language) &&
	       put_header(talk, "Content-Type", call->content_type) &&
	       put_header(talk, "Content-Length", has_length ? length : NULL) &&
	       (call->header_name == NULL ||
		       put_header(talk, call->header_name, call->header_value)) &&
	       put(talk, "", "", "", "\r\n");
}

/* --- connecting ------------------------------------------------------------------------------ */

static enum skerry_err
connect_error(void)
{
	if (errno == EACCES || errno == EPERM)
		return SKERRY_ERR_FILE_PERMISSION;
	return errno == ENOMEM || errno == ENOBUFS ? SKERRY_ERR_NO_MEMORY : SKERRY_ERR_NO_DAEMON;
}

/* A local socket connects at once or never, unless its queue is full. */
static enum skerry_err
connect_to(struct talk *talk, const struct sockaddr_un *address)
{
	while (connect(talk->fd, (const struct sockaddr *)address, sizeof *address) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return connect_error();
		if (now_ms() >= talk->deadline_ms) {
			errno = ETIMEDOUT;
			return SKERRY_ERR_NO_DAEMON;
		}
		poll(NULL, 0, FULL_QUEUE_MS);
	}
	return SKERRY_OK;
}

static enum skerry_err
open_socket(struct talk *talk)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct ucred peer = { 0 };
	socklen_t peer_len = sizeof peer;
	enum skerry_err err;

	memcpy(address.sun_path, talk->call->socket, strlen(talk->call->socket) + 1);
	talk->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (talk->fd < 0)
		return SKERRY_ERR_IO;
	err = connect_to(talk, &address);
	if (err != SKERRY_OK)
		return err;
	if (getsockopt(talk->fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_len) != 0)
		return SKERRY_ERR_IO;
	talk->server = peer.uid;
	return SKERRY_OK;
}

/* --- sending --------------------------------------------------------------------------------- */

/* *ret_enough: the other end answers already, or has stopped listening and may have said why. */
static enum skerry_err
send_bytes(struct talk *talk, const void *bytes, size_t len, bool *ret_enough)
{
	const char *at = bytes;

	while (len > 0) {
		short events = 0;
		ssize_t sent;
		enum skerry_err err = wait_for(talk, POLLIN | POLLOUT, &events);

		if (err != SKERRY_OK)
			return err;
		*ret_enough = (events & (POLLIN | POLLHUP | POLLERR)) != 0;
		if (*ret_enough)
			return SKERRY_OK;
		sent = send(talk->fd, at, len, MSG_NOSIGNAL);
		if (sent < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (sent < 0) {
			*ret_enough = true;
			return SKERRY_OK;
		}
		at += sent;
		len -= (size_t)sent;
		if (talk->call->from_file)
			wait_anew(talk);
	}
	return SKERRY_OK;
}

static enum skerry_err
send_file(struct talk *talk, bool *ret_enough)
{
	uint8_t *chunk = malloc(FILE_CHUNK);
	enum skerry_err err = chunk == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	for (size_t at = 0; err == SKERRY_OK && !*ret_enough && at < talk->call->body_len;) {
		size_t left = talk->call->body_len - at;
		ssize_t got = pread(
			talk->call->file, chunk, left < FILE_CHUNK ? left : FILE_CHUNK, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = EIO;
		if (got <= 0) {
			err = SKERRY_ERR_IO;
			break;
		}
		err = send_bytes(talk, chunk, (size_t)got, ret_enough);
		at += (size_t)got;
	}
	free(chunk);
	return err;
}

static enum skerry_err
send_request(struct talk *talk)
{
	const struct http_client_call *call = talk->call;
	bool enough = false;
	enum skerry_err err = send_bytes(talk, talk->head, talk->head_len, &enough);

	if (err != SKERRY_OK || enough || call->body_len == 0)
		return err;
	return call->from_file ? send_file(talk, &enough)
			       : send_bytes(talk, call->body, call->body_len, &enough);
}

/* --- receiving ------------------------------------------------------------------------------- */

/* At least one byte. IO: it ended there. */
static enum skerry_err
receive(const struct talk *talk, uint8_t *ret_bytes, size_t bytes_max, size_t *ret_len)
{
	for (;;) {
		short events;
		ssize_t got;
		enum skerry_err err = wait_for(talk, POLLIN, &events);

		if (err != SKERRY_OK)
			return err;
		got = recv(talk->fd, ret_bytes, bytes_max, 0);
		if (got > 0) {
			*ret_len = (size_t)got;
			return SKERRY_OK;
		}
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got == 0)
			errno = EPROTO;
		return SKERRY_ERR_IO;
	}
}

static enum skerry_err
malformed(void)
{
	errno = EPROTO;
	return SKERRY_ERR_IO;
}

/* The head, and whatever of the body came with it. */
static enum skerry_err
receive_head(struct talk *talk, struct http_response *ret_head, size_t *ret_head_len)
{
	size_t end = 0;

	while (end == 0) {
		size_t got = 0, seen = talk->in_len < 3 ? 0 : talk->in_len - 3;
		enum skerry_err err;

		if (talk->in_len == sizeof talk->in)
			return malformed();
		err = receive(talk, talk->in + talk->in_len, sizeof talk->in - talk->in_len, &got);
		if (err != SKERRY_OK)
			return err;
		if (talk->in_len == 0)
			wait_anew(talk);
		talk->in_len += got;
		end = http_response_end(talk->in + seen, talk->in_len - seen);
		if (end != 0)
			end += seen;
	}
	if (http_response_parse(talk->in, end, HTTP_CLIENT_BODY_MAX, ret_head) != SKERRY_OK ||
		talk->in_len - end > ret_head->body_len)
		return malformed();
	*ret_head_len = end;
	return SKERRY_OK;
}

static enum skerry_err
receive_body(const struct talk *talk, const struct http_response *head, size_t head_len,
	uint8_t **ret_body)
{
	uint8_t *body = malloc(head->body_len + 1);
	size_t len = talk->in_len - head_len;
	enum skerry_err err = SKERRY_OK;

	if (body == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(body, talk->in + head_len, len);
	while (err == SKERRY_OK && len < head->body_len) {
		size_t got = 0;

		err = receive(talk, body + len, head->body_len - len, &got);
		len += got;
	}
	if (err != SKERRY_OK) {
		free(body);
		return err;
	}
	body[len] = '\0';
	*ret_body = body;
	return SKERRY_OK;
}

static enum skerry_err
receive_answer(struct talk *talk, struct http_client_answer *ret_answer)
{
	struct http_response head;
	size_t head_len = 0;
	uint8_t *body = NULL;
	enum skerry_err err;

	/* The daemon has got it all, or has stopped to listen: now it has its time. */
	if (talk->call->from_file)
		wait_anew(talk);
	err = receive_head(talk, &head, &head_len);
	if (err == SKERRY_OK)
		err = receive_body(talk, &head, head_len, &body);
	if (err != SKERRY_OK)
		return err;
	*ret_answer = (struct http_client_answer){ .status = head.status,
		.body = body,
		.body_len = head.body_len,
		.server = talk->server };
	memcpy(ret_answer->type, head.type, sizeof head.type);
	memcpy(ret_answer->exit, head.exit, sizeof head.exit);
	return SKERRY_OK;
}

/* --- a call ---------------------------------------------------------------------------------- */

static enum skerry_err
talk_through(struct talk *talk, struct http_client_answer *ret_answer)
{
	enum skerry_err err;

	wait_anew(talk);
	err = open_socket(talk);
	if (err == SKERRY_OK)
		err = send_request(talk);
	return err == SKERRY_OK ? receive_answer(talk, ret_answer) : err;
}

enum skerry_err
http_client_call(const struct http_client_call *call, struct http_client_answer *ret_answer)
{
	struct sockaddr_un address;
	struct talk *talk;
	enum skerry_err err = SKERRY_ERR_ARGUMENT;
	int saved;

	if (call->socket[0] == '\0' || strlen(call->socket) >= sizeof address.sun_path)
		return SKERRY_ERR_ARGUMENT;
	/* 20 KB: more than a thread of a product may have to spare on its stack. */
	talk = malloc(sizeof *talk);
	if (talk == NULL)
		return SKERRY_ERR_NO_MEMORY;
	talk->call = call;
	talk->fd = -1;
	talk->wait_ms = call->wait_ms == 0 ? HTTP_CLIENT_WAIT_MS : call->wait_ms;
	talk->head_len = talk->in_len = 0;
	if (write_head(talk))
		err = talk_through(talk, ret_answer);
	saved = errno;
	if (talk->fd >= 0)
		close(talk->fd);
	free(talk);
	errno = saved;
	return err;
}

void
http_client_free(struct http_client_answer *answer)
{
	free(answer->body);
	*answer = (struct http_client_answer){ .body = NULL };
}

static bool
is_unreserved(unsigned char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("-._~", byte) != NULL);
}

bool
http_client_encode(char target[HTTP_CLIENT_TARGET_MAX], const char *text)
{
	static const char HEX[] = "0123456789ABCDEF";
	size_t len = strlen(target);

	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;
		size_t needed = is_unreserved(byte) ? 1 : 3;

		if (len + needed >= HTTP_CLIENT_TARGET_MAX)
			return false;
		if (needed == 3) {
			target[len] = '%';
			target[len + 1] = HEX[byte >> 4];
			target[len + 2] = HEX[byte & 15];
		} else {
			target[len] = *text;
		}
		len += needed;
		target[len] = '\0';
	}
	return true;
}
