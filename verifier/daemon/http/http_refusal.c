/* SPDX-License-Identifier: ISC */
#include "http_refusal.h"

#include <string.h>

#include "formats/cbor_writer.h"
#include "formats/json.h"

struct text {
	char *at;
	size_t len;
	bool full;
};

static void
append(void *context, const char *text, size_t text_len)
{
	struct text *t = context;

	if (text_len > HTTP_REFUSAL_MAX - t->len)
		t->full = true;
	if (t->full)
		return;
	memcpy(t->at + t->len, text, text_len);
	t->len += text_len;
}

static size_t
write_json(const char *code, const char *message, const char *advice, char *ret_body)
{
	struct text text = { .at = ret_body };
	struct json j;

	json_init(&j, append, &text);
	json_object_open(&j);
	json_name(&j, "error");
	json_object_open(&j);
	json_name(&j, "code");
	json_chars(&j, code);
	json_name(&j, "message");
	json_chars(&j, message);
	json_name(&j, "advice");
	json_chars(&j, advice);
	json_object_close(&j);
	json_object_close(&j);
	append(&text, "\n", 1);
	return text.full ? 0 : text.len;
}

static void
put(struct cbor_writer *w, struct cbor_map_out *map, const char *name, const char *value)
{
	cbor_map_put_name(w, map, (struct cbor_text){ name, strlen(name) });
	cbor_write_chars(w, value);
}

static size_t
write_cbor(const char *code, const char *message, const char *advice, char *ret_body)
{
	struct cbor_map_out outer, inner;
	struct cbor_writer w;
	size_t len;

	cbor_writer_init(&w, (uint8_t *)ret_body, HTTP_REFUSAL_MAX);
	cbor_map_open(&w, &outer);
	cbor_map_put_name(&w, &outer, (struct cbor_text){ "error", 5 });
	cbor_map_open(&w, &inner);
	put(&w, &inner, "code", code);
	put(&w, &inner, "advice", advice);
	put(&w, &inner, "message", message);
	cbor_map_close(&w, &inner);
	cbor_map_close(&w, &outer);
	return cbor_writer_finish(&w, &len) == SKERRY_OK ? len : 0;
}

void
http_refusal_reply(const struct http_refusal *refusal, enum http_format format,
	char ret_body[HTTP_REFUSAL_MAX], struct http_reply *ret_reply)
{
	const char *message =
		refusal->message != NULL ? refusal->message : skerry_strerror(refusal->err);
	const char *code = skerry_err_name(refusal->err), *advice = skerry_err_advice(refusal->err);

	*ret_reply = (struct http_reply){
		.status = refusal->status, .format = format, .body = ret_body
	};
	ret_reply->body_len = format == HTTP_CBOR ? write_cbor(code, message, advice, ret_body)
						  : write_json(code, message, advice, ret_body);
	if (refusal->status == 401) {
		ret_reply->header_name = "WWW-Authenticate";
		ret_reply->header_value = "Bearer";
	}
}
