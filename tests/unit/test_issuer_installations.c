/* SPDX-License-Identifier: ISC */
/* Installations as the desk keeps them: found by what people type, listed, and their histories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture_ceremony.h"
#include "fixture_desk.h"
#include "fixture_statements.h"
#include "issuer/desk/installations.h"

static void
enter(struct desk *desk, uint8_t seed, const char *group, struct installation *ret_row)
{
	struct key_pair site = ceremony_pair(KEY_SITE, seed);

	*ret_row = (struct installation){ .site_key = site.public_key,
		.has_site_key = true,
		.first_contact_at = DESK_NOW,
		.last_contact_at = DESK_NOW,
		.number = 1,
		.kind = REQUEST_PAIR,
		.issued_at = DESK_NOW - 5,
		.wall = DESK_NOW - 5,
		.manifest_version = 1,
		.rolled_back_since = LICENSE_NEVER,
		.found_at = LICENSE_NEVER,
		.settled_at = LICENSE_NEVER };
	memset(ret_row->site_id, seed, sizeof ret_row->site_id);
	snprintf(ret_row->group, sizeof ret_row->group, "%s", group);
	snprintf(ret_row->install_id, sizeof ret_row->install_id, "install-%u", seed);
	snprintf(ret_row->hostname, sizeof ret_row->hostname, "'; DROP TABLE installation; --");
	assert_int_equal(installations_write(desk, ret_row), SKERRY_OK);
	assert_true(ret_row->id > 0);
	assert_int_equal(strlen(ret_row->tag), INSTALLATIONS_TAG_LEN);
	key_pair_free(&site);
}

static void
what_was_written_is_read_again(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct key_pair opening = ceremony_pair(KEY_OPENING, 9);
	struct installation row, read;

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	enter(desk, 1, "", &row);
	assert_int_equal(installations_find_key(desk, row.site_id, &read), SKERRY_OK);
	assert_int_equal(read.id, row.id);
	assert_string_equal(read.hostname, row.hostname);
	assert_string_equal(read.tag, row.tag);
	assert_false(read.has_opening_key || read.has_reset);
	assert_true(read.found_at == LICENSE_NEVER && read.rolled_back_since == LICENSE_NEVER);
	read.has_opening_key = read.has_reset = true;
	read.opening_key = opening.public_key;
	read.number = 7;
	read.kind = REQUEST_HEARTBEAT;
	read.reply_made = 12;
	memset(read.reset_nonce, 3, sizeof read.reset_nonce);
	assert_int_equal(installations_write(desk, &read), SKERRY_OK);
	assert_int_equal(installations_find_row(desk, row.id, &row), SKERRY_OK);
	assert_true(row.has_opening_key && row.has_reset && row.number == 7);
	assert_memory_equal(row.opening_key.x, opening.public_key.x, sizeof row.opening_key.x);
	assert_int_equal(row.kind, REQUEST_HEARTBEAT);
	/* of nobody */
	memset(read.site_id, 99, sizeof read.site_id);
	assert_int_equal(installations_find_key(desk, read.site_id, &read), SKERRY_OK);
	assert_int_equal(read.id, 0);
	desk_rollback(desk);
	key_pair_free(&opening);
}

static void
sites_are_found_by_what_people_type(void **state)
{
	static const char *const NOBODY[] = { "", "zzzz", "0", "abcdef", "010102", "install-", "-1",
		"0123456789ABCDEF-1", "' OR 1=1 --", "0123456789ABCDEF-99999999999999999999" };
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct installation one, other, found;

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	enter(desk, 1, "", &one);
	enter(desk, 2, "", &other);
	for (size_t i = 0; i < sizeof NOBODY / sizeof *NOBODY; i++)
		assert_int_equal(installations_find(desk, NOBODY[i], &found), SKERRY_ERR_NOT_FOUND);
	assert_int_equal(installations_find(desk, one.tag, &found), SKERRY_OK);
	assert_int_equal(found.id, one.id);
	assert_int_equal(installations_find(desk, "020202", &found), SKERRY_OK);
	assert_int_equal(found.id, other.id);
	assert_int_equal(installations_find(desk, "install-1", &found), SKERRY_OK);
	assert_int_equal(found.id, one.id);
	snprintf(other.tag, sizeof other.tag, "%s", one.tag);
	assert_int_equal(installations_write(desk, &other), SKERRY_OK);
	assert_int_equal(installations_find(desk, one.tag, &found), SKERRY_ERR_NOT_UNIQUE);
	assert_non_null(strstr(desk->advice, "01010101"));
	assert_non_null(strstr(desk->advice, "02020202"));
	desk_rollback(desk);
}

static bool
add_id(void *context, const struct installation *row)
{
	int64_t *sum = context;

	*sum = *sum * 10 + row->id;
	return true;
}

static void
lists_are_narrowed_down_without_reading_all(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct installation row;
	const struct {
		struct installations_filter filter;
		int64_t ids;
	} LISTS[] = {
		{ { .limit = 10 }, 123 },
		{ { .limit = 1, .after = 1 }, 2 },
		{ { .limit = 10, .group = "bali" }, 2 },
		{ { .limit = 10, .group = "b" }, 0 },
		{ { .limit = 10, .found = true }, 3 },
		{ { .limit = 10, .brand_id = 1 }, 0 },
		{ { .limit = 10, .license_id = 1 }, 0 },
	};

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	enter(desk, 1, "", &row);
	enter(desk, 2, "bali", &row);
	enter(desk, 3, "", &row);
	{
		struct store_query q;

		store_query(desk->store, &q, "UPDATE installation SET fork_found = 1 WHERE id = 3");
		assert_int_equal(store_run(&q), SKERRY_OK);
	}
	for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++) {
		int64_t ids = 0;

		assert_int_equal(
			installations_each(desk, &LISTS[i].filter, add_id, &ids), SKERRY_OK);
		assert_int_equal(ids, LISTS[i].ids);
		if (LISTS[i].filter.group != NULL)
			fixture_statements_indexed(desk->store, "SELECT i.id", false);
	}
	desk_rollback(desk);
}

/* --- histories --------------------------------------------------------------------------------- */

static void
make_id(struct fork_id *ret_id, uint64_t number, uint8_t branch)
{
	ret_id->number = number;
	memset(ret_id->digest, branch, sizeof ret_id->digest);
	ret_id->digest[0] = (uint8_t)number;
}

/* Number `number` of a branch, behind `list_len` before it, of which those up to `common` are of 0. */
static struct fork_verdict
receive(struct desk *desk, int64_t id, uint64_t number, uint8_t branch, size_t list_len,
	uint64_t common, int64_t *ret_request)
{
	struct fork_request fork = { .list_len = list_len, .seq = number };
	struct installations_request request = {
		.fork = &fork, .kind = REQUEST_HEARTBEAT, .received_at = DESK_NOW
	};
	struct fork_site site, after;
	struct fork_verdict verdict;
	struct fork_row *rows;
	size_t rows_len;

	make_id(&fork.self, number, branch);
	for (size_t i = 0; i < list_len; i++) {
		uint64_t listed = number - list_len + i;

		make_id(&fork.list[i], listed, listed <= common ? 0 : branch);
	}
	assert_int_equal(installations_load_history(
				 desk, id, fork_from(&fork), number, &site, &rows, &rows_len),
		SKERRY_OK);
	fork_judge(&site, rows, rows_len, &fork, 0, DESK_NOW, &after, &verdict);
	free(rows);
	assert_int_equal(
		installations_apply(desk, id, &after, &verdict, &request, ret_request), SKERRY_OK);
	return verdict;
}

static int64_t
count(struct desk *desk, const char *sql)
{
	struct store_query q;
	int64_t number = -1;

	store_query(desk->store, &q, sql);
	if (store_step(&q))
		number = store_int(&q, 0);
	assert_int_equal(store_done(&q), SKERRY_OK);
	return number;
}

static void
history_is_kept_from_request_to_request(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct installation row;
	int64_t first, request, again;

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	enter(desk, 1, "", &row);
	assert_int_equal(receive(desk, row.id, 1, 0, 0, 9, &first).arrival, FORK_NEW);
	assert_true(first > 0);
	assert_int_equal(receive(desk, row.id, 3, 0, 2, 9, &request).arrival, FORK_NEW);
	assert_int_equal(count(desk, "SELECT count(*) FROM request WHERE arrived"), 2);
	assert_int_equal(count(desk, "SELECT count(*) FROM request"), 3);
	assert_int_equal(receive(desk, row.id, 1, 0, 0, 9, &again).arrival, FORK_AGAIN);
	assert_int_equal(again, first);
	assert_int_equal(receive(desk, row.id, 2, 0, 1, 9, &request).arrival, FORK_LATE);
	assert_int_equal(count(desk, "SELECT count(*) FROM request WHERE arrived"), 3);
	desk_rollback(desk);
}

static void
fork_is_found_and_settled(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct installation row;
	int64_t request;

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	enter(desk, 1, "", &row);
	receive(desk, row.id, 1, 0, 0, 9, &request);
	receive(desk, row.id, 2, 0, 1, 9, &request);
	assert_int_equal(receive(desk, row.id, 2, 1, 1, 1, &request).found, FORK_RESTORED);
	assert_int_equal(count(desk, "SELECT count(*) FROM installation_line"), 2);
	assert_int_equal(installations_find_row(desk, row.id, &row), SKERRY_OK);
	assert_true(row.found == FORK_RESTORED && row.found_at == DESK_NOW);
	assert_int_equal(installations_settle(desk, row.id), SKERRY_OK);
	assert_int_equal(installations_find_row(desk, row.id, &row), SKERRY_OK);
	assert_true(row.found == FORK_NONE && row.found_at == LICENSE_NEVER);
	assert_int_equal(row.settled_at, DESK_NOW);
	/* lines that nobody wrote so */
	{
		struct store_query q;
		struct fork_site site;
		struct fork_row *rows;
		size_t rows_len;

		store_query(
			desk->store, &q, "UPDATE installation_line SET parent = 9 WHERE line = 1");
		assert_int_equal(store_run(&q), SKERRY_OK);
		assert_int_equal(
			installations_load_history(desk, row.id, 1, 9, &site, &rows, &rows_len),
			SKERRY_ERR_STORE_DAMAGED);
	}
	desk_rollback(desk);
}

static void
long_history_is_pruned(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct installation row;
	int64_t request;

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	enter(desk, 1, "", &row);
	for (uint64_t number = 1; number <= 3 * FORK_KEPT; number++)
		assert_int_equal(
			receive(desk, row.id, number, 0, number == 1 ? 0 : 1, UINT64_MAX, &request)
				.arrival,
			FORK_NEW);
	assert_true(count(desk, "SELECT count(*) FROM request") < 2 * FORK_KEPT + 2);
	assert_int_equal(count(desk, "SELECT max(number) FROM request"), 3 * FORK_KEPT);
	/* stopgaps behind a full list: the newest ones stay */
	for (uint8_t i = 1; i <= 2 * FORK_STOPGAPS_MAX; i++)
		receive(desk, row.id, 3 * FORK_KEPT + 1, i, FORK_LIST_MAX, UINT64_MAX, &request);
	assert_int_equal(
		count(desk, "SELECT count(*) FROM request WHERE stopgap"), FORK_STOPGAPS_MAX);
	desk_rollback(desk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_was_written_is_read_again, desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(sites_are_found_by_what_people_type,
			desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(lists_are_narrowed_down_without_reading_all,
			desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(history_is_kept_from_request_to_request,
			desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(
			fork_is_found_and_settled, desk_fixture_make, desk_fixture_remove),
		cmocka_unit_test_setup_teardown(
			long_history_is_pruned, desk_fixture_make, desk_fixture_remove),
	};

	return cmocka_run_group_tests_name("installations", tests, NULL, NULL);
}
