/* SPDX-License-Identifier: ISC */
/* skerry-issuer import: requests that came by mail, on paper or as files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "exchange_out.h"
#include "keys/carried.h"
#include "session.h"
#include "verbs.h"

const char IMPORT_HELP[] =
	"  FILE...    requests: as a file, armor, QR text or a saved mail; - is standard input\n"
	"  --json\n"
	"\n"
	"Each is answered at once in the records; the answer goes out with the next bundle: on\n"
	"a stick (exchange), or as a file (bundle). The same request again gets the same answer.\n"
	"\n"
	"example: skerry-issuer import grand-hotel.request\n";

struct importing {
	struct session session;
	struct exchange_out out;
	struct intake intake;
	enum command_exit worst;
};

static void
worsen(struct importing *importing, enum command_exit exit)
{
	if (exit > importing->worst)
		importing->worst = exit;
}

/* A file that was not answered: people are told at once, scripts in skipped[]. */
static void
skip(struct importing *importing, const struct desk_stick_line *line, const char *message)
{
	const struct command_failure failure = { .err = line->err,
		.subject = line->shown,
		.has_offset = line->offset != 0,
		.offset = line->offset,
		.system_errno = line->err == SKERRY_ERR_IO ? errno : 0,
		.message = message,
		.advice = line->advice != NULL || line->err != SKERRY_ERR_DOCUMENT_UNKNOWN
				  ? line->advice
				  : "A site's request is a file like K7QM-3.request, or text in a "
				    "mail." };

	worsen(importing, command_exit_of(line->err));
	if (importing->session.json)
		exchange_out_add(&importing->out, line);
	else
		command_fail(&failure);
}

static void
take_answer(void *context, const struct intake_line *answer)
{
	struct importing *importing = context;
	const struct desk_stick_line line = {
		.deed = answer->err == SKERRY_OK ? DESK_STICK_READ : DESK_STICK_SKIPPED,
		.kind = DOCUMENT_REQUEST,
		.shown = answer->shown,
		.err = answer->err,
		.offset = answer->offset,
		.advice = answer->advice,
		.answered = answer->answered,
	};

	if (answer->err == SKERRY_OK)
		exchange_out_add(&importing->out, &line);
	else
		skip(importing, &line,
			answer->err == SKERRY_ERR_SEALED
				? "It is sealed to another vendor's key, or was altered."
				: NULL);
}

/* What is no request. */
static void
skip_document(struct importing *importing, const char *file, const struct document *document)
{
	const struct desk_stick_line line = { .deed = DESK_STICK_SKIPPED,
		.kind = document->kind,
		.shown = file,
		.err = SKERRY_ERR_DOCUMENT_KIND,
		.advice = "Take a request that a site has written: skerry request" };
	char message[96];

	snprintf(message, sizeof message, "A desk reads requests, and this is a %s.",
		document_kind_name(document->kind));
	skip(importing, &line, message);
}

static enum skerry_err
import_file(struct importing *importing, const char *file)
{
	struct desk_stick_line line = { .deed = DESK_STICK_SKIPPED, .shown = file };
	struct carried carried;
	enum skerry_err err;

	errno = 0;
	line.err = carried_read(file, &carried, &line.offset);
	if (line.err != SKERRY_OK) {
		skip(importing, &line, NULL);
		return SKERRY_OK;
	}
	err = SKERRY_OK;
	for (size_t i = 0; err == SKERRY_OK && i < carried.count; i++) {
		const struct document *document = &carried.documents[i];

		if (document->kind == DOCUMENT_REQUEST)
			err = intake_take(&importing->intake, file, 0,
				document->carrier == DOCUMENT_MAIL ? REQUESTS_MAIL : REQUESTS_STICK,
				document->bytes);
		else
			skip_document(importing, file, document);
	}
	carried_free(&carried);
	return err;
}

static enum skerry_err
import_all(struct importing *importing, const struct command_list *files)
{
	struct desk *desk = &importing->session.desk;
	enum skerry_err err = session_unlock(&importing->session);

	if (err == SKERRY_OK)
		err = intake_begin(desk, take_answer, importing, &importing->intake);
	for (size_t i = 0; err == SKERRY_OK && i < files->len; i++)
		err = import_file(importing, files->values[i]);
	if (err == SKERRY_OK)
		err = intake_flush(&importing->intake);
	intake_end(&importing->intake);
	if (err == SKERRY_OK && importing->out.no_memory)
		err = SKERRY_ERR_NO_MEMORY;
	return err;
}

/* The error of the desk ends it; what was answered before is recorded all the same. */
static enum command_exit
fail(struct importing *importing, enum skerry_err err)
{
	struct report report;

	if (!importing->session.json) {
		report_begin(&report, false);
		exchange_out_put(&importing->out, NULL, &report);
		(void)report_end(&report);
	}
	return session_end(&importing->session, err, NULL);
}

static enum command_exit
print(struct importing *importing)
{
	struct session *session = &importing->session;
	struct report report;
	enum command_exit exit;

	report_begin(&report, session->json);
	if (session->json)
		report_flag(&report, "ok", importing->worst == COMMAND_YES);
	exchange_out_put(&importing->out, NULL, &report);
	if (!session->json) {
		exchange_out_warn(&importing->out);
		if (importing->out.read > 0)
			puts("Answered in the next bundle: skerry-issuer bundle --out FILE, or "
			     "skerry-issuer exchange DIR");
	}
	exit = session_end_report(session, &report, SKERRY_OK);
	return exit != COMMAND_YES ? exit : importing->worst;
}

enum command_exit
import_run(int argc, char **argv)
{
	struct importing importing = { .worst = COMMAND_YES };
	bool json = false;
	const struct command_option table[] = { { "--json", COMMAND_FLAG, &json } };
	struct command_list files;
	enum command_exit exit;
	enum skerry_err err;

	if (!command_parse(argc, argv, table, 1, 1, COMMAND_LIST_MAX, &files))
		return COMMAND_CANNOT_TELL;
	exit = session_open(&importing.session, json);
	if (exit != COMMAND_YES)
		return exit;
	err = import_all(&importing, &files);
	exit = err == SKERRY_OK ? print(&importing) : fail(&importing, err);
	exchange_out_free(&importing.out);
	return exit;
}
