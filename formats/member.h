/* SPDX-License-Identifier: ISC */
#ifndef FORMATS_MEMBER_H
#define FORMATS_MEMBER_H

/*
 * One member of a JSON object in one call: its name, and its value as json.h writes it.
 */

#include "json.h"

void member_null(struct json *j, const char *name);
void member_bool(struct json *j, const char *name, bool value);
void member_int(struct json *j, const char *name, int64_t value);
void member_uint(struct json *j, const char *name, uint64_t value);
void member_chars(struct json *j, const char *name, const char *terminated);
void member_text(struct json *j, const char *name, struct cbor_text text);
void member_date(struct json *j, const char *name, int64_t at);

void member_given(struct json *j, const char *name, const char *terminated); /* "", NULL: null */
void member_number(struct json *j, const char *name, uint64_t value);        /* 0: null */

#endif
