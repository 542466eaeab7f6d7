/* SPDX-License-Identifier: ISC */
/* Statuses and sites at a real desk: what is recorded, the year's migrations, reasons that erase. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "formats/ladder.h"
#include "issuer/change_status.h"
#include "issuer/desk/revocations.h"
#include "issuer/issue.h"
#include "issuer/release.h"

static struct sold sold;

static void
releases_count_a_year_and_as_long_as_the_document_lives(void **state)
{
	static const struct {
		int64_t at, lapses_at, until;
	} RELEASES[] = {
		{ 1000, 2000, 1000 + MIGRATIONS_YEAR_S },
		{ 1000, 1000 + MIGRATIONS_YEAR_S - 1, 1000 + MIGRATIONS_YEAR_S },
		{ 1000, 1000 + MIGRATIONS_YEAR_S + 1, 1000 + MIGRATIONS_YEAR_S + 1 },
		{ 1000, LICENSE_NEVER, LICENSE_NEVER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof RELEASES / sizeof *RELEASES; i++) {
		struct migration release = { RELEASES[i].at, RELEASES[i].lapses_at };
		struct migrations before = migrations_none(), after = migrations_none();

		assert_int_equal(migrations_until(&release), RELEASES[i].until);
		migrations_add(&before, &release, RELEASES[i].until - 1);
		assert_int_equal(before.count, 1);
		assert_int_equal(before.next_at, RELEASES[i].until);
		if (RELEASES[i].until == LICENSE_NEVER)
			continue;
		migrations_add(&after, &release, RELEASES[i].until);
		assert_int_equal(after.count, 0);
		assert_int_equal(after.next_at, LICENSE_NEVER);
	}
}

static void
limit_permits_so_many_and_not_one_more(void **state)
{
	struct migrations migrations = migrations_none();
	struct migration release = { 1000, 2000 };

	(void)state;
	assert_false(migrations_permit(&migrations, 0));
	for (int i = 0; i < 3; i++) {
		assert_true(migrations_permit(&migrations, 3));
		migrations_add(&migrations, &release, 1000);
	}
	assert_false(migrations_permit(&migrations, 3));
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

/* A document for these domains ("": unbound); the activation's number. */
static int64_t
issue(struct desk_fixture *fixture, const char *domains)
{
	static struct binding binding;
	static struct issued issued;
	struct issue issue = { .license_id = sold.licenses[0].public_id,
		.binding = &binding,
		.until = LICENSE_NEVER };

	memset(&binding, 0, sizeof binding);
	binding.kind = domains[0] == '\0' ? ACTIVATION_UNBOUND : ACTIVATION_DOMAIN;
	snprintf(binding.domains, sizeof binding.domains, "%s", domains);
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(issue_license(&fixture->desk, &issue, &issued), SKERRY_OK);
	assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	return issued.activation;
}

static enum skerry_err
release(struct desk_fixture *fixture, int64_t number, const char *reason, bool force,
	struct released *ret_released)
{
	struct release words = { reason, force };
	struct site *site = malloc(sizeof *site);
	char name[SITES_NAME_MAX];
	enum skerry_err err;

	assert_non_null(site);
	snprintf(name, sizeof name, "%s-%lld", sold.licenses[0].public_id, (long long)number);
	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(sites_find(&fixture->desk, name, site), SKERRY_OK);
	err = release_site(&fixture->desk, site, &words, ret_released);
	if (err == SKERRY_OK)
		assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	desk_rollback(&fixture->desk);
	free(site);
	return err;
}

static enum skerry_err
move(struct desk_fixture *fixture, enum lifecycle_move what, const char *reason,
	struct status_changed *ret_changed)
{
	struct license_record license;
	enum skerry_err err;

	assert_int_equal(desk_begin(&fixture->desk), SKERRY_OK);
	assert_int_equal(
		licenses_find_id(&fixture->desk, sold.licenses[0].public_id, &license), SKERRY_OK);
	err = change_status(&fixture->desk, &license, what, reason, false, ret_changed);
	if (err == SKERRY_OK)
		assert_int_equal(desk_commit(&fixture->desk), SKERRY_OK);
	desk_rollback(&fixture->desk);
	return err;
}

static void
released_site_frees_its_activation_and_revokes_its_index(void **state)
{
	struct desk_fixture *fixture = *state;
	struct released released;
	int64_t lapses = DESK_NOW + (180 + 3 * 14 + 365 + 30 + 1) * (int64_t)LADDER_DAY_S;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(issue(fixture, "a.example"), 1);
	assert_int_equal(
		count(fixture, "SELECT renew_by FROM activation"), DESK_NOW + 180 * LADDER_DAY_S);
	assert_int_equal(count(fixture, "SELECT expires_at FROM activation"), lapses);
	assert_int_equal(release(fixture, 1, "server burnt", false, &released), SKERRY_OK);
	assert_int_equal(released.before, STANDING_PAIRED);
	assert_int_equal(released.after, STANDING_PAIRED_PENDING_REVOKE);
	assert_int_equal(released.activations_used, 0);
	assert_int_equal(released.migrations.count, 1);
	assert_int_equal(released.migrations.next_at, lapses);
	assert_int_equal(count(fixture, "SELECT lapses_at FROM revocation WHERE activation_id ="
					" (SELECT id FROM activation WHERE number = 1)"),
		lapses);
	assert_int_equal(count(fixture, "SELECT pending_until FROM license"), lapses);
	/* again is refused, a new pairing is not; it forgets what was pending */
	assert_int_equal(release(fixture, 1, NULL, false, &released), SKERRY_ERR_STATUS_FORBIDS);
	assert_int_equal(issue(fixture, "b.example"), 2);
	assert_int_equal(count(fixture, "SELECT count(*) FROM license WHERE status = 'paired' AND"
					" pending_until IS NULL"),
		1);
}

static void
unbound_document_is_no_migration(void **state)
{
	struct desk_fixture *fixture = *state;
	struct released released;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(issue(fixture, ""), 1);
	assert_int_equal(release(fixture, 1, NULL, false, &released), SKERRY_OK);
	assert_false(released.counts);
	assert_int_equal(released.migrations.count, 0);
	assert_int_equal(released.after, STANDING_UNPAIRED);
	assert_int_equal(count(fixture, "SELECT count(*) FROM revocation"), 1);
}

static void
migration_limit_holds_until_support_allows_it(void **state)
{
	struct desk_fixture *fixture = *state;
	struct released released;
	char domain[32];

	desk_fixture_sell(fixture, &sold);
	for (int i = 1; i <= 3; i++) {
		snprintf(domain, sizeof domain, "h%d.example", i);
		assert_int_equal(issue(fixture, domain), i);
		assert_int_equal(release(fixture, i, NULL, false, &released), SKERRY_OK);
		assert_int_equal(released.migrations.count, i);
	}
	assert_int_equal(issue(fixture, "h4.example"), 4);
	assert_int_equal(release(fixture, 4, NULL, false, &released), SKERRY_ERR_MIGRATION_LIMIT);
	assert_int_equal(release(fixture, 4, NULL, true, &released), SKERRY_ERR_ARGUMENT);
	assert_int_equal(release(fixture, 4, "support allowed it", true, &released), SKERRY_OK);
	assert_int_equal(released.migrations.count, 4);
	assert_int_equal(count(fixture, "SELECT count(*) FROM audit WHERE action = 'site.release'"
					" AND detail LIKE '% forced note=%'"),
		1);
}

static void
status_moves_are_recorded_with_their_documents(void **state)
{
	struct desk_fixture *fixture = *state;
	struct status_changed changed;
	struct released released;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(issue(fixture, "a.example"), 1);
	assert_int_equal(issue(fixture, ""), 2);
	assert_int_equal(
		move(fixture, LIFECYCLE_RESUME, NULL, &changed), SKERRY_ERR_STATUS_FORBIDS);
	assert_int_equal(move(fixture, LIFECYCLE_SUSPEND, "unpaid", &changed), SKERRY_OK);
	assert_int_equal(changed.tally.sites, 1);
	assert_int_equal(changed.tally.unbound, 1);
	assert_int_equal(count(fixture, "SELECT count(*) FROM revocation"), 0);
	/* released while suspended, it comes back as what its activations say */
	assert_int_equal(release(fixture, 1, NULL, false, &released), SKERRY_OK);
	assert_int_equal(released.after, STANDING_SUSPENDED);
	assert_int_equal(move(fixture, LIFECYCLE_RESUME, NULL, &changed), SKERRY_OK);
	assert_int_equal(changed.after, STANDING_PAIRED_PENDING_REVOKE);
	assert_int_equal(move(fixture, LIFECYCLE_REVOKE, "charged back", &changed), SKERRY_OK);
	assert_int_equal(count(fixture, "SELECT count(*) FROM revocation"), 2);
	assert_int_equal(
		count(fixture,
			"SELECT count(*) FROM revocation WHERE reason LIKE 'revoked note=%'"),
		1);
	assert_int_equal(move(fixture, LIFECYCLE_RESUME, NULL, &changed), SKERRY_ERR_REVOKED);
	assert_int_equal(release(fixture, 2, NULL, false, &released), SKERRY_ERR_REVOKED);
}

static void
expect_note(struct desk_fixture *fixture, enum notes_state expected)
{
	char detail[512] = "";
	enum notes_state state;
	struct store_query q;
	int64_t id;
	bool erased;

	store_query(fixture->desk.store, &q,
		"SELECT detail FROM audit WHERE action = 'license.suspend'");
	if (store_step(&q))
		store_text(&q, 0, detail, sizeof detail);
	assert_int_equal(store_done(&q), SKERRY_OK);
	assert_int_equal(notes_verify(&fixture->desk, detail, &state, &id, &erased), SKERRY_OK);
	assert_int_equal(state, expected);
}

static void
execute(struct desk_fixture *fixture, const char *sql)
{
	struct store_query q;

	store_query(fixture->desk.store, &q, sql);
	assert_int_equal(store_run(&q), SKERRY_OK);
}

static void
reason_can_be_erased_and_not_edited(void **state)
{
	struct desk_fixture *fixture = *state;
	struct status_changed changed;
	enum notes_state none;
	int64_t id;
	bool erased;

	desk_fixture_sell(fixture, &sold);
	assert_int_equal(move(fixture, LIFECYCLE_SUSPEND, "Mr O'Brien \"forgot\" to pay", &changed),
		SKERRY_OK);
	expect_note(fixture, NOTES_STANDS);
	execute(fixture, "UPDATE note SET text = 'paid'");
	expect_note(fixture, NOTES_ALTERED);
	execute(fixture, "UPDATE note SET text = 'Mr O''Brien \"forgot\" to pay'");
	expect_note(fixture, NOTES_STANDS);
	execute(fixture, "UPDATE note SET salt = zeroblob(16)");
	expect_note(fixture, NOTES_ALTERED);
	execute(fixture, "UPDATE note SET text = NULL");
	expect_note(fixture, NOTES_ALTERED);
	assert_int_equal(notes_erase(&fixture->desk, 1), SKERRY_OK);
	expect_note(fixture, NOTES_ERASED);
	execute(fixture, "DELETE FROM note");
	expect_note(fixture, NOTES_MISSING);
	assert_int_equal(
		notes_verify(&fixture->desk, "from=paired to=suspended", &none, &id, &erased),
		SKERRY_OK);
	assert_int_equal(none, NOTES_NONE);
}

static void
sites_are_found_by_their_name_alone(void **state)
{
	static const char *const NAMELESS[] = { "", "-", "1", "zz", "0123456789ABCDEG",
		"0123456789ABCDEF-", "0123456789ABCDEF-x", "0123456789ABCDEF--1",
		"0123456789ABCDEU-1", "0123456789ABCDEF-99999999999999999999", "abcde",
		"'; DROP TABLE activation; --" };
	struct desk_fixture *fixture = *state;
	struct site *site = malloc(sizeof *site);
	char name[64];

	assert_non_null(site);
	desk_fixture_sell(fixture, &sold);
	issue(fixture, "a.example");
	for (size_t i = 0; i < sizeof NAMELESS / sizeof *NAMELESS; i++)
		assert_int_equal(
			sites_find(&fixture->desk, NAMELESS[i], site), SKERRY_ERR_ARGUMENT);
	assert_int_equal(
		sites_find(&fixture->desk, "0123456789ABCDEF-1", site), SKERRY_ERR_NOT_FOUND);
	assert_int_equal(sites_find(&fixture->desk, "abcdef", site), SKERRY_ERR_NOT_FOUND);
	snprintf(name, sizeof name, "%s-1", sold.licenses[0].public_id);
	for (char *c = name; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	assert_int_equal(sites_find(&fixture->desk, name, site), SKERRY_OK);
	assert_string_equal(site->domains, "a.example");
	/* one site key, two activations of it at different licenses: say which */
	execute(fixture, "UPDATE activation SET site_id = x'abcdef0123456789abcdef0123456789"
			 "abcdef0123456789abcdef0123456789'");
	assert_int_equal(sites_find(&fixture->desk, "ABCDEF0", site), SKERRY_OK);
	assert_int_equal(sites_find(&fixture->desk, "abcdef1", site), SKERRY_ERR_NOT_FOUND);
	desk_fixture_sell(fixture, &sold);
	issue(fixture, "a.example");
	execute(fixture, "UPDATE activation SET site_id = x'abcdef0123456789abcdef0123456789"
			 "abcdef0123456789abcdef0123456780' WHERE id = 2");
	assert_int_equal(sites_find(&fixture->desk, "abcdef0", site), SKERRY_ERR_NOT_UNIQUE);
	free(site);
}

int
main(void)
{
#define AT_A_DESK(test)                                                                            \
	cmocka_unit_test_setup_teardown(test, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases_count_a_year_and_as_long_as_the_document_lives),
		cmocka_unit_test(limit_permits_so_many_and_not_one_more),
		AT_A_DESK(released_site_frees_its_activation_and_revokes_its_index),
		AT_A_DESK(unbound_document_is_no_migration),
		AT_A_DESK(migration_limit_holds_until_support_allows_it),
		AT_A_DESK(status_moves_are_recorded_with_their_documents),
		AT_A_DESK(reason_can_be_erased_and_not_edited),
		AT_A_DESK(sites_are_found_by_their_name_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
