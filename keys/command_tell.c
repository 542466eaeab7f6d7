/* SPDX-License-Identifier: ISC */
/* How a command tells an error to a person and to a script. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command_tell.h"
#include "formats/table.h"

/* A process is one program: what it is called is known to every message. */
static const char *program_name = "skerry";

void
command_set_name(const char *name)
{
	program_name = name;
}

const char *
command_name(void)
{
	return program_name;
}

void
command_sink(void *file, const char *text, size_t text_len)
{
	/* A failed write is latched in the stream; command_finish tells it. */
	(void)!fwrite(text, 1, text_len, file);
}

void
command_print_safe(FILE *file, const char *text, size_t text_len)
{
	table_safe_text(text, text_len, command_sink, file);
}

bool
command_colors(FILE *file)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (no_color != NULL && no_color[0] != '\0')
		return false;
	return term != NULL && strcmp(term, "dumb") != 0 && isatty(fileno(file)) == 1;
}

/* The ranges of skerry_error.h: 2xx to 6xx say no, the others that nobody can tell. */
enum command_exit
command_exit_of(enum skerry_err err)
{
	if (err == SKERRY_OK)
		return COMMAND_YES;
	return err >= 200 && err < 700 ? COMMAND_NO : COMMAND_CANNOT_TELL;
}

static const char *
advice_of(const struct command_failure *failure)
{
	return failure->advice != NULL ? failure->advice : skerry_err_advice(failure->err);
}

static const char *
message_of(const struct command_failure *failure)
{
	return failure->message != NULL ? failure->message : skerry_strerror(failure->err);
}

const char *
command_output_message(enum skerry_err err)
{
	return err == SKERRY_ERR_FILE_MISSING ? "The folder for it does not exist." : NULL;
}

const char *
command_output_advice(enum skerry_err err)
{
	return err == SKERRY_ERR_FILE_MISSING ? "Make the folder first, or name another place."
					      : NULL;
}

static bool
has_system_word(const struct command_failure *failure)
{
	switch (failure->err) {
	case SKERRY_ERR_IO:
		return failure->system_errno != 0;
	case SKERRY_ERR_FILE_PERMISSION:
		return failure->system_errno == EACCES || failure->system_errno == EPERM ||
		       failure->system_errno == EROFS;
	default:
		return false;
	}
}

const char *
command_system_word(const struct command_failure *failure)
{
	return has_system_word(failure) ? strerror(failure->system_errno) : NULL;
}

void
command_fail_on(FILE *file, const char *program, const struct command_failure *failure)
{
	const char *advice = advice_of(failure), *word = command_system_word(failure);

	fprintf(file, "%s: ", program);
	if (failure->subject != NULL) {
		command_print_safe(file, failure->subject, strlen(failure->subject));
		fputs(": ", file);
	}
	command_print_safe(file, message_of(failure), strlen(message_of(failure)));
	if (word != NULL)
		fprintf(file, " (%s)", word);
	if (failure->has_offset)
		fprintf(file, " (at byte %zu)", failure->offset);
	fprintf(file, " [%s]\n", skerry_err_name(failure->err));
	if (advice[0] != '\0') {
		fputs("  ", file);
		command_print_safe(file, advice, strlen(advice));
		fputc('\n', file);
	}
}

enum command_exit
command_fail(const struct command_failure *failure)
{
	command_fail_on(stderr, command_name(), failure);
	return command_exit_of(failure->err);
}

void
command_error_json(struct json *j, const struct command_failure *failure)
{
	bool ok = failure->err == SKERRY_OK;
	const char *advice = ok ? NULL : advice_of(failure);

	json_object_open(j);
	json_name(j, "code");
	json_chars(j, ok ? NULL : skerry_err_name(failure->err));
	json_name(j, "message");
	json_chars(j, ok ? NULL : message_of(failure));
	json_name(j, "offset");
	if (!ok && failure->has_offset)
		json_uint(j, failure->offset);
	else
		json_null(j);
	json_name(j, "advice");
	json_chars(j, advice != NULL && advice[0] != '\0' ? advice : NULL);
	json_object_close(j);
}

enum command_exit
command_fail_json(const struct command_failure *failure, bool json)
{
	struct json j;

	if (!json)
		return command_fail(failure);
	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, false);
	json_name(&j, "error");
	command_error_json(&j, failure);
	json_object_close(&j);
	fputc('\n', stdout);
	return command_exit_of(failure->err);
}

enum command_exit
command_finish(enum command_exit exit)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return exit;
	/* Told once, whoever asks again. */
	fprintf(stderr, "%s: Standard output could not be written. (%s)\n", command_name(),
		strerror(errno));
	clearerr(stdout);
	return COMMAND_CANNOT_TELL;
}
