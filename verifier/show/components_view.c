/* SPDX-License-Identifier: ISC */
#include "components_view.h"

#include <stdio.h>

#include "formats/member.h"
#include "verifier/decide/match.h"
#include "formats/table.h"
#include "keys/command_tell.h"
#include "keys/hash.h"
#include "why_view.h"

static const char *
sight_name(enum component_sight sight)
{
	switch (sight) {
	case COMPONENT_PRESENT:
		return "present";
	case COMPONENT_JUNK:
		return "junk";
	case COMPONENT_UNREADABLE:
		return "unreadable";
	}
	return "unknown";
}

static unsigned
weight_of(const struct component *component)
{
	return component->sight == COMPONENT_PRESENT ? fingerprint_type_weight(component->type) : 0;
}

enum { COLUMNS = 4, WEIGHT_MAX = 12, LINE_ROOM = 128 };

/* Each line of the table with its reason behind it, which may go on below. */
struct behind {
	FILE *out;
	const struct components *components;
	char line[LINE_ROOM];
	size_t len, lines;
};

static void
put_line(struct behind *behind)
{
	size_t row = behind->lines++;
	const char *why = row == 0 ? "why" : behind->components->list[row - 1].cause;

	if (why == NULL)
		fprintf(behind->out, "%s\n", behind->line);
	else
		why_view_print_behind(behind->out, behind->line,
			(int)table_width(behind->line, behind->len) + 2, why);
	behind->len = 0;
}

static void
take_text(void *context, const char *text, size_t text_len)
{
	struct behind *behind = context;

	for (size_t i = 0; i < text_len; i++) {
		if (text[i] == '\n') {
			put_line(behind);
		} else if (behind->len < LINE_ROOM - 1) {
			behind->line[behind->len++] = text[i];
		}
		behind->line[behind->len] = '\0';
	}
}

void
components_view_table(FILE *out, const struct components *components)
{
	static const struct table_column TITLES[COLUMNS] = {
		{ .title = "component" },
		{ .title = "from" },
		{ .title = "value" },
		{ .title = "weight", .right = true },
	};
	struct behind behind = { .out = out, .components = components };
	const char *cells[COMPONENTS_MAX * COLUMNS] = { NULL };
	char weights[COMPONENTS_MAX][WEIGHT_MAX];
	unsigned sum = 0;

	for (size_t i = 0; i < components->len; i++) {
		const struct component *component = &components->list[i];
		const char **row = &cells[i * COLUMNS];

		sum += weight_of(component);
		snprintf(weights[i], sizeof weights[i], "%u", weight_of(component));
		row[0] = fingerprint_type_name(component->type);
		row[1] = component->from[0] == '\0' ? NULL : component->from;
		row[2] = sight_name(component->sight);
		row[3] = component->sight == COMPONENT_PRESENT ? weights[i] : NULL;
	}
	table_write(TITLES, COLUMNS, cells, components->len, take_text, &behind);
	fprintf(out, "\n");
	if (!components_identify(components))
		fprintf(out, "Nothing tells this machine from others of its kind.\n");
	else
		fprintf(out,
			"Together %u. A license that is bound to it usually holds while more than "
			"half of\nthat is the same.\n",
			sum);
}

static void
component_json(
	struct json *j, const struct component *component, const uint8_t salt[LICENSE_SALT_LEN])
{
	uint8_t hash[HASH_COMPONENT_LEN];

	json_object_open(j);
	member_chars(j, "type", fingerprint_type_name(component->type));
	member_given(j, "from", component->from);
	member_chars(j, "value", sight_name(component->sight));
	member_uint(j, "weight", weight_of(component));
	member_chars(j, "cause", component->cause);
	json_name(j, "hash");
	if (component->sight == COMPONENT_PRESENT) {
		hash_component(salt, component->type, component->value, component->value_len, hash,
			sizeof hash);
		json_hex(j, hash, sizeof hash);
	} else {
		json_null(j);
	}
	json_object_close(j);
}

void
components_view_json(
	struct json *j, const struct components *components, const uint8_t salt[LICENSE_SALT_LEN])
{
	json_array_open(j);
	for (size_t i = 0; i < components->len; i++)
		component_json(j, &components->list[i], salt);
	json_array_close(j);
}

void
components_view_types_json(struct json *j, unsigned types)
{
	json_array_open(j);
	for (unsigned type = 1; type <= FINGERPRINT_TYPE_LAST; type++)
		if ((types & MATCH_TYPE_BIT(type)) != 0)
			json_chars(j, fingerprint_type_name(type));
	json_array_close(j);
}
