/* SPDX-License-Identifier: ISC */
#include "operators.h"

#include <unistd.h>

#include "keys/untrusted_file.h"

static const char OPEN_KEY[] = "desk.key";

enum skerry_err
operators_insert(struct desk *desk, const char *name, const uint8_t *wrapped, size_t wrapped_len)
{
	struct store_query q;

	store_query(desk->store, &q,
		"INSERT INTO operator (name, wrapped, created_at) VALUES (?, ?, ?)");
	store_bind_text(&q, name);
	store_bind_bytes(&q, wrapped, wrapped_len);
	store_bind_int(&q, desk->now);
	return store_run(&q);
}

bool
operators_need_passphrase(const struct desk *desk)
{
	char path[DESK_PATH_MAX];

	return desk_file(desk, OPEN_KEY, path) != SKERRY_OK || access(path, F_OK) != 0;
}

static enum skerry_err
unwrap_open_key(struct desk *desk, struct secretbox_key *ret_key)
{
	char path[DESK_PATH_MAX];
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum skerry_err err = desk_file(desk, OPEN_KEY, path);

	if (err == SKERRY_OK)
		err = untrusted_file_read_secret(path, VAULT_WRAPPED_MAX, &bytes, &len);
	if (err == SKERRY_ERR_FILE_EXPOSED)
		desk_refuse(desk, err, path, "Take it away from others with: chmod 600 %s", path);
	if (err == SKERRY_OK)
		err = vault_unwrap(bytes, len, NULL, ret_key);
	untrusted_file_free_secret(bytes, len);
	return err;
}

/* Whose passphrase it is shows in which wrapped copy opens. */
static enum skerry_err
unwrap_by_operator(
	struct desk *desk, const struct passphrase *passphrase, struct secretbox_key *ret_key)
{
	struct store_query q;
	enum skerry_err err = SKERRY_ERR_PASSPHRASE, done;

	store_query(desk->store, &q,
		"SELECT id, wrapped FROM operator"
		" WHERE wrapped IS NOT NULL AND removed_at IS NULL ORDER BY id");
	while (err == SKERRY_ERR_PASSPHRASE && store_step(&q)) {
		struct cbor_bytes wrapped = store_bytes(&q, 1);

		err = vault_unwrap(wrapped.data, wrapped.len, passphrase, ret_key);
		if (err == SKERRY_OK)
			desk->operator_id = store_int(&q, 0);
	}
	done = store_done(&q);
	return done == SKERRY_OK ? err : done;
}

enum skerry_err
operators_unlock(struct desk *desk, const struct passphrase *passphrase)
{
	struct secretbox_key key = { NULL };
	enum skerry_err err;

	if (vault_is_open(&desk->vault))
		return SKERRY_OK;
	err = passphrase == NULL ? unwrap_open_key(desk, &key)
				 : unwrap_by_operator(desk, passphrase, &key);
	if (err == SKERRY_OK)
		err = vault_open(&desk->vault, &key);
	secretbox_key_free(&key);
	return err;
}
