/* SPDX-License-Identifier: ISC */
/* What status lists say, and when one is signed anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "formats/deflate.h"
#include "issuer/change_status.h"
#include "issuer/exchange/status_lists.h"
#include "issuer/issue.h"

enum { LICENSES = 4 };

/* A desk with a document of each of some licenses; their indexes count up from 0. */
struct sold_out {
	struct desk_fixture *fixture;
	char ids[LICENSES][LICENSE_ID_LEN + 1];
};

/* The newest list of the one brand, read as a site would. */
struct seen {
	size_t count, unpacked_len;
	int64_t iat;
	uint8_t unpacked[4 * STATUS_LISTS_STEP];
};

static void
begin(struct desk_fixture *fixture, int64_t after_s)
{
	fixture->desk.clock = DESK_NOW + after_s;
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
}

static void
commit(struct desk_fixture *fixture)
{
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
}

static void
sell_all(struct desk_fixture *fixture, struct sold_out *all)
{
	static struct binding binding = { .kind = ACTIVATION_UNBOUND };
	static struct issued issued;

	all->fixture = fixture;
	for (size_t i = 0; i < LICENSES; i++) {
		struct sold sold;
		struct issue issue = { .binding = &binding, .until = LICENSE_NEVER };

		desk_fixture_sell(fixture, &sold);
		memcpy(all->ids[i], sold.licenses[0].public_id, sizeof all->ids[i]);
		issue.license_id = all->ids[i];
		begin(fixture, 0);
		assert_int_equal(issue_license(&fixture->desk, &issue, &issued), SKERRY_OK);
		assert_int_equal(issued.status_index, i);
		commit(fixture);
	}
}

/* Outside of a change, so that each refresh is one of its own. */
static size_t
refresh_at(struct desk_fixture *fixture, int64_t after_s)
{
	struct signing signing;
	size_t count = 99;

	begin(fixture, after_s);
	assert_int_equal(signing_open(&fixture->desk, &signing), SKERRY_OK);
	assert_int_equal(status_lists_refresh(&fixture->desk, &signing, 0, &count), SKERRY_OK);
	signing_close(&signing);
	commit(fixture);
	return count;
}

struct looking {
	const struct trust *trust;
	struct seen *seen;
};

static enum skerry_err
look_at(void *context, struct cbor_bytes bytes)
{
	const struct looking *looking = context;
	struct seen *seen = looking->seen;
	const struct manifest_key *key;
	struct status_list list;
	size_t offset;

	assert_int_equal(
		trust_open_status_list(looking->trust, bytes.data, bytes.len, &list, &key, &offset),
		SKERRY_OK);
	assert_true(cbor_text_equals(list.uri, "skerry:hotelhub"));
	assert_int_equal(deflate_unpack(list.packed.data, list.packed.len, seen->unpacked,
				 sizeof seen->unpacked, &seen->unpacked_len),
		SKERRY_OK);
	seen->iat = list.issued_at;
	seen->count++;
	return SKERRY_OK;
}

static struct seen
look(struct desk_fixture *fixture)
{
	struct signing signing;
	struct seen seen = { .count = 0 };
	struct looking looking = { NULL, &seen };

	assert_int_equal(signing_open(&fixture->desk, &signing), SKERRY_OK);
	looking.trust = signing.trust;
	assert_int_equal(status_lists_each(&fixture->desk, 0, look_at, &looking), SKERRY_OK);
	signing_close(&signing);
	return seen;
}

static void
expect(struct desk_fixture *fixture, const enum status_list_value says[LICENSES])
{
	struct seen seen = look(fixture);

	assert_int_equal(seen.count, 1);
	for (size_t i = 0; i < LICENSES; i++)
		assert_int_equal(
			status_list_get(seen.unpacked, seen.unpacked_len, STATUS_LIST_BITS, i),
			says[i]);
}

static void
move(struct sold_out *all, size_t which, enum lifecycle_move by)
{
	struct desk *desk = &all->fixture->desk;
	struct license_record license;
	struct status_changed changed;

	begin(all->fixture, 0);
	assert_int_equal(licenses_find_id(desk, all->ids[which], &license), SKERRY_OK);
	assert_int_equal(change_status(desk, &license, by, NULL, false, &changed), SKERRY_OK);
	commit(all->fixture);
}

static void
run(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	begin(fixture, 0);
	store_query(fixture->desk.store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
	commit(fixture);
}

static int64_t
count(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;
	int64_t number = -1;

	store_query(fixture->desk.store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return number;
}

#define DOCUMENTS "SELECT count(*) FROM document WHERE kind = 'status'"

static void
brand_without_a_document_has_no_list(void **state)
{
	assert_int_equal(refresh_at(*state, 0), 0);
	assert_int_equal(look(*state).count, 0);
}

static void
list_says_what_the_records_say(void **state)
{
	static const enum status_list_value BEFORE[] = { STATUS_LIST_VALID, STATUS_LIST_SUSPENDED,
		STATUS_LIST_INVALID, STATUS_LIST_VALID },
					    AFTER[] = { STATUS_LIST_VALID, STATUS_LIST_VALID,
						    STATUS_LIST_INVALID, STATUS_LIST_INVALID };
	struct sold_out all;

	sell_all(*state, &all);
	move(&all, 1, LIFECYCLE_SUSPEND);
	move(&all, 2, LIFECYCLE_REVOKE);
	refresh_at(*state, 0);
	expect(*state, BEFORE);
	move(&all, 1, LIFECYCLE_RESUME);
	move(&all, 3, LIFECYCLE_SUSPEND);
	move(&all, 3, LIFECYCLE_REVOKE);
	refresh_at(*state, 0);
	expect(*state, AFTER);
}

static void
revocation_counts_from_its_date_until_its_documents_ended(void **state)
{
	static const struct {
		int64_t at;
		enum status_list_value says;
	} STEPS[] = { { 99, STATUS_LIST_VALID }, { 100, STATUS_LIST_INVALID },
		{ 200, STATUS_LIST_INVALID }, { 201, STATUS_LIST_VALID } };
	struct sold_out all;

	sell_all(*state, &all);
	move(&all, 0, LIFECYCLE_REVOKE);
	run(*state, "UPDATE revocation SET effective_at = at + 100, lapses_at = at + 200");
	for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
		struct seen seen;

		refresh_at(*state, STEPS[i].at);
		seen = look(*state);
		assert_int_equal(
			status_list_get(seen.unpacked, seen.unpacked_len, STATUS_LIST_BITS, 0),
			STEPS[i].says);
	}
}

static void
only_what_changed_or_is_old_is_signed_anew(void **state)
{
	struct sold_out all;

	sell_all(*state, &all);
	assert_int_equal(refresh_at(*state, 0), 1);
	assert_int_equal(look(*state).iat, DESK_NOW);
	assert_int_equal(refresh_at(*state, STATUS_LISTS_AGE_S - 1), 0);
	assert_int_equal(look(*state).iat, DESK_NOW);
	assert_int_equal(refresh_at(*state, STATUS_LISTS_AGE_S), 1);
	assert_int_equal(look(*state).iat, DESK_NOW + STATUS_LISTS_AGE_S);
	assert_int_equal(count(*state, DOCUMENTS), 2);
	assert_int_equal(
		count(*state, "SELECT count(*) FROM audit WHERE action = 'status.sign'"), 2);
}

static void
dates_grow_while_the_clock_stands(void **state)
{
	struct sold_out all;

	sell_all(*state, &all);
	refresh_at(*state, 0);
	move(&all, 0, LIFECYCLE_SUSPEND);
	refresh_at(*state, 0);
	assert_int_equal(look(*state).iat, DESK_NOW + 1);
	move(&all, 0, LIFECYCLE_RESUME);
	refresh_at(*state, 0);
	assert_int_equal(look(*state).iat, DESK_NOW + 2);
}

static int64_t
issue_at(struct sold_out *all, size_t which, int64_t after_s)
{
	static struct binding binding = { .kind = ACTIVATION_UNBOUND };
	static struct issued issued;
	struct issue issue = {
		.license_id = all->ids[which], .binding = &binding, .until = LICENSE_NEVER
	};

	begin(all->fixture, after_s);
	assert_int_equal(issue_license(&all->fixture->desk, &issue, &issued), SKERRY_OK);
	commit(all->fixture);
	return count(all->fixture, "SELECT max(issued_at) FROM document WHERE kind = 'license'");
}

/* All within one second: a site has to see which of them is the later word. */
static void
list_and_document_of_one_second_never_contradict(void **state)
{
	struct sold_out all;
	int64_t made;

	sell_all(*state, &all);
	/* Issued, then suspended. */
	move(&all, 0, LIFECYCLE_SUSPEND);
	refresh_at(*state, 0);
	assert_true(look(*state).iat >= DESK_NOW);
	/* Resumed, then issued. */
	move(&all, 0, LIFECYCLE_RESUME);
	made = issue_at(&all, 0, 0);
	assert_true(made > look(*state).iat && made <= DESK_NOW + 1);
	/* Suspended again, and the list would say what it said before. */
	move(&all, 0, LIFECYCLE_SUSPEND);
	assert_int_equal(refresh_at(*state, 0), 1);
	assert_true(look(*state).iat >= made);
	assert_int_equal(refresh_at(*state, 0), 0);
}

/* A list of a clock that was a year ahead is not followed there. */
static void
list_far_ahead_dates_no_document(void **state)
{
	struct sold_out all;

	sell_all(*state, &all);
	move(&all, 0, LIFECYCLE_SUSPEND);
	refresh_at(*state, 0);
	run(*state, "UPDATE document SET edition = edition + 30000000 WHERE kind = 'status'");
	move(&all, 0, LIFECYCLE_RESUME);
	assert_int_equal(issue_at(&all, 0, 5), DESK_NOW + 5);
}

static void
new_documents_do_not_change_a_list(void **state)
{
	struct sold_out all;

	sell_all(*state, &all);
	refresh_at(*state, 0);
	run(*state, "UPDATE brand SET status_next = 4096");
	assert_int_equal(refresh_at(*state, 0), 0);
	run(*state, "UPDATE brand SET status_next = 4097");
	assert_int_equal(refresh_at(*state, 0), 1);
	assert_int_equal(look(*state).unpacked_len, 2 * STATUS_LISTS_STEP);
}

static void
list_that_was_altered_is_signed_anew(void **state)
{
	struct sold_out all;

	sell_all(*state, &all);
	refresh_at(*state, 0);
	run(*state, "UPDATE document SET bytes = zeroblob(length(bytes)) WHERE kind = 'status'");
	assert_int_equal(refresh_at(*state, 0), 1);
	assert_int_equal(look(*state).iat, DESK_NOW + 1);
}

static void
index_beyond_every_list_is_refused(void **state)
{
	struct desk_fixture *fixture = *state;
	struct signing signing;
	struct sold_out all;
	size_t signed_count;

	sell_all(fixture, &all);
	move(&all, 0, LIFECYCLE_REVOKE);
	run(fixture, "UPDATE activation SET status_index = 4194304 WHERE status_index = 0");
	run(fixture, "UPDATE brand SET status_next = 4194305");
	begin(fixture, 0);
	assert_int_equal(signing_open(&fixture->desk, &signing), SKERRY_OK);
	assert_int_equal(status_lists_refresh(&fixture->desk, &signing, 0, &signed_count),
		SKERRY_ERR_DOCUMENT_TOO_LARGE);
	signing_close(&signing);
	desk_rollback(&fixture->desk);
}

static void
key_that_may_not_sign_lists_is_refused_before_anything(void **state)
{
	struct desk_fixture *fixture = *state;
	struct signing signing;
	struct sold_out all;
	size_t signed_count;

	sell_all(fixture, &all);
	begin(fixture, 0);
	assert_int_equal(signing_open(&fixture->desk, &signing), SKERRY_OK);
	signing.trust->manifest.keys[0].roles &= ~(unsigned)MANIFEST_ROLE_STATUS;
	assert_int_equal(status_lists_refresh(&fixture->desk, &signing, 0, &signed_count),
		SKERRY_ERR_TRUST_ROLE);
	assert_non_null(strstr(fixture->desk.advice, "status lists"));
	signing_close(&signing);
	commit(fixture);
	assert_int_equal(count(fixture, DOCUMENTS), 0);
}

int
main(void)
{
#define AT_A_DESK(test)                                                                            \
	cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		AT_A_DESK(brand_without_a_document_has_no_list),
		AT_A_DESK(list_says_what_the_records_say),
		AT_A_DESK(revocation_counts_from_its_date_until_its_documents_ended),
		AT_A_DESK(only_what_changed_or_is_old_is_signed_anew),
		AT_A_DESK(dates_grow_while_the_clock_stands),
		AT_A_DESK(list_and_document_of_one_second_never_contradict),
		AT_A_DESK(list_far_ahead_dates_no_document),
		AT_A_DESK(new_documents_do_not_change_a_list),
		AT_A_DESK(list_that_was_altered_is_signed_anew),
		AT_A_DESK(index_beyond_every_list_is_refused),
		AT_A_DESK(key_that_may_not_sign_lists_is_refused_before_anything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
