/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_FRONT_H
#define VERIFIER_DAEMON_FRONT_H

/*
 * The daemon's first thread: it listens, lets routes answer from what the keeper found, hands out seats and
 * shares one commit among all of a round, tells the supervisor that it lives, and hears signals:
 *
 *	SIGHUP            the configuration anew, and a look (front_reload)
 *	SIGTERM, SIGINT   the end, within a second
 *
 *	front_open   front_start   front_run   front_close
 *
 * Between open, when all files and sockets are open, and start, when the keeper's thread begins, a
 * process can be shut in (sandbox.h).
 *
 * The watchdog is told that the front answers, whatever the keeper does: a stick or disk that hangs
 * cannot be helped by a restart, which would take away the answers that there are. That the keeper has been
 * busy for FRONT_STUCK_S is told in the log, and again each FRONT_STUCK_S.
 */

#include "config.h"
#include "notify.h"
#include "place.h"

enum { FRONT_STUCK_S = 300, FRONT_STOP_MS = 700 };

/* A TLS certificate and key as texts, freed by who reads them. */
struct front_tls {
	char *cert, *key;
};

struct front_config {
	const struct config *config;
	const struct place *place;
	struct log *log;
	const struct notify *notify;
	const int *inherited;
	size_t inherited_len;
	const char *socket; /* its own; NULL: only inherited ones */
	gid_t socket_group; /* (gid_t)-1: as it comes */
	struct front_tls tls;
	/*
	 * For a reload: the configuration and the TLS texts anew. False: it was told why not, and
	 * all stays as it is.
	 */
	bool (*read_again)(void *context, struct config *ret_config, struct front_tls *ret_tls);
	void *context;
};

/* What kept it from starting, in words; borrowed. */
struct front_failure {
	const char *subject, *message;
};

struct front;

/* All of `config` outlives it. Errors of http_open, NO_MEMORY, IO. */
enum skerry_err front_open(const struct front_config *config, struct front **ret_front,
	struct front_failure *ret_failure);
enum skerry_err front_start(struct front *front);
/* Until it is told to end. */
void front_run(struct front *front);
/* False: the keeper hangs; nothing of it may be freed, and the process has to end. Harmless on NULL. */
bool front_close(struct front *front);

/* The users that `operators` names; false: *ret_unknown is none. At most CONFIG_NAMES_MAX. */
bool front_find_operators(
	const struct config *config, uid_t ret_users[CONFIG_NAMES_MAX], const char **ret_unknown);

#endif
