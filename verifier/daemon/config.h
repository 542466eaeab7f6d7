/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_CONFIG_H
#define VERIFIER_DAEMON_CONFIG_H

/*
 * The daemon's configuration: a file of `key = value`, one a line; # begins a comment at the beginning of a
 * line or after a blank. Strict: a key that there is not, one that stands twice, and a value that a key
 * does not take are each told with their line, and nothing of the file counts. skerryd(8) lists the keys.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "formats/skerry_error.h"
#include "log.h"

#define CONFIG_DEFAULT "/etc/skerry/skerryd.conf"
#define CONFIG_STATE_DEFAULT "/var/lib/skerry"
#define CONFIG_SOCKET_DEFAULT "/run/skerry/skerry.sock"

enum {
	CONFIG_BYTES_MAX = 65536,
	CONFIG_FOLDERS_MAX = 16, /* drops, and sticks */
	CONFIG_NAMES_MAX = 32,   /* operators, and names of this host */
	CONFIG_SEATS_MAX = 1000000
};

struct config_list {
	char *values[CONFIG_NAMES_MAX];
	size_t len;
};

/* All its own; NULL or 0 where nothing was said. */
struct config {
	char *state, *socket, *socket_group, *http, *tls_cert, *tls_key, *language;
	struct config_list drops, sticks;
	struct config_list operators;  /* names or numbers of local users */
	struct config_list http_names; /* that a Host on TCP may have */
	uint64_t seats_per_user;       /* 0: no cap */
	enum log_level log;
};

/* Told of each fault. `line` 0: of the file, or of the command line. */
typedef void config_tell(void *context, unsigned line, const char *key, const char *message);

void config_init(struct config *ret_config);
/* Harmless twice. */
void config_free(struct config *config);

/*
 * Reads a file into what config_init made. FILE_MISSING, FILE_PERMISSION, FILE_NOT_REGULAR,
 * DOCUMENT_TOO_LARGE, IO, NO_MEMORY; ARGUMENT where something was told.
 */
enum skerry_err config_read(
	struct config *config, const char *path, config_tell *tell, void *context);
/* The same of text. */
enum skerry_err config_parse(
	struct config *config, const char *text, size_t len, config_tell *tell, void *context);

/* Takes the place of what the file said; `key` as there. ARGUMENT with *ret_takes, what it takes; NO_MEMORY. */
enum skerry_err config_set(
	struct config *config, const char *key, const char *value, const char **ret_takes);

#endif
