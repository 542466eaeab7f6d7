/* SPDX-License-Identifier: ISC */
#ifndef VERIFIER_STATE_IDENTITY_H
#define VERIFIER_STATE_IDENTITY_H

/*
 * Who this site is: a key pair that signs its requests, one that opens its replies, and an install
 * id. Made once; losing them loses the pairing. A site that has lost its memory gets another site key
 * (memory.h), so that what was paired with the one before it is paired with nobody.
 */

#include "documents.h"
#include "keys/key_file.h"
#include "seal.h"

enum { IDENTITY_INSTALL_ID_MAX = 37 /* a UUID and its terminator */ };

struct identity {
	struct cose_key site_key, opening_key; /* public parts */
	uint8_t seal_key[SEAL_KEY_LEN];        /* derived from the secret one */
	char install_id[IDENTITY_INSTALL_ID_MAX];
};

/* Makes what is not there yet and leaves the rest: an init that was cut short goes on. */
enum skerry_err identity_create(const struct documents *documents);

/* Another site key in place of the one that is there; its seal key. Errors of atomic_file.h. */
enum skerry_err identity_renew_site_key(
	const struct documents *documents, uint8_t ret_seal_key[SEAL_KEY_LEN]);

/*
 * Whether these bytes can be the file of that name, "site.key", "opening.key" or "install-id": the errors
 * of identity_load.
 */
enum skerry_err identity_check(const char *file, const uint8_t *bytes, size_t len);

/* What of it is damaged is made anew. *ret_renewed is how many files that were. */
enum skerry_err identity_repair(const struct documents *documents, size_t *ret_renewed);

/*
 * Errors of key_file_inspect; FILE_DAMAGED for an install id that is none; TRUST_PURPOSE. On an error
 * *ret_file names the file.
 */
enum skerry_err identity_load(
	const struct documents *documents, struct identity *ret_identity, const char **ret_file);

/*
 * A secret key: KEY_SITE to sign a request, KEY_OPENING to open replies. Errors of untrusted_file.h and
 * key_file_open; key_pair_free in the end.
 */
enum skerry_err identity_open_pair(
	const struct documents *documents, enum key_purpose purpose, struct key_pair *ret_pair);

#endif
