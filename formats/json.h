/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_JSON_H
#define FORMATS_JSON_H

/*
 * A JSON writer (RFC 8259): compact, in the order of the calls. Writes through a sink and allocates
 * nothing. Names and values are escaped, controls that a terminal would act on (C1, bidirectional)
 * too; bytes that are not UTF-8 become U+FFFD, so the output is always valid. Misuse (a value where a name is due, closing what is not open, deeper than
 * JSON_DEPTH_MAX) is latched and told by json_finish.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cbor.h"

enum { JSON_DEPTH_MAX = 16 };

typedef void json_sink(void *context, const char *text, size_t text_len);

/* Fields are the writer's own. */
struct json {
	json_sink *sink;
	void *context;
	unsigned depth;
	bool in_object[JSON_DEPTH_MAX + 1], started[JSON_DEPTH_MAX + 1], named;
	enum skerry_err err;
};

void json_init(struct json *ret_json, json_sink *sink, void *context);

void json_object_open(struct json *j);
void json_object_close(struct json *j);
void json_array_open(struct json *j);
void json_array_close(struct json *j);
void json_name(struct json *j, const char *name);
void json_name_text(struct json *j, struct cbor_text name);

void json_null(struct json *j);
void json_bool(struct json *j, bool value);
void json_int(struct json *j, int64_t value);
void json_uint(struct json *j, uint64_t value);
void json_chars(struct json *j, const char *terminated); /* NULL: null */
void json_text(struct json *j, struct cbor_text text);   /* absent: null */
void json_date(struct json *j, int64_t at);              /* RFC 3339; INT64_MAX: null */
void json_hex(struct json *j, const uint8_t *bytes, size_t bytes_len);

/* ARGUMENT after misuse, or where something is still open or nothing was written. */
enum skerry_err json_finish(struct json *j);

#endif
