/* SPDX-License-Identifier: ISC */
#include "failure.h"

#include <errno.h>
#include <string.h>

#include "formats/member.h"
/* Malformed input: the errors whose offset says where to look. */
static bool
is_malformed(enum skerry_err err)
{
	return err >= 200 && err < 400;
}

struct command_failure
failure_of(enum skerry_err err, const char *subject, size_t offset)
{
	struct command_failure failure = { .err = err, .subject = subject };

	failure.has_offset = is_malformed(err) && err != SKERRY_ERR_DOCUMENT_EMPTY &&
			     err != SKERRY_ERR_DOCUMENT_TOO_LARGE &&
			     err != SKERRY_ERR_DOCUMENT_UNKNOWN && err != SKERRY_ERR_DOCUMENT_KIND;
	failure.offset = offset;
	if (err >= 700)
		failure.system_errno = errno;
	if (err == SKERRY_ERR_STORE_MISSING)
		failure.advice = "Run `skerry init --trust FILE` once, or name another folder with "
				 "--state.";
	return failure;
}

struct command_failure
failure_plain(enum skerry_err err, const char *subject)
{
	struct command_failure failure = failure_of(err, subject, 0);

	failure.has_offset = false;
	return failure;
}

static const char *
keep(char *room, size_t room_max, const char *text)
{
	if (text == NULL)
		return NULL;
	snprintf(room, room_max, "%s", text);
	return room;
}

void
failure_keep(struct show_failure *ret_failure, const struct command_failure *failure,
	enum command_exit exit)
{
	ret_failure->failure = *failure;
	ret_failure->exit = exit;
	ret_failure->failure.message =
		keep(ret_failure->message, sizeof ret_failure->message, failure->message);
	ret_failure->failure.advice =
		keep(ret_failure->advice, sizeof ret_failure->advice, failure->advice);
	ret_failure->failure.subject =
		keep(ret_failure->subject, sizeof ret_failure->subject, failure->subject);
}

void
failure_json(struct json *j, const struct show_failure *kept)
{
	const struct command_failure *failure = &kept->failure;
	const char *word = command_system_word(failure);
	const char *message =
		failure->message != NULL ? failure->message : skerry_strerror(failure->err);
	char text[sizeof kept->message + 80];

	snprintf(text, sizeof text, "%s%s%s%s", message, word == NULL ? "" : " (",
		word == NULL ? "" : word, word == NULL ? "" : ")");
	json_object_open(j);
	member_given(j, "code", skerry_err_name(failure->err));
	member_given(j, "message", text);
	json_name(j, "offset");
	if (failure->has_offset)
		json_uint(j, failure->offset);
	else
		json_null(j);
	member_given(j, "advice",
		failure->advice != NULL ? failure->advice : skerry_err_advice(failure->err));
	member_given(j, "subject", failure->subject);
	json_object_close(j);
}
