/* SPDX-License-Identifier: ISC */
#include "desk_keys.h"

#include <stdio.h>
#include <string.h>

#include "issuer/desk/audit.h"

enum { DIGITS_MIN = 4 };

static enum skerry_err
keys_folder(const struct desk *desk, char ret_path[DESK_PATH_MAX])
{
	return desk_file(desk, "keys", ret_path);
}

enum skerry_err
desk_keys_insert(struct desk *desk, const struct key_pair *pair)
{
	uint8_t bytes[COSE_KEY_MAX];
	char folder[DESK_PATH_MAX];
	struct cbor_writer w;
	struct store_query q;
	size_t len;
	enum skerry_err err = keys_folder(desk, folder);

	cbor_writer_init(&w, bytes, sizeof bytes);
	cose_key_write(&w, &pair->public_key);
	if (err == SKERRY_OK)
		err = cbor_writer_finish(&w, &len);
	if (err == SKERRY_OK)
		err = vault_write_key(&desk->vault, folder, pair);
	if (err != SKERRY_OK)
		return err;
	store_query(desk->store, &q,
		"INSERT INTO desk_key (kid, purpose, public_key, added_at) VALUES (?, ?, ?, ?)"
		" ON CONFLICT (kid) DO NOTHING");
	store_bind_bytes(&q, pair->kid, COSE_KID_LEN);
	store_bind_text(&q, key_purpose_name(pair->purpose));
	store_bind_bytes(&q, bytes, len);
	store_bind_int(&q, desk->now);
	return store_run(&q);
}

static enum skerry_err
record(struct desk *desk, const char *action, const uint8_t kid[COSE_KID_LEN])
{
	char text[2 * COSE_KID_LEN + 1], subject[AUDIT_SUBJECT_MAX];

	vault_kid_text(kid, text);
	snprintf(subject, sizeof subject, "key %s", text);
	return audit_append(desk, action, subject, "%s", "");
}

enum skerry_err
desk_keys_add(struct desk *desk, const struct key_pair *pair)
{
	enum skerry_err err;

	if (pair->purpose != KEY_ISSUING && pair->purpose != KEY_EXCHANGE)
		return desk_refuse(desk, SKERRY_ERR_TRUST_PURPOSE, key_purpose_name(pair->purpose),
			"A desk takes issuing and exchange keys; root keys stay with their "
			"holders, away from any desk.");
	err = desk_keys_insert(desk, pair);
	return err == SKERRY_OK ? record(desk, "key.add", pair->kid) : err;
}

enum skerry_err
desk_keys_open(struct desk *desk, const uint8_t kid[COSE_KID_LEN], enum key_purpose purpose,
	struct key_pair *ret_pair)
{
	char folder[DESK_PATH_MAX], text[2 * COSE_KID_LEN + 1];
	enum skerry_err err = keys_folder(desk, folder);

	if (err == SKERRY_OK && !vault_is_open(&desk->vault))
		err = SKERRY_ERR_INTERNAL;
	if (err == SKERRY_OK)
		err = vault_read_key(&desk->vault, folder, kid, purpose, ret_pair);
	vault_kid_text(kid, text);
	if (err == SKERRY_ERR_FILE_EXPOSED)
		return desk_refuse(desk, err, text,
			"Take it away from others with: chmod 600 %s/%s.key", folder, text);
	if (err == SKERRY_ERR_FILE_MISSING)
		return desk_refuse(desk, err, text,
			"%s/%s.key belongs to this desk; bring it back from a backup.", folder,
			text);
	return err;
}

static bool
read_row(struct store_query *q, struct desk_key *ret_key)
{
	struct cbor_bytes kid = store_bytes(q, 0), public_key = store_bytes(q, 2);
	const char *purpose = store_chars(q, 1);
	size_t offset;

	if (kid.len != COSE_KID_LEN || purpose == NULL ||
		cose_key_parse(public_key.data, public_key.len, &ret_key->public_key, &offset) !=
			SKERRY_OK)
		return false;
	memcpy(ret_key->kid, kid.data, COSE_KID_LEN);
	ret_key->purpose = key_purpose_from_name(purpose);
	ret_key->added_at = store_int(q, 3);
	ret_key->in_use = store_int(q, 4) != 0;
	return true;
}

enum skerry_err
desk_keys_each(struct desk *desk, void (*each)(void *, const struct desk_key *), void *context)
{
	bool damaged = false;
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q,
		"SELECT k.kid, k.purpose, k.public_key, k.added_at, k.kid = d.issuing_kid"
		" FROM desk_key k JOIN desk d ORDER BY k.added_at, k.purpose, k.kid");
	while (!damaged && store_step(&q)) {
		struct desk_key key;

		damaged = !read_row(&q, &key);
		if (!damaged)
			each(context, &key);
	}
	err = store_done(&q);
	return err == SKERRY_OK && damaged ? SKERRY_ERR_STORE_DAMAGED : err;
}

enum skerry_err
desk_keys_read_use(struct desk *desk, uint8_t ret_kid[COSE_KID_LEN])
{
	struct store_query q;
	bool found = false;
	enum skerry_err err;

	store_query(desk->store, &q, "SELECT issuing_kid FROM desk");
	if (store_step(&q)) {
		struct cbor_bytes kid = store_bytes(&q, 0);

		found = kid.len == COSE_KID_LEN;
		if (found)
			memcpy(ret_kid, kid.data, COSE_KID_LEN);
	}
	err = store_done(&q);
	return err == SKERRY_OK && !found ? SKERRY_ERR_STORE_DAMAGED : err;
}

enum skerry_err
desk_keys_use(struct desk *desk, const uint8_t kid[COSE_KID_LEN])
{
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q, "UPDATE desk SET issuing_kid = ?");
	store_bind_bytes(&q, kid, COSE_KID_LEN);
	err = store_run(&q);
	return err == SKERRY_OK ? record(desk, "key.use", kid) : err;
}

struct search {
	const char *digits;
	struct desk_key *ret_key;
	size_t found;
};

static void
compare(void *context, const struct desk_key *key)
{
	struct search *search = context;
	char text[2 * COSE_KID_LEN + 1];

	vault_kid_text(key->kid, text);
	if (strncasecmp(text, search->digits, strlen(search->digits)) == 0) {
		*search->ret_key = *key;
		search->found++;
	}
}

enum skerry_err
desk_keys_find(struct desk *desk, const char *digits, struct desk_key *ret_key)
{
	struct search search = { digits, ret_key, 0 };
	enum skerry_err err = SKERRY_OK;

	if (strlen(digits) >= DIGITS_MIN)
		err = desk_keys_each(desk, compare, &search);
	if (err != SKERRY_OK || search.found == 1)
		return err;
	return desk_refuse(desk, search.found == 0 ? SKERRY_ERR_NOT_FOUND : SKERRY_ERR_NOT_UNIQUE,
		digits,
		"Give the first digits of the key's id, at least %d. See the keys with: "
		"skerry-issuer key list",
		DIGITS_MIN);
}
