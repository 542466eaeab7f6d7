/* SPDX-License-Identifier: ISC */
#include "http_gate.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "http_host.h"

enum { OTHER_FILES = 256 /* that the daemon has open, besides connections */ };

static enum skerry_err
fail(struct http_failure *ret_failure, const char *subject, enum skerry_err err,
	const char *message)
{
	*ret_failure = (struct http_failure){ subject, message };
	return err;
}

/* systemd's 1,024 are fewer than there may be connections. */
static void
raise_file_limit(void)
{
	const rlim_t wanted = HTTP_CONNECTIONS_MAX + OTHER_FILES;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* From here on it is closed with the others. */
static enum skerry_err
add(struct http_gate *gate, const struct http_config *config, const struct http_listener *listener,
	const char *subject, struct http_failure *ret_failure)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = (uint32_t)gate->listeners_len };

	gate->listeners[gate->listeners_len++] = *listener;
	if (!listener->local && !listener->loopback) {
		gate->beyond = subject;
		if (config->tls_cert == NULL || config->tls_key == NULL)
			return fail(ret_failure, subject, SKERRY_ERR_ARGUMENT,
				"Beyond this machine only TLS is spoken: name tls_cert and "
				"tls_key.");
		if (config->is_token == NULL)
			return fail(ret_failure, subject, SKERRY_ERR_ARGUMENT,
				"Beyond this machine each client needs a token: make one with "
				"`skerry token add NAME`.");
	}
	if (epoll_ctl(gate->epoll, EPOLL_CTL_ADD, listener->socket, &event) != 0)
		return fail(ret_failure, subject, SKERRY_ERR_IO, "It cannot be listened on.");
	return SKERRY_OK;
}

enum skerry_err
http_gate_open(struct http_gate *ret_gate, int epoll, const struct http_config *config,
	struct http_failure *ret_failure)
{
	struct http_listener listener;
	enum skerry_err err = SKERRY_OK;

	*ret_gate = (struct http_gate){ .epoll = epoll, .deaf_until_ms = INT64_MIN };
	raise_file_limit();
	if (config->inherited_len > HTTP_GATE_MAX - 2)
		return fail(ret_failure, "LISTEN_FDS", SKERRY_ERR_ARGUMENT,
			"systemd handed over more than 6 sockets.");
	for (size_t i = 0; i < config->inherited_len && err == SKERRY_OK; i++) {
		err = http_listen_inherited(config->inherited[i], &listener, ret_failure);
		if (err == SKERRY_OK)
			err = add(ret_gate, config, &listener, "LISTEN_FDS", ret_failure);
	}
	if (err == SKERRY_OK && config->socket != NULL) {
		err = http_listen_unix(
			config->socket, config->socket_group, &listener, ret_failure);
		if (err == SKERRY_OK)
			err = add(ret_gate, config, &listener, config->socket, ret_failure);
	}
	if (err == SKERRY_OK && config->address != NULL) {
		err = http_listen_tcp(config->address, &listener, ret_failure);
		if (err == SKERRY_OK)
			err = add(ret_gate, config, &listener, config->address, ret_failure);
	}
	return err;
}

void
http_gate_close(struct http_gate *gate)
{
	for (size_t i = 0; i < gate->listeners_len; i++)
		http_listen_close(&gate->listeners[i]);
	gate->listeners_len = 0;
}

static void
hear(struct http_gate *gate, bool hears)
{
	for (size_t i = 0; i < gate->listeners_len; i++) {
		struct epoll_event event = { .events = hears ? EPOLLIN : 0,
			.data.u32 = (uint32_t)i };

		epoll_ctl(gate->epoll, EPOLL_CTL_MOD, gate->listeners[i].socket, &event);
	}
}

void
http_gate_listen(struct http_gate *gate, int64_t now_ms)
{
	if (gate->deaf_until_ms == INT64_MIN || gate->deaf_until_ms > now_ms)
		return;
	hear(gate, true);
	gate->deaf_until_ms = INT64_MIN;
}

static bool
know(const struct http_listener *listener, int socket, const struct sockaddr_storage *address,
	struct http_guest *ret_guest)
{
	struct ucred credentials;
	socklen_t len = sizeof credentials;

	*ret_guest = (struct http_guest){ .socket = socket };
	ret_guest->peer.local = listener->local;
	if (listener->local) {
		if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &len) != 0)
			return false;
		ret_guest->peer.uid = credentials.uid;
		return true;
	}
	len = sizeof ret_guest->local_address;
	ret_guest->peer.loopback = http_host_is_loopback(address);
	ret_guest->needs_token = !listener->loopback;
	return getsockname(socket, (struct sockaddr *)&ret_guest->local_address, &len) == 0;
}

enum http_gate_news
http_gate_accept(struct http_gate *gate, size_t number, int64_t now_ms,
	struct http_guest *ret_guest, struct sockaddr_storage *ret_address,
	socklen_t *ret_address_len)
{
	const struct http_listener *listener = &gate->listeners[number];
	int socket;

	*ret_address_len = sizeof *ret_address;
	socket = accept4(listener->socket, (struct sockaddr *)ret_address, ret_address_len,
		SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (socket < 0) {
		if (errno == ECONNABORTED || errno == EINTR)
			return HTTP_GATE_STRANGER;
		if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS)
			return HTTP_GATE_NOBODY;
		hear(gate, false);
		gate->deaf_until_ms = now_ms + HTTP_DEAF_MS;
		return HTTP_GATE_DEAF;
	}
	if (know(listener, socket, ret_address, ret_guest))
		return HTTP_GATE_GUEST;
	close(socket);
	return HTTP_GATE_STRANGER;
}
