/* SPDX-License-Identifier: ISC */
/*
 * A call's head as skerryd sees it: the target and the lines behind it, with zeros where libmicrohttpd puts
 * them. Whatever is read lies in what came, decodes to text, and is within the limits that http.h names.
 */
#include <stdlib.h>
#include <string.h>

#include "verifier/daemon/http/http_rules.h"
#include "verifier/daemon/http/http_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static bool
lies_inside(const char *at, size_t len, const char *bytes, size_t bytes_len)
{
	return len <= bytes_len && at >= bytes && at - bytes <= (ptrdiff_t)(bytes_len - len);
}

static void
read_target(const char *target, size_t len)
{
	struct http_call call = { .segments_len = 0 };
	char *room = malloc(HTTP_TARGET_ROOM(len));

	if (room == NULL)
		return;
	if (http_target_read(target, len, room, &call) == SKERRY_OK) {
		check(call.segments_len > 0 &&
			call.segments_len <= sizeof call.segments / sizeof *call.segments);
		check(call.args_len <= HTTP_ARGS_MAX);
		for (size_t i = 0; i < call.segments_len; i++)
			check(lies_inside(call.segments[i], strlen(call.segments[i]) + 1, room,
				HTTP_TARGET_ROOM(len)));
		for (size_t i = 0; i < call.args_len; i++)
			check(http_arg(&call, call.args[i].name) != NULL);
	}
	free(room);
}

static void
read_rules(const struct http_head *head, const char *lines, size_t len, bool local)
{
	static const char *const OTHER = "hotel.example";
	const struct http_names names = { "frontdesk", &OTHER, 1 };
	const struct sockaddr_storage address = { .ss_family = AF_INET };
	const struct http_door door = { local, !local, &address, &names };
	struct http_rules rules;
	struct http_refusal refusal = http_rules_read(head, "HTTP/1.1", &door, &rules);

	if (refusal.status != 0) {
		check(refusal.status >= 400 && refusal.status < 600 && refusal.err != SKERRY_OK);
		return;
	}
	check(local || rules.token != NULL);
	check(rules.token == NULL || lies_inside(rules.token, rules.token_len, lines, len));
	check(rules.seat_secret == NULL ||
		lies_inside(rules.seat_secret, rules.seat_secret_len, lines, len));
	check(memchr(rules.language, '\0', sizeof rules.language) != NULL);
}

/* As libmicrohttpd leaves it: of each line the first colon and both bytes of its end are zeros. */
static void
put_zeros(char *lines, size_t len)
{
	bool named = false;

	for (size_t i = 0; i < len; i++)
		if (lines[i] == ':' && !named) {
			lines[i] = '\0';
			named = true;
		} else if (lines[i] == '\n') {
			if (i > 0 && lines[i - 1] == '\r')
				lines[i - 1] = '\0';
			lines[i] = '\0';
			named = false;
		}
}

static void
read_head(const uint8_t *data, size_t size)
{
	struct http_head *head = malloc(sizeof *head);
	char *lines = malloc(size + 1);

	if (head != NULL && lines != NULL) {
		memcpy(lines, data, size);
		put_zeros(lines, size);
		if (http_head_read(lines, size, head) == SKERRY_OK) {
			check(head->fields_len <= HTTP_HEADERS_MAX);
			for (size_t i = 0; i < head->fields_len; i++) {
				const struct http_field *field = &head->fields[i];

				check(field->name_len > 0 &&
					lies_inside(field->name, field->name_len, lines, size));
				check(lies_inside(field->value, field->value_len, lines, size));
			}
			read_rules(head, lines, size, true);
			read_rules(head, lines, size, false);
		}
	}
	free(lines);
	free(head);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	size_t line = end == NULL ? size : (size_t)(end - data);

	read_target((const char *)data, line);
	if (end != NULL)
		read_head(end + 1, size - line - 1);
	return 0;
}
