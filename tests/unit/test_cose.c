/* SPDX-License-Identifier: ISC */
/* COSE envelopes: what is written reads back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cose.h"

static const char TYPE[] = "application/vnd.skerry.license+cwt";
static const uint8_t PAYLOAD[] = { 0xa1, 0x01, 0x61, 'b' };

static void
a_sign1_is_written_and_read_back(void **state)
{
	static const uint8_t KID[COSE_KID_LEN] = "kidkidk";
	uint8_t header[COSE_PROTECTED_MAX], bytes[256], signature[COSE_SIGNATURE_LEN];
	size_t header_len, len, offset;
	struct cbor_writer w;
	struct cose_sign1 message;

	(void)state;
	memset(signature, 0x5a, sizeof signature);
	assert_int_equal(
		cose_protected_write(COSE_ALG_EDDSA, KID, TYPE, header, &header_len), SKERRY_OK);
	cbor_writer_init(&w, bytes, sizeof bytes);
	cose_sign1_write(&w, (struct cbor_bytes){ header, header_len },
		(struct cbor_bytes){ PAYLOAD, sizeof PAYLOAD }, signature);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);

	assert_int_equal(cose_sign1_parse(bytes, len, &message, &offset), SKERRY_OK);
	assert_int_equal(message.alg, COSE_ALG_EDDSA);
	assert_memory_equal(message.kid, KID, COSE_KID_LEN);
	assert_true(cbor_text_equals(message.type, TYPE));
	assert_int_equal(message.payload.len, sizeof PAYLOAD);
	assert_memory_equal(message.payload.data, PAYLOAD, sizeof PAYLOAD);
	assert_ptr_equal(message.payload.data, bytes + message.payload_offset);
	assert_memory_equal(message.signature, signature, sizeof signature);
	assert_int_equal(message.protected_bytes.len, header_len);
}

static void
signers_are_written_in_the_order_of_their_kid(void **state)
{
	uint8_t body[COSE_PROTECTED_MAX], headers[3][COSE_PROTECTED_MAX], bytes[512];
	uint8_t signature[COSE_SIGNATURE_LEN] = { 1 };
	size_t body_len, len, offset;
	struct cose_sign message = { .payload = { PAYLOAD, sizeof PAYLOAD }, .signers_len = 3 },
			 got;
	struct cbor_writer w;

	(void)state;
	assert_int_equal(
		cose_protected_write(COSE_ALG_NONE, NULL, TYPE, body, &body_len), SKERRY_OK);
	message.protected_bytes = (struct cbor_bytes){ body, body_len };
	for (unsigned i = 0; i < 3; i++) {
		struct cose_signer *signer = &message.signers[i];

		signer->kid[0] = (uint8_t)(i * 7 % 3);
		signer->kid[1] = (uint8_t)(2 - i);
		signer->kid[0] = 0;
		signer->alg = COSE_ALG_ED25519;
		signer->signature = signature;
		assert_int_equal(cose_protected_write(signer->alg, signer->kid, NULL, headers[i],
					 &signer->protected_bytes.len),
			SKERRY_OK);
		signer->protected_bytes.data = headers[i];
	}
	cbor_writer_init(&w, bytes, sizeof bytes);
	cose_sign_write(&w, &message);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	assert_int_equal(cose_sign_parse(bytes, len, &got, &offset), SKERRY_OK);
	assert_int_equal(got.signers_len, 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(got.signers[i].kid[1], i);
	assert_true(cbor_text_equals(got.type, TYPE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sign1_is_written_and_read_back),
		cmocka_unit_test(signers_are_written_in_the_order_of_their_kid),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
