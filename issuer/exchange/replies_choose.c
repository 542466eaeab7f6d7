/* SPDX-License-Identifier: ISC */
#include "replies_choose.h"

#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"

enum {
	CHOSEN_MAX = REPLIES_EACH_MAX - REPLIES_REPEATED_MAX,
	WEIGHED_MAX = 256, /* replies that are read for what they say */
	SAID_MAX = 256,
	SAID_LEN = 16
};

/* What a newer reply says already, as a hash of its kind, brand and subject. */
struct weighing {
	const struct installation *installation;
	struct reply reply;
	struct license license;
	uint8_t said[SAID_MAX][SAID_LEN];
	size_t said_len;
};

/* --- what is there ----------------------------------------------------------------------------- */

static enum skerry_err
gather(struct desk *desk, const struct installation *installation, uint64_t above,
	struct replies_chosen *list, size_t *ret_len)
{
	struct store_query q;

	store_query(desk->store, &q,
		"SELECT document_id, number, brand_id FROM reply WHERE installation_id = ?"
		" AND number > ? ORDER BY number DESC LIMIT ?");
	store_bind_int(&q, installation->id);
	store_bind_int(&q, (int64_t)above);
	store_bind_int(&q, REPLIES_LOOKED_MAX);
	while (*ret_len < REPLIES_LOOKED_MAX && store_step(&q))
		list[(*ret_len)++] = (struct replies_chosen){ .document_id = store_int(&q, 0),
			.number = (uint64_t)store_int(&q, 1),
			.brand_id = store_int(&q, 2) };
	return store_done(&q);
}

/* --- what they say ----------------------------------------------------------------------------- */

/* True the first time. Where there is no room any more, nothing is new. */
static bool
is_new(struct weighing *weighing, char kind, int64_t brand_id, struct cbor_text subject,
	uint64_t which)
{
	uint8_t words[2 * sizeof(uint64_t) + 1], of_subject[HASH_LEN], hash[HASH_LEN];

	words[0] = (uint8_t)kind;
	memcpy(words + 1, &brand_id, sizeof brand_id);
	memcpy(words + 1 + sizeof brand_id, &which, sizeof which);
	hash_blake2b(NULL, 0, (const uint8_t *)subject.chars, subject.len, of_subject);
	hash_blake2b(of_subject, HASH_LEN, words, sizeof words, hash);
	for (size_t i = 0; i < weighing->said_len; i++)
		if (memcmp(weighing->said[i], hash, SAID_LEN) == 0)
			return false;
	if (weighing->said_len == SAID_MAX)
		return false;
	memcpy(weighing->said[weighing->said_len++], hash, SAID_LEN);
	return true;
}

static bool
has_new_license(struct weighing *weighing, int64_t brand_id, struct cbor_bytes bytes)
{
	struct cose_sign1 message;
	size_t offset;

	return cose_sign1_parse(bytes.data, bytes.len, &message, &offset) == SKERRY_OK &&
	       license_parse(message.payload, &weighing->license, &offset) == SKERRY_OK &&
	       is_new(weighing, 'l', brand_id, weighing->license.id, weighing->license.activation);
}

/* All that it says counts as said, so each question is asked. */
static bool
says_news(struct weighing *weighing, int64_t brand_id)
{
	static const struct cbor_text NOTHING = { "", 0 };
	const struct reply *reply = &weighing->reply;
	bool news = false;

	if (reply->nonce != NULL &&
		memcmp(reply->nonce, weighing->installation->nonce, REPLY_NONCE_LEN) == 0)
		news |= is_new(weighing, 'n', brand_id, NOTHING, 0);
	if (reply->time_reset)
		news |= is_new(weighing, 't', brand_id, NOTHING, 0);
	for (size_t i = 0; i < reply->licenses_len; i++)
		news |= has_new_license(weighing, brand_id, reply->licenses[i]);
	for (size_t i = 0; i < reply->results_len; i++)
		if (reply->results[i].code == REPLY_UNPAIRED &&
			reply->results[i].license.chars != NULL)
			news |= is_new(weighing, 'u', brand_id, reply->results[i].license, 0);
	return news;
}

static enum skerry_err
weigh_one(struct desk *desk, struct weighing *weighing, struct replies_chosen *one)
{
	struct cose_sign1 message;
	struct store_query q;
	size_t offset;

	store_query(desk->store, &q, "SELECT bytes FROM document WHERE id = ?");
	store_bind_int(&q, one->document_id);
	if (store_step(&q)) {
		struct cbor_bytes bytes = store_bytes(&q, 0);

		one->telling =
			bytes.len > 0 &&
			cose_sign1_parse(bytes.data, bytes.len, &message, &offset) == SKERRY_OK &&
			reply_parse(message.payload, &weighing->reply, &offset) == SKERRY_OK &&
			says_news(weighing, one->brand_id);
	}
	return store_done(&q);
}

static enum skerry_err
weigh(struct desk *desk, const struct installation *installation, struct replies_chosen *list,
	size_t len)
{
	struct weighing *weighing = calloc(1, sizeof *weighing);
	enum skerry_err err = weighing == NULL ? SKERRY_ERR_NO_MEMORY : SKERRY_OK;

	if (err == SKERRY_OK)
		weighing->installation = installation;
	for (size_t i = 0; i < len && i < WEIGHED_MAX && err == SKERRY_OK; i++)
		err = weigh_one(desk, weighing, &list[i]);
	free(weighing);
	return err;
}

/* --- which ------------------------------------------------------------------------------------- */

/* Of its brand, what is telling comes before it in the choice, then what is newer. */
static bool
is_chosen(const struct replies_chosen *list, size_t len, size_t index)
{
	const struct replies_chosen *one = &list[index];
	size_t before = 0;

	for (size_t i = 0; i < len; i++)
		before += list[i].brand_id == one->brand_id &&
			  (list[i].telling == one->telling ? i < index : list[i].telling);
	return before < (one->telling ? REPLIES_TELLING_MAX : REPLIES_LEFT_MAX);
}

/* The order stays; what tells goes before the rest where there is not room for all. */
static size_t
keep_chosen(struct replies_chosen *list, size_t len)
{
	struct replies_chosen *kept = calloc(len + 1, sizeof *kept);
	size_t kept_len = 0;

	if (kept == NULL)
		return SIZE_MAX;
	for (int telling = 1; telling >= 0; telling--)
		for (size_t i = 0; i < len && kept_len < CHOSEN_MAX; i++)
			if (list[i].telling == (telling == 1) && is_chosen(list, len, i))
				kept[kept_len++] = list[i];
	memcpy(list, kept, kept_len * sizeof *kept);
	free(kept);
	return kept_len;
}

enum skerry_err
replies_choose(struct desk *desk, const struct installation *installation, uint64_t above,
	struct replies_chosen **ret_chosen, size_t *ret_len)
{
	struct replies_chosen *list = malloc(REPLIES_LOOKED_MAX * sizeof *list);
	size_t len = 0;
	enum skerry_err err =
		list == NULL ? SKERRY_ERR_NO_MEMORY : gather(desk, installation, above, list, &len);

	/* Nearly every site's are few, and nobody has to read them. */
	if (err == SKERRY_OK && len > REPLIES_LEFT_MAX) {
		err = weigh(desk, installation, list, len);
		if (err == SKERRY_OK)
			len = keep_chosen(list, len);
		if (err == SKERRY_OK && len == SIZE_MAX)
			err = SKERRY_ERR_NO_MEMORY;
	}
	if (err != SKERRY_OK) {
		free(list);
		return err;
	}
	*ret_chosen = list;
	*ret_len = len;
	return SKERRY_OK;
}
