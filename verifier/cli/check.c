/* SPDX-License-Identifier: ISC */
/* skerry check and skerry limit: the two questions of a script. */
#include <inttypes.h>
#include <string.h>

#include "cli.h"
#include "verifier/texts/message.h"
#include "view.h"

/* A question to the site about one name, asked and answered. */
struct inquiry {
	struct cli_question question;
	struct command_list operands;
	struct site site;
	struct site_answer answer;
};

static bool
inquire(struct inquiry *inquiry, int argc, char **argv, const struct command_option *options,
	size_t options_len, enum command_exit *ret_exit)
{
	*ret_exit = COMMAND_CANNOT_TELL;
	if (!command_parse(argc, argv, options, options_len, 1, 1, &inquiry->operands) ||
		!cli_take_build_date(&inquiry->question))
		return false;
	if (!cli_open_site(&inquiry->site, inquiry->question.json, ret_exit))
		return false;
	/* Leaving the domain out must not take the binding away. */
	if (inquiry->question.domain == NULL)
		inquiry->question.domain = "";
	if (cli_ask(&inquiry->site, &inquiry->question, &inquiry->answer, ret_exit))
		return true;
	site_close(&inquiry->site);
	return false;
}

static const struct license_grant *
find_grant(const struct inquiry *inquiry)
{
	const char *name = inquiry->operands.values[0];

	if (inquiry->answer.license == NULL)
		return NULL;
	return license_find_grant(
		inquiry->answer.license, (struct cbor_text){ name, strlen(name) });
}

/* Why the verdict grants nothing, in words. */
static void
tell_verdict(const struct inquiry *inquiry, char ret_text[MESSAGE_MAX])
{
	const struct view view = { .license = inquiry->answer.license,
		.verdict = &inquiry->answer.verdict,
		.product = inquiry->question.product,
		.tenant = inquiry->question.tenant,
		.local = &inquiry->answer.facts.local };

	view_holds(&view, ret_text);
}

static void
answer_json(const struct inquiry *inquiry, const char *what, enum skerry_err err,
	const int64_t *number, const char *text)
{
	const struct skerry_verdict *verdict = &inquiry->answer.verdict;
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, what);
	json_chars(&j, inquiry->operands.values[0]);
	json_name(&j, "ok");
	json_bool(&j, err == SKERRY_OK);
	if (strcmp(what, "limit") == 0) {
		json_name(&j, "number");
		if (number == NULL)
			json_null(&j);
		else
			json_int(&j, *number);
	}
	json_name(&j, "code");
	json_chars(&j, skerry_err_name(err));
	json_name(&j, "message");
	json_chars(&j, text);
	json_name(&j, "state");
	json_chars(&j, skerry_state_name(verdict->state));
	json_name(&j, "access");
	json_chars(&j, skerry_access_name(verdict->access));
	json_name(&j, "reason");
	json_chars(&j, skerry_reason_name(verdict->reason));
	json_object_close(&j);
	putchar('\n');
}

static enum skerry_err
judge_feature(const struct inquiry *inquiry, bool read)
{
	const struct license_grant *grant = find_grant(inquiry);

	if (inquiry->answer.license == NULL)
		return SKERRY_ERR_NO_LICENSE;
	if (inquiry->answer.verdict.access < (read ? SKERRY_ACCESS_READ_ONLY : SKERRY_ACCESS_FULL))
		return SKERRY_ERR_NO_ACCESS;
	return grant != NULL && grant->value == LICENSE_ON ? SKERRY_OK : SKERRY_ERR_NO_FEATURE;
}

/* Without access the verdict is the reason; else the license is. */
static void
explain(const struct inquiry *inquiry, enum skerry_err err, char ret_text[MESSAGE_MAX])
{
	if (err == SKERRY_ERR_NO_LICENSE || err == SKERRY_ERR_NO_ACCESS)
		tell_verdict(inquiry, ret_text);
	else
		snprintf(ret_text, MESSAGE_MAX, "%s", skerry_strerror(err));
}

enum command_exit
check_run(int argc, char **argv)
{
	struct inquiry inquiry = { .question.json = false };
	bool read = false;
	const struct command_option options[] = {
		{ "--read", COMMAND_FLAG, &read },
		CLI_QUESTION_OPTIONS(inquiry.question),
	};
	char text[MESSAGE_MAX];
	enum command_exit exit;
	enum skerry_err err;

	if (!inquire(&inquiry, argc, argv, options, sizeof options / sizeof *options, &exit))
		return exit;
	err = judge_feature(&inquiry, read);
	explain(&inquiry, err, text);
	if (inquiry.question.json)
		answer_json(&inquiry, "feature", err, NULL, err == SKERRY_OK ? NULL : text);
	else if (err == SKERRY_OK)
		puts("yes");
	else
		printf("no: %s\n", text);
	site_close(&inquiry.site);
	return command_finish(err == SKERRY_OK ? COMMAND_YES : COMMAND_NO);
}

static enum skerry_err
judge_limit(const struct inquiry *inquiry, int64_t *ret_number)
{
	const struct license_grant *grant = find_grant(inquiry);

	if (inquiry->answer.license == NULL)
		return SKERRY_ERR_NO_LICENSE;
	if (inquiry->answer.verdict.access == SKERRY_ACCESS_NONE)
		return SKERRY_ERR_NO_ACCESS;
	if (grant == NULL || grant->value != LICENSE_NUMBER)
		return SKERRY_ERR_NO_LIMIT;
	*ret_number = grant->number;
	return SKERRY_OK;
}

enum command_exit
limit_run(int argc, char **argv)
{
	struct inquiry inquiry = { .question.json = false };
	const struct command_option options[] = { CLI_QUESTION_OPTIONS(inquiry.question) };
	struct command_failure failure;
	char text[MESSAGE_MAX];
	enum command_exit exit;
	int64_t number = 0;
	enum skerry_err err;

	if (!inquire(&inquiry, argc, argv, options, sizeof options / sizeof *options, &exit))
		return exit;
	err = judge_limit(&inquiry, &number);
	explain(&inquiry, err, text);
	if (inquiry.question.json) {
		answer_json(&inquiry, "limit", err, err == SKERRY_OK ? &number : NULL,
			err == SKERRY_OK ? NULL : text);
	} else if (err == SKERRY_OK) {
		printf("%" PRId64 "\n", number);
	} else {
		/* Standard output is for the number alone. */
		failure = cli_failure(err, inquiry.operands.values[0], 0);
		failure.message = text;
		if (err == SKERRY_ERR_NO_ACCESS)
			failure.advice = "`skerry status` tells what to do and whom to call.";
		command_fail(&failure);
	}
	site_close(&inquiry.site);
	return command_finish(err == SKERRY_OK ? COMMAND_YES : COMMAND_NO);
}
