/* SPDX-License-Identifier: ISC */
/* telemetry list: what is allowed, what is kept, and what goes out with the next request. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "deeds.h"
#include "formats/date.h"
#include "formats/member.h"
#include "formats/request.h"
#include "formats/table.h"
#include "verifier/state/events.h"

enum { COLUMNS_LEN = 6, NUMBER_MAX = 24 };

/* The names as cells of a table. */
struct sheet {
	struct telemetry rows[TELEMETRY_NAMES_MAX];
	char values[TELEMETRY_NAMES_MAX][TELEMETRY_TEXT_MAX + 1];
	char set_at[TELEMETRY_NAMES_MAX][DATE_TEXT_MAX];
	char decided_at[TELEMETRY_NAMES_MAX][DATE_TEXT_MAX];
	char events[TELEMETRY_NAMES_MAX][NUMBER_MAX];
	const char *cells[TELEMETRY_NAMES_MAX * COLUMNS_LEN];
	size_t len;
};

/* What goes out, counted while it is told. */
struct parcel {
	FILE *out;
	struct json *j; /* NULL: for a person */
	size_t values, events;
};

/* --- the names ------------------------------------------------------------------------------- */

static enum skerry_err
take_row(void *context, const struct telemetry *row)
{
	struct sheet *sheet = context;

	if (sheet->len < TELEMETRY_NAMES_MAX)
		sheet->rows[sheet->len++] = *row;
	return SKERRY_OK;
}

static void
write_value(const struct telemetry *row, char ret_text[TELEMETRY_TEXT_MAX + 1])
{
	if (row->value.is_number)
		snprintf(ret_text, TELEMETRY_TEXT_MAX + 1, "%" PRId64, row->value.number);
	else
		snprintf(ret_text, TELEMETRY_TEXT_MAX + 1, "%s", row->value.text);
}

static void
fill_row(struct sheet *sheet, size_t i)
{
	const struct telemetry *row = &sheet->rows[i];
	const char **cells = &sheet->cells[i * COLUMNS_LEN];

	cells[0] = row->name;
	cells[1] = telemetry_consent_name(row->consent);
	if (row->is_set) {
		write_value(row, sheet->values[i]);
		cells[2] = sheet->values[i];
		date_format(row->set_at, sheet->set_at[i]);
		cells[3] = sheet->set_at[i];
	}
	if (row->events != 0 || row->events_dropped != 0) {
		snprintf(sheet->events[i], NUMBER_MAX, "%" PRId64, row->events);
		cells[4] = sheet->events[i];
	}
	if (row->decided_at != LICENSE_NEVER) {
		date_format(row->decided_at, sheet->decided_at[i]);
		cells[5] = sheet->decided_at[i];
	}
}

static void
print_names(FILE *out, struct sheet *sheet)
{
	static const struct table_column COLUMNS[COLUMNS_LEN] = { { "name", false },
		{ "consent", false }, { "value", false }, { "set", false }, { "events", true },
		{ "decided", false } };

	if (sheet->len == 0) {
		fputs("The product has named nothing, and nothing was allowed or denied.\n", out);
		return;
	}
	for (size_t i = 0; i < sheet->len; i++)
		fill_row(sheet, i);
	table_write(COLUMNS, COLUMNS_LEN, sheet->cells, sheet->len, command_sink, out);
	for (size_t i = 0; i < sheet->len; i++)
		if (sheet->rows[i].events_dropped != 0)
			fprintf(out,
				"%s: %" PRId64 " older events are gone; the newest %d are kept.\n",
				sheet->rows[i].name, sheet->rows[i].events_dropped,
				EVENTS_KEPT_MAX);
}

static void
put_value(struct json *j, const struct telemetry *row)
{
	if (!row->is_set)
		json_null(j);
	else if (row->value.is_number)
		json_int(j, row->value.number);
	else
		json_chars(j, row->value.text);
}

static void
put_name(struct json *j, const struct telemetry *row)
{
	json_object_open(j);
	member_chars(j, "name", row->name);
	member_chars(j, "consent", telemetry_consent_name(row->consent));
	member_date(j, "decided_at", row->decided_at);
	json_name(j, "decided_by");
	if (row->decided_by < 0)
		json_null(j);
	else
		json_int(j, row->decided_by);
	json_name(j, "value");
	put_value(j, row);
	member_date(j, "set_at", row->set_at);
	member_int(j, "events", row->events);
	member_int(j, "events_dropped", row->events_dropped);
	json_object_close(j);
}

/* --- what goes out --------------------------------------------------------------------------- */

static enum skerry_err
tell_value(void *context, const struct telemetry *row)
{
	struct parcel *parcel = context;
	char value[TELEMETRY_TEXT_MAX + 1];

	parcel->values++;
	if (parcel->j != NULL) {
		json_name(parcel->j, row->name);
		put_value(parcel->j, row);
		return SKERRY_OK;
	}
	if (parcel->values == 1)
		fputs("\nThis goes out with the next request:\n", parcel->out);
	write_value(row, value);
	fprintf(parcel->out, "  %s = ", row->name);
	command_print_safe(parcel->out, value, strlen(value));
	fputc('\n', parcel->out);
	return SKERRY_OK;
}

static enum skerry_err
tell_event(void *context, const struct event *event)
{
	struct parcel *parcel = context;
	char at[DATE_TEXT_MAX];

	/* What has no room goes with the request after it. */
	if (parcel->events == REQUEST_EVENTS_MAX)
		return SKERRY_OK;
	parcel->events++;
	if (parcel->j != NULL) {
		json_object_open(parcel->j);
		member_chars(parcel->j, "name", event->name);
		member_date(parcel->j, "at", event->at);
		member_chars(parcel->j, "text", event->text);
		json_object_close(parcel->j);
		return SKERRY_OK;
	}
	if (parcel->values + parcel->events == 1)
		fputs("\nThis goes out with the next request:\n", parcel->out);
	date_format(event->at, at);
	fprintf(parcel->out, "  %s  %s  ", at, event->name);
	command_print_safe(parcel->out, event->text, strlen(event->text));
	fputc('\n', parcel->out);
	return SKERRY_OK;
}

/* As who makes the request will ask for it, so that what is shown is what is sent. */
static enum skerry_err
tell_parcel(FILE *out, struct store *store, struct json *j)
{
	struct parcel parcel = { .out = out, .j = j };
	enum skerry_err err;

	if (j != NULL) {
		json_name(j, "telemetry");
		json_object_open(j);
	}
	err = telemetry_each_allowed(store, tell_value, &parcel);
	if (j != NULL) {
		json_object_close(j);
		json_name(j, "events");
		json_array_open(j);
	}
	if (err == SKERRY_OK)
		err = events_each_allowed(store, tell_event, &parcel);
	if (j != NULL)
		json_array_close(j);
	else if (err == SKERRY_OK && parcel.values + parcel.events == 0)
		fputs("\nNothing of it goes out with the next request.\n", out);
	return err;
}

/* --- the verb -------------------------------------------------------------------------------- */

static enum skerry_err
tell_json(FILE *out, struct store *store, const struct sheet *sheet)
{
	struct json j;
	enum skerry_err err;

	json_init(&j, command_sink, out);
	json_object_open(&j);
	json_name(&j, "names");
	json_array_open(&j);
	for (size_t i = 0; i < sheet->len; i++)
		put_name(&j, &sheet->rows[i]);
	json_array_close(&j);
	json_name(&j, "next_request");
	json_object_open(&j);
	err = tell_parcel(out, store, &j);
	json_object_close(&j);
	json_object_close(&j);
	fputc('\n', out);
	return err;
}

static enum skerry_err
list(FILE *out, struct store *store, bool json)
{
	struct sheet *sheet = calloc(1, sizeof *sheet);
	enum skerry_err err = SKERRY_ERR_NO_MEMORY;

	if (sheet == NULL)
		return err;
	err = telemetry_each(store, take_row, sheet);
	if (err == SKERRY_OK && json)
		err = tell_json(out, store, sheet);
	if (err == SKERRY_OK && !json) {
		print_names(out, sheet);
		err = tell_parcel(out, store, NULL);
	}
	free(sheet);
	return err;
}
bool
show_telemetry_list(const struct show *show, const struct site *site, enum command_exit *ret_exit,
	struct show_failure *ret_failure)
{
	struct command_failure failure;
	enum skerry_err err;

	errno = 0;
	if (!show_has_memory(show, site, ret_failure))
		return false;
	err = list(show->out, site->memory->store, show->json);
	if (err != SKERRY_OK) {
		failure = failure_plain(err, show->folder);
		failure_keep(ret_failure, &failure, COMMAND_CANNOT_TELL);
		return false;
	}
	*ret_exit = COMMAND_YES;
	return true;
}
