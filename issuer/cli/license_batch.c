/* SPDX-License-Identifier: ISC */
#include "license_batch.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "issuer/batch.h"
#include "keys/file_error.h"
#include "keys/terminal.h"
#include "report.h"
#include "session.h"

enum { BUFFER_LEN = 65536, TRIM_BYTES = 64 << 20 };

/* A table being read. */
struct table {
	int file;
	uint64_t size, read_len; /* size 0: unknown */
	struct csv csv;
	char buffer[BUFFER_LEN];
};

/* --- the file ---------------------------------------------------------------------------------- */

static ssize_t
read_some(int file, char *buffer)
{
	ssize_t len;

	do
		len = read(file, buffer, BUFFER_LEN);
	while (len < 0 && errno == EINTR);
	return len;
}

/* Whoever writes into the pipe must not keep the desk waiting: it is read before anything else. */
static enum skerry_err
open_input(struct table *table)
{
	FILE *copy = tmpfile();
	enum skerry_err err = SKERRY_ERR_IO;
	ssize_t len = -1;

	if (copy == NULL)
		return SKERRY_ERR_IO;
	while ((len = read_some(STDIN_FILENO, table->buffer)) > 0)
		if (fwrite(table->buffer, 1, (size_t)len, copy) != (size_t)len)
			break;
	if (len == 0 && fflush(copy) == 0 && fseek(copy, 0, SEEK_SET) == 0) {
		table->file = fcntl(fileno(copy), F_DUPFD_CLOEXEC, 3);
		err = table->file < 0 ? SKERRY_ERR_IO : SKERRY_OK;
	}
	fclose(copy);
	return err;
}

static enum skerry_err
open_table(const char *path, struct table *table)
{
	struct stat info;

	csv_init(&table->csv);
	table->file = -1;
	if (strcmp(path, "-") == 0)
		return open_input(table);
	/* Nonblocking: a FIFO must not hold it up. */
	table->file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (table->file < 0)
		return file_error();
	if (fstat(table->file, &info) != 0)
		return SKERRY_ERR_IO;
	table->size = (uint64_t)info.st_size;
	return S_ISREG(info.st_mode) ? SKERRY_OK : SKERRY_ERR_FILE_NOT_REGULAR;
}

/* Rows of what is in the buffer, to the batch. */
static enum skerry_err
take_buffer(struct batch *batch, struct table *table, size_t len)
{
	enum skerry_err err = SKERRY_OK;

	for (size_t at = 0, used = 0; at < len && err == SKERRY_OK; at += used) {
		enum csv_event event = csv_read(&table->csv, table->buffer + at, len - at, &used);

		if (event != CSV_MORE)
			err = batch_take(batch, &table->csv, event);
	}
	return err;
}

static enum skerry_err
take_table(struct batch *batch, struct table *table)
{
	struct terminal_progress progress;
	enum skerry_err err = SKERRY_OK;
	enum csv_event event;
	ssize_t len = 1;

	terminal_progress_begin(&progress, "licenses", table->size);
	while (err == SKERRY_OK && (len = read_some(table->file, table->buffer)) > 0) {
		err = take_buffer(batch, table, (size_t)len);
		table->read_len += (uint64_t)len;
		terminal_progress_step(&progress, table->read_len);
	}
	if (err == SKERRY_OK && len < 0)
		err = SKERRY_ERR_IO;
	while (err == SKERRY_OK && (event = csv_end(&table->csv)) != CSV_MORE)
		err = batch_take(batch, &table->csv, event);
	terminal_progress_end(&progress);
	return err;
}

/* --- what is told ------------------------------------------------------------------------------ */

/* Where the advice says it all, a general sentence before it says less. */
static const char *
message_of(const struct batch_fault *fault)
{
	switch (fault->err) {
	case SKERRY_ERR_ARGUMENT:
	case SKERRY_ERR_EXISTS:
	case SKERRY_ERR_CSV_VALUE:
	case SKERRY_ERR_CSV_HEADER:
	case SKERRY_ERR_DATE:
	case SKERRY_ERR_DURATION:
		return fault->text;
	default:
		return skerry_strerror(fault->err);
	}
}

/* "line 3, column customer: ..." */
static void
tell_fault(const char *file, const struct batch_fault *fault)
{
	const char *message = message_of(fault);

	fprintf(stderr, "%s: ", command_name());
	command_print_safe(stderr, file, strlen(file));
	fprintf(stderr, ": line %zu", fault->line);
	if (fault->column != NULL)
		fprintf(stderr, ", column %s", fault->column);
	else if (fault->cell > 0)
		fprintf(stderr, ", cell %zu", fault->cell);
	fputs(": ", stderr);
	command_print_safe(stderr, message, strlen(message));
	fprintf(stderr, " [%s]\n", skerry_err_name(fault->err));
	if (fault->text[0] == '\0' || message == fault->text)
		return;
	fputs("  ", stderr);
	command_print_safe(stderr, fault->text, strlen(fault->text));
	fputc('\n', stderr);
}

static void
report_faults(struct report *report, const struct batch *batch)
{
	size_t faults_len;
	const struct batch_fault *faults = batch_faults(batch, &faults_len);

	report_array_begin(report, "faults");
	for (size_t i = 0; i < faults_len; i++) {
		report_object_begin(report, NULL);
		report_number(report, "line", (int64_t)faults[i].line);
		if (faults[i].cell > 0)
			report_number(report, "cell", (int64_t)faults[i].cell);
		else
			report_text(report, "cell", NULL);
		report_text(report, "column", faults[i].column);
		report_text(report, "code", skerry_err_name(faults[i].err));
		report_text(report, "message", message_of(&faults[i]));
		report_text(report, "advice",
			message_of(&faults[i]) == faults[i].text ? NULL : faults[i].text);
		report_object_end(report);
	}
	report_array_end(report);
}

static void
report_tally(struct report *report, const struct batch *batch)
{
	const struct batch_tally *tally = batch_tallied(batch);

	report_number(report, "rows", tally->rows);
	report_number(report, "licenses", tally->licenses);
	report_number(report, "new_customers", tally->customers);
	report_number(report, "repeated", tally->repeated);
	report_number(report, "documents", tally->documents);
	report_number(report, "without_payment", tally->unpaid);
	if (report->json)
		report_number(report, "bad", tally->bad);
}

static void
warn_of_unpaid(const struct batch *batch)
{
	int64_t unpaid = batch_tallied(batch)->unpaid;

	if (unpaid > 0)
		fprintf(stderr,
			"%lld row%s without a payment reference: the table run a second time "
			"would sell %s again.\n",
			(long long)unpaid, unpaid == 1 ? " is" : "s are",
			unpaid == 1 ? "it" : "them");
}

static enum command_exit
print_done(const struct license_batch *options, const struct batch *batch)
{
	struct report report;

	report_begin(&report, options->json);
	report_flag(&report, "checked_only", options->check);
	report_tally(&report, batch);
	if (!options->check)
		report_text(&report, "folder", options->out);
	if (options->json)
		report_faults(&report, batch);
	if (!options->json)
		warn_of_unpaid(batch);
	return report_end(&report);
}

/* Rows that are bad: each where it is, then how many. */
static enum command_exit
tell_bad(struct session *session, const struct license_batch *options, const struct batch *batch,
	enum skerry_err err)
{
	const struct batch_tally *tally = batch_tallied(batch);
	struct command_failure failure = { .err = err, .subject = options->file };
	size_t faults_len;
	const struct batch_fault *faults = batch_faults(batch, &faults_len);
	char message[128];
	struct report report;

	snprintf(message, sizeof message, "%lld of %lld row%s not good; nothing was done.",
		(long long)tally->bad, (long long)tally->rows,
		tally->rows == 1  ? " is"
		: tally->bad == 1 ? "s is"
				  : "s are");
	if (err == SKERRY_ERR_CSV_ROWS)
		failure.message = message;
	if (options->json) {
		report_begin(&report, true);
		report_flag(&report, "ok", false);
		report_tally(&report, batch);
		report_faults(&report, batch);
		json_name(&report.j, "error");
		command_error_json(&report.j, &failure);
		report_end(&report);
	} else {
		for (size_t i = 0; i < faults_len; i++)
			tell_fault(options->file, &faults[i]);
		if (tally->bad > (int64_t)faults_len)
			fprintf(stderr, "  ... and %lld more.\n",
				(long long)tally->bad - (long long)faults_len);
		if (err == SKERRY_ERR_CSV_ROWS)
			command_fail(&failure);
	}
	session_close(session);
	return command_finish(command_exit_of(err));
}

/* --- the verb ---------------------------------------------------------------------------------- */

/* A folder that cannot be made, told before anything is done. */
static enum skerry_err
open_batch(struct session *session, const struct license_batch *options,
	const struct batch_options *batch_options, struct batch **ret_batch)
{
	struct desk *desk = &session->desk;
	enum skerry_err err = batch_open(desk, batch_options, ret_batch);

	if (err == SKERRY_ERR_FILE_EXISTS)
		return desk_refuse(desk, err, options->out, "Name a folder that is not there yet.");
	return err == SKERRY_ERR_FILE_MISSING && desk->refused != err
		       ? session_refuse_output(desk, err, options->out)
		       : err;
}

/* From the first record to the folder's name. */
static enum skerry_err
commit(struct session *session, const struct license_batch *options, struct batch *batch)
{
	struct desk *desk = &session->desk;
	enum skerry_err err = desk_commit(desk);

	if (err == SKERRY_OK) {
		err = batch_keep(batch);
		if (err != SKERRY_OK)
			desk_refuse(desk, err, options->out,
				"Everything is recorded; the files could not all be written, and "
				"those that were lie in %s. When that is mended, run the same "
				"table again with another --out: rows with a payment reference "
				"give their keys and documents again; one without would be sold "
				"a second time.",
				batch_place(batch));
	}
	return err;
}

static enum command_exit
work(struct session *session, const struct license_batch *options,
	const struct batch_options *batch_options, struct table *table)
{
	struct batch *batch = NULL;
	enum command_exit exit;
	enum skerry_err err = session_begin(session);

	if (err == SKERRY_OK)
		err = open_batch(session, options, batch_options, &batch);
	if (err == SKERRY_OK)
		err = take_table(batch, table);
	if (err == SKERRY_OK)
		err = batch_end(batch);
	if (batch != NULL && batch_tallied(batch)->bad > 0 && err >= 200 && err < 400)
		exit = tell_bad(session, options, batch, err);
	else if (err == SKERRY_ERR_CSV_EMPTY)
		exit = session_end(session, err, options->file);
	else if (err != SKERRY_OK)
		exit = session_end(session, err, options->check ? NULL : options->out);
	else if (!options->check && (err = commit(session, options, batch)) != SKERRY_OK)
		exit = session_end(session, err, options->out);
	else {
		session_close(session);
		exit = print_done(options, batch);
	}
	batch_close(batch);
	return exit;
}

static enum command_exit
check_options(const struct license_batch *options, struct batch_options *ret_options)
{
	struct date_duration starter = { 0, 0, false };

	if (options->out == NULL && !options->check)
		return command_misuse("--batch needs --out DIR, or --check");
	if (options->starter != NULL &&
		(date_duration_parse(options->starter, &starter) != SKERRY_OK || starter.negative ||
			date_duration_seconds(starter) == 0))
		return command_misuse(
			"--starter takes a duration such as 30d, not '%s'", options->starter);
	*ret_options = (struct batch_options){ .defaults = { options->unbound,
						       options->starter != NULL, starter },
		.out = options->check ? NULL : options->out };
	return COMMAND_YES;
}

enum command_exit
license_batch_run(const struct license_batch *options)
{
	struct batch_options batch_options;
	struct session session;
	struct table *table;
	enum skerry_err err;
	enum command_exit exit = check_options(options, &batch_options);

	if (exit != COMMAND_YES)
		return exit;
	exit = session_open(&session, options->json);
	if (exit != COMMAND_YES)
		return exit;
	/* What one row gives back the next one takes: it need not go to the kernel in between. */
	mallopt(M_TRIM_THRESHOLD, TRIM_BYTES);
	table = calloc(1, sizeof *table);
	err = table == NULL ? SKERRY_ERR_NO_MEMORY : open_table(options->file, table);
	exit = err == SKERRY_OK ? work(&session, options, &batch_options, table)
				: session_end(&session, err, options->file);
	if (table != NULL && table->file >= 0)
		close(table->file);
	free(table);
	return exit;
}
