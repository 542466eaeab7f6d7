/* SPDX-License-Identifier: ISC */
/* skerry-issuer exchange: a mounted stick, both directions. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bundle_wish.h"
#include "exchange_out.h"
#include "formats/date.h"
#include "issuer/desk/brand_guard.h"
#include "session.h"
#include "verbs.h"

const char EXCHANGE_HELP[] =
	"  DIR         where the stick is mounted, or any folder\n"
	"  --site S    answers of this site alone: its four characters, its id in hex or the\n"
	"              first digits, its install id, LICENSE-NUMBER; may be repeated\n"
	"  --group G   ... of a group's sites (site set)\n"
	"  --brand B   ... of one brand\n"
	"  --due 60d   renews documents that must be renewed within that time\n"
	"  --json\n"
	"\n"
	"Reads every request that lies there, then leaves one bundle with the answers of all\n"
	"sites that have one to come. Do not pull the stick before the last line. Repeat it\n"
	"after any interruption: nothing is done twice.\n"
	"\n"
	"example: skerry-issuer exchange /media/usb --due 60d\n";

struct options {
	struct bundle_wish wish;
	bool json;
};

struct meeting {
	struct session session;
	struct exchange_out out;
	struct desk_stick_result result;
	bool json;
};

static void
take_line(void *context, const struct desk_stick_line *line)
{
	exchange_out_add(&((struct meeting *)context)->out, line);
}

/* What the finder of this message does next. */
static void
tell_unfinished(const struct meeting *meeting)
{
	const struct desk_stick_result *result = &meeting->result;

	if (result->bundle.refused > 0) {
		printf("%zu documents that are due were not renewed. The first, of license %s: ",
			result->bundle.refused, result->bundle.refused_license);
		puts(skerry_strerror(result->bundle.refusal));
		printf("  %s\n", result->bundle.refused_advice);
	}
}

static void
tell_not_left(enum skerry_err err)
{
	if (err == SKERRY_ERR_DISK_FULL)
		fputs("The stick is full: the answers are in the records, and were not left here. "
		      "Remove what is not Skerry's, or take another stick, and run the same "
		      "command again.\n",
			stderr);
	else if (err == SKERRY_ERR_FILE_PERMISSION)
		fputs("This user has no permission to write to the folder skerry on this stick: "
		      "the answers are in the records, and were not left here. Run the same "
		      "command as the user who made the folder, or as root; `chmod 1777` of the "
		      "folder lets everybody write.\n",
			stderr);
	else if (err != SKERRY_OK)
		fputs("The answers are in the records, and were not left here: run the same "
		      "command with a stick that can be written to.\n",
			stderr);
}

/* Only where all is on the stick it is the known one. */
static void
print_last_line(enum skerry_err err)
{
	const char *why = err == SKERRY_ERR_DISK_FULL         ? "it is full"
			  : err == SKERRY_ERR_READ_ONLY       ? "it can only be read"
			  : err == SKERRY_ERR_FILE_PERMISSION ? "this user has no permission"
							      : skerry_err_name(err);

	if (err == SKERRY_OK)
		puts("\nYou can pull the stick now.");
	else
		printf("\nNothing could be left on this stick: %s; you can pull it.\n", why);
}

static enum command_exit
fail_stick(struct meeting *meeting, const char *dir)
{
	const struct command_failure failure = { .err = meeting->result.finished,
		.subject = dir,
		.system_errno = errno,
		.advice = "Plug the stick in again and run the same command again: nothing is "
			  "lost, and nothing is done twice." };

	return command_fail(&failure);
}

static enum command_exit
print(struct meeting *meeting, const char *dir)
{
	const struct desk_stick_result *result = &meeting->result;
	bool finished = result->finished == SKERRY_OK;
	int failed_errno = errno;
	struct report report;
	enum command_exit exit;

	report_begin(&report, meeting->json);
	exchange_out_put(&meeting->out, result->left ? &result->bundle : NULL, &report);
	if (meeting->json) {
		report_text(&report, "desk", result->tag);
		report_text(&report, "not_left",
			result->writing == SKERRY_OK ? NULL : skerry_err_name(result->writing));
		report_flag(&report, "finished", finished);
	} else {
		exchange_out_warn(&meeting->out);
		tell_unfinished(meeting);
	}
	exit = session_end_report(&meeting->session, &report, SKERRY_OK);
	if (!meeting->json) {
		fflush(stdout);
		tell_not_left(result->writing);
	}
	errno = failed_errno;
	if (!finished)
		return fail_stick(meeting, dir);
	if (!meeting->json)
		print_last_line(result->writing);
	exit = command_finish(exit);
	return exit == COMMAND_YES && result->writing != SKERRY_OK ? COMMAND_CANNOT_TELL : exit;
}

static void
print_table(struct meeting *meeting)
{
	struct report report;

	report_begin(&report, false);
	exchange_out_put(&meeting->out, NULL, &report);
	exchange_out_warn(&meeting->out);
	(void)report_end(&report);
}

/* The folder that was named: nothing was done. */
static enum command_exit
fail_folder(struct meeting *meeting, enum skerry_err err, const char *dir)
{
	struct command_failure failure = { .err = err, .subject = dir, .system_errno = errno };

	if (err == SKERRY_ERR_FILE_MISSING) {
		failure.message = "There is no such folder.";
		failure.advice = "Name the folder where the stick is mounted.";
	} else if (err == SKERRY_ERR_READ_ONLY) {
		failure.message = "There is nothing on this stick, and it can only be read.";
	}
	session_close(&meeting->session);
	return command_fail_json(&failure, meeting->json);
}

static enum command_exit
run(struct meeting *meeting, struct options *options, const char *dir)
{
	struct session *session = &meeting->session;
	struct desk_stick_visit visit = { .tell = take_line, .context = meeting };
	enum skerry_err err = bundle_wish_read(&session->desk, &options->wish, &visit.wish);

	if (err == SKERRY_OK)
		err = session_unlock(session);
	/* A stick carries the requests of every brand. */
	if (err == SKERRY_OK)
		err = brand_guard_ask(&session->desk, 0);
	if (err != SKERRY_OK)
		return session_end(session, err, NULL);
	errno = 0;
	err = desk_stick_exchange(&session->desk, dir, &visit, &meeting->result);
	if (err == SKERRY_OK && meeting->out.no_memory)
		err = SKERRY_ERR_NO_MEMORY;
	if (err != SKERRY_OK && !meeting->result.opened)
		return fail_folder(meeting, err, dir);
	if (err == SKERRY_OK)
		return print(meeting, dir);
	/* What was answered before is recorded all the same. */
	if (!meeting->json)
		print_table(meeting);
	return session_end(session, err, dir);
}

enum command_exit
exchange_run(int argc, char **argv)
{
	struct options options = { .json = false };
	struct meeting meeting = { .json = false };
	const struct command_option table[] = {
		{ "--site", COMMAND_LIST, &options.wish.sites },
		{ "--group", COMMAND_VALUE, &options.wish.group },
		{ "--brand", COMMAND_VALUE, &options.wish.brand },
		{ "--due", COMMAND_VALUE, &options.wish.due },
		{ "--json", COMMAND_FLAG, &options.json },
	};
	struct command_list operands;
	enum command_exit exit;

	if (!command_parse(argc, argv, table, sizeof table / sizeof *table, 1, 1, &operands))
		return COMMAND_CANNOT_TELL;
	if (bundle_wish_check(&options.wish) != COMMAND_YES)
		return COMMAND_CANNOT_TELL;
	meeting.json = options.json;
	exit = session_open(&meeting.session, options.json);
	if (exit != COMMAND_YES)
		return exit;
	exit = run(&meeting, &options, operands.values[0]);
	exchange_out_free(&meeting.out);
	return exit;
}
