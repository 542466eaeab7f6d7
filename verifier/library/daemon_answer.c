/* SPDX-License-Identifier: ISC */
#include "daemon_answer.h"

#include <stdlib.h>
#include <string.h>

#include "formats/base64.h"
#include "formats/proof.h"

enum {
	NAMES_MAX = 64, /* of one object */
	NAME_MAX_LEN = 64,
	/* Of a document in base64. */
	LICENSE_TEXT_MAX = (LICENSE_MAX + 2) / 3 * 4,
	MANIFEST_TEXT_MAX = (MANIFEST_MAX + 2) / 3 * 4,
	PROOF_TEXT_MAX = (PROOF_MAX + 2) / 3 * 4,
	ERR_END = 1000 /* past all values of enum skerry_err */
};

/* --- documents ------------------------------------------------------------------------------- */

static bool
decode(struct cbor_text text, struct base64 *decoder)
{
	size_t len = text.len;

	decoder->bits = 0;
	decoder->count = 0;
	if (len == 0 || len % 4 != 0)
		return false;
	for (int i = 0; i < 2 && text.chars[len - 1] == '='; i++)
		len--;
	for (size_t i = 0; i < len; i++) {
		unsigned value = base64_value(text.chars[i]);

		if (value == BASE64_NO_DIGIT)
			return false;
		base64_add(decoder, value);
	}
	return base64_padding(decoder) == text.len - len && base64_end(decoder);
}

/* Reads one and puts it behind what is in `memory`, which the whole body's length is enough for. */
static struct cbor_bytes
read_document(struct cbor_reader *r, struct base64 *memory, size_t text_max)
{
	size_t at = r->at, start = memory->bytes_len;
	struct cbor_text text = cbor_read_text(r, text_max);

	if (r->err == SKERRY_OK && !decode(text, memory))
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_VALUE, at);
	return (struct cbor_bytes){ memory->bytes + start, memory->bytes_len - start };
}

static void
read_manifests(struct cbor_reader *r, struct base64 *memory, struct daemon_answer_proof *answer)
{
	size_t len = cbor_array_begin(r, MANIFEST_CHAIN_MAX);

	for (size_t i = 0; i < len && r->err == SKERRY_OK; i++)
		answer->manifests[i] = (struct document){ .kind = DOCUMENT_MANIFEST,
			.bytes = read_document(r, memory, MANIFEST_TEXT_MAX) };
	cbor_array_end(r);
	answer->manifests_len = len;
}

static void
read_proof(struct cbor_reader *r, struct base64 *memory, struct daemon_answer_proof *answer)
{
	struct cbor_map map;
	struct cbor_text name;
	size_t at = r->at;

	cbor_map_begin(r, NAMES_MAX, &map);
	while (cbor_map_name(r, &map, NAME_MAX_LEN, &name))
		if (cbor_text_equals(name, "license"))
			answer->license = read_document(r, memory, LICENSE_TEXT_MAX);
		else if (cbor_text_equals(name, "manifests"))
			read_manifests(r, memory, answer);
		else if (cbor_text_equals(name, "proof"))
			answer->proof = read_document(r, memory, PROOF_TEXT_MAX);
		else
			cbor_skip(r);
	if (answer->license.len == 0 || answer->proof.len == 0)
		cbor_reader_fail(r, SKERRY_ERR_CLAIM_MISSING, at);
}

/* Whatever is wrong with it: it is no answer of a daemon. */
static enum skerry_err
finish(struct cbor_reader *r)
{
	size_t offset;

	return cbor_reader_finish(r, &offset) == SKERRY_OK ? SKERRY_OK : SKERRY_ERR_IO;
}

enum skerry_err
daemon_answer_proof(struct cbor_bytes body, struct daemon_answer_proof *ret_proof)
{
	struct base64 memory = { .bytes = malloc(body.len + 3) };
	struct cbor_reader r;
	enum skerry_err err;

	if (memory.bytes == NULL)
		return SKERRY_ERR_NO_MEMORY;
	memset(ret_proof, 0, sizeof *ret_proof);
	cbor_reader_init(&r, body.data, body.len);
	read_proof(&r, &memory, ret_proof);
	err = finish(&r);
	if (err == SKERRY_OK)
		ret_proof->memory = memory.bytes;
	else
		free(memory.bytes);
	return err;
}

/* --- seats ----------------------------------------------------------------------------------- */

static void
read_secret(struct cbor_reader *r, char ret_secret[DAEMON_ANSWER_SECRET_MAX])
{
	struct cbor_text text = cbor_read_text(r, DAEMON_ANSWER_SECRET_MAX - 1);

	if (r->err != SKERRY_OK)
		return;
	memcpy(ret_secret, text.chars, text.len);
	ret_secret[text.len] = '\0';
}

enum skerry_err
daemon_answer_seat(struct cbor_bytes body, struct daemon_answer_seat *ret_seat)
{
	struct daemon_answer_seat seat = { .expires_in_s = -1 };
	struct cbor_reader r;
	struct cbor_map map;
	struct cbor_text name;
	enum skerry_err err;

	cbor_reader_init(&r, body.data, body.len);
	cbor_map_begin(&r, NAMES_MAX, &map);
	while (cbor_map_name(&r, &map, NAME_MAX_LEN, &name))
		if (cbor_text_equals(name, "secret") && !cbor_peek_null(&r))
			read_secret(&r, seat.secret);
		else if (cbor_text_equals(name, "expires_in"))
			seat.expires_in_s = cbor_read_int(&r, 0, LICENSE_DURATION_MAX);
		else if (cbor_text_equals(name, "burst"))
			seat.burst = cbor_read_bool(&r);
		else
			cbor_skip(&r);
	if (seat.expires_in_s < 0)
		cbor_reader_fail(&r, SKERRY_ERR_CLAIM_MISSING, 0);
	err = finish(&r);
	if (err == SKERRY_OK)
		*ret_seat = seat;
	return err;
}

/* --- errors ---------------------------------------------------------------------------------- */

static enum skerry_err
find_code(struct cbor_text code)
{
	for (int err = SKERRY_ERR_ARGUMENT; err < ERR_END; err++)
		if (cbor_text_equals(code, skerry_err_name((enum skerry_err)err)) &&
			!cbor_text_equals(code, "unknown"))
			return (enum skerry_err)err;
	return SKERRY_ERR_IO;
}

static void
read_error(struct cbor_reader *r, enum skerry_err *ret_err, int64_t *ret_retry_in_s)
{
	struct cbor_map map;
	struct cbor_text name;

	cbor_map_begin(r, NAMES_MAX, &map);
	while (cbor_map_name(r, &map, NAME_MAX_LEN, &name))
		if (cbor_text_equals(name, "code"))
			*ret_err = find_code(cbor_read_text(r, DAEMON_ANSWER_CODE_MAX));
		else if (cbor_text_equals(name, "retry_in") && !cbor_peek_null(r))
			*ret_retry_in_s = cbor_read_int(r, 0, LICENSE_DURATION_MAX);
		else
			cbor_skip(r);
}

enum skerry_err
daemon_answer_error(struct cbor_bytes body, int64_t *ret_retry_in_s)
{
	enum skerry_err err = SKERRY_ERR_IO;
	struct cbor_reader r;
	struct cbor_map map;
	struct cbor_text name;

	*ret_retry_in_s = -1;
	cbor_reader_init(&r, body.data, body.len);
	cbor_map_begin(&r, NAMES_MAX, &map);
	while (cbor_map_name(&r, &map, NAME_MAX_LEN, &name))
		if (cbor_text_equals(name, "error"))
			read_error(&r, &err, ret_retry_in_s);
		else
			cbor_skip(&r);
	return finish(&r) == SKERRY_OK ? err : SKERRY_ERR_IO;
}
