/* SPDX-License-Identifier: ISC */
#include "component_list.h"

#include <string.h>

static const char *
cause_of(enum skerry_err err)
{
	switch (err) {
	case SKERRY_ERR_FILE_MISSING:
		return "not there";
	case SKERRY_ERR_FILE_PERMISSION:
		return "no permission to read it";
	case SKERRY_ERR_FILE_NOT_REGULAR:
		return "not a file";
	case SKERRY_ERR_NO_SPACE:
		return "too long";
	default:
		return "cannot be read";
	}
}

struct component
component_none(unsigned type)
{
	struct component component = { .type = type };

	component_set_unreadable(&component, SKERRY_ERR_FILE_MISSING, NULL);
	return component;
}

static void
set(struct component *component, enum component_sight sight, enum skerry_err err, const char *cause)
{
	component->sight = sight;
	component->err = err;
	component->cause = cause;
	component->value_len = 0;
	component->value[0] = '\0';
}

void
component_set_present(struct component *component, const char *value, size_t value_len)
{
	set(component, COMPONENT_PRESENT, SKERRY_OK, NULL);
	memcpy(component->value, value, value_len);
	component->value[value_len] = '\0';
	component->value_len = value_len;
}

void
component_set_junk(struct component *component, const char *cause)
{
	set(component, COMPONENT_JUNK, SKERRY_OK, cause);
}

void
component_set_unreadable(struct component *component, enum skerry_err err, const char *cause)
{
	set(component, COMPONENT_UNREADABLE, err, cause == NULL ? cause_of(err) : cause);
}

void
component_set_from(struct component *component, const char *from)
{
	size_t len = strnlen(from, COMPONENT_FROM_MAX);

	memcpy(component->from, from, len);
	component->from[len] = '\0';
}

void
components_add(struct components *components, const struct component *component)
{
	components->list[components->len++] = *component;
}

static int
order(const struct component *a, const struct component *b)
{
	if (a->sight != b->sight)
		return a->sight < b->sight ? -1 : 1;
	if (a->sight == COMPONENT_PRESENT)
		return strcmp(a->value, b->value);
	return strcmp(a->from, b->from);
}

void
components_add_ranked(struct components *components, size_t first, size_t rows_max,
	const struct component *component)
{
	size_t at = first, last;

	while (at < components->len && order(&components->list[at], component) < 0)
		at++;
	/* Two names of one card, two ways to one disk. */
	if (at < components->len && component->sight == COMPONENT_PRESENT &&
		order(&components->list[at], component) == 0)
		return;
	if (at == first + rows_max)
		return;
	last = components->len;
	if (last == first + rows_max)
		last--;
	memmove(&components->list[at + 1], &components->list[at],
		(last - at) * sizeof *components->list);
	components->list[at] = *component;
	components->len = last + 1;
}
