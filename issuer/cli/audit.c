/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "formats/date.h"
#include "issuer/desk/audit_archive.h"
#include "issuer/desk/audit_verify.h"
#include "issuer/desk/mark.h"
#include "report.h"
#include "session.h"
#include "verbs.h"

const char AUDIT_LIST_HELP[] =
	"  --after SEQ      rows after this one; with --reverse rows before it\n"
	"  --limit N        at most N (else 100)\n"
	"  --subject S      what it was done to: \"license 7QK2M94XPAC0DTE1\", or the id\n"
	"  --action A       what was done, or its beginning: license.revoke, license.\n"
	"  --operator NAME  what this operator did\n"
	"  --from DATE      from the beginning of that day\n"
	"  --until DATE     to the end of that day\n"
	"  --reverse        the newest first\n"
	"  --in ARCHIVE     of an archive, instead of the log\n"
	"  --json | --csv\n"
	"\n"
	"example: skerry-issuer audit list --action license.revoke --from 2027-01-01\n";
const char AUDIT_VERIFY_HELP[] =
	"  ARCHIVE...       archives of this log, the oldest first: they are read too,\n"
	"                   and the log must follow on them\n"
	"  --json\n"
	"\n"
	"Computes the log's chain of hashes again and compares it with the mark outside\n"
	"the database. Then it compares the records with the log: each reason; that each\n"
	"license was sold; its key, sale, plan, dates, number of sites and status, as a row\n"
	"says them last; the sales that renewed it; its activations, releases and\n"
	"revocations; who was erased; and each document. Prices and payments, the values\n"
	"that license set gave, and what customers and sites are called are not compared,\n"
	"nor is what only archives tell of, but for reasons. Exit 1 names the first fault.\n"
	"\n"
	"example: skerry-issuer audit verify\n";
const char AUDIT_ARCHIVE_HELP[] =
	"  FILE             is made, and holds the rows from then on: keep it well\n"
	"  --before DATE    rows before that day (else: older than a year)\n"
	"  --json\n"
	"\n"
	"example: skerry-issuer audit archive audit-2027.archive --before 2028-01-01\n";

enum {
	PAGE = 100,
	PAGE_MAX = 100000,
	DAY_TEXT_LEN = 10, /* "2027-04-28" */
	DAY_S = 86400,
	YEAR_DAYS = 365,
	OPERATORS_MAX = 1024, /* that an archive may name */
	WIDTH = 96,
	INDENT = 8 /* of what is printed for people */
};

struct operator_name {
	int64_t id;
	char name[AUDIT_LOG_OPERATOR_MAX + 1];
};

struct listing {
	struct session *session;
	struct report report;
	struct audit_filter filter;
	int64_t count, last;
	struct operator_name *operators; /* of an archive */
	size_t operators_len;
};

static const char *
terminate(struct cbor_text text, char *ret_text, size_t text_max)
{
	snprintf(ret_text, text_max, "%.*s", (int)text.len, text.len == 0 ? "" : text.chars);
	return ret_text;
}

/* A digest vouches for a reason or a document, and tells a person nothing. */
static void
drop_digest(char *detail)
{
	char *digest = strstr(detail, " digest="), *rest;

	if (digest == NULL)
		return;
	rest = digest + 1 + strcspn(digest + 1, " ");
	memmove(digest, rest, strlen(rest) + 1);
}

/* A cell and the space behind it. */
static void
print_padded(const char *text, size_t width)
{
	size_t wide = 0;

	for (const char *c = text; *c != '\0'; c++)
		wide += ((unsigned char)*c & 0xc0) != 0x80;
	command_print_safe(stdout, text, strlen(text));
	printf("%*s", (int)(wide < width ? width - wide : 0) + 2, "");
}

/* Indented lines of at most WIDTH bytes where the text has a space or comma to end one at. */
static void
print_wrapped(const char *text)
{
	while (*text != '\0') {
		size_t len = strlen(text), at;

		if (len > WIDTH - INDENT) {
			for (at = WIDTH - INDENT; at > 0 && strchr(" ,", text[at - 1]) == NULL;
				at--)
				;
			len = at > 0 ? at : strcspn(text, " ,");
			len += at == 0 && text[len] != '\0';
		}
		printf("%*s", INDENT, "");
		command_print_safe(stdout, text, len);
		fputc('\n', stdout);
		text += len;
	}
}

/* For people: a line, and under it what it did and why. */
static void
print_row(struct listing *listing, const struct audit_line *line)
{
	const struct audit_log_row *row = &line->row;
	char text[AUDIT_DETAIL_MAX + 1], number[24], at[DATE_TEXT_MAX];

	if (listing->count == 0)
		printf("%6s  %-20s  %-10s  %-16s  SUBJECT\n", "SEQ", "WHEN", "WHO", "WHAT");
	date_format(row->at, at);
	printf("%6lld  %s  ", (long long)row->seq, at);
	snprintf(number, sizeof number, "%lld", (long long)row->operator_id);
	print_padded(line->who != NULL ? line->who : number, 10);
	print_padded(terminate(row->action, text, sizeof text), 16);
	terminate(row->subject, text, sizeof text);
	command_print_safe(stdout, text, strlen(text));
	fputc('\n', stdout);
	terminate(row->detail, text, sizeof text);
	drop_digest(text);
	print_wrapped(text);
	if (line->note != NULL) {
		printf("%*s\"", INDENT, "");
		command_print_safe(stdout, line->note, strlen(line->note));
		puts("\"");
	}
}

static bool
put_row(void *context, const struct audit_line *line)
{
	struct listing *listing = context;
	struct report *report = &listing->report;
	const struct audit_log_row *row = &line->row;
	char text[AUDIT_DETAIL_MAX + 1], number[24], at[DATE_TEXT_MAX];

	if (!report->json && report->csv == NULL) {
		print_row(listing, line);
		listing->count++;
		listing->last = row->seq;
		return true;
	}
	report_row_begin(report);
	report_number(report, "seq", row->seq);
	date_format(row->at, at);
	report_text(report, "at", at);
	snprintf(number, sizeof number, "%lld", (long long)row->operator_id);
	report_text(report, "operator", line->who != NULL ? line->who : number);
	report_text(report, "action", terminate(row->action, text, sizeof text));
	report_text(report, "subject", terminate(row->subject, text, sizeof text));
	terminate(row->detail, text, sizeof text);
	report_text(report, "detail", text);
	report_text(report, "reason", line->note);
	if (report->json)
		report_hex(report, "hash", row->hash.data, row->hash.len);
	report_row_end(report);
	listing->count++;
	listing->last = row->seq;
	return true;
}

/* Whether text ends in " `word`", or is it. */
static bool
is_about(struct cbor_text text, const char *word)
{
	size_t len = strlen(word);

	if (text.len < len || strncasecmp(text.chars + text.len - len, word, len) != 0)
		return false;
	return text.len == len || text.chars[text.len - len - 1] == ' ';
}

/* What audit_each asks the database, for a row of an archive. */
static bool
fits(const struct audit_filter *filter, const struct audit_line *line)
{
	const struct audit_log_row *row = &line->row;

	return row->seq > filter->after && row->at >= filter->from && row->at <= filter->until &&
	       (filter->subject == NULL || is_about(row->subject, filter->subject)) &&
	       (filter->action == NULL || (row->action.len >= strlen(filter->action) &&
						  memcmp(row->action.chars, filter->action,
							  strlen(filter->action)) == 0)) &&
	       (filter->who == NULL || (line->who != NULL && strcmp(line->who, filter->who) == 0));
}

static const char *
name_of(const struct listing *listing, int64_t id)
{
	for (size_t i = 0; i < listing->operators_len; i++)
		if (listing->operators[i].id == id)
			return listing->operators[i].name;
	return NULL;
}

static void
take_operator(struct listing *listing, const struct audit_log_item *item)
{
	struct operator_name *name = &listing->operators[listing->operators_len];

	if (listing->operators_len == OPERATORS_MAX)
		return;
	name->id = item->id;
	terminate(item->name, name->name, sizeof name->name);
	listing->operators_len++;
}

static enum skerry_err
list_archive(struct listing *listing, const char *path)
{
	struct desk *desk = &listing->session->desk;
	struct audit_archive archive = { .bytes = NULL };
	struct audit_log_item item;
	bool more = true;
	enum skerry_err err = audit_archive_open(desk, path, &archive);

	while (err == SKERRY_OK && more && listing->count < listing->filter.limit) {
		struct audit_line line = { .note = NULL };

		err = audit_archive_next(desk, path, &archive, &item, &more);
		if (err != SKERRY_OK || !more)
			continue;
		if (item.kind == AUDIT_LOG_OPERATOR) {
			take_operator(listing, &item);
			continue;
		}
		line.row = item.row;
		line.who = name_of(listing, item.row.operator_id);
		if (fits(&listing->filter, &line))
			put_row(listing, &line);
	}
	audit_archive_close(&archive);
	return err;
}

struct list_options {
	const char *after, *limit, *from, *until, *archive;
	bool json, csv;
};

/* Options into a filter; false was told. */
static bool
read_filter(const struct list_options *options, struct audit_filter *filter)
{
	if (!session_number(options->limit, 1, PAGE_MAX, &filter->limit) ||
		!session_number(options->after, 0, INT64_MAX, &filter->after)) {
		command_misuse("--limit takes 1 to %d, --after a row's number", PAGE_MAX);
		return false;
	}
	if ((options->from != NULL && date_parse(options->from, &filter->from) != SKERRY_OK) ||
		(options->until != NULL &&
			date_parse(options->until, &filter->until) != SKERRY_OK)) {
		command_misuse("--from and --until take a day (2027-04-28) or a time "
			       "(2027-04-28T12:00:00Z)");
		return false;
	}
	/* A day is its end elsewhere. */
	if (options->from != NULL && strlen(options->from) == DAY_TEXT_LEN)
		filter->from -= DAY_S - 1;
	if (options->json && options->csv) {
		command_misuse("--json and --csv exclude each other");
		return false;
	}
	if (options->archive != NULL && filter->reverse) {
		command_misuse("--in and --reverse exclude each other");
		return false;
	}
	return true;
}

static enum command_exit
list(struct listing *listing, const struct list_options *options)
{
	static const struct table_column COLUMNS[] = { { "SEQ", true }, { "WHEN", false },
		{ "WHO", false }, { "WHAT", false }, { "SUBJECT", false }, { "DETAIL", false },
		{ "REASON", false } };
	struct report *report = &listing->report;
	bool as_table = options->csv || options->json;
	enum skerry_err err;

	if (options->csv)
		report_begin_csv(report, stdout);
	else
		report_begin(report, options->json);
	if (as_table)
		report_table_begin(report, "rows", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	err = options->archive != NULL
		      ? list_archive(listing, options->archive)
		      : audit_each(&listing->session->desk, &listing->filter, put_row, listing);
	if (as_table)
		report_table_end(report);
	if (listing->count == listing->filter.limit)
		report_number(report, "next_after", listing->last);
	return session_end_report(listing->session, report, err);
}

enum command_exit
audit_list(int argc, char **argv)
{
	struct list_options options = { .json = false };
	struct session session;
	struct listing listing = { .session = &session,
		.filter = { .limit = PAGE, .until = LICENSE_NEVER } };
	const struct command_option table[] = {
		{ "--after", COMMAND_VALUE, &options.after },
		{ "--limit", COMMAND_VALUE, &options.limit },
		{ "--subject", COMMAND_VALUE, &listing.filter.subject },
		{ "--action", COMMAND_VALUE, &listing.filter.action },
		{ "--operator", COMMAND_VALUE, &listing.filter.who },
		{ "--from", COMMAND_VALUE, &options.from },
		{ "--until", COMMAND_VALUE, &options.until },
		{ "--reverse", COMMAND_FLAG, &listing.filter.reverse },
		{ "--in", COMMAND_VALUE, &options.archive },
		{ "--json", COMMAND_FLAG, &options.json },
		{ "--csv", COMMAND_FLAG, &options.csv },
	};
	struct command_list operands;
	enum command_exit exit;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 0, 0, &operands) ||
		!read_filter(&options, &listing.filter))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&session, options.json);
	if (exit != COMMAND_YES)
		return exit;
	listing.operators = calloc(OPERATORS_MAX, sizeof *listing.operators);
	exit = listing.operators == NULL ? session_end(&session, SKERRY_ERR_NO_MEMORY, NULL)
					 : list(&listing, &options);
	free(listing.operators);
	return exit;
}

static void
put_verdict(struct report *report, const struct audit_verdict *verdict)
{
	report_number(report, "rows", verdict->rows);
	report_number(report, "first", verdict->first);
	report_number(report, "last", verdict->last);
	report_number(report, "archived", verdict->archived);
	report_number(report, "archives_parted", verdict->archives_parted);
	report_number(report, "marks", (int64_t)verdict->marks);
	report_number(report, "marks_settled", (int64_t)verdict->marks_settled);
	report_number(report, "marks_archived", (int64_t)verdict->marks_archived);
	report_number(report, "reasons", verdict->notes);
	report_number(report, "reasons_in_archives", verdict->notes_unread);
	report_number(report, "licenses", verdict->licenses);
	report_number(report, "documents", verdict->documents);
}

static void
put_settled(void *context, const struct mark_settled *one)
{
	struct report *report = context;

	report_row_begin(report);
	report_number(report, "row", one->recovery);
	report_date(report, "at", one->settled_at);
	report_number(report, "lost_to_row", one->seq);
	report_date(report, "lost_to", one->at);
	report_flag(report, "sealed", one->sealed);
	report_row_end(report);
}

static void
count_settled(void *context, const struct mark_settled *one)
{
	size_t *count = context;

	(void)one;
	(*count)++;
}

/* Each recovery and what it gave up, so that one that nobody remembers is seen. */
static enum skerry_err
put_recoveries(struct desk *desk, struct report *report)
{
	static const struct table_column COLUMNS[] = { { "RECOVERY", true }, { "WHEN", false },
		{ "LOST TO ROW", true }, { "OF", false }, { "SEALED", false } };
	size_t count = 0;
	enum skerry_err err = mark_settled_each(desk, count_settled, &count);

	if (err != SKERRY_OK || (count == 0 && !report->json))
		return err;
	report_table_begin(report, "recoveries", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	err = mark_settled_each(desk, put_settled, report);
	report_table_end(report);
	return err;
}

/* What does not fit, as an object of its own; people read the message. */
static enum command_exit
tell_fault(struct session *session, const struct audit_verdict *verdict)
{
	struct report report;

	if (!session->json)
		return session_end(session, SKERRY_ERR_AUDIT_CHAIN, NULL);
	report_begin(&report, true);
	report_flag(&report, "ok", false);
	put_verdict(&report, verdict);
	report_object_begin(&report, "fault");
	report_text(&report, "kind", audit_fault_name(verdict->fault));
	if (verdict->seq != 0)
		report_number(&report, "seq", verdict->seq);
	else
		report_text(&report, "seq", NULL);
	report_date(&report, "at", verdict->at == 0 ? LICENSE_NEVER : verdict->at);
	report_text(&report, "action", verdict->action);
	report_text(&report, "subject", verdict->subject);
	report_text(&report, "says", verdict->says);
	report_object_end(&report);
	report_object_begin(&report, "error");
	report_text(&report, "code", skerry_err_name(SKERRY_ERR_AUDIT_CHAIN));
	report_text(&report, "message", skerry_strerror(SKERRY_ERR_AUDIT_CHAIN));
	report_text(&report, "subject", session->desk.subject);
	report_text(&report, "advice", session->desk.advice);
	report_object_end(&report);
	session_close(session);
	return report_end(&report) == COMMAND_YES ? COMMAND_NO : COMMAND_CANNOT_TELL;
}

enum command_exit
audit_check(int argc, char **argv)
{
	struct command_list archives;
	struct session session;
	struct report report;
	struct audit_verdict verdict;
	enum command_exit exit =
		session_start(argc, argv, 0, COMMAND_LIST_MAX, &archives, &session);
	enum skerry_err err;

	if (exit != COMMAND_YES)
		return exit;
	/* The key's seals are compared where nobody has to be asked for it. */
	session_unlock_unasked(&session);
	err = audit_verify_desk(&session.desk, archives.values, archives.len, &verdict);
	if (err == SKERRY_ERR_AUDIT_CHAIN) {
		/* An edited desk was found out: the answer is no, not that nothing can be told. */
		(void)tell_fault(&session, &verdict);
		return COMMAND_NO;
	}
	if (err != SKERRY_OK)
		return session_end(&session, err, NULL);
	report_begin(&report, session.json);
	report_flag(&report, "ok", true);
	put_verdict(&report, &verdict);
	err = put_recoveries(&session.desk, &report);
	if (!session.json && verdict.archives_parted > 0)
		printf("%lld archives are of this desk's life before a recovery. Each holds in "
		       "itself and agrees with\nthe log until it parted, after row %lld: keep "
		       "them, the log does not follow on them.\n",
			(long long)verdict.archives_parted, (long long)verdict.parted_after);
	if (!session.json && verdict.notes_unread > 0)
		printf("%lld reasons were not compared: rows of archives that were not given vouch "
		       "for them.\nSee to them with: skerry-issuer audit verify ARCHIVE...\n",
			(long long)verdict.notes_unread);
	if (!session.json && verdict.marks == 0)
		printf("There is no mark outside the database yet: nothing tells whether the end "
		       "of the log is whole.\n");
	return session_end_report(&session, &report, err);
}

enum command_exit
audit_archive(int argc, char **argv)
{
	const char *before_text = NULL;
	bool json = false;
	const struct command_option table[] = {
		{ "--before", COMMAND_VALUE, &before_text },
		{ "--json", COMMAND_FLAG, &json },
	};
	struct command_list operands;
	struct session session;
	struct report report;
	struct audit_archived archived;
	int64_t before = session_clock() - (int64_t)YEAR_DAYS * DAY_S;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (before_text != NULL && date_parse(before_text, &before) != SKERRY_OK)
		return command_misuse("--before takes a day, as 2027-04-28");
	if (before_text != NULL && strlen(before_text) == DAY_TEXT_LEN)
		before -= DAY_S - 1;
	exit = session_open(&session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = session_begin(&session);
	if (err == SKERRY_OK)
		err = audit_archive_make(&session.desk, operands.values[0], before, &archived);
	if (err == SKERRY_OK)
		err = desk_commit(&session.desk);
	if (err != SKERRY_OK)
		return session_end(&session, err, operands.values[0]);
	report_begin(&report, json);
	report_text(&report, "file", operands.values[0]);
	report_number(&report, "first", archived.first);
	report_number(&report, "last", archived.last);
	report_number(&report, "rows", archived.rows);
	report_number(&report, "bytes", (int64_t)archived.bytes_len);
	report_hex(&report, "hash", archived.hash, sizeof archived.hash);
	if (!json)
		printf("The log holds these rows no more: keep the file, and a copy of it "
		       "elsewhere.\nCheck it with: skerry-issuer audit verify FILE...\n");
	return session_end_report(&session, &report, SKERRY_OK);
}
