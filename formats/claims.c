/* SPDX-License-Identifier: ISC */
#include "claims.h"

#include "license.h"

void
claims_begin(struct cbor_reader *r, struct claims *ret_claims)
{
	*ret_claims = (struct claims){ .at = r->at };
	cbor_map_begin(r, CLAIMS_MAX, &ret_claims->map);
}

static uint64_t
label_bit(int64_t label)
{
	if (label == CLAIM_SKERRY)
		return CLAIMS_BIT_SKERRY;
	return label >= 0 && label < 63 ? CLAIMS_BIT(label) : 0;
}

bool
claims_next(struct cbor_reader *r, struct claims *claims, int64_t *ret_label)
{
	struct cbor_text name;
	bool is_label = false;

	claims->label_at = r->at;
	if (!cbor_map_key(r, &claims->map, &claims->label, &name, &is_label))
		return false;
	if (!is_label) {
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CRITICAL, claims->label_at);
		return false;
	}
	claims->seen |= label_bit(claims->label);
	*ret_label = claims->label;
	return true;
}

void
claims_unknown(struct cbor_reader *r, const struct claims *claims)
{
	if (claims->label < 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_CRITICAL, claims->label_at);
	cbor_skip(r);
}

void
claims_require(struct cbor_reader *r, const struct claims *claims, uint64_t labels)
{
	if ((claims->seen & labels) != labels)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_MISSING, claims->at);
}

int64_t
claims_read_date(struct cbor_reader *r)
{
	return cbor_read_int(r, 0, LICENSE_TIME_MAX);
}

int64_t
claims_read_duration(struct cbor_reader *r, int64_t min)
{
	size_t at = r->at;
	int64_t value = cbor_read_int(r, min, LICENSE_DURATION_MAX);

	if (value == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	return value;
}

uint64_t
claims_read_positive(struct cbor_reader *r, uint64_t max)
{
	size_t at = r->at;
	uint64_t value = cbor_read_uint(r, max);

	if (value == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	return value;
}

struct cbor_text
claims_read_text(struct cbor_reader *r, size_t max)
{
	size_t at = r->at;
	struct cbor_text text = cbor_read_text(r, max);

	if (text.len == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	return text;
}

struct cbor_text
claims_read_form(struct cbor_reader *r, size_t max, bool (*has_form)(struct cbor_text))
{
	size_t at = r->at;
	struct cbor_text text = cbor_read_text(r, max);

	if (!has_form(text))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	return text;
}

struct cbor_bytes
claims_read_fixed(struct cbor_reader *r, size_t len)
{
	const uint8_t *data = cbor_read_fixed(r, len);

	return (struct cbor_bytes){ data, data == NULL ? 0 : len };
}

bool
claims_read_true(struct cbor_reader *r)
{
	size_t at = r->at;
	bool value = cbor_read_bool(r);

	if (!value)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	return value;
}

void
claims_read_version(struct cbor_reader *r, uint64_t known)
{
	size_t at = r->at;
	uint64_t version = claims_read_positive(r, UINT64_MAX);

	if (version > known)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VERSION, at);
}

bool
claims_tuple_begin(struct cbor_reader *r, size_t len)
{
	size_t at = r->at;

	if (cbor_array_begin(r, len) != len)
		cbor_reader_fail(r, SKERRY_ERR_CBOR_COUNT, at);
	return r->err == SKERRY_OK;
}

size_t
claims_list_begin(struct cbor_reader *r, size_t max)
{
	size_t at = r->at;
	size_t len = cbor_array_begin(r, max);

	if (len == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	return len;
}

size_t
claims_read_set(struct cbor_reader *r, size_t max, size_t text_max,
	bool (*has_form)(struct cbor_text), struct cbor_text *ret_texts)
{
	size_t len = claims_list_begin(r, max);

	for (size_t i = 0; i < len; i++) {
		size_t at = r->at;

		ret_texts[i] = claims_read_form(r, text_max, has_form);
		if (i > 0 && cbor_text_order(ret_texts[i - 1], ret_texts[i]) >= 0)
			cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	}
	cbor_array_end(r);
	return r->err == SKERRY_OK ? len : 0;
}

void
claims_put_date(struct cbor_writer *w, struct cbor_map_out *map, int64_t label, int64_t at)
{
	if (at == LICENSE_NEVER)
		return;
	cbor_map_put_label(w, map, label);
	cbor_write_int(w, at);
}

void
claims_put_int(struct cbor_writer *w, struct cbor_map_out *map, int64_t label, int64_t value)
{
	if (value == 0)
		return;
	cbor_map_put_label(w, map, label);
	cbor_write_int(w, value);
}

void
claims_put_uint(struct cbor_writer *w, struct cbor_map_out *map, int64_t label, uint64_t value)
{
	if (value == 0)
		return;
	cbor_map_put_label(w, map, label);
	cbor_write_uint(w, value);
}

void
claims_put_text(
	struct cbor_writer *w, struct cbor_map_out *map, int64_t label, struct cbor_text text)
{
	if (text.len == 0)
		return;
	cbor_map_put_label(w, map, label);
	cbor_write_text(w, text);
}

void
claims_put_true(struct cbor_writer *w, struct cbor_map_out *map, int64_t label, bool value)
{
	if (!value)
		return;
	cbor_map_put_label(w, map, label);
	cbor_write_bool(w, true);
}

void
claims_put_texts(struct cbor_writer *w, struct cbor_map_out *map, int64_t label,
	const struct cbor_text *texts, size_t texts_len)
{
	if (texts_len == 0)
		return;
	cbor_map_put_label(w, map, label);
	cbor_write_array(w, texts_len);
	for (size_t i = 0; i < texts_len; i++)
		cbor_write_text(w, texts[i]);
}

void
claims_write_judge(struct cbor_writer *w, enum skerry_err reader_err)
{
	if (reader_err == SKERRY_OK)
		return;
	if ((reader_err < SKERRY_ERR_CLAIM_MISSING || reader_err > SKERRY_ERR_CLAIM_VERSION) &&
		reader_err != SKERRY_ERR_DOCUMENT_TOO_LARGE)
		reader_err = SKERRY_ERR_CLAIM_VALUE;
	cbor_writer_fail(w, reader_err);
}
