/* SPDX-License-Identifier: ISC */
#include "replies_told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/decide/answer_words.h"
#include "issuer/decide/standing.h"
#include "issuer/desk/brands.h"
#include "issuer/desk/notes.h"

/* What is told of a license, and where its result's words lie. */
struct saying {
	char license[LICENSE_ID_LEN + 1], product[LICENSE_SLUG_MAX + 1];
	char told[NOTES_TOLD_MAX + 1]; /* "": nothing any more */
	char text[REPLY_TEXT_MAX + 1];
	unsigned code; /* that the license's standing means; OK: it goes on */
};

struct replies_told {
	struct reply reply;
	struct saying sayings[REPLY_RESULTS_MAX];
	size_t sayings_len;
};

/* Licenses with a note that is, or was, told, and the newest such note of each. */
#define SAYINGS                                                                                    \
	"SELECT l.public_id, p.slug, l.status, CASE WHEN n.told = 1 THEN n.text END, b.name,"      \
	" coalesce(c.language, substr(b.languages || ' ', 1, instr(b.languages || ' ', ' ') - 1)," \
	" ''), n.at FROM license l"                                                                \
	" JOIN note n ON n.id = (SELECT max(id) FROM note WHERE license_id = l.id AND told > 0)"   \
	" JOIN product p ON p.id = l.product_id JOIN brand b ON b.id = l.brand_id"                 \
	" JOIN license_key k ON k.id = l.license_key_id JOIN customer c ON c.id = k.customer_id"   \
	" WHERE l.brand_id + 0 = ?1 AND "

static unsigned
code_of(const char *status)
{
	if (strcmp(status, standing_name(STANDING_REVOKED)) == 0)
		return REPLY_REVOKED;
	return strcmp(status, standing_name(STANDING_SUSPENDED)) == 0 ? REPLY_SUSPENDED : REPLY_OK;
}

static void
put_words(struct saying *saying, const char *vendor, const char *language)
{
	static const enum answer_words WORDS[] = { [REPLY_REVOKED] = ANSWER_WORDS_REVOKED,
		[REPLY_SUSPENDED] = ANSWER_WORDS_SUSPENDED,
		[REPLY_OK] = ANSWER_WORDS_RESUMED };
	enum answer_words words = WORDS[saying->code];

	if (saying->told[0] != '\0')
		answer_words_told(
			words, language, vendor, saying->told, saying->text, sizeof saying->text);
	else if (saying->code != REPLY_OK)
		snprintf(saying->text, sizeof saying->text, "%s", answer_words(words, language));
}

static void
read_saying(const struct desk *desk, struct store_query *q, struct saying *ret_saying)
{
	struct saying saying = { .code = code_of(store_chars(q, 2)) };
	char vendor[ENTRY_NAME_MAX + 1], language[16];

	store_text(q, 0, saying.license, sizeof saying.license);
	store_text(q, 1, saying.product, sizeof saying.product);
	store_text(q, 4, vendor, sizeof vendor);
	store_text(q, 5, language, sizeof language);
	if (!store_is_null(q, 3) &&
		(saying.code != REPLY_OK || store_int(q, 6) > desk->now - REPLIES_TOLD_RESUMED_S))
		store_text(q, 3, saying.told, sizeof saying.told);
	put_words(&saying, vendor, language);
	*ret_saying = saying;
}

static const struct saying *
find_saying(const struct replies_told *told, struct cbor_text license)
{
	for (size_t i = 0; i < told->sayings_len; i++)
		if (cbor_text_equals(license, told->sayings[i].license))
			return &told->sayings[i];
	return NULL;
}

/* Of the installation's own licenses. */
static enum skerry_err
read_own(struct desk *desk, int64_t installation_id, int64_t brand_id, struct replies_told *told)
{
	struct store_query q;

	store_query(desk->store, &q,
		SAYINGS "l.id IN (SELECT license_id FROM activation WHERE installation_id = ?2"
			" AND unpaired_at IS NULL) ORDER BY l.id");
	store_bind_int_at(&q, 1, brand_id);
	store_bind_int_at(&q, 2, installation_id);
	while (told->sayings_len < REPLY_RESULTS_MAX && store_step(&q))
		read_saying(desk, &q, &told->sayings[told->sayings_len++]);
	return store_done(&q);
}

/* Of a license that the reply has a result of, though the installation has no activation of it. */
static enum skerry_err
read_other(struct desk *desk, int64_t brand_id, struct cbor_text license, struct replies_told *told)
{
	char id[LICENSE_ID_LEN + 1];
	struct store_query q;

	if (license.len == 0 || license.len > LICENSE_ID_LEN ||
		told->sayings_len == REPLY_RESULTS_MAX || find_saying(told, license) != NULL)
		return SKERRY_OK;
	snprintf(id, sizeof id, "%.*s", (int)license.len, license.chars);
	store_query(desk->store, &q, SAYINGS "l.public_id = ?2");
	store_bind_int_at(&q, 1, brand_id);
	store_bind_text_at(&q, 2, id);
	if (store_step(&q))
		read_saying(desk, &q, &told->sayings[told->sayings_len++]);
	return store_done(&q);
}

/* Whatever else the desk answers of it says more than this would: it stays. */
static void
put_into(struct reply_result *result, const struct saying *saying)
{
	if (result->code != saying->code)
		return;
	if (saying->text[0] != '\0')
		result->text = cbor_text_from_chars(saying->text);
	result->told = (struct cbor_text){ NULL, 0 };
	if (saying->told[0] != '\0')
		result->told = cbor_text_from_chars(saying->told);
}

static bool
has_result(const struct reply *reply, const struct saying *saying)
{
	for (size_t i = 0; i < reply->results_len; i++)
		if (cbor_text_equals(reply->results[i].license, saying->license))
			return true;
	return false;
}

static void
put_results(struct replies_told *told)
{
	struct reply *reply = &told->reply;

	for (size_t i = 0; i < reply->results_len; i++) {
		struct reply_result *result = &reply->results[i];
		const struct saying *saying =
			result->license.len == 0 ? NULL : find_saying(told, result->license);

		if (saying != NULL)
			put_into(result, saying);
	}
	for (size_t i = 0; i < told->sayings_len && reply->results_len < REPLY_RESULTS_MAX; i++) {
		const struct saying *saying = &told->sayings[i];
		struct reply_result result = { .code = saying->code,
			.product = cbor_text_from_chars(saying->product),
			.license = cbor_text_from_chars(saying->license),
			.until = LICENSE_NEVER };

		/* That it goes on without a word is what its document says. */
		if (saying->text[0] == '\0' || has_result(reply, saying))
			continue;
		put_into(&result, saying);
		reply->results[reply->results_len++] = result;
	}
}

/* A license that goes on is outdated until it has its next document. */
static enum skerry_err
mark_told(struct desk *desk, int64_t installation_id, int64_t brand_id)
{
	struct store_query q;

	store_query(desk->store, &q,
		"UPDATE activation SET outdated = 0 WHERE installation_id = ?1 AND brand_id + 0 = "
		"?2 AND unpaired_at IS NULL AND outdated = 1 AND EXISTS (SELECT 1 FROM license l"
		" WHERE l.id = activation.license_id AND l.status IN ('suspended', 'revoked')"
		" AND " REPLIES_TOLD_OF ")");
	store_bind_int_at(&q, 1, installation_id);
	store_bind_int_at(&q, 2, brand_id);
	return store_run(&q);
}

enum skerry_err
replies_told_add(struct desk *desk, int64_t installation_id, int64_t brand_id,
	const struct reply *reply, struct replies_told **ret_told)
{
	struct replies_told *told = calloc(1, sizeof *told);
	enum skerry_err err;

	if (told == NULL)
		return SKERRY_ERR_NO_MEMORY;
	told->reply = *reply;
	err = read_own(desk, installation_id, brand_id, told);
	for (size_t i = 0; i < reply->results_len && err == SKERRY_OK; i++)
		err = read_other(desk, brand_id, reply->results[i].license, told);
	put_results(told);
	if (err == SKERRY_OK && told->sayings_len > 0)
		err = mark_told(desk, installation_id, brand_id);
	if (err != SKERRY_OK) {
		replies_told_free(told);
		return err;
	}
	*ret_told = told;
	return SKERRY_OK;
}

const struct reply *
replies_told_reply(const struct replies_told *told)
{
	return &told->reply;
}

void
replies_told_free(struct replies_told *told)
{
	free(told);
}
