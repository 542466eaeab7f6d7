/* SPDX-License-Identifier: ISC */
#include "request_replies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/desk/outdated.h"

/* --- what a result says ------------------------------------------------------------------------ */

/* The desk's own words alone: what an operator noted of it stays at the desk. */
static void
write_text(const struct request_work *work, struct request_case *one)
{
	struct cbor_text tenant = work->exchange->request.tenant;
	const char *words = answer_words(one->answer.words, one->language);

	if (one->answer.words == ANSWER_WORDS_NO_TENANT && tenant.chars != NULL)
		snprintf(one->text, sizeof one->text, "%s Tenant: %.*s", words, (int)tenant.len,
			tenant.chars);
	else
		snprintf(one->text, sizeof one->text, "%s", words);
}

static struct cbor_text
text_or_none(const char *text)
{
	return text[0] == '\0' ? (struct cbor_text){ NULL, 0 } : cbor_text_from_chars(text);
}

/* --- documents --------------------------------------------------------------------------------- */

/*
 * The newest document of what stands, where the site does not show that it has it. One that the site
 * would refuse is not: the next bundle renews it.
 */
static enum skerry_err
find_newest(struct request_work *work, struct request_case *one)
{
	int64_t held = one->proof == NULL ? 0 : one->proof->edition;

	if (one->document != NULL || one->answer.code != REPLY_OK || one->activation.id == 0 ||
		work->verdict.arrival == FORK_LATE)
		return SKERRY_OK;
	return outdated_find_newest(work->desk, work->requests->signing.trust, one->activation.id,
		held, &one->document, &one->document_len);
}

/* --- a reply ----------------------------------------------------------------------------------- */

static void
add_notice(struct reply *reply, const struct request_case *one)
{
	static const unsigned LEVELS[ANSWER_WORDS_LAST + 1] = { [ANSWER_WORDS_RESTORED] = 1,
		[ANSWER_WORDS_CHANGED] = 2,
		[ANSWER_WORDS_CLONE] = 3,
		[ANSWER_WORDS_CLONE_GRACE] = 3 };
	const char *words = answer_words(one->answer.notice, one->language);

	if (words[0] == '\0' || reply->notices_len == REPLY_NOTICES_MAX)
		return;
	for (size_t i = 0; i < reply->notices_len; i++)
		if (cbor_text_equals(reply->notices[i].text, words))
			return;
	reply->notices[reply->notices_len++] =
		(struct reply_notice){ .level = LEVELS[one->answer.notice],
			.text = cbor_text_from_chars(words),
			.until = LICENSE_NEVER };
}

static void
add_result(struct reply *reply, const struct request_case *one)
{
	reply->results[reply->results_len++] = (struct reply_result){ .code = one->answer.code,
		.product = text_or_none(one->license.product),
		.license = text_or_none(one->license.public_id),
		.text = text_or_none(one->text),
		.until = one->answer.until };
	if (one->document != NULL)
		reply->licenses[reply->licenses_len++] =
			(struct cbor_bytes){ one->document, one->document_len };
	add_notice(reply, one);
}

static enum reply_history
history_of(const struct request_work *work)
{
	if (work->found == FORK_CLONE)
		return REPLY_HISTORY_CLONE;
	return work->verdict.found == FORK_RESTORED ? REPLY_HISTORY_RESTORED : REPLY_HISTORY_OK;
}

static enum skerry_err
make_one(struct request_work *work, int64_t brand_id, const char *brand, bool resets_time)
{
	struct replies_draft *draft = calloc(1, sizeof *draft);
	struct reply *reply = draft == NULL ? NULL : &draft->reply;
	enum skerry_err err;

	if (draft == NULL)
		return SKERRY_ERR_NO_MEMORY;
	draft->brand_id = brand_id;
	draft->request_id = work->request_id;
	reply->brand = cbor_text_from_chars(brand);
	reply->answers = work->exchange->request.number;
	reply->nonce = work->exchange->request.nonce;
	reply->acknowledged = work->installation.number;
	reply->time_reset = resets_time;
	reply->history = history_of(work);
	for (size_t i = 0; i < work->cases_len; i++)
		if (work->cases[i]->brand_id == brand_id)
			add_result(reply, work->cases[i]);
	err = replies_make(work->desk, &work->requests->signing, &work->installation, draft);
	free(draft);
	return err;
}

static bool
is_first_of_brand(const struct request_work *work, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (work->cases[i]->brand_id == work->cases[index]->brand_id)
			return false;
	return true;
}

/* Of the brand that last spoke to this site; else the desk's first. */
static enum skerry_err
make_bare(struct request_work *work, bool resets_time)
{
	char brand[LICENSE_SLUG_MAX + 1] = "";
	struct store_query q;
	int64_t id = 0;
	enum skerry_err err;

	store_query(work->desk->store, &q,
		"SELECT id, slug FROM brand WHERE id = ifnull((SELECT brand_id FROM reply WHERE"
		" installation_id = ? ORDER BY number DESC LIMIT 1), (SELECT min(id) FROM brand))");
	store_bind_int(&q, work->installation.id);
	if (store_step(&q)) {
		id = store_int(&q, 0);
		store_text(&q, 1, brand, sizeof brand);
	}
	err = store_done(&q);
	if (err == SKERRY_OK && id == 0)
		return desk_refuse(work->desk, SKERRY_ERR_NOT_FOUND, "brand",
			"A desk without a brand has nobody to answer for: skerry-issuer brand add");
	return err == SKERRY_OK ? make_one(work, id, brand, resets_time) : err;
}

enum skerry_err
request_replies_make(struct request_work *work, bool resets_time, size_t *ret_made)
{
	size_t made = 0;
	enum skerry_err err = SKERRY_OK;

	for (size_t i = 0; i < work->cases_len && err == SKERRY_OK; i++) {
		write_text(work, work->cases[i]);
		err = find_newest(work, work->cases[i]);
	}
	for (size_t i = 0; i < work->cases_len && err == SKERRY_OK; i++)
		if (is_first_of_brand(work, i)) {
			err = make_one(
				work, work->cases[i]->brand_id, work->cases[i]->brand, resets_time);
			made++;
		}
	if (err == SKERRY_OK && made == 0) {
		err = make_bare(work, resets_time);
		made = 1;
	}
	if (err == SKERRY_OK)
		*ret_made = made;
	return err;
}

/* --- read again -------------------------------------------------------------------------------- */

static void
copy(struct cbor_text text, char *ret_text, size_t text_max)
{
	snprintf(ret_text, text_max, "%.*s", (int)text.len, text.chars == NULL ? "" : text.chars);
}

static bool
holds(const struct reply *reply, struct cbor_text license_id, int64_t *ret_activation)
{
	struct license *license = malloc(sizeof *license);
	struct cose_sign1 message;
	bool found = false;
	size_t offset;

	for (size_t i = 0; license != NULL && !found && i < reply->licenses_len; i++) {
		struct cbor_bytes bytes = reply->licenses[i];

		found = cose_sign1_parse(bytes.data, bytes.len, &message, &offset) == SKERRY_OK &&
			license_parse(message.payload, license, &offset) == SKERRY_OK &&
			cbor_text_same(license->id, license_id);
		if (found)
			*ret_activation = (int64_t)license->activation;
	}
	free(license);
	return found;
}

static enum skerry_err
read_one(void *context, uint64_t number, struct cbor_bytes signed_reply)
{
	struct requests_answered *answered = context;
	struct reply *reply = malloc(sizeof *reply);
	struct cose_sign1 message;
	size_t offset;

	(void)number;
	if (reply == NULL)
		return SKERRY_ERR_NO_MEMORY;
	if (cose_sign1_parse(signed_reply.data, signed_reply.len, &message, &offset) != SKERRY_OK ||
		reply_parse(message.payload, reply, &offset) != SKERRY_OK) {
		free(reply);
		return SKERRY_ERR_STORE_DAMAGED;
	}
	answered->replies++;
	answered->time_reset |= reply->time_reset;
	for (size_t i = 0; i < reply->results_len && answered->results_len < REQUESTS_RESULTS_MAX;
		i++) {
		const struct reply_result *said = &reply->results[i];
		struct requests_result *result = &answered->results[answered->results_len++];
		size_t len;

		*result = (struct requests_result){ .code = (enum reply_code)said->code,
			.until = said->until };
		copy(said->license, result->license, sizeof result->license);
		if (said->product.chars != NULL) {
			copy(reply->brand, result->product, sizeof result->product);
			len = strlen(result->product);
			snprintf(result->product + len, sizeof result->product - len, "/%.*s",
				(int)said->product.len, said->product.chars);
		}
		result->issued = said->license.chars != NULL &&
				 holds(reply, said->license, &result->activation);
	}
	free(reply);
	return SKERRY_OK;
}

enum skerry_err
request_replies_read(struct request_work *work, struct requests_answered *answered)
{
	return replies_each_answer(work->desk, work->request_id, read_one, answered);
}
