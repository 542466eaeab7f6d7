/* SPDX-License-Identifier: ISC */
/* skerry journal: what happened here, whether it is whole, and a copy for the vendor. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"
#include "formats/date.h"
#include "formats/site_journal.h"
#include "formats/table.h"
#include "keys/atomic_file.h"
#include "moment.h"

enum {
	SHOWN = 100, /* rows, unless told otherwise */
	COLUMNS_USUAL = 80,
	COLUMNS_LEAST = 20,
	LINE_ROOM = 128 + LOG_CHAIN_ROW_MAX
};

static bool
has_journal(const struct site *site, bool json, enum command_exit *ret_exit)
{
	if (site->memory->store != NULL)
		return true;
	*ret_exit = cli_fail_unread(site, json);
	return false;
}

/* --- list ------------------------------------------------------------------------------------ */

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

/* What a terminal shows in one line; 0: it is none, and all is printed. */
static size_t
columns_of(FILE *file)
{
	struct winsize size;

	if (isatty(fileno(file)) != 1)
		return 0;
	return ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > COLUMNS_LEAST
		       ? size.ws_col
		       : COLUMNS_USUAL;
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

/* Beside a date that is not there. */
static int
date_width(void)
{
	char now[MOMENT_TEXT_MAX];

	moment_format(cli_wall_clock(), now);
	return (int)strlen(now);
}

struct listing {
	size_t columns;
	int date_width;
};

static bool
print_row(void *context, const struct journal_row *row)
{
	char at[MOMENT_TEXT_MAX] = "-", number[32];
	struct line line = { .len = 0 };
	const struct listing *listing = context;

	/* The first rows are from before the site had a time. */
	if (row->moment.settled > 0)
		moment_format(row->moment.settled, at);
	snprintf(number, sizeof number, "%6" PRId64 "  ", row->seq);
	take_text(&line, number, strlen(number));
	snprintf(number, sizeof number, "%-*s  ", listing->date_width, at);
	take_text(&line, number, strlen(number));
	table_safe_text(row->kind.chars, row->kind.len, take_text, &line);
	take_text(&line, "  ", 2);
	table_safe_text(row->subject.chars, row->subject.len, take_text, &line);
	take_text(&line, "  ", 2);
	table_safe_text(row->detail.chars, row->detail.len, take_text, &line);
	shorten(&line, listing->columns);
	puts(line.text);
	return true;
}

static bool
put_row(void *context, const struct journal_row *row)
{
	struct json *j = context;

	json_object_open(j);
	json_name(j, "seq");
	json_int(j, row->seq);
	json_name(j, "settled");
	json_date(j, row->moment.settled > 0 ? row->moment.settled : LICENSE_NEVER);
	json_name(j, "wall");
	json_date(j, row->moment.wall);
	json_name(j, "kind");
	json_text(j, row->kind);
	json_name(j, "subject");
	json_text(j, row->subject);
	json_name(j, "detail");
	json_text(j, row->detail);
	json_object_close(j);
	return true;
}

static enum skerry_err
list(const struct site *site, int64_t after, int64_t limit, bool json)
{
	struct store *store = site->memory->store;
	struct listing listing = { columns_of(stdout), date_width() };
	struct json j;
	enum skerry_err err;

	if (!json)
		return journal_each(store, after, limit, print_row, &listing);
	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "entries");
	json_array_open(&j);
	err = journal_each(store, after, limit, put_row, &j);
	json_array_close(&j);
	json_object_close(&j);
	putchar('\n');
	return err;
}

static bool
read_number(const char *text, int64_t *ret_number)
{
	char *end;

	if (text[0] < '0' || text[0] > '9' || strlen(text) > 15)
		return false;
	*ret_number = strtoll(text, &end, 10);
	return *end == '\0';
}

enum command_exit
journal_list_run(int argc, char **argv)
{
	const char *after_text = NULL, *limit_text = NULL;
	bool json = false;
	const struct command_option options[] = {
		{ "--after", COMMAND_VALUE, &after_text },
		{ "--limit", COMMAND_VALUE, &limit_text },
		{ "--json", COMMAND_FLAG, &json },
	};
	int64_t after = 0, limit = SHOWN;
	struct command_list operands;
	struct journal_head head;
	enum command_exit exit;
	struct site site;
	enum skerry_err err;

	if (!command_parse(argc, argv, options, 3, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if ((after_text != NULL && !read_number(after_text, &after)) ||
		(limit_text != NULL && !read_number(limit_text, &limit)))
		return command_misuse("--after and --limit take a number");
	if (!cli_open_site(&site, json, &exit))
		return exit;
	if (has_journal(&site, json, &exit)) {
		err = journal_read_head(site.memory->store, &head);
		/* The last ones, oldest first. */
		if (after_text == NULL && head.seq > limit)
			after = head.seq - limit;
		if (err == SKERRY_OK)
			err = list(&site, after, limit, json);
		exit = err == SKERRY_OK ? COMMAND_YES : COMMAND_CANNOT_TELL;
		if (err != SKERRY_OK)
			cli_fail(err, cli_state(), json);
	}
	site_close(&site);
	return command_finish(exit);
}

/* --- verify ---------------------------------------------------------------------------------- */

static enum command_exit
tell_check(const struct site *site, enum skerry_err err, int64_t seq, bool json)
{
	struct command_failure failure = { .err = err, .subject = cli_state() };
	struct journal_head head = { .seq = 0 };
	char message[128] = "";
	struct json j;

	journal_read_head(site->memory->store, &head);
	if (err == SKERRY_ERR_AUDIT_CHAIN)
		snprintf(message, sizeof message,
			"Entry %" PRId64 " does not follow from the one before it.", seq);
	failure.message = message[0] == '\0' ? NULL : message;
	failure.advice =
		"It was edited by hand or damaged. Send `skerry journal export` to the vendor; "
		"licenses do not depend on it.";
	if (err != SKERRY_OK) {
		command_fail_json(&failure, json);
		return COMMAND_NO;
	}
	if (!json) {
		printf("Whole: the entries up to %" PRId64 " follow from each other.\n", head.seq);
		return COMMAND_YES;
	}
	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, true);
	json_name(&j, "seq");
	json_int(&j, head.seq);
	json_object_close(&j);
	putchar('\n');
	return COMMAND_YES;
}

enum command_exit
journal_verify_run(int argc, char **argv)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list operands;
	enum command_exit exit;
	struct site site;
	int64_t seq = 0;
	enum skerry_err err;

	if (!command_parse(argc, argv, options, 1, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (!cli_open_site(&site, json, &exit))
		return exit;
	if (has_journal(&site, json, &exit)) {
		err = memory_check(site.memory, &seq);
		exit = tell_check(&site, err, seq, json);
		/* The next opening makes it anew. */
		if (err == SKERRY_ERR_STORE_DAMAGED)
			site.memory->trouble = err;
	}
	site_close(&site);
	return command_finish(exit);
}

/* --- export ---------------------------------------------------------------------------------- */

/* Grows as it is written; the first failure stays. */
struct output {
	uint8_t *bytes;
	size_t len, room;
	enum skerry_err err;
	uint8_t last[HASH_LEN];
	int64_t last_seq;
};

enum { ITEM_MAX = LOG_CHAIN_ROW_MAX + 64 };

static void
add(struct output *out, const uint8_t *item, size_t item_len)
{
	size_t room = out->room == 0 ? 65536 : out->room * 2;
	uint8_t *more;

	if (out->bytes == NULL || out->room - out->len < item_len) {
		more = realloc(out->bytes, room);
		if (more == NULL) {
			out->err = SKERRY_ERR_NO_MEMORY;
			return;
		}
		out->bytes = more;
		out->room = room;
	}
	memcpy(out->bytes + out->len, item, item_len);
	out->len += item_len;
}

static void
add_item(struct output *out, const struct site_journal_item *item)
{
	uint8_t bytes[ITEM_MAX];
	struct cbor_writer w;
	size_t len;

	if (out->err != SKERRY_OK)
		return;
	cbor_writer_init(&w, bytes, sizeof bytes);
	site_journal_write_item(&w, item);
	out->err = cbor_writer_finish(&w, &len);
	if (out->err == SKERRY_OK)
		add(out, bytes, len);
}

static bool
add_row(void *context, const struct journal_row *row)
{
	struct output *out = context;
	const struct site_journal_item item = { .kind = SITE_JOURNAL_ENTRY,
		.entry = { row->seq, row->moment.settled, row->moment.wall, row->moment.boot,
			row->kind, row->subject, row->detail, row->hash.data } };

	if (row->hash.len != HASH_LEN)
		out->err = SKERRY_ERR_AUDIT_CHAIN;
	add_item(out, &item);
	out->last_seq = row->seq;
	if (out->err == SKERRY_OK)
		memcpy(out->last, row->hash.data, HASH_LEN);
	return out->err == SKERRY_OK;
}

static enum skerry_err
gather(const struct site *site, struct output *out)
{
	const struct site_journal_item header = { .kind = SITE_JOURNAL_HEADER,
		.install_id = cbor_text_from_chars(site->identity.install_id) };
	struct site_journal_item end = { .kind = SITE_JOURNAL_END, .hash = out->last };
	enum skerry_err err;

	add_item(out, &header);
	err = journal_each(site->memory->store, 0, INT64_MAX, add_row, out);
	end.seq = out->last_seq;
	add_item(out, &end);
	return err == SKERRY_OK ? out->err : err;
}

/* A copy that ends before the journal does would look whole. */
static enum command_exit
fail_export(enum skerry_err err, const struct output *out, const char *file)
{
	char message[160];
	const struct command_failure failure = { .err = err,
		.subject = cli_state(),
		.message = message,
		.advice =
			"It was edited by hand or damaged: `skerry journal verify` names the first "
			"such entry. Send the vendor the file site.db instead; licenses do not "
			"depend on it." };

	if (err != SKERRY_ERR_AUDIT_CHAIN)
		return cli_fail(err, file, false);
	snprintf(message, sizeof message,
		"The entry after %" PRId64
		" is none that this program wrote: the journal was not exported.",
		out->last_seq);
	command_fail_json(&failure, false);
	return COMMAND_NO;
}

static enum skerry_err
write_out(const char *file, const struct output *out, bool force)
{
	if (strcmp(file, "-") != 0)
		return atomic_file_write(file, out->bytes, out->len, 0644, force);
	return fwrite(out->bytes, 1, out->len, stdout) == out->len ? SKERRY_OK : SKERRY_ERR_IO;
}

enum command_exit
journal_export_run(int argc, char **argv)
{
	const char *file = NULL;
	bool force = false;
	const struct command_option options[] = {
		{ "--out", COMMAND_VALUE, &file },
		{ "--force", COMMAND_FLAG, &force },
	};
	struct output out = { .err = SKERRY_OK };
	struct command_list operands;
	enum command_exit exit;
	struct site site;
	enum skerry_err err;

	if (!command_parse(argc, argv, options, 2, 0, 0, &operands))
		return COMMAND_CANNOT_TELL;
	if (file == NULL)
		return command_misuse("--out FILE is missing; - is standard output");
	if (!cli_open_site(&site, false, &exit))
		return exit;
	if (has_journal(&site, false, &exit)) {
		err = gather(&site, &out);
		/* The file is the caller's, whoever the folder belongs to. */
		writer_step_out(&site.documents.writer);
		if (err == SKERRY_OK)
			err = write_out(file, &out, force);
		exit = err == SKERRY_OK ? COMMAND_YES : fail_export(err, &out, file);
		writer_step_in(&site.documents.writer);
	}
	free(out.bytes);
	site_close(&site);
	return command_finish(exit);
}
