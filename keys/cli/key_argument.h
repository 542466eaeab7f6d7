/* SPDX-License-Identifier: ISC */
#ifndef KEYS_CLI_KEY_ARGUMENT_H
#define KEYS_CLI_KEY_ARGUMENT_H

/* Keys as a command line names them: files of public and secret keys, and kids. */

#include "formats/manifest.h"
#include "keys/command.h"
#include "keys/key_file.h"

enum { KEY_ARGUMENT_KID_TEXT = 2 * COSE_KID_LEN + 1 };

void key_argument_kid_text(const uint8_t kid[COSE_KID_LEN], char ret_text[KEY_ARGUMENT_KID_TEXT]);
void key_argument_kid_of(const struct cose_key *key, char ret_text[KEY_ARGUMENT_KID_TEXT]);

/* Reads a .pub file whose key must be of that curve; tells what is wrong. */
bool key_argument_public(const char *path, enum cose_curve curve, struct cose_key *ret_key,
	bool json, enum command_exit *ret_exit);

/* What a secret key file says about itself, before anybody is asked for a passphrase. */
bool key_argument_inspect(
	const char *path, struct key_file_info *ret_info, bool json, enum command_exit *ret_exit);

/* Opens a secret key file, asking for its passphrase where it has one. key_pair_free'd. */
bool key_argument_secret(const char *path, enum key_purpose purpose, const char *passphrase_file,
	struct key_pair *ret_pair, bool json, enum command_exit *ret_exit);

/*
 * The one of `keys` whose kid begins with `prefix` (hexadecimal): its index, or -1 after telling
 * that there is none or more than one.
 */
int key_argument_by_kid(const struct cose_key *keys, size_t keys_len, const char *prefix,
	const char *what, bool json, enum command_exit *ret_exit);

#endif
