/* SPDX-License-Identifier: ISC */
#include "kept_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "identity.h"
#include "keys/atomic_file.h"
#include "keys/untrusted_file.h"
#include "tokens.h"

enum { FILE_BYTES_MAX = 1 << 20 };

/* The anchor last: with it a folder is a site. */
static const char *const FILES[] = { KEPT_FILES_KEY, "opening.key", KEPT_FILES_ID,
	DOCUMENTS_ANCHOR };

/* --- writing a backup ------------------------------------------------------------------------ */

static enum skerry_err
put_bytes(struct store *copy, const char *name, const uint8_t *bytes, size_t len)
{
	struct store_query q;

	store_query(copy, &q, "INSERT INTO kept_file VALUES (?, ?)");
	store_bind_text(&q, name);
	store_bind_bytes(&q, bytes, len);
	return store_run(&q);
}

static enum skerry_err
put_file(struct store *copy, const struct documents *documents, const char *name, bool *ret_at_site)
{
	uint8_t *bytes;
	size_t len;
	enum skerry_err err =
		untrusted_file_read_at(documents->directory, name, FILE_BYTES_MAX, &bytes, &len);

	*ret_at_site = err != SKERRY_OK;
	if (err != SKERRY_OK)
		return err;
	err = put_bytes(copy, name, bytes, len);
	untrusted_file_free_secret(bytes, len);
	return err;
}

/* Those that cannot be read let nobody in, and are no reason to have no backup. */
static enum skerry_err
put_tokens(struct store *copy, const struct documents *documents)
{
	enum skerry_err err = SKERRY_OK;
	uint8_t *bytes;
	size_t len;

	if (untrusted_file_read_at(
		    documents->directory, TOKENS_FILE, FILE_BYTES_MAX, &bytes, &len) != SKERRY_OK)
		return SKERRY_OK;
	if (tokens_check(bytes, len) == SKERRY_OK)
		err = put_bytes(copy, TOKENS_FILE, bytes, len);
	untrusted_file_free_secret(bytes, len);
	return err;
}

enum skerry_err
kept_files_add(struct store *copy, const struct documents *documents, bool *ret_at_site)
{
	struct store_query q;
	enum skerry_err err;

	store_query(copy, &q,
		"CREATE TABLE kept_file (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT");
	err = store_run(&q);
	for (size_t i = 0; i < sizeof FILES / sizeof *FILES && err == SKERRY_OK; i++)
		err = put_file(copy, documents, FILES[i], ret_at_site);
	return err == SKERRY_OK ? put_tokens(copy, documents) : err;
}

/* --- reading one ----------------------------------------------------------------------------- */

/* *ret_there false: there is no such row, and nothing to be done. */
static enum skerry_err
find(struct store *backup, const char *name, struct store_query *q, struct cbor_bytes *ret_bytes,
	bool *ret_there)
{
	store_query(backup, q, "SELECT bytes FROM kept_file WHERE name = ?");
	store_bind_text(q, name);
	*ret_there = store_step(q);
	if (!*ret_there)
		return store_done(q);
	*ret_bytes = store_bytes(q, 0);
	if (ret_bytes->len > 0 && ret_bytes->len <= FILE_BYTES_MAX)
		return SKERRY_OK;
	store_done(q);
	return SKERRY_ERR_FILE_DAMAGED;
}

enum skerry_err
kept_files_read(
	struct store *backup, const char *name, struct store_query *q, struct cbor_bytes *ret_bytes)
{
	bool there;

	return find(backup, name, q, ret_bytes, &there) == SKERRY_OK && there
		       ? SKERRY_OK
		       : SKERRY_ERR_FILE_DAMAGED;
}

static enum skerry_err
check_anchor(const uint8_t *bytes, size_t len)
{
	struct trust *trust = malloc(sizeof *trust);
	size_t offset;
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (trust != NULL)
		err = trust_anchor(trust, bytes, len, &offset);
	free(trust);
	return err;
}

static enum skerry_err
check_tokens(struct store *backup)
{
	struct cbor_bytes bytes;
	struct store_query q;
	bool there;
	enum skerry_err err = find(backup, TOKENS_FILE, &q, &bytes, &there);

	if (err != SKERRY_OK || !there)
		return err;
	err = tokens_check(bytes.data, bytes.len);
	store_done(&q);
	return err;
}

/* A site that could not be opened is not put in place of one that can. */
enum skerry_err
kept_files_check(struct store *backup)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < sizeof FILES / sizeof *FILES && err == SKERRY_OK; i++) {
		struct cbor_bytes bytes;
		struct store_query q;

		err = kept_files_read(backup, FILES[i], &q, &bytes);
		if (err != SKERRY_OK)
			break;
		err = strcmp(FILES[i], DOCUMENTS_ANCHOR) == 0
			      ? check_anchor(bytes.data, bytes.len)
			      : identity_check(FILES[i], bytes.data, bytes.len);
		store_done(&q);
	}
	if (err == SKERRY_OK)
		err = check_tokens(backup);
	return err == SKERRY_OK || err == SKERRY_ERR_NO_MEMORY ? err : SKERRY_ERR_FILE_DAMAGED;
}

enum skerry_err
kept_files_same(
	const struct documents *documents, struct store *backup, const char *name, bool *ret_same)
{
	struct cbor_bytes kept;
	struct store_query q;
	uint8_t *bytes;
	size_t len;
	enum skerry_err err = kept_files_read(backup, name, &q, &kept);

	if (err != SKERRY_OK)
		return err;
	*ret_same = false;
	if (untrusted_file_read_at(documents->directory, name, FILE_BYTES_MAX, &bytes, &len) ==
		SKERRY_OK) {
		*ret_same = cbor_bytes_same(kept, (struct cbor_bytes){ bytes, len });
		untrusted_file_free_secret(bytes, len);
	}
	store_done(&q);
	return SKERRY_OK;
}

/* --- restoring ------------------------------------------------------------------------------- */

static enum skerry_err
write_file(const struct documents *documents, const char *name, struct cbor_bytes bytes)
{
	return atomic_file_write_at(documents->directory, name, bytes.data, bytes.len, 0600, true);
}

static enum skerry_err
write_tokens(const struct documents *documents, struct store *backup)
{
	struct cbor_bytes bytes;
	struct store_query q;
	bool there;
	enum skerry_err err;

	if (faccessat(documents->directory, TOKENS_FILE, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return SKERRY_OK;
	err = find(backup, TOKENS_FILE, &q, &bytes, &there);
	if (err != SKERRY_OK || !there)
		return err;
	err = write_file(documents, TOKENS_FILE, bytes);
	store_done(&q);
	return err;
}

enum skerry_err
kept_files_write(const struct documents *documents, struct store *backup)
{
	enum skerry_err err = write_tokens(documents, backup);

	for (size_t i = 0; i < sizeof FILES / sizeof *FILES && err == SKERRY_OK; i++) {
		struct cbor_bytes bytes;
		struct store_query q;

		err = kept_files_read(backup, FILES[i], &q, &bytes);
		if (err != SKERRY_OK)
			break;
		err = write_file(documents, FILES[i], bytes);
		store_done(&q);
	}
	return err;
}
