/* SPDX-License-Identifier: ISC */
#include "notify.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST_FD = 3, TEXT_MAX = 512 };

/* --- telling --------------------------------------------------------------------------------- */

/* "@name" is in the abstract space. */
static bool
read_address(const char *text, struct sockaddr_un *ret_address, socklen_t *ret_len)
{
	size_t len = strlen(text);

	if ((text[0] != '/' && text[0] != '@') || len < 2 || len >= sizeof ret_address->sun_path)
		return false;
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret_address->sun_path, text, len);
	if (text[0] == '@')
		ret_address->sun_path[0] = '\0';
	*ret_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	return true;
}

static bool
is_this_process(const char *pid)
{
	return pid == NULL || strtol(pid, NULL, 10) == (long)getpid();
}

static int
connect_to(const char *text)
{
	struct sockaddr_un address;
	socklen_t len;
	int fd;

	if (text == NULL || !read_address(text, &address, &len))
		return -1;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, len) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void
notify_open(struct notify *ret_notify, const char *address, const char *watchdog_usec,
	const char *watchdog_pid)
{
	*ret_notify = (struct notify){ .fd = connect_to(address) };
	/* A sign each half of the time. */
	if (watchdog_usec != NULL && is_this_process(watchdog_pid))
		ret_notify->watchdog_ms = strtoll(watchdog_usec, NULL, 10) / 2000;
	if (ret_notify->watchdog_ms < 0)
		ret_notify->watchdog_ms = 0;
}

void
notify_close(struct notify *notify)
{
	if (notify->fd >= 0)
		close(notify->fd);
	notify->fd = -1;
}

void
notify_tell(const struct notify *notify, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list more;
	int len;

	if (notify->fd < 0)
		return;
	va_start(more, format);
	len = vsnprintf(text, sizeof text, format, more);
	va_end(more);
	if (len > 0 && len < TEXT_MAX)
		(void)!send(notify->fd, text, (size_t)len, MSG_NOSIGNAL);
}

/* --- sockets --------------------------------------------------------------------------------- */

static bool
listens(int fd)
{
	int value = 0, type = 0;
	socklen_t len = sizeof value, type_len = sizeof type;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &len) == 0 && value != 0 &&
	       getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_len) == 0 && type == SOCK_STREAM;
}

bool
notify_inherit(const char *listen_pid, const char *listen_fds, int ret_sockets[NOTIFY_SOCKETS_MAX],
	size_t *ret_len)
{
	long count = listen_fds == NULL ? 0 : strtol(listen_fds, NULL, 10);

	*ret_len = 0;
	if (listen_pid == NULL || !is_this_process(listen_pid) || count <= 0)
		return true;
	if (count > NOTIFY_SOCKETS_MAX)
		return false;
	for (int fd = FIRST_FD; fd < FIRST_FD + (int)count; fd++) {
		if (!listens(fd) || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
			return false;
		ret_sockets[(*ret_len)++] = fd;
	}
	return true;
}

bool
notify_socket_path(const int *sockets, size_t len, char ret_path[NOTIFY_PATH_MAX])
{
	_Static_assert(NOTIFY_PATH_MAX > sizeof((struct sockaddr_un *)0)->sun_path,
		"any path and its end");
	for (size_t i = 0; i < len; i++) {
		struct sockaddr_un address = { .sun_family = AF_UNSPEC };
		socklen_t address_len = sizeof address;

		if (getsockname(sockets[i], (struct sockaddr *)&address, &address_len) != 0 ||
			address.sun_family != AF_UNIX || address.sun_path[0] != '/')
			continue;
		snprintf(ret_path, NOTIFY_PATH_MAX, "%.*s", (int)sizeof address.sun_path,
			address.sun_path);
		return true;
	}
	return false;
}
