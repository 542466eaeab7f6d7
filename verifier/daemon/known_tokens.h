/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_DAEMON_KNOWN_TOKENS_H
#define VERIFIER_DAEMON_KNOWN_TOKENS_H

/*
 * The client tokens of a state folder, as they are at the moment: the file is read again when it is another
 * one, so `skerry token remove` holds from the next call on. One thread.
 */

#include <sys/stat.h>

#include "verifier/state/tokens.h"

struct known_tokens {
	int directory; /* the state folder */
	struct stat seen;
	struct tokens tokens;
};

void known_tokens_begin(int directory, struct known_tokens *ret_known);
/* True and its name where it is known. A file that cannot be read lets nobody in. */
bool known_tokens_find(
	struct known_tokens *known, const char *text, char ret_name[TOKEN_NAME_MAX + 1]);
/* Whether there is any. */
bool known_tokens_any(struct known_tokens *known);

#endif
