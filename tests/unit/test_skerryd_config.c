/* SPDX-License-Identifier: ISC */
/* The daemon's configuration: what it takes, and what is told of what it does not, line by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/daemon/config.h"

static char told[2048];
static struct config config;

static void
note(void *context, unsigned line, const char *key, const char *message)
{
	size_t len = strlen(told);

	(void)context;
	(void)message;
	snprintf(told + len, sizeof told - len, "%u:%s;", line, key);
	assert_true(strlen(message) > 10);
}

static enum skerry_err
parse(const char *text)
{
	told[0] = '\0';
	config_free(&config);
	config_init(&config);
	return config_parse(&config, text, strlen(text), note, NULL);
}

static int
let_go(void **state)
{
	(void)state;
	config_free(&config);
	return 0;
}

static void
every_key_is_read(void **state)
{
	(void)state;
	assert_int_equal(parse("# all of them\r\n"
			       "state = /var/lib/skerry # where else\n"
			       "socket=/run/skerry/a#b\n"
			       "\tsocket_group = www-data\n"
			       "http = [::1]:7878\n"
			       "http_name = one.example\nhttp_name = two.example\n"
			       "tls_cert = /a\ntls_key = /b\n"
			       "drop = /srv/in 1\ndrop = /srv/in2\n"
			       "stick = /media/usb\n"
			       "seats_per_user = 3\n"
			       "operators = root,  adm ,1000\n"
			       "language = id\n"
			       "log = calls"),
		SKERRY_OK);
	assert_string_equal(config.state, "/var/lib/skerry");
	assert_string_equal(config.socket, "/run/skerry/a#b");
	assert_string_equal(config.socket_group, "www-data");
	assert_string_equal(config.http, "[::1]:7878");
	assert_int_equal(config.http_names.len, 2);
	assert_int_equal(config.drops.len, 2);
	assert_string_equal(config.drops.values[0], "/srv/in 1");
	assert_string_equal(config.sticks.values[0], "/media/usb");
	assert_int_equal(config.seats_per_user, 3);
	assert_int_equal(config.operators.len, 3);
	assert_string_equal(config.operators.values[1], "adm");
	assert_string_equal(config.language, "id");
	assert_int_equal(config.log, LOG_CALLS);
}

static void
nothing_said_is_the_usual(void **state)
{
	(void)state;
	assert_int_equal(parse(""), SKERRY_OK);
	assert_int_equal(parse("\n \n#\n  # x = y\n"), SKERRY_OK);
	assert_null(config.state);
	assert_null(config.socket);
	assert_int_equal(config.seats_per_user, 0);
	assert_int_equal(config.log, LOG_CHANGES);
}

static void
each_fault_is_told_with_its_line(void **state)
{
	static const struct {
		const char *text, *told;
	} FAULTS[] = {
		{ "speed = 9\n", "1:speed;" },
		{ "\nState = /a\n", "2:State;" },
		{ "log = calls\nlog = calls\n", "2:log;" },
		{ "log = calls\n\nlog = loud\nx\n", "3:log;4:x;" },
		{ "state\n", "1:state;" },
		{ "state =\n", "1:state;" },
		{ "= /a\n", "1:;" },
		{ "state = a\n", "1:state;" },
		{ "state = /a\x01\n", "1:state;" },
		{ "state = /\xff\n", "1:state;" },
		{ "http = 7878\n", "1:http;" },
		{ "http = 127.0.0.1:0\n", "1:http;" },
		{ "http = localhost:7878\n", "1:http;" },
		{ "http = 127.0.1:7878\n", "1:http;" },
		{ "http = [::g]:7878\n", "1:http;" },
		{ "http = ::1:7878\n", "1:http;" },
		{ "http = 127.0.0.1:65536\n", "1:http;" },
		{ "http = ::1:7878\n", "1:http;" },
		{ "http = [::1]7878\n", "1:http;" },
		{ "http = :7878\n", "1:http;" },
		{ "http = 127.0.0.1:+1\n", "1:http;" },
		{ "seats_per_user = -1\n", "1:seats_per_user;" },
		{ "seats_per_user = 1000001\n", "1:seats_per_user;" },
		{ "seats_per_user = 99999999999999999999\n", "1:seats_per_user;" },
		{ "seats_per_user = 0x1\n", "1:seats_per_user;" },
		{ "operators = root adm\n", "1:operators;" },
		{ "operators = root,,adm\n", "1:operators;" },
		{ "operators = root,root\n", "1:operators;" },
		{ "language = klingon\n", "1:language;" },
		{ "drop = /a\ndrop = /a\n", "2:drop;" },
		{ "drop = in\n", "1:drop;" },
		{ "http_name = a b\n", "1:http_name;" },
		{ "socket_group = a,b\n", "1:socket_group;" },
		{ "socket = /0123456789012345678901234567890123456789012345678901234567890123456789"
		  "0123456789012345678901234567890123456789\n",
			"1:socket;" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++) {
		assert_int_equal(parse(FAULTS[i].text), SKERRY_ERR_ARGUMENT);
		assert_string_equal(told, FAULTS[i].told);
	}
}

static void
seventeenth_folder_is_one_too_many(void **state)
{
	char text[1024] = "";

	(void)state;
	for (int i = 1; i <= CONFIG_FOLDERS_MAX; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "stick = /media/%d\n", i);
	assert_int_equal(parse(text), SKERRY_OK);
	assert_int_equal(config.sticks.len, CONFIG_FOLDERS_MAX);
	strcat(text, "stick = /media/one-more\n");
	assert_int_equal(parse(text), SKERRY_ERR_ARGUMENT);
	assert_string_equal(told, "17:stick;");
}

static void
byte_of_zero_is_no_text(void **state)
{
	(void)state;
	parse("");
	assert_int_equal(
		config_parse(&config, "log = calls\0x", 13, note, NULL), SKERRY_ERR_ARGUMENT);
}

static void
command_line_takes_the_place_of_the_file(void **state)
{
	const char *takes = NULL;

	(void)state;
	assert_int_equal(parse("state = /a\n"), SKERRY_OK);
	assert_int_equal(config_set(&config, "state", "/b", &takes), SKERRY_OK);
	assert_string_equal(config.state, "/b");
	assert_int_equal(config_set(&config, "state", "b", &takes), SKERRY_ERR_ARGUMENT);
	assert_non_null(strstr(takes, "absolute path"));
	assert_string_equal(config.state, "/b");
	assert_int_equal(config_set(&config, "speed", "9", &takes), SKERRY_ERR_ARGUMENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_key_is_read, let_go),
		cmocka_unit_test_teardown(nothing_said_is_the_usual, let_go),
		cmocka_unit_test_teardown(each_fault_is_told_with_its_line, let_go),
		cmocka_unit_test_teardown(seventeenth_folder_is_one_too_many, let_go),
		cmocka_unit_test_teardown(byte_of_zero_is_no_text, let_go),
		cmocka_unit_test_teardown(command_line_takes_the_place_of_the_file, let_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
