/* SPDX-License-Identifier: ISC */
#include "replies_again.h"

#include <stdlib.h>
#include <string.h>

#include "issuer/crew.h"
#include "issuer/desk/outdated.h"

enum {
	LEFT_MAX = REPLIES_EACH_MAX,
	AGAIN_MAX = REPLIES_LEFT_MAX - 1,
	DOCUMENTS_MAX = REPLY_PAYLOAD_MAX - 40 * 1024 /* the rest is for the claims */
};

/* A reply that is left, or refused, as it was read. */
struct kept {
	struct replies_left left;
	uint8_t *bytes;
	struct reply reply; /* borrows `bytes` */
};

/* On its way to its signature. */
struct piece {
	struct replies_made made;
	int64_t instead_of; /* document */
};

struct again {
	struct desk *desk;
	const struct signing *signing;
	int64_t brand_id;
	struct crew *crew;
	struct installation installation;
	struct kept *kept[LEFT_MAX];
	size_t kept_len;
	struct replies_draft draft;
	uint8_t *documents[REPLY_LICENSES_MAX]; /* that the draft borrows */
	struct license license;
	size_t made;
};

/* --- what an installation is left ------------------------------------------------------------ */

static void
forget_kept(struct again *again)
{
	for (size_t i = 0; i < again->kept_len; i++) {
		free(again->kept[i]->bytes);
		free(again->kept[i]);
	}
	again->kept_len = 0;
}

static enum skerry_err
keep(void *context, const struct replies_left *left)
{
	struct again *again = context;
	struct kept *kept;
	struct cose_sign1 message;
	size_t offset;
	enum skerry_err err;

	if (again->kept_len == LEFT_MAX)
		return SKERRY_ERR_INTERNAL;
	if (again->brand_id != 0 && left->brand_id != again->brand_id)
		return SKERRY_OK;
	kept = calloc(1, sizeof *kept);
	if (kept == NULL)
		return SKERRY_ERR_NO_MEMORY;
	again->kept[again->kept_len++] = kept;
	kept->left = *left;
	kept->bytes = malloc(left->bytes.len);
	if (kept->bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memcpy(kept->bytes, left->bytes.data, left->bytes.len);
	err = cose_sign1_parse(kept->bytes, left->bytes.len, &message, &offset);
	if (err == SKERRY_OK)
		err = reply_parse(message.payload, &kept->reply, &offset);
	return err == SKERRY_OK ? SKERRY_OK : SKERRY_ERR_STORE_DAMAGED;
}

static bool
answers_this(const struct kept *other, const struct kept *kept)
{
	return kept->left.repeated ? other->left.request_id == kept->left.request_id
				   : other->reply.answers >= kept->reply.answers;
}

/* One that may leave, or was made again, answers what this one answers. */
static bool
is_answered(const struct again *again, const struct kept *kept)
{
	for (size_t i = 0; i < again->kept_len; i++) {
		const struct kept *other = again->kept[i];

		if (!other->left.refused && other->left.brand_id == kept->left.brand_id &&
			other->left.number > kept->left.number && answers_this(other, kept))
			return true;
	}
	return false;
}

static bool
leaves_anyway(const struct again *again, int64_t brand_id, struct cbor_bytes document)
{
	for (size_t i = 0; i < again->kept_len; i++) {
		const struct kept *kept = again->kept[i];

		if (kept->left.refused || kept->left.brand_id != brand_id)
			continue;
		for (size_t j = 0; j < kept->reply.licenses_len; j++)
			if (kept->reply.licenses[j].len == document.len &&
				memcmp(kept->reply.licenses[j].data, document.data, document.len) ==
					0)
				return true;
	}
	return false;
}

/* --- its newest documents -------------------------------------------------------------------- */

static void
forget_documents(struct again *again)
{
	for (size_t i = 0; i < again->draft.reply.licenses_len; i++)
		free(again->documents[i]);
	again->draft.reply.licenses_len = 0;
}

static enum skerry_err
find_activation(struct again *again, struct cbor_bytes old, int64_t *ret_id)
{
	char id[LICENSE_ID_LEN + 1] = "";
	struct cose_sign1 message;
	struct store_query q;
	size_t offset;

	if (cose_sign1_parse(old.data, old.len, &message, &offset) != SKERRY_OK ||
		license_parse(message.payload, &again->license, &offset) != SKERRY_OK ||
		again->license.id.len > LICENSE_ID_LEN)
		return SKERRY_ERR_STORE_DAMAGED;
	memcpy(id, again->license.id.chars, again->license.id.len);
	*ret_id = 0;
	store_query(again->desk->store, &q,
		"SELECT a.id FROM license l JOIN activation a ON a.license_id = l.id"
		" WHERE l.public_id = ? AND a.number = ?");
	store_bind_text(&q, id);
	store_bind_int(&q, (int64_t)again->license.activation);
	if (store_step(&q))
		*ret_id = store_int(&q, 0);
	return store_done(&q);
}

/* In place of each document that the old reply held, the newest of its activation that is permitted. */
static enum skerry_err
put_documents(struct again *again, const struct kept *kept)
{
	struct reply *reply = &again->draft.reply;
	bool asked = kept->reply.nonce != NULL;
	size_t room = DOCUMENTS_MAX;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < kept->reply.licenses_len && err == SKERRY_OK; i++) {
		struct cbor_bytes newest = { NULL, 0 };
		uint8_t *bytes = NULL;
		int64_t activation = 0;

		err = find_activation(again, kept->reply.licenses[i], &activation);
		if (err == SKERRY_OK)
			err = outdated_find_newest(again->desk, again->signing->trust, activation,
				-1, &bytes, &newest.len);
		newest.data = bytes;
		if (bytes == NULL || newest.len > room ||
			(!asked && leaves_anyway(again, kept->left.brand_id, newest))) {
			free(bytes);
			continue;
		}
		room -= newest.len;
		again->documents[reply->licenses_len] = bytes;
		reply->licenses[reply->licenses_len++] = newest;
	}
	return err;
}

/* --- made again ------------------------------------------------------------------------------ */

static void
put_claims(struct again *again, const struct kept *kept)
{
	struct reply *reply = &again->draft.reply;
	bool resets = kept->reply.time_reset &&
		      again->desk->now - kept->reply.issued_at <= REPLIES_AGAIN_RESET_S;

	again->draft.brand_id = kept->left.brand_id;
	again->draft.request_id = kept->left.request_id;
	*reply = kept->reply;
	reply->licenses_len = 0;
	reply->acknowledged = again->installation.number;
	reply->time_reset = resets;
}

static enum skerry_err
find_standing(const struct again *again, struct cbor_text license, bool *ret_stands)
{
	char id[LICENSE_ID_LEN + 1] = "";
	struct store_query q;

	if (license.len > LICENSE_ID_LEN)
		return SKERRY_ERR_STORE_DAMAGED;
	if (license.len > 0)
		memcpy(id, license.chars, license.len);
	store_query(again->desk->store, &q,
		"SELECT 1 FROM license l JOIN activation a ON a.license_id = l.id"
		" WHERE l.public_id = ? AND a.installation_id = ? AND a.unpaired_at IS NULL");
	store_bind_text(&q, id);
	store_bind_int(&q, again->installation.id);
	*ret_stands = store_step(&q);
	return store_done(&q);
}

/*
 * An unpairing ends what was issued no later than the reply that tells it, and this one is dated anew: what
 * was paired since then must not hear of it.
 */
static enum skerry_err
put_results(struct again *again, const struct kept *kept)
{
	struct reply *reply = &again->draft.reply;
	enum skerry_err err = SKERRY_OK;

	reply->results_len = 0;
	for (size_t i = 0; i < kept->reply.results_len && err == SKERRY_OK; i++) {
		const struct reply_result *result = &kept->reply.results[i];
		bool stands = false;

		if (result->code == REPLY_UNPAIRED)
			err = find_standing(again, result->license, &stands);
		if (!stands)
			reply->results[reply->results_len++] = *result;
	}
	return err;
}

static enum skerry_err
make(struct again *again, const struct kept *kept)
{
	struct piece *piece;
	enum skerry_err err;

	put_claims(again, kept);
	err = put_results(again, kept);
	if (err == SKERRY_OK)
		err = put_documents(again, kept);
	if (err != SKERRY_OK ||
		(kept->reply.nonce == NULL && again->draft.reply.licenses_len == 0 &&
			again->draft.reply.results_len == 0)) {
		forget_documents(again);
		return err;
	}
	piece = crew_next(again->crew);
	if (piece == NULL) {
		forget_documents(again);
		return crew_failed(again->crew);
	}
	err = replies_compose(
		again->desk, again->signing, &again->installation, &again->draft, &piece->made);
	forget_documents(again);
	if (err != SKERRY_OK)
		return err;
	piece->instead_of = kept->left.document_id;
	crew_hand(again->crew);
	again->made++;
	return SKERRY_OK;
}

/* How many refused ones of its brand that nothing answers are newer, those apart that leave in any case. */
static size_t
newer_than(const struct again *again, size_t index)
{
	const struct kept *kept = again->kept[index];
	size_t newer = 0;

	for (size_t i = index + 1; i < again->kept_len; i++)
		newer += again->kept[i]->left.refused && !again->kept[i]->left.repeated &&
			 again->kept[i]->left.brand_id == kept->left.brand_id &&
			 again->kept[i]->reply.nonce != NULL && !is_answered(again, again->kept[i]);
	return newer;
}

static bool
is_due(const struct again *again, size_t index)
{
	const struct kept *kept = again->kept[index];

	return kept->left.refused &&
	       (kept->left.repeated || kept->left.telling ||
		       newer_than(again, index) < AGAIN_MAX) &&
	       (kept->reply.nonce == NULL || !is_answered(again, kept));
}

static enum skerry_err
make_all(struct again *again, int64_t id)
{
	enum skerry_err err = installations_find_row(again->desk, id, &again->installation);

	if (err == SKERRY_OK && again->installation.id != 0 && again->installation.has_opening_key)
		err = replies_each_left(
			again->desk, again->signing->trust, &again->installation, keep, again);
	for (size_t i = 0; i < again->kept_len && err == SKERRY_OK; i++)
		if (is_due(again, i))
			err = make(again, again->kept[i]);
	forget_kept(again);
	return err;
}

/* --- the crew -------------------------------------------------------------------------------- */

static enum skerry_err
sign(void *context, void *piece)
{
	const struct again *again = context;

	return replies_sign(again->signing, &((struct piece *)piece)->made);
}

static void
clear(void *piece)
{
	replies_made_free(&((struct piece *)piece)->made);
}

/* The request has the new answer from now on; the old one stays in the records. */
static enum skerry_err
record(void *context, void *piece_)
{
	struct again *again = context;
	struct piece *piece = piece_;
	struct store_query q;
	enum skerry_err err = replies_record(again->desk, again->signing, &piece->made);

	if (err == SKERRY_OK && piece->made.request_id != 0) {
		store_query(again->desk->store, &q,
			"UPDATE reply SET request_id = NULL WHERE document_id = ?");
		store_bind_int(&q, piece->instead_of);
		err = store_run(&q);
	}
	clear(piece);
	return err;
}

enum skerry_err
replies_again(struct desk *desk, const struct signing *signing, int64_t brand_id,
	const int64_t *installations, size_t installations_len, size_t *ret_made)
{
	struct again *again = calloc(1, sizeof *again);
	enum skerry_err err;

	if (again == NULL)
		return SKERRY_ERR_NO_MEMORY;
	again->desk = desk;
	again->signing = signing;
	again->brand_id = brand_id;
	err = crew_open(sizeof(struct piece), sign, record, again, &again->crew);
	for (size_t i = 0; i < installations_len && err == SKERRY_OK; i++)
		err = make_all(again, installations[i]);
	if (err == SKERRY_OK)
		err = crew_drain(again->crew);
	crew_close(again->crew, clear);
	if (err == SKERRY_OK)
		*ret_made = again->made;
	free(again);
	return err;
}
