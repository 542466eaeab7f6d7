/* SPDX-License-Identifier: ISC */
/* Client tokens: who is let in by one, and what is left of it in the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture_tree.h"
#include "keys/random.h"
#include "verifier/state/tokens.h"

enum { NOON = 1800014400 };

static char folder[TREE_PATH_MAX];
static int directory;
static struct tokens tokens;

static int
make_folder(void **state)
{
	(void)state;
	assert_int_equal(random_start(), SKERRY_OK);
	tree_make(folder);
	directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(directory >= 0);
	return 0;
}

static int
drop_folder(void **state)
{
	(void)state;
	close(directory);
	tree_remove(folder);
	return 0;
}

static size_t
read_file(char ret_text[4096])
{
	int file = openat(directory, TOKENS_FILE, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	assert_true(file >= 0);
	len = read(file, ret_text, 4095);
	assert_true(len >= 0);
	close(file);
	ret_text[len] = '\0';
	return (size_t)len;
}

static void
write_file(const char *text, size_t text_len)
{
	int file = openat(directory, TOKENS_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(file >= 0);
	assert_int_equal(write(file, text, text_len), text_len);
	close(file);
}

static void
a_token_names_who_shows_it(void **state)
{
	char text[TOKEN_TEXT_MAX], other[TOKEN_TEXT_MAX], name[TOKEN_NAME_MAX + 1] = "untouched";

	(void)state;
	assert_int_equal(tokens_add(directory, "reception-2", NOON, text), SKERRY_OK);
	assert_int_equal(tokens_add(directory, "bar", NOON, other), SKERRY_OK);
	assert_string_not_equal(text, other);
	assert_int_equal(strlen(text), 30);
	assert_int_equal(tokens_load(directory, &tokens), SKERRY_OK);
	assert_int_equal(tokens.len, 2);
	assert_string_equal(tokens.list[0].name, "bar");
	assert_int_equal(tokens.list[1].made_at, NOON);
	text[29] = text[29] == '0' ? '1' : '0';
	assert_false(tokens_find(&tokens, text, name));
	assert_false(tokens_find(&tokens, "", name));
	assert_string_equal(name, "untouched");
	assert_true(tokens_find(&tokens, other, name));
	assert_string_equal(name, "bar");
}

static void
the_file_has_no_token_and_is_its_owner_s(void **state)
{
	char text[TOKEN_TEXT_MAX], file[4096];
	struct stat is;

	(void)state;
	assert_int_equal(tokens_add(directory, "reception", NOON, text), SKERRY_OK);
	read_file(file);
	assert_null(strstr(file, text + strlen(TOKENS_PREFIX)));
	assert_int_equal(fstatat(directory, TOKENS_FILE, &is, 0), 0);
	assert_int_equal(is.st_mode & 07777, 0600);
}

static void
one_that_was_removed_lets_nobody_in(void **state)
{
	char text[TOKEN_TEXT_MAX], kept[TOKEN_TEXT_MAX], name[TOKEN_NAME_MAX + 1];

	(void)state;
	assert_int_equal(tokens_add(directory, "a", NOON, text), SKERRY_OK);
	assert_int_equal(tokens_add(directory, "b", NOON, kept), SKERRY_OK);
	assert_int_equal(tokens_remove(directory, "a"), SKERRY_OK);
	assert_int_equal(tokens_remove(directory, "a"), SKERRY_ERR_NOT_FOUND);
	assert_int_equal(tokens_load(directory, &tokens), SKERRY_OK);
	assert_false(tokens_find(&tokens, text, name));
	assert_true(tokens_find(&tokens, kept, name));
	assert_int_equal(tokens_remove(directory, "b"), SKERRY_OK);
	assert_int_equal(tokens_load(directory, &tokens), SKERRY_OK);
	assert_int_equal(tokens.len, 0);
}

static void
a_name_is_there_once(void **state)
{
	char text[TOKEN_TEXT_MAX], again[TOKEN_TEXT_MAX] = "untouched", name[TOKEN_NAME_MAX + 1];

	(void)state;
	assert_int_equal(tokens_add(directory, "bar", NOON, text), SKERRY_OK);
	assert_int_equal(tokens_add(directory, "bar", NOON, again), SKERRY_ERR_EXISTS);
	assert_string_equal(again, "untouched");
	assert_int_equal(tokens_load(directory, &tokens), SKERRY_OK);
	assert_true(tokens_find(&tokens, text, name));
}

static void
names_have_their_form(void **state)
{
	static const char *const BAD[] = { "", "-a", ".a", "A", "a b", "a\n", "a/b", "\xc3\xa4",
		"a234567890123456789012345678901234567890123456789012345678901234" };
	char text[TOKEN_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		assert_int_equal(tokens_add(directory, BAD[i], NOON, text), SKERRY_ERR_ARGUMENT);
	assert_true(tokens_is_name("2nd.reception_a-b"));
	assert_int_equal(tokens_load(directory, &tokens), SKERRY_OK);
	assert_int_equal(tokens.len, 0);
}

static void
so_many_and_no_more(void **state)
{
	char text[TOKEN_TEXT_MAX], name[TOKEN_NAME_MAX + 1], *line, *all, *next;
	const size_t room = (size_t)TOKENS_MAX * 256;

	(void)state;
	all = next = test_malloc(room);
	for (int i = 0; i < TOKENS_MAX; i++) {
		line = next;
		next += snprintf(next, room - (size_t)(line - all), "%058d-%03d ", 0, i);
		memset(next, 'a', 2 * HASH_LEN);
		next += 2 * HASH_LEN;
		next += snprintf(next, 32, " 2027-01-15T12:00:00Z\n");
	}
	write_file(all, (size_t)(next - all));
	test_free(all);
	assert_int_equal(tokens_load(directory, &tokens), SKERRY_OK);
	assert_int_equal(tokens.len, TOKENS_MAX);
	assert_int_equal(tokens_add(directory, "one-more", NOON, text), SKERRY_ERR_NO_SPACE);
	snprintf(name, sizeof name, "%058d-%03d", 0, 7);
	assert_int_equal(tokens_remove(directory, name), SKERRY_OK);
	assert_int_equal(tokens_add(directory, "one-more", NOON, text), SKERRY_OK);
	assert_int_equal(tokens_load(directory, &tokens), SKERRY_OK);
	assert_true(tokens_find(&tokens, text, name));
}

/* HASH stands for 64 digits. */
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LINE(name) name " " HASH " 2027-01-15T12:00:00Z\n"

static void
a_damaged_file_lets_nobody_in_and_stays(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} FILES[] = {
#define TEXT(text) { text, sizeof(text) - 1 }
		TEXT("a\n"),
		TEXT("a " HASH "\n"),
		TEXT("a " HASH " 2027-01-15T12:00:00Z"),
		TEXT("a " HASH " 2027-01-15\n"),
		TEXT("a " HASH " 2027-01-15T12:00:00Z \n"),
		TEXT("a " HASH "0 2027-01-15T12:00:00Z\n"),
		TEXT("A " HASH " 2027-01-15T12:00:00Z\n"),
		TEXT("a  " HASH " 2027-01-15T12:00:00Z\n"),
		TEXT("\n"),
		TEXT(LINE("a") LINE("a")),
		TEXT(LINE("b") LINE("a")),
		TEXT(LINE("a") "\0" LINE("b")),
		TEXT(LINE("a") "b"),
	};
	char text[TOKEN_TEXT_MAX], file[4096];

	(void)state;
	for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
		write_file(FILES[i].text, FILES[i].len);
		assert_int_equal(tokens_load(directory, &tokens), SKERRY_ERR_FILE_DAMAGED);
		assert_int_equal(tokens.len, 0);
		assert_int_equal(tokens_add(directory, "c", NOON, text), SKERRY_ERR_FILE_DAMAGED);
		assert_int_equal(tokens_remove(directory, "a"), SKERRY_ERR_FILE_DAMAGED);
		assert_int_equal(read_file(file), FILES[i].len);
	}
	write_file(LINE("a") LINE("b"), strlen(LINE("a") LINE("b")));
	assert_int_equal(tokens_load(directory, &tokens), SKERRY_OK);
	assert_int_equal(tokens.len, 2);
	assert_int_equal(symlinkat("tokens", directory, "link"), 0);
	assert_int_equal(renameat(directory, "link", directory, TOKENS_FILE), 0);
	assert_int_not_equal(tokens_load(directory, &tokens), SKERRY_OK);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)
	const struct CMUnitTest tests[] = {
		TEST(a_token_names_who_shows_it),
		TEST(the_file_has_no_token_and_is_its_owner_s),
		TEST(one_that_was_removed_lets_nobody_in),
		TEST(a_name_is_there_once),
		TEST(names_have_their_form),
		TEST(so_many_and_no_more),
		TEST(a_damaged_file_lets_nobody_in_and_stays),
	};

	return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
