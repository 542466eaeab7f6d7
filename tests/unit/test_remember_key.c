/* SPDX-License-Identifier: ISC */
/* Of the key that somebody typed its masked form stays, where it is certain what it gave; else nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "fixture_words.h"
#include "verifier/remember_key.h"
#include "verifier/state/key_masks.h"
#include "verifier/state/requests.h"
#include "verifier/state/site_backup.h"

#define FORMAT "HMS-#####-#####-#####-#####"
#define KEY "HMS-01A2B-3C4D1-5E6F0-7G8HZ"
#define MASKED "HMS-01A2B-*****-*****-****Z"
#define LICENSE_ID "0123456789ABCDEF"

static struct signed_document manifest, license;
static struct word_document reply, late;
static char second_key[LICENSE_KEY_MAX + 1], second_masked[LICENSE_KEY_MAX + 1];

/* The manifest names the brand's form; the license is held. */
static int
set_up(void **state)
{
	uint8_t random[LICENSE_KEY_SYMBOLS_MAX];

	memset(random, 7, sizeof random);
	assert_int_equal(license_key_make(FORMAT, random, sizeof random, second_key), SKERRY_OK);
	license_key_mask(FORMAT, second_key, second_masked);
	if (site_set_up(state) != 0)
		return -1;
	ceremony_manifest(&manifest_made, 2, 1, 1);
	manifest_made.contacts[0] =
		(struct manifest_contact){ .brand = cbor_text_from_chars("hotelhub"),
			.key_format = cbor_text_from_chars(FORMAT) };
	manifest_made.contacts_len = 1;
	site_sign_manifest(&manifest);
	assert_int_equal(site_take_at(&manifest, TODAY), TAKE_TAKEN);
	site_make_license(&license, 1);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	return 0;
}

static void
write_request(uint64_t number, enum request_kind kind, const char *keys)
{
	/* As large as one of a site that holds licenses: the keys stand on another page than the row. */
	static const uint8_t SEALED[5000] = { 1, 2, 3 };
	struct requests_row row = { .kind = kind,
		.sent = { .number = number, .ran = site.memory->clock.ran },
		.written_at = site_now(&site),
		.sealed = { SEALED, sizeof SEALED } };

	memset(row.sent.nonce, (int)number, sizeof row.sent.nonce);
	memset(row.sent.digest, (int)number, sizeof row.sent.digest);
	snprintf(row.keys, sizeof row.keys, "%s", keys);
	assert_int_equal(memory_begin(site.memory), SKERRY_OK);
	assert_int_equal(requests_record(site.memory, &row), SKERRY_OK);
	assert_int_equal(memory_commit(site.memory, true), SKERRY_OK);
}

/* Of the license, to the request of this number; 0: unasked. */
static void
say(struct word_document *ret_document, uint64_t number, uint64_t answers, unsigned code)
{
	words_reply(number);
	if (answers != 0)
		words_answer(answers, (uint8_t)answers);
	reply_made.issued_at = TODAY + (int64_t)number;
	reply_made.results[0] = (struct reply_result){ .code = code,
		.product = cbor_text_from_chars("hms"),
		.license = cbor_text_from_chars(LICENSE_ID),
		.until = code == REPLY_UNPAIRED ? TODAY + DAY : LICENSE_NEVER };
	reply_made.results_len = 1;
	words_sign_reply(ret_document);
}

static void
take(const struct word_document *document)
{
	assert_int_equal(site_take(&document->document, 1, site_now(&site)), SKERRY_OK);
	site_reopen();
}

static void
pair(uint64_t number, const char *keys, unsigned code)
{
	write_request(number, REQUEST_PAIR, keys);
	say(&reply, number, number, code);
	take(&reply);
}

static const char *
kept(void)
{
	static char masked[LICENSE_KEY_MAX + 1];

	assert_int_equal(
		key_masks_find(site.memory->store, &site.licenses[0].license, masked), SKERRY_OK);
	return masked;
}

/* --- what stays ------------------------------------------------------------------------------ */

static void
key_is_known_when_it_has_given_a_license(void **state)
{
	(void)state;
	write_request(1, REQUEST_PAIR, KEY);
	assert_string_equal(kept(), "");
	say(&reply, 1, 1, REPLY_OK);
	take(&reply);
	assert_string_equal(kept(), MASKED);
	assert_int_equal(memory_number("SELECT count(*) FROM request WHERE keys NOT NULL"), 0);
	assert_false(site.memory->news.rebuilt);
}

static bool
folder_has(const char *text)
{
	enum { BYTES_MAX = 1 << 20 };
	char *bytes = malloc(BYTES_MAX), path[sizeof folder + 16];
	FILE *file;
	size_t len;
	bool found;

	assert_non_null(bytes);
	site_close(&site);
	snprintf(path, sizeof path, "%s/" MEMORY_FILE, folder);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(bytes, 1, BYTES_MAX, file);
	fclose(file);
	assert_true(len > 0 && len < BYTES_MAX);
	found = memmem(bytes, len, text, strlen(text)) != NULL;
	free(bytes);
	memory_open_again();
	return found;
}

/* Whatever SQLite does by itself with what is deleted. */
static void
what_was_typed_is_overwritten(void **state)
{
	(void)state;
	for (uint64_t number = 1; number <= 2; number++) {
		assert_int_equal(memory_number("PRAGMA secure_delete = OFF"), 0);
		write_request(number, REQUEST_PAIR, KEY);
		assert_true(folder_has(KEY));
	}
	say(&reply, 1, 2, REPLY_OK);
	assert_int_equal(memory_number("PRAGMA secure_delete = OFF"), 0);
	take(&reply);
	assert_string_equal(kept(), MASKED);
	assert_false(folder_has(KEY));
	assert_false(folder_has("3C4D1"));
	assert_true(folder_has(MASKED));
}

static void
moving_is_asked_for_by_a_key_as_well(void **state)
{
	(void)state;
	write_request(1, REQUEST_MIGRATE, KEY);
	say(&reply, 1, 1, REPLY_OK);
	take(&reply);
	assert_string_equal(kept(), MASKED);
}

static void
next_key_takes_its_place(void **state)
{
	(void)state;
	pair(1, KEY, REPLY_OK);
	pair(2, second_key, REPLY_OK);
	assert_string_equal(kept(), second_masked);
	assert_string_not_equal(second_masked, MASKED);
}

/* --- what tells nothing ---------------------------------------------------------------------- */

static void
of_several_keys_none_is_known(void **state)
{
	char keys[REQUESTS_KEYS_MAX];

	(void)state;
	snprintf(keys, sizeof keys, "%s %s", KEY, second_key);
	pair(1, keys, REPLY_OK);
	assert_string_equal(kept(), "");
}

static void
refused_key_is_of_nothing(void **state)
{
	static const unsigned CODES[] = { REPLY_KEY_UNKNOWN, REPLY_PAIRED_ELSEWHERE, REPLY_EXPIRED,
		REPLY_CODE_MAX };

	(void)state;
	for (uint64_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
		pair(i + 1, KEY, CODES[i]);
		assert_string_equal(kept(), "");
	}
}

static void
key_of_no_known_form_is_not_shown(void **state)
{
	static const char *const KEYS[] = { "ABC-01A2B-3C4D1-5E6F0-7G8HZ",
		"HMS-01A2B-3C4D1-5E6F0-7G8HY", "HMS-01A2B-3C4D1-5E6F0", "A KEY FROM ELSEWHERE" };

	(void)state;
	for (uint64_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
		pair(i + 1, KEYS[i], REPLY_OK);
		assert_string_equal(kept(), "");
	}
}

static void
reply_of_another_brand_tells_nothing(void **state)
{
	(void)state;
	write_request(1, REQUEST_PAIR, KEY);
	words_reply(1);
	say(&reply, 1, 1, REPLY_OK);
	reply_made.brand = cbor_text_from_chars("rthub");
	words_sign_reply(&reply);
	take(&reply);
	assert_int_equal(memory_number("SELECT count(*) FROM key_mask"), 0);
}

static void
reply_that_nobody_asked_for_tells_nothing(void **state)
{
	(void)state;
	write_request(1, REQUEST_PAIR, KEY);
	say(&reply, 1, 0, REPLY_OK);
	take(&reply);
	assert_string_equal(kept(), "");
}

/* The vendor tells of a license of another key that it goes on again. */
static void
license_that_was_not_asked_for_is_of_no_key(void **state)
{
	(void)state;
	write_request(1, REQUEST_PAIR, KEY);
	say(&reply, 1, 1, REPLY_OK);
	reply_made.results[0].text = reply_made.results[0].told =
		cbor_text_from_chars("Invoice 2177 is paid.");
	words_sign_reply(&reply);
	take(&reply);
	assert_string_equal(kept(), "");
}

/* --- what it outlives ------------------------------------------------------------------------ */

static void
renewals_and_their_replies_leave_it(void **state)
{
	(void)state;
	pair(1, KEY, REPLY_OK);
	site_make_license(&license, 2);
	assert_int_equal(site_take_at(&license, TODAY), TAKE_TAKEN);
	write_request(2, REQUEST_HEARTBEAT, "");
	say(&reply, 2, 2, REPLY_OK);
	take(&reply);
	assert_int_equal(site.licenses[0].license.edition, 2);
	assert_string_equal(kept(), MASKED);
}

static void
unpairing_takes_it_away(void **state)
{
	(void)state;
	pair(1, KEY, REPLY_OK);
	say(&reply, 2, 0, REPLY_UNPAIRED);
	take(&reply);
	assert_string_equal(kept(), "");
}

/* A stick that comes late does not undo what was paired since. */
static void
older_unpairing_leaves_it(void **state)
{
	(void)state;
	say(&late, 1, 0, REPLY_UNPAIRED);
	pair(2, KEY, REPLY_OK);
	take(&late);
	assert_string_equal(kept(), MASKED);
}

static void
backup_brings_it_back(void **state)
{
	struct site_backup_written written;
	struct site_backup_restored restored;
	struct documents documents;
	char file[sizeof folder + 16];
	pid_t holder;

	(void)state;
	pair(1, KEY, REPLY_OK);
	snprintf(file, sizeof file, "%s/backup", folder);
	assert_int_equal(site_backup_write(site.memory, file, false, &written), SKERRY_OK);
	assert_int_equal(memory_begin(site.memory), SKERRY_OK);
	assert_int_equal(key_masks_drop(site.memory->store, site.licenses[0].license.brand,
				 site.licenses[0].license.id, TODAY + DAY),
		SKERRY_OK);
	assert_int_equal(memory_commit(site.memory, true), SKERRY_OK);
	assert_string_equal(kept(), "");
	site_close(&site);
	assert_int_equal(documents_open_to_write(folder, &documents, &holder), SKERRY_OK);
	assert_int_equal(site_backup_restore(&documents, file, &restored), SKERRY_OK);
	documents_close(&documents);
	memory_open_again();
	assert_string_equal(kept(), MASKED);
}

static void
memory_made_anew_knows_no_key(void **state)
{
	(void)state;
	pair(1, KEY, REPLY_OK);
	WHILE_CLOSED(memory_remove_file(MEMORY_FILE));
	assert_true(site.memory->news.rebuilt);
	assert_string_equal(kept(), "");
}

/* --- how many -------------------------------------------------------------------------------- */

static void
of_too_many_those_told_longest_ago_go(void **state)
{
	struct cbor_text brand = cbor_text_from_chars("hotelhub");

	(void)state;
	assert_int_equal(memory_begin(site.memory), SKERRY_OK);
	for (int i = 0; i < KEY_MASKS_MAX + 3; i++) {
		char id[LICENSE_ID_LEN + 1];

		snprintf(id, sizeof id, "%016d", i);
		assert_int_equal(key_masks_put(site.memory->store, brand, cbor_text_from_chars(id),
					 MASKED, TODAY + i),
			SKERRY_OK);
	}
	assert_int_equal(memory_commit(site.memory, true), SKERRY_OK);
	assert_int_equal(memory_number("SELECT count(*) FROM key_mask"), KEY_MASKS_MAX);
	assert_int_equal(memory_number("SELECT min(told_at) FROM key_mask"), TODAY + 3);
}

#define AT_A_SITE(test) cmocka_unit_test_setup_teardown(test, set_up, site_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SITE(key_is_known_when_it_has_given_a_license),
		AT_A_SITE(what_was_typed_is_overwritten),
		AT_A_SITE(moving_is_asked_for_by_a_key_as_well),
		AT_A_SITE(next_key_takes_its_place),
		AT_A_SITE(of_several_keys_none_is_known),
		AT_A_SITE(refused_key_is_of_nothing),
		AT_A_SITE(key_of_no_known_form_is_not_shown),
		AT_A_SITE(reply_of_another_brand_tells_nothing),
		AT_A_SITE(reply_that_nobody_asked_for_tells_nothing),
		AT_A_SITE(license_that_was_not_asked_for_is_of_no_key),
		AT_A_SITE(renewals_and_their_replies_leave_it),
		AT_A_SITE(unpairing_takes_it_away),
		AT_A_SITE(older_unpairing_leaves_it),
		AT_A_SITE(backup_brings_it_back),
		AT_A_SITE(memory_made_anew_knows_no_key),
		AT_A_SITE(of_too_many_those_told_longest_ago_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
