/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_NOTIFY_H
#define VERIFIER_DAEMON_NOTIFY_H

/*
 * What a supervisor and this daemon tell each other, as sd_notify(3) and sd_listen_fds(3) have it: sockets
 * that are open already, a watchdog's time, and "READY=1".
 *
 * The environment is read by main and handed over.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NOTIFY_SOCKETS_MAX = 16, NOTIFY_PATH_MAX = 109 };

struct notify {
	int fd;              /* -1: nobody listens */
	int64_t watchdog_ms; /* between two signs of life; 0: none is expected */
};

/* Of NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; each may be NULL. */
void notify_open(struct notify *ret_notify, const char *address, const char *watchdog_usec,
	const char *watchdog_pid);
void notify_close(struct notify *notify);

/* "READY=1", with more lines. That nobody hears it is no fault. */
void notify_tell(const struct notify *notify, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Of LISTEN_PID and LISTEN_FDS: the listening stream sockets that were handed over, closed on exec from now
 * on. False: something else was, or too many.
 */
bool notify_inherit(const char *listen_pid, const char *listen_fds,
	int ret_sockets[NOTIFY_SOCKETS_MAX], size_t *ret_len);

/* The path of the first of them that has one: false where none is a Unix socket in a folder. */
bool notify_socket_path(const int *sockets, size_t len, char ret_path[NOTIFY_PATH_MAX]);

#endif
