/* SPDX-License-Identifier: ISC */
#include "taken.h"

#include <inttypes.h>
#include <string.h>

#include "formats/date.h"
#include "formats/member.h"
#include "reply_json.h"
#include "verifier/site_words.h"
#include "verifier/texts/sentence.h"

enum { WORDS_MAX = 384 };

/* "taken", "waits", "held", "older", "refused". */
static const char *
fate_name(enum take_fate fate)
{
	switch (fate) {
	case TAKE_REFUSED:
		return "refused";
	case TAKE_TAKEN:
		return "taken";
	case TAKE_WAITS:
		return "waits";
	case TAKE_HELD:
		return "held";
	case TAKE_OLDER:
		return "older";
	}
	return "unknown";
}

/* --- what is held since ---------------------------------------------------------------------- */

static struct cbor_text
brand_of(const struct take_result *result)
{
	return (struct cbor_text){ result->brand, strlen(result->brand) };
}

/* The reply that a result is about; NULL where another one counts. */
static const struct reply *
find_reply(const struct site *site, const struct take_result *result)
{
	const struct site_reply *held;

	if (result->kind != DOCUMENT_REPLY || result->brand[0] == '\0')
		return NULL;
	held = site_reply(site, brand_of(result));
	return held != NULL && held->reply.number == result->number ? &held->reply : NULL;
}

static const struct site_license *
find_license(const struct site *site, const struct take_result *result)
{
	for (size_t i = 0; i < site->licenses_len; i++)
		if (cbor_text_equals(site->licenses[i].license.id, result->id) &&
			site->licenses[i].license.edition == result->edition)
			return &site->licenses[i];
	return NULL;
}

/* --- sentences ------------------------------------------------------------------------------- */

/* What a sentence is about: a document, and dates that it has or brought. */
struct told {
	const struct texts *texts;
	const struct take_result *result; /* NULL: a bundle */
	uint64_t number;
	const char *document, *renew_by, *before, *date;
};

static void
add_uint(struct sentence *s, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRIu64, number);
	sentence_chars(s, text);
}

static void
add_of_result(const struct take_result *result, struct sentence *s, const char *name, size_t len)
{
	if (sentence_is(name, len, "license"))
		sentence_chars(s, result->id);
	else if (sentence_is(name, len, "product"))
		sentence_chars(s, result->product);
	else if (sentence_is(name, len, "brand"))
		sentence_chars(s, result->brand);
	else if (sentence_is(name, len, "edition"))
		add_uint(s, result->edition);
	else if (sentence_is(name, len, "version"))
		add_uint(s, result->version);
	else if (sentence_is(name, len, "request"))
		add_uint(s, result->answers);
}

static void
add_value(void *context, struct sentence *s, const char *name, size_t len)
{
	const struct told *told = context;

	if (sentence_is(name, len, "document"))
		sentence_chars(s, told->document);
	else if (sentence_is(name, len, "renew_by"))
		sentence_chars(s, told->renew_by);
	else if (sentence_is(name, len, "before"))
		sentence_chars(s, told->before);
	else if (sentence_is(name, len, "date"))
		sentence_chars(s, told->date);
	else if (sentence_is(name, len, "number"))
		add_uint(s, told->number);
	else if (told->result != NULL)
		add_of_result(told->result, s, name, len);
}

static void
compose(const struct told *told, const char *words, char ret_text[WORDS_MAX])
{
	struct told values = *told;
	struct sentence s;

	sentence_begin(&s, told->texts, NULL, ret_text, WORDS_MAX);
	sentence_add(&s, words, add_value, &values);
}

static void
say(FILE *out, const struct told *told, const char *words)
{
	char text[WORDS_MAX];

	compose(told, words, text);
	command_print_safe(out, text, strlen(text));
	putc('\n', out);
}

/* "license 7QK2M94XPAC0DTE1 for hotelhub/hms, edition 3", as far as it is known. */
static void
describe(const struct texts *texts, const struct site *site, const struct take_result *result,
	char ret_words[WORDS_MAX])
{
	struct told told = { .texts = texts, .result = result, .number = result->number };
	const struct site_status *status = NULL;
	char date[DATE_TEXT_MAX];

	if (result->kind == DOCUMENT_STATUS_LIST && result->brand[0] != '\0')
		status = site_status(site, brand_of(result));
	if (status != NULL) {
		date_format_day(status->list.issued_at, date);
		told.date = date;
		compose(&told, texts->import_status, ret_words);
	} else if (result->kind == DOCUMENT_REPLY && result->number != 0) {
		compose(&told, texts->import_reply, ret_words);
	} else if (result->id[0] != '\0') {
		compose(&told, texts->import_license, ret_words);
	} else if (result->version != 0) {
		compose(&told, texts->import_manifest, ret_words);
	} else {
		snprintf(ret_words, WORDS_MAX, "%s", document_kind_name(result->kind));
	}
}

/* One line: a technician on the telephone was told a date that may no longer hold. */
static void
tell_telephone(FILE *out, const struct texts *texts, const struct take_telephone *ends)
{
	char before[DATE_TEXT_MAX], now[DATE_TEXT_MAX];
	const struct told told = { .texts = texts, .renew_by = now, .before = before };

	date_format_day(ends->renew_by_before, before);
	date_format_day(ends->renew_by, now);
	if (ends->renew_by == LICENSE_NEVER)
		say(out, &told, texts->import_free);
	else
		say(out, &told,
			strcmp(now, before) < 0 ? texts->import_earlier : texts->import_later);
}

static void
tell_dates(FILE *out, const struct texts *texts, const struct site *site,
	const struct take_result *result)
{
	const struct site_license *held;
	char renew_by[DATE_TEXT_MAX];
	const struct told told = { .texts = texts, .renew_by = renew_by };

	if (result->telephone.steps > 0) {
		tell_telephone(out, texts, &result->telephone);
		return;
	}
	held = result->in_reply ? find_license(site, result) : NULL;
	if (held == NULL || held->license.renew_by == LICENSE_NEVER)
		return;
	date_format_day(held->license.renew_by, renew_by);
	say(out, &told, texts->import_renew_by);
}

static void
tell_word(FILE *out, const char *label, struct cbor_text product, struct cbor_text text)
{
	fprintf(out, "%s: ", label);
	if (product.len > 0) {
		command_print_safe(out, product.chars, product.len);
		fputs(": ", out);
	}
	command_print_safe(out, text.chars, text.len);
	putc('\n', out);
}

void
taken_tell_words(FILE *out, const struct texts *texts, const struct reply *reply, int64_t now)
{
	for (size_t i = 0; i < reply->results_len; i++)
		if (reply->results[i].text.len > 0)
			tell_word(out, texts->import_says, reply->results[i].product,
				reply->results[i].text);
	for (size_t i = 0; i < reply->notices_len; i++)
		if (reply->notices[i].until >= now)
			tell_word(out, texts->import_notice, (struct cbor_text){ NULL, 0 },
				reply->notices[i].text);
}

static void
tell_reply(FILE *out, const struct texts *texts, const struct site *site,
	const struct take_result *result)
{
	const struct reply *reply = find_reply(site, result);
	const struct told told = { .texts = texts, .result = result };
	char date[DATE_TEXT_MAX];
	const struct told time = { .texts = texts, .date = date };

	if (result->answers != 0)
		say(out, &told, texts->import_answers);
	date_format(site_now(site), date);
	if (result->time_reset)
		say(out, &time, texts->import_time);
	if (reply != NULL)
		taken_tell_words(out, texts, reply, site_now(site));
}

void
taken_tell(FILE *out, const struct texts *texts, const struct site *site,
	const struct take_result *result)
{
	char words[WORDS_MAX];
	const struct told told = { .texts = texts, .result = result, .document = words };

	describe(texts, site, result, words);
	switch (result->fate) {
	case TAKE_TAKEN:
	case TAKE_WAITS:
		say(out, &told,
			result->fate == TAKE_WAITS ? texts->import_waits : texts->import_taken);
		if (result->kind == DOCUMENT_REPLY)
			tell_reply(out, texts, site, result);
		else
			tell_dates(out, texts, site, result);
		break;
	case TAKE_HELD:
		say(out, &told, texts->import_held);
		break;
	case TAKE_OLDER:
		say(out, &told,
			result->kind == DOCUMENT_MANIFEST ? texts->import_older_vendor
							  : texts->import_older);
		/* Late, and yet what it answers no longer waits. */
		if (result->answers != 0)
			tell_reply(out, texts, site, result);
		break;
	case TAKE_REFUSED:
		break;
	}
}

void
taken_tell_bundle(FILE *out, const struct texts *texts, const struct bundle_taken *bundle)
{
	char words[WORDS_MAX];
	const struct told told = { .texts = texts, .number = bundle->seq, .document = words };

	if (bundle->boxes > 0)
		return;
	compose(&told, texts->import_bundle, words);
	say(out, &told, texts->import_nothing);
}

/* --- refusals -------------------------------------------------------------------------------- */

struct command_failure
taken_failure(const char *file, const struct take_result *result)
{
	struct command_failure failure = failure_of(result->err, file, result->offset);

	if (result->err == SKERRY_ERR_TRUST_SEQUENCE) {
		failure.message = "The manifest does not follow from the one that is held here.";
	} else if (result->err == SKERRY_ERR_DOCUMENT_COUNT) {
		failure.message = "This site holds as many licenses as it can.";
		failure.advice = "Take those that are over out of the folder's licenses/, or keep "
				 "another site with --state.";
	} else if (result->err == SKERRY_ERR_DOCUMENT_KIND) {
		failure.message = "A site takes in licenses, replies, bundles, status lists and "
				  "manifests, and this is none of them.";
	} else if (result->err == SKERRY_ERR_OTHER_SITE && result->kind == DOCUMENT_REPLY) {
		failure.message = "The reply is for another site.";
		failure.advice = "Import it at the site that it is for.";
	}
	return failure;
}

struct command_failure
taken_bundle_failure(const char *file, enum skerry_err err, size_t offset)
{
	struct command_failure failure = failure_of(err, file, offset);

	switch (err) {
	case SKERRY_ERR_TRUST_ROOT_UNKNOWN:
	case SKERRY_ERR_TRUST_THRESHOLD:
	case SKERRY_ERR_TRUST_KEY_UNKNOWN:
		failure.message = "The bundle is of a vendor whom this site does not trust.";
		failure.advice = "Where several vendors use one stick nothing is to be done; if it "
				 "should be yours, call the vendor.";
		break;
	case SKERRY_ERR_TRUST_SEQUENCE:
		failure.message = "The bundle is another vendor's, or manifests from before it are "
				  "missing here.";
		failure.advice = "If it should be yours, ask the vendor for all manifests and "
				 "import them first.";
		break;
	case SKERRY_ERR_CLAIM_CONFLICT:
	case SKERRY_ERR_DEFLATE:
	case SKERRY_ERR_DEFLATE_LENGTH:
		failure.has_offset = false;
		break;
	default:
		break;
	}
	return failure;
}

/* --- JSON ------------------------------------------------------------------------------------ */

static void
put_telephone(struct json *j, const struct take_telephone *ends)
{
	json_name(j, "telephone");
	if (ends->steps == 0) {
		json_null(j);
		return;
	}
	json_object_open(j);
	member_uint(j, "steps_dropped", ends->steps);
	member_date(j, "renew_by_before", ends->renew_by_before);
	member_date(j, "renew_by", ends->renew_by);
	json_object_close(j);
}

static void
put_reply(struct json *j, const struct site *site, const struct take_result *result)
{
	member_given(j, "brand", result->brand);
	member_number(j, "number", result->number);
	member_number(j, "answers", result->answers);
	member_bool(j, "time_reset", result->time_reset);
	reply_words_json(j, find_reply(site, result));
}

static void
put_status(struct json *j, const struct site *site, const struct take_result *result)
{
	const struct site_status *held =
		result->brand[0] == '\0' ? NULL : site_status(site, brand_of(result));

	member_given(j, "brand", result->brand);
	member_date(j, "held_version", held == NULL ? LICENSE_NEVER : held->list.issued_at);
}

void
taken_json(
	struct json *j, const struct site *site, const char *file, const struct take_result *result)
{
	struct command_failure failure = taken_failure(file, result);

	json_object_open(j);
	member_chars(j, "file", file);
	member_chars(j, "kind", document_kind_name(result->kind));
	member_chars(j, "result", fate_name(result->fate));
	member_given(j, "id", result->id);
	member_given(j, "product", result->product);
	member_number(j, "edition", result->edition);
	member_number(j, "version", result->version);
	put_telephone(j, &result->telephone);
	if (result->kind == DOCUMENT_REPLY)
		put_reply(j, site, result);
	else if (result->kind == DOCUMENT_STATUS_LIST)
		put_status(j, site, result);
	json_name(j, "error");
	if (result->fate == TAKE_REFUSED)
		command_error_json(j, &failure);
	else
		json_null(j);
	json_object_close(j);
}

void
taken_bundle_json(struct json *j, const char *file, const struct bundle_taken *bundle)
{
	json_object_open(j);
	member_chars(j, "file", file);
	member_chars(j, "kind", document_kind_name(DOCUMENT_BUNDLE));
	member_chars(j, "result",
		fate_name(take_results_has_news(&bundle->results) ? TAKE_TAKEN : TAKE_HELD));
	member_uint(j, "number", bundle->seq);
	member_date(j, "issued_at", bundle->issued_at);
	member_uint(j, "for_this_site", bundle->boxes);
	member_null(j, "error");
	json_object_close(j);
}
