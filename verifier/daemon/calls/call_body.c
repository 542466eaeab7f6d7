/* SPDX-License-Identifier: ISC */
#include "call_body.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SHOWN_MAX = 40 };

/* --- what is wrong --------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static bool
refuse(struct call_body *body, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(body->problem, sizeof body->problem, format, args);
	va_end(args);
	return false;
}

/* A name from outside, short enough to be told and whole characters of it. */
static const char *
shown(const char *name, char ret_name[NAME_SHOWN_MAX + 4])
{
	size_t len = strlen(name), keep = len < NAME_SHOWN_MAX ? len : NAME_SHOWN_MAX;

	while (keep < len && keep > 0 && ((unsigned char)name[keep] & 0xc0) == 0x80)
		keep--;
	snprintf(ret_name, NAME_SHOWN_MAX + 4, "%.*s%s", (int)keep, name, keep < len ? "..." : "");
	return ret_name;
}

static const struct call_body_field *
find_field(const struct call_body_field *fields, size_t fields_len, const char *name)
{
	for (size_t i = 0; i < fields_len; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static bool
refuse_unknown(struct call_body *body, const struct call_body_field *fields, size_t fields_len,
	const char *name)
{
	char short_name[NAME_SHOWN_MAX + 4];
	size_t len;

	refuse(body, "The name '%s' is unknown here. Names are", shown(name, short_name));
	for (size_t i = 0; i < fields_len; i++) {
		len = strlen(body->problem);
		snprintf(body->problem + len, sizeof body->problem - len, "%s %s",
			i == 0 ? "" : ",", fields[i].name);
	}
	len = strlen(body->problem);
	snprintf(body->problem + len, sizeof body->problem - len, "%s",
		fields_len == 0 ? " none." : ".");
	return false;
}

/* --- reading --------------------------------------------------------------------------------- */

static bool
check_text(struct call_body *body, const struct call_body_field *field, const json_t *value,
	bool may_be_empty)
{
	size_t len = json_string_length(value);

	if (!json_is_string(value))
		return refuse(body, "%s%s is to be text in quotation marks.", field->name,
			field->type == CALL_BODY_TEXTS ? ": each entry" : "");
	if (len > field->text_max)
		return refuse(
			body, "%s is too long: at most %zu bytes.", field->name, field->text_max);
	if (len == 0 && !may_be_empty)
		return refuse(body, "%s is empty.", field->name);
	return true;
}

static bool
read_texts(struct call_body *body, const struct call_body_field *field, const json_t *value)
{
	if (!json_is_array(value))
		return refuse(body, "%s is to be a list: [\"...\"].", field->name);
	if (json_array_size(value) > field->list_max)
		return refuse(body, "%s has too many entries: at most %zu.", field->name,
			field->list_max);
	field->texts->len = 0;
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *entry = json_array_get(value, i);

		if (!check_text(body, field, entry, false))
			return false;
		field->texts->list[field->texts->len++] = json_string_value(entry);
	}
	return true;
}

static bool
read_value(struct call_body *body, const struct call_body_field *field, const char *name,
	const json_t *value)
{
	struct call_body_value *to = &field->values->list[field->values->len];
	char short_name[NAME_SHOWN_MAX + 4];

	if (strlen(name) > CALL_BODY_NAME_MAX)
		return refuse(body, "%s has a name that is too long: at most %d bytes.",
			field->name, CALL_BODY_NAME_MAX);
	*to = (struct call_body_value){ .name = name };
	if (json_is_integer(value))
		to->number = json_integer_value(value);
	else if (!json_is_string(value))
		return refuse(body, "%s: '%s' is to be a whole number or text.", field->name,
			shown(name, short_name));
	else if (json_string_length(value) > field->text_max)
		return refuse(body, "%s: '%s' is too long: at most %zu bytes.", field->name,
			shown(name, short_name), field->text_max);
	else
		to->text = json_string_value(value);
	field->values->len++;
	return true;
}

static bool
read_values(struct call_body *body, const struct call_body_field *field, json_t *value)
{
	const char *name;
	json_t *entry;

	if (!json_is_object(value))
		return refuse(body, "%s is to be an object: {\"NAME\": VALUE, ...}.", field->name);
	if (json_object_size(value) > field->list_max)
		return refuse(
			body, "%s has too many names: at most %zu.", field->name, field->list_max);
	field->values->len = 0;
	json_object_foreach(value, name, entry)
	{
		if (!read_value(body, field, name, entry))
			return false;
	}
	return true;
}

static bool
read_field(struct call_body *body, const struct call_body_field *field, json_t *value)
{
	switch (field->type) {
	case CALL_BODY_TEXT:
	case CALL_BODY_ANY_TEXT:
		if (!check_text(body, field, value, field->type == CALL_BODY_ANY_TEXT))
			return false;
		*field->text = json_string_value(value);
		return true;
	case CALL_BODY_TEXTS:
		return read_texts(body, field, value);
	case CALL_BODY_VALUES:
		return read_values(body, field, value);
	}
	return false;
}

/* Jansson's words name what it stumbled over; the position is ours to tell. */
static bool
refuse_json(struct call_body *body, const json_error_t *error)
{
	if (json_error_code(error) == json_error_duplicate_key)
		return refuse(body, "A name stands there twice (before byte %d).", error->position);
	if (json_error_code(error) == json_error_null_character ||
		json_error_code(error) == json_error_null_byte_in_key)
		return refuse(body, "There is a NUL in a text (before byte %d).", error->position);
	if (json_error_code(error) == json_error_end_of_input_expected)
		return refuse(
			body, "Something stands behind the object (byte %d).", error->position);
	return refuse(body, "The body is no JSON (at byte %d).", error->position);
}

static bool
load(struct call_body *body, const uint8_t *bytes, size_t bytes_len)
{
	json_error_t error;

	if (bytes_len > CALL_BODY_MAX)
		return refuse(body, "The body is too long: at most %d bytes.", CALL_BODY_MAX);
	if (bytes_len == 0) {
		body->tree = json_object();
		return body->tree != NULL || refuse(body, "There is no memory for it.");
	}
	/* A lone value, too, so that it can be said what is wrong with it. */
	body->tree = json_loadb(
		(const char *)bytes, bytes_len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (body->tree == NULL)
		return refuse_json(body, &error);
	if (!json_is_object((json_t *)body->tree))
		return refuse(body, "The body is to be an object: {\"NAME\": VALUE, ...}.");
	return true;
}

bool
call_body_read(struct call_body *ret_body, const uint8_t *bytes, size_t bytes_len,
	const struct call_body_field *fields, size_t fields_len)
{
	const char *name;
	json_t *value;

	*ret_body = (struct call_body){ .tree = NULL };
	if (!load(ret_body, bytes, bytes_len))
		return false;
	json_object_foreach((json_t *)ret_body->tree, name, value)
	{
		const struct call_body_field *field = find_field(fields, fields_len, name);

		if (field == NULL)
			return refuse_unknown(ret_body, fields, fields_len, name);
		if (!read_field(ret_body, field, value))
			return false;
	}
	for (size_t i = 0; i < fields_len; i++)
		if (fields[i].needed &&
			json_object_get((json_t *)ret_body->tree, fields[i].name) == NULL)
			return refuse(ret_body, "%s is missing.", fields[i].name);
	return true;
}

void
call_body_free(struct call_body *body)
{
	json_decref((json_t *)body->tree);
	body->tree = NULL;
}
