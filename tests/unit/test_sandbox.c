/* SPDX-License-Identifier: ISC */
/* The daemon's sandbox, entered by a child that then tries what it must not be able to do, and what it must. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "verifier/daemon/sandbox.h"

/* A folder to write to, and one beside it. */
struct place {
	char root[64], inside[96], outside[96];
};

static void
path(const char *folder, const char *name, char ret_path[160])
{
	snprintf(ret_path, 160, "%s/%s", folder, name);
}

static bool
can_write(const char *folder, const char *name)
{
	char file[160];
	int fd;

	path(folder, name, file);
	fd = open(file, O_WRONLY | O_CREAT, 0600);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* What a child does in the sandbox: 0, or the number of the first thing that was not as it should be. */
typedef int deed(const struct place *place, const struct sandbox_told *told);

static int
within(deed *tries)
{
	struct place place;
	const char *folder = getenv("TMPDIR");
	char file[160];
	pid_t child;
	int status;

	snprintf(place.root, sizeof place.root, "%.40s/skerry-XXXXXX",
		folder == NULL || strlen(folder) > 40 ? "/tmp" : folder);
	assert_non_null(mkdtemp(place.root));
	snprintf(place.inside, sizeof place.inside, "%s/inside", place.root);
	snprintf(place.outside, sizeof place.outside, "%s/outside", place.root);
	assert_int_equal(mkdir(place.inside, 0700), 0);
	assert_int_equal(mkdir(place.outside, 0700), 0);
	assert_true(can_write(place.outside, "there"));
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		const struct sandbox_config config = { .folders = { place.inside, "/nowhere" },
			.folders_len = 2 };
		struct sandbox_told told;

		_exit(sandbox_enter(&config, &told) != SKERRY_OK ? 99 : tries(&place, &told));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	for (int i = 0; i < 2; i++) {
		path(i == 0 ? place.inside : place.outside, i == 0 ? "new" : "there", file);
		unlink(file);
	}
	path(place.outside, "new", file);
	unlink(file);
	rmdir(place.inside);
	rmdir(place.outside);
	rmdir(place.root);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
change_files(const struct place *place, const struct sandbox_told *told)
{
	char there[160], other[160];

	path(place->outside, "there", there);
	path(place->inside, "other", other);
	if (!can_write(place->inside, "new"))
		return 1;
	if (access(there, R_OK) != 0)
		return 2;
	if (told->landlock == 0)
		return 77;
	if (can_write(place->outside, "new") || errno != EACCES)
		return 3;
	if (can_write(place->outside, "there"))
		return 4;
	if (unlink(there) == 0 || errno != EACCES)
		return 5;
	if (rename(there, other) == 0)
		return 6;
	if (mkfifo(other, 0600) == 0 || symlink("/", other) == 0)
		return 7;
	return 0;
}

static void
only_what_lies_below_its_folders_is_changed(void **state)
{
	int result = within(change_files);

	(void)state;
	if (result == 77)
		print_message("skipped: this kernel has no Landlock\n");
	else
		assert_int_equal(result, 0);
}

static int
call_kernel(const struct place *place, const struct sandbox_told *told)
{
	char *const arguments[] = { "true", NULL };
	int fd;

	(void)place;
	if (told->landlock == 0 && !told->seccomp)
		return 77;
	execv("/bin/true", arguments);
	if (!told->seccomp)
		return 0;
	if (fork() >= 0 || errno != ENOSYS)
		return 2;
	if (mount("none", "/proc", "proc", 0, NULL) == 0 || errno != ENOSYS)
		return 3;
	fd = socket(AF_NETLINK, SOCK_RAW, 0);
	if (fd >= 0 || errno != ENOSYS)
		return 4;
	if (setuid(12345) == 0)
		return 5;
	return 0;
}

static void
nothing_is_executed_and_no_process_made(void **state)
{
	int result = within(call_kernel);

	(void)state;
	if (result == 77)
		print_message("skipped: this kernel has no Landlock\n");
	else
		assert_int_equal(result, 0);
}

static void *
count(void *number)
{
	(*(int *)number)++;
	return NULL;
}

static int
work(const struct place *place, const struct sandbox_told *told)
{
	pthread_t thread;
	int number = 0, fd;

	(void)place;
	(void)told;
	if (pthread_create(&thread, NULL, count, &number) != 0 || pthread_join(thread, NULL) != 0 ||
		number != 1)
		return 1;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0)
		return 2;
	close(fd);
	fd = open("/proc/self/mountinfo", O_RDONLY);
	if (fd < 0)
		return 3;
	close(fd);
	return 0;
}

static void
threads_sockets_and_reading_go_on(void **state)
{
	(void)state;
	assert_int_equal(within(work), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_lies_below_its_folders_is_changed),
		cmocka_unit_test(nothing_is_executed_and_no_process_made),
		cmocka_unit_test(threads_sockets_and_reading_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
