/* SPDX-License-Identifier: ISC */
#include "fixture_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "formats/deflate.h"
#include "keys/exchange_seal.h"
#include "keys/seal.h"
#include "keys/sign.h"
#include "verifier/state/requests.h"

struct reply reply_made;
uint8_t words_values[WORDS_LIST_LEN];

/* --- replies --------------------------------------------------------------------------------- */

void
words_reply(uint64_t number)
{
	static const uint8_t CTI[LICENSE_CTI_LEN] = { 9 };

	memset(&reply_made, 0, sizeof reply_made);
	reply_made.brand = cbor_text_from_chars("hotelhub");
	memcpy(reply_made.site_id, site.site_id, COSE_THUMBPRINT_LEN);
	reply_made.issued_at = TODAY;
	reply_made.cti = (struct cbor_bytes){ CTI, sizeof CTI };
	reply_made.number = number;
}

void
words_sign_reply_by(struct word_document *ret_document, uint8_t seed)
{
	struct key_pair pair = ceremony_pair(KEY_ISSUING, seed);
	size_t len;

	assert_int_equal(exchange_seal_reply(&pair, &site.identity.opening_key, &reply_made,
				 ret_document->bytes, sizeof ret_document->bytes, &len),
		SKERRY_OK);
	key_pair_free(&pair);
	ret_document->document =
		(struct document){ .kind = DOCUMENT_REPLY, .bytes = { ret_document->bytes, len } };
}

void
words_sign_reply(struct word_document *ret_document)
{
	words_sign_reply_by(ret_document, CEREMONY_ISSUING);
}

void
words_sign_box(struct word_document *ret_document)
{
	words_sign_box_by(ret_document, CEREMONY_ISSUING);
}

void
words_sign_box_by(struct word_document *ret_document, uint8_t seed)
{
	static uint8_t plain[REPLY_MAX];
	struct key_pair pair = ceremony_pair(KEY_ISSUING, seed);
	size_t len;

	assert_int_equal(
		exchange_sign_reply(&pair, &reply_made, plain, sizeof plain, &len), SKERRY_OK);
	assert_int_equal(seal_box(&site.identity.opening_key, (struct cbor_bytes){ plain, len },
				 ret_document->bytes, sizeof ret_document->bytes, &len),
		SKERRY_OK);
	key_pair_free(&pair);
	ret_document->document = (struct document){ .kind = DOCUMENT_REPLY,
		.carrier = DOCUMENT_BOX,
		.bytes = { ret_document->bytes, len } };
}

void
words_write_request(uint64_t number, uint8_t nonce)
{
	static const uint8_t SEALED[] = { 1, 2, 3 };
	struct requests_row row = { .kind = REQUEST_HEARTBEAT,
		.sent = { .number = number, .ran = site.memory->clock.ran },
		.written_at = site_now(&site),
		.sealed = { SEALED, sizeof SEALED } };

	memset(row.sent.nonce, nonce, sizeof row.sent.nonce);
	memset(row.sent.digest, nonce, sizeof row.sent.digest);
	assert_int_equal(memory_begin(site.memory), SKERRY_OK);
	assert_int_equal(requests_record(site.memory, &row), SKERRY_OK);
	assert_int_equal(memory_commit(site.memory, true), SKERRY_OK);
}

void
words_answer(uint64_t number, uint8_t nonce)
{
	static uint8_t nonces[256][REPLY_NONCE_LEN];

	memset(nonces[nonce], nonce, REPLY_NONCE_LEN);
	reply_made.answers = number;
	reply_made.nonce = nonces[nonce];
}

/* --- status lists ---------------------------------------------------------------------------- */

void
words_sign_packed(struct word_document *ret_document, const char *brand, int64_t issued_at,
	struct cbor_bytes packed, uint8_t seed)
{
	static uint8_t payload[SEALED_MAX];
	char uri[STATUS_LIST_URI_MAX + 1] = STATUS_LIST_URI_PREFIX;
	struct status_list list = {
		.issued_at = issued_at, .bits = STATUS_LIST_BITS, .packed = packed
	};
	struct key_pair pair = ceremony_pair(KEY_ISSUING, seed);
	struct cbor_writer w;
	size_t len;

	strcat(uri, brand);
	list.uri = cbor_text_from_chars(uri);
	cbor_writer_init(&w, payload, sizeof payload);
	status_list_write(&w, &list);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(sign_sign1(&pair, STATUS_LIST_TYPE, (struct cbor_bytes){ payload, len },
				 ret_document->bytes, sizeof ret_document->bytes, &len),
		SKERRY_OK);
	key_pair_free(&pair);
	ret_document->document = (struct document){ .kind = DOCUMENT_STATUS_LIST,
		.bytes = { ret_document->bytes, len } };
}

void
words_sign_list_by(
	struct word_document *ret_document, const char *brand, int64_t issued_at, uint8_t seed)
{
	uint8_t bytes[WORDS_LIST_LEN / 4] = { 0 }, packed[256];
	size_t len;

	for (size_t i = 0; i < WORDS_LIST_LEN; i++)
		status_list_set(bytes, i,
			words_values[i] == 3 ? STATUS_LIST_NO_WORD
					     : (enum status_list_value)words_values[i]);
	assert_int_equal(deflate_pack(bytes, sizeof bytes, packed, sizeof packed, &len), SKERRY_OK);
	words_sign_packed(ret_document, brand, issued_at, (struct cbor_bytes){ packed, len }, seed);
}

void
words_sign_list(struct word_document *ret_document, int64_t issued_at)
{
	words_sign_list_by(ret_document, "hotelhub", issued_at, CEREMONY_ISSUING);
}

void
words_license(struct signed_document *ret_document, uint64_t edition, uint64_t index)
{
	ceremony_license(&license_made);
	license_made.edition = edition;
	license_made.has_status = true;
	license_made.status_uri = cbor_text_from_chars("skerry:hotelhub");
	license_made.status_index = index;
	site_sign_license(ret_document);
}

/* --- taking in ------------------------------------------------------------------------------- */

enum take_fate
words_take_at(const struct word_document *document, int64_t now)
{
	site_live_until(now);
	assert_int_equal(site_take(&document->document, 1, now), SKERRY_OK);
	site_reopen();
	return results[0].fate;
}
