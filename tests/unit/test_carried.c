/* SPDX-License-Identifier: ISC */
/* A document argument: written and read back in each carrier, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "formats/manifest.h"
#include "keys/atomic_file.h"
#include "keys/carried.h"
#include "keys/random.h"
#include "tests/unit/fixture_ceremony.h"

static char path[] = "/tmp/skerry-carried-XXXXXX";
static uint8_t license[LICENSE_MAX], manifest[MANIFEST_MAX];
static size_t license_len, manifest_len;

static int
set_up(void **state)
{
	static const uint8_t ROOTS[] = { 1 };
	struct key_pair pair = ceremony_pair(KEY_ISSUING, CEREMONY_ISSUING);
	struct manifest *m = malloc(sizeof *m);
	struct license l;
	int file = mkstemp(path);

	(void)state;
	close(file);
	ceremony_license(&l);
	license_len = ceremony_sign_license(&l, &pair, license);
	key_pair_free(&pair);
	ceremony_manifest(m, 1, 1, 1);
	manifest_len = ceremony_sign_manifest(m, ROOTS, 1, manifest);
	free(m);
	return file < 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static void
put(const void *bytes, size_t len)
{
	assert_int_equal(atomic_file_write(path, bytes, len, 0644, true), SKERRY_OK);
}

static enum skerry_err
read_err(size_t *ret_offset)
{
	struct carried carried;
	enum skerry_err err = carried_read(path, &carried, ret_offset);

	if (err == SKERRY_OK)
		carried_free(&carried);
	return err;
}

static void
binary_and_armor_read_back_to_the_same_bytes(void **state)
{
	(void)state;
	for (int armored = 0; armored < 2; armored++) {
		struct carried carried;
		const struct document *found;
		struct stat status;
		size_t offset;

		assert_int_equal(
			carried_write(path, DOCUMENT_LICENSE, license, license_len, armored, true),
			SKERRY_OK);
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_mode & 0777, 0644);
		assert_int_equal(carried_read(path, &carried, &offset), SKERRY_OK);
		assert_int_equal(carried.count, 1);
		found = carried_find(&carried, DOCUMENT_LICENSE);
		assert_non_null(found);
		assert_int_equal(found->carrier, armored ? DOCUMENT_ARMOR : DOCUMENT_BINARY);
		assert_int_equal(found->bytes.len, license_len);
		assert_memory_equal(found->bytes.data, license, license_len);
		assert_null(carried_find(&carried, DOCUMENT_MANIFEST));
		carried_free(&carried);
		carried_free(&carried); /* harmless */
	}
}

static void
a_license_may_be_followed_by_its_manifest(void **state)
{
	char *both = malloc(200000);
	struct carried carried;
	size_t len, offset;
	FILE *file;

	(void)state;
	assert_int_equal(
		carried_write(path, DOCUMENT_LICENSE, license, license_len, true, true), SKERRY_OK);
	file = fopen(path, "r");
	len = fread(both, 1, 100000, file);
	fclose(file);
	assert_int_equal(carried_write(path, DOCUMENT_MANIFEST, manifest, manifest_len, true, true),
		SKERRY_OK);
	file = fopen(path, "r");
	len += fread(both + len, 1, 100000, file);
	fclose(file);
	put(both, len);
	free(both);
	assert_int_equal(carried_read(path, &carried, &offset), SKERRY_OK);
	assert_int_equal(carried.count, 2);
	assert_memory_equal(
		carried_find(&carried, DOCUMENT_LICENSE)->bytes.data, license, license_len);
	assert_memory_equal(
		carried_find(&carried, DOCUMENT_MANIFEST)->bytes.data, manifest, manifest_len);
	carried_free(&carried);
}

static void
without_replace_nothing_is_overwritten(void **state)
{
	size_t offset;

	(void)state;
	put(license, license_len);
	assert_int_equal(
		carried_write(path, DOCUMENT_MANIFEST, manifest, manifest_len, false, false),
		SKERRY_ERR_FILE_EXISTS);
	assert_int_equal(read_err(&offset), SKERRY_OK);
}

static void
bad_files_have_their_own_answers(void **state)
{
	struct carried carried;
	size_t offset = 77;

	(void)state;
	put("", 0);
	assert_int_equal(read_err(&offset), SKERRY_ERR_DOCUMENT_EMPTY);
	assert_int_equal(offset, 0);
	put("hello", 5);
	assert_int_equal(read_err(&offset), SKERRY_ERR_DOCUMENT_UNKNOWN);
	assert_int_equal(truncate(path, DOCUMENT_MAX + 1), 0);
	assert_int_equal(read_err(&offset), SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_int_equal(carried_read("/nonexistent", &carried, &offset), SKERRY_ERR_FILE_MISSING);
	assert_int_equal(carried_read("/tmp", &carried, &offset), SKERRY_ERR_FILE_NOT_REGULAR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(binary_and_armor_read_back_to_the_same_bytes),
		cmocka_unit_test(a_license_may_be_followed_by_its_manifest),
		cmocka_unit_test(without_replace_nothing_is_overwritten),
		cmocka_unit_test(bad_files_have_their_own_answers),
	};
	return random_start() != SKERRY_OK || cmocka_run_group_tests(tests, set_up, tear_down);
}
