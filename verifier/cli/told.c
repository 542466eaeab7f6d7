/* SPDX-License-Identifier: ISC */
#include "told.h"

#include <stdlib.h>

#include "formats/cbor.h"

enum { MEMBERS_MAX = 16, NAME_MAX_LEN = 32 };

static bool
read_told(struct told *told)
{
	struct cbor_text name;
	struct cbor_reader r;
	struct cbor_map map;
	size_t offset;

	cbor_reader_init(&r, told->reply.bytes, told->reply.len);
	cbor_map_begin(&r, MEMBERS_MAX, &map);
	while (cbor_map_name(&r, &map, NAME_MAX_LEN, &name))
		if (cbor_text_equals(name, "out"))
			told->out = cbor_read_text(&r, told->reply.len);
		else if (cbor_text_equals(name, "notes"))
			told->notes = cbor_read_text(&r, told->reply.len);
		else
			cbor_skip(&r);
	return cbor_reader_finish(&r, &offset) == SKERRY_OK;
}

enum daemon_answer
told_ask(struct daemon_call *call, bool json, bool fail_json, struct told *ret_told,
	enum command_exit *ret_exit)
{
	struct told told = { .reply = { 0 } };
	enum daemon_answer answer;

	daemon_call_arg(call, "told", json ? "json" : "text");
	answer = daemon_ask(call, fail_json, &told.reply, ret_exit);
	if (answer != DAEMON_ANSWERED)
		return answer;
	if (read_told(&told)) {
		*ret_told = told;
		return DAEMON_ANSWERED;
	}
	daemon_reply_free(&told.reply);
	*ret_exit = cli_fail(SKERRY_ERR_IO, NULL, fail_json);
	return DAEMON_REFUSED;
}

void
told_free(struct told *told)
{
	daemon_reply_free(&told->reply);
}

bool
told_print(struct daemon_call *call, bool json, enum command_exit *ret_exit)
{
	struct told told;
	enum daemon_answer answer = told_ask(call, json, json, &told, ret_exit);

	if (answer != DAEMON_ANSWERED)
		return answer == DAEMON_REFUSED;
	command_sink(stdout, told.out.chars, told.out.len);
	command_sink(stderr, told.notes.chars, told.notes.len);
	told_free(&told);
	return true;
}

/* --- what goes with a call ------------------------------------------------------------------- */

void
told_body_begin(struct told_body *ret_body)
{
	*ret_body = (struct told_body){ .stream = NULL };
	ret_body->stream = open_memstream(&ret_body->text, &ret_body->len);
	if (ret_body->stream == NULL) {
		cli_fail(SKERRY_ERR_NO_MEMORY, NULL, false);
		exit(COMMAND_CANNOT_TELL);
	}
	json_init(&ret_body->j, command_sink, ret_body->stream);
	json_object_open(&ret_body->j);
}

void
told_body_end(struct told_body *body, struct daemon_call *call)
{
	json_object_close(&body->j);
	if (fclose(body->stream) != 0) {
		cli_fail(SKERRY_ERR_NO_MEMORY, NULL, false);
		exit(COMMAND_CANNOT_TELL);
	}
	body->stream = NULL;
	daemon_call_json(call, body->text, body->len);
}

void
told_body_free(struct told_body *body)
{
	free(body->text);
	body->text = NULL;
}

void
told_body_chars(struct told_body *body, const char *name, const char *value)
{
	if (value == NULL)
		return;
	json_name(&body->j, name);
	json_chars(&body->j, value);
}

void
told_body_list(struct told_body *body, const char *name, const char *const *values, size_t len)
{
	if (len == 0)
		return;
	json_name(&body->j, name);
	json_array_open(&body->j);
	for (size_t i = 0; i < len; i++)
		json_chars(&body->j, values[i]);
	json_array_close(&body->j);
}
