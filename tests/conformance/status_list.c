/* SPDX-License-Identifier: ISC */
/*
 * The status list draft's whole CWT: signed with ES256, and its claims are not in deterministic
 * order. Both are refused, each as what it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "formats/cose.h"
#include "tests/unit/fixture_cbor.h"
#include "tests/unit/fixture_hex.h"
#include "tests/unit/fixture_vectors.h"

enum { BYTES_MAX = 2048 };

static size_t
whole_cwt(uint8_t ret_bytes[BYTES_MAX])
{
	static const char *const HEX[] = { "cbor_hex", NULL };
	json_t *example = fixture_vectors_json("status-list", "status_list_cwt.json");
	size_t len = fixture_hex(fixture_vectors_string(example, HEX), ret_bytes, 0, BYTES_MAX);

	json_decref(example);
	return len;
}

static void
the_algorithm_is_refused(void **state)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = whole_cwt(bytes), offset = 0;
	struct cose_sign1 message;

	(void)state;
	assert_int_equal(
		cose_sign1_parse(bytes, len, &message, &offset), SKERRY_ERR_COSE_ALGORITHM);
	assert_int_equal(offset, 6);
}

static void
claims_out_of_order_are_refused(void **state)
{
	uint8_t bytes[BYTES_MAX];
	size_t len = whole_cwt(bytes), offset = 0;
	struct cbor_reader r;
	struct cbor_bytes payload;

	(void)state;
	cbor_reader_init(&r, bytes, len);
	cbor_tag_begin(&r, COSE_TAG_SIGN1);
	assert_int_equal(cbor_array_begin(&r, 4), 4);
	cbor_skip(&r);
	cbor_skip(&r);
	payload = cbor_read_bytes(&r, SIZE_MAX);
	assert_int_equal(r.err, SKERRY_OK);
	/* exp (4) stands behind iat (6). */
	assert_int_equal(
		fixture_cbor_read(payload.data, payload.len, &offset), SKERRY_ERR_CBOR_KEY_ORDER);
	assert_int_equal(offset, 43);
	assert_int_equal(payload.data[offset], 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_algorithm_is_refused),
		cmocka_unit_test(claims_out_of_order_are_refused),
	};

	if (!fixture_vectors_found("status-list"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
