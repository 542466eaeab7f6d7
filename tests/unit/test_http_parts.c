/* SPDX-License-Identifier: ISC */
/* What a header says, read without any socket: in which form an answer is wanted, and fields as they came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "verifier/daemon/http/http_accept.h"
#include "verifier/daemon/http/http_head.h"
#include "verifier/daemon/http/http_target.h"

static void
each_accept_gets_its_form(void **state)
{
	static const struct {
		const char *value;
		enum http_format format, error_format;
	} ACCEPTS[] = {
		{ "", HTTP_JSON, HTTP_JSON },
		{ "*/*", HTTP_JSON, HTTP_JSON },
		{ "application/json", HTTP_JSON, HTTP_JSON },
		{ "application/cbor", HTTP_CBOR, HTTP_CBOR },
		{ "Application/CBOR", HTTP_CBOR, HTTP_CBOR },
		{ "text/plain", HTTP_TEXT, HTTP_JSON },
		{ "text/*", HTTP_TEXT, HTTP_JSON },
		{ "text/plain;charset=utf-8", HTTP_TEXT, HTTP_JSON },
		{ "text/plain, application/cbor;q=0.1", HTTP_TEXT, HTTP_CBOR },
		{ "text/html,application/xhtml+xml,*/*;q=0.8", HTTP_JSON, HTTP_JSON },
		{ "application/json;q=0.5,application/cbor;q=0.51", HTTP_CBOR, HTTP_CBOR },
		{ "application/json ; q=0.5 , application/cbor ; q=0.49", HTTP_JSON, HTTP_CBOR },
		{ "application/cbor;q=0, */*", HTTP_JSON, HTTP_JSON },
		{ "application/json;q=0, */*;q=0.1", HTTP_CBOR, HTTP_JSON },
		{ "application/json;q=0, text/*, */*;q=0.1", HTTP_TEXT, HTTP_JSON },
		{ "application/*;q=0.2, text/plain;q=0.3", HTTP_TEXT, HTTP_JSON },
		{ "image/png", HTTP_JSON, HTTP_JSON },
		{ "application/cbo", HTTP_JSON, HTTP_JSON },
		{ "application/cbor2", HTTP_JSON, HTTP_JSON },
		{ "application/cbor;q=2", HTTP_JSON, HTTP_JSON },
		{ "application/cbor;q=x", HTTP_JSON, HTTP_JSON },
		{ ",,;;q=,=;/", HTTP_JSON, HTTP_JSON },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ACCEPTS / sizeof *ACCEPTS; i++) {
		enum http_format format, error_format;

		http_accept_format(
			ACCEPTS[i].value, strlen(ACCEPTS[i].value), &format, &error_format);
		if (format != ACCEPTS[i].format || error_format != ACCEPTS[i].error_format)
			fail_msg("Accept: %s: %d, errors %d", ACCEPTS[i].value, (int)format,
				(int)error_format);
	}
}

static void
the_first_language_counts(void **state)
{
	static const char *const LANGUAGES[][2] = {
		{ "id", "id" },
		{ "id-ID,id;q=0.9,en;q=0.8", "id-ID" },
		{ " en ;q=0.5", "en" },
		{ "*", "" },
		{ "", "" },
		{ "a23456789012345", "a23456789012345" },
		{ "a234567890123456", "" },
		{ "../../x", "" },
	};
	char language[16];

	(void)state;
	for (size_t i = 0; i < sizeof LANGUAGES / sizeof *LANGUAGES; i++) {
		http_accept_language(LANGUAGES[i][0], strlen(LANGUAGES[i][0]), language);
		assert_string_equal(language, LANGUAGES[i][1]);
	}
}

/* Lines as libmicrohttpd leaves them: a zero for the colon, two for the end. */
static void
lines_are_read_as_they_came(void **state)
{
	static const struct {
		const char *lines;
		size_t len, fields;
		enum skerry_err err;
	} HEADS[] = {
#define HEAD(fields, err, lines) { lines, sizeof(lines) - 1, fields, err }
		HEAD(0, SKERRY_OK, "\0\0"),
		HEAD(1, SKERRY_OK, "a\0b\0\0\0\0"),
		HEAD(1, SKERRY_OK, "a\0\0\0\0\0"),
		HEAD(2, SKERRY_OK, "a\0 b:c\t\0\0d\0\0\0\0\0"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, ""),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "\0"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "\0\0\0"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "a"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "a\0"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "a\0b"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "a\0b\0"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "a\0b\0\0"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "a\0b\0c\0d\0\0\0\0"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "a\0b\0\0\0"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, " a\0b\0\0\0\0"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "a \0b\0\0\0\0"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "a\0b\rc\0\0\0\0"),
		HEAD(0, SKERRY_ERR_HTTP_MALFORMED, "\xc3\xa4\0b\0\0\0\0"),
	};
	struct http_head head;

	(void)state;
	for (size_t i = 0; i < sizeof HEADS / sizeof *HEADS; i++) {
		/* Of just that length, so that a look beyond it shows under ASan. */
		char *lines = test_malloc(HEADS[i].len + 1);

		memcpy(lines, HEADS[i].lines, HEADS[i].len);
		lines[HEADS[i].len] = 'x';
		assert_int_equal(http_head_read(lines, HEADS[i].len, &head), HEADS[i].err);
		if (HEADS[i].err == SKERRY_OK)
			assert_int_equal(head.fields_len, HEADS[i].fields);
		test_free(lines);
	}
}

/* Whatever is in it, decoding stays within HTTP_TARGET_ROOM. */
static void
decoding_stays_in_its_room(void **state)
{
	static const char *const PIECES[] = { "/", "&", "a", "%41", "=", "?", "+" };
	static struct http_call call;
	char target[256];

	(void)state;
	for (unsigned first = 0; first < 7; first++)
		for (unsigned second = 0; second < 7; second++)
			for (size_t count = 0; count < 40; count++) {
				size_t len = 2, room_len;
				char *room;

				memcpy(target, "/?", 2);
				for (size_t i = 0; i < count; i++) {
					const char *piece = PIECES[i % 2 ? first : second];

					memcpy(target + len, piece, strlen(piece));
					len += strlen(piece);
				}
				room_len = HTTP_TARGET_ROOM(len);
				room = test_malloc(room_len + 1);
				room[room_len] = 'x';
				http_target_read(target, len, room, &call);
				assert_int_equal(room[room_len], 'x');
				test_free(room);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_accept_gets_its_form),
		cmocka_unit_test(the_first_language_counts),
		cmocka_unit_test(lines_are_read_as_they_came),
		cmocka_unit_test(decoding_stays_in_its_room),
	};

	return cmocka_run_group_tests_name("http_parts", tests, NULL, NULL);
}
