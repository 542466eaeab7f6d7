/* SPDX-License-Identifier: ISC */
#include "notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/decide/entry.h"
#include "keys/hash.h"
#include "keys/random.h"

enum { DIGEST_TEXT_MAX = 2 * HASH_LEN + 1 };

static void
write_digest(struct cbor_bytes salt, const char *text, char ret_text[DIGEST_TEXT_MAX])
{
	uint8_t hash[HASH_LEN];

	hash_blake2b(salt.data, salt.len, (const uint8_t *)text, strlen(text), hash);
	for (size_t i = 0; i < sizeof hash; i++)
		snprintf(ret_text + 2 * i, 3, "%02x", hash[i]);
}

enum skerry_err
notes_check(struct desk *desk, const char *text)
{
	if (text == NULL || entry_is_name(text, NOTES_TEXT_MAX))
		return SKERRY_OK;
	return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--reason",
		"A reason is one line of 1 to %d bytes of UTF-8, without control characters and "
		"marks of text direction.",
		NOTES_TEXT_MAX);
}

enum skerry_err
notes_check_told(struct desk *desk, const char *text)
{
	enum skerry_err err;

	if (text == NULL)
		return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--tell",
			"It tells the customer's sites a reason: say it with --reason TEXT.");
	err = notes_check(desk, text);
	if (err != SKERRY_OK || strlen(text) <= NOTES_TOLD_MAX)
		return err;
	return desk_refuse(desk, SKERRY_ERR_ARGUMENT, "--reason",
		"A reason that sites are told has at most %d bytes, and this one has %zu.",
		NOTES_TOLD_MAX, strlen(text));
}

enum skerry_err
notes_insert(struct desk *desk, int64_t brand_id, int64_t license_id, const char *text,
	struct note *ret_note)
{
	uint8_t salt[NOTES_SALT_LEN];
	char digest[DIGEST_TEXT_MAX];
	struct note note = { .id = 0 };
	struct store_query q;
	enum skerry_err err = notes_check(desk, text);

	if (err != SKERRY_OK || text == NULL) {
		if (err == SKERRY_OK)
			*ret_note = note;
		return err;
	}
	random_bytes(salt, sizeof salt);
	store_query(desk->store, &q,
		"INSERT INTO note (brand_id, license_id, at, salt, text) VALUES (?, ?, ?, ?, ?)");
	store_bind_int(&q, brand_id);
	store_bind_int(&q, license_id);
	store_bind_int(&q, desk->now);
	store_bind_bytes(&q, salt, sizeof salt);
	store_bind_text(&q, text);
	err = store_run(&q);
	if (err != SKERRY_OK)
		return err;
	note.id = store_last_id(desk->store);
	write_digest((struct cbor_bytes){ salt, sizeof salt }, text, digest);
	snprintf(note.mark, sizeof note.mark, " note=%lld digest=%s", (long long)note.id, digest);
	*ret_note = note;
	return SKERRY_OK;
}

enum skerry_err
notes_tell(struct desk *desk, const struct note *note)
{
	struct store_query q;

	store_query(desk->store, &q, "UPDATE note SET told = 1 WHERE id = ?");
	store_bind_int(&q, note->id);
	return store_run(&q);
}

enum skerry_err
notes_tell_no_more(struct desk *desk, int64_t license_id, bool *ret_any)
{
	bool any;
	struct store_query q;
	enum skerry_err err;

	store_query(desk->store, &q, "SELECT 1 FROM note WHERE license_id = ? AND told = 1");
	store_bind_int(&q, license_id);
	any = store_step(&q);
	err = store_done(&q);
	if (err != SKERRY_OK)
		return err;
	*ret_any = any;
	store_query(desk->store, &q, "UPDATE note SET told = 2 WHERE license_id = ? AND told = 1");
	store_bind_int(&q, license_id);
	return store_run(&q);
}

void
notes_word(const char *word, const struct note *note, char ret_word[NOTES_WORD_MAX])
{
	if (note->id == 0)
		snprintf(ret_word, NOTES_WORD_MAX, "%s", word);
	else
		snprintf(ret_word, NOTES_WORD_MAX, "%s note=%lld", word, (long long)note->id);
}

/* Finds "note=12 digest=..." among the words of a detail; false when it names none. */
static bool
read_mark(const char *detail, int64_t *ret_id, char ret_digest[DIGEST_TEXT_MAX])
{
	const char *at = strncmp(detail, "note=", 5) == 0 ? detail : strstr(detail, " note=");
	char *end;

	if (at == NULL)
		return false;
	at += *at == ' ' ? 6 : 5;
	*ret_id = strtoll(at, &end, 10);
	if (strncmp(end, " digest=", 8) != 0)
		return false;
	snprintf(ret_digest, DIGEST_TEXT_MAX, "%.*s", DIGEST_TEXT_MAX - 1, end + 8);
	return true;
}

static enum notes_state
judge(struct store_query *q, const char *digest)
{
	char actual[DIGEST_TEXT_MAX];

	/* Either half alone says that somebody meddled. */
	if (store_is_null(q, 0) && store_is_null(q, 1))
		return NOTES_ERASED;
	if (store_is_null(q, 0) || store_is_null(q, 1))
		return NOTES_ALTERED;
	write_digest(store_bytes(q, 0), store_chars(q, 1), actual);
	return strcmp(actual, digest) == 0 ? NOTES_STANDS : NOTES_ALTERED;
}

enum skerry_err
notes_verify(struct desk *desk, const char *detail, enum notes_state *ret_state, int64_t *ret_id,
	bool *ret_customer_erased)
{
	char digest[DIGEST_TEXT_MAX];
	enum notes_state state = NOTES_MISSING;
	struct store_query q;
	bool erased = false;
	int64_t id;
	enum skerry_err err;

	if (!read_mark(detail, &id, digest)) {
		*ret_state = NOTES_NONE;
		return SKERRY_OK;
	}
	store_query(desk->store, &q,
		"SELECT salt, text, EXISTS (SELECT 1 FROM license l JOIN license_key k ON k.id ="
		" l.license_key_id JOIN customer c ON c.id = k.customer_id WHERE l.id ="
		" n.license_id AND c.erased_at IS NOT NULL) FROM note n WHERE id = ?");
	store_bind_int(&q, id);
	if (store_step(&q)) {
		state = judge(&q, digest);
		erased = store_int(&q, 2) != 0;
	}
	err = store_done(&q);
	if (err != SKERRY_OK)
		return err;
	*ret_state = state;
	*ret_id = id;
	*ret_customer_erased = erased;
	return SKERRY_OK;
}

enum skerry_err
notes_erase(struct desk *desk, int64_t customer_id)
{
	struct store_query q;

	store_query(desk->store, &q,
		"UPDATE note SET salt = NULL, text = NULL, told = min(2 * told, 2)"
		" WHERE license_id IN (SELECT l.id FROM"
		" license_key k JOIN license l ON l.license_key_id = k.id WHERE k.customer_id = "
		"?)");
	store_bind_int(&q, customer_id);
	return store_run(&q);
}

enum skerry_err
notes_each(struct desk *desk, int64_t license_id, void (*each)(void *, const struct note_line *),
	void *context)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT id, at, text, told FROM note WHERE license_id = ? ORDER BY id");
	store_bind_int(&q, license_id);
	while (store_step(&q)) {
		int64_t told = store_int(&q, 3);
		struct note_line line = { store_int(&q, 0), store_int(&q, 1), store_chars(&q, 2),
			told == 0   ? NOTES_KEPT
			: told == 1 ? NOTES_TOLD
				    : NOTES_TOLD_BEFORE };

		each(context, &line);
	}
	return store_done(&q);
}
