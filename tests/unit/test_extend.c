/* SPDX-License-Identifier: ISC */
/* Renewal by telephone at the site: what a code moves, what keeps it, and what nobody gains by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_memory.h"
#include "keys/step_chain.h"
#include "verifier/extend.h"
#include "verifier/state/extensions.h"

enum { STEPS = 3, STEP_DAYS = 14 };

static struct signed_document first, second;

/* The value of a step of the license whose cti begins with `cti`. */
static void
make_value(uint8_t cti, unsigned step, uint8_t ret_value[STEP_CODE_VALUE_LEN])
{
	const uint8_t whole[LICENSE_CTI_LEN] = { cti };

	memset(ret_value, 0x21, STEP_CODE_VALUE_LEN);
	ret_value[STEP_CODE_VALUE_LEN - 1] = cti;
	step_chain_walk(ret_value, whole, STEPS, step);
}

/* renew_by in 30 days, three steps of 14, ten days of grace; `cti` is also the edition. */
static void
make_license(struct signed_document *ret_document, uint8_t cti)
{
	static uint8_t ctis[256][LICENSE_CTI_LEN], anchors[256][LICENSE_ANCHOR_LEN];

	ctis[cti][0] = cti;
	make_value(cti, 0, anchors[cti]);
	ceremony_license(&license_made);
	license_made.cti = (struct cbor_bytes){ ctis[cti], LICENSE_CTI_LEN };
	license_made.edition = cti;
	license_made.renew_by = TODAY + 30 * DAY;
	license_made.ladder.grace_s = 10 * DAY;
	license_made.anchor = (struct cbor_bytes){ anchors[cti], LICENSE_ANCHOR_LEN };
	license_made.telephone_steps = STEPS;
	license_made.telephone_days = STEP_DAYS;
	site_sign_license(ret_document);
}

/* Where its extension lies, below the folder; hold_license says it. */
static char extension[DOCUMENTS_PATH_MAX];

static void
hold_license(void)
{
	make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	extension_path(site.licenses[0].file, extension);
}

static enum skerry_err
type(uint8_t cti, unsigned step, struct extend_result *ret_result)
{
	uint8_t value[STEP_CODE_VALUE_LEN];

	make_value(cti, step, value);
	return extend_take(&site, value, ret_result);
}

/* Types a code that must be read, and returns what became of it. */
static enum extend_fate
fate(uint8_t cti, unsigned step)
{
	struct extend_result result = { .fate = 0 };

	assert_int_equal(type(cti, step, &result), SKERRY_OK);
	assert_int_equal(result.step, step);
	return result.fate;
}

static int64_t
renew_by(void)
{
	return memory_ask(NULL).verdict.renew_by;
}

static int64_t
after(unsigned steps)
{
	return TODAY + (30 + (int64_t)steps * STEP_DAYS) * DAY;
}

static void
write_file(const char *name, const void *bytes, size_t len)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void
write_step(const char *name, uint8_t cti, unsigned step)
{
	uint8_t value[STEP_CODE_VALUE_LEN], bytes[EXTENSION_LEN];

	make_value(cti, step, value);
	extension_format(value, bytes);
	write_file(name, bytes, sizeof bytes);
}

/* --- codes ----------------------------------------------------------------------------------- */

static void
each_step_moves_renew_by_by_its_days(void **state)
{
	(void)state;
	hold_license();
	assert_true(renew_by() == after(0));
	for (unsigned step = 1; step <= STEPS; step++) {
		struct extend_result result;

		assert_true(extend_has_next(&site.licenses[0]));
		assert_int_equal(type(1, step, &result), SKERRY_OK);
		assert_int_equal(result.fate, EXTEND_TAKEN);
		assert_true(result.before.renew_by == after(step - 1));
		assert_true(result.now.renew_by == after(step));
		assert_true(renew_by() == after(step));
		assert_int_equal(memory_rows("telephone.extended"), step);
		site_reopen();
		assert_true(renew_by() == after(step));
	}
	assert_false(extend_has_next(&site.licenses[0]));
	assert_int_equal(memory_rows("document.found"), 0);
	memory_assert_whole();
}

static void
higher_step_brings_those_below_it(void **state)
{
	(void)state;
	hold_license();
	assert_int_equal(fate(1, 3), EXTEND_TAKEN);
	assert_true(renew_by() == after(3));
}

static void
typing_again_or_lower_changes_nothing(void **state)
{
	(void)state;
	hold_license();
	assert_int_equal(fate(1, 2), EXTEND_TAKEN);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(fate(1, 2), EXTEND_HELD);
		assert_int_equal(fate(1, 1), EXTEND_LOWER);
		site_reopen();
	}
	assert_true(renew_by() == after(2));
	assert_int_equal(memory_rows("telephone.extended"), 1);
}

static void
no_step_goes_past_the_term(void **state)
{
	struct extend_result result;

	(void)state;
	make_license(&first, 1);
	license_made.valid_until = TODAY + 50 * DAY;
	site_sign_license(&first);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_int_equal(fate(1, 1), EXTEND_TAKEN);
	assert_true(renew_by() == after(1));
	assert_true(extend_has_next(&site.licenses[0]));
	assert_int_equal(type(1, 2, &result), SKERRY_OK);
	assert_true(result.now.renew_by == TODAY + 50 * DAY);
	/* The third is left, and would help nobody. */
	assert_false(extend_has_next(&site.licenses[0]));
	assert_int_equal(fate(1, 3), EXTEND_TAKEN);
	assert_true(renew_by() == TODAY + 50 * DAY);
	assert_int_equal(site_ask_at(TODAY + 52 * DAY).verdict.access, SKERRY_ACCESS_NONE);
}

static void
other_licenses_codes_are_refused(void **state)
{
	struct extend_result result = { .fate = 0 };
	uint8_t value[STEP_CODE_VALUE_LEN];

	(void)state;
	assert_int_equal(type(1, 1, &result), SKERRY_ERR_NO_STEPS);
	hold_license();
	for (unsigned step = 1; step <= STEPS; step++)
		assert_int_equal(type(2, step, &result), SKERRY_ERR_STEP_CODE);
	/* Whoever holds a license holds its anchor. */
	make_value(1, 0, value);
	assert_int_equal(extend_take(&site, value, &result), SKERRY_ERR_STEP_CODE);
	assert_int_equal(result.fate, 0);
	assert_true(renew_by() == after(0));
	assert_int_equal(memory_rows("telephone.extended"), 0);
	assert_false(memory_file_there(extension));
}

static void
license_without_steps_takes_no_code(void **state)
{
	struct extend_result result;

	(void)state;
	site_make_license(&first, 1);
	assert_int_equal(site_take_at(&first, TODAY), TAKE_TAKEN);
	assert_int_equal(type(1, 1, &result), SKERRY_ERR_NO_STEPS);
	assert_false(extend_has_next(&site.licenses[0]));
}

static void
code_finds_its_license_among_several(void **state)
{
	struct extend_result result;

	(void)state;
	hold_license();
	make_license(&second, 2);
	license_made.product = cbor_text_from_chars("spa");
	license_made.id = cbor_text_from_chars("FEDCBA9876543210");
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	assert_int_equal(type(2, 2, &result), SKERRY_OK);
	assert_true(cbor_text_equals(result.held->license.product, "spa"));
	assert_int_equal(type(1, 1, &result), SKERRY_OK);
	assert_true(cbor_text_equals(result.held->license.product, "hms"));
	site_reopen();
	for (size_t i = 0; i < site.licenses_len; i++)
		assert_int_equal(site.licenses[i].telephone_steps,
			cbor_text_equals(site.licenses[i].license.product, "spa") ? 2 : 1);
}

/* --- keeping --------------------------------------------------------------------------------- */

static void
extension_survives_either_of_its_two_places(void **state)
{
	(void)state;
	hold_license();
	assert_int_equal(fate(1, 2), EXTEND_TAKEN);
	WHILE_CLOSED(memory_remove_file(extension));
	assert_int_equal(site.memory->news.files_healed, 1);
	assert_true(renew_by() == after(2));
	WHILE_CLOSED(memory_remove_file("site.db"));
	assert_true(site.memory->news.rebuilt);
	assert_true(renew_by() == after(2));
	/* The new database has it again. */
	WHILE_CLOSED(memory_remove_file(extension));
	assert_true(renew_by() == after(2));
	WHILE_CLOSED({
		memory_remove_file("site.db");
		write_file("site.db", "no database", 11);
	});
	assert_true(site.memory->news.damaged);
	assert_true(renew_by() == after(2));
	memory_assert_whole();
}

static void
both_places_lost_it_is_typed_again(void **state)
{
	(void)state;
	hold_license();
	assert_int_equal(fate(1, 2), EXTEND_TAKEN);
	WHILE_CLOSED({
		memory_remove_file("site.db");
		memory_remove_file(extension);
	});
	assert_true(renew_by() == after(0));
	assert_int_equal(fate(1, 2), EXTEND_TAKEN);
	assert_true(renew_by() == after(2));
}

/* Killed after the commit, before the file: of the first step there is none, of the next an old one. */
static void
row_alone_is_enough(void **state)
{
	(void)state;
	hold_license();
	assert_int_equal(fate(1, 1), EXTEND_TAKEN);
	WHILE_CLOSED(memory_remove_file(extension));
	assert_true(renew_by() == after(1));
	assert_int_equal(fate(1, 3), EXTEND_TAKEN);
	WHILE_CLOSED(write_step(extension, 1, 1));
	assert_true(renew_by() == after(3));
	assert_int_equal(memory_rows("document.healed"), 2);
	site_reopen();
	assert_int_equal(memory_rows("document.healed"), 2);
	assert_true(renew_by() == after(3));
}

/* The database is one of before, the file is not. */
static void
file_ahead_of_its_row_counts(void **state)
{
	(void)state;
	hold_license();
	assert_int_equal(fate(1, 1), EXTEND_TAKEN);
	WHILE_CLOSED(write_step(extension, 1, 2));
	assert_true(renew_by() == after(2));
	assert_int_equal(memory_rows("document.found"), 1);
	WHILE_CLOSED(memory_remove_file(extension));
	assert_true(renew_by() == after(2));
}

static void
file_put_there_by_hand_is_checked_like_a_code(void **state)
{
	(void)state;
	hold_license();
	/* Who was told the code may as well write it there; who was not, not. */
	WHILE_CLOSED(write_step(extension, 2, 3));
	assert_true(renew_by() == after(0));
	assert_int_equal(site.unused_len, 1);
	assert_int_equal(site.unused[0].err, SKERRY_ERR_STEP_CODE);
	WHILE_CLOSED(write_step(extension, 1, 1));
	assert_int_equal(site.unused_len, 0);
	assert_true(renew_by() == after(1));
}

static void
edited_file_grants_nothing_and_is_told(void **state)
{
	static const char *const EDITED[] = { "", "\n", "00000-00000-00000-00000\n",
		"ZZZZZ-ZZZZZ-ZZZZZ-ZZZZC\n", "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ\n",
		"not a code of any license\n" };

	(void)state;
	hold_license();
	for (size_t i = 0; i < sizeof EDITED / sizeof *EDITED; i++) {
		WHILE_CLOSED(write_file(extension, EDITED[i], strlen(EDITED[i])));
		assert_int_equal(site.unused_len, 1);
		assert_string_equal(site.unused[0].file, extension);
		assert_true(renew_by() == after(0));
	}
	/* A code that is typed takes its place. */
	assert_int_equal(fate(1, 1), EXTEND_TAKEN);
	site_reopen();
	assert_int_equal(site.unused_len, 0);
	assert_true(renew_by() == after(1));
}

static void
edited_file_is_put_back_from_its_row(void **state)
{
	char typed[EXTENSION_LEN + 1] = "";
	struct site reader;
	struct site_failure where;
	uint8_t value[STEP_CODE_VALUE_LEN];

	(void)state;
	hold_license();
	assert_int_equal(fate(1, 2), EXTEND_TAKEN);
	make_value(1, 2, value);
	step_code_write(value, typed);
	/* The same code in another spelling is not what this program writes. */
	typed[0] = (char)(typed[0] == 'A' ? 'b' : 'a');
	typed[EXTENSION_LEN - 1] = '\n';
	write_file(extension, typed, EXTENSION_LEN);
	/* Who only reads goes without. */
	assert_int_equal(site_open(folder, &reader, &where), SKERRY_OK);
	assert_int_equal(reader.licenses[0].telephone_steps, 0);
	assert_int_equal(reader.unused_len, 1);
	assert_int_equal(reader.unused[0].err, SKERRY_ERR_FILE_DAMAGED);
	site_close(&reader);
	site_reopen();
	assert_true(renew_by() == after(2));
	site_reopen();
	assert_int_equal(site.unused_len, 0);
}

static void
edited_row_grants_nothing(void **state)
{
	struct store_query q;

	(void)state;
	hold_license();
	assert_int_equal(fate(1, 1), EXTEND_TAKEN);
	assert_int_equal(memory_begin(site.memory), SKERRY_OK);
	store_query(site.memory->store, &q,
		"UPDATE document SET bytes = x'41' WHERE file LIKE '%.extension'");
	assert_int_equal(store_run(&q), SKERRY_OK);
	assert_int_equal(memory_commit(site.memory, false), SKERRY_OK);
	WHILE_CLOSED(memory_remove_file(extension));
	assert_true(renew_by() == after(0));
	assert_int_equal(site.unused_len, 1);
	assert_int_equal(fate(1, 1), EXTEND_TAKEN);
	site_reopen();
	assert_true(renew_by() == after(1));
	assert_int_equal(site.unused_len, 0);
}

/* --- renewals -------------------------------------------------------------------------------- */

static void
extension_goes_with_its_document(void **state)
{
	(void)state;
	hold_license();
	assert_int_equal(fate(1, 3), EXTEND_TAKEN);
	make_license(&second, 2);
	license_made.renew_by = TODAY + 60 * DAY;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_TAKEN);
	/* The vendor's newer word holds, also where the old one with its steps went further. */
	assert_int_equal(site.licenses_len, 1);
	assert_true(renew_by() == TODAY + 60 * DAY);
	assert_false(memory_file_there(extension));
	assert_int_equal(
		memory_number("SELECT count(*) FROM document WHERE file LIKE '%.extension'"), 0);
	assert_int_equal(type(1, 1, &(struct extend_result){ .fate = 0 }), SKERRY_ERR_STEP_CODE);
	assert_int_equal(fate(2, 1), EXTEND_TAKEN);
	assert_true(renew_by() == TODAY + (60 + STEP_DAYS) * DAY);
	/* And the old document does not come back for its steps. */
	assert_int_equal(site_take_at(&first, TODAY), TAKE_OLDER);
	assert_true(renew_by() == TODAY + (60 + STEP_DAYS) * DAY);
}

/* Who was told one date on the telephone is told where the next document says another one. */
static void
import_tells_which_steps_a_new_document_ends(void **state)
{
	static const struct {
		unsigned steps;
		int64_t begins, renew_by;
		enum take_fate fate;
	} ROWS[] = {
		{ 0, 0, TODAY + 20 * DAY, TAKE_TAKEN },
		{ 2, 0, TODAY + 20 * DAY, TAKE_TAKEN },
		{ 3, 0, TODAY + 400 * DAY, TAKE_TAKEN },
		{ 1, 10 * DAY, TODAY + 400 * DAY, TAKE_WAITS },
	};

	(void)state;
	hold_license();
	for (unsigned i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const struct take_telephone *ends = &results[0].telephone;
		int64_t before;

		if (ROWS[i].steps > 0)
			assert_int_equal(fate((uint8_t)(i + 1), ROWS[i].steps), EXTEND_TAKEN);
		before = renew_by();
		make_license(&second, (uint8_t)(i + 2));
		license_made.not_before = TODAY + ROWS[i].begins;
		license_made.renew_by = ROWS[i].renew_by;
		site_sign_license(&second);
		assert_int_equal(site_take_at(&second, TODAY), ROWS[i].fate);
		assert_int_equal(ends->steps, ROWS[i].steps);
		if (ROWS[i].steps > 0) {
			assert_true(ends->renew_by_before == before);
			assert_true(ends->renew_by == ROWS[i].renew_by);
		}
		/* The same once more ends nothing more. */
		assert_int_equal(site_take_at(&second, TODAY), TAKE_HELD);
		assert_int_equal(results[0].telephone.steps, 0);
	}
}

static void
successor_that_waits_leaves_the_steps_alone(void **state)
{
	(void)state;
	hold_license();
	make_license(&second, 2);
	license_made.not_before = TODAY + 20 * DAY;
	license_made.renew_by = TODAY + 60 * DAY;
	site_sign_license(&second);
	assert_int_equal(site_take_at(&second, TODAY), TAKE_WAITS);
	assert_int_equal(fate(1, 1), EXTEND_TAKEN);
	assert_true(renew_by() == after(1));
	/* One typed in ahead of time is there when its document begins. */
	assert_int_equal(fate(2, 1), EXTEND_TAKEN);
	assert_true(renew_by() == after(1));
	site_live_until(TODAY + 21 * DAY);
	site_reopen();
	assert_true(renew_by() == TODAY + (60 + STEP_DAYS) * DAY);
}

static void
license_that_is_over_takes_its_extension_along(void **state)
{
	(void)state;
	hold_license();
	assert_int_equal(fate(1, 1), EXTEND_TAKEN);
	site_live_until(license_made.expires_at + DAY);
	WHILE_CLOSED({ memory_remove_file(extension); });
	/* Grants nothing any more, and nobody puts it back. */
	assert_int_equal(site.unused_len, 0);
	assert_int_equal(memory_ask(NULL).verdict.access, SKERRY_ACCESS_NONE);
}

static void
code_of_a_locked_license_opens_it_again(void **state)
{
	(void)state;
	hold_license();
	site_live_until(TODAY + 43 * DAY);
	assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_LOCKED);
	assert_int_equal(fate(1, 1), EXTEND_TAKEN);
	assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_ACTIVE);
	site_live_until(TODAY + 100 * DAY);
	assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_LOCKED);
}

/* Full access ends with each step's ten days of grace; nothing follows it. */
static void
step_that_comes_too_late_is_of_no_use(void **state)
{
	static const struct {
		int day;
		unsigned helps, ends_in_vain;
	} DAYS[] = { { 10, 1, 0 }, { 43, 1, 0 }, { 56, 2, 1 }, { 70, 3, 2 }, { 84, 0, 3 } };

	(void)state;
	hold_license();
	for (size_t i = 0; i < sizeof DAYS / sizeof *DAYS; i++) {
		const struct site_license *held = &site.licenses[0];

		site_live_until(TODAY + DAYS[i].day * DAY);
		assert_int_equal(extend_first_of_use(&site, held), DAYS[i].helps);
		for (unsigned step = 1; step <= STEPS; step++)
			assert_int_equal(extend_ends(&site, held, step) <= extend_now(&site),
				step <= DAYS[i].ends_in_vain);
	}
	/* It is taken all the same, and changes nothing of that. */
	assert_int_equal(fate(1, 3), EXTEND_TAKEN);
	assert_int_equal(memory_ask(NULL).verdict.state, SKERRY_STATE_LOCKED);
	assert_int_equal(extend_first_of_use(&site, &site.licenses[0]), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define ON_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)
		ON_A_FOLDER(each_step_moves_renew_by_by_its_days),
		ON_A_FOLDER(higher_step_brings_those_below_it),
		ON_A_FOLDER(typing_again_or_lower_changes_nothing),
		ON_A_FOLDER(no_step_goes_past_the_term),
		ON_A_FOLDER(other_licenses_codes_are_refused),
		ON_A_FOLDER(license_without_steps_takes_no_code),
		ON_A_FOLDER(code_finds_its_license_among_several),
		ON_A_FOLDER(extension_survives_either_of_its_two_places),
		ON_A_FOLDER(both_places_lost_it_is_typed_again),
		ON_A_FOLDER(row_alone_is_enough),
		ON_A_FOLDER(file_ahead_of_its_row_counts),
		ON_A_FOLDER(file_put_there_by_hand_is_checked_like_a_code),
		ON_A_FOLDER(edited_file_grants_nothing_and_is_told),
		ON_A_FOLDER(edited_file_is_put_back_from_its_row),
		ON_A_FOLDER(edited_row_grants_nothing),
		ON_A_FOLDER(extension_goes_with_its_document),
		ON_A_FOLDER(import_tells_which_steps_a_new_document_ends),
		ON_A_FOLDER(successor_that_waits_leaves_the_steps_alone),
		ON_A_FOLDER(license_that_is_over_takes_its_extension_along),
		ON_A_FOLDER(code_of_a_locked_license_opens_it_again),
		ON_A_FOLDER(step_that_comes_too_late_is_of_no_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
