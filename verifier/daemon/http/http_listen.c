/* SPDX-License-Identifier: ISC */
#include "http_listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http_host.h"

enum { BACKLOG = 511 };

static enum skerry_err
fail(struct http_failure *ret_failure, const char *subject, enum skerry_err err,
	const char *message)
{
	*ret_failure = (struct http_failure){ subject, message };
	return err;
}

/* After a system call on a socket. */
static enum skerry_err
fail_errno(struct http_failure *ret_failure, const char *subject)
{
	switch (errno) {
	case EADDRINUSE:
		return fail(ret_failure, subject, SKERRY_ERR_FILE_EXISTS,
			"Somebody listens there already.");
	case EACCES:
	case EPERM:
		return fail(ret_failure, subject, SKERRY_ERR_FILE_PERMISSION,
			"This user may not listen there.");
	case EADDRNOTAVAIL:
		return fail(ret_failure, subject, SKERRY_ERR_ARGUMENT,
			"This machine has no such address.");
	case EAFNOSUPPORT:
		return fail(ret_failure, subject, SKERRY_ERR_FILE_PERMISSION,
			"This process has no network of its own.");
	case ENOENT:
	case ENOTDIR:
		return fail(ret_failure, subject, SKERRY_ERR_FILE_MISSING,
			"The folder for the socket is not there.");
	case ENOMEM:
	case ENOBUFS:
		return fail(ret_failure, subject, SKERRY_ERR_NO_MEMORY, "There is no memory.");
	default:
		return fail(ret_failure, subject, SKERRY_ERR_IO, "It cannot be listened on.");
	}
}

static bool
is_socket(const char *path)
{
	struct stat is;

	return lstat(path, &is) == 0 && S_ISSOCK(is.st_mode);
}

/* True where a socket stands whose program is gone. */
static bool
is_stale(const struct sockaddr_un *address)
{
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool stale;

	if (probe < 0)
		return false;
	stale = is_socket(address->sun_path) &&
		connect(probe, (const struct sockaddr *)address, sizeof *address) != 0 &&
		errno == ECONNREFUSED;
	close(probe);
	return stale;
}

/* Nobody may connect before the group is right: the kernel takes the mode from the open socket. */
static int
bind_unix(int made, const struct sockaddr_un *address)
{
	const struct sockaddr *any = (const struct sockaddr *)address;

	if (fchmod(made, 0600) != 0)
		return -1;
	if (bind(made, any, sizeof *address) == 0)
		return 0;
	if (errno != EADDRINUSE)
		return -1;
	if (!is_stale(address)) {
		errno = EADDRINUSE;
		return -1;
	}
	unlink(address->sun_path);
	return bind(made, any, sizeof *address);
}

static enum skerry_err
open_to_group(const struct sockaddr_un *address, gid_t group, int made,
	struct http_listener *listener, const char *path, struct http_failure *ret_failure)
{
	struct stat is;

	if (group != (gid_t)-1 && lchown(address->sun_path, (uid_t)-1, group) != 0)
		return fail(ret_failure, path, SKERRY_ERR_FILE_PERMISSION,
			"The socket cannot be given to its group.");
	if (listen(made, BACKLOG) != 0 || chmod(address->sun_path, 0660) != 0 ||
		lstat(address->sun_path, &is) != 0)
		return fail_errno(ret_failure, path);
	listener->device = is.st_dev;
	listener->inode = is.st_ino;
	return SKERRY_OK;
}

enum skerry_err
http_listen_unix(const char *path, gid_t group, struct http_listener *ret_listener,
	struct http_failure *ret_failure)
{
	struct http_listener listener = { .local = true };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	enum skerry_err err;

	if (path[0] == '\0' || strlen(path) >= sizeof address.sun_path)
		return fail(ret_failure, path, SKERRY_ERR_ARGUMENT,
			"The path of a socket has 1 to 107 bytes.");
	memcpy(address.sun_path, path, strlen(path));
	listener.socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener.socket < 0)
		return fail_errno(ret_failure, path);
	listener.path = strdup(path);
	if (listener.path == NULL) {
		err = fail(ret_failure, path, SKERRY_ERR_NO_MEMORY, "There is no memory.");
		goto out;
	}
	if (bind_unix(listener.socket, &address) != 0) {
		err = errno == EADDRINUSE && !is_socket(path)
			      ? fail(ret_failure, path, SKERRY_ERR_FILE_EXISTS,
					"Something stands there that is no socket.")
			      : fail_errno(ret_failure, path);
		goto out;
	}
	err = open_to_group(&address, group, listener.socket, &listener, path, ret_failure);
	if (err != SKERRY_OK) {
		unlink(path);
		goto out;
	}
	*ret_listener = listener;
	return SKERRY_OK;
out:
	close(listener.socket);
	free(listener.path);
	return err;
}

enum skerry_err
http_listen_tcp(
	const char *address, struct http_listener *ret_listener, struct http_failure *ret_failure)
{
	struct http_listener listener = HTTP_LISTENER_NONE;
	struct sockaddr_storage at;
	enum skerry_err err;
	const int on = 1;
	socklen_t at_len;

	if (!http_host_read_address(address, &at, &at_len))
		return fail(ret_failure, address, SKERRY_ERR_ARGUMENT,
			"An address is written as 127.0.0.1:7878 or [::1]:7878.");
	listener.loopback = http_host_is_loopback(&at);
	listener.socket = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener.socket < 0)
		return fail_errno(ret_failure, address);
	setsockopt(listener.socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (at.ss_family == AF_INET6)
		setsockopt(listener.socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(listener.socket, (struct sockaddr *)&at, at_len) != 0 ||
		listen(listener.socket, BACKLOG) != 0) {
		err = fail_errno(ret_failure, address);
		close(listener.socket);
		return err;
	}
	*ret_listener = listener;
	return SKERRY_OK;
}

enum skerry_err
http_listen_inherited(
	int socket, struct http_listener *ret_listener, struct http_failure *ret_failure)
{
	struct http_listener listener = { .socket = socket };
	struct sockaddr_storage at = { .ss_family = AF_UNSPEC };
	socklen_t at_len = sizeof at, int_len = sizeof(int);
	int type = 0, listens = 0, flags = fcntl(socket, F_GETFL);

	if (flags < 0 || getsockname(socket, (struct sockaddr *)&at, &at_len) != 0 ||
		getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &int_len) != 0 ||
		getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &int_len) != 0 ||
		type != SOCK_STREAM || listens == 0 ||
		(at.ss_family != AF_UNIX && at.ss_family != AF_INET && at.ss_family != AF_INET6))
		return fail(ret_failure, "LISTEN_FDS", SKERRY_ERR_ARGUMENT,
			"systemd handed over something that is no listening stream socket.");
	if (fcntl(socket, F_SETFL, flags | O_NONBLOCK) != 0 ||
		fcntl(socket, F_SETFD, FD_CLOEXEC) != 0)
		return fail_errno(ret_failure, "LISTEN_FDS");
	listener.local = at.ss_family == AF_UNIX;
	listener.loopback = http_host_is_loopback(&at);
	*ret_listener = listener;
	return SKERRY_OK;
}

void
http_listen_close(struct http_listener *listener)
{
	struct stat is;

	if (listener->path != NULL && lstat(listener->path, &is) == 0 &&
		is.st_dev == listener->device && is.st_ino == listener->inode)
		unlink(listener->path);
	free(listener->path);
	if (listener->socket >= 0)
		close(listener->socket);
	*listener = HTTP_LISTENER_NONE;
}
