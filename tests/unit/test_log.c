/* SPDX-License-Identifier: ISC */
/* The daemon's log: an event is a line, whatever stands in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_stays_in_its_line),
		cmocka_unit_test(long_line_is_cut_and_ends),
		cmocka_unit_test(less_important_events_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
