/* SPDX-License-Identifier: ISC */
#include "reply.h"

#include "claims_key.h"

enum {
	REPLY_LABEL_VERSION = 1,
	REPLY_LABEL_NUMBER = 2,
	REPLY_LABEL_ANSWERS = 3,
	REPLY_LABEL_ACKNOWLEDGED = 4,
	REPLY_LABEL_RESULTS = 5,
	REPLY_LABEL_LICENSES = 6,
	REPLY_LABEL_NOTICES = 7,
	REPLY_LABEL_TIME_RESET = 8,
	REPLY_LABEL_HISTORY = 9
};

enum {
	RESULT_CODE = 1,
	RESULT_PRODUCT = 2,
	RESULT_LICENSE = 3,
	RESULT_TEXT = 4,
	RESULT_UNTIL = 5,
	RESULT_TOLD = 6
};
enum { NOTICE_LEVEL = 1, NOTICE_TEXT = 2, NOTICE_UNTIL = 3 };

static const char *const CODE_NAMES[REPLY_CODE_LAST + 1] = {
	[REPLY_OK] = "ok",
	[REPLY_KEY_UNKNOWN] = "key_unknown",
	[REPLY_PAIRED_ELSEWHERE] = "paired_elsewhere",
	[REPLY_ACTIVATIONS_EXHAUSTED] = "activations_exhausted",
	[REPLY_EXPIRED] = "expired",
	[REPLY_SUSPENDED] = "suspended",
	[REPLY_REVOKED] = "revoked",
	[REPLY_MIGRATION_LIMIT] = "migration_limit",
	[REPLY_FINGERPRINT_INSUFFICIENT] = "fingerprint_insufficient",
	[REPLY_MALFORMED] = "malformed",
	[REPLY_UNPAIRED] = "unpaired",
};

/* Nothing is written for a history in order. */
static const char *const HISTORY_NAMES[] = {
	[REPLY_HISTORY_OK] = "",
	[REPLY_HISTORY_RESTORED] = "restored",
	[REPLY_HISTORY_CLONE] = "clone",
};

enum { HISTORY_NAME_MAX = sizeof "restored" - 1 };

const char *
reply_code_name(unsigned code)
{
	return code <= REPLY_CODE_LAST ? CODE_NAMES[code] : "unknown";
}

/* --- reading --------------------------------------------------------------------------------- */

static void
read_answers(struct cbor_reader *r, struct reply *reply)
{
	if (!claims_tuple_begin(r, 2))
		return;
	reply->answers = claims_read_positive(r, LICENSE_COUNTER_MAX);
	reply->nonce = cbor_read_fixed(r, REPLY_NONCE_LEN);
	cbor_array_end(r);
}

static void
read_result(struct cbor_reader *r, struct reply_result *result)
{
	struct claims claims;
	int64_t label;

	result->until = LICENSE_NEVER;
	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case RESULT_CODE:
			result->code = (unsigned)cbor_read_uint(r, REPLY_CODE_MAX);
			break;
		case RESULT_PRODUCT:
			result->product = claims_read_form(r, LICENSE_SLUG_MAX, license_is_slug);
			break;
		case RESULT_LICENSE:
			result->license = claims_read_form(r, LICENSE_ID_LEN, license_is_id);
			break;
		case RESULT_TEXT:
			result->text = claims_read_text(r, REPLY_TEXT_MAX);
			break;
		case RESULT_UNTIL:
			result->until = claims_read_date(r);
			break;
		case RESULT_TOLD:
			result->told = claims_read_text(r, REPLY_TOLD_MAX);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims, CLAIMS_BIT(RESULT_CODE));
}

static void
read_results(struct cbor_reader *r, struct reply *reply)
{
	size_t len = claims_list_begin(r, REPLY_RESULTS_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++)
		read_result(r, &reply->results[i]);
	cbor_array_end(r);
	reply->results_len = len;
}

static void
read_licenses(struct cbor_reader *r, struct reply *reply)
{
	size_t len = claims_list_begin(r, REPLY_LICENSES_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++) {
		size_t at = r->at;

		reply->licenses[i] = cbor_read_bytes(r, LICENSE_MAX);
		if (reply->licenses[i].len == 0)
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	}
	cbor_array_end(r);
	reply->licenses_len = len;
}

static void
read_notice(struct cbor_reader *r, struct reply_notice *notice)
{
	struct claims claims;
	int64_t label;

	notice->until = LICENSE_NEVER;
	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case NOTICE_LEVEL:
			notice->level = (unsigned)claims_read_positive(r, REPLY_LEVEL_MAX);
			break;
		case NOTICE_TEXT:
			notice->text = claims_read_text(r, REPLY_TEXT_MAX);
			break;
		case NOTICE_UNTIL:
			notice->until = claims_read_date(r);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims, CLAIMS_BIT(NOTICE_LEVEL) | CLAIMS_BIT(NOTICE_TEXT));
}

static void
read_notices(struct cbor_reader *r, struct reply *reply)
{
	size_t len = claims_list_begin(r, REPLY_NOTICES_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++)
		read_notice(r, &reply->notices[i]);
	cbor_array_end(r);
	reply->notices_len = len;
}

static enum reply_history
read_history(struct cbor_reader *r)
{
	size_t at = r->at;
	struct cbor_text name = cbor_read_text(r, HISTORY_NAME_MAX);

	for (int history = REPLY_HISTORY_RESTORED; history <= REPLY_HISTORY_CLONE; history++)
		if (cbor_text_equals(name, HISTORY_NAMES[history]))
			return (enum reply_history)history;
	cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	return REPLY_HISTORY_OK;
}

static void
read_private(struct cbor_reader *r, struct reply *reply)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label)) {
		size_t at = r->at;

		switch (label) {
		case REPLY_LABEL_VERSION:
			claims_read_version(r, REPLY_FORMAT_VERSION);
			break;
		case REPLY_LABEL_NUMBER:
			reply->number = claims_read_positive(r, LICENSE_COUNTER_MAX);
			break;
		case REPLY_LABEL_ANSWERS:
			read_answers(r, reply);
			break;
		case REPLY_LABEL_ACKNOWLEDGED:
			reply->acknowledged = claims_read_positive(r, LICENSE_COUNTER_MAX);
			break;
		case REPLY_LABEL_RESULTS:
			read_results(r, reply);
			break;
		case REPLY_LABEL_LICENSES:
			read_licenses(r, reply);
			break;
		case REPLY_LABEL_NOTICES:
			read_notices(r, reply);
			break;
		case REPLY_LABEL_TIME_RESET:
			reply->time_reset = claims_read_true(r);
			/* What it answers has the lower label. */
			if (reply->answers == 0)
				cbor_reader_fail(r, SKERRY_ERR_CLAIM_CONFLICT, at);
			break;
		case REPLY_LABEL_HISTORY:
			reply->history = read_history(r);
			break;
		default:
			claims_unknown(r, &claims);
		}
	}
	claims_require(
		r, &claims, CLAIMS_BIT(REPLY_LABEL_VERSION) | CLAIMS_BIT(REPLY_LABEL_NUMBER));
}

static void
read_claims(struct cbor_reader *r, struct reply *reply)
{
	struct claims claims;
	int64_t label;

	claims_begin(r, &claims);
	while (claims_next(r, &claims, &label))
		switch (label) {
		case CLAIM_ISS:
			reply->brand = claims_read_form(r, LICENSE_SLUG_MAX, license_is_slug);
			break;
		case CLAIM_SUB:
			claims_read_thumbprint(r, reply->site_id);
			break;
		case CLAIM_IAT:
			reply->issued_at = claims_read_date(r);
			break;
		case CLAIM_CTI:
			reply->cti = claims_read_fixed(r, LICENSE_CTI_LEN);
			break;
		case CLAIM_SKERRY:
			read_private(r, reply);
			break;
		default:
			claims_unknown(r, &claims);
		}
	claims_require(r, &claims,
		CLAIMS_BIT(CLAIM_ISS) | CLAIMS_BIT(CLAIM_SUB) | CLAIMS_BIT(CLAIM_IAT) |
			CLAIMS_BIT(CLAIM_CTI) | CLAIMS_BIT_SKERRY);
}

enum skerry_err
reply_parse(struct cbor_bytes payload, struct reply *ret_reply, size_t *ret_offset)
{
	struct reply reply = { 0 };
	struct cbor_reader r;
	enum skerry_err err;

	cbor_reader_init(&r, payload.data, payload.len);
	if (payload.len > REPLY_PAYLOAD_MAX)
		cbor_reader_fail(&r, SKERRY_ERR_DOCUMENT_TOO_LARGE, REPLY_PAYLOAD_MAX);
	read_claims(&r, &reply);
	err = cbor_reader_finish(&r, ret_offset);
	if (err == SKERRY_OK)
		*ret_reply = reply;
	return err;
}

/* --- writing --------------------------------------------------------------------------------- */

static void
put_results(struct cbor_writer *w, struct cbor_map_out *map, const struct reply *reply)
{
	if (reply->results_len == 0)
		return;
	cbor_map_put_label(w, map, REPLY_LABEL_RESULTS);
	cbor_write_array(w, reply->results_len);
	for (size_t i = 0; i < reply->results_len; i++) {
		const struct reply_result *result = &reply->results[i];
		struct cbor_map_out entry;

		cbor_map_open(w, &entry);
		cbor_map_put_label(w, &entry, RESULT_CODE);
		cbor_write_uint(w, result->code);
		claims_put_text(w, &entry, RESULT_PRODUCT, result->product);
		claims_put_text(w, &entry, RESULT_LICENSE, result->license);
		claims_put_text(w, &entry, RESULT_TEXT, result->text);
		claims_put_date(w, &entry, RESULT_UNTIL, result->until);
		claims_put_text(w, &entry, RESULT_TOLD, result->told);
		cbor_map_close(w, &entry);
	}
}

static void
put_licenses(struct cbor_writer *w, struct cbor_map_out *map, const struct reply *reply)
{
	if (reply->licenses_len == 0)
		return;
	cbor_map_put_label(w, map, REPLY_LABEL_LICENSES);
	cbor_write_array(w, reply->licenses_len);
	for (size_t i = 0; i < reply->licenses_len; i++)
		cbor_write_bytes(w, reply->licenses[i].data, reply->licenses[i].len);
}

static void
put_notices(struct cbor_writer *w, struct cbor_map_out *map, const struct reply *reply)
{
	if (reply->notices_len == 0)
		return;
	cbor_map_put_label(w, map, REPLY_LABEL_NOTICES);
	cbor_write_array(w, reply->notices_len);
	for (size_t i = 0; i < reply->notices_len; i++) {
		const struct reply_notice *notice = &reply->notices[i];
		struct cbor_map_out entry;

		cbor_map_open(w, &entry);
		claims_put_uint(w, &entry, NOTICE_LEVEL, notice->level);
		claims_put_text(w, &entry, NOTICE_TEXT, notice->text);
		claims_put_date(w, &entry, NOTICE_UNTIL, notice->until);
		cbor_map_close(w, &entry);
	}
}

static void
put_answers(struct cbor_writer *w, struct cbor_map_out *map, const struct reply *reply)
{
	if (reply->answers == 0 && reply->nonce == NULL)
		return;
	cbor_map_put_label(w, map, REPLY_LABEL_ANSWERS);
	cbor_write_array(w, 2);
	cbor_write_uint(w, reply->answers);
	cbor_write_bytes(w, reply->nonce, reply->nonce == NULL ? 0 : REPLY_NONCE_LEN);
}

static void
put_history(struct cbor_writer *w, struct cbor_map_out *map, enum reply_history history)
{
	if (history == REPLY_HISTORY_OK)
		return;
	cbor_map_put_label(w, map, REPLY_LABEL_HISTORY);
	cbor_write_chars(w, history > REPLY_HISTORY_CLONE ? "" : HISTORY_NAMES[history]);
}

static void
write_private(struct cbor_writer *w, const struct reply *reply)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	claims_put_uint(w, &map, REPLY_LABEL_VERSION, REPLY_FORMAT_VERSION);
	claims_put_uint(w, &map, REPLY_LABEL_NUMBER, reply->number);
	put_answers(w, &map, reply);
	claims_put_uint(w, &map, REPLY_LABEL_ACKNOWLEDGED, reply->acknowledged);
	put_results(w, &map, reply);
	put_licenses(w, &map, reply);
	put_notices(w, &map, reply);
	claims_put_true(w, &map, REPLY_LABEL_TIME_RESET, reply->time_reset);
	put_history(w, &map, reply->history);
	cbor_map_close(w, &map);
}

static void
write_claims(struct cbor_writer *w, const struct reply *reply)
{
	struct cbor_map_out map;

	cbor_map_open(w, &map);
	cbor_map_put_label(w, &map, CLAIM_ISS);
	cbor_write_text(w, reply->brand);
	claims_put_thumbprint(w, &map, CLAIM_SUB, reply->site_id);
	cbor_map_put_label(w, &map, CLAIM_IAT);
	cbor_write_int(w, reply->issued_at);
	cbor_map_put_label(w, &map, CLAIM_CTI);
	cbor_write_bytes(w, reply->cti.data, reply->cti.len);
	cbor_map_put_label(w, &map, CLAIM_SKERRY);
	write_private(w, reply);
	cbor_map_close(w, &map);
}

void
reply_write(struct cbor_writer *w, const struct reply *reply)
{
	size_t start = w->len, offset;
	struct reply read_back;

	if (reply->results_len > REPLY_RESULTS_MAX || reply->licenses_len > REPLY_LICENSES_MAX ||
		reply->notices_len > REPLY_NOTICES_MAX)
		cbor_writer_fail(w, SKERRY_ERR_CLAIM_VALUE);
	else
		write_claims(w, reply);
	if (w->err != SKERRY_OK)
		return;
	/* The reader is the one judge of what may be signed. */
	claims_write_judge(w, reply_parse((struct cbor_bytes){ w->bytes + start, w->len - start },
				      &read_back, &offset));
}
