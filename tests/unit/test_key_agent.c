/* SPDX-License-Identifier: ISC */
/* The process that holds a key for a day: who gets it, and when it ends. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys/key_agent.h"
#include "keys/random.h"

enum { TAG = 7, LONG_S = 3600 };

static char folder[64], path[96];
static struct secretbox_key key;

static int
make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/skerry-agent-XXXXXX");
	if (random_start() != SKERRY_OK || mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/unlocked.sock", folder);
	return secretbox_key_random(&key) == SKERRY_OK ? 0 : -1;
}

static int
remove_folder(void **state)
{
	(void)state;
	(void)key_agent_stop(folder);
	secretbox_key_free(&key);
	unlink(path);
	return rmdir(folder);
}

static pid_t
start(int64_t for_s)
{
	pid_t pid = 0;

	assert_int_equal(key_agent_start(folder, &key, TAG, for_s, &pid), SKERRY_OK);
	assert_true(pid > 0);
	return pid;
}

static enum skerry_err
ask(struct key_agent *ret_agent)
{
	struct key_agent agent = { .key = { NULL } };
	enum skerry_err err = key_agent_ask(folder, &agent);

	if (err == SKERRY_OK)
		assert_memory_equal(agent.key.bytes, key.bytes, SECRETBOX_KEY_LEN);
	else
		assert_null(agent.key.bytes);
	secretbox_key_free(&agent.key);
	*ret_agent = agent;
	return err;
}

static void
has_ended(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void
nobody_answers_before_the_start_and_after_the_stop(void **state)
{
	struct key_agent agent;
	struct stat status;
	pid_t pid;

	(void)state;
	assert_int_equal(ask(&agent), SKERRY_ERR_FILE_MISSING);
	assert_int_equal(key_agent_stop(folder), SKERRY_ERR_FILE_MISSING);
	pid = start(LONG_S);
	assert_int_equal(stat(path, &status), 0);
	assert_true(S_ISSOCK(status.st_mode));
	assert_int_equal(status.st_mode & 0777, 0600);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(ask(&agent), SKERRY_OK);
		assert_int_equal(agent.tag, TAG);
		assert_int_equal(agent.pid, getpid()); /* who bound it */
		assert_true(agent.left_s > 0 && agent.left_s <= LONG_S);
	}
	assert_int_equal(key_agent_stop(folder), SKERRY_OK);
	has_ended(pid);
	assert_int_equal(ask(&agent), SKERRY_ERR_FILE_MISSING);
	assert_int_not_equal(stat(path, &status), 0);
}

static void
second_one_takes_the_place_of_the_first(void **state)
{
	struct key_agent agent;
	pid_t first, second;

	(void)state;
	first = start(LONG_S);
	second = start(LONG_S);
	has_ended(first);
	assert_int_equal(ask(&agent), SKERRY_OK);
	assert_int_equal(kill(second, SIGTERM), 0);
	has_ended(second);
	assert_int_equal(ask(&agent), SKERRY_ERR_FILE_MISSING);
}

static void
killed_one_leaves_nothing_that_answers(void **state)
{
	struct key_agent agent;
	struct stat status;
	pid_t pid;

	(void)state;
	pid = start(LONG_S);
	kill(pid, SIGKILL);
	has_ended(pid);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(ask(&agent), SKERRY_ERR_FILE_MISSING);
	pid = start(LONG_S);
	assert_int_equal(ask(&agent), SKERRY_OK);
	assert_int_equal(key_agent_stop(folder), SKERRY_OK);
	has_ended(pid);
}

static void
it_ends_at_its_time_and_without_its_socket(void **state)
{
	struct key_agent agent;
	pid_t pid;

	(void)state;
	has_ended(start(1));
	assert_int_equal(ask(&agent), SKERRY_ERR_FILE_MISSING);
	pid = start(LONG_S);
	assert_int_equal(unlink(path), 0);
	has_ended(pid);
}

static int
connect_silently(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int connection = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	assert_int_equal(connect(connection, (struct sockaddr *)&address, sizeof address), 0);
	return connection;
}

/* Connections that say nothing, nonsense, or go away do not keep others from being served. */
static void
silent_neighbors_hold_nobody_up(void **state)
{
	enum { SILENT = 200 };
	static int connections[SILENT];
	struct key_agent agent;
	pid_t pid = start(LONG_S);

	(void)state;
	for (int i = 0; i < SILENT; i++) {
		connections[i] = connect_silently();
		if (i % 3 == 1)
			assert_int_equal(send(connections[i], "x", 1, MSG_NOSIGNAL), 1);
		/* All of them stay open. */
		assert_int_equal(ask(&agent), SKERRY_OK);
	}
	for (int i = 0; i < SILENT; i++)
		close(connections[i]);
	assert_int_equal(ask(&agent), SKERRY_OK);
	assert_int_equal(key_agent_stop(folder), SKERRY_OK);
	has_ended(pid);
}

/* Who connected in time and asks after the end gets nothing. */
static void
late_question_is_not_answered(void **state)
{
	char answer[8], what = 'K';
	pid_t pid = start(1);
	int connection = connect_silently();

	(void)state;
	has_ended(pid);
	send(connection, &what, 1, MSG_NOSIGNAL);
	assert_true(recv(connection, answer, sizeof answer, 0) <= 0);
	close(connection);
}

/* Whichever of them is the last has the name, and answers; the others end; nothing else is left. */
static void
starts_at_once_leave_one_that_answers(void **state)
{
	enum { STARTS = 8, ROUNDS = 5 };
	struct key_agent agent;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		pid_t starters[STARTS];

		for (int i = 0; i < STARTS; i++) {
			starters[i] = fork();
			if (starters[i] == 0) {
				pid_t pid;

				_exit(key_agent_start(folder, &key, TAG, LONG_S, &pid) == SKERRY_OK
						? 0
						: 1);
			}
		}
		for (int i = 0; i < STARTS; i++) {
			int status;

			assert_int_equal(waitpid(starters[i], &status, 0), starters[i]);
			assert_int_equal(status, 0);
		}
		assert_int_equal(ask(&agent), SKERRY_OK);
		assert_int_equal(key_agent_stop(folder), SKERRY_OK);
		assert_int_equal(rmdir(folder), 0);
		assert_int_equal(mkdir(folder, 0700), 0);
	}
}

/* Another program in its place: what is no whole answer is none. */
static void
impostor_without_the_words_is_none(void **state)
{
	static const char *const ANSWERS[] = { "", "SKERRYK1",
		"no key at all, but just as long as an answer is, and so on" };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct key_agent agent;

	(void)state;
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
		int listener = socket(AF_UNIX, SOCK_STREAM, 0);
		pid_t pid;

		unlink(path);
		assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
		assert_int_equal(listen(listener, 1), 0);
		pid = fork();
		if (pid == 0) {
			int connection = accept(listener, NULL, NULL);
			char asked;

			if (recv(connection, &asked, 1, 0) == 1)
				send(connection, ANSWERS[i], strlen(ANSWERS[i]), MSG_NOSIGNAL);
			_exit(0);
		}
		close(listener);
		assert_int_equal(ask(&agent), SKERRY_ERR_FILE_MISSING);
		has_ended(pid);
	}
}

static void
impossible_times_and_places_are_refused(void **state)
{
	static const int64_t TIMES[] = { INT64_MIN, -1, 0, KEY_AGENT_FOR_MAX_S + 1, INT64_MAX };
	pid_t pid = 77;

	(void)state;
	for (size_t i = 0; i < sizeof TIMES / sizeof *TIMES; i++)
		assert_int_equal(
			key_agent_start(folder, &key, TAG, TIMES[i], &pid), SKERRY_ERR_ARGUMENT);
	assert_int_equal(
		key_agent_start("/dev/null", &key, TAG, LONG_S, &pid), SKERRY_ERR_FILE_MISSING);
	/* A file system without sockets. */
	assert_int_not_equal(key_agent_start("/proc/self", &key, TAG, LONG_S, &pid), SKERRY_OK);
	assert_int_equal(pid, 77);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		TEST(nobody_answers_before_the_start_and_after_the_stop),
		TEST(second_one_takes_the_place_of_the_first),
		TEST(killed_one_leaves_nothing_that_answers),
		TEST(it_ends_at_its_time_and_without_its_socket),
		TEST(silent_neighbors_hold_nobody_up),
		TEST(late_question_is_not_answered),
		TEST(starts_at_once_leave_one_that_answers),
		TEST(impostor_without_the_words_is_none),
		TEST(impossible_times_and_places_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
