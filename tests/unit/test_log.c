/* SPDX-License-Identifier: ISC */
/* The daemon's log: an event is a line, whatever stands in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "verifier/daemon/log.h"

/* What an event with that value is written as, behind its time or priority. */
static void
write_one(bool prefixed, const char *value, char ret_line[2 * LOG_LINE_MAX])
{
	struct log log = { .level = LOG_CHANGES, .prefixed = prefixed };
	int ends[2];
	ssize_t len;

	assert_int_equal(pipe(ends), 0);
	log.fd = ends[1];
	log_event(&log, LOG_CHANGES, "taken", "file", value, "left_out", NULL, NULL);
	close(ends[1]);
	len = read(ends[0], ret_line, 2 * LOG_LINE_MAX - 1);
	assert_true(len > 0);
	ret_line[len] = '\0';
	close(ends[0]);
}

static void
each_value_stays_in_its_line(void **state)
{
	static const struct {
		const char *value, *wanted;
	} VALUES[] = {
		{ "may.bundle", "<5>event=taken file=may.bundle" },
		{ "/srv/a-b_c:d@e,f+g%20", "<5>event=taken file=/srv/a-b_c:d@e,f+g%20" },
		{ "", "<5>event=taken file=\"\"" },
		{ "two words", "<5>event=taken file=\"two words\"" },
		{ "x event=forged", "<5>event=taken file=\"x event=forged\"" },
		{ "x\n<3>event=forged", "<5>event=taken file=\"x\\n<3>event=forged\"" },
		{ "\x1b[2J\r", "<5>event=taken file=\"\\u001b[2J\\u000d\"" },
		{ "a\"b\\c", "<5>event=taken file=\"a\\\"b\\\\c\"" },
		{ "\xff\xc0\x80", NULL }, /* no UTF-8 */
	};
	char line[2 * LOG_LINE_MAX], wanted[256];

	(void)state;
	for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++) {
		write_one(true, VALUES[i].value, line);
		assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
		for (const char *at = line; at[1] != '\0'; at++)
			assert_true((unsigned char)*at >= 0x20 && *at != 0x7f);
		if (VALUES[i].wanted == NULL)
			continue;
		snprintf(wanted, sizeof wanted, "%s\n", VALUES[i].wanted);
		assert_string_equal(line, wanted);
	}
}

static void
long_line_is_cut_and_ends(void **state)
{
	static char value[3 * LOG_LINE_MAX];
	char line[2 * LOG_LINE_MAX];

	(void)state;
	memset(value, '\n', sizeof value - 1);
	write_one(false, value, line);
	assert_in_range(strlen(line), LOG_LINE_MAX - 8, LOG_LINE_MAX);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void
less_important_events_are_left_out(void **state)
{
	struct log log = { .level = LOG_ERRORS };
	char line[64] = "";
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	log.fd = ends[1];
	log_event(&log, LOG_CALLS, "call", NULL);
	log_event(&log, LOG_CHANGES, "taken", NULL);
	log_event(NULL, LOG_ERRORS, "trouble", NULL);
	close(ends[1]);
	assert_int_equal(read(ends[0], line, sizeof line), 0);
	close(ends[0]);
}

/* All that is there to be read. */
static void
drain(int end, char *ret_text, size_t room)
{
	size_t len = 0;
	ssize_t got;

	fcntl(end, F_SETFL, O_NONBLOCK);
	while ((got = read(end, ret_text + len, room - 1 - len)) > 0)
		len += (size_t)got;
	ret_text[len] = '\0';
}

/* A pipe, then a socket as systemd's journal has one; a log that waits is ended by the alarm. */
static void
reader_who_does_not_read_holds_up_nobody(void **state)
{
	static char text[1 << 20];
	char number[LOG_NUMBER_MAX], told[64];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct log log = { .level = LOG_CHANGES, .prefixed = true };
		int ends[2], written = 0;
		const char *at;

		assert_int_equal(
			i == 0 ? pipe(ends) : socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
		log.fd = ends[1];
		alarm(20);
		for (; log.dropped < 3; written++)
			log_event(&log, LOG_CHANGES, "taken", "number", log_number(written, number),
				NULL);
		drain(ends[0], text, sizeof text);
		snprintf(told, sizeof told, "number=%d\n", written - 4);
		at = strstr(text, told);
		assert_non_null(at);
		assert_string_equal(at, told);
		log_event(&log, LOG_CHANGES, "goes_on", NULL);
		alarm(0);
		drain(ends[0], text, sizeof text);
		assert_non_null(strstr(text, "<3>event=log_dropped lines=3 message="));
		at = strstr(text, "\n<5>event=goes_on\n");
		assert_non_null(at);
		assert_int_equal(log.dropped, 0);
		log_event(&log, LOG_CHANGES, "goes_on", NULL);
		drain(ends[0], text, sizeof text);
		assert_string_equal(text, "<5>event=goes_on\n");
		close(ends[0]);
		close(ends[1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_stays_in_its_line),
		cmocka_unit_test(long_line_is_cut_and_ends),
		cmocka_unit_test(less_important_events_are_left_out),
		cmocka_unit_test(reader_who_does_not_read_holds_up_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
