/* SPDX-License-Identifier: ISC */
/* What happened here, row by row. */
#include <inttypes.h>
#include <string.h>

#include "formats/member.h"
#include "formats/table.h"
#include "moment.h"
#include "show.h"
#include "verifier/state/journal.h"

enum { LINE_ROOM = 128 + LOG_CHAIN_ROW_MAX };

struct line {
	char text[LINE_ROOM];
	size_t len;
};

static void
take_text(void *context, const char *text, size_t text_len)
{
	struct line *line = context;
	size_t room = sizeof line->text - 1 - line->len;

	text_len = text_len < room ? text_len : room;
	memcpy(line->text + line->len, text, text_len);
	line->len += text_len;
	line->text[line->len] = '\0';
}

/* To `columns`, between two characters, with a sign that more was there. */
static void
shorten(struct line *line, size_t columns)
{
	if (columns == 0 || table_width(line->text, line->len) <= columns)
		return;
	while (line->len > 0 && (table_width(line->text, line->len) > columns - 3 ||
					((unsigned char)line->text[line->len] & 0xc0) == 0x80))
		line->len--;
	snprintf(line->text + line->len, sizeof line->text - line->len, "...");
}

struct listing {
	const struct show *show;
	int date_width; /* beside a date that is not there */
	struct json j;
};

static bool
print_row(void *context, const struct journal_row *row)
{
	char at[MOMENT_TEXT_MAX] = "-", number[32];
	struct line line = { .len = 0 };
	const struct listing *listing = context;

	/* The first rows are from before the site had a time. */
	if (row->moment.settled > 0)
		moment_format(listing->show->place, row->moment.settled, at);
	snprintf(number, sizeof number, "%6" PRId64 "  ", row->seq);
	take_text(&line, number, strlen(number));
	snprintf(number, sizeof number, "%-*s  ", listing->date_width, at);
	take_text(&line, number, strlen(number));
	table_safe_text(row->kind.chars, row->kind.len, take_text, &line);
	take_text(&line, "  ", 2);
	table_safe_text(row->subject.chars, row->subject.len, take_text, &line);
	take_text(&line, "  ", 2);
	table_safe_text(row->detail.chars, row->detail.len, take_text, &line);
	shorten(&line, listing->show->columns);
	fprintf(listing->show->out, "%s\n", line.text);
	return true;
}

static bool
put_row(void *context, const struct journal_row *row)
{
	struct json *j = &((struct listing *)context)->j;

	json_object_open(j);
	member_int(j, "seq", row->seq);
	member_date(j, "settled", row->moment.settled > 0 ? row->moment.settled : LICENSE_NEVER);
	member_date(j, "wall", row->moment.wall);
	member_text(j, "kind", row->kind);
	member_text(j, "subject", row->subject);
	member_text(j, "detail", row->detail);
	json_object_close(j);
	return true;
}

static enum skerry_err
list(struct listing *listing, struct store *store, int64_t after, int64_t limit)
{
	char now[MOMENT_TEXT_MAX];
	struct json *j = &listing->j;
	enum skerry_err err;

	if (!listing->show->json) {
		moment_format(listing->show->place, listing->show->wall, now);
		listing->date_width = (int)strlen(now);
		return journal_each(store, after, limit, print_row, listing);
	}
	json_init(j, command_sink, listing->show->out);
	json_object_open(j);
	json_name(j, "entries");
	json_array_open(j);
	err = journal_each(store, after, limit, put_row, listing);
	json_array_close(j);
	json_object_close(j);
	putc('\n', listing->show->out);
	return err;
}

bool
show_journal(const struct show *show, const struct site *site, int64_t after, int64_t limit,
	enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	struct listing listing = { .show = show };
	struct command_failure failure;
	struct journal_head head;
	enum skerry_err err;

	if (!show_has_memory(show, site, ret_failure))
		return false;
	err = journal_read_head(site->memory->store, &head);
	if (after < 0)
		after = err == SKERRY_OK && head.seq > limit ? head.seq - limit : 0;
	if (err == SKERRY_OK)
		err = list(&listing, site->memory->store, after, limit);
	*ret_exit = COMMAND_YES;
	if (err == SKERRY_OK)
		return true;
	failure = failure_plain(err, show->folder);
	failure_keep(ret_failure, &failure, COMMAND_CANNOT_TELL);
	return false;
}
