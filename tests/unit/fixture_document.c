/* SPDX-License-Identifier: ISC */
#include "fixture_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/bundle.h"
#include "formats/cose.h"
#include "formats/fingerprint.h"
#include "formats/license.h"
#include "formats/manifest.h"
#include "formats/proof.h"
#include "formats/sealed.h"
#include "formats/status_list.h"
#include "keys/key_file.h"

/* An envelope of that tag and typ around a payload of fixed bytes. */
size_t
document_make_envelope(uint64_t tag, const char *type, uint8_t bytes[DOCUMENT_MADE_MAX])
{
	static const uint8_t KID[COSE_KID_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t header[COSE_PROTECTED_MAX], payload[300], signature[COSE_SIGNATURE_LEN] = { 9 };
	size_t header_len, len;
	struct cbor_writer w;

	for (size_t i = 0; i < sizeof payload; i++)
		payload[i] = (uint8_t)(i * 7 + tag);
	assert_int_equal(cose_protected_write(tag == COSE_TAG_SIGN ? COSE_ALG_NONE : COSE_ALG_EDDSA,
				 KID, type, header, &header_len),
		SKERRY_OK);
	cbor_writer_init(&w, bytes, DOCUMENT_MADE_MAX);
	if (tag == COSE_TAG_SIGN) {
		struct cose_sign message = { .protected_bytes = { header, header_len },
			.payload = { payload, sizeof payload } };

		cose_sign_write(&w, &message);
	} else {
		cose_sign1_write(&w, (struct cbor_bytes){ header, header_len },
			(struct cbor_bytes){ payload, sizeof payload }, signature);
	}
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	return len;
}

/* An array that begins with a mark, and a checksum's worth of bytes behind it. */
size_t
document_make_marked(const char *mark, uint8_t bytes[DOCUMENT_MADE_MAX])
{
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, bytes, DOCUMENT_MADE_MAX);
	cbor_write_array(&w, 3);
	cbor_write_chars(&w, mark);
	cbor_write_uint(&w, 1);
	cbor_write_bytes(&w, (const uint8_t *)"0123456789abcdef", 16);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	memset(bytes + len, 0xee, 16);
	return len + 16;
}

size_t
document_make_key(enum cose_curve curve, uint8_t bytes[DOCUMENT_MADE_MAX])
{
	struct cose_key key = { .curve = curve,
		.alg = curve == COSE_CURVE_ED25519 ? COSE_ALG_EDDSA : COSE_ALG_NONE,
		.x = { 1, 2, 3 } };
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, bytes, DOCUMENT_MADE_MAX);
	cose_key_write(&w, &key);
	assert_int_equal(cbor_writer_finish(&w, &len), SKERRY_OK);
	return len;
}

size_t
document_make(enum document_kind kind, uint8_t bytes[DOCUMENT_MADE_MAX])
{
	static const char *const TYPES[] = { [DOCUMENT_LICENSE] = LICENSE_TYPE,
		[DOCUMENT_MANIFEST] = MANIFEST_TYPE,
		[DOCUMENT_STATUS_LIST] = STATUS_LIST_TYPE,
		[DOCUMENT_PROOF] = PROOF_TYPE };
	static const char *const MARKS[] = { [DOCUMENT_REQUEST] = SEALED_REQUEST_MARK,
		[DOCUMENT_REPLY] = SEALED_REPLY_MARK,
		[DOCUMENT_BUNDLE] = BUNDLE_MARK,
		[DOCUMENT_SECRET_KEY] = KEY_FILE_MARK,
		[DOCUMENT_FINGERPRINT] = FINGERPRINT_MARK,
		[DOCUMENT_PROOF] = NULL };

	if (TYPES[kind] != NULL)
		return document_make_envelope(
			kind == DOCUMENT_MANIFEST ? COSE_TAG_SIGN : COSE_TAG_SIGN1, TYPES[kind],
			bytes);
	if (MARKS[kind] != NULL)
		return document_make_marked(MARKS[kind], bytes);
	return document_make_key(COSE_CURVE_ED25519, bytes);
}
