/* SPDX-License-Identifier: ISC */
#include "exchange_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHAT_MAX = 64, RESULT_MAX = 512 };

struct exchange_out_line {
	struct desk_stick_line line; /* its texts are copies */
	char *shown, *advice;
	struct requests_answered *answered;
};

static char *
copy(struct exchange_out *out, const char *text)
{
	char *copied = text == NULL ? NULL : strdup(text);

	out->no_memory |= text != NULL && copied == NULL;
	return copied;
}

void
exchange_out_add(struct exchange_out *out, const struct desk_stick_line *line)
{
	struct exchange_out_line one = { .line = *line };

	if (out->len == out->max) {
		size_t max = out->max == 0 ? 64 : out->max * 2;
		struct exchange_out_line *more = realloc(out->lines, max * sizeof *more);

		if (more == NULL) {
			out->no_memory = true;
			return;
		}
		out->lines = more;
		out->max = max;
	}
	one.line.shown = one.shown = copy(out, line->shown);
	one.line.advice = one.advice = copy(out, line->advice);
	if (line->answered != NULL) {
		one.answered = malloc(sizeof *one.answered);
		if (one.answered != NULL)
			*one.answered = *line->answered;
		out->no_memory |= one.answered == NULL;
	}
	one.line.answered = one.answered;
	out->read += one.answered != NULL;
	out->lines[out->len++] = one;
}

void
exchange_out_free(struct exchange_out *out)
{
	for (size_t i = 0; i < out->len; i++) {
		free(out->lines[i].shown);
		free(out->lines[i].advice);
		free(out->lines[i].answered);
	}
	free(out->lines);
	*out = (struct exchange_out){ .lines = NULL };
}

/* --- words ----------------------------------------------------------------------------------- */

static bool
is_document(const struct desk_stick_line *line)
{
	return line->found == MAILBAG_DOCUMENT;
}

/* In a sentence, why a file was skipped. */
static const char *
reason_of(const struct desk_stick_line *line)
{
	if (line->found == MAILBAG_TEXT)
		return "a document as text; a request is read with: skerry-issuer import FILE";
	if (!is_document(line) && line->found != MAILBAG_UNREADABLE)
		return mailbag_found_text(line->found);
	if (line->kind == DOCUMENT_REQUEST && line->err == SKERRY_ERR_SEALED)
		return "a request to another vendor, or an altered one";
	if (line->kind == DOCUMENT_BUNDLE &&
		(line->err == SKERRY_ERR_TRUST_KEY_UNKNOWN || line->err == SKERRY_ERR_NOT_FOUND))
		return "a bundle of another desk";
	if (line->err == SKERRY_ERR_DOCUMENT_KIND)
		return "not for a desk";
	return skerry_strerror(line->err);
}

static const char *
reason_code(const struct desk_stick_line *line)
{
	if (!is_document(line) && line->found != MAILBAG_UNREADABLE)
		return mailbag_found_name(line->found);
	return skerry_err_name(line->err);
}

static const char *
arrival_name(enum fork_arrival arrival)
{
	switch (arrival) {
	case FORK_NEW:
		return "new";
	case FORK_AGAIN:
		return "again";
	case FORK_LATE:
		return "late";
	case FORK_FORGOTTEN:
		return "forgotten";
	}
	return "unknown";
}

static void
describe(const struct desk_stick_line *line, char ret_what[WHAT_MAX])
{
	if (line->answered != NULL)
		snprintf(ret_what, WHAT_MAX, "request %" PRIu64 ", %s", line->answered->number,
			request_kind_name(line->answered->kind));
	else if (line->kind == DOCUMENT_BUNDLE && line->seq != 0)
		snprintf(ret_what, WHAT_MAX, "bundle %" PRIu64, line->seq);
	else
		snprintf(ret_what, WHAT_MAX, "%s",
			line->kind == DOCUMENT_UNKNOWN ? "" : document_kind_name(line->kind));
}

/* "hotelhub/hms: ok, new document; ..." */
static void
describe_answer(const struct requests_answered *answered, char ret_text[RESULT_MAX])
{
	bool again = answered->arrival == FORK_AGAIN;
	size_t len = 0;

	ret_text[0] = '\0';
	if (answered->arrival != FORK_NEW)
		len = (size_t)snprintf(ret_text, RESULT_MAX, "%s%s%s",
			arrival_name(answered->arrival), again ? ": as answered before" : "",
			answered->results_len > 0 ? "; " : "");
	if (answered->arrival == FORK_NEW && answered->results_len == 0)
		snprintf(ret_text, RESULT_MAX, "heard");
	for (size_t i = 0; i < answered->results_len && len < RESULT_MAX; i++) {
		const struct requests_result *result = &answered->results[i];
		char code[32];
		int more;

		snprintf(code, sizeof code, "%s", reply_code_name(result->code));
		for (char *c = code; *c != '\0'; c++)
			*c = *c == '_' ? ' ' : *c;
		more = snprintf(ret_text + len, RESULT_MAX - len, "%s%s%s%s%s", i > 0 ? "; " : "",
			result->product, result->product[0] == '\0' ? "" : ": ", code,
			result->issued && !again ? ", new document" : "");
		len += more < 0 ? RESULT_MAX : (size_t)more;
	}
	if (answered->lost_len > 0 && len < RESULT_MAX)
		snprintf(ret_text + len, RESULT_MAX - len, "; %zu not in the records",
			answered->lost_len);
}

static void
describe_result(const struct desk_stick_line *line, const struct bundles_summary *bundle,
	char ret_text[RESULT_MAX])
{
	switch (line->deed) {
	case DESK_STICK_READ:
		describe_answer(line->answered, ret_text);
		return;
	case DESK_STICK_LEFT:
		snprintf(ret_text, RESULT_MAX, "left, for %zu %s",
			bundle == NULL ? 0 : bundle->sites,
			bundle != NULL && bundle->sites == 1 ? "site" : "sites");
		return;
	case DESK_STICK_STAYS:
		snprintf(ret_text, RESULT_MAX, "stays: nothing is new since");
		return;
	case DESK_STICK_REMOVED:
		snprintf(ret_text, RESULT_MAX, "%s",
			line->kind == DOCUMENT_BUNDLE ? "removed: a newer one is here"
						      : "removed: answered, and no room");
		return;
	case DESK_STICK_SKIPPED:
		snprintf(ret_text, RESULT_MAX, "skipped: %s", reason_of(line));
		return;
	}
}

/* --- for people ------------------------------------------------------------------------------ */

static void
put_table(
	const struct exchange_out *out, const struct bundles_summary *bundle, struct report *report)
{
	static const struct table_column COLUMNS[] = { { "FILE", false }, { "SITE", false },
		{ "WHAT", false }, { "RESULT", false } };

	if (out->len == 0)
		return;
	report_table_begin(report, "files", COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
	for (size_t i = 0; i < out->len; i++) {
		const struct desk_stick_line *line = &out->lines[i].line;
		char what[WHAT_MAX], result[RESULT_MAX];

		describe(line, what);
		describe_result(line, bundle, result);
		report_row_begin(report);
		report_text(report, "file", line->shown);
		report_text(report, "site",
			line->answered == NULL ? NULL : line->answered->installation.tag);
		report_text(report, "what", what);
		report_text(report, "result", result);
		report_row_end(report);
	}
	report_table_end(report);
}

static bool
is_told(const struct requests_answered *answered)
{
	return answered->found != FORK_NONE || answered->adopted || answered->time_reset ||
	       answered->log_contradicted || answered->lost_len > 0 || answered->steps_told > 0;
}

/* What the desk's records do not have, and this site proves. */
static void
warn_of_lost(const struct requests_answered *answered)
{
	const char *tag = answered->installation.tag;

	for (size_t i = 0; i < answered->lost_len && i < REQUESTS_LOST_MAX; i++) {
		const struct requests_lost *lost = &answered->lost[i];

		printf("%s: it holds license %s (%s, activation %lld), signed with this desk's key "
		       "and not in its records.\n",
			tag, lost->license, lost->product, (long long)lost->activation);
		if (lost->refused)
			puts("  Its edition lies in the far future: no counter was raised above "
			     "it.");
	}
	if (answered->lost_len > REQUESTS_LOST_MAX)
		printf("%s: ... and %zu more.\n", tag, answered->lost_len - REQUESTS_LOST_MAX);
	if (answered->lost_len > 0)
		puts("  Were records lost, or is there a second desk? Tell whoever keeps this "
		     "one: such a license cannot be renewed here.");
	if (answered->steps_told > 0)
		printf("%s: more steps by telephone were typed in there than were read out here. "
		       "They count from now on.\n  Did a second desk read them out, or were "
		       "records put back? See: skerry-issuer site show %s\n",
			tag, tag);
}

static void
warn_of(const struct requests_answered *answered)
{
	const char *tag = answered->installation.tag;

	if (answered->found == FORK_CLONE)
		printf("%s: two machines go on from one state folder (clone). See: skerry-issuer "
		       "site show %s\n  Once it was looked into: skerry-issuer site settle %s "
		       "--reason TEXT\n",
			tag, tag, tag);
	else if (answered->found == FORK_RESTORED && answered->told)
		printf("%s: its people put back a backup, and said so.\n", tag);
	else if (answered->found == FORK_RESTORED)
		printf("%s: it went back to an earlier state: a backup or snapshot was put back, "
		       "and nobody said so.\n  A second machine would show next; see: "
		       "skerry-issuer report forks\n",
			tag);
	if (answered->adopted)
		printf("%s: it builds on requests that this desk does not have; they count as "
		       "read.\n",
			tag);
	if (answered->time_reset)
		printf("%s: its clock was wrong. The answer sets its time to this desk's.\n", tag);
	if (answered->log_contradicted)
		printf("%s: it holds a head of this desk's log that is not in the log. Were "
		       "records "
		       "lost or replaced?\n  See: skerry-issuer audit verify\n",
			tag);
	warn_of_lost(answered);
}

void
exchange_out_warn(const struct exchange_out *out)
{
	bool any = false;

	for (size_t i = 0; i < out->len; i++) {
		const struct requests_answered *answered = out->lines[i].answered;
		const struct desk_stick_line *line = &out->lines[i].line;
		bool tells =
			answered != NULL && answered->arrival != FORK_AGAIN && is_told(answered);

		if (!tells && line->advice == NULL)
			continue;
		if (!any)
			putchar('\n');
		any = true;
		if (tells) {
			warn_of(answered);
			continue;
		}
		command_print_safe(stdout, line->shown, strlen(line->shown));
		fputs(": ", stdout);
		command_print_safe(stdout, line->advice, strlen(line->advice));
		putchar('\n');
	}
}

/* --- for scripts ----------------------------------------------------------------------------- */

static void
put_results(const struct requests_answered *answered, struct report *report)
{
	report_array_begin(report, "results");
	for (size_t i = 0; i < answered->results_len; i++) {
		const struct requests_result *result = &answered->results[i];

		report_object_begin(report, NULL);
		report_text(report, "license", result->license);
		report_text(report, "product", result->product);
		report_text(report, "code", reply_code_name(result->code));
		report_flag(report, "issued", result->issued);
		report_number(report, "activation", result->activation);
		report_date(report, "until", result->until);
		report_object_end(report);
	}
	report_array_end(report);
}

static void
put_lost(const struct requests_answered *answered, struct report *report)
{
	report_array_begin(report, "lost");
	for (size_t i = 0; i < answered->lost_len && i < REQUESTS_LOST_MAX; i++) {
		const struct requests_lost *lost = &answered->lost[i];

		report_object_begin(report, NULL);
		report_text(report, "license", lost->license);
		report_text(report, "product", lost->product);
		report_number(report, "activation", lost->activation);
		report_number(report, "edition", lost->edition);
		report_flag(report, "refused", lost->refused);
		report_object_end(report);
	}
	report_array_end(report);
	report_number(report, "lost_count", (int64_t)answered->lost_len);
}

static void
put_read(const struct desk_stick_line *line, struct report *report)
{
	const struct requests_answered *answered = line->answered;
	const struct installation *site = &answered->installation;

	report_text(report, "file", line->shown);
	report_text(report, "site", site->tag);
	report_hex(report, "site_id", site->site_id, sizeof site->site_id);
	report_text(report, "group", site->group);
	report_text(report, "kind", request_kind_name(answered->kind));
	report_number(report, "number", (int64_t)answered->number);
	report_text(report, "arrival", arrival_name(answered->arrival));
	report_text(report, "fork", fork_found_name(answered->found));
	report_flag(report, "told", answered->told);
	report_flag(report, "adopted", answered->adopted);
	report_flag(report, "time_reset", answered->time_reset);
	report_flag(report, "log_contradicted", answered->log_contradicted);
	report_number(report, "propagated", (int64_t)answered->propagated);
	report_number(report, "replies", (int64_t)answered->replies);
	report_number(report, "steps_told", (int64_t)answered->steps_told);
	put_lost(answered, report);
	put_results(answered, report);
}

static void
put_written(const struct desk_stick_line *line, const struct bundles_summary *bundle,
	struct report *report)
{
	report_text(report, "file", line->shown);
	report_text(report, "kind", "bundle");
	report_number(report, "seq", (int64_t)line->seq);
	if (bundle == NULL)
		return;
	report_hex(report, "id", bundle->id, sizeof bundle->id);
	report_date(report, "issued_at", bundle->issued_at);
	report_number(report, "sites", (int64_t)bundle->sites);
	report_number(report, "boxes", (int64_t)bundle->boxes);
	report_number(report, "renewed", (int64_t)bundle->renewed);
	report_number(report, "refused", (int64_t)bundle->refused);
	report_number(report, "lists", (int64_t)bundle->lists);
	report_number(report, "bytes", (int64_t)bundle->bytes);
}

static void
put_skipped(const struct desk_stick_line *line, struct report *report)
{
	report_text(report, "file", line->shown);
	report_text(report, "code", reason_code(line));
	report_text(report, "message", reason_of(line));
	if (line->offset != 0)
		report_number(report, "offset", (int64_t)line->offset);
	if (line->advice != NULL)
		report_text(report, "advice", line->advice);
}

static void
put_array(const struct exchange_out *out, const char *name, enum desk_stick_deed deed,
	const struct bundles_summary *bundle, struct report *report)
{
	report_array_begin(report, name);
	for (size_t i = 0; i < out->len; i++) {
		const struct desk_stick_line *line = &out->lines[i].line;

		if (line->deed != deed)
			continue;
		report_object_begin(report, NULL);
		if (deed == DESK_STICK_READ)
			put_read(line, report);
		else if (deed == DESK_STICK_LEFT)
			put_written(line, bundle, report);
		else if (deed == DESK_STICK_SKIPPED)
			put_skipped(line, report);
		else {
			report_text(report, "file", line->shown);
			report_text(report, "kind", document_kind_name(line->kind));
		}
		report_object_end(report);
	}
	report_array_end(report);
}

void
exchange_out_put(
	const struct exchange_out *out, const struct bundles_summary *bundle, struct report *report)
{
	if (!report->json) {
		put_table(out, bundle, report);
		return;
	}
	put_array(out, "read", DESK_STICK_READ, NULL, report);
	put_array(out, "written", DESK_STICK_LEFT, bundle, report);
	put_array(out, "stays", DESK_STICK_STAYS, NULL, report);
	put_array(out, "removed", DESK_STICK_REMOVED, NULL, report);
	put_array(out, "skipped", DESK_STICK_SKIPPED, NULL, report);
}
