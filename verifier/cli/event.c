/* SPDX-License-Identifier: ISC */
/* skerry event add: something happened to the product. */
#include <errno.h>

#include "cli.h"
#include "verifier/state/events.h"

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

static enum command_exit
tell_failed(enum skerry_err err, const char *name, bool json)
{
	struct command_failure failure = cli_failure(err, name, 0);

	if (err != SKERRY_ERR_NO_SPACE) {
		cli_fail(err, cli_state(), json);
		return COMMAND_CANNOT_TELL;
	}
	failure.message = "64 names are allowed or denied here, and there is room for no more.";
	failure.advice = "`skerry telemetry list` shows them; let one go with `skerry telemetry "
			 "forget NAME`.";
	command_fail_json(&failure, json);
	return COMMAND_NO;
}

static void
tell_json(const char *name, enum telemetry_consent consent)
{
	struct json j;

	json_init(&j, command_sink, stdout);
	json_object_open(&j);
	json_name(&j, "ok");
	json_bool(&j, consent != TELEMETRY_DENIED);
	json_name(&j, "name");
	json_chars(&j, name);
	json_name(&j, "consent");
	json_chars(&j, telemetry_consent_name(consent));
	json_object_close(&j);
	putchar('\n');
}

static enum command_exit
tell(const char *name, enum telemetry_consent consent, bool json)
{
	if (json)
		tell_json(name, consent);
	else if (consent == TELEMETRY_ALLOWED)
		printf("%s: goes out with the next request.\n", name);
	else if (consent == TELEMETRY_UNDECIDED)
		printf("%s: kept here, and does not go out: nobody has allowed it. If you do: "
		       "skerry telemetry allow %s\n",
			name, name);
	else
		fprintf(stderr, "skerry: %s: denied here; the event was not kept.\n", name);
	return consent == TELEMETRY_DENIED ? COMMAND_NO : COMMAND_YES;
}

enum command_exit
event_add_run(int argc, char **argv)
{
	bool json = false;
	const struct command_option options[] = { { "--json", COMMAND_FLAG, &json } };
	enum telemetry_consent consent;
	struct command_list operands;
	const char *name, *text;
	enum command_exit exit;
	struct site site;
	enum skerry_err err;

	if (!command_parse(argc, argv, options, 1, 1, 2, &operands))
		return COMMAND_CANNOT_TELL;
	name = operands.values[0];
	text = operands.len > 1 ? operands.values[1] : "";
	if (!telemetry_is_name(name))
		return command_misuse("NAME %s: 1 to %d of a-z, 0-9, dot and underscore, a letter "
				      "first",
			name, TELEMETRY_NAME_MAX);
	if (!events_is_text(text))
		return command_misuse(
			"TEXT of %s: at most %d bytes of text on one line", name, EVENT_TEXT_MAX);
	if (!cli_open_site_to_write(&site, json, &exit))
		return exit;
	errno = 0;
	err = add(site.memory, name, text, &consent);
	exit = err == SKERRY_OK ? tell(name, consent, json) : tell_failed(err, name, json);
	site_close(&site);
	return command_finish(exit);
}
