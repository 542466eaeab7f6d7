/* SPDX-License-Identifier: ISC */
/* The desk's key at rest, what it seals, and the key files it wraps: nothing altered opens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "issuer/desk/vault.h"
#include "keys/checked.h"
#include "keys/random.h"

static struct secretbox_key desk_key;
static struct vault vault;

/* The smallest Argon2id there is. */
static const struct key_wrap OPEN = { .kind = KEY_WRAP_NONE };
static const struct key_wrap WRAPPED = { .kind = KEY_WRAP_PASSPHRASE,
	.passphrase = "correct horse",
	.passphrase_len = 13,
	.opslimit = 1,
	.memlimit_kib = 8 };

static char right_text[] = "correct horse", wrong_text[] = "correct horsf";
static struct passphrase right = { right_text, 13 }, wrong = { wrong_text, 13 };

static int
start(void **state)
{
	(void)state;
	return random_start() == SKERRY_OK && secretbox_key_random(&desk_key) == SKERRY_OK &&
			       vault_open(&vault, &desk_key) == SKERRY_OK
		       ? 0
		       : -1;
}

static int
stop(void **state)
{
	(void)state;
	vault_close(&vault);
	secretbox_key_free(&desk_key);
	return 0;
}

static enum skerry_err
unwrap(const uint8_t *bytes, size_t len, const struct passphrase *passphrase)
{
	struct secretbox_key key = { NULL };
	enum skerry_err err = vault_unwrap(bytes, len, passphrase, &key);

	if (err == SKERRY_OK)
		assert_memory_equal(key.bytes, desk_key.bytes, SECRETBOX_KEY_LEN);
	else
		assert_null(key.bytes);
	secretbox_key_free(&key);
	return err;
}

static void
desk_key_opens_with_its_passphrase_alone(void **state)
{
	uint8_t open[VAULT_WRAPPED_MAX], wrapped[VAULT_WRAPPED_MAX];
	size_t open_len, wrapped_len;

	(void)state;
	assert_int_equal(vault_wrap(&desk_key, &OPEN, open, &open_len), SKERRY_OK);
	assert_int_equal(vault_wrap(&desk_key, &WRAPPED, wrapped, &wrapped_len), SKERRY_OK);
	assert_int_equal(unwrap(open, open_len, NULL), SKERRY_OK);
	assert_int_equal(unwrap(wrapped, wrapped_len, &right), SKERRY_OK);
	assert_int_equal(unwrap(wrapped, wrapped_len, &wrong), SKERRY_ERR_PASSPHRASE);
	assert_int_equal(unwrap(wrapped, wrapped_len, NULL), SKERRY_ERR_PASSPHRASE);
	assert_int_equal(unwrap(open, open_len, &right), SKERRY_ERR_PASSPHRASE);
}

/* Also with the checksum made to fit: then somebody meant it. */
static void
altered_desk_key_is_refused(void **state)
{
	uint8_t bytes[VAULT_WRAPPED_MAX], mended[VAULT_WRAPPED_MAX];
	size_t len;

	(void)state;
	for (int wrap = 0; wrap < 2; wrap++) {
		const struct passphrase *passphrase = wrap == 0 ? NULL : &right;

		assert_int_equal(vault_wrap(&desk_key, wrap == 0 ? &OPEN : &WRAPPED, bytes, &len),
			SKERRY_OK);
		for (size_t bit = 0; bit < len * 8; bit++) {
			size_t mended_len = len - CHECKED_LEN;

			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(unwrap(bytes, len, passphrase), SKERRY_ERR_FILE_DAMAGED);
			memcpy(mended, bytes, mended_len);
			checked_append(mended, &mended_len);
			if (bit / 8 < len - CHECKED_LEN)
				assert_int_not_equal(
					unwrap(mended, mended_len, passphrase), SKERRY_OK);
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		for (size_t cut = 0; cut < len; cut++)
			assert_int_equal(unwrap(bytes, cut, passphrase), SKERRY_ERR_FILE_DAMAGED);
	}
}

static void
license_key_text_belongs_to_its_row(void **state)
{
	uint8_t lookup[VAULT_LOOKUP_LEN], other[VAULT_LOOKUP_LEN], sealed[VAULT_SEALED_MAX];
	char text[VAULT_TEXT_MAX + 1] = "untouched";
	size_t len;

	(void)state;
	vault_lookup(&vault, "HMS-7QK2M-94XPA-C0DTE-1ZRJW", lookup);
	vault_lookup(&vault, "HMS-7QK2M-94XPA-C0DTE-1ZRJX", other);
	assert_memory_not_equal(lookup, other, sizeof lookup);
	assert_int_equal(
		vault_seal_text(&vault, lookup, "HMS-7QK2M-94XPA-C0DTE-1ZRJW", sealed, &len),
		SKERRY_OK);
	assert_int_equal(
		vault_open_text(&vault, other, sealed, len, text), SKERRY_ERR_STORE_DAMAGED);
	assert_int_equal(
		vault_open_text(&vault, lookup, sealed, len - 1, text), SKERRY_ERR_STORE_DAMAGED);
	assert_int_equal(
		vault_open_text(&vault, lookup, sealed, 3, text), SKERRY_ERR_STORE_DAMAGED);
	assert_int_equal(vault_open_text(&vault, lookup, sealed, len, text), SKERRY_OK);
	assert_string_equal(text, "HMS-7QK2M-94XPA-C0DTE-1ZRJW");
}

static void
text_that_is_too_long_is_refused(void **state)
{
	uint8_t lookup[VAULT_LOOKUP_LEN] = { 0 }, sealed[VAULT_SEALED_MAX];
	char text[VAULT_TEXT_MAX + 2];
	size_t len = 77;

	(void)state;
	memset(text, 'A', sizeof text);
	text[VAULT_TEXT_MAX + 1] = '\0';
	assert_int_equal(vault_seal_text(&vault, lookup, text, sealed, &len), SKERRY_ERR_NO_SPACE);
	text[VAULT_TEXT_MAX] = '\0';
	assert_int_equal(vault_seal_text(&vault, lookup, text, sealed, &len), SKERRY_OK);
	assert_int_equal(len, VAULT_SEALED_MAX);
}

static void
key_file_is_of_its_name_purpose_and_vault(void **state)
{
	char folder[] = "/tmp/skerry-vault-XXXXXX", path[128], kid[2 * COSE_KID_LEN + 1];
	struct key_pair pair = { .secret = NULL }, back = { .secret = NULL };
	uint8_t other_kid[COSE_KID_LEN] = { 1 };
	struct secretbox_key other_key = { NULL };
	struct vault other = { .texts = { NULL } };

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(secretbox_key_random(&other_key), SKERRY_OK);
	assert_int_equal(vault_open(&other, &other_key), SKERRY_OK);
	assert_int_equal(key_pair_generate(KEY_ISSUING, COSE_ALG_EDDSA, &pair), SKERRY_OK);
	assert_int_equal(vault_write_key(&vault, folder, &pair), SKERRY_OK);
	assert_int_equal(vault_read_key(&vault, folder, other_kid, KEY_ISSUING, &back),
		SKERRY_ERR_FILE_MISSING);
	assert_int_equal(vault_read_key(&vault, folder, pair.kid, KEY_ROOT, &back),
		SKERRY_ERR_TRUST_PURPOSE);
	assert_int_equal(vault_read_key(&other, folder, pair.kid, KEY_ISSUING, &back),
		SKERRY_ERR_PASSPHRASE);
	assert_int_equal(vault_read_key(&vault, folder, pair.kid, KEY_ISSUING, &back), SKERRY_OK);
	assert_memory_equal(back.secret, pair.secret, KEY_SECRET_LEN);
	key_pair_free(&back);
	vault_kid_text(pair.kid, kid);
	snprintf(path, sizeof path, "%s/%s.key", folder, kid);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(vault_read_key(&vault, folder, pair.kid, KEY_ISSUING, &back),
		SKERRY_ERR_FILE_EXPOSED);
	unlink(path);
	rmdir(folder);
	key_pair_free(&pair);
	vault_close(&other);
	secretbox_key_free(&other_key);
}

static void
check_and_seals_are_of_one_key(void **state)
{
	struct secretbox_key other_key = { NULL };
	struct vault other = { .texts = { NULL } };
	uint8_t own[VAULT_CHECK_LEN], again[VAULT_CHECK_LEN], theirs[VAULT_CHECK_LEN];
	uint8_t seal[VAULT_SEAL_LEN], further[VAULT_SEAL_LEN];

	(void)state;
	assert_int_equal(secretbox_key_random(&other_key), SKERRY_OK);
	assert_int_equal(vault_open(&other, &other_key), SKERRY_OK);
	vault_check(&vault, own);
	vault_check(&vault, again);
	vault_check(&other, theirs);
	assert_memory_equal(own, again, sizeof own);
	assert_memory_not_equal(own, theirs, sizeof own);
	assert_memory_not_equal(own, desk_key.bytes, sizeof own);
	vault_seal(&vault, (const uint8_t *)"ab", 2, seal);
	vault_seal(&vault, (const uint8_t *)"ab", 1, further);
	assert_memory_not_equal(seal, further, sizeof seal);
	vault_seal(&other, (const uint8_t *)"ab", 2, further);
	assert_memory_not_equal(seal, further, sizeof seal);
	vault_close(&other);
	secretbox_key_free(&other_key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(desk_key_opens_with_its_passphrase_alone),
		cmocka_unit_test(altered_desk_key_is_refused),
		cmocka_unit_test(license_key_text_belongs_to_its_row),
		cmocka_unit_test(text_that_is_too_long_is_refused),
		cmocka_unit_test(key_file_is_of_its_name_purpose_and_vault),
		cmocka_unit_test(check_and_seals_are_of_one_key),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
