/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_TOKENS_H
#define VERIFIER_STATE_TOKENS_H

/*
 * Client tokens: what a program on another machine shows to skerryd. The file `tokens` in the state folder
 * has a line for each, of its name, the SHA-256 of the token and when it was made; the token itself is shown
 * once and kept nowhere. It is drawn by the machine with 130 bits, so that its plain hash is no help in
 * guessing it. Written whole or not at all, 0600, under the folder's lock.
 *
 * Errors of untrusted_file.h and atomic_file.h; FILE_DAMAGED for a file that is not as this program writes
 * it: nobody is let in by it, and nothing is written over it.
 */

#include <stdbool.h>

#include "keys/hash.h"

#define TOKENS_FILE "tokens"
#define TOKENS_PREFIX "skt_" /* so that one is known for what it is where it was left lying about */

enum {
	TOKENS_MAX = 256,
	TOKEN_NAME_MAX = 63,
	TOKEN_TEXT_MAX = 32 /* of one, with its end */
};

struct token {
	char name[TOKEN_NAME_MAX + 1];
	uint8_t hash[HASH_LEN];
	int64_t made_at;
};

struct tokens {
	struct token list[TOKENS_MAX]; /* in the order of their names */
	size_t len;
};

/* 1 to TOKEN_NAME_MAX of a-z, 0-9, dot, hyphen and underscore, a letter or digit first. */
bool tokens_is_name(const char *name);

/* No file is no tokens. On an error there are none, either. */
enum skerry_err tokens_load(int directory, struct tokens *ret_tokens);

/* FILE_DAMAGED for bytes that are not such a file, NO_MEMORY. None is one. */
enum skerry_err tokens_check(const uint8_t *bytes, size_t len);

/* Looks at all, and at all of each: how long it takes says nothing of any. */
bool tokens_find(const struct tokens *tokens, const char *text, char ret_name[TOKEN_NAME_MAX + 1]);

/* ARGUMENT (no name), EXISTS (one of that name is there), NO_SPACE. */
enum skerry_err tokens_add(
	int directory, const char *name, int64_t now, char ret_text[TOKEN_TEXT_MAX]);
/* NOT_FOUND. */
enum skerry_err tokens_remove(int directory, const char *name);

#endif
