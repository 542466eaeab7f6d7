/* SPDX-License-Identifier: ISC */
/* The checksum of unsigned files: there and back, and every flip and truncation found. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "keys/checked.h"
#include "keys/random.h"

static void
content_comes_back_without_its_checksum(void **state)
{
	static const uint8_t SUM[CHECKED_LEN] = { 0x6b, 0x56, 0xb8, 0xad, 0xce, 0xfa, 0x28, 0x84,
		0x45, 0x14, 0x56, 0x82, 0xd5, 0x3e, 0x97, 0x5e }; /* Python's hashlib */
	uint8_t bytes[64] = "skerry";
	size_t len = 6;
	struct cbor_bytes content;

	(void)state;
	checked_append(bytes, &len);
	assert_int_equal(len, 6 + CHECKED_LEN);
	assert_memory_equal(bytes + 6, SUM, CHECKED_LEN);
	assert_int_equal(checked_strip(bytes, len, &content), SKERRY_OK);
	assert_ptr_equal(content.data, bytes);
	assert_int_equal(content.len, 6);
}

static void
every_flip_and_truncation_is_damage(void **state)
{
	uint8_t bytes[64] = "skerry";
	size_t len = 6;
	struct cbor_bytes content = { NULL, 77 };

	(void)state;
	checked_append(bytes, &len);
	for (size_t bit = 0; bit < len * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(checked_strip(bytes, len, &content), SKERRY_ERR_FILE_DAMAGED);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(checked_strip(bytes, cut, &content), SKERRY_ERR_FILE_DAMAGED);
	assert_int_equal(content.len, 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_comes_back_without_its_checksum),
		cmocka_unit_test(every_flip_and_truncation_is_damage),
	};
	return random_start() != SKERRY_OK || cmocka_run_group_tests(tests, NULL, NULL);
}
