/* SPDX-License-Identifier: ISC */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "formats/date.h"
#include "formats/license.h"

enum { NAME_WIDTH = 20, HEX_MAX = 64, NUMBER_MAX = 24 };

void
report_begin(struct report *ret_report, bool json)
{
	*ret_report = (struct report){ .json = json };
	if (json) {
		json_init(&ret_report->j, command_sink, stdout);
		json_object_open(&ret_report->j);
	}
}

void
report_begin_csv(struct report *ret_report, FILE *csv)
{
	*ret_report = (struct report){ .csv = csv };
}

enum command_exit
report_end(struct report *report)
{
	enum command_exit exit = COMMAND_YES;

	if (report->json) {
		json_object_close(&report->j);
		fputc('\n', stdout);
		if (json_finish(&report->j) != SKERRY_OK)
			exit = command_fail(&(struct command_failure){ .err = report->j.err });
	}
	if (report->no_memory)
		exit = command_fail(&(struct command_failure){ .err = SKERRY_ERR_NO_MEMORY });
	return command_finish(exit);
}

static void
add_cell(struct report *report, const char *text)
{
	if (report->cells_len == report->cells_max) {
		size_t max = report->cells_max == 0 ? 256 : report->cells_max * 2;
		char **cells = realloc(report->cells, max * sizeof *cells);

		if (cells == NULL) {
			report->no_memory = true;
			return;
		}
		report->cells = cells;
		report->cells_max = max;
	}
	report->cells[report->cells_len] = NULL;
	if (text != NULL) {
		report->cells[report->cells_len] = strdup(text);
		report->no_memory |= report->cells[report->cells_len] == NULL;
	}
	report->cells_len++;
}

/* For people: a cell, or a line of its own when there is something to say. */
static void
say(struct report *report, const char *name, const char *text)
{
	size_t width;

	if (report->in_table) {
		add_cell(report, text);
		return;
	}
	if (text == NULL || report->csv != NULL)
		return;
	/* Names of features and limits are somebody's own and stay as they are. */
	if (report->in_names)
		fputs("  ", stdout);
	for (const char *c = name; *c != '\0'; c++)
		fputc(*c == '_' && !report->in_names ? ' ' : *c, stdout);
	width = strlen(name) + (report->in_names ? 2 : 0);
	printf("%*s", (int)(width < NAME_WIDTH ? NAME_WIDTH - width : 1), "");
	command_print_safe(stdout, text, strlen(text));
	fputc('\n', stdout);
}

void
report_text(struct report *report, const char *name, const char *text)
{
	if (text != NULL && text[0] == '\0')
		text = NULL;
	if (!report->json) {
		say(report, name, text);
		return;
	}
	json_name(&report->j, name);
	json_chars(&report->j, text);
}

void
report_json_text(struct report *report, const char *name, const char *text)
{
	if (report->json)
		report_text(report, name, text);
}

void
report_words(struct report *report, const char *name, const char *text)
{
	if (!report->json) {
		report_text(report, name, text);
		return;
	}
	json_name(&report->j, name);
	json_array_open(&report->j);
	for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");

		json_text(&report->j, (struct cbor_text){ text, len });
		text += len;
	}
	json_array_close(&report->j);
}

void
report_number(struct report *report, const char *name, int64_t value)
{
	char text[NUMBER_MAX];

	if (report->json) {
		json_name(&report->j, name);
		json_int(&report->j, value);
		return;
	}
	snprintf(text, sizeof text, "%lld", (long long)value);
	say(report, name, text);
}

void
report_date(struct report *report, const char *name, int64_t at)
{
	char text[DATE_TEXT_MAX];

	if (report->json) {
		json_name(&report->j, name);
		json_date(&report->j, at);
		return;
	}
	/* In a table the day is enough. */
	if (report->in_table)
		date_format_day(at, text);
	else
		date_format(at, text);
	if (at != LICENSE_NEVER)
		say(report, name, text);
	else
		say(report, name, report->in_table && report->csv == NULL ? "never" : NULL);
}

void
report_flag(struct report *report, const char *name, bool value)
{
	if (!report->json) {
		say(report, name, value ? "yes" : "no");
		return;
	}
	json_name(&report->j, name);
	json_bool(&report->j, value);
}

void
report_hex(struct report *report, const char *name, const uint8_t *bytes, size_t bytes_len)
{
	char text[2 * HEX_MAX + 1] = "";

	for (size_t i = 0; i < bytes_len && i < HEX_MAX; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	report_text(report, name, text);
}

void
report_array_begin(struct report *report, const char *name)
{
	if (!report->json)
		return;
	json_name(&report->j, name);
	json_array_open(&report->j);
}

void
report_array_end(struct report *report)
{
	if (report->json)
		json_array_close(&report->j);
}

void
report_object_begin(struct report *report, const char *name)
{
	if (report->csv != NULL)
		return;
	if (!report->json) {
		if (name == NULL)
			fputc('\n', stdout);
		else
			printf("%s\n", name);
		report->in_names = name != NULL;
		return;
	}
	if (name != NULL)
		json_name(&report->j, name);
	json_object_open(&report->j);
}

void
report_object_end(struct report *report)
{
	if (report->json)
		json_object_close(&report->j);
	report->in_names = false;
}

void
report_table_begin(struct report *report, const char *name, const struct table_column *columns,
	size_t columns_len)
{
	report_array_begin(report, name);
	report->columns = columns;
	report->columns_len = columns_len;
	report->in_table = true;
	if (report->csv != NULL)
		table_write_csv(columns, columns_len, NULL, 0, command_sink, report->csv);
}

static void
drop_cells(struct report *report)
{
	for (size_t i = 0; i < report->cells_len; i++)
		free(report->cells[i]);
	report->cells_len = 0;
}

void
report_row_begin(struct report *report)
{
	if (report->json)
		json_object_open(&report->j);
}

void
report_row_end(struct report *report)
{
	report_object_end(report);
	if (report->csv == NULL)
		return;
	/* Nothing of it decides how another row looks: a long list takes no memory. */
	if (!report->no_memory)
		table_write_csv_row((const char *const *)report->cells, report->cells_len,
			command_sink, report->csv);
	drop_cells(report);
}

/* Of what is no terminal, lines stay whole. */
static size_t
terminal_width(void)
{
	struct winsize window;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 ? window.ws_col
										   : SIZE_MAX;
}

void
report_table_end(struct report *report)
{
	report_array_end(report);
	report->in_table = false;
	if (!report->json && report->csv == NULL && !report->no_memory)
		table_write_wrapped(report->columns, report->columns_len,
			(const char *const *)report->cells, report->cells_len / report->columns_len,
			terminal_width(), command_sink, stdout);
	drop_cells(report);
	free(report->cells);
	report->cells = NULL;
	report->cells_max = 0;
}
