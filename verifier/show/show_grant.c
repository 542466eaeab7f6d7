/* SPDX-License-Identifier: ISC */
/* check and limit: the two questions of a script. */
#include <inttypes.h>
#include <string.h>

#include "formats/member.h"
#include "verifier/texts/message.h"
#include "view.h"

static const struct license_grant *
find_grant(const struct show_grant *grant)
{
	if (grant->license == NULL)
		return NULL;
	return license_find_grant(
		grant->license, (struct cbor_text){ grant->name, strlen(grant->name) });
}

enum skerry_err
show_judge_feature(const struct show_grant *grant, bool read)
{
	const struct license_grant *found = find_grant(grant);

	if (grant->license == NULL)
		return SKERRY_ERR_NO_LICENSE;
	if (grant->verdict->access < (read ? SKERRY_ACCESS_READ_ONLY : SKERRY_ACCESS_FULL))
		return SKERRY_ERR_NO_ACCESS;
	return found != NULL && found->value == LICENSE_ON ? SKERRY_OK : SKERRY_ERR_NO_FEATURE;
}

enum skerry_err
show_judge_limit(const struct show_grant *grant, int64_t *ret_number)
{
	const struct license_grant *found = find_grant(grant);

	if (grant->license == NULL)
		return SKERRY_ERR_NO_LICENSE;
	if (grant->verdict->access == SKERRY_ACCESS_NONE)
		return SKERRY_ERR_NO_ACCESS;
	if (found == NULL || found->value != LICENSE_NUMBER)
		return SKERRY_ERR_NO_LIMIT;
	*ret_number = found->number;
	return SKERRY_OK;
}

/* Without access the verdict is the reason; else the license is. */
static void
explain(const struct show *show, const struct show_grant *grant, enum skerry_err err,
	char ret_text[MESSAGE_MAX])
{
	struct local_clock local = { .offset_s = 0 };
	const struct view view = { .show = show,
		.license = grant->license,
		.verdict = grant->verdict,
		.product = grant->product,
		.tenant = grant->tenant,
		.local = &local };

	if (show->place != NULL)
		local = local_time_clock(show->place, grant->verdict->at);
	if (err == SKERRY_ERR_NO_LICENSE || err == SKERRY_ERR_NO_ACCESS)
		view_holds(&view, ret_text);
	else
		snprintf(ret_text, MESSAGE_MAX, "%s", skerry_strerror(err));
}

/* `number` NULL: it is about a feature. */
static void
answer_json(const struct show *show, const struct show_grant *grant, const int64_t *number,
	enum skerry_err err, const char *text)
{
	struct json j;

	json_init(&j, command_sink, show->out);
	json_object_open(&j);
	json_name(&j, number == NULL ? "feature" : "limit");
	json_chars(&j, grant->name);
	member_bool(&j, "ok", err == SKERRY_OK);
	if (number != NULL) {
		json_name(&j, "number");
		if (err == SKERRY_OK)
			json_int(&j, *number);
		else
			json_null(&j);
	}
	member_chars(&j, "code", skerry_err_name(err));
	member_chars(&j, "message", err == SKERRY_OK ? NULL : text);
	member_chars(&j, "state", skerry_state_name(grant->verdict->state));
	member_chars(&j, "access", skerry_access_name(grant->verdict->access));
	member_chars(&j, "reason", skerry_reason_name(grant->verdict->reason));
	json_object_close(&j);
	putc('\n', show->out);
}

void
show_feature(const struct show *show, const struct show_grant *grant, bool read,
	enum command_exit *ret_exit)
{
	enum skerry_err err = show_judge_feature(grant, read);
	char text[MESSAGE_MAX] = "";

	if (err != SKERRY_OK)
		explain(show, grant, err, text);
	if (show->json)
		answer_json(show, grant, NULL, err, text);
	else if (err == SKERRY_OK)
		fputs("yes\n", show->out);
	else
		fprintf(show->out, "no: %s\n", text);
	*ret_exit = err == SKERRY_OK ? COMMAND_YES : COMMAND_NO;
}

bool
show_limit(const struct show *show, const struct show_grant *grant, enum command_exit *ret_exit,
	struct show_failure *ret_failure)
{
	int64_t number = 0;
	enum skerry_err err = show_judge_limit(grant, &number);
	struct command_failure failure;
	char text[MESSAGE_MAX] = "";

	if (err != SKERRY_OK)
		explain(show, grant, err, text);
	if (show->json)
		answer_json(show, grant, &number, err, text);
	else if (err == SKERRY_OK)
		fprintf(show->out, "%" PRId64 "\n", number);
	*ret_exit = err == SKERRY_OK ? COMMAND_YES : COMMAND_NO;
	if (show->json || err == SKERRY_OK)
		return true;
	failure = failure_plain(err, grant->name);
	failure.message = text;
	if (err == SKERRY_ERR_NO_ACCESS)
		failure.advice = "`skerry status` tells what to do and whom to call.";
	failure_keep(ret_failure, &failure, *ret_exit);
	return false;
}
