/* SPDX-License-Identifier: ISC */
/* Files from outside: what is read, what is refused, and that nothing waits or leads elsewhere. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/untrusted_file.h"

enum { MAX = 1000 };

static char folder[] = "/tmp/skerry-untrusted-XXXXXX";
static int directory = -1;

static const char *
path_of(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void
put(const char *name, size_t size, mode_t mode)
{
	int file = open(path_of(name), O_WRONLY | O_CREAT | O_EXCL, mode);

	assert_true(file >= 0);
	for (size_t i = 0; i < size; i++)
		assert_int_equal(write(file, &"abcdefghij"[i % 10], 1), 1);
	close(file);
}

static int
fill_folder(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int file, listener = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	assert_non_null(mkdtemp(folder));
	umask(0);
	put("full", MAX, 0600);
	put("over", MAX + 1, 0600);
	put("empty", 0, 0600);
	put("one", 1, 0600);
	put("group", 5, 0640);
	put("others", 5, 0604);
	put("writable", 5, 0602);
	file = open(path_of("sparse"), O_WRONLY | O_CREAT, 0600);
	assert_int_equal(ftruncate(file, INT64_C(4) << 30), 0);
	close(file);
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	assert_int_equal(mkdir(path_of("inner"), 0700), 0);
	put("inner/file", 3, 0600);
	assert_int_equal(symlink("full", path_of("link")), 0);
	assert_int_equal(symlink("inner", path_of("inner_link")), 0);
	assert_int_equal(symlink("loop", path_of("loop")), 0);
	assert_int_equal(symlink("nowhere", path_of("dangling")), 0);
	assert_int_equal(symlink("/proc/self/exe", path_of("magic")), 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	close(listener);
	directory = open(folder, O_RDONLY | O_DIRECTORY);
	return directory < 0;
}

static int
remove_folder(void **state)
{
	static const char *const NAMES[] = { "full", "over", "empty", "one", "group", "others",
		"writable", "sparse", "fifo", "inner/file", "link", "inner_link", "loop",
		"dangling", "magic", "socket" };

	(void)state;
	close(directory);
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		unlink(path_of(NAMES[i]));
	rmdir(path_of("inner"));
	return rmdir(folder);
}

/* What an operator named, and what lies on a stick. */
static const struct {
	const char *name;
	enum skerry_err named, carried;
} CASES[] = {
	{ "full", SKERRY_OK, SKERRY_OK },
	{ "one", SKERRY_OK, SKERRY_OK },
	{ "inner/file", SKERRY_OK, SKERRY_OK },
	{ "group", SKERRY_OK, SKERRY_OK },
	{ "over", SKERRY_ERR_DOCUMENT_TOO_LARGE, SKERRY_ERR_DOCUMENT_TOO_LARGE },
	{ "sparse", SKERRY_ERR_DOCUMENT_TOO_LARGE, SKERRY_ERR_DOCUMENT_TOO_LARGE },
	{ "empty", SKERRY_ERR_DOCUMENT_EMPTY, SKERRY_ERR_DOCUMENT_EMPTY },
	{ "missing", SKERRY_ERR_FILE_MISSING, SKERRY_ERR_FILE_MISSING },
	{ "full/x", SKERRY_ERR_FILE_MISSING, SKERRY_ERR_FILE_MISSING },
	{ "fifo", SKERRY_ERR_FILE_NOT_REGULAR, SKERRY_ERR_FILE_NOT_REGULAR },
	{ "inner", SKERRY_ERR_FILE_NOT_REGULAR, SKERRY_ERR_FILE_NOT_REGULAR },
	{ "socket", SKERRY_ERR_FILE_NOT_REGULAR, SKERRY_ERR_FILE_NOT_REGULAR },
	{ "link", SKERRY_OK, SKERRY_ERR_FILE_NOT_REGULAR },
	{ "inner_link/file", SKERRY_OK, SKERRY_ERR_FILE_NOT_REGULAR },
	{ "inner/../full", SKERRY_OK, SKERRY_OK },
	{ "loop", SKERRY_ERR_FILE_NOT_REGULAR, SKERRY_ERR_FILE_NOT_REGULAR },
	{ "dangling", SKERRY_ERR_FILE_MISSING, SKERRY_ERR_FILE_NOT_REGULAR },
	{ "magic", SKERRY_ERR_DOCUMENT_TOO_LARGE, SKERRY_ERR_FILE_NOT_REGULAR },
};

static void
each_kind_of_file_has_its_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		uint8_t *bytes = NULL;
		size_t len = 77;
		enum skerry_err named =
			untrusted_file_read(path_of(CASES[i].name), MAX, &bytes, &len);

		if (named != CASES[i].named)
			print_error("named %s\n", CASES[i].name);
		assert_int_equal(named, CASES[i].named);
		assert_int_equal(len == 77, named != SKERRY_OK);
		free(bytes);
	}
}

/* Returns how many cases came out otherwise, for a child process too. */
static int
wrong_answers_on_a_stick(void)
{
	int wrong = 0;

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		uint8_t *bytes = NULL;
		size_t len = 77;
		enum skerry_err err =
			untrusted_file_read_at(directory, CASES[i].name, MAX, &bytes, &len);

		if (err != CASES[i].carried || (len == 77) != (err != SKERRY_OK)) {
			print_error("on a stick %s: %d\n", CASES[i].name, err);
			wrong++;
		}
		free(bytes);
	}
	return wrong;
}

static void
nothing_on_a_stick_leads_elsewhere(void **state)
{
	static const char *const ESCAPES[] = { "../", "..", ".", "/", "/etc/passwd",
		"../../etc/passwd", "inner/../../etc/passwd" };

	(void)state;
	if (syscall(SYS_openat2, -1, "", NULL, 0) < 0 && errno == ENOSYS)
		skip(); /* valgrind 3.19 does not know it; the test below is its case */
	assert_int_equal(wrong_answers_on_a_stick(), 0);
	for (size_t i = 0; i < sizeof ESCAPES / sizeof *ESCAPES; i++) {
		uint8_t *bytes;
		size_t len;

		assert_int_equal(
			untrusted_file_read_at(directory, ESCAPES[i], 1 << 20, &bytes, &len),
			SKERRY_ERR_FILE_NOT_REGULAR);
	}
}

/* Takes openat2 away from this process, as an old kernel or container does. */
static bool
forbid_openat2(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof code / sizeof *code, code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static int
answers_without_openat2(void)
{
	uint8_t *bytes;
	size_t len;

	if (!forbid_openat2())
		return 77;
	if (untrusted_file_read_at(directory, "full", MAX, &bytes, &len) != SKERRY_OK)
		return 1;
	free(bytes);
	if (untrusted_file_read_at(directory, "link", MAX, &bytes, &len) !=
		SKERRY_ERR_FILE_NOT_REGULAR)
		return 2;
	if (untrusted_file_read_at(directory, "..", MAX, &bytes, &len) !=
		SKERRY_ERR_FILE_NOT_REGULAR)
		return 3;
	if (untrusted_file_read_at(directory, "inner/file", MAX, &bytes, &len) != SKERRY_OK)
		return 4;
	free(bytes);
	if (untrusted_file_read_at(directory, "inner_link/file", MAX, &bytes, &len) == SKERRY_OK)
		return 6;
	if (untrusted_file_read_at(directory, "inner/../full", MAX, &bytes, &len) !=
		SKERRY_ERR_FILE_NOT_REGULAR)
		return 7;
	if (untrusted_file_read_at(directory, "/etc/passwd", MAX, &bytes, &len) !=
		SKERRY_ERR_FILE_NOT_REGULAR)
		return 8;
	if (untrusted_file_read_at(directory, "full/x", MAX, &bytes, &len) == SKERRY_OK)
		return 9;
	if (untrusted_file_read_at(directory, "fifo", MAX, &bytes, &len) !=
		SKERRY_ERR_FILE_NOT_REGULAR)
		return 5;
	return 0;
}

static void
without_openat2_each_folder_is_a_step_of_its_own(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(answers_without_openat2());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip(); /* this machine lets nobody filter system calls */
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
bytes_are_whole_and_terminated(void **state)
{
	uint8_t *bytes;
	size_t len;

	(void)state;
	assert_int_equal(untrusted_file_read(path_of("full"), MAX, &bytes, &len), SKERRY_OK);
	assert_int_equal(len, MAX);
	assert_memory_equal(bytes + 990, "abcdefghij", 11); /* the terminator too */
	free(bytes);
}

static void
file_is_opened_first_and_read_later(void **state)
{
	static const struct {
		const char *name;
		enum skerry_err opened, read;
	} HALVES[] = {
		{ "full", SKERRY_OK, SKERRY_OK },
		{ "over", SKERRY_OK, SKERRY_ERR_DOCUMENT_TOO_LARGE },
		{ "empty", SKERRY_OK, SKERRY_ERR_DOCUMENT_EMPTY },
		{ "fifo", SKERRY_ERR_FILE_NOT_REGULAR, SKERRY_OK },
		{ "inner", SKERRY_ERR_FILE_NOT_REGULAR, SKERRY_OK },
		{ "link", SKERRY_ERR_FILE_NOT_REGULAR, SKERRY_OK },
		{ "missing", SKERRY_ERR_FILE_MISSING, SKERRY_OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof HALVES / sizeof *HALVES; i++) {
		uint8_t *bytes = NULL;
		size_t len = 0;
		int file = -1;

		assert_int_equal(
			untrusted_file_open_at(directory, HALVES[i].name, &file), HALVES[i].opened);
		assert_int_equal(file >= 0, HALVES[i].opened == SKERRY_OK);
		if (file < 0)
			continue;
		assert_int_equal(untrusted_file_read_open(file, MAX, &bytes, &len), HALVES[i].read);
		assert_int_equal(len, HALVES[i].read == SKERRY_OK ? MAX : 0);
		free(bytes);
		close(file);
	}
}

static void
the_front_of_a_file_of_any_size_is_read(void **state)
{
	static const struct {
		const char *name;
		size_t max;
		enum skerry_err err;
		size_t len;
		uint64_t size;
	} FRONTS[] = {
		{ "full", 10, SKERRY_OK, 10, MAX },
		{ "full", MAX, SKERRY_OK, MAX, MAX },
		{ "full", MAX + 1, SKERRY_OK, MAX, MAX },
		{ "one", 32, SKERRY_OK, 1, 1 },
		{ "sparse", 64, SKERRY_OK, 64, UINT64_C(4) << 30 },
		{ "empty", 10, SKERRY_ERR_DOCUMENT_EMPTY, 0, 0 },
		{ "fifo", 10, SKERRY_ERR_FILE_NOT_REGULAR, 0, 0 },
		{ "inner", 10, SKERRY_ERR_FILE_NOT_REGULAR, 0, 0 },
		{ "nowhere", 10, SKERRY_ERR_FILE_MISSING, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof FRONTS / sizeof *FRONTS; i++) {
		uint8_t *bytes = NULL;
		uint64_t size = 0;
		size_t len = 0;

		assert_int_equal(untrusted_file_read_front(path_of(FRONTS[i].name), FRONTS[i].max,
					 &bytes, &len, &size),
			FRONTS[i].err);
		assert_int_equal(len, FRONTS[i].len);
		assert_int_equal(size, FRONTS[i].size);
		assert_int_equal(bytes == NULL, FRONTS[i].err != SKERRY_OK);
		if (bytes != NULL)
			assert_int_equal(bytes[len], 0);
		free(bytes);
	}
}

static void
a_secret_must_be_its_owners_alone(void **state)
{
	static const struct {
		const char *name;
		enum skerry_err err;
	} SECRETS[] = {
		{ "full", SKERRY_OK },
		{ "link", SKERRY_OK },
		{ "group", SKERRY_ERR_FILE_EXPOSED },
		{ "others", SKERRY_ERR_FILE_EXPOSED },
		{ "writable", SKERRY_ERR_FILE_EXPOSED },
		{ "fifo", SKERRY_ERR_FILE_NOT_REGULAR },
		{ "inner", SKERRY_ERR_FILE_NOT_REGULAR },
		{ "empty", SKERRY_ERR_DOCUMENT_EMPTY },
		{ "sparse", SKERRY_ERR_DOCUMENT_TOO_LARGE },
		{ "missing", SKERRY_ERR_FILE_MISSING },
	};

	(void)state;
	for (size_t i = 0; i < sizeof SECRETS / sizeof *SECRETS; i++) {
		uint8_t *bytes = NULL;
		size_t len;

		assert_int_equal(
			untrusted_file_read_secret(path_of(SECRETS[i].name), MAX, &bytes, &len),
			SECRETS[i].err);
		free(bytes);
	}
}

/* What the code under test wipes, and what it believes of a file's size. */
static size_t wiped_len;
static bool wiped_secret, looks_shorter;

void sodium_memzero(void *memory, size_t len);

void
sodium_memzero(void *const memory, const size_t len)
{
	wiped_len += len;
	wiped_secret = wiped_secret || (len > 10 && memcmp(memory, "abcdefghij", 10) == 0);
	explicit_bzero(memory, len);
}

int
fstat(int file, struct stat *ret_status)
{
	int result = fstatat(file, "", ret_status, AT_EMPTY_PATH);

	ret_status->st_size -= looks_shorter;
	return result;
}

static void
a_secret_is_wiped_when_it_is_freed(void **state)
{
	uint8_t *bytes;
	size_t len;

	(void)state;
	assert_int_equal(untrusted_file_read_secret(path_of("full"), MAX, &bytes, &len), SKERRY_OK);
	wiped_len = wiped_secret = 0;
	untrusted_file_free_secret(bytes, len);
	assert_int_equal(wiped_len, MAX);
	assert_true(wiped_secret);
	untrusted_file_free_secret(NULL, 5);
	assert_int_equal(wiped_len, MAX);
}

static void
a_secret_that_grows_while_it_is_read_is_wiped(void **state)
{
	uint8_t *bytes = NULL;
	size_t len;
	enum skerry_err err;

	(void)state;
	wiped_len = wiped_secret = 0;
	looks_shorter = true;
	err = untrusted_file_read_secret(path_of("full"), MAX, &bytes, &len);
	looks_shorter = false;
	assert_int_equal(err, SKERRY_ERR_DOCUMENT_TOO_LARGE);
	assert_null(bytes);
	assert_int_equal(wiped_len, MAX);
	assert_true(wiped_secret);
}

static void
an_unreadable_file_is_a_question_of_permission(void **state)
{
	uint8_t *bytes = NULL;
	size_t len;

	(void)state;
	if (geteuid() == 0)
		skip(); /* root may read anything */
	assert_int_equal(chmod(path_of("one"), 0), 0);
	assert_int_equal(
		untrusted_file_read(path_of("one"), MAX, &bytes, &len), SKERRY_ERR_FILE_PERMISSION);
	assert_int_equal(chmod(path_of("one"), 0600), 0);
}

/* Reads `size` bytes from a pipe that stands in for standard input. */
static enum skerry_err
read_piped(size_t size, size_t max, uint8_t **ret_bytes, size_t *ret_len)
{
	int ends[2], old_stdin = dup(STDIN_FILENO);
	enum skerry_err err;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		for (size_t i = 0; i < size; i++)
			if (write(ends[1], &"abcdefghij"[i % 10], 1) != 1)
				_exit(1);
		_exit(0);
	}
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	err = untrusted_file_read_stdin(max, ret_bytes, ret_len);
	if (old_stdin >= 0) {
		dup2(old_stdin, STDIN_FILENO);
		close(old_stdin);
	} else {
		close(STDIN_FILENO);
	}
	waitpid(child, NULL, 0);
	return err;
}

static void
standard_input_is_read_to_its_end_within_the_limit(void **state)
{
	static const struct {
		size_t size, max;
		enum skerry_err err;
	} PIPED[] = {
		{ 0, MAX, SKERRY_ERR_DOCUMENT_EMPTY },
		{ 1, MAX, SKERRY_OK },
		{ MAX, MAX, SKERRY_OK },
		{ MAX + 1, MAX, SKERRY_ERR_DOCUMENT_TOO_LARGE },
		{ 4096, 100000, SKERRY_OK },
		{ 4097, 100000, SKERRY_OK },
		{ 20000, 20000, SKERRY_OK },
		{ 20001, 20000, SKERRY_ERR_DOCUMENT_TOO_LARGE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof PIPED / sizeof *PIPED; i++) {
		uint8_t *bytes = NULL;
		size_t len = 0;

		assert_int_equal(
			read_piped(PIPED[i].size, PIPED[i].max, &bytes, &len), PIPED[i].err);
		if (PIPED[i].err != SKERRY_OK)
			continue;
		assert_int_equal(len, PIPED[i].size);
		for (size_t at = 0; at < len; at++)
			assert_int_equal(bytes[at], "abcdefghij"[at % 10]);
		assert_int_equal(bytes[len], 0);
		free(bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_file_has_its_answer),
		cmocka_unit_test(nothing_on_a_stick_leads_elsewhere),
		cmocka_unit_test(without_openat2_each_folder_is_a_step_of_its_own),
		cmocka_unit_test(bytes_are_whole_and_terminated),
		cmocka_unit_test(file_is_opened_first_and_read_later),
		cmocka_unit_test(the_front_of_a_file_of_any_size_is_read),
		cmocka_unit_test(a_secret_must_be_its_owners_alone),
		cmocka_unit_test(a_secret_is_wiped_when_it_is_freed),
		cmocka_unit_test(a_secret_that_grows_while_it_is_read_is_wiped),
		cmocka_unit_test(an_unreadable_file_is_a_question_of_permission),
		cmocka_unit_test(standard_input_is_read_to_its_end_within_the_limit),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, fill_folder, remove_folder);
}
