/* SPDX-License-Identifier: ISC */
#include "exchange_out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "formats/table.h"
#include "verifier/show/taken.h"

/* A name longer than this is cut; the last column is as wide as 80 columns leave it. */
enum { NAME_WIDTH = 20, TOTAL_WIDTH = 79, TEXT_MAX = 512 };

static const char *const LIST_NAMES[EXCHANGE_LISTS] = { "read", "written", "stays", "removed",
	"skipped" };
enum list { LIST_READ, LIST_WRITTEN, LIST_STAYS, LIST_REMOVED, LIST_SKIPPED };

/* --- beginning and end ----------------------------------------------------------------------- */

static void
open_list(struct exchange_out *out, struct exchange_list *list)
{
	list->file = open_memstream(&list->text, &list->len);
	out->no_memory |= list->file == NULL;
	if (list->file != NULL)
		json_init(&list->j, command_sink, list->file);
}

void
exchange_out_begin(struct exchange_out *ret_out, const struct site *site, bool json)
{
	*ret_out = (struct exchange_out){ .site = site, .json = json };
	open_list(ret_out, &ret_out->details);
	for (size_t i = 0; i < EXCHANGE_LISTS; i++) {
		open_list(ret_out, &ret_out->lists[i]);
		if (ret_out->lists[i].file != NULL)
			json_array_open(&ret_out->lists[i].j);
	}
}

static void
close_list(struct exchange_out *out, struct exchange_list *list)
{
	if (list->file != NULL && fclose(list->file) != 0)
		out->no_memory = true;
	list->file = NULL;
}

void
exchange_out_free(struct exchange_out *out)
{
	close_list(out, &out->details);
	free(out->details.text);
	for (size_t i = 0; i < EXCHANGE_LISTS; i++) {
		close_list(out, &out->lists[i]);
		free(out->lists[i].text);
	}
	for (size_t i = 0; i < out->rows_len; i++)
		for (size_t c = 0; c < 3; c++)
			free(out->rows[i].cells[c]);
	free(out->rows);
	*out = (struct exchange_out){ .rows_len = 0 };
}

/* --- the table ------------------------------------------------------------------------------- */

static void
add_row(struct exchange_out *out, const char *name, const char *kind, const char *text)
{
	struct exchange_row *row;

	if (out->rows_len == out->rows_max) {
		size_t max = out->rows_max == 0 ? 16 : 2 * out->rows_max;
		struct exchange_row *grown = reallocarray(out->rows, max, sizeof *grown);

		out->no_memory |= grown == NULL;
		if (grown == NULL)
			return;
		out->rows = grown;
		out->rows_max = max;
	}
	row = &out->rows[out->rows_len];
	row->cells[0] = strdup(name);
	row->cells[1] = strdup(kind);
	row->cells[2] = strdup(text);
	/* A row is whole or not there. */
	if (row->cells[0] != NULL && row->cells[1] != NULL && row->cells[2] != NULL) {
		out->rows_len++;
		return;
	}
	out->no_memory = true;
	for (size_t c = 0; c < 3; c++)
		free(row->cells[c]);
}

static size_t
width_of(const char *text)
{
	return table_width(text, strlen(text));
}

/* A name of people's is cut where it would push the rest aside. */
static void
cut_name(const char *shown, char ret_name[4 * NAME_WIDTH + 4])
{
	size_t len = 0, fits = 0;

	if (width_of(shown) <= NAME_WIDTH) {
		snprintf(ret_name, 4 * NAME_WIDTH + 4, "%s", shown);
		return;
	}
	for (; len < 4 * (NAME_WIDTH - 3) && shown[len] != '\0'; len++) {
		bool begins = ((unsigned char)shown[len] & 0xc0) != 0x80;

		if (begins && table_width(shown, len) > NAME_WIDTH - 3)
			break;
		if (begins && table_width(shown, len) <= NAME_WIDTH - 3)
			fits = len;
	}
	snprintf(ret_name, 4 * NAME_WIDTH + 4, "%.*s...", (int)fits, shown);
}

/* --- words ----------------------------------------------------------------------------------- */

/* "bundle 412", "request 5": a number tells two of a kind apart. */
static void
kind_text(const struct stick_line *line, char ret_text[TEXT_MAX])
{
	uint64_t number = line->bundle != NULL ? line->bundle->seq : line->number;
	const char *kind = line->kind == DOCUMENT_UNKNOWN ? "-" : document_kind_name(line->kind);

	if (number != 0)
		snprintf(ret_text, TEXT_MAX, "%s %" PRIu64, kind, number);
	else
		snprintf(ret_text, TEXT_MAX, "%s", kind);
}

static struct command_failure
line_failure(const struct stick_line *line)
{
	const struct take_result result = {
		.kind = line->kind, .err = line->err, .offset = line->offset
	};

	if (line->kind == DOCUMENT_BUNDLE)
		return taken_bundle_failure(line->shown, line->err, line->offset);
	if (line->kind == DOCUMENT_REQUEST && line->err == SKERRY_ERR_OTHER_SITE)
		return (struct command_failure){
			.err = line->err, .message = "The request is another site's.", .advice = ""
		};
	return taken_failure(line->shown, &result);
}

static const char *
reason_of(const struct stick_line *line)
{
	struct command_failure failure;

	if (line->found != MAILBAG_DOCUMENT)
		return mailbag_found_text(line->found);
	failure = line_failure(line);
	return failure.message != NULL ? failure.message : skerry_strerror(line->err);
}

static const char *
code_of(const struct stick_line *line)
{
	return line->found != MAILBAG_DOCUMENT ? mailbag_found_name(line->found)
					       : skerry_err_name(line->err);
}

static void
deed_text(const struct stick_line *line, char ret_text[TEXT_MAX])
{
	switch (line->deed) {
	case STICK_TAKEN:
		snprintf(ret_text, TEXT_MAX, "taken in");
		break;
	case STICK_NOTHING:
		snprintf(ret_text, TEXT_MAX, "%s",
			line->bundle != NULL && line->bundle->boxes == 0
				? "nothing for this site, which knows the rest"
				: "nothing new");
		break;
	case STICK_LEFT:
		snprintf(ret_text, TEXT_MAX, "left for the vendor");
		break;
	case STICK_STAYS:
		snprintf(ret_text, TEXT_MAX, "lies here already and waits for its answer");
		break;
	case STICK_REMOVED:
		snprintf(ret_text, TEXT_MAX, "removed: %s",
			line->answered ? "it is answered" : "a newer one is in its place");
		break;
	case STICK_SKIPPED:
		snprintf(ret_text, TEXT_MAX, "skipped: %s", reason_of(line));
		break;
	}
}

/* --- details and JSON ------------------------------------------------------------------------ */

/* What was carried, once the table has been read. */
static void
add_details(struct exchange_out *out, const struct stick_line *line)
{
	FILE *file = out->details.file;

	if (file == NULL || line->taken == NULL)
		return;
	for (size_t i = 0; i < line->taken->len; i++) {
		const struct take_result *result = &line->taken->list[i];
		struct command_failure failure;

		if (result->fate == TAKE_TAKEN || result->fate == TAKE_WAITS ||
			result->answers != 0)
			taken_tell(file, cli_texts(), out->site, result);
		if (result->fate != TAKE_REFUSED)
			continue;
		failure = taken_failure(line->shown, result);
		command_print_safe(file, line->shown, strlen(line->shown));
		fprintf(file, ": %s: %s [%s]\n", document_kind_name(result->kind),
			failure.message != NULL ? failure.message : skerry_strerror(result->err),
			skerry_err_name(result->err));
	}
}

static enum list
list_of(enum stick_deed deed)
{
	switch (deed) {
	case STICK_LEFT:
		return LIST_WRITTEN;
	case STICK_STAYS:
		return LIST_STAYS;
	case STICK_REMOVED:
		return LIST_REMOVED;
	case STICK_SKIPPED:
		return LIST_SKIPPED;
	case STICK_TAKEN:
	case STICK_NOTHING:
		break;
	}
	return LIST_READ;
}

static void
put_documents(struct exchange_out *out, struct json *j, const struct stick_line *line)
{
	json_name(j, "result");
	json_chars(j, line->deed == STICK_TAKEN ? "taken" : "held");
	if (line->bundle != NULL) {
		json_name(j, "number");
		json_uint(j, line->bundle->seq);
		json_name(j, "for_this_site");
		json_uint(j, line->bundle->boxes);
	}
	json_name(j, "documents");
	json_array_open(j);
	for (size_t i = 0; i < line->taken->len; i++)
		taken_json(j, out->site, line->shown, &line->taken->list[i]);
	json_array_close(j);
}

static void
add_json(struct exchange_out *out, const struct stick_line *line)
{
	struct exchange_list *list = &out->lists[list_of(line->deed)];
	struct json *j = &list->j;

	if (list->file == NULL)
		return;
	json_object_open(j);
	json_name(j, "file");
	json_chars(j, line->shown);
	json_name(j, "kind");
	json_chars(j, line->kind == DOCUMENT_UNKNOWN ? NULL : document_kind_name(line->kind));
	if (line->taken != NULL) {
		put_documents(out, j, line);
	} else if (line->deed == STICK_SKIPPED) {
		json_name(j, "code");
		json_chars(j, code_of(line));
		json_name(j, "message");
		json_chars(j, reason_of(line));
	} else if (line->number != 0) {
		json_name(j, "number");
		json_uint(j, line->number);
	}
	json_object_close(j);
}

void
exchange_out_add(struct exchange_out *out, const struct stick_line *line)
{
	char name[4 * NAME_WIDTH + 4], kind[TEXT_MAX], text[TEXT_MAX];

	add_json(out, line);
	if (line->deed == STICK_SKIPPED && line->kind == DOCUMENT_REQUEST &&
		line->err == SKERRY_ERR_OTHER_SITE) {
		out->others++;
		return;
	}
	cut_name(line->shown, name);
	kind_text(line, kind);
	deed_text(line, text);
	add_row(out, name, kind, text);
	add_details(out, line);
}

/* --- printing -------------------------------------------------------------------------------- */

/* How much of a text stands in one line: up to a space, where there is one. */
static size_t
line_len(const char *text, size_t width)
{
	size_t len = 0, at_space = 0;

	for (; text[len] != '\0'; len++) {
		if (table_width(text, len + 1) > width && at_space > 0)
			return at_space;
		if (text[len] == ' ')
			at_space = len;
	}
	return len;
}

/* The next line of a text, copied; *text moves behind it. NULL: no memory. */
static char *
take_line(const char **text, size_t width)
{
	size_t len = line_len(*text, width);
	char *line = strndup(*text, len);

	*text += len;
	*text += strspn(*text, " ");
	return line;
}

static size_t
widest(const struct exchange_out *out, size_t column)
{
	size_t width = 0;

	for (size_t i = 0; i < out->rows_len; i++)
		if (width_of(out->rows[i].cells[column]) > width)
			width = width_of(out->rows[i].cells[column]);
	return width;
}

/* Lines of the table: a text that is too long goes on in lines of its own. */
static size_t
fill_cells(const struct exchange_out *out, size_t width, const char **cells, size_t lines_max)
{
	size_t lines = 0;

	for (size_t i = 0; i < out->rows_len; i++) {
		const char *text = out->rows[i].cells[2];

		for (bool first = true; *text != '\0' && lines < lines_max; first = false) {
			cells[3 * lines] = first ? out->rows[i].cells[0] : "";
			cells[3 * lines + 1] = first ? out->rows[i].cells[1] : "";
			cells[3 * lines++ + 2] = take_line(&text, width);
		}
	}
	return lines;
}

static void
print_table(const struct exchange_out *out)
{
	/* No text has more lines of this width. */
	enum { WIDTH_MIN = 40, LINES_MAX = TEXT_MAX / 8 };
	static const struct table_column COLUMNS[] = { { "FILE", false }, { "WHAT", false },
		{ "RESULT", false } };
	size_t taken = widest(out, 0) + widest(out, 1) + 4, lines;
	size_t width = taken + WIDTH_MIN > TOTAL_WIDTH ? WIDTH_MIN : TOTAL_WIDTH - taken;
	const char **cells = calloc(LINES_MAX * out->rows_len, 3 * sizeof *cells);

	if (cells == NULL)
		return;
	lines = fill_cells(out, width, cells, LINES_MAX * out->rows_len);
	table_write(COLUMNS, 3, cells, lines, command_sink, stdout);
	for (size_t i = 0; i < lines; i++)
		free((char *)cells[3 * i + 2]);
	free(cells);
}

static void
print_people(struct exchange_out *out, const struct stick_result *result)
{
	char others[TEXT_MAX];

	printf("This site is %s.\n", result->tag);
	if (out->others > 0) {
		snprintf(others, sizeof others, "%zu of other sites, which stay", out->others);
		add_row(out, "", "requests", others);
	}
	putchar('\n');
	if (out->rows_len > 0)
		print_table(out);
	else
		puts("Nothing lies on this stick.");
	putchar('\n');
	close_list(out, &out->details);
	if (out->details.len > 0) {
		fwrite(out->details.text, 1, out->details.len, stdout);
		putchar('\n');
	}
}

static void
print_json(struct exchange_out *out, const struct stick_result *result)
{
	bool whole = result->finished == SKERRY_OK && result->making == SKERRY_OK &&
		     result->writing == SKERRY_OK;

	printf("{\"ok\":%s,\"tag\":\"%s\"", whole ? "true" : "false", result->tag);
	for (size_t i = 0; i < EXCHANGE_LISTS; i++) {
		json_array_close(&out->lists[i].j);
		close_list(out, &out->lists[i]);
		printf(",\"%s\":", LIST_NAMES[i]);
		fwrite(out->lists[i].text, 1, out->lists[i].len, stdout);
	}
	fputs(",\"not_made\":", stdout);
	if (result->making == SKERRY_OK)
		fputs("null", stdout);
	else
		printf("\"%s\"", skerry_err_name(result->making));
	fputs(",\"not_left\":", stdout);
	if (result->writing == SKERRY_OK)
		fputs("null", stdout);
	else
		printf("\"%s\"", skerry_err_name(result->writing));
	printf(",\"finished\":%s}\n", result->finished == SKERRY_OK ? "true" : "false");
}

void
exchange_out_print(struct exchange_out *out, const struct stick_result *result)
{
	if (out->json)
		print_json(out, result);
	else
		print_people(out, result);
}
