/* SPDX-License-Identifier: ISC */
/* A stick's mailbag: where it is, and what is seen of what lies there, however hostile. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "formats/sealed.h"
#include "keys/mailbag_list.h"
#include "keys/mailbag_look.h"
#include "keys/mailbag_name.h"
#include "keys/random.h"
#include "tests/unit/fixture_stick.h"
#include "tests/unit/fixture_tree.h"

static char stick[64];
static struct mailbag bag;

/* --- what is counted, and what is pretended ------------------------------------------------------- */

static size_t bytes_read, reads, failing_read;
static bool looks_read_only;

ssize_t
pread(int file, void *bytes, size_t bytes_len, off_t offset)
{
	ssize_t got;

	if (++reads == failing_read) {
		errno = EIO;
		return -1;
	}
	got = syscall(SYS_pread64, file, bytes, bytes_len, offset);
	bytes_read += got > 0 ? (size_t)got : 0;
	return got;
}

int
fstatvfs(int file, struct statvfs *ret_system)
{
	(void)file;
	*ret_system = (struct statvfs){ .f_flag = looks_read_only ? ST_RDONLY : 0 };
	return 0;
}

/* A damaged folder: so many entries, each the folder itself or none of them. */
static size_t entries_pretended;
static bool lists_itself;

struct dirent *
readdir(DIR *dir)
{
	static struct dirent *(*real)(DIR *);
	static struct dirent entry;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "readdir64");
	if (entries_pretended == 0)
		return real(dir);
	if (--entries_pretended == 0)
		return NULL;
	snprintf(entry.d_name, sizeof entry.d_name, lists_itself ? "." : "%zu", entries_pretended);
	return &entry;
}

static const char *
in_stick(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/%s", stick, name);
	return path;
}

static int
plug_in(void **state)
{
	(void)state;
	tree_make(stick);
	bag = (struct mailbag){ .root = -1, .folder = -1 };
	bytes_read = reads = failing_read = 0;
	looks_read_only = false;
	return 0;
}

static int
unplug(void **state)
{
	(void)state;
	mailbag_close(&bag);
	tree_remove(stick);
	return 0;
}

static const char *
new_mailbag(void)
{
	static char folder[4096];

	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_OK);
	snprintf(folder, sizeof folder, "%s", in_stick(MAILBAG_FOLDER));
	return folder;
}

/* --- the folder ----------------------------------------------------------------------------------- */

static void
folder_is_made_once(void **state)
{
	struct stat status;

	(void)state;
	assert_int_equal(mailbag_open(stick, false, &bag), SKERRY_ERR_FILE_MISSING);
	assert_int_equal(bag.folder, -1);
	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_OK);
	assert_true(bag.made);
	assert_int_equal(bag.writing, SKERRY_OK);
	assert_int_equal(stat(in_stick("skerry"), &status), 0);
	assert_true(S_ISDIR(status.st_mode));
	/* Whoever made it, the next one leaves files as another user, and removes its own alone. */
	assert_int_equal(status.st_mode & 07777, 01777);
	assert_int_equal(mailbag_finish(&bag), SKERRY_OK);
	mailbag_close(&bag);
	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_OK);
	assert_false(bag.made);
}

static void
assert_opens_folder(const char *dir, const char *folder)
{
	struct stat opened, named;

	assert_int_equal(mailbag_open(dir, true, &bag), SKERRY_OK);
	assert_false(bag.made);
	assert_int_equal(fstat(bag.folder, &opened), 0);
	assert_int_equal(stat(in_stick(folder), &named), 0);
	assert_int_equal(opened.st_ino, named.st_ino);
	mailbag_close(&bag);
}

static void
folder_is_found_in_any_case_of_letters_and_by_its_own_name(void **state)
{
	char dir[128], link_name[128];

	(void)state;
	assert_int_equal(mkdir(in_stick("Skerry"), 0777), 0);
	assert_opens_folder(stick, "Skerry");
	snprintf(dir, sizeof dir, "%s/Skerry", stick);
	assert_opens_folder(dir, "Skerry");
	snprintf(dir, sizeof dir, "%s/Skerry//", stick);
	assert_opens_folder(dir, "Skerry");
	snprintf(link_name, sizeof link_name, "%s/typed", stick);
	assert_int_equal(symlink(stick, link_name), 0);
	assert_opens_folder(link_name, "Skerry");
	assert_int_equal(mkdir(in_stick("SKERRY"), 0777), 0);
	assert_opens_folder(stick, "SKERRY"); /* of several the first one */
	assert_int_equal(mkdir(in_stick("skerry"), 0777), 0);
	assert_opens_folder(stick, "skerry");
	assert_int_equal(mkdir(in_stick("skerry/skerry"), 0777), 0);
	snprintf(dir, sizeof dir, "%s/skerry", stick);
	assert_opens_folder(dir, "skerry/skerry");
}

static void
what_is_in_the_way_is_told(void **state)
{
	(void)state;
	assert_int_equal(mailbag_open(in_stick("nowhere"), true, &bag), SKERRY_ERR_FILE_MISSING);
	stick_put(stick, "skerry", (const uint8_t *)"x", 1);
	assert_int_equal(mailbag_open(in_stick("skerry"), true, &bag), SKERRY_ERR_NOT_A_FOLDER);
	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_ERR_NOT_A_FOLDER);
	unlink(in_stick("skerry"));
	assert_int_equal(symlink("/tmp", in_stick("skerry")), 0);
	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_ERR_NOT_A_FOLDER);
	unlink(in_stick("skerry"));
	assert_int_equal(mkfifo(in_stick("skerry"), 0666), 0);
	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_ERR_NOT_A_FOLDER);
	unlink(in_stick("skerry"));
	stick_put(stick, "SKERRY", (const uint8_t *)"x", 1);
	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_ERR_NOT_A_FOLDER);
	assert_int_equal(bag.folder, -1);
}

static bool
count_documents(void *context, const struct mailbag_entry *entry)
{
	*(size_t *)context += entry->found == MAILBAG_DOCUMENT;
	return true;
}

static void
read_only_stick_is_told_at_once_and_looked_at(void **state)
{
	struct mailbag other;
	size_t count = 0;

	(void)state;
	stick_put_document(new_mailbag(), "0a1b2c3d.skr", DOCUMENT_REPLY, 0);
	mailbag_close(&bag);
	looks_read_only = true;
	assert_int_equal(mailbag_open(stick, true, &bag), SKERRY_OK);
	assert_int_equal(bag.writing, SKERRY_ERR_READ_ONLY);
	assert_int_equal(mailbag_look(&bag, count_documents, &count), SKERRY_OK);
	assert_int_equal(count, 1);
	assert_int_equal(mailbag_finish(&bag), SKERRY_OK);
	looks_read_only = false;
	if (geteuid() == 0) {
		print_message("skipped: root may write anywhere\n");
		return;
	}
	chmod(in_stick("skerry"), 0555);
	assert_int_equal(mailbag_open(stick, true, &other), SKERRY_OK);
	assert_int_equal(other.writing, SKERRY_ERR_FILE_PERMISSION);
	mailbag_close(&other);
	chmod(in_stick("skerry"), 0777);
}

/* --- what lies in it ------------------------------------------------------------------------------ */

struct seen {
	struct seen_entry {
		char name[MAILBAG_NAME_MAX + 1], shown[MAILBAG_SHOWN_ROOM];
		enum mailbag_found found;
		enum document_kind kind;
		enum skerry_err err;
		uint64_t size;
	} * entries;
	size_t len, room;
};

static bool
note(void *context, const struct mailbag_entry *entry)
{
	struct seen *seen = context;
	struct seen_entry *one = &seen->entries[seen->len];

	assert_true(seen->len < seen->room);
	seen->len++;
	one->found = entry->found;
	one->kind = entry->kind;
	one->err = entry->err;
	one->size = entry->size;
	snprintf(one->name, sizeof one->name, "%s", entry->name);
	snprintf(one->shown, sizeof one->shown, "%s", entry->shown);
	assert_int_equal(entry->file >= 0, entry->found == MAILBAG_DOCUMENT);
	assert_int_equal(entry->err != SKERRY_OK, entry->found == MAILBAG_UNREADABLE);
	if (entry->file >= 0)
		assert_int_equal(lseek(entry->file, 0, SEEK_CUR), 0);
	return seen->len < seen->room;
}

static struct seen
look(size_t room)
{
	struct seen seen = { calloc(room, sizeof *seen.entries), 0, room };

	assert_non_null(seen.entries);
	assert_int_equal(mailbag_look(&bag, note, &seen), SKERRY_OK);
	return seen;
}

static const struct seen_entry *
find(const struct seen *seen, const char *name)
{
	for (size_t i = 0; i < seen->len; i++)
		if (strcmp(seen->entries[i].name, name) == 0)
			return &seen->entries[i];
	return NULL;
}

static void
each_trick_has_its_reason_and_the_rest_is_seen(void **state)
{
	const struct stick_trick *tricks;
	const struct seen_entry *one;
	size_t tricks_len;
	struct seen seen;

	(void)state;
	stick_make_hostile(new_mailbag(), &tricks, &tricks_len);
	seen = look(200);
	assert_int_equal(seen.len, tricks_len);
	for (size_t i = 0; i < tricks_len; i++) {
		one = find(&seen, tricks[i].name);
		assert_non_null(one);
		if (one->found != tricks[i].found)
			print_error("%s: %s\n", one->shown, mailbag_found_name(one->found));
		assert_int_equal(one->found, tricks[i].found);
		if (one->found == MAILBAG_DOCUMENT || one->found == MAILBAG_MISPLACED)
			assert_int_equal(one->kind, tricks[i].kind);
		assert_true(mailbag_name_is_plain(one->shown));
	}
	for (size_t i = 1; i < seen.len; i++)
		assert_true(strcmp(seen.entries[i - 1].name, seen.entries[i].name) < 0);
	assert_in_range(bytes_read, 1, MAILBAG_FRONT * tricks_len);
	free(seen.entries);
}

static void
no_more_than_the_limit_is_looked_at_and_the_rest_is_told(void **state)
{
	static const size_t COUNTS[] = { MAILBAG_ENTRIES_MAX - 1, MAILBAG_ENTRIES_MAX,
		MAILBAG_ENTRIES_MAX + 1, 5000 };
	const char *folder = new_mailbag();
	char name[32];
	size_t made = 0;

	(void)state;
	for (size_t i = 0; i < sizeof COUNTS / sizeof *COUNTS; i++) {
		bool over = COUNTS[i] > MAILBAG_ENTRIES_MAX;
		struct seen seen;

		for (; made < COUNTS[i]; made++) {
			snprintf(name, sizeof name, "%06zu.skr", made);
			stick_put(folder, name, (const uint8_t *)"\x83", 1);
		}
		bytes_read = 0;
		seen = look(MAILBAG_ENTRIES_MAX + 2);
		assert_int_equal(seen.len, over ? MAILBAG_ENTRIES_MAX + 1 : COUNTS[i]);
		assert_int_equal(seen.entries[seen.len - 1].found == MAILBAG_TOO_MANY, over);
		assert_true(bytes_read <= MAILBAG_ENTRIES_MAX);
		free(seen.entries);
	}
}

static void
damaged_folder_ends_somewhere(void **state)
{
	struct mailbag_list list;

	(void)state;
	new_mailbag();
	for (int itself = 0; itself <= 1; itself++) {
		lists_itself = itself;
		entries_pretended = 1000000;
		assert_int_equal(mailbag_list_read(bag.folder, &list), SKERRY_OK);
		assert_int_equal(list.names_len, itself ? 0 : MAILBAG_ENTRIES_MAX);
		assert_true(list.more);
		assert_true(entries_pretended > 1000000 - 5000);
		mailbag_list_free(&list);
	}
	entries_pretended = 0;
}

static void
damaged_block_costs_one_file(void **state)
{
	const char *folder = new_mailbag();
	struct seen seen;

	(void)state;
	stick_put_document(folder, "a.skr", DOCUMENT_REQUEST, 0);
	stick_put_document(folder, "b.skr", DOCUMENT_REQUEST, 0);
	stick_put_document(folder, "c.skr", DOCUMENT_REQUEST, 0);
	failing_read = 3; /* two reads for each: the second one finds its end */
	seen = look(10);
	assert_int_equal(seen.len, 3);
	assert_int_equal(seen.entries[0].found, MAILBAG_DOCUMENT);
	assert_int_equal(seen.entries[1].found, MAILBAG_UNREADABLE);
	assert_int_equal(seen.entries[1].err, SKERRY_ERR_IO);
	assert_int_equal(seen.entries[2].found, MAILBAG_DOCUMENT);
	free(seen.entries);
}

static void
looking_ends_when_told_to(void **state)
{
	const char *folder = new_mailbag();
	struct seen seen;

	(void)state;
	stick_put_document(folder, "a.skr", DOCUMENT_REQUEST, 0);
	stick_put_document(folder, "b.skr", DOCUMENT_REQUEST, 0);
	seen = look(1);
	assert_int_equal(seen.len, 1);
	free(seen.entries);
}

static bool
read_all(void *context, const struct mailbag_entry *entry)
{
	enum skerry_err *errs = context;
	size_t expected_len, len = 0;
	uint8_t *expected, *bytes = NULL;

	errs[entry->name[0] - 'a'] = mailbag_read(entry, &bytes, &len);
	if (bytes == NULL)
		return true;
	expected = stick_document(entry->kind, (size_t)mailbag_limit(entry->kind), &expected_len);
	assert_int_equal(len, expected_len);
	assert_memory_equal(bytes, expected, len);
	free(expected);
	free(bytes);
	return true;
}

static void
whole_document_is_read_but_no_bundle(void **state)
{
	/* As long as each may be. */
	static const enum document_kind KINDS[] = { DOCUMENT_REQUEST, DOCUMENT_REPLY,
		DOCUMENT_LICENSE, DOCUMENT_MANIFEST, DOCUMENT_STATUS_LIST };
	enum { KINDS_LEN = sizeof KINDS / sizeof *KINDS };
	enum skerry_err errs[KINDS_LEN + 2];
	const char *folder = new_mailbag();
	char name[] = "a.skr";

	(void)state;
	for (size_t i = 0; i < KINDS_LEN + 2; i++)
		errs[i] = SKERRY_ERR_INTERNAL;
	for (size_t i = 0; i < KINDS_LEN; i++, name[0]++)
		stick_put_document(folder, name, KINDS[i], (size_t)mailbag_limit(KINDS[i]));
	stick_put_document(folder, name, DOCUMENT_BUNDLE, 0);
	name[0]++;
	stick_put_document(folder, name, DOCUMENT_SECRET_KEY, 0);
	assert_int_equal(mailbag_look(&bag, read_all, errs), SKERRY_OK);
	for (size_t i = 0; i < KINDS_LEN; i++)
		assert_int_equal(errs[i], SKERRY_OK);
	assert_int_equal(errs[KINDS_LEN], SKERRY_ERR_ARGUMENT);
	assert_int_equal(errs[KINDS_LEN + 1], SKERRY_ERR_ARGUMENT);
}

/* --- names ---------------------------------------------------------------------------------------- */

static void
drawn_names_fit_the_oldest_stick_and_are_known_again(void **state)
{
	static const struct {
		const char *name;
		bool is;
	} NAMES[] = {
		{ "0a1b2c3d.skr", true },
		{ "0A1B2C3D.SKR", true },
		{ "0a1b2c3d.Skr", true },
		{ "0a1b2c3.skr", false },
		{ "0a1b2c3d4.skr", false },
		{ "0a1b2c3u.skr", false }, /* no letter of Crockford's */
		{ "0a1b2c3d.skt", false },
		{ "0a1b2c3d.skr~", false },
		{ "0a1b2c3d", false },
		{ "", false },
		{ ".skr", false },
	};
	char name[MAILBAG_DRAWN_ROOM], other[MAILBAG_DRAWN_ROOM];

	(void)state;
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		assert_int_equal(mailbag_name_is_drawn(NAMES[i].name, MAILBAG_MAIL), NAMES[i].is);
	mailbag_name_draw(MAILBAG_MAIL, name);
	mailbag_name_draw(MAILBAG_MAIL, other);
	assert_int_equal(strlen(name), 12);
	assert_int_equal(strspn(name, "0123456789abcdefghjkmnpqrstvwxyz"), 8);
	assert_true(mailbag_name_is_drawn(name, MAILBAG_MAIL));
	assert_string_not_equal(name, other);
}

static void
any_name_can_be_shown(void **state)
{
	static const struct {
		const char *name, *shown;
	} NAMES[] = {
		{ "0a1b2c3d.skr", "0a1b2c3d.skr" },
		{ "h\xc3\xb4tel", "h\xc3\xb4tel" },
		{ "a\nb", "a\\x0ab" },
		{ "\033[2J", "\\x1b[2J" },
		{ "\xff", "\\xff" },
		{ "a\\x0ab", "a\\x5cx0ab" },
		{ "\xe2\x80\xae", "\\xe2\\x80\\xae" },
		{ "\xc2\x85", "\\xc2\\x85" },
		{ "\xe2\x80", "\\xe2\\x80" },
	};
	char shown[MAILBAG_SHOWN_ROOM], longest[2000];

	(void)state;
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		mailbag_name_show(NAMES[i].name, shown);
		assert_string_equal(shown, NAMES[i].shown);
	}
	memset(longest, 1, sizeof longest);
	longest[sizeof longest - 1] = '\0';
	mailbag_name_show(longest, shown);
	assert_string_equal(shown + strlen(shown) - 3, "...");
	longest[255] = '\0';
	mailbag_name_show(longest, shown);
	assert_int_equal(strlen(shown), 4 * 255);
}

static void
each_reason_has_its_words(void **state)
{
	(void)state;
	for (int i = MAILBAG_DOCUMENT; i <= MAILBAG_TOO_MANY; i++) {
		assert_true(strlen(mailbag_found_text((enum mailbag_found)i)) > 4);
		for (int k = MAILBAG_DOCUMENT; k < i; k++)
			assert_string_not_equal(mailbag_found_name((enum mailbag_found)i),
				mailbag_found_name((enum mailbag_found)k));
	}
	assert_string_equal(mailbag_found_text((enum mailbag_found)77), "not known");
}

#define ON_STICK(test) cmocka_unit_test_setup_teardown(test, plug_in, unplug)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STICK(folder_is_made_once),
		ON_STICK(folder_is_found_in_any_case_of_letters_and_by_its_own_name),
		ON_STICK(what_is_in_the_way_is_told),
		ON_STICK(read_only_stick_is_told_at_once_and_looked_at),
		ON_STICK(each_trick_has_its_reason_and_the_rest_is_seen),
		ON_STICK(no_more_than_the_limit_is_looked_at_and_the_rest_is_told),
		ON_STICK(damaged_folder_ends_somewhere),
		ON_STICK(damaged_block_costs_one_file),
		ON_STICK(looking_ends_when_told_to),
		ON_STICK(whole_document_is_read_but_no_bundle),
		cmocka_unit_test(drawn_names_fit_the_oldest_stick_and_are_known_again),
		cmocka_unit_test(any_name_can_be_shown),
		cmocka_unit_test(each_reason_has_its_words),
	};
	umask(0);
	return random_start() != SKERRY_OK ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
