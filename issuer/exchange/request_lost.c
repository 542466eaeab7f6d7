/* SPDX-License-Identifier: ISC */
#include "request_lost.h"

#include <stdio.h>

#include "issuer/desk/audit.h"

/* Its case has taken it into account before anything was numbered. */
static bool
has_case(const struct request_work *work, int64_t license_id)
{
	for (size_t i = 0; i < work->cases_len; i++)
		if (work->cases[i]->license.id == license_id)
			return true;
	return false;
}

static void
describe(const struct request_proof *proof, struct requests_lost *ret_lost)
{
	const struct license *claims = proof->claims;

	*ret_lost =
		(struct requests_lost){ .activation = proof->number, .edition = proof->edition };
	snprintf(ret_lost->license, sizeof ret_lost->license, "%.*s", (int)claims->id.len,
		claims->id.chars);
	snprintf(ret_lost->product, sizeof ret_lost->product, "%.*s/%.*s", (int)claims->brand.len,
		claims->brand.chars, (int)claims->product.len, claims->product.chars);
}

enum { DOCUMENT_WORDS_MAX = 256 };

/* The words that name the document in the log. */
static void
name_document(const struct requests_lost *lost, char ret_words[DOCUMENT_WORDS_MAX])
{
	snprintf(ret_words, DOCUMENT_WORDS_MAX,
		"license=%s product=%s activation=%lld edition=%lld index=", lost->license,
		lost->product, (long long)lost->activation, (long long)lost->edition);
}

/* Its site shows it with each request. */
static enum skerry_err
is_told(const struct request_work *work, const char *subject, const char *words, bool *ret_told)
{
	struct store_query q;

	store_query(work->desk->store, &q,
		"SELECT 1 FROM audit WHERE subject = ?1 COLLATE NOCASE AND action = 'site.lost'"
		" AND substr(detail, 1, length(?2)) = ?2 LIMIT 1");
	store_bind_text_at(&q, 1, subject);
	store_bind_text_at(&q, 2, words);
	*ret_told = store_step(&q);
	return store_done(&q);
}

static enum skerry_err
tell(struct request_work *work, const struct request_proof *proof, const struct requests_lost *lost)
{
	char subject[AUDIT_SUBJECT_MAX], words[DOCUMENT_WORDS_MAX];
	bool told;
	enum skerry_err err;

	snprintf(subject, sizeof subject, "installation %lld", (long long)work->installation.id);
	name_document(lost, words);
	err = is_told(work, subject, words, &told);
	if (err != SKERRY_OK || told)
		return err;
	return audit_append(work->desk, "site.lost", subject, "%s%lld request=%lld%s", words,
		(long long)proof->status_index, (long long)work->request_id,
		lost->refused ? " refused" : "");
}

/* Of a license that the records do not have. */
static enum skerry_err
take_lost(struct request_work *work, const struct request_proof *proof,
	struct requests_answered *answered)
{
	struct requests_lost lost;
	enum skerry_err err;

	describe(proof, &lost);
	err = request_held_raise_lost(work->desk, proof);
	if (err == SKERRY_ERR_DESK_CLOCK) {
		lost.refused = true;
		err = SKERRY_OK;
	}
	if (err == SKERRY_OK)
		err = tell(work, proof, &lost);
	if (err != SKERRY_OK)
		return err;
	if (answered->lost_len < REQUESTS_LOST_MAX)
		answered->lost[answered->lost_len] = lost;
	answered->lost_len++;
	return SKERRY_OK;
}

/* Of one that they have, and that the request asks nothing for. */
static enum skerry_err
take_aside(struct request_work *work, const struct request_proof *proof)
{
	struct license_record license;
	enum skerry_err err = licenses_find_row(work->desk, proof->license_id, &license);

	if (err == SKERRY_OK)
		err = request_held_raise(work->desk, &license, proof);
	return err == SKERRY_ERR_DESK_CLOCK ? SKERRY_OK : err;
}

enum skerry_err
request_lost_take(struct request_work *work, struct requests_answered *answered)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < work->held.len && err == SKERRY_OK; i++) {
		const struct request_proof *proof = &work->held.proofs[i];

		if (proof->claims == NULL)
			continue;
		if (proof->license_id == 0)
			err = take_lost(work, proof, answered);
		else if (!has_case(work, proof->license_id))
			err = take_aside(work, proof);
	}
	return err;
}
