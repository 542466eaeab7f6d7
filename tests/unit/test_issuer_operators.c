/* SPDX-License-Identifier: ISC */
/* Operators: whose passphrase it is, whose name it was, and how a desk is closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_desk.h"
#include "issuer/desk/audit.h"
#include "issuer/desk/operators.h"

static char owner_text[] = "horse of owner", ani_text[] = "horse of ani";
static struct passphrase owner_word = { owner_text, sizeof owner_text - 1 },
			 ani_word = { ani_text, sizeof ani_text - 1 };

struct wrapping {
	uint8_t bytes[VAULT_WRAPPED_MAX];
	size_t len;
};

/* With the smallest Argon2id there is. */
static struct wrapping
wrap(struct desk *desk, const struct passphrase *word)
{
	struct key_wrap how = { .kind = KEY_WRAP_PASSPHRASE,
		.passphrase = word->text,
		.passphrase_len = word->len,
		.opslimit = 1,
		.memlimit_kib = 8 };
	struct wrapping wrapping;

	assert_int_equal(
		vault_wrap(&desk->vault.desk_key, &how, wrapping.bytes, &wrapping.len), SKERRY_OK);
	return wrapping;
}

static struct operator_record
find(struct desk *desk, const char *name)
{
	struct operator_record operator;

	assert_int_equal(operators_find(desk, name, &operator), SKERRY_OK);
	return operator;
}

static void
close_desk(struct desk_fixture *fixture)
{
	struct desk *desk = &fixture->desk;
	struct operator_record owner = find(desk, "owner");
	struct wrapping wrapping = wrap(desk, &owner_word);

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(
		operators_set_passphrase(desk, &owner, wrapping.bytes, wrapping.len), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
}

static struct operator_record
add(struct desk *desk, const char *name, const struct passphrase *word)
{
	struct wrapping wrapping = wrap(desk, word);
	struct operator_record operator;

	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(operators_add(desk, name, NULL, wrapping.bytes, wrapping.len, &operator),
		SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	return operator;
}

/* As another program: locked, and asked for nobody. */
static struct desk *
locked(struct desk_fixture *fixture)
{
	desk_close(&fixture->desk);
	assert_int_equal(desk_open(fixture->path, &fixture->desk), SKERRY_OK);
	fixture->desk.clock_given = true;
	fixture->desk.clock = DESK_NOW;
	return &fixture->desk;
}

static bool
key_lies_open(struct desk_fixture *fixture)
{
	char path[DESK_PATH_MAX];

	assert_int_equal(desk_file(&fixture->desk, "desk.key", path), SKERRY_OK);
	return access(path, F_OK) == 0;
}

static void
desk_is_closed_by_its_owners_passphrase(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;

	assert_false(operators_need_passphrase(desk));
	close_desk(fixture);
	assert_true(operators_need_passphrase(desk));
	/* Killed here, desk.key is left; it opens nothing, and the next to unlock removes it. */
	assert_true(key_lies_open(fixture));
	desk = locked(fixture);
	assert_int_equal(operators_unlock(desk, &ani_word), SKERRY_ERR_PASSPHRASE);
	assert_true(key_lies_open(fixture));
	assert_int_equal(operators_unlock(desk, &owner_word), SKERRY_OK);
	assert_false(key_lies_open(fixture));
	assert_int_equal(operators_forget_open_key(desk), SKERRY_OK);
	desk = locked(fixture);
	assert_int_equal(operators_unlock(desk, NULL), SKERRY_ERR_FILE_MISSING);
}

static void
passphrase_tells_whose_it_is(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	const struct {
		const char *name;
		const struct passphrase *word;
		enum skerry_err err;
		int64_t id;
	} CASES[] = { { NULL, &owner_word, SKERRY_OK, 1 }, { NULL, &ani_word, SKERRY_OK, 2 },
		{ "ani", &ani_word, SKERRY_OK, 2 },
		{ "ani", &owner_word, SKERRY_ERR_PASSPHRASE, 0 },
		{ "owner", &ani_word, SKERRY_ERR_PASSPHRASE, 0 },
		{ "amy", &ani_word, SKERRY_ERR_NOT_FOUND, 0 } };

	close_desk(fixture);
	assert_int_equal(add(desk, "ani", &ani_word).id, 2);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		desk = locked(fixture);
		desk->operator_name = CASES[i].name;
		assert_int_equal(operators_unlock(desk, CASES[i].word), CASES[i].err);
		assert_int_equal(vault_is_open(&desk->vault), CASES[i].err == SKERRY_OK);
		if (CASES[i].err == SKERRY_OK)
			assert_int_equal(desk->operator_id, CASES[i].id);
	}
}

static void
key_that_was_handed_on_is_good_for_its_operator_alone(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct secretbox_key key = { NULL };
	struct operator_record ani;

	close_desk(fixture);
	ani = add(desk, "ani", &ani_word);
	assert_int_equal(secretbox_key_take(desk->vault.desk_key.bytes, &key), SKERRY_OK);
	desk = locked(fixture);
	assert_int_equal(operators_unlock_with(desk, &key, 99), SKERRY_ERR_PASSPHRASE);
	desk->operator_name = "owner";
	assert_int_equal(operators_unlock_with(desk, &key, ani.id), SKERRY_ERR_PASSPHRASE);
	desk->operator_name = "ani";
	assert_int_equal(operators_unlock_with(desk, &key, ani.id), SKERRY_OK);
	assert_int_equal(desk->operator_id, ani.id);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(operators_remove(desk, &ani), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	desk = locked(fixture);
	assert_int_equal(operators_unlock_with(desk, &key, ani.id), SKERRY_ERR_PASSPHRASE);
	assert_int_equal(operators_unlock(desk, &ani_word), SKERRY_ERR_PASSPHRASE);
	secretbox_key_free(&key);
}

/* What runs in the desk's folder may hold the key of a desk that was there before. */
static void
key_of_another_desk_is_refused(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct secretbox_key own = { NULL }, other = { NULL };
	struct operator_record ani;
	struct store_query q;

	close_desk(fixture);
	ani = add(desk, "ani", &ani_word);
	assert_int_equal(secretbox_key_take(desk->vault.desk_key.bytes, &own), SKERRY_OK);
	assert_int_equal(secretbox_key_random(&other), SKERRY_OK);
	desk = locked(fixture);
	assert_int_equal(operators_unlock_with(desk, &other, ani.id), SKERRY_ERR_PASSPHRASE);
	assert_false(vault_is_open(&desk->vault));
	/* A desk of version 1 cannot tell until its first change; then only a passphrase counts. */
	store_query(desk->store, &q, "UPDATE desk SET key_check = NULL");
	assert_int_equal(store_run(&q), SKERRY_OK);
	assert_int_equal(operators_unlock_with(desk, &own, ani.id), SKERRY_ERR_PASSPHRASE);
	assert_int_equal(operators_unlock(desk, &ani_word), SKERRY_OK);
	(void)add(desk, "budi", &(struct passphrase){ owner_text, 5 });
	desk = locked(fixture);
	assert_int_equal(operators_unlock_with(desk, &own, ani.id), SKERRY_OK);
	/* Records and wrapped keys that are of two desks. */
	store_query(desk->store, &q, "UPDATE desk SET key_check = zeroblob(16)");
	assert_int_equal(store_run(&q), SKERRY_OK);
	desk = locked(fixture);
	assert_int_equal(operators_unlock(desk, &ani_word), SKERRY_ERR_FILE_DAMAGED);
	assert_false(vault_is_open(&desk->vault));
	secretbox_key_free(&own);
	secretbox_key_free(&other);
}

static void
two_operators_never_share_a_passphrase(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct operator_record ani, owner = find(desk, "owner");

	assert_int_equal(operators_check_passphrase(desk, &owner_word, "owner", 0), SKERRY_OK);
	close_desk(fixture);
	ani = add(desk, "ani", &ani_word);
	assert_int_equal(
		operators_check_passphrase(desk, &owner_word, "budi", 0), SKERRY_ERR_EXISTS);
	assert_non_null(strstr(desk->advice, "nobody else uses"));
	assert_null(strstr(desk->advice, "owner"));
	assert_int_equal(
		operators_check_passphrase(desk, &owner_word, "ani", ani.id), SKERRY_ERR_EXISTS);
	assert_int_equal(
		operators_check_passphrase(desk, &ani_word, "owner", owner.id), SKERRY_ERR_EXISTS);
	/* One's own may stay. */
	assert_int_equal(operators_check_passphrase(desk, &ani_word, "ani", ani.id), SKERRY_OK);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(operators_remove(desk, &ani), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	assert_int_equal(operators_check_passphrase(desk, &ani_word, "budi", 0), SKERRY_OK);
}

static void
last_operator_stays_and_names_are_given_once(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct operator_record owner = find(desk, "owner"), ani, found;
	char long_name[OPERATORS_NAME_MAX + 2];

	close_desk(fixture);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(operators_remove(desk, &owner), SKERRY_ERR_IN_USE);
	desk_rollback(desk);
	ani = add(desk, "ani", &ani_word);
	assert_int_equal(operators_check_name(desk, "ani"), SKERRY_ERR_EXISTS);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(operators_rename(desk, &ani, "owner"), SKERRY_ERR_EXISTS);
	assert_int_equal(operators_remove(desk, &ani), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	assert_int_equal(operators_check_name(desk, "ani"), SKERRY_ERR_EXISTS);
	assert_int_equal(operators_find(desk, "ani", &found), SKERRY_ERR_NOT_FOUND);
	assert_int_equal(operators_find_id(desk, ani.id, &found), SKERRY_OK);
	assert_int_equal(found.removed_at, DESK_NOW);
	assert_false(found.has_passphrase);
	memset(long_name, 'a', sizeof long_name);
	long_name[OPERATORS_NAME_MAX + 1] = '\0';
	assert_int_equal(operators_check_name(desk, long_name), SKERRY_ERR_ARGUMENT);
	assert_int_equal(operators_check_name(desk, ""), SKERRY_ERR_ARGUMENT);
	assert_int_equal(operators_check_name(desk, "a\nb"), SKERRY_ERR_ARGUMENT);
	long_name[OPERATORS_NAME_MAX] = '\0';
	assert_int_equal(operators_check_name(desk, long_name), SKERRY_OK);
}

static void
each_change_has_its_row_by_number(void **state)
{
	struct desk_fixture *fixture = *state;
	struct desk *desk = &fixture->desk;
	struct operator_record ani;
	struct store_query q;
	int rows = 0;

	close_desk(fixture);
	ani = add(desk, "ani", &ani_word);
	assert_int_equal(desk_begin(desk), SKERRY_OK);
	assert_int_equal(operators_rename(desk, &ani, "Ani R."), SKERRY_OK);
	assert_int_equal(operators_remove(desk, &ani), SKERRY_OK);
	assert_int_equal(desk_commit(desk), SKERRY_OK);
	store_query(desk->store, &q,
		"SELECT subject, detail FROM audit WHERE action LIKE 'operator.%' ORDER BY seq");
	while (store_step(&q)) {
		assert_string_equal(store_chars(&q, 0), rows == 0 ? "operator 1" : "operator 2");
		assert_null(strstr(store_chars(&q, 1), "ni"));
		rows++;
	}
	assert_int_equal(store_done(&q), SKERRY_OK);
	assert_int_equal(rows, 4);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_fixture_make, desk_fixture_remove)
	const struct CMUnitTest tests[] = {
		TEST(desk_is_closed_by_its_owners_passphrase),
		TEST(passphrase_tells_whose_it_is),
		TEST(key_that_was_handed_on_is_good_for_its_operator_alone),
		TEST(key_of_another_desk_is_refused),
		TEST(two_operators_never_share_a_passphrase),
		TEST(last_operator_stays_and_names_are_given_once),
		TEST(each_change_has_its_row_by_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
