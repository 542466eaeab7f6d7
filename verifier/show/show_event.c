/* SPDX-License-Identifier: ISC */
/* event add: something happened to the product. */
#include <errno.h>

#include "deeds.h"
#include "formats/member.h"
#include "verifier/state/events.h"

bool
show_event_check(const char *name, const char *text, char ret_misuse[SHOW_MISUSE_MAX])
{
	if (!telemetry_is_name(name)) {
		snprintf(ret_misuse, SHOW_MISUSE_MAX,
			"NAME %.128s: 1 to %d of a-z, 0-9, dot and underscore, a letter first",
			name, TELEMETRY_NAME_MAX);
		return false;
	}
	if (text != NULL && !events_is_text(text)) {
		snprintf(ret_misuse, SHOW_MISUSE_MAX,
			"TEXT of %s: at most %d bytes of text on one line", name, EVENT_TEXT_MAX);
		return false;
	}
	return true;
}

static enum skerry_err
add(struct memory *memory, const char *name, const char *text, enum telemetry_consent *ret_consent)
{
	enum skerry_err err = memory_begin(memory);

	if (err == SKERRY_OK)
		err = events_add(memory, name, text, ret_consent);
	if (err == SKERRY_OK)
		err = memory_commit(memory, false);
	memory_rollback(memory);
	return err;
}

static void
tell_json(const struct show *show, const char *name, enum telemetry_consent consent)
{
	struct json j;

	json_init(&j, command_sink, show->out);
	json_object_open(&j);
	member_bool(&j, "ok", consent != TELEMETRY_DENIED);
	member_chars(&j, "name", name);
	member_chars(&j, "consent", telemetry_consent_name(consent));
	json_object_close(&j);
	fputc('\n', show->out);
}

static enum command_exit
tell(const struct show *show, const char *name, enum telemetry_consent consent)
{
	if (show->json)
		tell_json(show, name, consent);
	else if (consent == TELEMETRY_ALLOWED)
		fprintf(show->out, "%s: goes out with the next request.\n", name);
	else if (consent == TELEMETRY_UNDECIDED)
		fprintf(show->out,
			"%s: kept here, and does not go out: nobody has allowed it. If you do: "
			"skerry telemetry allow %s\n",
			name, name);
	else if (show->notes != NULL)
		fprintf(show->notes, "skerry: %s: denied here; the event was not kept.\n", name);
	return consent == TELEMETRY_DENIED ? COMMAND_NO : COMMAND_YES;
}

static bool
refuse(const struct show *show, enum skerry_err err, const char *name,
	struct show_failure *ret_failure)
{
	struct command_failure failure = failure_plain(err, show->folder);
	enum command_exit exit = COMMAND_CANNOT_TELL;

	if (err == SKERRY_ERR_NO_SPACE) {
		failure = failure_of(err, name, 0);
		failure.message = "64 names are allowed or denied here, and there is room for no "
				  "more.";
		failure.advice = "`skerry telemetry list` shows them; let one go with `skerry "
				 "telemetry forget NAME`.";
		exit = COMMAND_NO;
	}
	failure_keep(ret_failure, &failure, exit);
	return false;
}

bool
show_event(const struct show *show, struct site *site, const char *name, const char *text,
	enum command_exit *ret_exit, struct show_failure *ret_failure)
{
	enum telemetry_consent consent;
	enum skerry_err err;

	errno = 0;
	err = add(site->memory, name, text == NULL ? "" : text, &consent);
	if (err != SKERRY_OK)
		return refuse(show, err, name, ret_failure);
	*ret_exit = tell(show, name, consent);
	return true;
}
